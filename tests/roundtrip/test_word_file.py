"""A Word file as it is written, and read again: nothing is lost, and nothing in a file can do harm."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.domain import Element, ItemType, NumericAnswer
from pipeline.domain.word import WordPackage
from pipeline.errors import SourceError
from pipeline.library.strings import strings_for
from pipeline.roundtrip.word_match import match
from pipeline.roundtrip.word_read import read_word
from pipeline.roundtrip.word_rows import UnfitError, fields_of, rebuilt
from pipeline.roundtrip.word_write import Outgoing, Quote, Written, write_word
from tests.builders import a_module, a_part, a_quiz_item, a_resource, a_scenario, an_objective, an_option
from tests.roundtrip.returned import Returned, w, xml

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
EN = strings_for("en")


def written(*elements: Element, language: str = "en", **wanted: Any) -> Written:
    """A file with the elements."""
    base: dict[str, Any] = {"title": "Lock out & <sealer>", "to": "Ada", "by": "Lea"}
    return write_word(
        [Outgoing(one, 1, "Lesson", (Quote("a quote", "SOP, page 3"),)) for one in elements], code="t3stcode",
        module="m-1", language=language, at=AT, **{**base, **wanted},
    )


def match_item() -> Element:
    """A match item."""
    options = tuple(an_option(number, correct=True) for number in (1, 2))
    return a_quiz_item(options, id="q-m", type=ItemType.MATCH, answer=(("opt-1", "steam"), ("opt-2", "air")))


def all_kinds() -> tuple[Element, ...]:
    """An element of every kind and type."""
    numeric = a_quiz_item(0, id="q-n", type=ItemType.NUMERIC, answer=NumericAnswer(value=2.5, tolerance=0.1, unit="bar"))
    cloze = a_quiz_item(0, id="q-c", type=ItemType.CLOZE, stem="At {{1}} o'clock", answer=(("17:30", "5.30"),))
    short = a_quiz_item(0, id="q-s", type=ItemType.SHORT, answer=("DS-7", "the disconnect"))
    return (
        *a_module().elements(), a_scenario(id="sc-2"), numeric, cloze, short, match_item(),
    )


def test_word_and_python_docx_find_their_properties_and_tables() -> None:
    sent = written(*all_kinds())
    document = docx.Document(io.BytesIO(sent.content))
    assert len(document.tables) == len(all_kinds())
    assert document.core_properties.identifier == "sme2module:w-t3stcode"
    assert document.core_properties.language == "en"
    assert document.paragraphs[-1].text == "End of the file. Thank you."
    names = [child.tag.rpartition("}")[2] for child in document.settings.element]
    assert names.index("trackRevisions") < names.index("documentProtection") < names.index("defaultTabStop")


def test_the_same_elements_make_the_same_bytes() -> None:
    assert written(*all_kinds()).content == written(*all_kinds()).content


def test_a_right_to_left_language_turns_tables_paragraphs_and_runs() -> None:
    body = Returned.of(written(an_objective(text="افصل الماكينة"), language="ar").content).body
    assert body.find(f".//{w('bidiVisual')}") is not None
    assert body.find(f".//{w('rtl')}") is not None
    assert "".join(body.find(w("p")).itertext()).startswith("مراجعة")


def unchanged(sent: Written, tmp_path: Path) -> bool:
    """Whether the file reads as it was sent."""
    path = tmp_path / "sent.docx"
    path.write_bytes(sent.content)
    file = read_word(path)
    found = match(sent.package, file)
    texts = all(one.row.text.after.strip("\n") == one.sent.text for one in found.found)
    return texts and len(found.found) == len(sent.package.rows) and not found.doubts and not found.missing


def test_every_kind_of_element_reads_as_it_was_sent_and_is_rebuilt_the_same(tmp_path: Path) -> None:
    assert unchanged(written(*all_kinds()), tmp_path)
    for element in all_kinds():
        texts = {one.field: one.shown for one in fields_of(element, EN)}
        assert rebuilt(element, texts, EN).element.content() == element.content()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_whatever_a_text_holds_it_reads_as_it_was_sent(tmp_path: Path, one: str, other: str, third: str) -> None:
    part = a_part(markdown=one)
    item = a_quiz_item(2, stem=other, general_feedback=third)
    resource = a_resource(title=third, markdown=f"{other}\n\n- {one}")
    elements = (part, item, resource)
    assert unchanged(written(*elements, title=one), tmp_path)
    for element in elements:
        texts = {field.field: field.shown for field in fields_of(element, EN)}
        assert rebuilt(element, texts, EN).element.content() == element.content()


def test_numbers_and_lists_of_answers_come_back_as_such() -> None:
    numeric, cloze, short = all_kinds()[-4:-1]
    made: Any = rebuilt(numeric, {"value": "3,5", "tolerance": "0.2", "unit": ""}, EN).element
    assert (made.answer.value, made.answer.tolerance, made.answer.unit) == (3.5, 0.2, None)
    made = rebuilt(cloze, {"blank.1": "17:30\n17.30"}, EN).element
    assert made.answer == (("17:30", "17.30"),)
    made = rebuilt(short, {"accepted": "DS-7"}, EN).element
    assert made.answer == ("DS-7",)
    with pytest.raises(UnfitError, match="is no number"):
        rebuilt(numeric, {"value": "about three"}, EN)


# --- files that are not what they seem


def broken(sent: Written, tmp_path: Path, **members: bytes | None) -> Path:
    """The file with members replaced; the names' dots and slashes as underscores."""
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    for name in list(content):
        key = name.replace("/", "_").replace(".", "_")
        if key in members:
            replacement = members[key]
            del content[name]
            if replacement is not None:
                content[name] = replacement
    path = tmp_path / "broken.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in content.items():
            archive.writestr(name, value)
    return path


