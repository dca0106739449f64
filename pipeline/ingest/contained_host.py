"""The parent's side of the processes that parse: starts them, hands each a document, hears how it ended, stops it.

Why processes of our own and not `multiprocessing`: its forkserver and spawn import the parent's `__main__` again in the
child, which for Streamlit, pytest or a console script means running what must not run twice; its server can't be told
to load in its own time; and a child's exit is seen only by the process that made it. Here a child is started with `-c`
and gets the parent's `sys.path`, and nothing else of the parent:

- It has null devices for standard streams, and a session of its own, so Ctrl-C in a terminal never reaches it.
- It lives as long as its end of a socket (or pipe) is connected. The kernel closes ours whenever we end, `kill -9`
  included; the template then kills its workers and goes. (The kernel's signal at a parent's death is no use for the
  template: it comes when the *thread* that started it ends. Workers have it, against the death of the template.)
- A process forked from ours starts a template of its own; it lets go of ours, which would live on with it otherwise.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pipeline.ingest.patience import MORE_S

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from pipeline.ingest.contained_server import {call}"
# A loaded machine may need long to start an interpreter; this is no measure of a document.
_START_TIMEOUT_S = 60.0
# From "kill it" to "it is dead", for the kernel to take back gigabytes.
_KILL_TIMEOUT_S = 10.0
_CLOSE_TIMEOUT_S = 2.0
_PART_BYTES = 1 << 20
MOST_BYTES = 256 << 20
"""The longest answer: a text of 200 MB, which is the largest file, with its blocks' places."""
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")


class TooMuchError(Exception):
    """The process says more than any document holds."""


class LostError(Exception):
    """The process that parses can't be started, or went away without a word about the document."""


@dataclass(frozen=True)
class Ended:
    """How a worker ended."""

    code: int
    """Exit code, or minus the number of the signal."""
    peak_bytes: int
    """The most memory it held; 0 where that is not known."""


class Work(Protocol):
    """One document in a process of its own."""

    def answer(self, seconds: float) -> bytes:
        """All it says, which is nothing where it fails.

        Raises:
            TimeoutError: It took longer than that, from its beginning, and than it asked for.
            TooMuchError: It said more than MOST_BYTES.
            LostError: It went away.

        """
        ...

    def kill(self) -> None:
        """Ends it, from any thread, at any time, also after its end."""
        ...

    def ended(self) -> Ended:
        """How it ended, once it has or was killed; raises LostError. It is gone afterwards."""
        ...


class Host(Protocol):
    """Where the processes come from. One serves all threads."""

    def warm_up(self) -> None:
        """Begins to load the readers, and does not wait; never raises."""
        ...

    def begin(self, request: Mapping[str, object]) -> Work:
        """The process at work on the request; raises LostError."""
        ...

    def close(self) -> None:
        """Leaves no process behind; the next document starts anew."""
        ...


class ForkedWork:
    """A fork of the template."""

    def __init__(self, data: socket.socket, watch: socket.socket) -> None:
        self._data, self._watch = data, watch

    def answer(self, seconds: float) -> bytes:
        """See Work."""
        from pipeline.ingest.contained_server import MORE

        parts: list[bytes] = []
        size = 0
        self._data.settimeout(_START_TIMEOUT_S)
        try:
            started = self._data.recv(1)
        except TimeoutError as error:
            raise LostError("no process began with it") from error
        except OSError:
            started = b""
        deadline = time.monotonic() + seconds
        while started:
            self._data.settimeout(max(deadline - time.monotonic(), 1e-6))
            try:
                part = self._data.recv(_PART_BYTES)
            except TimeoutError:
                raise
            except OSError:  # killed by another thread, or died with our request unread
                break
            if not part:
                break
            if not parts and part.startswith(MORE):
                deadline = max(deadline, time.monotonic() + MORE_S)
                part = part.lstrip(MORE)
            if part:
                parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise TooMuchError
        return b"".join(parts)

    def kill(self) -> None:
        """See Work. Shutting down, unlike closing, also counts where a forked process holds a copy."""
        for one, how in ((self._watch, socket.SHUT_WR), (self._data, socket.SHUT_RDWR)):
            with contextlib.suppress(OSError):
                one.shutdown(how)

    def ended(self) -> Ended:
        """See Work."""
        from pipeline.ingest.contained_server import ENDED

        said = b""
        try:
            self._watch.settimeout(_KILL_TIMEOUT_S)
            while len(said) < ENDED.size and (part := self._watch.recv(ENDED.size - len(said))):
                said += part
        except OSError as error:
            raise LostError("nothing was heard of its end") from error
        finally:
            self.kill()
            self._data.close()
            self._watch.close()
        if len(said) < ENDED.size:
            raise LostError("the process that reads documents was killed")
        return Ended(*ENDED.unpack(said))


