"""A text with what was changed in its Word cell put in, and nothing else touched.

In: the text as it was sent, whether it is Markdown, and the paragraphs that came back. Out: the new text. What stands
for a reader is the measure: what comes out is shown again and must say what came back; where marks of emphasis stand in
the way of that, they are given up for that line, never the words.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.roundtrip.sameness import compared, edits, likeness, lines_of, same_form
from pipeline.roundtrip.shown import (
    BULLET,
    OPEN_BOX,
    TICKED_BOX,
    Line,
    Look,
    shown_markdown,
    shown_plain,
)

_SPECIAL = re.compile(r"([\\`*_\[\]<>~|])")
_OPENERS = re.compile(r"^(\s*)([#>+=-]|\d{1,9}(?=[.)]))")
_ENTRY = re.compile(r"(?:[•☐☑]|\d{1,9}[.)])\s")
# Marks of emphasis whose words are gone.
_EMPTY_MARKS = re.compile(r"(?<!\*)\*\*(\s*)\*\*(?!\*)|(?<![_\w])__(\s*)__(?![_\w])")
_SIGNS = ((BULLET, "- "), (OPEN_BOX, "- [ ] "), (TICKED_BOX, "- [x] "))
_LIKE_ENOUGH = 0.4
# Beyond so many pairs a close look at which line became which takes longer than it is worth.
_MOST_PAIRS = 2_500


@dataclass(frozen=True)
class Amended:
    """The new text."""

    text: str
    lost_emphasis: bool = False
    """Whether a changed line lost marks such as bold, because the change ran across them."""


def amended(text: str, came_back: str, *, is_markdown: bool) -> Amended:
    """The text with what `came_back` says otherwise; the text itself where it says the same."""
    show = shown_markdown if is_markdown else shown_plain
    if compared("\n".join(line.text for line in show(text))) == compared(came_back):
        return Amended(text)
    text = unicodedata.normalize("NFC", text)
    wanted = [unicodedata.normalize("NFC", line).strip() for line in lines_of(came_back)]
    said = tuple(same_form(line) for line in wanted)
    for soften in (_as_typed, _escaped):
        made, lost = _woven(text, wanted, show, is_markdown=is_markdown, soften=soften)
        if _reads(made, show) == said:
            return Amended(made, lost)
    # Nothing of the marks can be kept: the words are what counts.
    plain = [_escaped(line) for line in wanted] if is_markdown else wanted
    return Amended(("\n\n" if is_markdown else "\n").join(plain), is_markdown)


def _woven(
    text: str,
    wanted: list[str],
    show: Callable[[str], list[Line]],
    *,
    is_markdown: bool,
    soften: Callable[[str], str],
) -> tuple[str, bool]:
    """The text made of the old lines and the wanted ones, and whether a line lost its emphasis."""
    lines = show(text)
    pieces: list[str] = []
    lost = False
    end = 0
    left_gap = ""  # of lines that went
    last_is_entry = last_is_row = last_is_new = False
    for old, new in _paired([line.text for line in lines], wanted):
        line = lines[old] if old is not None else None
        gap = _wider(left_gap, text[end : line.start]) if line is not None else ""
        if line is not None:
            end = line.end
        if new is None:
            left_gap = gap
            continue
        said = wanted[new]
        is_entry, is_row = bool(_ENTRY.match(said)), " | " in said
        is_closer = (last_is_entry and is_entry) or (last_is_row and is_row) or not is_markdown
        if line is None or (pieces and (not gap or (last_is_new and is_closer))):
            # A line that is new or follows one, or whose own gap belonged to the beginning of the text.
            gap = "" if not pieces else "\n" if is_closer else "\n\n"
        elif not pieces and line is not lines[0]:
            gap = gap.lstrip()
        left_gap = "" if line is not None else left_gap
        if line is None:
            made = _new_line(said, soften, is_markdown=is_markdown, is_row=is_row and last_is_row)
        elif same_form(line.text) == same_form(said):
            made = text[line.start : line.end]
        else:
            made = _spliced(text, line, said, soften)
            if is_markdown and line.look is not Look.CODE and not _says(made, said, line.look, show):
                made, lost = _without_marks(text, line, said, soften), True
        pieces += (gap, made)
        last_is_new = line is None
        last_is_entry, last_is_row = is_entry, is_row or (line is not None and line.look is Look.ROW)
    return "".join(pieces) + text[end:], lost


def _wider(one: str, other: str) -> str:
    """The gap to leave where a line between two gaps went."""
    if one.strip() or other.strip():  # a fence or a table's rule stands in it
        return one + other
    return one if one.count("\n") > other.count("\n") else other


def _says(made: str, said: str, look: Look, show: Callable[[str], list[Line]]) -> bool:
    """Whether a line of Markdown, where it stands, shows these words."""
    context = "| |\n| - |\n" if look is Look.ROW else ""
    return _reads(context + made, show) == (same_form(said),)


def _reads(text: str, show: Callable[[str], list[Line]]) -> tuple[str, ...]:
    return tuple(same_form(line.text) for line in show(text))


def _spliced(text: str, line: Line, said: str, soften: Callable[[str], str]) -> str:
    """The line's own text with the words that changed put in where they belong."""
    chars = line.chars
    result: list[str] = []
    position = line.start
    for edit in edits(line.text, said):
        if edit.start < edit.end:
            at = chars[edit.start].start
        elif edit.start > 0:
            at = chars[edit.start - 1].end
        else:
            at = chars[0].start if chars else line.start
        result += (text[position:at], soften(edit.text))
        position = at
        for char in chars[edit.start : edit.end]:
            # Hidden marks between the characters stay where they are.
            result.append(text[position : char.start])
            position = char.end
    made = "".join(result) + text[position : line.end]
    return _EMPTY_MARKS.sub(lambda empty: empty[1] or empty[2] or "", made)


