from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from pipeline.domain import Document
from pipeline.errors import SourceError
from pipeline.ingest import read_document
from pipeline.ingest.xlsx_formats import NumberFormat, format_of
from tests.ingest.specimens import shown, zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def relations(targets: Sequence[tuple[str, str]]) -> bytes:
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{lines}</Relationships>'.encode()


def cell(place: str, value: str | int | float) -> str:
    """A cell; a value that begins with "<" is the XML inside it."""
    if isinstance(value, str) and not value.startswith("<"):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}">{value if isinstance(value, str) else f"<v>{value}</v>"}</c>'


def a_row(number: int, *values: str | int | float | None, tag: str = "", start: int = 0) -> str:
    cells = "".join(
        cell(f"{chr(65 + start + at)}{number}", value) for at, value in enumerate(values) if value is not None
    )
    return f'<row r="{number}" {tag}>{cells}</row>'


def a_book(
    path: Path, *sheets: str, state: str = "visible", of_sheet: Sequence[tuple[str, str]] = (), book: str = "",
    parts: Mapping[str, str] | None = None,
) -> Path:
    """A workbook whose sheets (Sheet1, …) hold that XML; what begins with a row is set in `sheetData`."""
    numbers = range(1, len(sheets) + 1)
    entries = "".join(
        f'<sheet name="Sheet{number}" sheetId="{number}" state="{state}" r:id="r{number}"/>' for number in numbers
    )
    known = {"strings": "sharedStrings", "styles": "styles"}
    shared = [(kind, f"{name}.xml") for name, kind in known.items() if f"xl/{name}.xml" in (parts or {})]
    members = {
        "_rels/.rels": relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{book}<sheets>{entries}</sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": relations(
            [*(("worksheet", f"worksheets/sheet{number}.xml") for number in numbers), *shared]
        ),
    }
    for number, content in zip(numbers, sheets, strict=True):
        whole = f"<sheetData>{content}</sheetData>" if content.startswith("<row") else content
        members[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{MAIN}">{whole}</worksheet>'.encode()
        members[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = relations(of_sheet)
    for name, text in (parts or {}).items():
        members[name] = text.encode()
    path.write_bytes(zipped(members))
    return path


def read(tmp_path: Path, *sheets: str, **more: object) -> Document:
    return read_document(a_book(tmp_path / "book.xlsx", *sheets, **more))  # type: ignore[arg-type]


def places(document: Document) -> list[tuple[str | None, str | None]]:
    return [(block.anchor.sheet, block.anchor.cells) for block in document.blocks]


LIMITS = a_row(1, "Gas", "Limit") + a_row(2, "CO", 30)


def test_each_sheet_gives_its_table_with_the_range_of_its_cells(tmp_path: Path) -> None:
    made = read(tmp_path, LIMITS, a_row(3, "Tool", "Where", start=1) + a_row(4, "Lock", "Rack", start=1))
    assert [block.rows for block in made.blocks] == [(("Gas", "Limit"), ("CO", "30")), (("Tool", "Where"), ("Lock", "Rack"))]
    assert places(made) == [("Sheet1", "A1:B2"), ("Sheet2", "B3:C4")]


def test_empty_rows_part_tables_and_single_cells_are_text(tmp_path: Path) -> None:
    rows = a_row(1, "Limits") + a_row(2, "Gas", "Limit") + a_row(3, "CO", 30) + a_row(6, "Seen by the guard.") \
        + a_row(8, "Tool", "Where", "Who") + a_row(9, "Lock", "Rack", "You")
    made = read(tmp_path, rows)
    assert shown(made) == [
        "¶ Limits", "table Gas | Limit\nCO | 30", "¶ Seen by the guard.", "table Tool | Where | Who\nLock | Rack | You",
    ]
    assert [cells for _, cells in places(made)] == ["A1", "A2:B3", "A6", "A8:C9"]


def test_a_table_that_skips_a_row_stays_one(tmp_path: Path) -> None:
    made = read(tmp_path, LIMITS + a_row(4, "NO", 25) + a_row(6, "SO", 2))
    assert [block.rows for block in made.blocks] == [(("Gas", "Limit"), ("CO", "30"), ("NO", "25"), ("SO", "2"))]


def test_tables_side_by_side_are_two_and_a_spaced_one_is_one(tmp_path: Path) -> None:
    two = a_row(1, "Gas", "Limit") + a_row(2, "CO", 30, None, "Tool", "Where") + a_row(3, "NO", 25, None, "Lock", "Rack")
    assert [cells for _, cells in places(read(tmp_path, two))] == ["A1:B3", "D2:E3"]
    one = a_row(1, "Gas", "Limit", None, "Unit", "By") + a_row(2, "CO", 30, None, "ppm", "law")
    assert read(tmp_path, one).blocks[0].rows == (("Gas", "Limit", "Unit", "By"), ("CO", "30", "ppm", "law"))


def test_tables_in_the_same_rows_are_two_where_their_heads_repeat_or_more_than_room_is_between(tmp_path: Path) -> None:
    alike = a_row(1, "Gas", "Limit", None, "Gas", "Limit") + a_row(2, "CO", 30, None, "NO", 25)
    assert [cells for _, cells in places(read(tmp_path, alike))] == ["A1:B2", "D1:E2"]
    apart = a_row(1, "Gas", "Limit", None, None, "Tool", "Where") + a_row(2, "CO", 30, None, None, "Lock", "Rack")
    assert [cells for _, cells in places(read(tmp_path, apart))] == ["A1:B2", "E1:F2"]
    figures = a_row(1, "Gas", 2024, None, None, 2025, 2026) + a_row(2, "CO", 30, None, None, 31, 32)
    assert [cells for _, cells in places(read(tmp_path, figures))] == ["A1:F2"]


def test_a_column_of_sentences_is_text_and_one_of_names_a_table(tmp_path: Path) -> None:
    long = "Close the valve before you open the guard of the press."
    assert shown(read(tmp_path, a_row(1, "How to") + a_row(2, long))) == ["¶ How to", f"¶ {long}"]
    assert shown(read(tmp_path, a_row(1, "Gas") + a_row(2, "CO"))) == ["table Gas\nCO"]


def test_merged_cells_repeat_their_text_and_a_huge_merge_is_harmless(tmp_path: Path) -> None:
    sheet = (
        f'<dimension ref="A1:XFD1048576"/><sheetData>{a_row(1, "Gas", "Limit")}{a_row(2, None, "min", "max")}'
        f'{a_row(3, "CO", 1, 30)}</sheetData><mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:C1"/>'
        '<mergeCell ref="C3:XFD1048576"/></mergeCells>'
    )
    assert read(tmp_path, sheet).blocks[0].rows == (("Gas", "Limit", "Limit"), ("Gas", "min", "max"), ("CO", "1", "30"))


def test_hidden_sheets_rows_and_columns_are_hidden_and_not_lost(tmp_path: Path) -> None:
    assert [block.hidden for block in read(tmp_path, LIMITS, state="veryHidden").blocks] == [True]
    sheet = (
        f'<cols><col min="2" max="2" hidden="1"/></cols><sheetData>{a_row(1, "Gas", "Cost", "Limit")}'
        f'{a_row(2, "CO", 9, 30)}{a_row(3, "NO", 8, 25, tag="hidden=" + chr(34) + "1" + chr(34))}</sheetData>'
    )
    made = read(tmp_path, sheet)
    assert [(block.rows, block.hidden) for block in made.blocks] == [
        ((("Gas", "Limit"), ("CO", "30")), False),
        ((("NO", "8", "25"),), True),
        ((("Gas", "Cost", "Limit"), ("CO", "9", "30")), True),
    ]


def test_shared_texts_are_joined_from_their_runs_and_unescaped(tmp_path: Path) -> None:
    strings = (
        f'<sst xmlns="{MAIN}"><si><r><t>Press </t></r><r><t>STOP</t></r><rPh sb="0" eb="1"><t>yomi</t></rPh></si>'
        "<si><t>a_x000D_b _x005F_x0041_ _xD83D_</t></si></sst>"
    )
    row = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v>7</v></c></row>'
    made = read(tmp_path, row, parts={"xl/strings.xml": strings})
    assert made.blocks[0].rows == (("Press STOP", "a b _x0041_ _xD83D_"),)


def test_values_of_every_type_are_shown_as_in_the_sheet(tmp_path: Path) -> None:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0.0&quot; bar&quot;"/></numFmts><cellXfs>'
        '<xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>'
    )
    row = (
        '<row><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c t="d"><v>2024-03-05T00:00:00</v></c><c t="str"><f>A1</f><v>ok</v></c>'
        '<c s="1"><v>0.25</v></c><c s="2"><v>45000</v></c><c s="3"><v>4.25</v></c><c><v>0.30000000000000004</v></c></row>'
    )
    made = read(tmp_path, row, parts={"xl/styles.xml": styles})
    assert made.blocks[0].rows == (("TRUE", "#REF!", "2024-03-05", "ok", "25%", "2023-03-15", "4.3 bar", "0.3"),)
    other = read(tmp_path, '<row><c s="2"><v>0</v></c><c><v>1</v></c></row>', parts={"xl/styles.xml": styles},
                 book='<workbookPr date1904="1"/>')
    assert other.blocks[0].rows == (("1904-01-01", "1"),)


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        ("1234567.891", "#,##0.00", "1,234,567.89"), ("-5", "#,##0;(#,##0)", "(5)"), ("0.2567", "0.0%", "25.7%"),
        ("45000.4375", "d/m/yyyy h:mm", "15/3/2023 10:30"), ("45000.75", "[$-409]d\\-mmm\\-yy h:mm AM/PM;@", "15-Mar-23 6:00 PM"),
        ("1.5", "[h]:mm:ss", "36:00:00"), ("0.4378", "mm:ss", "30:26"), ("12.5", "[$€-407] #,##0.00", "€ 12.50"),
        ("7", "000", "007"), ("7", "0.##", "7"), ("1234", "0,", "1"), ("0.5", "# ?/?", "0.5"), ("5", '"Q"0', "Q5"),
        ("12", "0.0 \"mm\"", "12.0 mm"), ("-1", "yyyy", "-1"), ("99999999", "yyyy", "99999999"), ("x", "0", "x"),
        ("NaN", "0", "NaN"), ("1E+300", "0.00", "1e+300"), ("45000", "mmmm d, yyyy", "March 15, 2023"), ("3", "General", "3"),
        ("0", "0;-0;;@", "0"), ("0.5", "[>1]0.0;0", "0.5"), ("5", "", "5"),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: str, code: str, text: str) -> None:
    assert NumberFormat(code).shown(value) == text


