"""A folder of documents as a batch: what belongs to it, and how it comes into the queue."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import INNER_WORKSPACE, PRICES_FILE, SETTINGS_FILE
from pipeline.domain import Batch, BatchSpec, Rates
from pipeline.errors import UsageError
from pipeline.run.hire import LOG_FILE
from pipeline.store import Store
from pipeline.store.batches import Added, Entry
from pipeline.store.limits import pool_id, set_rates

# Larger ones are videos or archives; text of a million pages is smaller.
LARGEST_BYTES = 200 * 2**20
_BUNDLE = 256
_BUNDLE_BYTES = 16_000_000
# What editors and systems leave beside documents.
_LEFTOVERS = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db"})
# Beside sme2module.toml and sme2module.db in a workspace.
_OWN_FILES = frozenset({PRICES_FILE, LOG_FILE, "endpoints.json"})


def files_in(folder: Path) -> Iterator[Path]:
    """The files of a folder and the folders in it, by name; hidden ones, leftovers of editors and what sme2module
    keeps there are passed over. Links to folders are not followed. Last come folders that cannot be looked into.
    """
    closed: list[Path] = []
    for here, folders, names in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        place = Path(here)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name != INNER_WORKSPACE and not (place / name / SETTINGS_FILE).is_file()
        )
        is_workspace = (place / SETTINGS_FILE).is_file()
        for name in sorted(names):
            if name.startswith((".", "~$")) or name.casefold() in _LEFTOVERS:
                continue
            if is_workspace and (name.startswith("sme2module.") or name in _OWN_FILES):
                continue
            yield place / name
        if is_workspace:
            folders[:] = [name for name in folders if name not in ("sources", "figures")]
    yield from closed


@dataclass(frozen=True)
class Found:
    """A file of the folder."""

    entry: Entry
    """A file that can't be read has an entry that says why."""
    content: bytes


def read_folder(folder: Path) -> Iterator[Found]:
    """Every file of the folder."""
    for path in files_in(folder):
        yield _found(path, folder)


def add_folder(store: Store, batch: Batch, folder: Path, *, report: Callable[[int], None]) -> Added:
    """Adds the folder's files that are not in the batch yet, their bytes before their entries."""
    added, seen = Added(), 0
    for bundle in _bundles(read_folder(folder)):
        # Not each for itself safe from a power cut: what tore is noticed by its hash, and read from the folder again.
        store.contents.keep_many(
            ((one.entry.sha256, one.content) for one in bundle if one.entry.sha256), durable=False
        )
        added += store.batches.add(batch.id, [one.entry for one in bundle])
        seen += len(bundle)
        report(seen)
    return added


def create_batch(
    store: Store, folder: Path, spec: BatchSpec, *, rates: Rates, priority: int, weight: float, budget_usd: float | None
) -> Batch:
    """The batch of a folder and a spec, new or taken up again. Raises UsageError for a budget without a price, and
    where the folder is not there or empty.
    """
    check_folder(folder)
    check_budget(spec, budget_usd)
    if spec.engine != "embedded":
        pool = pool_id(spec.base_url, spec.model)
        with store.database.write() as transaction:
            now = store.database.now(transaction)
            set_rates(transaction, now, pool=pool, endpoint=spec.base_url, model=spec.model, rates=rates)
    return store.batches.create(
        str(folder.resolve()), spec, priority=priority, weight=weight, budget_usd=budget_usd
    )


def check_budget(spec: BatchSpec, budget_usd: float | None) -> None:
    """Raises UsageError for a budget where nobody knows what the model costs."""
    if budget_usd is not None and spec.engine != "embedded" and spec.price is None:
        raise UsageError(
            f"--budget {budget_usd:g}",
            why=f"no price is known for model {spec.model}",
            # What a batch was started with is its own for good.
            mend=f"add it to {PRICES_FILE} in the workspace, then start with sme2module batch run",
        )


def check_folder(folder: Path) -> None:
    """Raises UsageError where there is no folder of that name, or nothing in it."""
    if not folder.is_dir():
        what = "it is a file" if folder.exists() else "there is no such folder"
        raise UsageError(str(folder), why=what, mend="give a folder with documents")
    if next(files_in(folder), None) is None:
        raise UsageError(str(folder), why="there is no document in it", mend="give a folder with documents")


def _bundles(found: Iterator[Found]) -> Iterator[list[Found]]:
    bundle: list[Found] = []
    for one in found:
        bundle.append(one)
        if len(bundle) >= _BUNDLE or sum(len(other.content) for other in bundle) >= _BUNDLE_BYTES:
            yield bundle
            bundle = []
    if bundle:
        yield bundle


def _found(path: Path, folder: Path) -> Found:
    # A name that is no text (old archives have such) is shown with its odd bytes as escapes.
    shown = os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
    origin = os.path.realpath(path)
    try:
        size = path.stat().st_size
        problem = _problem(path, size)
        content = path.read_bytes() if problem is None else b""
    except FileNotFoundError:
        problem = "missing", "it is not there; check the link, or that nobody moved it"
    except OSError as error:
        problem = "corrupt", f"it cannot be read ({(error.strerror or str(error)).lower()}); set its permissions"
        if error.errno == errno.ELOOP:
            problem = "missing", "it is a link that leads in a circle; mend the link"
    if problem is not None:
        code, told = problem
        return Found(Entry(shown, origin, 0, None, code, f"{shown}: {told}"), b"")
    return Found(Entry(shown, origin, len(content), hashlib.sha256(content).hexdigest()), content)


def _problem(path: Path, size: int) -> tuple[str, str] | None:
    """Code and reason why the file is not even read."""
    if path.is_dir():
        return "corrupt", "this folder cannot be read; set its permissions"
    if not path.is_file():
        return "unsupported", "it is no file; give a document"
    if size == 0:
        return "empty", "it is empty; give a document with text"
    if size > LARGEST_BYTES:
        return "too_large", f"it has {size / 1e6:,.0f} MB; split it below {LARGEST_BYTES / 1e6:.0f} MB"
    return None