def _without_marks(text: str, line: Line, said: str, soften: Callable[[str], str]) -> str:
    """The line's lead (heading, quote, list sign) with the new words and no emphasis."""
    lead_chars = len(_ENTRY.match(line.text)[0]) if _ENTRY.match(line.text) else 0  # type: ignore[index]
    if line.look is Look.ITEM and lead_chars and _ENTRY.match(said):
        return _new_line(said, soften, is_markdown=True, is_row=False)
    first = line.chars[0].start if line.chars else line.start
    lead = re.sub(r"[*_`]+\Z", "", text[line.start : first])
    return lead + (_new_line(said, soften, is_markdown=True, is_row=False) if not lead.strip() else soften(said))


def _new_line(said: str, soften: Callable[[str], str], *, is_markdown: bool, is_row: bool) -> str:
    if not is_markdown:
        return said
    for sign, mark in _SIGNS:
        if said.startswith(sign.strip()):
            return mark + soften(said[1:].strip())
    if _ENTRY.match(said):
        number, _, rest = said.partition(" ")
        return f"{number} {soften(rest.strip())}"
    return f"| {said} |" if is_row else soften(said)


def _as_typed(text: str) -> str:
    return text


def _escaped(text: str) -> str:
    """The text so that Markdown shows it as it stands."""
    return _OPENERS.sub(r"\1\\\2" if not text.lstrip()[:1].isdigit() else r"\1\2", _SPECIAL.sub(r"\\\1", text))


def _paired(old: Sequence[str], new: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Which old line became which new one, in order; None for a line that went or came."""
    pairs: list[tuple[int | None, int | None]] = []
    matcher = difflib.SequenceMatcher(a=[same_form(x) for x in old], b=[same_form(x) for x in new], autojunk=False)
    for verb, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if verb == "equal":
            pairs += zip(range(old_from, old_to), range(new_from, new_to), strict=True)
        else:
            pairs += _aligned(range(old_from, old_to), range(new_from, new_to), old, new)
    return pairs


def _aligned(
    before: range, after: range, old: Sequence[str], new: Sequence[str]
) -> list[tuple[int | None, int | None]]:
    """The pairs within a stretch that changed: those most alike, without crossing."""
    rows, columns = len(before), len(after)
    if rows * columns > _MOST_PAIRS:
        paired = min(rows, columns)
        return [
            *zip(before[:paired], after[:paired], strict=True), *((one, None) for one in before[paired:]),
            *((None, one) for one in after[paired:]),
        ]
    score = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    alike = [[likeness(old[b], new[a]) for a in after] for b in before]
    is_one_each = rows == columns == 1
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            here = alike[row][column]
            joined = here + score[row + 1][column + 1] if here >= _LIKE_ENOUGH or is_one_each else -1.0
            score[row][column] = max(joined, score[row + 1][column], score[row][column + 1])
    pairs: list[tuple[int | None, int | None]] = []
    row = column = 0
    while row < rows and column < columns:
        here = alike[row][column]
        if (here >= _LIKE_ENOUGH or is_one_each) and score[row][column] == here + score[row + 1][column + 1]:
            pairs.append((before[row], after[column]))
            row, column = row + 1, column + 1
        elif score[row][column] == score[row + 1][column]:
            pairs.append((before[row], None))
            row += 1
        else:
            pairs.append((None, after[column]))
            column += 1
    pairs += ((one, None) for one in before[row:])
    pairs += ((None, one) for one in after[column:])
    return pairs
