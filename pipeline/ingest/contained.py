"""Reads a document in a process of its own, which ends afterwards: what a parser does there is lost with it alone.

Parsers of PDF, Word and HTML run over files that anybody may have made. Some crash, some never end, some need all the
memory there is. `read_contained` makes each of these one SourceError; the process that asked, its other documents and
its streams are untouched. `contained_host` says which processes there are, `contained_server` what happens in them.

Limits of this: it guards against accidents, not against a parser that a file has taken over, which could still do all
that this user may do. On Windows and macOS the limit on memory is not enforced.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from pipeline import errors
from pipeline.domain import Document, Noun
from pipeline.errors import Sme2ModuleError, SourceError, UnavailableError, UnreadableError
from pipeline.ingest.contained_host import (
    CAN_FORK,
    MOST_BYTES,
    Ended,
    ForkHost,
    Host,
    LostError,
    SpawnHost,
    TooMuchError,
    Work,
)
from pipeline.ingest.contained_server import DOCUMENT, FAULT, PLAIN_DOCUMENT, TOO_LARGE
from pipeline.ingest.document import check_regular, shown_name
from pipeline.scratch import scratch_folder

READER = "pipeline.ingest:read_document"
_SPLIT = "split it into smaller documents, or allow more with"
# Of a worker that a signal ended: this near to its limit, memory is what it died of.
_NEARLY = 0.8
# Names for a file that only the process that opened it can use.
_OWN_NAMES = ("/dev/", "/proc/")


@dataclass(frozen=True)
class ParseLimits:
    """What one document may cost."""

    seconds: float = 120.0
    """From the beginning of its reading."""
    memory_mb: int = 2048
    """Address space, what the program itself takes included: less than 130 MB for a PDF of 870 full pages."""


@dataclass(frozen=True)
class _Order:
    """What to read, and how."""

    path: Path
    shown_path: str | None
    limits: ParseLimits
    reader: str
    host: Host
    figures: Path | None
    kind: type[Noun] = Document

    @property
    def shown(self) -> str:
        return shown_name(self.path, self.shown_path)

    def request(self, scratch: str) -> dict[str, object]:
        """What the other process is told; `scratch` is the folder for what it leaves behind."""
        return {
            "path": _reachable(self.path),
            "shown": self.shown_path or os.fspath(self.path),
            "reader": self.reader,
            "seconds": self.limits.seconds,
            "memory_mb": self.limits.memory_mb,
            "scratch": scratch,
            "figures": None if self.figures is None else os.fspath(self.figures.absolute()),
        }


_N = TypeVar("_N", bound=Noun)


class _Stop:
    """Lets another thread end the work, also before there is any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._work: Work | None = None
        self.is_set = False

    def attach(self, work: Work) -> None:
        with self._lock:
            self._work = work
            if self.is_set:
                work.kill()

    def set(self) -> None:
        with self._lock:
            self.is_set = True
            if self._work is not None:
                self._work.kill()


class _InReader(Exception):
    """The traceback of the other process; the cause of the error made from it."""

    def __str__(self) -> str:
        return f"in the process that read the document:\n{self.args[0]}"


_host: Host = ForkHost() if CAN_FORK else SpawnHost()


def warm_up() -> None:
    """Begins to load the readers in the background, so that the first document need not wait for that."""
    _host.warm_up()


def read_contained(
    path: Path,
    *,
    shown_path: str | None = None,
    limits: ParseLimits = ParseLimits(),
    reader: str = READER,
    host: Host | None = None,
    figures: Path | None = None,
) -> Document:
    """The document in the file, read in a process of its own; blocks until it has ended.

    Args:
        path: The file.
        shown_path: What to call it in the document and in messages; the path as given, by default.
        limits: What it may cost.
        reader: "module:function" that is called there with the path and `shown_path`; other than by default in tests.
        host: Where the process comes from; in tests.
        figures: A folder for the files of the document's pictures.

    Raises:
        SourceError: What the reader raises, whole; or `timeout`, `too_large`, or `corrupt` where the process died.
        UnavailableError: No process could be started (`no_process`), which is not the document's fault.

    """
    document = _read(_Order(path, shown_path, limits, reader, host or _host, figures), _Stop())
    assert isinstance(document, Document)
    return document


def read_noun_contained(path: Path, kind: type[_N], *, reader: str, limits: ParseLimits = ParseLimits()) -> _N:
    """What another room's reader makes of the file, read like a document; blocks and raises as `read_contained`.

    Args:
        path: The file.
        kind: What the reader returns.
        reader: "module:function" that is called with the path and `shown_path`.
        limits: What it may cost.

    """
    made = _read(_Order(path, None, limits, reader, _host, None, kind), _Stop())
    assert isinstance(made, kind)
    return made


async def read_contained_async(
    path: Path,
    *,
    shown_path: str | None = None,
    limits: ParseLimits = ParseLimits(),
    reader: str = READER,
    host: Host | None = None,
    figures: Path | None = None,
) -> Document:
    """As `read_contained`, without blocking the event loop; where the task is cancelled, the process is killed."""
    import asyncio

    stop = _Stop()
    order = _Order(path, shown_path, limits, reader, host or _host, figures)
    reading = asyncio.get_running_loop().run_in_executor(None, _read, order, stop)
    try:
        document = await asyncio.shield(reading)
    except asyncio.CancelledError:
        stop.set()
        # Waits for the process to be gone; what it ended with interests nobody any more.
        reading.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait([reading])
        raise
    assert isinstance(document, Document)
    return document


