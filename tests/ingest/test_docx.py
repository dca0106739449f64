from __future__ import annotations

from pathlib import Path

from pipeline.domain import BlockKind
from pipeline.ingest import read_document
from tests.ingest.specimens import W, a_docx, para, shown

STYLES = f"""<w:styles {W}>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="House head"/><w:basedOn w:val="berschrift2"/></w:style>
<w:style w:type="paragraph" w:styleId="Lvl"><w:name w:val="Clause"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Q"><w:name w:val="Quote"/></w:style>
<w:style w:type="paragraph" w:styleId="Cap"><w:name w:val="caption"/></w:style>
<w:style w:type="paragraph" w:styleId="LN"><w:name w:val="List Number"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>
</w:pPr></w:style>
</w:styles>"""


def level(depth: int, number_format: str, text: str) -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0">{level(0, "decimal", "%1.")}{level(1, "lowerLetter", "%2)")}
{level(2, "lowerRoman", "%3.")}
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">{level(0, "bullet", "o")}</w:abstractNum>
<w:abstractNum w:abstractNumId="2">{level(0, "decimal", "%1")}{level(1, "decimal", "%1.%2")}</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>
</w:num>
<w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num>
</w:numbering>"""


def styled(text: str, style: str, more: str = "") -> str:
    return para(text, f'<w:pStyle w:val="{style}"/>{more}')


def item(text: str, number: int, depth: int = 0) -> str:
    return para(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


def blocks(tmp_path: Path, body: str, **parts: str) -> list[str]:
    path = a_docx(tmp_path / "source.docx", body, {"styles": STYLES, "numbering": NUMBERING, **parts})
    return shown(read_document(path))


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{text if text.startswith('<') else para(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def test_headings_come_from_the_style_chain_and_from_outline_levels(tmp_path: Path) -> None:
    body = (
        styled("Built in", "berschrift2") + styled("Based on it", "Own") + styled("By style level", "Lvl")
        + para("By own level", '<w:outlineLvl w:val="0"/>') + para("Text")
        + styled("Body after all", "Lvl", '<w:outlineLvl w:val="9"/>')
    )
    assert blocks(tmp_path, body) == [
        "h2 Built in", "h2 Based on it", "h3 By style level", "h1 By own level", "¶ Text", "¶ Body after all",
    ]


def test_bold_lines_are_headings_only_where_no_style_makes_any(tmp_path: Path) -> None:
    bold = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Who signs</w:t></w:r></w:p>"
    assert blocks(tmp_path, bold + para("The shift lead.")) == ["h2 Who signs", "¶ The shift lead."]
    assert blocks(tmp_path, styled("Head", "berschrift2") + bold) == ["h2 Head", "¶ Who signs"]


def test_tracked_insertions_are_kept_and_deletions_dropped(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:t xml:space="preserve">Close </w:t></w:r><w:ins w:id="1" w:author="A"><w:r><w:t>both valves'
        '</w:t></w:r></w:ins><w:del w:id="2" w:author="A"><w:r><w:delText>the valve</w:delText></w:r></w:del>'
        "<w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom><w:r><w:t>.</w:t></w:r></w:p>"
        '<w:ins w:id="3" w:author="A">' + para("A new paragraph.") + "</w:ins>"
    )
    assert blocks(tmp_path, body) == ["¶ Close both valves.", "¶ A new paragraph."]


def test_a_deleted_paragraph_end_joins_two_paragraphs(tmp_path: Path) -> None:
    body = para("Close the ", '<w:rPr><w:del w:id="1" w:author="A"/></w:rPr>') + para("valve.")
    assert blocks(tmp_path, body) == ["¶ Close the valve."]


def test_content_controls_links_fields_and_symbols_are_read(tmp_path: Path) -> None:
    body = (
        "<w:sdt><w:sdtPr/><w:sdtContent>" + para("In a control.") + "</w:sdtContent></w:sdt>"
        "<w:p><w:hyperlink><w:r><w:t>A link</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>ends.</w:t></w:r></w:p>"
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGEREF x</w:instrText><w:fldChar '
        'w:fldCharType="separate"/><w:t>12</w:t><w:fldChar w:fldCharType="end"/></w:r><w:r><w:sym w:font="Symbol" '
        'w:char="F0B0"/><w:t>C</w:t><w:br/><w:t>next</w:t></w:r></w:p>'
    )
    assert blocks(tmp_path, body) == ["¶ In a control.", "¶ A link ends.", "¶ 12°C next"]


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{para('Boxed warning.')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>Before.</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>"
        f"{box}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>" + para("After.")
    )
    assert blocks(tmp_path, body) == ["¶ Before.", "¶ Boxed warning.", "¶ After."]


def test_notes_and_comments_stand_after_their_paragraph(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:t>Rule.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:endnoteReference w:id="5"/>'
        '</w:r><w:r><w:commentReference w:id="0"/></w:r></w:p>' + para("Next.")
    )
    notes = {
        "footnotes": f'<w:footnotes {W}><w:footnote w:id="-1" w:type="separator"/><w:footnote w:id="2">{para("Foot.")}'
                     "</w:footnote></w:footnotes>",
        "endnotes": f'<w:endnotes {W}><w:endnote w:id="5">{para("End.")}</w:endnote></w:endnotes>',
        "comments": f'<w:comments {W}><w:comment w:id="0" w:author="SME">{para("Is this so?")}</w:comment>'
                    "</w:comments>",
    }
    assert blocks(tmp_path, body, **notes) == ["¶ Rule.", "note Foot.", "note End.", "comment Is this so?", "¶ Next."]


def test_word_s_own_numbers_are_counted_out(tmp_path: Path) -> None:
    body = (
        item("a", 1) + item("b", 1) + item("b1", 1, 1) + item("b2", 1, 1) + item("b2i", 1, 2) + item("c", 1)
        + item("c1", 1, 1) + para("Text.") + item("on", 1) + para("Text.") + item("anew", 3) + item("two", 3)
        + item("dot", 2) + styled("by style", "LN") + item("n", 4) + item("n1", 4, 1)
        + styled("Numbered head", "berschrift2", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="4"/></w:numPr>')
    )
    assert blocks(tmp_path, body) == [
        "1. a", "2. b", "  a) b1", "  b) b2", "    i. b2i", "3. c", "  a) c1", "¶ Text.", "4. on", "¶ Text.", "1. anew",
        "2. two", "• dot", "3. by style", "1 n", "  1.1 n1", "h2 Numbered head",
    ]


def test_typed_lists_are_lists(tmp_path: Path) -> None:
    assert blocks(tmp_path, para("1. Open") + para("2. Close") + para("• Sign")) == ["1. Open", "2. Close", "• Sign"]


def test_merged_and_nested_cells(tmp_path: Path) -> None:
    inner = f"<w:tbl>{row(cell('x'), cell('y'))}</w:tbl>{para('')}"
    table = (
        "<w:tbl>" + row(cell("Gas", '<w:vMerge w:val="restart"/>'), cell("Limit", '<w:gridSpan w:val="2"/>'))
        + row(cell("", "<w:vMerge/>"), cell("min"), cell(para("max") + para("imum")))
        + row(cell("out"), cell("out"), cell("out"), properties='<w:trPr><w:del w:id="1" w:author="A"/></w:trPr>')
        + row(cell("CO"), cell(inner), cell("30 ppm")) + "</w:tbl>"
    )
    made = read_document(a_docx(tmp_path / "table.docx", table))
    assert made.blocks[0].rows == (("Gas", "Limit", "Limit"), ("Gas", "min", "max imum"), ("CO", "x y", "30 ppm"))


def test_a_box_drawn_as_a_table_is_text(tmp_path: Path) -> None:
    assert blocks(tmp_path, f"<w:tbl>{row(cell('Warning: hot.'))}</w:tbl>") == ["¶ Warning: hot."]


def test_styles_say_quote_caption_and_contents(tmp_path: Path) -> None:
    body = styled("Said.", "Q") + styled("Table 1", "Cap") + styled("Scope 3", "TOC1") + para("x")
    assert blocks(tmp_path, body) == ["quote Said.", "caption Table 1", "furniture Scope 3", "¶ x"]


def test_pictures_with_a_description_are_figures(tmp_path: Path) -> None:
    picture = '<wp:inline><wp:docPr id="1" name="P" descr="Red lever"/></wp:inline>'
    body = f"<w:p><w:r><w:drawing>{picture}</w:drawing></w:r></w:p>"
    block = read_document(a_docx(tmp_path / "p.docx", body + para("Text."))).blocks[0]
    assert (block.kind, block.alt, block.text) == (BlockKind.FIGURE, "Red lever", "")


def test_strict_files_are_read_like_others(tmp_path: Path) -> None:
    import zipfile

    from tests.ingest.specimens import zipped

    path = a_docx(tmp_path / "strict.docx", styled("Head", "berschrift2") + para("Text."), {"styles": STYLES})
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    old, new = b"schemas.openxmlformats.org", b"purl.oclc.org/ooxml"
    swapped = {
        name: content.replace(old + b"/wordprocessingml/2006/main", new + b"/wordprocessingml/main").replace(
            old + b"/officeDocument/2006/relationships", new + b"/officeDocument/relationships"
        )
        for name, content in members.items()
    }
    path.write_bytes(zipped(swapped))
    assert shown(read_document(path)) == ["h2 Head", "¶ Text."]


def test_positions_count_paragraphs_and_tables(tmp_path: Path) -> None:
    body = para("One.") + para("") + f"<w:tbl>{row(cell('a'), cell('b'))}</w:tbl>" + para("Two.")
    made = read_document(a_docx(tmp_path / "n.docx", body))
    assert [block.anchor.paragraph for block in made.blocks] == [1, 3, 4]


def test_a_large_table_takes_linear_time(tmp_path: Path) -> None:
    table = "<w:tbl>" + "".join(row(*(cell(f"{y},{x}") for x in range(8))) for y in range(1500)) + "</w:tbl>"
    (block,) = read_document(a_docx(tmp_path / "large.docx", table)).blocks
    assert block.rows is not None
    assert (len(block.rows), block.rows[-1][-1]) == (1500, "1499,7")


def test_the_title_names_the_document_and_is_no_section(tmp_path: Path) -> None:
    styles = STYLES.replace("</w:styles>", '<w:style w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>')
    body = (
        styled("Lockout", "T") + styled("and tagout", "T") + para("Read first.") + styled("Scope", "berschrift2")
        + styled("Part two", "T")
    )
    made = read_document(a_docx(tmp_path / "title.docx", body, {"styles": styles}))
    assert made.source.title == "Lockout and tagout"
    assert shown(made) == ["¶ Lockout", "¶ and tagout", "¶ Read first.", "h2 Scope", "h1 Part two"]


def test_a_whole_clause_in_a_heading_style_is_a_paragraph(tmp_path: Path) -> None:
    clause = "The contractor closes the valve and signs the list. " * 5
    assert blocks(tmp_path, styled(clause, "berschrift2")) == [f"¶ {clause.strip()}"]


def test_a_style_made_from_a_heading_can_be_body_text(tmp_path: Path) -> None:
    off = (
        '<w:style w:styleId="Off"><w:name w:val="Not listed"/><w:basedOn w:val="berschrift2"/><w:pPr>'
        '<w:outlineLvl w:val="9"/></w:pPr></w:style></w:styles>'
    )
    assert blocks(tmp_path, styled("x", "Off"), styles=STYLES.replace("</w:styles>", off)) == ["¶ x"]


def test_headings_of_programs_with_style_names_of_their_own_language(tmp_path: Path) -> None:
    named = "".join(
        f'<w:style w:styleId="a{at}"><w:name w:val="{name}"/></w:style>'
        for at, name in enumerate(("Überschrift 1", "标题 2", "Заголовок 3", "Heading Note"))
    )
    body = "".join(styled(f"Text {at}", f"a{at}") for at in range(4))
    assert blocks(tmp_path, body, styles=f"<w:styles {W}>{named}</w:styles>") == [
        "h1 Text 0", "h2 Text 1", "h3 Text 2", "¶ Text 3",
    ]


def test_a_list_says_which_style_has_which_of_its_levels(tmp_path: Path) -> None:
    def owned(depth: int, text: str, style: str) -> str:
        return level(depth, "decimal", text).replace("</w:lvl>", f'<w:pStyle w:val="{style}"/></w:lvl>')

    numbers = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{owned(0, "%1", "A")}{owned(1, "%1.%2", "B")}'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    numbered = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    named = "".join(
        f'<w:style w:styleId="{name}"><w:name w:val="Clause {name}"/>{numbered}</w:style>' for name in "AB"
    )
    body = styled("one", "A") + styled("below", "B") + styled("also", "B") + styled("two", "A")
    assert blocks(tmp_path, body, styles=f"<w:styles {W}>{named}</w:styles>", numbering=numbers) == [
        "1 one", "  1.1 below", "  1.2 also", "2 two",
    ]


def test_word_s_own_style_for_steps_of_a_step_nests_them(tmp_path: Path) -> None:
    numbered = '<w:pPr><w:numPr><w:numId w:val="{}"/></w:numPr></w:pPr>'
    styles = "".join(
        f'<w:style w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>{numbered.format(number)}</w:style>'
        for name, number in (("List Number", 1), ("List Bullet 2", 2))
    )
    body = styled("one", "ListNumber") + styled("below", "ListBullet2") + styled("two", "ListNumber")
    made = blocks(tmp_path, body, styles=f"<w:styles {W}>{styles}</w:styles>")
    assert made == ["1. one", "  • below", "2. two"]


def test_a_list_may_take_its_levels_from_a_numbering_style(tmp_path: Path) -> None:
    numbers = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="Steps"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1">{level(0, "decimal", "Step %1:")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        "</w:numbering>"
    )
    link = (
        f'<w:styles {W}><w:style w:type="numbering" w:styleId="Steps"><w:name w:val="Steps"/><w:pPr><w:numPr>'
        '<w:numId w:val="2"/></w:numPr></w:pPr></w:style></w:styles>'
    )
    assert blocks(tmp_path, item("Stop", 1) + item("Lock", 1), styles=link, numbering=numbers) == [
        "Step 1: Stop", "Step 2: Lock",
    ]


def test_legal_numbers_and_levels_that_go_on(tmp_path: Path) -> None:
    legal = level(1, "decimal", "%1.%2").replace("</w:lvl>", '<w:lvlRestart w:val="0"/><w:isLgl/></w:lvl>')
    numbers = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{level(0, "upperRoman", "%1.")}{legal}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    body = item("a", 1) + item("b", 1, 1) + item("c", 1) + item("d", 1, 1)
    assert blocks(tmp_path, body, numbering=numbers) == ["I. a", "  1.1 b", "II. c", "  2.2 d"]
