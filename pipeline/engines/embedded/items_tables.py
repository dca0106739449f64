"""Items about tables: what to do in the case of a row, and which entry holds for it.

In: the material of one objective. Out: candidates; wrong answers are the entries of other rows. Where a column says
what to do, its row is a case to act on; elsewhere looking up an entry is understanding, nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.engines.embedded.candidates import Candidate, item, option, placed
from pipeline.engines.embedded.distractors import KEY_LENGTH_MAX, Alternative, choose, stands_out
from pipeline.engines.embedded.facts import Cells
from pipeline.engines.embedded.material import Material
from pipeline.engines.embedded.passages import row_span
from pipeline.engines.embedded.tables import action_column, name_column
from pipeline.engines.embedded.unfinished import is_open
from pipeline.engines.embedded.wording import Wording, bare, sentence, tidy, words_of
from pipeline.ids import fingerprint, normalised

_CELL_WORDS_MAX = 22
_ROWS_MAX = 5
_DIGIT = re.compile(r"\d")


def table_items(material: Material) -> Iterator[Candidate]:
    """Rows of the material's tables, the ones to act on first."""
    for section in material.sections:
        for table in section.tables:
            yield from _entries(table, material.wording)


def _entries(table: Cells, wording: Wording) -> Iterator[Candidate]:
    """For a few rows of the table: which entry of a column belongs to the row."""
    made, first = 0, name_column(table)
    seed = fingerprint([table.block.id, list(table.header)])
    order = sorted(range(len(table.rows)), key=lambda row: fingerprint([seed, row]))
    for turn, row in enumerate(order):
        columns = [column for column in range(first + 1, len(table.header)) if _fits(table, row, column)]
        if not columns:
            continue
        acting = action_column(table, wording)
        column = acting if acting in columns and turn % 3 != 1 else columns[turn % len(columns)]
        candidate = _entry(table, row, column, column == acting, wording)
        if candidate is not None:
            yield candidate
            made += 1
        if made == _ROWS_MAX:
            return


def _fits(table: Cells, row: int, column: int) -> bool:
    cells, first = table.rows[row], name_column(table)
    if column >= len(cells) or not tidy(table.header[column]) or not tidy(table.header[first]):
        return False
    name, value = tidy(cells[first]), tidy(cells[column])
    return (
        bool(name and value)
        and not is_open(name, value)
        and len(words_of(name)) <= 12
        and 0 < len(words_of(value)) <= _CELL_WORDS_MAX
        and normalised(name) != normalised(value)
        and sum(normalised(other[first]) == normalised(name) for other in table.rows) == 1
    )


def _entry(table: Cells, row: int, column: int, is_action: bool, wording: Wording) -> Candidate | None:
    first = name_column(table)
    name, value = tidy(table.rows[row][first]), tidy(table.rows[row][column])
    key_text = wording.option(value)
    pool: dict[str, Alternative[int]] = {}
    for other, cells in enumerate(table.rows):
        text = tidy(cells[column]) if column < len(cells) else ""
        if other != row and text and _fits(table, other, column) and normalised(text) != normalised(value):
            pool.setdefault(normalised(text), Alternative(wording.option(text), other, 2))
    header = bare(table.header[column])
    stem = sentence(
        wording.say(
            "table.stem_act" if is_action else "table.stem",
            header=wording.named(header),
            first=bare(wording.lower(table.header[first])),
            name=wording.named(name),
        )
    )
    seed = fingerprint([table.block.id, name, header])
    numeric_column = all(_DIGIT.search(one.text) and len(words_of(one.text)) <= 5 for one in pool.values())
    chosen = (
        tuple(sorted(pool.values(), key=lambda one: fingerprint([seed, one.text]))[:3])
        if numeric_column and len(pool) > 1
        else choose(key_text, list(pool.values()), stem=stem, seed=seed)
    )
    if not chosen or len(key_text) > KEY_LENGTH_MAX * max(len(one.text) for one in chosen):
        return None
    own_row = row_span(table, row)
    wrong = []
    for turn, one in enumerate(chosen):
        other_name = wording.named(table.rows[one.fact][first])
        wrong.append(
            option(
                one.text,
                wording.say_nth(
                    "table.other_act" if is_action else "table.other",
                    turn,
                    other=other_name,
                    name=wording.named(name),
                    header=wording.named(header),
                ),
                [row_span(table, one.fact), own_row],
                misconception=wording.say("table.believed", other=other_name, name=wording.named(name)),
            )
        )
    right = option(
        key_text,
        wording.say(
            "table.key_act" if is_action else "table.key", name=wording.named(name), header=wording.named(header)
        ),
        [own_row],
    )
    options, at = placed(right, wrong, seed)
    if numeric_column:
        ordered = sorted(options, key=lambda one: _first_number(one.text))
        options, at = tuple(ordered), ordered.index(right)
    draft = item(
        "single",
        stem=stem,
        options=options,
        correct=[at],
        bloom="apply" if is_action else "understand",
        general=wording.say(
            "table.general", name=wording.named(name), header=wording.named(header), key=wording.named(value)
        ),
        hint=wording.say("table.hint", header=wording.named(header)),
        spans=[own_row],
    )
    worth = 7 + (2 if is_action else 0) - (4 if stands_out(key_text, [one.text for one in wrong]) else 0)
    return Candidate("table", frozenset({f"{table.block.id}:row:{row}"}), draft, worth)


def _first_number(text: str) -> float:
    match = re.search(r"\d+(?:[.,]\d+)*", text)
    if match is None:
        return 0.0
    digits = match.group().replace(",", "")
    return float(digits) if digits.count(".") < 2 else float(digits.split(".")[0])
