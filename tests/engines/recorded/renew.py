"""Brings a recording of a strong model's replies up to date: `python -m tests.engines.recorded.renew`.

A recording is a mailbox (docs/mailbox.md): requests and replies of one conversion. Where prompts, stages or rubrics have
changed, requests have other names and other words. This makes the conversion again in an empty mailbox, lays in the
replies that still fit, each carried over from the request of the same task that is most alike, and says which requests
are open. Whoever answers them, as well as a strong instructional designer would, runs it again. What was carried over is
to be read: it was written for other words.
"""

from __future__ import annotations

import difflib
import shutil
import sys
import tempfile
from pathlib import Path

from pipeline.cli import main
from pipeline.engines.files import PROBLEM_ENDING, REPLY_ENDINGS

ROOT = Path(__file__).resolve().parents[3]
RECORDING = Path(__file__).parent / "return-a-parcel"
SOURCE = ROOT / "samples" / "return-a-parcel.md"
# Who answered, for the module's record.
MODEL = "recorded"
_ROUNDS = 15


def renew() -> int:
    """Renews the recording in place; the number of requests that are open."""
    with tempfile.TemporaryDirectory() as folder:
        mailbox = Path(folder) / "mailbox"
        mailbox.mkdir()
        used: set[str] = set()
        for _ in range(_ROUNDS):
            _convert(mailbox, Path(folder) / "out")
            open_now = [page for page in _pages(mailbox) if _reply_to(page) is None]
            answered = [page for page in open_now if _carry_over(page, mailbox, used)]
            if not answered:
                break
        open_now = [page for page in _pages(mailbox) if _reply_to(page) is None]
        problems = sorted(mailbox.glob(f"*{PROBLEM_ENDING}"))
        for problem in problems:
            print(problem.read_text(encoding="utf-8"))
        if _pages(mailbox) and not open_now and not problems:
            for path in RECORDING.iterdir():
                if path.name != "README.md":
                    path.unlink()
        for path in mailbox.iterdir():
            shutil.copy(path, RECORDING / path.name)
    for page in open_now:
        print(f"open: {RECORDING / page.name}")
    return len(open_now) + len(problems)


def _convert(mailbox: Path, out: Path) -> None:
    shutil.rmtree(out, ignore_errors=True)
    main(
        ["convert", str(SOURCE), "-o", str(out), "--format", "json", "--engine", "files", "--mailbox", str(mailbox),
         "--model", MODEL]
    )


def _carry_over(page: Path, mailbox: Path, used: set[str]) -> bool:
    """Whether a reply of the recording was laid beside the page."""
    old = RECORDING / page.name
    candidates = [one for one in _pages(RECORDING) if _task(one) == _task(page) and one.stem not in used]
    if not old.exists() or _reply_to(old) is None:
        text = page.read_text(encoding="utf-8")
        candidates = [one for one in candidates if _reply_to(one) is not None]
        candidates.sort(key=lambda one: _likeness(one.read_text(encoding="utf-8"), text), reverse=True)
        if not candidates:
            return False
        old = candidates[0]
        print(f"carried over: {old.stem} → {page.stem}")
    used.add(old.stem)
    reply = _reply_to(old)
    assert reply is not None
    shutil.copy(reply, mailbox / reply.name.replace(old.stem, page.stem))
    return True


def _pages(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.glob("*.md") if path.name != "README.md" and not path.name.endswith(REPLY_ENDINGS)
    )


def _reply_to(page: Path) -> Path | None:
    found = (page.with_name(page.stem + ending) for ending in REPLY_ENDINGS)
    return next((path for path in found if path.exists()), None)


def _task(page: Path) -> str:
    return page.stem.rpartition("-")[0]


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.splitlines(), other.splitlines(), autojunk=False).ratio()


if __name__ == "__main__":
    sys.exit(1 if renew() else 0)
