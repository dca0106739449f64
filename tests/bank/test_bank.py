"""What holds for every format: told by content, hostile files refused, large banks in linear time."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from pipeline.bank import BANK_READERS, read_bank
from pipeline.bank.markup import html_text, root_name
from pipeline.errors import SourceError
from tests.bank.conftest import ReadText
from tests.bank.test_qti import CHOICE, item_2

ROW = {"stem": "Which is red?", "options": ["The door", "The gate"], "correct": 0}
SPECIMENS = {
    "jsonl": json.dumps(ROW),
    "csv": "stem,option_a,option_b,correct\nWhich is red?,The door,The gate,A\n",
    "gift": "Which is red? {=The door ~The gate}",
    "moodle_xml": (
        '<quiz><question type="multichoice"><questiontext><text>Which is red?</text></questiontext>'
        '<answer fraction="100"><text>The door</text></answer><answer fraction="0"><text>The gate</text></answer>'
        "</question></quiz>"
    ),
    "aiken": "Which is red?\nA. The door\nB. The gate\nANSWER: A\n",
    "objectives": "List the steps of the lockout.\n",
}


# Any text at all could be objectives: their file is called .txt.
@pytest.mark.parametrize(
    ("name", "ending"),
    [(name, end) for name in SPECIMENS for end in (".txt", ".data", "") if (name, end) != ("objectives", ".data")],
)
def test_a_format_is_told_by_its_content(read_text: ReadText, name: str, ending: str) -> None:
    assert read_text(SPECIMENS[name], f"bank{ending}").format == name


def test_every_reader_has_a_specimen_or_tests_of_its_own() -> None:
    assert set(BANK_READERS.names) == SPECIMENS.keys() | {"xlsx", "qti", "module", "course", "lectora-csv"}


@pytest.mark.parametrize("name", ["jsonl", "csv", "gift", "aiken", "moodle_xml"])
def test_the_same_item_is_the_same_in_every_format(read_text: ReadText, name: str) -> None:
    (item,) = read_text(SPECIMENS[name], "bank.txt").items
    assert item.stem == "Which is red?"
    assert [(option.text, option.correct) for option in item.options] == [("The door", True), ("The gate", False)]


def test_objectives_come_without_bullets_and_empty_lines(read_text: ReadText) -> None:
    bank = read_text("\ufeff- List the steps.\r\n\r\n2. Open the valve.\r\n  Explain why.  \r\n", "objectives.txt")
    assert [(one.row, one.text) for one in bank.objectives] == [
        (1, "List the steps."), (2, "Open the valve."), (3, "Explain why."),
    ]  # fmt: skip


def test_aiken_that_lost_its_options_is_not_taken_for_objectives(read_text: ReadText) -> None:
    with pytest.raises(SourceError, match="Aiken"):
        read_text("Which?\nANSWER: A\n", "bank.txt")


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "empty"), (b" \r\n", "empty"), (b"\x89PNG\r\n\x00\x00", "unsupported"), (b"PK\x03\x04oops", "corrupt"),
     (b"<html><body>x</body></html>", "unsupported"), (b"\x1f\x8b\x08\x00", "unsupported")],
)  # fmt: skip
def test_what_is_no_bank_is_refused_with_a_code(read_text: ReadText, content: bytes, code: str) -> None:
    with pytest.raises(SourceError) as error:
        read_text(content, "bank.xml")
    assert error.value.code == code


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "none.csv", "missing"), (tmp_path, "unsupported")):
        with pytest.raises(SourceError) as error:
            read_bank(path)
        assert error.value.code == code


BOMB = '<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, f"<!-- x -->\n{OUTSIDE}", '<!DOCTYPE quiz SYSTEM "a[b" [<!ENTITY x "y">]>'])
def test_entities_are_refused_before_anything_is_parsed(read_text: ReadText, doctype: str) -> None:
    with pytest.raises(SourceError, match="entities"):
        read_text(f'<?xml version="1.0"?>{doctype}<quiz><question type="essay"/></quiz>', "bank.xml")


def test_a_dtd_elsewhere_is_never_fetched(read_text: ReadText) -> None:
    doctype = '<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/[none].dtd">'
    assert read_text(f"{doctype}{SPECIMENS['moodle_xml']}", "bank.xml").items


def test_words_about_entities_in_a_question_are_words(read_text: ReadText) -> None:
    text = SPECIMENS["moodle_xml"].replace("Which is red?", "<![CDATA[What does &lt;!ENTITY x&gt; do?]]>")
    assert read_text(text, "bank.xml").items[0].stem == "What does <!ENTITY x> do?"


def test_many_comments_before_the_root_cost_nothing() -> None:
    assert root_name("<!-- a -->\n" * 5_000 + "<html>") == "html"


def test_a_zip_bomb_is_refused_unopened(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("item.xml", b"<assessmentItem>" + b" " * (64 << 20))
    with pytest.raises(SourceError) as error:
        read_bank(path)
    assert error.value.code == "too_large"


def test_a_damaged_member_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("item.xml", item_2(CHOICE, "A"))
    path.write_bytes(path.read_bytes().replace(b"Which?", b"Whjch?", 1))
    with pytest.raises(SourceError, match="damaged"):
        read_bank(path)


def test_ten_thousand_items_are_read_each_once(read_text: ReadText) -> None:
    gift = "\n\n".join(f"Which is number {n}? {{=a{n} ~b ~c}}" for n in range(10_000))
    assert len(read_text(gift, "bank.txt").items) == 10_000
    rows = "stem,option_a,option_b,correct\n" + "".join(f'"Which ""{n}""?",a,b,A\n' for n in range(10_000))
    assert len(read_text(rows, "bank.csv").items) == 10_000


@pytest.mark.parametrize(
    ("markup", "text"),
    [("plain < text", "plain < text"), ("a<br/>b", "a\nb"), ("<script>x</script><p>a</p>", "a"), ("&eacute;", "é"),
     ("H<sub>2</sub>O", "H2O"), ("<table><tr><td>a</td><td>b</td></tr></table>", "a | b"), ("<!-- x -->a", "a"),
     ("<svg><text>x</text></svg>", "[image]"), ("", ""), (None, ""), ("<p></p>", ""), ("<" * 50, "<" * 50)],
)  # fmt: skip
def test_html_as_text(markup: str | None, text: str) -> None:
    assert html_text(markup) == text


def test_deeply_nested_html_is_text_too() -> None:
    assert "deep" in html_text("<div>" * 400 + "deep" + "</div>" * 400)