def test_formats_that_follow_the_reader_s_country_are_iso_dates() -> None:
    assert format_of(14, {}).shown("45000") == "2023-03-15"


def test_formulas_without_a_value_are_shown_and_warned_of(tmp_path: Path) -> None:
    made = read(tmp_path, a_row(1, "Sum", "<f>SUM(A2:A9)</f>"))
    assert made.blocks[0].rows == (("Sum", "=SUM(A2:A9)"),)
    (warning,) = made.warnings
    assert warning.code == "unvalued_formulas"
    assert "Sheet1!B1" in warning.message


def test_comments_know_their_cell_and_are_given_once(tmp_path: Path) -> None:
    old = (
        f'<comments xmlns="{MAIN}"><commentList><comment ref="B2"><text><r><t>Check </t></r><r><t>this</t></r></text></comment>'
        '<comment ref="A2"><text><t>[Threaded comment] Your version…</t></text></comment></commentList></comments>'
    )
    new = '<ThreadedComments xmlns="urn:x"><threadedComment ref="A2"><text>Really?</text></threadedComment></ThreadedComments>'
    made = read(
        tmp_path, LIMITS, of_sheet=[("comments", "../comments1.xml"), ("threadedComment", "../threaded/1.xml")],
        parts={"xl/comments1.xml": old, "xl/threaded/1.xml": new},
    )
    assert shown(made)[1:] == ["comment Really?", "comment Check this"]
    assert [cells for _, cells in places(made)][1:] == ["A2", "B2"]


