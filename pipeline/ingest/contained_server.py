"""The process that parses: started by `contained_host`, it reads documents in forks of itself that end afterwards.

A *template* (`serve`) imports the readers once and forks a *worker* a document, so that a document costs a fork and
not an interpreter. Where processes can't be forked (Windows), `serve_one` reads a single document and ends.

What goes over the wire: `control` brings two sockets a document. On `data` the worker gets the request (length, JSON),
says STARTED when it begins, MORE when it needs more time, and sends its answer, a letter and JSON, up to the end of the
stream. `watch` belongs to the template: its end of stream means "kill the worker", and when the worker has ended it
tells how (ENDED).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import math
import os
import selectors
import signal
import socket
import struct
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from pipeline import ingest  # noqa: F401  the readers: what takes half a second, and the reason for a template
from pipeline.domain import Document
from pipeline.errors import Sme2ModuleError
from pipeline.ingest import patience

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

STARTED = b"!"
MORE = b"+"
"""Before the answer, as often as the reader asks for more time."""
DOCUMENT, PLAIN_DOCUMENT, FAULT, TOO_LARGE = b"D", b"P", b"F", b"M"
"""The answer's letter: a document as pydantic writes it, or as `json` writes it; an error; not enough memory."""
LENGTH = struct.Struct("!I")
ENDED = struct.Struct("!iQ")
"""How a worker ended: exit code, or minus the signal; the most memory it held, in bytes."""

# What the readers import when they first need it. The template does so while it has nothing else to do.
_PRELOADED = (
    "lxml.etree", "docx", "pypdfium2.raw", "markdown_it", "lxml.html", "pipeline.ingest.page_pictures",
    "PIL.JpegImagePlugin",
)
# A template that nobody has needed for so long gives its memory back; the next document starts another.
_IDLE_S = 600.0
_TRACE_CHARS = 20_000
_PR_SET_PDEATHSIG = 1
# The largest file a parser may write, such as a picture it unpacks.
_MAX_FILE_BYTES = 512 << 20
# Beyond the parent's own clock, so that a parser is stopped even where nobody is left to watch it.
_SPARE_CPU_S = 5


class _Template:
    """Forks a worker for each pair of sockets that comes in."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._watches: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._woken, self._wakes = socket.socketpair()
        for one in (self._woken, self._wakes):
            one.setblocking(False)

    def run(self) -> NoReturn:
        """Serves until the parent closes `control`, be it by dying."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)  # without a handler the wake-up never comes
        signal.set_wakeup_fd(self._wakes.fileno(), warn_on_full_buffer=False)
        self._selector.register(self._control, selectors.EVENT_READ, self._begin)
        self._selector.register(self._woken, selectors.EVENT_READ, self._reap)
        to_load = list(_PRELOADED)
        while True:
            events = self._selector.select(0 if to_load else _IDLE_S)
            for key, _ in events:
                key.data()
            if events:
                continue
            if to_load:
                with contextlib.suppress(ImportError):
                    importlib.import_module(to_load.pop(0))
                if not to_load:
                    gc.freeze()  # what is loaded stays shared: a worker's garbage collection must not touch it
            elif not self._watches:
                os._exit(0)

    def _begin(self) -> None:
        message, handles, _, _ = socket.recv_fds(self._control, 1, 2)
        if not message:
            for pid in self._watches:
                _kill_with_programs(pid)
            os._exit(0)
        if len(handles) != 2:  # no room for them; the parent sees its ends closed
            for handle in handles:
                os.close(handle)
            return
        data, watch = (socket.socket(fileno=handle) for handle in handles)
        template = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # no room for a process
            data.close()
            watch.close()
            return
        if pid == 0:
            self._become_worker(data, watch, template)
        with contextlib.suppress(OSError):  # it does so itself; whoever is first
            os.setpgid(pid, pid)
        data.close()
        self._watches[pid] = watch
        self._selector.register(watch, selectors.EVENT_READ, lambda: self._kill(pid))

    def _become_worker(self, data: socket.socket, watch: socket.socket, template: int) -> NoReturn:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setpgid(0, 0)
            _die_with(template)
            self._selector.close()
            for other in (self._control, self._woken, self._wakes, watch, *self._watches.values()):
                other.close()
            _work(lambda count: _exactly(data, count), data.sendall)
        finally:
            os._exit(70)  # never back into the template's loop, whatever happened

    def _kill(self, pid: int) -> None:
        """The parent has lost interest: it ran out of patience, was cancelled or has what it wants."""
        self._selector.unregister(self._watches[pid])
        _kill_with_programs(pid)  # not reaped yet, so the number is still its own

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(4096)
        while self._watches:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            watch = self._watches.pop(pid)
            with contextlib.suppress(KeyError):
                self._selector.unregister(watch)
            unit = 1 if sys.platform == "darwin" else 1024
            with contextlib.suppress(OSError):
                watch.sendall(ENDED.pack(os.waitstatus_to_exitcode(status), usage.ru_maxrss * unit))
            watch.close()


