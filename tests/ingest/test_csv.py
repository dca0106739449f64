from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import SourceError
from tests.ingest.specimens import read_text, shown


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("Gas,Limit\nCO,30\n", (("Gas", "Limit"), ("CO", "30"))),
        ("Gas;Limit\nCO;1,5\nNO;2,5\n", (("Gas", "Limit"), ("CO", "1,5"), ("NO", "2,5"))),
        ("Gas\tLimit\nCO, dry\t30\n", (("Gas", "Limit"), ("CO, dry", "30"))),
        ("Gas|Limit\nCO|30\n", (("Gas", "Limit"), ("CO", "30"))),
        ("sep=;\nGas;Limit, ppm\nCO;30\n", (("Gas", "Limit, ppm"), ("CO", "30"))),
        ('Gas,Note\nCO,"colourless,\nodourless; ""silent"""\n', (("Gas", "Note"), ("CO", 'colourless, odourless; "silent"'))),
        ("Gas,Limit,Unit\nCO,30\n", (("Gas", "Limit", "Unit"), ("CO", "30", ""))),
        ('Bolt,5" long\nNut,2"\n', (("Bolt", '5" long'), ("Nut", '2"'))),
        ("Tags;x\na,b;1\nc,d;2\n", (("Tags", "x"), ("a,b", "1"), ("c,d", "2"))),
    ],
)
def test_a_table_of_values_is_one_block_with_rows(tmp_path: Path, source: str, rows: tuple[tuple[str, ...], ...]) -> None:
    (block,) = read_text(tmp_path, source, "limits.csv").blocks
    assert block.rows == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_line_ends_and_encodings_of_windows_are_read(tmp_path: Path, encoding: str) -> None:
    made = read_text(tmp_path, "Größe;Wert\r\nLänge;3\r\n".encode(encoding), "werte.csv")
    assert made.blocks[0].rows == (("Größe", "Wert"), ("Länge", "3"))
    assert [warning.code for warning in made.warnings] == (["encoding_guessed"] if encoding == "cp1252" else [])


def test_empty_lines_part_tables_and_lines_above_them_are_text(tmp_path: Path) -> None:
    made = read_text(tmp_path, "Limits of 2024,,\nGas,Limit,Unit\nCO,30,ppm\n\n,,\nTool,Where,Who\nLock,Rack,You\n", "x.csv")
    assert shown(made) == [
        "¶ Limits of 2024", "table Gas | Limit | Unit\nCO | 30 | ppm", "table Tool | Where | Who\nLock | Rack | You",
    ]
    assert [block.anchor.lines for block in made.blocks] == [(1, 1), (2, 3), (6, 7)]


def test_a_quotation_mark_that_is_never_closed_swallows_nothing(tmp_path: Path) -> None:
    made = read_text(tmp_path, 'Gas,Limit\nCO,"30\nNO,25\n', "x.csv")
    assert made.blocks[0].rows == (("Gas", "Limit"), ("CO", '"30'), ("NO", "25"))
    assert [warning.code for warning in made.warnings] == ["unbalanced_quotes"]
    long = read_text(tmp_path, 'Gas,Limit\nCO,"' + "x" * 200_000 + "\n", "y.csv")
    assert [warning.code for warning in long.warnings] == ["unbalanced_quotes"]


def test_values_beyond_all_measure_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_text(tmp_path, "," * 1_000_001, "x.csv")
    assert caught.value.code == "too_large"


def test_tables_of_one_column_stay_one(tmp_path: Path) -> None:
    assert read_text(tmp_path, "Gas\nCO\nNO\n", "x.csv").blocks[0].rows == (("Gas",), ("CO",), ("NO",))