def test_text_boxes_chart_titles_and_page_feet_are_read(tmp_path: Path) -> None:
    drawing = (
        '<x:wsDr xmlns:x="urn:x" xmlns:a="urn:a" xmlns:c="urn:c" xmlns:r="urn:r" xmlns:m="urn:m"><x:twoCellAnchor><x:from>'
        "<x:col>3</x:col><x:row>1</x:row></x:from><x:sp><x:txBody><a:p><a:r><a:t>Ask first.</a:t></a:r></a:p></x:txBody></x:sp>"
        '</x:twoCellAnchor><x:oneCellAnchor><x:graphicFrame><c:chart r:id="r1"/></x:graphicFrame><m:Fallback><x:sp><x:txBody>'
        "<a:p><a:r><a:t>no chart</a:t></a:r></a:p></x:txBody></x:sp></m:Fallback></x:oneCellAnchor></x:wsDr>"
    )
    chart = (
        '<c:chartSpace xmlns:c="urn:c" xmlns:a="urn:a"><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Injuries</a:t></a:r></a:p>'
        "</c:rich></c:tx></c:title></c:chart></c:chartSpace>"
    )
    made = read(
        tmp_path, f'<sheetData>{LIMITS}</sheetData><headerFooter><oddFooter>&amp;L&amp;"Arial,Bold"&amp;12ACME&amp;RSafety</oddFooter>'
        "</headerFooter>", of_sheet=[("drawing", "../drawings/d.xml")],
        parts={
            "xl/drawings/d.xml": drawing, "xl/drawings/_rels/d.xml.rels": relations([("chart", "../charts/c.xml")]).decode(),
            "xl/charts/c.xml": chart,
        },
    )
    assert shown(made)[1:] == ["¶ Ask first.", "caption Injuries", "furniture ACME Safety"]
    assert made.blocks[1].anchor.cells == "D2"


