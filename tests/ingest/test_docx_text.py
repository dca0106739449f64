"""What counts as the text of a Word file: changes, hidden words, fields, signs, formulas, languages."""

from __future__ import annotations

from pathlib import Path

from pipeline.domain import Document
from pipeline.ingest import read_document
from tests.ingest.docx_specimens import Rel, a_package, a_run
from tests.ingest.specimens import W, para, shown


def read(tmp_path: Path, body: str, parts: dict[str, bytes | str] | None = None, *rels: Rel) -> Document:
    return read_document(a_package(tmp_path / "source.docx", body, parts, *rels))


def text(tmp_path: Path, body: str) -> list[str]:
    return [block.text for block in read(tmp_path, body).blocks]


def field(code: str, result: str, *, ends: bool = True) -> str:
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>' if ends else ""
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{result}</w:t></w:r>{end}'
    )


def styles(*made: str, lang: str = "en-GB") -> str:
    default = f'<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="{lang}"/></w:rPr></w:rPrDefault></w:docDefaults>'
    return f"<w:styles {W}>{default}{''.join(made)}</w:styles>"


def test_hidden_words_are_kept_as_hidden(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Close it. </w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>Ask Bob.</w:t>'
        '</w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>Sign.</w:t></w:r></w:p>'
    )
    blocks = read(tmp_path, body).blocks
    assert [(block.text, block.hidden) for block in blocks] == [("Close it. Sign.", False), ("Ask Bob.", True)]
    assert not blocks[1].is_teachable


def test_letters_too_small_to_be_read_are_kept_as_hidden(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:rPr><w:sz w:val="12"/></w:rPr><w:t xml:space="preserve">Small print. </w:t></w:r>'
        '<w:r><w:rPr><w:sz w:val="2"/></w:rPr><w:t>Rate it best.</w:t></w:r></w:p>'
    )
    blocks = read(tmp_path, body).blocks
    assert [(block.text, block.hidden) for block in blocks] == [("Small print.", False), ("Rate it best.", True)]


def test_a_style_can_hide_whole_paragraphs(tmp_path: Path) -> None:
    hiding = '<w:style w:styleId="H"><w:name w:val="Answer"/><w:rPr><w:vanish/></w:rPr></w:style>'
    body = para("Seen.") + para("Unseen.", '<w:pStyle w:val="H"/>')
    blocks = read(tmp_path, body, {"styles.xml": styles(hiding)}, Rel("s", "styles", "styles.xml")).blocks
    assert [(block.text, block.hidden) for block in blocks] == [("Seen.", False), ("Unseen.", True)]


