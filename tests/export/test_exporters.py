"""What every exporter promises, run over all of them."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from pipeline.domain import ItemType, Module, Status
from pipeline.errors import ExportError
from pipeline.export import EXPORTERS, Exporter, select
from pipeline.export.package import rezipped, write_whole, zipped
from tests.builders import a_module, a_scenario
from tests.export.conftest import FORMATS, NASTY, QUESTION_FORMATS, SCENARIO_FORMATS, a_rich_module

each = pytest.mark.parametrize("exporter", list(EXPORTERS), ids=lambda exporter: exporter.name)


def _bytes(exporter: Exporter, module: Module, path: Path, *, drafts: bool = False) -> bytes:
    exporter.write(select(module, include_drafts=drafts), path)
    return path.read_bytes()


def test_the_formats_are_listed_in_order() -> None:
    assert EXPORTERS.names == FORMATS


@each
def test_a_format_can_be_chosen_from_its_description(exporter: Exporter) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)?", exporter.name)
    assert exporter.suffix.startswith(".")
    assert "/" in exporter.media_type
    assert exporter.label
    assert exporter.help


@each
def test_the_same_module_gives_the_same_bytes(exporter: Exporter, tmp_path: Path, rich_module: Module) -> None:
    first = _bytes(exporter, rich_module, tmp_path / "one")
    again = _bytes(exporter, a_rich_module(), tmp_path / "two")
    assert first == again


def test_neither_day_nor_zone_nor_place_nor_hash_seed_gets_into_the_bytes_of_a_release(tmp_path: Path) -> None:
    program = """
import datetime, hashlib, sys, time
import pipeline.domain, pipeline.export.stamp  # what pydantic builds from datetime is built before it is replaced
days = datetime.timedelta(days=int(sys.argv[2]))
real = datetime.datetime
class AnyMoment(type):
    def __instancecheck__(cls, one): return isinstance(one, real)
class Shifted(real, metaclass=AnyMoment):
    @classmethod
    def now(cls, tz=None): return super().now(tz) + days
    @classmethod
    def utcnow(cls): return super().utcnow() + days
seconds, local = time.time, time.localtime
time.time = lambda: seconds() + days.total_seconds()
time.localtime = lambda at=None: local(time.time() if at is None else at)
datetime.datetime = Shifted
from pathlib import Path
from pipeline.export import EXPORTERS
from tests.export.conftest import a_rich_module
from tests.export.releases import a_release
package = a_release(a_rich_module())
for exporter in EXPORTERS:
    path = Path(sys.argv[1]) / f"made{exporter.suffix}"
    exporter.write(package, path)
    print(exporter.name, hashlib.sha256(path.read_bytes()).hexdigest())
"""
    printed = []
    for place, days, zone, seed in (("here", "0", "UTC", "1"), ("elsewhere", "400", "Asia/Kathmandu", "2")):
        (tmp_path / place).mkdir()
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / place), days],
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C", "TMPDIR": str(tmp_path / place)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        printed.append(done.stdout.splitlines())
    assert printed[0] == printed[1]
    assert [line.split()[0] for line in printed[0]] == list(EXPORTERS.names)


@each
def test_a_file_is_whole_or_absent(exporter: Exporter, tmp_path: Path, rich_module: Module) -> None:
    target = tmp_path / "taken"
    target.mkdir()
    (target / "inside").write_text("a folder stands where the file should go")
    with pytest.raises(ExportError) as refusal:
        exporter.write(select(rich_module, include_drafts=False), target)
    assert refusal.value.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@each
def test_a_missing_folder_is_named(exporter: Exporter, tmp_path: Path, rich_module: Module) -> None:
    with pytest.raises(ExportError, match="No such file or directory"):
        exporter.write(select(rich_module, include_drafts=False), tmp_path / "nowhere" / "file")


@each
def test_text_of_any_kind_can_be_written(exporter: Exporter, tmp_path: Path) -> None:
    title = " ".join((*NASTY, "\x00\x08\x1f\ufffe"))
    module = a_module(title=title, scenarios=(a_scenario(),))
    assert _bytes(exporter, module, tmp_path / "nasty", drafts=True)


@each
@pytest.mark.parametrize("language", ["ar", "zh-Hant", "sw", "not a tag!"])
def test_any_language_can_be_written(exporter: Exporter, tmp_path: Path, language: str) -> None:
    assert _bytes(exporter, a_rich_module(language=language), tmp_path / "file")


@each
def test_nothing_but_a_title_can_be_written_unless_the_format_is_for_questions_or_a_story(
    exporter: Exporter, tmp_path: Path
) -> None:
    module = a_module(objectives=(), lessons=(), items=(), resources=())
    if exporter.name in (*QUESTION_FORMATS, *SCENARIO_FORMATS):
        with pytest.raises(ExportError, match=r"it has no (question|scenario)"):
            _bytes(exporter, module, tmp_path / "empty", drafts=True)
        return
    assert _bytes(exporter, module, tmp_path / "empty", drafts=True)


@each
def test_what_was_not_approved_is_nowhere_in_the_file(exporter: Exporter, tmp_path: Path) -> None:
    module = a_rich_module()
    secret = module.items[0].model_copy(
        update={"status": Status.REJECTED, "stem": "SECRET-STEM", "general_feedback": "SECRET-STEM"}
    )
    module = module.with_element(secret)
    for drafts in (False, True):
        content = _bytes(exporter, module, tmp_path / f"file-{drafts}", drafts=drafts)
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                content = b"".join(archive.read(name) for name in archive.namelist())
        assert b"SECRET-STEM" not in content


def test_a_zip_is_sorted_and_knows_no_clock() -> None:
    content = zipped({"b.txt": b"2", "a.txt": b"1"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["a.txt", "b.txt"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert rezipped(content) == content


def test_a_file_that_was_there_is_kept_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "module.json"
    path.write_bytes(b"the old one")

    def no_room(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipeline.export.package.os.fsync", no_room)
    with pytest.raises(ExportError, match="No space left on device"):
        write_whole(path, b"the new one")
    assert path.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_pipe_or_device_is_never_replaced_by_a_package(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ExportError, match="name a file"):
        write_whole(pipe, b"package")
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_name_that_just_fits_the_file_system_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 251 + ".zip")
    write_whole(path, b"package")
    assert path.read_bytes() == b"package"


def test_the_spaces_around_a_blank_stay(tmp_path: Path, rich_module: Module) -> None:
    written = _bytes(EXPORTERS.get("moodlexml"), rich_module, tmp_path / "bank", drafts=True).decode()
    stem = next(item.stem for item in rich_module.items if item.type is ItemType.CLOZE)
    before, _, after = (part.strip() for part in stem.partition("{{1}}"))
    assert re.search(rf"{re.escape(before[-12:])} \{{", written)
    assert re.search(rf"\}} {re.escape(after.partition('{{')[0][:8].strip())}", written)