def _kill_with_programs(pid: int) -> None:
    """Ends a worker and the programs it started, such as Tesseract: they are of its process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # not a group yet, or all of it gone
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def serve(handle: int) -> NoReturn:
    """Is the template, over the control socket of that file descriptor."""
    _Template(socket.socket(fileno=handle)).run()


def serve_one() -> NoReturn:
    """Reads the one document that standard input asks for, answers on standard output, and ends."""
    source, answers = os.fdopen(0, "rb", closefd=False), os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)  # a parser that prints must not print into the answer

    def take(count: int) -> bytes:
        taken = source.read(count)
        if len(taken) < count:
            os._exit(0)  # never needed, or the parent is gone
        return taken

    def leave_with_parent() -> None:
        source.read(1)
        os._exit(0)

    def give(content: bytes) -> None:
        if content == STARTED:  # now that the request is read
            threading.Thread(target=leave_with_parent, daemon=True).start()
        view = memoryview(content)
        while view:
            view = view[answers.write(view) :]

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work(take, give)


def _work(take: Callable[[int], bytes], give: Callable[[bytes], Any]) -> NoReturn:
    """Reads one document under its limits, and ends the process."""
    (length,) = LENGTH.unpack(take(LENGTH.size))
    request = json.loads(take(length))

    def read() -> Document:
        module, _, name = request["reader"].partition(":")
        figures = {"figures": Path(request["figures"])} if request["figures"] else {}
        document: Document = getattr(importlib.import_module(module), name)(
            Path(request["path"]), shown_path=request["shown"], **figures
        )
        return document

    # What parsers leave behind when they are killed lies where the parent clears it away.
    tempfile.tempdir = request["scratch"]
    restore = _limit(request["seconds"], request["memory_mb"])
    give(STARTED)
    patience.set_clock(lambda: _ask_for_more(give))
    give(_answer(read, restore))
    os._exit(0)


def _ask_for_more(give: Callable[[bytes], Any]) -> None:
    give(MORE)
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + patience.MORE_S) + _SPARE_CPU_S)


def _answer(read: Callable[[], Document], restore: Callable[[], None]) -> bytes:
    try:
        try:
            document = read()
            return _written(document)
        finally:
            restore()  # an answer that tells of want of memory needs some itself
    except MemoryError:
        return TOO_LARGE
    except BaseException as error:  # noqa: BLE001  a parser may raise anything; the parent makes an error of it
        if _is_want_of_memory(error):
            return TOO_LARGE
        fault: dict[str, object] = {"kind": type(error).__name__, "trace": traceback.format_exc()[-_TRACE_CHARS:]}
        if isinstance(error, Sme2ModuleError):
            fault |= {"what": error.what, "why": error.why, "mend": error.mend, "code": error.code}
        else:
            fault["message"] = str(error)[:_TRACE_CHARS]
            if isinstance(error, SystemExit):
                fault["exit"] = error.code if isinstance(error.code, int) else 1
        return FAULT + json.dumps(fault).encode()


def _written(document: Document) -> bytes:
    # pydantic is several times faster, both ways, and refuses half of a surrogate pair, which broken files hold.
    try:
        return DOCUMENT + document.model_dump_json().encode()
    except ValueError:
        return PLAIN_DOCUMENT + json.dumps(document.dump()).encode()


def _is_want_of_memory(error: BaseException) -> bool:
    """Whether it began with memory that was refused; libxml2 says so in words only."""
    chain: list[BaseException] = []
    seen: BaseException | None = error
    while seen is not None and seen not in chain:  # `raise error from error` makes a ring
        chain.append(seen)
        words = str(seen).lower() if type(seen).__name__ == "XMLSyntaxError" else ""
        if isinstance(seen, MemoryError) or "memory allocation failed" in words or "out of memory" in words:
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _limit(seconds: float, memory_mb: int) -> Callable[[], None]:
    """Sets this process's limits where the platform has them; gives what lifts the one on memory."""
    if resource is None:
        return lambda: None
    limits = resource
    _lower(limits.RLIMIT_CORE, 0)
    _lower(limits.RLIMIT_FSIZE, _MAX_FILE_BYTES)
    _lower(limits.RLIMIT_CPU, math.ceil(seconds) + _SPARE_CPU_S)
    before = limits.getrlimit(limits.RLIMIT_AS)
    _lower(limits.RLIMIT_AS, memory_mb << 20)
    # Where the machine itself runs out of memory, this process is to go, not the one that asked.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")

    def restore() -> None:
        with contextlib.suppress(OSError, ValueError):
            limits.setrlimit(limits.RLIMIT_AS, before)

    return restore


def _lower(kind: int, value: int) -> None:
    assert resource is not None
    _, hard = resource.getrlimit(kind)
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(OSError, ValueError):  # macOS knows limits that it does not let one set
        resource.setrlimit(kind, (soft, hard))


def _die_with(template: int) -> None:
    """Ends this worker when the template is killed; elsewhere than on Linux the limit on its CPU time must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != template:  # it died before we could ask
        os._exit(0)


def _exactly(connection: socket.socket, count: int) -> bytes:
    taken = bytearray()
    while len(taken) < count:
        part = connection.recv(count - len(taken))
        if not part:
            os._exit(0)
        taken += part
    return bytes(taken)