def test_a_file_with_entities_is_refused(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><w:document xmlns:w="' + (
        b'http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>&a;&b;</w:body></w:document>'
    )
    with pytest.raises(SourceError, match="DTD"):
        read_word(broken(written(an_objective()), tmp_path, word_document_xml=bomb))


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="too large"):
        read_word(broken(written(an_objective()), tmp_path, word_document_xml=b" " * (60 << 20)))


def test_a_damaged_file_is_refused_with_advice_and_read_as_far_as_it_goes_where_asked(tmp_path: Path) -> None:
    sent = written(*all_kinds())
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        document = archive.read("word/document.xml")
    path = broken(sent, tmp_path, word_document_xml=document[: len(document) // 2])
    with pytest.raises(SourceError, match="LibreOffice") as caught:
        read_word(path)
    assert caught.value.exit_code == 2
    file = read_word(path, recover=True)
    found = match(sent.package, file)
    assert "damaged" in file.warnings[0]
    assert found.found
    assert found.missing


def test_a_file_damaged_on_its_way_is_read_up_to_the_damage_and_else_refused_for_good(tmp_path: Path) -> None:
    sent = written(*all_kinds())
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        info = archive.getinfo("word/document.xml")
    content = bytearray(sent.content)
    start = info.header_offset + 30 + len(info.filename)
    content[start + info.compress_size * 3 // 4] ^= 0xFF
    path = tmp_path / "damaged.docx"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="--recover"):
        read_word(path)
    assert match(sent.package, read_word(path, recover=True)).found
    content[start : start + info.compress_size] = b"\xff" * info.compress_size
    path.write_bytes(content)
    with pytest.raises(SourceError, match="nothing of it could be recovered") as caught:
        read_word(path, recover=True)
    assert "--recover" not in caught.value.line


@pytest.mark.parametrize("member", ["word_document_xml", "_rels__rels"])
def test_a_file_without_its_main_parts_is_one_clear_line(tmp_path: Path, member: str) -> None:
    path = broken(written(an_objective()), tmp_path, **{member: None})
    if member == "_rels__rels":
        assert read_word(path).rows  # the usual name is tried
    else:
        with pytest.raises(SourceError, match="no Word document"):
            read_word(path)


def test_a_symbol_of_wingdings_and_a_text_box_are_read(tmp_path: Path) -> None:
    sent = written(an_objective())
    file = Returned.of(sent.content)
    file.says("1.0", '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', cell=2)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    box = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    file.body.find(w("p")).append(xml(box))
    path = file.save(tmp_path / "x.docx")
    read = read_word(path)
    assert read.rows[0].box.after.strip() == "✓"
    assert "In a box" in [one.text.after.strip() for one in read.outside]
    assert etree.QName(file.body).namespace == space


def test_a_package_is_kept_and_read_back_as_json() -> None:
    package = written(*all_kinds()).package
    assert WordPackage.model_validate(package.dump()) == package
