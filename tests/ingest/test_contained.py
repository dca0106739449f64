"""What a parser does in its own process: each harm is one clear error, and nothing is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from pipeline.domain import Document
from pipeline.errors import EncryptedError, SourceError, UnavailableError, UnreadableError
from pipeline.ingest import contained, contained_host, read_document
from pipeline.ingest.contained import ParseLimits, read_contained, read_contained_async
from pipeline.ingest.contained_host import ForkHost, Host, SpawnHost, Work
from tests.ingest import harmful_readers as readers
from tests.ingest.harmful_readers import HARMFUL
from tests.waiting import until

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
AMPLE = ParseLimits(seconds=60, memory_mb=2048)
needs_fork = pytest.mark.skipif(not contained_host.CAN_FORK, reason="needs fork")
Read = Callable[..., Document]


in_both_ways = pytest.mark.parametrize("host", ["fork", "spawn"], indirect=True)


@pytest.fixture(scope="module")
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    """Where processes come from, the platform's usual way unless a test asks for both; no child is left at the end."""
    way = getattr(request, "param", "fork" if contained_host.CAN_FORK else "spawn")
    if way == "fork" and not contained_host.CAN_FORK:
        pytest.skip("needs fork")
    contained._host.close()
    before = set(psutil.Process().children(recursive=True))
    made: Host = ForkHost() if way == "fork" else SpawnHost()
    made.warm_up()
    yield made
    made.close()
    contained._host.close()
    left = set(psutil.Process().children(recursive=True)) - before
    assert not psutil.wait_procs(left, timeout=5)[1]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Some file."""
    path = tmp_path / "file.txt"
    path.write_text("3")
    return path


@pytest.fixture
def read(host: Host, file: Path) -> Read:
    """`read("crashes")`: what that reader makes of the file."""

    def call(name: str, path: Path = file, limits: ParseLimits = AMPLE, shown: str | None = "shown.txt") -> Document:
        return read_contained(path, shown_path=shown, limits=limits, reader=f"{HARMFUL}:{name}", host=host)

    return call


def is_gone(pid_file: Path) -> bool:
    """Whether the process that wrote its number there has ended, within a moment."""
    try:
        psutil.Process(int(pid_file.read_text())).wait(timeout=5)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
    return True


def appears(path: Path) -> None:
    """Waits for the file."""
    until(path.exists, what=path.name)


@pytest.mark.parametrize("name", ["lockout-procedure.docx", "customer-data-policy.pdf", "return-a-parcel.md"])
def test_the_document_is_the_one_that_is_read_here(host: Host, name: str) -> None:
    path = SAMPLES / name
    assert read_contained(path, host=host) == read_document(path)
    assert read_contained(path, shown_path="x", host=host) == read_document(path, shown_path="x")


@in_both_ways
def test_each_document_has_a_process_of_its_own_that_ends(read: Read, file: Path) -> None:
    first, second = (read("tells_its_process").blocks[0].text for _ in range(2))
    assert len({first, second, str(os.getpid())}) == 3
    file.write_text(first)
    assert is_gone(file)


@needs_fork
def test_a_second_document_costs_no_interpreter(file: Path) -> None:
    reader = f"{HARMFUL}:tells_its_process"
    parents = {read_contained(file, reader=reader).blocks[1].text for _ in range(3)}
    assert len(parents) == 1
    assert parents != {str(os.getpid())}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("crashes", "crashed (SIGSEGV)"),
        ("exits", "exit code 3"),
        ("leaves", "exit code 7"),
        ("recurses", "RecursionError"),
        ("no_such_reader", "AttributeError"),
    ],
)
def test_a_parser_that_dies_loses_its_document_only(read: Read, name: str, why: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read(name)
    assert (caught.value.code, caught.value.what) == ("corrupt", "shown.txt")
    assert why in caught.value.why
    assert read("tells_its_process").blocks


@in_both_ways
def test_a_parser_that_ends_the_process_as_if_all_was_well_has_failed(read: Read, file: Path) -> None:
    file.write_text("0")
    with pytest.raises(UnreadableError, match="exit code 0"):
        read("exits")


@in_both_ways
@pytest.mark.parametrize("name", ["never_ends", "holds_the_interpreter"])
def test_a_parser_that_never_ends_is_killed(read: Read, name: str, file: Path) -> None:
    with pytest.raises(UnreadableError, match=r"longer than 0\.3 seconds.*SME2MODULE_PARSE_TIMEOUT_S") as caught:
        read(name, limits=ParseLimits(seconds=0.3))
    assert (caught.value.code, caught.value.what) == ("timeout", "shown.txt")
    assert is_gone(file.with_suffix(".pid"))


@in_both_ways
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits memory")
@pytest.mark.parametrize("name", ["eats_memory", "eats_memory_in_c", "eats_memory_and_hides_it"])
def test_a_parser_that_eats_memory_is_stopped(read: Read, name: str) -> None:
    with pytest.raises(UnreadableError, match=r"more than 300 MB.*SME2MODULE_PARSE_MEMORY_MB") as caught:
        read(name, limits=ParseLimits(seconds=60, memory_mb=300))
    assert (caught.value.code, caught.value.what) == ("too_large", "shown.txt")


@in_both_ways
def test_an_error_of_a_reader_comes_back_whole(read: Read) -> None:
    with pytest.raises(EncryptedError) as caught:
        read("refuses")
    error = caught.value
    assert (error.what, error.why, error.mend, error.code) == ("a\ud800b", "it \0 is locked", "unlock it", "language")
    assert "in refuses" in "".join(traceback.format_exception(error))  # --verbose shows where


def test_errors_are_those_of_reading_here(host: Host, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7 cut")
    (tmp_path / "slides.pptx").write_bytes(b"PK\x03\x04 no")
    for path in (*tmp_path.iterdir(), tmp_path, tmp_path / "none.txt", Path(os.devnull)):
        with pytest.raises(SourceError) as here:
            read_document(path, shown_path="it")
        with pytest.raises(SourceError) as there:
            read_contained(path, shown_path="it", host=host)
        assert type(here.value) is type(there.value)
        assert [(one.line, one.code, one.exit_code) for one in (here.value, there.value)] == [
            (here.value.line, here.value.code, 2)
        ] * 2


@in_both_ways
@pytest.mark.parametrize("name", ["odd_words", "large"])
def test_every_character_of_a_document_comes_back(read: Read, name: str, file: Path) -> None:
    assert read(name) == getattr(readers, name)(file, shown_path="shown.txt")


def test_names_may_be_of_any_script_and_relative(read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "إجراءات"
    folder.mkdir()
    (folder / "دليل.txt").write_text("Lock the machine before service.\n")
    monkeypatch.chdir(folder)
    path = Path("../إجراءات/دليل.txt")
    made = read("speaks", path=path, shown=None)
    assert made == read_document(path)
    assert made.source.path == str(path)


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux only")
def test_a_name_that_is_no_text_is_found(host: Host, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_text("Lock the machine before service.\n")
    assert read_contained(path, host=host) == read_document(path)


@in_both_ways
def test_nothing_of_a_parser_is_seen_on_our_streams(read: Read, file: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file.write_text("Lock the machine before service.\n")
    assert read("speaks").blocks
    assert capfd.readouterr() == ("", "")


def test_many_threads_may_read_at_once(host: Host) -> None:
    path = SAMPLES / "return-a-parcel.md"
    expected = read_document(path)
    with ThreadPoolExecutor(8) as pool:
        assert all(made == expected for made in pool.map(lambda _: read_contained(path, host=host), range(16)))


@in_both_ways
def test_a_cancelled_task_kills_its_process(host: Host, file: Path) -> None:
    async def cancel() -> None:
        task = asyncio.create_task(read_contained_async(file, reader=f"{HARMFUL}:sleeps", host=host))
        await asyncio.to_thread(appears, file.with_suffix(".ready"))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await read_contained_async(SAMPLES / "return-a-parcel.md", host=host)).blocks

    asyncio.run(cancel())
    assert is_gone(file.with_suffix(".pid"))


@in_both_ways
def test_a_task_that_is_cancelled_while_its_process_is_started_leaves_nothing(host: Host, file: Path) -> None:
    begins, is_cancelled = threading.Event(), threading.Event()
    before = set(psutil.Process().children(recursive=True))

    class Slow:
        warm_up, close = host.warm_up, host.close

        def begin(self, request: Mapping[str, object]) -> Work:
            begins.set()
            assert is_cancelled.wait(20)
            return host.begin(request)

    async def cancel() -> None:
        limits = ParseLimits(seconds=30, memory_mb=2048)
        reading = read_contained_async(file, limits=limits, reader=f"{HARMFUL}:sleeps", host=Slow())
        task = asyncio.create_task(reading)
        assert await asyncio.to_thread(begins.wait, 20)
        task.cancel()
        await asyncio.sleep(0)  # the task hears of it
        is_cancelled.set()
        await asyncio.wait({task}, timeout=20)
        assert task.done(), "it is read to its end, or to the end of its time"
        assert task.cancelled()

    asyncio.run(cancel())
    left = set(psutil.Process().children(recursive=True)) - before
    assert not psutil.wait_procs(left, timeout=5)[1]


@needs_fork
def test_the_programs_that_a_reader_started_end_with_it(read: Read, file: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read("waits_for_a_program", limits=ParseLimits(seconds=1, memory_mb=2048))
    assert caught.value.code == "timeout"
    assert is_gone(file.with_suffix(".pid"))
    assert is_gone(file.with_suffix(".pid2"))


@in_both_ways
def test_a_reader_that_asks_for_more_time_gets_it(read: Read, file: Path) -> None:
    file.write_text("1.2")
    assert read("asks_for_more_time", limits=ParseLimits(seconds=1, memory_mb=2048)).blocks[0].text == "done"


@in_both_ways
def test_what_a_reader_leaves_behind_is_cleared_away(read: Read) -> None:
    left, folder = (Path(block.text) for block in read("tells_its_folder").blocks)
    assert left.is_relative_to(folder)
    assert not folder.exists()


@in_both_ways
def test_more_text_than_any_document_holds_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (contained, contained_host):
        monkeypatch.setattr(module, "MOST_BYTES", 1 << 20)
    with pytest.raises(UnreadableError, match="more than 1 MB of text") as caught:
        read("says_too_much")
    assert caught.value.code == "too_large"


@needs_fork
def test_a_template_that_was_killed_is_started_again(file: Path) -> None:
    reader = f"{HARMFUL}:tells_its_process"
    template = int(read_contained(file, reader=reader).blocks[1].text)
    os.kill(template, signal.SIGKILL)
    assert int(read_contained(file, reader=reader).blocks[1].text) != template


@in_both_ways
def test_where_no_process_can_be_had_the_document_is_not_blamed(
    host: Host, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    host.close()
    with pytest.raises(UnavailableError, match="no process could be started") as caught:
        read_contained(file, host=host)
    assert (caught.value.code, caught.value.exit_code) == ("no_process", 3)


PARENT = """
    import os, sys, threading
    from pathlib import Path
    from pipeline.ingest.contained import ParseLimits, read_contained, warm_up
    from pipeline.ingest.contained_host import ForkHost, SpawnHost
    host = {host}()
    file = Path(sys.argv[1])
    print("main runs", flush=True)
    try:
        read_contained(file, reader="tests.ingest.harmful_readers:{reader}", host=host)
    except KeyboardInterrupt:
        print("stopped", flush=True)
