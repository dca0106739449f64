from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pipeline.domain import BlockKind
from pipeline.errors import EncryptedError, NoTextError, SourceError, UnreadableError, UnsupportedFormatError
from pipeline.ingest import READERS, document, identify, read_document
from tests.ingest.specimens import a_docx, a_pdf, para, read_text, write_lines, zipped

SAMPLES = Path(__file__).parents[2] / "samples"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def code_of(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        read_document(path)
    assert "\n" not in caught.value.line
    assert str(path) in caught.value.line
    return caught.value.code


def test_a_document_carries_what_its_file_is(tmp_path: Path) -> None:
    content = b"# Lock out\n\nPress STOP before you open the guard of the machine.\n"
    made = read_text(tmp_path, content, "lockout.md")
    assert made.source.sha256 == hashlib.sha256(content).hexdigest()
    assert made.source.id == f"s-{made.source.sha256[:12]}"
    assert made.source.bytes == len(content)
    assert made.source.media_type == "text/markdown"
    assert made.source.title == "Lock out"
    assert made.source.language == "en"


def test_messages_and_the_document_name_the_file_as_it_was_shown(tmp_path: Path) -> None:
    path = tmp_path / "upload-8871.bin"
    path.write_text("The valve has to be closed before the guard is opened by anyone.")
    assert read_document(path, shown_path="guide.txt").source.path == "guide.txt"
    path.write_bytes(b"")
    with pytest.raises(UnreadableError, match=r"^guide\.txt: ") as caught:
        read_document(path, shown_path="guide.txt")
    assert "upload" not in caught.value.line


def test_ids_do_not_depend_on_the_name_and_survive_an_edit_elsewhere(tmp_path: Path) -> None:
    first = read_text(tmp_path, "# A\n\nKept words stay.\n\nOld words.\n", "one.md")
    second = read_text(tmp_path, "# A\n\nNew words.\n\nKept words stay.\n", "two.md")
    kept = {block.id for block in first.blocks if block.text == "Kept words stay."}
    assert kept == {block.id for block in second.blocks if block.text == "Kept words stay."}
    assert len({block.id for block in first.blocks}) == len(first.blocks)


def test_blocks_know_the_headings_above_them(tmp_path: Path) -> None:
    made = read_text(tmp_path, "# A\n\none\n\n## B\n\ntwo\n\n### C\n\nthree\n\n## D\n\nfour\n", "a.md")
    sections = {block.text: block.anchor.section for block in made.blocks}
    assert sections == {
        "A": (), "one": ("A",), "B": ("A",), "two": ("A", "B"), "C": ("A", "B"), "three": ("A", "B", "C"),
        "D": ("A",), "four": ("A", "D"),
    }


def test_a_title_is_the_one_top_heading_or_else_the_name_of_the_file(tmp_path: Path) -> None:
    one = "Text first of all, some of it.\n\n# Only one\n\nMore text.\n\n## Below\n\nText.\n"
    several = "Text first of all.\n\n## Purpose\n\nMore text.\n\n## Scope\n\nText.\n"
    assert read_text(tmp_path, one, "x.md").source.title == "Only one"
    assert read_text(tmp_path, several, "shift_hand-over.md").source.title == "Shift hand over"


def test_a_missing_file_a_folder_and_an_empty_file_are_told_apart(tmp_path: Path) -> None:
    empty = tmp_path / "empty.docx"
    empty.touch()
    blank = tmp_path / "blank.txt"
    blank.write_text(" \n\t\n  \n")
    assert code_of(tmp_path / "nowhere.pdf") == "missing"
    assert code_of(tmp_path) == "unsupported"
    assert code_of(empty) == "empty"
    assert code_of(blank) == "no_text"


def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_FILE_BYTES", 10)
    path = tmp_path / "long.txt"
    path.write_text("more than ten bytes")
    assert code_of(path) == "too_large"


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("text.odt", zipped({"content.xml": b"<o/>"}), "OpenDocument"),
        ("drawing.vsd", OLE, "old program"),
        ("talk.mp3", b"ID3\x04" + bytes(200), "transcript"),
        ("film.mp4", b"\x00\x00\x00\x20ftypisom" + bytes(100), "transcript"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(50), "text recognition"),
        ("data.json", b'{"a": 1}', "JSON"),
    ],
)
def test_a_format_without_a_reader_is_named_with_what_to_do_instead(
    tmp_path: Path, name: str, content: bytes, advice: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnsupportedFormatError, match=advice) as caught:
        read_document(path)
    assert caught.value.code == "unsupported"
    assert caught.value.mend


def test_bytes_that_are_no_text_are_not_read_as_text(tmp_path: Path) -> None:
    junk = bytes(range(256)) * 20
    (tmp_path / "junk.txt").write_bytes(junk)
    (tmp_path / "junk.pdf").write_bytes(junk)
    (tmp_path / "junk.bin").write_bytes(junk)
    assert code_of(tmp_path / "junk.txt") == "corrupt"
    assert code_of(tmp_path / "junk.pdf") == "corrupt"
    assert code_of(tmp_path / "junk.bin") == "unsupported"


def test_an_encrypted_word_file_is_told_from_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "secret.docx"
    path.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le") + bytes(100))
    with pytest.raises(EncryptedError, match="without one"):
        read_document(path)


