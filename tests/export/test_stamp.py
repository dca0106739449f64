"""Every package says what it is, in a place its readers leave alone, and that is read back."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pytest
from lxml import etree

from pipeline import __version__
from pipeline.domain import Module, Status
from pipeline.errors import UnreadableError
from pipeline.export import EXPORTERS, Exporter, select
from pipeline.export.carried import Difference, carried_by, differences
from pipeline.export.package import zipped
from tests.export.conftest import NASTY, a_rich_module
from tests.export.releases import a_release

# They have no comments: who wrote them is known by their bytes, and they say so before.
MUTE = ("aiken", "lectora-csv")

each = pytest.mark.parametrize("exporter", list(EXPORTERS), ids=lambda exporter: exporter.name)


@pytest.fixture(scope="module")
def nasty() -> Module:
    """A module whose title could end a comment, a script and an element."""
    return a_rich_module(title=" ".join((*NASTY, "--", "\x00\x1f")))


@each
def test_a_release_carries_its_manifest_or_says_that_it_does_not(
    exporter: Exporter, nasty: Module, tmp_path: Path
) -> None:
    package, path = a_release(nasty), tmp_path / "package"
    exporter.write(package, path)
    carried = carried_by(path)
    told = any("manifest is not in it" in loss.what for loss in exporter.losses(package))
    assert told == (exporter.name in MUTE)
    if exporter.name in MUTE:
        assert carried is None
        return
    assert carried is not None
    assert carried.stamp is not None
    assert carried.manifest == package.manifest
    assert (carried.stamp.format, carried.stamp.module, carried.stamp.release) == (exporter.name, nasty.id, 3)
    assert carried.stamp.title == nasty.title
    assert carried.stamp.content_hash == carried.manifest.content_hash if carried.manifest else False
    # The module JSON is the module and nothing else: what wrote it is in its manifest.
    assert carried.stamp.product == ("0.0.9" if exporter.name == "json" else __version__)


@each
def test_elements_as_they_stand_say_so(exporter: Exporter, tmp_path: Path) -> None:
    path = tmp_path / "package"
    exporter.write(select(a_rich_module(status=Status.DRAFT), include_drafts=True), path)
    carried = carried_by(path)
    if exporter.name in MUTE:
        assert carried is None
        return
    assert carried is not None
    assert carried.manifest is None
    assert carried.stamp is not None
    assert (carried.stamp.release, carried.stamp.is_preview) == (None, True)


def test_xml_and_office_readers_find_a_sound_file(nasty: Module, tmp_path: Path) -> None:
    package = a_release(nasty)
    EXPORTERS.get("moodlexml").write(package, tmp_path / "bank.xml")
    quiz = etree.parse(tmp_path / "bank.xml").getroot()
    assert sum(isinstance(one, etree._Comment) for one in quiz) == 1
    EXPORTERS.get("docx").write(package, tmp_path / "board.docx")
    document = docx.Document(str(tmp_path / "board.docx"))
    again = io.BytesIO()
    document.save(again)
    (tmp_path / "saved.docx").write_bytes(again.getvalue())
    saved = carried_by(tmp_path / "saved.docx")
    assert saved is not None
    assert saved.manifest == package.manifest


def test_where_two_packages_differ_is_told_by_member_and_place() -> None:
    old = zipped({"a.txt": b"one\ntwo\n", "b.txt": b"b", "c.txt": b"c"})
    new = zipped({"a.txt": b"one\ntwi\n", "b.txt": b"b", "d.txt": b"d"})
    assert differences(new, old) == (
        Difference("a.txt", "changed", "line 2, column 3"), Difference("c.txt", "missing"), Difference("d.txt", "added"),
    )
    assert differences(old, old) == ()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("c.txt", "b.txt", "a.txt"):
            archive.writestr(name, zipfile.ZipFile(io.BytesIO(old)).read(name))
    assert [one.what for one in differences(buffer.getvalue(), old)] == ["packed"]
    assert differences(b"x\xffy", b"x\xffz") == (Difference(None, "changed", "byte 3"),)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"{", b"[1]", b"{}", b"<html></html>", b"\xff\xfe\x00", zipped({"a.txt": b"a"})]
)
def test_what_is_not_ours_says_nothing(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    assert carried_by(path) is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04 and then nothing", "damaged"),
        (zipped({"sme2module.json": b"{"}), "damaged"),
        (zipped({"sme2module.json": b'{"schema": "sme2module/package/9"}'}), "does not know"),
        (b'// sme2module-package {"schema": "sme2module/package/1"}\n', "does not know"),
        (json.dumps({"schema": "sme2module/module/1"}).encode(), "does not know"),
    ],
)
def test_a_stamp_that_cannot_be_read_is_one_clear_line(content: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match=why):
        carried_by(path)