"""


def a_parent(file: Path, host: str, reader: str = "sleeps") -> subprocess.Popen[str]:
    """A program, in a session of its own, that is reading a document which never ends."""
    script = file.with_name("parent.py")
    script.write_text(textwrap.dedent(PARENT.format(host=host, reader=reader)))
    code = f"import sys, runpy; sys.path.insert(0, {str(ROOT)!r}); runpy.run_path({str(script)!r}, run_name='__main__')"
    return subprocess.Popen(
        [sys.executable, "-X", "dev", "-c", code, str(file)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


BOTH = pytest.mark.parametrize("kind", [pytest.param("ForkHost", marks=needs_fork), "SpawnHost"])


@BOTH
def test_a_killed_parent_leaves_no_process(file: Path, kind: str) -> None:
    with a_parent(file, kind) as parent:
        appears(file.with_suffix(".ready"))
        children = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()
    assert children
    assert not psutil.wait_procs(children, timeout=5)[1]


@BOTH
def test_ctrl_c_ends_the_reading_without_a_traceback(file: Path, kind: str) -> None:
    with a_parent(file, kind) as parent:
        appears(file.with_suffix(".ready"))
        children = psutil.Process(parent.pid).children(recursive=True)
        os.killpg(parent.pid, signal.SIGINT)
        out, err = parent.communicate(timeout=60)
    assert (out, err, parent.returncode) == ("main runs\nstopped\n", "", 0)  # and the script ran once
    assert not psutil.wait_procs(children, timeout=5)[1]


@needs_fork
def test_a_forked_process_has_a_template_of_its_own(file: Path) -> None:
    code = f"""
        import os, sys
        sys.path.insert(0, {str(ROOT)!r})
        from pathlib import Path
        from pipeline.ingest.contained import read_contained
        def template():
            return int(read_contained(Path({str(file)!r}), reader="{HARMFUL}:tells_its_process").blocks[1].text)
        first = template()
        pid = os.fork()
        if pid == 0:
            os._exit(0 if template() != first else 1)
        assert os.waitpid(pid, 0)[1] == 0
        assert template() == first
    """
    script = [sys.executable, "-X", "dev", "-W", "error", "-c", textwrap.dedent(code)]
    done = subprocess.run(script, check=False, capture_output=True, text=True, timeout=60)
    assert (done.stderr, done.returncode) == ("", 0)


def test_the_products_own_processes_end_on_demand(file: Path) -> None:
    reader = f"{HARMFUL}:tells_its_process"
    pid = read_contained(file, reader=reader).blocks[1].text
    file.write_text(pid)
    contained._host.close()
    assert pid == str(os.getpid()) or is_gone(file)
    contained.warm_up()
    assert read_contained(file, reader=reader).blocks