@pytest.mark.parametrize("name", ["lockout-procedure.docx", "customer-data-policy.pdf"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_a_file_that_was_cut_off_is_damaged_and_never_half_read_in_silence(
    tmp_path: Path, name: str, share: float
) -> None:
    content = (SAMPLES / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(content[: int(len(content) * share)])
    code, made = None, None
    try:
        made = read_document(path)
    except SourceError as error:
        code = error.code
    whole = read_document(SAMPLES / name)
    assert code in ("corrupt", "no_text") if made is None else made.warnings or len(made.blocks) == len(whole.blocks)


def test_a_mislabelled_file_is_read_as_what_it_is_with_a_warning(tmp_path: Path) -> None:
    path = a_pdf(tmp_path / "guide.docx", lambda canvas: write_lines(canvas, ["Close the valve first."]))
    made = read_document(path)
    assert identify(path) == "pdf"
    assert made.source.media_type == "application/pdf"
    assert [warning.code for warning in made.warnings] == ["mislabelled"]
    page = read_text(tmp_path, "<!doctype html><html><body><p>Hello there.</p></body></html>", "page.pdf")
    assert page.source.media_type == "text/html"
    assert [warning.code for warning in page.warnings] == ["mislabelled"]
    assert [block.text for block in page.blocks] == ["Hello there."]


def test_a_file_without_an_ending_is_told_by_its_content(tmp_path: Path) -> None:
    docx = a_docx(tmp_path / "word", para("Close the valve."))
    assert identify(docx) == "docx"
    (tmp_path / "notes").write_text("# Head\n\nSome **bold** words.\n")
    assert identify(tmp_path / "notes") == "markdown"
    (tmp_path / "plain").write_text("Just words.\n")
    assert identify(tmp_path / "plain") == "text"


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    path.write_bytes(zipped({"word/document.xml": b"<a>" + b" " * (80 << 20), "[Content_Types].xml": b""}))
    assert code_of(path) == "too_large"


def test_entities_and_outside_files_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    doctype = f'<!DOCTYPE w:document [<!ENTITY x SYSTEM "file://{secret}">]>'
    path = a_docx(tmp_path / "xxe.docx", "")
    from tests.ingest.specimens import W

    body = f"{doctype}<w:document {W}><w:body>{para('Before &x; after.')}</w:body></w:document>"
    import zipfile

    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["word/document.xml"] = body.encode()
    path.write_bytes(zipped(members))
    try:
        text = " ".join(block.text for block in read_document(path).blocks)
    except SourceError as error:
        text = error.line
    assert "TOP-SECRET" not in text


def test_a_parser_that_fails_becomes_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.ingest.text import TextReader

    def fail(*_: object) -> None:
        raise KeyError("bad\nvalue")

    monkeypatch.setattr(TextReader, "read", fail)
    path = tmp_path / "x.txt"
    path.write_text("words")
    assert code_of(path) == "corrupt"


def test_every_reader_says_what_it_is() -> None:
    assert {"pdf", "docx", "zip", "eml", "html", "markdown"} < set(READERS.names)
    assert READERS.names[-1] == "text", "it takes what the others left"
    endings = [suffix for reader in READERS for suffix in reader.suffixes]
    assert len(endings) == len(set(endings))
    assert all(reader.label and reader.media_type.count("/") == 1 for reader in READERS)


def test_empty_words_are_no_blocks(tmp_path: Path) -> None:
    path = a_docx(tmp_path / "gaps.docx", para(" ") + para("\u200b\u00ad") + para("Words."))
    assert [block.text for block in read_document(path).blocks] == ["Words."]
    with pytest.raises(NoTextError):
        read_document(a_docx(tmp_path / "none.docx", para(" ")))


@pytest.mark.parametrize("name", ["lockout-procedure.docx", "customer-data-policy.pdf", "return-a-parcel.md"])
def test_a_sample_is_read_whole(name: str) -> None:
    made = read_document(SAMPLES / name)
    kinds = {block.kind for block in made.blocks}
    assert {BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE} <= kinds
    assert not made.warnings
    assert all(block.text == " ".join(block.text.split()) for block in made.blocks if block.rows is None)
    steps = [block.marker for block in made.blocks if block.kind is BlockKind.LIST_ITEM and block.marker != "•"]
    assert steps[:3] == ["1.", "2.", "3."]
    assert read_document(SAMPLES / name) == made


def test_a_pipe_or_device_is_not_called_an_empty_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (tmp_path / "pipe.txt", Path(os.devnull)):
        with pytest.raises(UnsupportedFormatError, match="not a file"):
            read_document(path)


def test_a_file_name_in_another_encoding_does_not_reach_the_document(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.txt")
    path.write_text("Close the valve\n\nThe operator must close the valve before the start.\n")
    made = read_document(path)
    assert made.source.path.endswith("caf\\xe9.txt")
    made.source.path.encode()
    path.write_bytes(b"")
    with pytest.raises(UnreadableError, match="empty") as caught:
        read_document(path)
    caught.value.line.encode()


def test_items_of_deep_lists_are_all_there(tmp_path: Path) -> None:
    items = [f"{'  ' * depth}- step {depth}" for depth in range(40)]
    made = read_text(tmp_path, "\n".join(items), "deep.md")
    assert [block.text for block in made.blocks] == [f"step {depth}" for depth in range(40)]


def test_a_path_that_cannot_even_be_looked_up_is_missing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path / ("x" * 300), tmp_path / "file" / "below.txt", tmp_path / "loop"):
        assert code_of(path) == "missing"