class ForkHost:
    """One template process for this process, started when first needed and again when it has died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._is_used = False
        atexit.register(self.close)
        os.register_at_fork(after_in_child=self._let_go)

    def warm_up(self) -> None:
        """See Host."""
        with self._lock, contextlib.suppress(OSError):
            self._connected()

    def begin(self, request: Mapping[str, object]) -> ForkedWork:
        """See Host."""
        data, their_data = socket.socketpair()
        watch, their_watch = socket.socketpair()
        try:
            with self._lock:
                for attempt in (1, 2):
                    control = self._connected()
                    try:
                        socket.send_fds(control, [b"+"], [their_data.fileno(), their_watch.fileno()])
                        self._is_used = True
                        break
                    except BrokenPipeError:  # it ended just now: idle, or killed
                        self._drop()
                        if attempt == 2:
                            raise
            data.sendall(_framed(request))
        except OSError as error:
            data.close()
            watch.close()
            raise LostError(str(error)) from error
        finally:
            their_data.close()
            their_watch.close()
        return ForkedWork(data, watch)

    def close(self) -> None:
        """See Host."""
        with self._lock:
            self._drop()

    def _connected(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._drop()
        if self._control is None:
            ours, theirs = socket.socketpair()
            ours.settimeout(_START_TIMEOUT_S)
            try:
                self._process = subprocess.Popen(
                    _command("serve", f"serve({theirs.fileno()})"),
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                    cwd="/",  # a folder that it stood in could not be unmounted
                )
            except BaseException:
                ours.close()
                raise
            finally:
                theirs.close()
            self._control, self._is_used = ours, False
        return self._control

    def _drop(self) -> None:
        """The template and its workers end."""
        if self._control is not None:
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)
            self._control.close()
            self._control = None
        if self._process is not None:
            if sys.platform == "linux" or not self._is_used:
                self._process.kill()  # need not finish loading first; workers die with it
            try:
                self._process.wait(_CLOSE_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def _let_go(self) -> None:
        """In a process forked from ours: the template is its parent's."""
        self._lock = threading.Lock()  # the thread that held the other one may not be here
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.returncode = 0  # or Popen would warn of a child that still runs, which is none of ours
            self._process = None


class SpawnedWork:
    """An interpreter of its own for one document."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def answer(self, seconds: float) -> bytes:
        """See Work. Pipes have no clock on Windows, so a timer ends the process and thereby the reading."""
        assert self._process.stdout is not None
        late = threading.Event()
        with _Timer(_START_TIMEOUT_S, self.kill):
            started = self._process.stdout.read(1)
        if not started:
            return b""

        def stop() -> None:
            late.set()
            self.kill()

        from pipeline.ingest.contained_server import MORE

        end = time.monotonic() + seconds
        said = MORE
        while said == MORE:
            with _Timer(max(end - time.monotonic(), 0.0), stop):
                said = self._process.stdout.read(1)
                if said and said != MORE:
                    said += self._process.stdout.read(MOST_BYTES)
            end = max(end, time.monotonic() + MORE_S)
        if len(said) > MOST_BYTES:
            raise TooMuchError
        if late.is_set():
            raise TimeoutError
        return said

    def kill(self) -> None:
        """See Work."""
        self._process.kill()

    def ended(self) -> Ended:
        """See Work."""
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return Ended(code, 0)


class SpawnHost:
    """An interpreter a document, with one in stock after `warm_up`; for platforms without fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stock: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def warm_up(self) -> None:
        """See Host."""
        with self._lock, contextlib.suppress(OSError):
            self._stock = self._stock or self._started()

    def begin(self, request: Mapping[str, object]) -> SpawnedWork:
        """See Host."""
        with self._lock:
            process, self._stock = self._stock, None
        try:
            process = process or self._started()
            assert process.stdin is not None
            process.stdin.write(_framed(request))
            process.stdin.flush()
        except OSError as error:
            if process is not None:
                _ended(process)
            raise LostError(str(error)) from error
        return SpawnedWork(process)

    def close(self) -> None:
        """See Host."""
        with self._lock:
            process, self._stock = self._stock, None
        if process is not None:
            _ended(process)

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            _command("serve_one", "serve_one()"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )


class _Timer(threading.Timer):
    """A timer that a `with` block cancels."""

    def __enter__(self) -> None:
        self.daemon = True
        self.start()

    def __exit__(self, *_: object) -> None:
        self.cancel()
        self.join()


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    SpawnedWork(process).ended()


def _command(name: str, call: str) -> list[str]:
    """An interpreter like ours that runs the call: -P, so that no file of the current folder is taken for a module."""
    utf8 = ["-X", "utf8"] if sys.flags.utf8_mode else []
    path = [os.path.abspath(place) for place in sys.path]  # noqa: PTH100  "" is the current folder
    start = f"{_START.format(call=name)}; {call}"
    return [sys.executable, "-P", "-W", "ignore", *utf8, "-c", start, json.dumps(path)]


def _framed(request: Mapping[str, object]) -> bytes:
    from pipeline.ingest.contained_server import LENGTH

    content = json.dumps(request).encode()
    return LENGTH.pack(len(content)) + content
