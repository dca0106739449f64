from __future__ import annotations

import shutil
import uuid
from pathlib import Path

import pytest

from pipeline.domain import Document
from pipeline.errors import EncryptedError, SourceError, UnsupportedFormatError
from pipeline.ingest import identify, read_document
from tests.ingest.specimens import a_docx, para, shown, zipped
from tests.needs import require

RTF = rb"{\rtf1\ansi{\stylesheet{\s1\outlinelevel0 heading 1;}}{\pard\s1 Purpose\par}{\pard Close the valve.\par}}"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPEN = "application/vnd.oasis.opendocument."
# Takes the place of LibreOffice: puts the file FAKE_MADE, if any, where the converted one is expected.
FAKE = """#!/bin/sh
echo "$@" > "$FAKE_SAW/command"
cp "$HOME/profile/user/registrymodifications.xcu" "$FAKE_SAW/settings"
while [ $# -gt 1 ]; do
    case $1 in --outdir) folder=$2;; --convert-to) kind=$2;; esac
    shift
done
if [ ! -e "$FAKE_SAW/started" ]; then touch "$FAKE_SAW/started"; exit 81; fi
[ -z "$FAKE_MADE" ] || cp "$FAKE_MADE" "$folder/source.$kind"
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that a pretended LibreOffice writes into: "command" and "settings"."""
    saw = tmp_path / "saw"
    saw.mkdir()
    program = tmp_path / "soffice"
    program.write_text(FAKE)
    program.chmod(0o755)
    monkeypatch.setattr("pipeline.ingest.office.found", lambda *_names: str(program))
    monkeypatch.setenv("FAKE_SAW", str(saw))
    monkeypatch.setenv("FAKE_MADE", "")
    return saw


def written(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def open_document(kind: str, manifest: bytes = b"<m/>") -> bytes:
    return zipped({
        "mimetype": (OPEN + kind).encode(), "content.xml": b"<o/>", "META-INF/manifest.xml": manifest
    })


def old_file(stream: str, main: bytes = b"", *, kind: str = "", embedded: str = "") -> bytes:
    """What is looked at of an OLE container: a directory with the names of its streams, and a stream's first bytes."""
    root = bytearray(128)
    root[:20] = "Root Entry".encode("utf-16-le")
    if kind:
        root[80:96] = uuid.UUID(kind).bytes_le
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in (embedded, stream))
    return OLE.ljust(512, b"\0") + main.ljust(512, b"\0") + bytes(root) + names + bytes(512)


def refused(path: Path) -> SourceError:
    with pytest.raises(SourceError) as caught:
        read_document(path)
    return caught.value


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rtf", RTF), ("odt", open_document("text")), ("odp", open_document("presentation")),
        ("ods", open_document("spreadsheet")), ("doc", old_file("WordDocument")), ("xls", old_file("Workbook")),
        ("ppt", old_file("PowerPoint Document")),
    ],
)
def test_formats_are_told_by_their_content(tmp_path: Path, name: str, content: bytes) -> None:
    assert identify(written(tmp_path, "file.bin", content)) == name


def test_a_workbook_that_embeds_a_letter_is_a_workbook(tmp_path: Path) -> None:
    content = old_file("Workbook", kind="00020820-0000-0000-c000-000000000046", embedded="WordDocument")
    assert identify(written(tmp_path, "a.xls", content)) == "xls"


def test_what_is_made_of_a_file_is_read(tmp_path: Path, fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = a_docx(tmp_path / "made.docx", para("Purpose", '<w:outlineLvl w:val="0"/>') + para("Close the valve."))
    monkeypatch.setenv("FAKE_MADE", str(made))
    document = read_document(written(tmp_path, "sop.rtf", RTF))
    assert shown(document) == ["h1 Purpose", "¶ Close the valve."]
    assert document.source.media_type == "application/rtf"
    assert document.source.path.endswith("sop.rtf")
    assert {block.anchor.page for block in document.blocks} == {None}


def test_libreoffice_has_a_profile_of_its_own_without_macros_and_links(tmp_path: Path, fake: Path) -> None:
    refused(written(tmp_path, "sop.rtf", RTF))
    command, settings = (fake / "command").read_text(), (fake / "settings").read_text()
    assert "-env:UserInstallation=file://" in command
    assert "--headless" in command
    assert 'DisableMacrosExecution" oor:op="fuse"><value>true' in settings
    assert 'BlockUntrustedRefererLinks" oor:op="fuse"><value>true' in settings
    profile = command.partition("-env:UserInstallation=file://")[2].split()[0]
    assert not Path(profile).exists()


def test_a_file_that_libreoffice_cannot_open_is_damaged(tmp_path: Path, fake: Path) -> None:
    error = refused(written(tmp_path, "sop.rtf", RTF))
    assert error.code == "corrupt"
    assert "sop.rtf" in error.what


def test_without_libreoffice_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.ingest.office.found", lambda *_names: None)
    error = refused(written(tmp_path, "sop.odt", open_document("text")))
    assert isinstance(error, UnsupportedFormatError)
    assert "install LibreOffice" in error.mend
    assert ".docx" in error.mend


def test_a_file_that_takes_too_long_says_so(tmp_path: Path, fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_given: object, **_options: object) -> bytes:
        raise TimeoutError

    monkeypatch.setattr("pipeline.ingest.office.run", never)
    assert refused(written(tmp_path, "sop.rtf", RTF)).code == "timeout"


@pytest.mark.parametrize(
    "content",
    [
        open_document("text", b"<m><manifest:encryption-data/></m>"),
        old_file("WordDocument", b"\xec\xa5\xc1\x00\x00\x00\x00\x00\x00\x00\x00\x01"),
        old_file("Workbook", b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12) + b"\x2f\x00\x36\x00"),
        old_file("PowerPoint Document", b"\xdf\xc4\xd1\xf3"),
    ],
)
def test_a_password_is_told_before_anything_is_started(tmp_path: Path, fake: Path, content: bytes) -> None:
    assert isinstance(refused(written(tmp_path, "locked.bin", content)), EncryptedError)
    assert not (fake / "command").exists()


def test_an_old_file_without_its_directory_is_damaged(tmp_path: Path) -> None:
    assert refused(written(tmp_path, "cut.doc", OLE + bytes(2000))).code == "corrupt"


@pytest.mark.slow
def test_libreoffice_itself_reads_rich_text_and_old_word_files(tmp_path: Path) -> None:
    require("libreoffice")
    document: Document = read_document(written(tmp_path, "sop.rtf", RTF))
    assert shown(document) == ["h1 Purpose", "¶ Close the valve."]
    cut = written(tmp_path, "cut.rtf", RTF[:9])
    shutil.copy(cut, tmp_path / "cut.doc")
    assert refused(cut).code in ("corrupt", "no_text")
