"""Readers that do what a parser may do to the process it runs in; `read_contained(…, reader=HARMFUL + ":name")`."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
import zlib
from pathlib import Path

from pipeline.domain import Block, BlockKind, Document, IngestWarning, Source
from pipeline.errors import EncryptedError, SourceError
from pipeline.ingest import patience, programs, read_document

HARMFUL = "tests.ingest.harmful_readers"


def a_document(path: Path, texts: list[str]) -> Document:
    """A document of paragraphs."""
    blocks = tuple(Block(id=f"b-{number}", kind=BlockKind.PARAGRAPH, text=text) for number, text in enumerate(texts))
    source = Source(id="s-1", path=str(path), sha256="0", media_type="text/plain", bytes=1)
    return Document(source=source, blocks=blocks, warnings=(IngestWarning(code="scanned_pages", message="pages 1"),))


def tells_its_process(path: Path, *, shown_path: str) -> Document:
    return a_document(path, [str(os.getpid()), str(os.getppid())])


def crashes(path: Path, *, shown_path: str) -> Document:
    os.kill(os.getpid(), signal.SIGSEGV)
    raise AssertionError


def exits(path: Path, *, shown_path: str) -> Document:
    os._exit(int(path.read_text()))


def leaves(path: Path, *, shown_path: str) -> Document:
    sys.exit(7)


def never_ends(path: Path, *, shown_path: str) -> Document:
    path.with_suffix(".pid").write_text(str(os.getpid()))
    path.with_suffix(".ready").touch()
    while True:
        pass


def holds_the_interpreter(path: Path, *, shown_path: str) -> Document:
    path.with_suffix(".pid").write_text(str(os.getpid()))
    sum(range(10**13))  # one call of C code: no other thread of the process gets a turn
    raise AssertionError


def sleeps(path: Path, *, shown_path: str) -> Document:
    path.with_suffix(".pid").write_text(str(os.getpid()))
    path.with_suffix(".ready").touch()
    time.sleep(600)
    raise AssertionError


def waits_for_a_program(path: Path, *, shown_path: str) -> Document:
    """Waits for a program that waits for another."""
    script = f"echo $$ >{path.with_suffix('.pid')}; sleep 600 & echo $! >{path.with_suffix('.pid2')}; wait"
    programs.run(["sh", "-c", script], seconds=600)
    raise AssertionError


def tells_its_folder(path: Path, *, shown_path: str) -> Document:
    """Leaves a file where temporary files go, and says where."""
    left = Path(tempfile.mkdtemp()) / "left"
    left.write_text("left behind")
    told = programs.run(["sh", "-c", "printf %s \"$TMPDIR\""], seconds=60).decode()
    return a_document(path, [str(left), told])


def asks_for_more_time(path: Path, *, shown_path: str) -> Document:
    """Works for longer than it was given, and says so in time."""
    patience.ask_for_more()
    patience.ask_for_more()
    time.sleep(float(path.read_text()))
    return a_document(path, ["done"])


def says_too_much(path: Path, *, shown_path: str) -> Document:
    return a_document(path, ["word " * (1 << 19)])


def eats_memory(path: Path, *, shown_path: str) -> Document:
    hoard = []
    while True:
        hoard.append(bytearray(16 << 20))


def eats_memory_in_c(path: Path, *, shown_path: str) -> Document:
    zlib.decompress(zlib.compress(b"small"), bufsize=1 << 40)
    raise AssertionError


def eats_memory_and_hides_it(path: Path, *, shown_path: str) -> Document:
    try:
        return eats_memory(path, shown_path=shown_path)
    except MemoryError as error:
        raise SourceError("x", why="it is damaged", mend="none") from error


def recurses(path: Path, *, shown_path: str) -> Document:
    return recurses(path, shown_path=shown_path)


def refuses(path: Path, *, shown_path: str) -> Document:
    error = EncryptedError("a\ud800b", why="it \0 is locked", mend="unlock it", code="language")
    raise error from error  # a ring of causes, as readers make


def speaks(path: Path, *, shown_path: str) -> Document:
    print("printed")
    print("complained", file=sys.stderr, flush=True)
    os.write(1, b"written")
    os.write(2, b"written")
    return read_document(path, shown_path=shown_path)


def odd_words(path: Path, *, shown_path: str) -> Document:
    return a_document(path, ["half a pair \ud83d", "nul \0 and \x1b", "قفل \U0001f512", "\u2028"])


def large(path: Path, *, shown_path: str) -> Document:
    # Many times what a pipe holds.
    return a_document(path, [f"{number} " + "x" * 1000 for number in range(2_000)])
