"""Word's tables: spans, late rows, tables in tables, and those that only draw boxes."""

from __future__ import annotations

from pathlib import Path

from pipeline.ingest import read_document
from tests.ingest.docx_specimens import a_package
from tests.ingest.specimens import para, shown


def tc(inside: str, properties: str = "") -> str:
    inside = inside if inside.startswith("<") else para(inside)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def rows_of(tmp_path: Path, *tables: str) -> list[tuple[tuple[str, ...], ...] | None]:
    made = read_document(a_package(tmp_path / "source.docx", "".join(tables)))
    return [block.rows for block in made.blocks if block.rows]


def test_a_merged_cell_is_found_by_its_place_in_the_grid(tmp_path: Path) -> None:
    table = tbl(
        tr(tc("A", '<w:gridSpan w:val="2"/>'), tc("Gas", '<w:vMerge w:val="restart"/>')),
        tr(tc("1"), tc("2"), tc("", '<w:vMerge w:val="continue"/>')),
    )
    assert rows_of(tmp_path, table) == [(("A", "A", "Gas"), ("1", "2", "Gas"))]


def test_a_row_that_begins_late_keeps_its_columns(tmp_path: Path) -> None:
    table = tbl(tr(tc("a"), tc("b"), tc("c")), tr(tc("y"), tc("z"), properties='<w:gridBefore w:val="1"/>'))
    assert rows_of(tmp_path, table) == [(("a", "b", "c"), ("", "y", "z"))]


def test_grid_columns_that_no_row_uses_are_left_out(tmp_path: Path) -> None:
    wide = '<w:gridSpan w:val="12"/>'
    assert rows_of(tmp_path, tbl(tr(tc("a", wide), tc("b", wide)), tr(tc("c", wide), tc("d", wide)))) == [
        (("a", "b"), ("c", "d"))
    ]


def test_rows_and_cells_in_content_controls_are_read(tmp_path: Path) -> None:
    def sdt(inside: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inside}</w:sdtContent></w:sdt>"

    inner = tc(sdt(para("in the cell")))
    table = tbl(tr(tc("a"), sdt(tc("b"))), sdt(tr(tc("c"), inner)))
    assert rows_of(tmp_path, table) == [(("a", "b"), ("c", "in the cell"))]


def test_a_deleted_cell_is_left_out(tmp_path: Path) -> None:
    gone = '<w:cellDel w:id="1" w:author="A"/>'
    table = tbl(tr(tc("a"), tc("b"), tc("x", gone)), tr(tc("c"), tc("d"), tc("y", gone)))
    assert rows_of(tmp_path, table) == [(("a", "b"), ("c", "d"))]


def test_a_table_in_a_cell_stands_behind_its_table(tmp_path: Path) -> None:
    inner = tbl(tr(tc("x"), tc("y")), tr(tc("1"), tc("2")))
    table = tbl(tr(tc("left"), tc("right")), tr(tc("l2"), tc(para("see") + inner + para("there"))))
    assert rows_of(tmp_path, table) == [(("left", "right"), ("l2", "see there")), (("x", "y"), ("1", "2"))]


def test_tables_set_below_one_another_in_boxes_are_tables(tmp_path: Path) -> None:
    inner = tbl(tr(tc("x"), tc("y")), tr(tc("1"), tc("2")))
    made = read_document(a_package(tmp_path / "s.docx", tbl(tr(tc(para("Limits") + inner)), tr(tc("After.")))))
    assert shown(made) == ["¶ Limits", "table x | y\n1 | 2", "¶ After."]


def test_a_heading_over_the_whole_width_parts_a_table(tmp_path: Path) -> None:
    head = '<w:outlineLvl w:val="1"/>'
    table = tbl(
        tr(tc(para("Before", head), '<w:gridSpan w:val="2"/>')), tr(tc("a"), tc("b")),
        tr(tc(para("After", head), '<w:gridSpan w:val="2"/>')), tr(tc("c"), tc("d")),
    )
    made = read_document(a_package(tmp_path / "s.docx", table))
    assert shown(made) == ["h2 Before", "table a | b", "h2 After", "table c | d"]


def test_headings_in_a_cell_are_words_of_the_cell(tmp_path: Path) -> None:
    table = tbl(tr(tc(para("Name", '<w:outlineLvl w:val="0"/>')), tc("Sign")), tr(tc("Ann"), tc("x")))
    assert rows_of(tmp_path, table) == [(("Name", "Sign"), ("Ann", "x"))]


def test_what_stands_in_a_table_has_the_table_s_position(tmp_path: Path) -> None:
    box = tbl(tr(tc(para("One.") + para("Two."))))
    made = read_document(a_package(tmp_path / "s.docx", para("Zero.") + box + para("Three.")))
    assert [block.anchor.paragraph for block in made.blocks] == [1, 2, 2, 3]


def test_rows_without_common_edges_are_not_spread_over_a_grid(tmp_path: Path) -> None:
    table = tbl(*(
        tr(tc(f"{row}a", f'<w:gridSpan w:val="{row + 1}"/>'), tc(f"{row}b")) for row in range(400)
    ))
    (rows,) = rows_of(tmp_path, table)
    assert rows is not None
    assert (len(rows), rows[-1]) == (400, ("399a", "399b"))


def test_a_span_that_no_table_has_costs_nothing(tmp_path: Path) -> None:
    huge = '<w:gridSpan w:val="2000000000"/>'
    late = '<w:gridBefore w:val="2000000000"/>'
    table = tbl(tr(tc("a", huge), tc("b", huge)), tr(tc("c"), tc("d"), properties=late))
    assert rows_of(tmp_path, table) == [(("a", "b", "b"), ("", "c", "d"))]


def test_tables_nested_without_end_are_read_or_refused_at_once(tmp_path: Path) -> None:
    nested = para("core")
    for _ in range(60):
        nested = tbl(tr(tc(nested), tc("x")))
    made = read_document(a_package(tmp_path / "s.docx", nested))
    assert "core" in " ".join(block.text for block in made.blocks)