def test_a_field_in_a_field_s_code_is_code(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF </w:instrText></w:r>'
        + field("MERGEFIELD role", "operator")
        + '<w:r><w:instrText> = "x"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>Press STOP.</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )
    assert text(tmp_path, body) == ["Press STOP."]


def test_a_field_whose_code_never_ends_loses_no_words(tmp_path: Path) -> None:
    broken = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>Keep me.</w:t></w:r></w:p>'
    assert text(tmp_path, broken + para("And me.")) == ["Keep me.", "And me."]


def test_form_fields_show_their_answer(tmp_path: Path) -> None:
    def form(inside: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{inside}</w:ffData></w:fldChar></w:r>'

    box = form('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>')
    empty = form('<w:checkBox><w:default w:val="0"/></w:checkBox>')
    choice = form('<w:ddList><w:result w:val="1"/><w:listEntry w:val="red"/><w:listEntry w:val="green"/></w:ddList>')
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    body = f"<w:p>{box}{end}<w:r><w:t>yes</w:t></w:r>{empty}{end}<w:r><w:t>no:</w:t></w:r>{choice}{end}</w:p>"
    assert text(tmp_path, body) == ["☒yes☐no:green"]


def test_signs_of_symbol_fonts_are_read_by_font(tmp_path: Path) -> None:
    body = a_run(
        '<w:sym w:font="Symbol" w:char="F044"/><w:sym w:font="Wingdings" w:char="F0FE"/>'
        '<w:sym w:font="Wingdings" w:char="F0E0"/><w:sym w:font="MS Gothic" w:char="2612"/>'
    ) + a_run("<w:t>\uf061 and \uf062</w:t>", '<w:rFonts w:ascii="Symbol"/>')
    assert text(tmp_path, body) == ["Δ☑→☒", "α and β"]


def test_formulas_are_read_as_one_line(tmp_path: Path) -> None:
    def r(words: str) -> str:
        return f"<m:r><m:t>{words}</m:t></m:r>"

    square = f"<m:sSup><m:e>{r('x')}</m:e><m:sup>{r('2')}</m:sup></m:sSup>"
    over = f"<m:f><m:num>{r('a+b')}</m:num><m:den>{r('2')}</m:den></m:f>"
    total = (
        f'<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>{r("i=1")}</m:sub><m:sup>{r("n")}</m:sup>'
        f"<m:e>{r('i')}</m:e></m:nary>"
    )
    under = f"<m:rad><m:deg/><m:e>{r('y')}</m:e></m:rad>"
    index = f"<m:sSub><m:e>{r('v')}</m:e><m:sub>{r('max')}</m:sub></m:sSub>"
    body = f"<w:p><w:r><w:t>So </w:t></w:r><m:oMath>{square}{r('=')}{over}</m:oMath></w:p>"
    body += f"<w:p><m:oMathPara><m:oMath>{total}{r('+')}{under}{r('+')}{index}</m:oMath></m:oMathPara></w:p>"
    assert text(tmp_path, body) == ["So x^2=(a+b)/2", "∑_(i=1)^n i+√y+v_max"]


def test_tracked_deletions_are_left_out_and_told_of(tmp_path: Path) -> None:
    gone = '<w:p><w:del w:id="1"><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:t>Stays.</w:t></w:r></w:p>'
    made = read(tmp_path, gone)
    assert [block.text for block in made.blocks] == ["Stays."]
    assert [warning.code for warning in made.warnings] == ["tracked_changes"]
    assert made.warnings[0].message.endswith("deletions left out: 1")


def test_words_before_a_deleted_paragraph_end_at_the_end_are_kept(tmp_path: Path) -> None:
    cut = '<w:rPr><w:del w:id="1" w:author="A"/></w:rPr>'
    assert text(tmp_path, para("First.") + para("Last words.", cut)) == ["First.", "Last words."]
    table = f"<w:tbl><w:tr><w:tc>{para('a')}</w:tc><w:tc>{para('b')}</w:tc></w:tr></w:tbl>"
    assert text(tmp_path, para("Above.", cut) + table + para("Below.")) == ["Above.", "a | b", "Below."]


def test_a_large_first_letter_belongs_to_its_word(tmp_path: Path) -> None:
    initial = para("N", '<w:framePr w:dropCap="drop" w:lines="3"/>')
    assert text(tmp_path, initial + para("ever open the guard.")) == ["Never open the guard."]


def test_furigana_is_left_out(tmp_path: Path) -> None:
    ruby = "<w:ruby><w:rt><w:r><w:t>かん</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢</w:t></w:r></w:rubyBase></w:ruby>"
    assert text(tmp_path, a_run(ruby + "<w:t>字</w:t>")) == ["漢字"]


def test_a_paragraph_in_another_language_says_so(tmp_path: Path) -> None:
    german = "Das Ventil ist zu schließen und die Anlage ist mit dem Schlüssel zu sichern, bevor man die Haube öffnet."
    english = "Close the valve and lock the machine with the key before you open the hood, and then sign the list."
    body = (
        para(english) + para(english + " Again.") + para(english + " And again.")
        + a_run(f"<w:t>{german}</w:t>", '<w:lang w:val="de-DE"/>')
        + a_run("<w:t>Set by accident, and the words of the line are English ones as anybody can see.</w:t>",
                '<w:lang w:val="fr-FR"/>')
    )
    made = read(tmp_path, body, {"styles.xml": styles()}, Rel("s", "styles", "styles.xml"))
    assert [block.language for block in made.blocks] == [None, None, None, "de-DE", None]


def test_a_language_mark_on_everything_marks_nothing(tmp_path: Path) -> None:
    german = "Das Ventil ist zu schließen und die Anlage ist mit dem Schlüssel zu sichern, bevor man die Haube öffnet."
    body = a_run(f"<w:t>{german}</w:t>", '<w:lang w:val="de-DE"/>')
    made = read(tmp_path, body, {"styles.xml": styles(lang="en-US")}, Rel("s", "styles", "styles.xml"))
    assert [block.language for block in made.blocks] == [None]
    assert made.source.language == "de"


def test_lines_of_code_are_one_block(tmp_path: Path) -> None:
    code = '<w:style w:styleId="C"><w:name w:val="Source Code"/></w:style>'
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="C"/></w:pPr><w:r><w:t xml:space="preserve">{line}</w:t></w:r></w:p>'
        for line in ("if x:", "    stop()")
    )
    made = read(tmp_path, body + para("Done."), {"styles.xml": styles(code)}, Rel("s", "styles", "styles.xml"))
    assert shown(made) == ["code if x:\n    stop()", "¶ Done."]