def _read(order: _Order, stop: _Stop) -> Noun:
    check_regular(order.path, order.shown)  # what needs no parser needs no process
    try:
        with scratch_folder() as scratch:
            return _read_with(order.request(scratch), order, stop)
    except OSError as error:
        raise UnavailableError(
            order.shown, code="no_process", why=f"there is no room for its reading ({error.strerror or error})",
            mend="free space where temporary files lie, and try again",
        ) from error


def _read_with(request: dict[str, object], order: _Order, stop: _Stop) -> Noun:
    lost: LostError | None = None
    for _ in range(2):  # a template that was killed takes its workers along; the document can't be blamed for that
        try:
            answer, ended = _worked(request, order, stop)
        except LostError as error:
            lost = error
            if stop.is_set:
                break
            continue
        return _answered(answer, ended, order)
    raise UnavailableError(
        order.shown,
        code="no_process",
        why=f"no process could be started to read it in ({lost})",
        mend="free memory or end other programs, and try again",
    ) from lost


def _worked(request: dict[str, object], order: _Order, stop: _Stop) -> tuple[bytes, Ended]:
    """What the process said and how it ended. It has ended in any case, Ctrl-C included."""
    work = order.host.begin(request)
    try:
        stop.attach(work)
        answer = work.answer(order.limits.seconds)
    except BaseException as error:
        work.kill()
        with contextlib.suppress(LostError):
            work.ended()
        if isinstance(error, TooMuchError):
            raise UnreadableError(
                order.shown, code="too_large", why=f"it holds more than {MOST_BYTES >> 20} MB of text",
                mend="split it into smaller documents",
            ) from error
        if not isinstance(error, TimeoutError):
            raise
        raise UnreadableError(
            order.shown,
            code="timeout",
            why=f"reading it took longer than {order.limits.seconds:g} seconds, which is the limit",
            mend=f"{_SPLIT} SME2MODULE_PARSE_TIMEOUT_S",
        ) from error
    return answer, work.ended()


def _answered(answer: bytes, ended: Ended, order: _Order) -> Noun:
    shown, limits = order.shown, order.limits
    letter, content = answer[:1], answer[1:]
    if ended.code != 0 or not letter:
        raise _died(ended, shown, limits)
    if letter == TOO_LARGE:
        raise _too_large(shown, limits)
    if letter == FAULT:
        raise _fault(json.loads(content), shown)
    try:
        if letter == DOCUMENT:
            return order.kind.model_validate_json(content)
        assert letter == PLAIN_DOCUMENT
        return order.kind.model_validate(json.loads(content))
    except ValidationError as error:
        raise UnreadableError(
            shown, why=f"it holds values that no document can have ({error.errors()[0]['msg'].lower()})",
            mend="open and save it again, or get a fresh copy",
        ) from error


def _fault(fault: dict[str, Any], shown: str) -> Sme2ModuleError:
    """The error that was raised there: the same class with the same fields, where it was one of ours."""
    cause = _InReader(fault["trace"])
    error: Sme2ModuleError
    if "what" in fault:
        known = getattr(errors, fault["kind"], SourceError)
        kind = known if issubclass(known, SourceError) else SourceError
        error = kind(fault["what"], why=fault["why"], mend=fault["mend"], code=fault["code"])
    elif "exit" in fault:
        error = _unusable(shown, f"the reader gave up with exit code {fault['exit']}")
    else:
        error = _unusable(shown, f"reading it failed ({fault['kind']}: {fault['message']})"[:300])
    error.__cause__ = cause
    return error


def _died(ended: Ended, shown: str, limits: ParseLimits) -> SourceError:
    if ended.code >= 0:
        return _unusable(shown, f"the reader ended with exit code {ended.code}")
    if ended.peak_bytes > _NEARLY * (limits.memory_mb << 20):
        return _too_large(shown, limits)
    if -ended.code == getattr(signal, "SIGXCPU", None):
        return _unusable(shown, "the reader used up its time on the processor (SIGXCPU)")
    try:
        name = signal.Signals(-ended.code).name
    except ValueError:
        name = f"signal {-ended.code}"
    return _unusable(shown, f"the reader crashed ({name})")


def _unusable(shown: str, what: str) -> UnreadableError:
    return UnreadableError(
        shown, why=f"it is damaged, or of a kind the reader cannot take: {what}",
        mend="open and save it again, or get a fresh copy",
    )


def _too_large(shown: str, limits: ParseLimits) -> UnreadableError:
    return UnreadableError(
        shown,
        code="too_large",
        why=f"reading it takes more than {limits.memory_mb} MB of memory, which is the limit",
        mend=f"{_SPLIT} SME2MODULE_PARSE_MEMORY_MB",
    )


def _reachable(path: Path) -> str:
    """A name by which the other process, which stands in another folder, finds the same file."""
    if path.is_absolute():
        name = os.fspath(path)
        # Such as /dev/stdin, which is another file there.
        return os.path.realpath(name) if name.startswith(_OWN_NAMES) else name
    try:
        return os.path.join(Path.cwd(), path)  # noqa: PTH118  Path would take nothing away, and neither must this
    except FileNotFoundError:
        return os.fspath(path)