def test_a_damaged_sheet_is_warned_of_and_the_others_are_read(tmp_path: Path) -> None:
    made = read(tmp_path, LIMITS, "<sheetData><row><c", LIMITS)
    assert [sheet for sheet, _ in places(made)] == ["Sheet1", "Sheet3"]
    (warning,) = made.warnings
    assert (warning.code, warning.anchor and warning.anchor.sheet) == ("damaged_part", "Sheet2")


def test_texts_that_multiply_without_end_are_refused(tmp_path: Path) -> None:
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 60_000}</t></si></sst>'
    row = f'<row>{"".join(chr(60) + "c t=" + chr(34) + "s" + chr(34) + "><v>0</v></c>" for _ in range(1_000))}</row>'
    with pytest.raises(SourceError) as caught:
        read(tmp_path, row, parts={"xl/strings.xml": strings})
    assert caught.value.code == "too_large"


def test_a_binary_workbook_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsb"
    path.write_bytes(zipped({"_rels/.rels": relations([("officeDocument", "xl/workbook.bin")]), "xl/workbook.bin": b"x"}))
    with pytest.raises(SourceError) as caught:
        read_document(path)
    assert caught.value.code == "unsupported"


def test_what_openpyxl_writes_is_read(tmp_path: Path) -> None:
    from datetime import date

    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Day", "Share"])
    sheet.append([date(2024, 3, 5), 0.25])
    sheet["B2"].number_format = "0.0%"
    book.save(tmp_path / "book.xlsx")
    assert read_document(tmp_path / "book.xlsx").blocks[0].rows == (("Day", "Share"), ("2024-03-05", "25.0%"))
