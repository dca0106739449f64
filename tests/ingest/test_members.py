"""Archives and messages: what is inside is read, says where it comes from, and does no harm."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import EncryptedError, UnreadableError
from pipeline.ingest import identify, read_document
from tests.ingest.specimens import shown, zipped

GUIDE = b"# Returns\n\nScan the label.\n"


def a_zip(folder: Path, members: dict[str, bytes], name: str = "files.zip") -> Path:
    path = folder / name
    path.write_bytes(zipped(members))
    return path


def test_each_file_in_an_archive_is_read_by_its_own_reader_and_says_where_it_comes_from(tmp_path: Path) -> None:
    path = a_zip(tmp_path, {"10 end.txt": b"The end.", "2 guide.md": GUIDE, "pages/a.html": b"<p>A page.</p>"})
    made = read_document(path)
    assert identify(path) == "zip"
    assert shown(made) == ["h1 Returns", "¶ Scan the label.", "¶ The end.", "¶ A page."]
    assert [block.anchor.inside for block in made.blocks] == ["2 guide.md"] * 2 + ["10 end.txt", "pages/a.html"]


def test_a_heading_of_one_file_is_not_above_the_next_file(tmp_path: Path) -> None:
    made = read_document(a_zip(tmp_path, {"a.md": GUIDE, "b.txt": b"Words of another file."}))
    assert [block.anchor.section for block in made.blocks] == [(), ("Returns",), ()]


def test_an_archive_in_an_archive_is_read_with_both_names(tmp_path: Path) -> None:
    made = read_document(a_zip(tmp_path, {"inner.zip": zipped({"a.md": GUIDE})}))
    assert {block.anchor.inside for block in made.blocks} == {"inner.zip/a.md"}


def test_archives_nested_without_end_are_refused(tmp_path: Path) -> None:
    content = GUIDE
    for _ in range(6):
        content = zipped({"more.zip": content})
    (tmp_path / "deep.zip").write_bytes(content)
    with pytest.raises(UnreadableError, match="nested too deeply") as caught:
        read_document(tmp_path / "deep.zip")
    assert caught.value.code == "too_large"


def test_a_bomb_is_refused_before_it_is_unpacked_also_inside(tmp_path: Path) -> None:
    bomb = zipped({"a.txt": b" " * (60 << 20)})
    with pytest.raises(UnreadableError) as caught:
        read_document(a_zip(tmp_path, {"a.txt": b" " * (60 << 20)}))
    assert caught.value.code == "too_large"
    made = read_document(a_zip(tmp_path, {"bomb.zip": bomb, "a.md": GUIDE}))
    assert shown(made) == ["h1 Returns", "¶ Scan the label."]
    assert [warning.code for warning in made.warnings] == ["too_large"]


def test_what_cannot_be_read_inside_is_warned_of_once_a_reason_with_the_names(tmp_path: Path) -> None:
    media = {f"talk{number:02}.mp3": b"ID3" + bytes(20) for number in range(12)}
    made = read_document(a_zip(tmp_path, {"a.md": GUIDE, "b.docx": b"PK\x03\x04", "c.txt": b"", **media}))
    by_code = {warning.code: warning for warning in made.warnings}
    assert sorted(by_code) == ["corrupt", "empty", "unsupported"]
    assert "talk09.mp3 and 2 more" in by_code["unsupported"].message
    assert "transcript" in by_code["unsupported"].message
    assert by_code["corrupt"].anchor is not None
    assert by_code["corrupt"].anchor.inside == "b.docx"


def test_an_archive_of_which_nothing_can_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"none of the 1 files in it can be read.*audio") as caught:
        read_document(a_zip(tmp_path, {"talk.mp3": b"ID3" + bytes(20)}))
    assert caught.value.code == "unsupported"


def test_an_archive_without_files_is_empty(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_document(a_zip(tmp_path, {}))
    assert caught.value.code == "empty"


def test_names_that_lead_out_of_the_archive_lead_nowhere(tmp_path: Path) -> None:
    made = read_document(a_zip(tmp_path / "..", {"../../etc/a.md": GUIDE, "/abs/b.txt": b"Words."}, "out.zip"))
    assert {block.anchor.inside for block in made.blocks} == {"etc/a.md", "abs/b.txt"}
    assert not (tmp_path.parent / "etc").exists()


def test_what_packing_programs_leave_behind_is_no_document(tmp_path: Path) -> None:
    made = read_document(a_zip(tmp_path, {"a.md": GUIDE, "__MACOSX/._a.md": b"\0\1", "x/.DS_Store": b"\0\2"}))
    assert not made.warnings


def test_links_in_an_archive_are_left_out_with_a_warning(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("passwd.txt")
    info.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, "/etc/passwd")
        archive.writestr("a.md", GUIDE)
    (tmp_path / "a.zip").write_bytes(buffer.getvalue())
    made = read_document(tmp_path / "a.zip")
    assert shown(made) == ["h1 Returns", "¶ Scan the label."]
    assert ["is a link" in warning.message for warning in made.warnings] == [True]


def test_an_archive_with_a_password_is_encrypted(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.md": GUIDE}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    (tmp_path / "a.zip").write_bytes(bytes(content))
    with pytest.raises(EncryptedError):
        read_document(tmp_path / "a.zip")


def test_a_damaged_member_costs_that_member_alone(tmp_path: Path) -> None:
    content = zipped({"a.md": GUIDE, "b.txt": b"A text that will be torn in the middle of it all."})
    torn = bytearray(content)
    start = torn.index(b"b.txt") + 5
    torn[start + 4 : start + 12] = b"\xff" * 8
    (tmp_path / "a.zip").write_bytes(bytes(torn))
    made = read_document(tmp_path / "a.zip")
    assert shown(made) == ["h1 Returns", "¶ Scan the label."]
    assert [warning.code for warning in made.warnings] == ["corrupt"]


MESSAGE = """\
From: "Ana Soto" <ana@example.org>\r
To: Ben <ben@example.org>\r
Subject: =?utf-8?q?Pr=C3=BCfung_of_pumps?=\r
Date: Mon, 2 Nov 2026 09:00:00 +0000\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary="B"\r
\r
--B\r
Content-Type: text/plain; charset=utf-8\r
Content-Transfer-Encoding: 8bit\r
\r
Close the valve first.\r
\r
> Which one is first?\r
\r
-- \r
Ana Soto, Works manager\r
--B\r
Content-Type: text/markdown\r
Content-Disposition: attachment; filename="guide.md"\r
\r
# Returns\r
\r
Scan the label.\r
--B--\r
"""


def test_a_message_gives_its_subject_its_words_and_its_attachments(tmp_path: Path) -> None:
    (tmp_path / "m.eml").write_bytes(MESSAGE.encode())
    made = read_document(tmp_path / "m.eml")
    assert identify(tmp_path / "m.eml") == "eml"
    assert made.source.title == "Prüfung of pumps"
    assert [line for line in shown(made) if not line.startswith("furniture")] == [
        "h1 Prüfung of pumps", "¶ Close the valve first.", "quote Which one is first?", "h1 Returns",
        "¶ Scan the label.",
    ]
    assert [block.text for block in made.blocks if block.kind == "furniture"][:1] == ["From: Ana Soto <ana@example.org>"]
    assert [block.anchor.inside for block in made.blocks][-2:] == ["guide.md", "guide.md"]


def test_the_message_that_is_answered_below_the_card_is_a_quote(tmp_path: Path) -> None:
    content = "From: a@b.c\nSubject: Valves\n\nClose it.\n\n-- \nAna\n\nOn Monday Ben wrote:\n> Open it?\n> Or wait?\n"
    (tmp_path / "m.eml").write_text(content)
    assert shown(read_document(tmp_path / "m.eml"))[-3:] == [
        "¶ Close it.", "quote Open it? Or wait?", "furniture Ana On Monday Ben wrote:",
    ]


def test_a_message_with_a_table_is_read_as_html(tmp_path: Path) -> None:
    content = (
        "From: a@b.c\nSubject: Limits\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=X\n\n"
        "--X\nContent-Type: text/plain\n\nTank Limit A 3 bar\n--X\nContent-Type: text/html; charset=utf-8\n\n"
        "<p>The limits:</p><table><tr><th>Tank</th><th>Limit</th></tr><tr><td>A</td><td>3 bar</td></tr></table>\n--X--\n"
    )
    (tmp_path / "m.eml").write_text(content)
    tables = [block.rows for block in read_document(tmp_path / "m.eml").blocks if block.rows]
    assert tables == [(("Tank", "Limit"), ("A", "3 bar"))]


def test_a_message_forwarded_as_an_attachment_is_read(tmp_path: Path) -> None:
    inner = MESSAGE.replace("\r\n", "\n")
    content = (
        "From: a@b.c\nTo: d@e.f\nSubject: Fwd\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=Y\n\n"
        f"--Y\nContent-Type: text/plain\n\nSee below.\n--Y\nContent-Type: message/rfc822\n\n{inner}\n--Y--\n"
    )
    (tmp_path / "m.eml").write_text(content)
    inside = [block.anchor.inside for block in read_document(tmp_path / "m.eml").blocks]
    assert set(inside) >= {"attachment 1.eml", "attachment 1.eml/guide.md"}


def test_a_text_with_a_few_named_lines_is_no_message(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Note: keep dry.\nTo: all\nWarning: hot.\n\nThe rest of it.\n")
    assert identify(tmp_path / "note.txt") == "text"


def test_a_message_that_states_a_character_set_nobody_knows_is_read_with_a_warning(tmp_path: Path) -> None:
    content = b"From: a@b.c\nTo: d@e.f\nSubject: x\nContent-Type: text/plain; charset=klingon\n\nThe pump is \xe9 on.\n"
    (tmp_path / "m.eml").write_bytes(content)
    made = read_document(tmp_path / "m.eml")
    assert [warning.code for warning in made.warnings] == ["encoding"]
    assert any(block.text.startswith("The pump is") for block in made.blocks)
