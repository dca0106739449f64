"""What each group of a PDF is: heading with level, list item, caption, code.

Headings come from the file's outline where it has one, then from type size, weight, capitals and numbering
(ingest-facts §5).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.domain import BlockKind
from pipeline.ids import normalised
from pipeline.ingest.clean import marked
from pipeline.ingest.pdf_blocks import Group, Typography
from pipeline.ingest.pdf_native import OutlineEntry
from pipeline.ingest.pdf_tags import HEADING_TAGS

_NUMBER = re.compile(r"^(?:(\d{1,2}(?:\.\d{1,3})+)\.?|\d{1,2}[.)]?|[A-Z][.)]|[IVX]{1,5}[.)])\s+(?=[^\W\d_])")
_NAMED = re.compile(
    r"^(?:chapter|section|part|appendix|annex|module|lesson|kapitel|abschnitt|anhang)\s+[\dA-Z]+\b", re.I
)
_CAPTION = re.compile(
    r"^(?:table|figure|fig\.|exhibit|tabelle|abbildung|abb\.|tableau)\s*(?:\d+|[A-Z]\b)(?:[.-]\d+)*\s*(?:[.:–—-]|$|\s[A-Z])",
    re.I,
)
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*(?:\d+|[ivxlc]+)?\s*$", re.I)
_CONTENTS = frozenset(("contents", "tableofcontents", "inhalt", "inhaltsverzeichnis", "sommaire", "índice", "indice"))
_TAGGED = {
    "Caption": BlockKind.CAPTION, "Note": BlockKind.NOTE, "FENote": BlockKind.NOTE, "BlockQuote": BlockKind.QUOTE,
    "TOCI": BlockKind.FURNITURE,
}
_MAX_HEADING_CHARS = 180
_MAX_LEVEL = 6
# A file whose outline names at least so many of its headings is believed about the rest, too.
_TRUSTED_ENTRIES = 4
# With so many, it is believed about what is no heading.
_MANY_ENTRIES = 10


def classify(
    groups: Sequence[Group], look: Typography, outline: Sequence[OutlineEntry], words: frozenset[str]
) -> None:
    """Sets kind, level, marker and text of every paragraph group."""
    texts = {id(group): group.words(words) for group in groups if group.kind is BlockKind.PARAGRAPH}
    levels = _tag_levels(groups, texts) | _outline_levels(groups, texts, outline)
    headings: list[Group] = []
    indents: list[float] = []
    for group in groups:
        if group.kind is not BlockKind.PARAGRAPH:
            continue
        text = texts[id(group)]
        if sum(bool(_LEADERS.search(line.text)) for line in group.lines) > len(group.lines) / 2:
            group.kind = BlockKind.FURNITURE
        elif all(line.is_mono for line in group.lines) and (len(group.lines) > 1 or "  " in group.lines[0].text):
            group.kind, group.text = BlockKind.CODE, "\n".join(line.text for line in group.lines)
        elif id(group) in levels or _looks_like_heading(group, text, look):
            group.kind = BlockKind.HEADING
            headings.append(group)
        elif group.lines[0].role in _TAGGED:
            group.kind = _TAGGED[group.lines[0].role]
        elif _CAPTION.match(text) and len(text) < 250:
            group.kind = BlockKind.CAPTION
        elif (mark := marked(text)) is not None:
            group.kind, group.marker, group.text = BlockKind.LIST_ITEM, mark.marker, mark.text
            group.level = _depth(indents, group.lines[0].x0)
            continue
        if group.kind is not BlockKind.PARAGRAPH:
            indents.clear()
    _without_strangers(headings, texts, levels)
    _without_numbered_lists(groups, texts, levels)
    _put_contents_aside(groups, texts)
    _set_levels([group for group in headings if group.kind is BlockKind.HEADING], texts, levels)


def _looks_like_heading(group: Group, text: str, look: Typography) -> bool:
    lines = group.lines
    if len(lines) > 3 or not 2 < len(text) <= _MAX_HEADING_CHARS or sum(char.isalpha() for char in text) < 3:
        return False
    if marked(text) is not None and marked(text + " x").is_bullet:  # type: ignore[union-attr]
        return False
    if _CAPTION.match(text) and group.size < 1.2 * look.body:
        return False
    ends_sentence = text.endswith((".", ",", ";")) and not _NUMBER.match(text)
    size = min(line.size for line in lines)
    if size >= 1.12 * look.body:
        return not (ends_sentence and len(text) > 60)
    if size >= 1.07 * look.body and len(lines) == 1 and len(text) < 90 and not ends_sentence and text[-1] != ":":
        return text[:1].isupper() or bool(_NUMBER.match(text))
    if size < 0.95 * look.body or ends_sentence or text[:1].islower() or len(text) > 130:
        return False
    is_set_off = all(line.is_bold for line in lines) and not look.is_bold
    if is_set_off:
        return len(text.split()) > 1 or len(text) > 3
    if _NAMED.match(text) and len(text) < 80:
        return True
    number = _NUMBER.match(text)
    if number and number[1]:
        return len(text) < 90 and len(lines) == 1 and text[number.end()].isupper()
    rest = text[number.end() :] if number else text
    letters = [char for char in rest if char.isalpha()]
    return len(letters) > 4 and all(char.isupper() for char in letters) and len(lines) < 3 and len(text) < 90


def _without_strangers(headings: Sequence[Group], texts: Mapping[int, str], levels: Mapping[int, int]) -> None:
    """Where the file names its headings itself, bold lines that look like none of those are text."""
    named = Counter(_style(group, texts[id(group)]) for group in headings if id(group) in levels)
    if sum(named.values()) < _MANY_ENTRIES or sum(named.values()) < 0.4 * len(headings):
        return
    others = Counter(_style(group, texts[id(group)]) for group in headings if id(group) not in levels)
    for group in headings:
        style = _style(group, texts[id(group)])
        if id(group) not in levels and named[style] < others[style] and style[0] < max(named)[0]:
            group.kind = BlockKind.PARAGRAPH


def _without_numbered_lists(groups: Sequence[Group], texts: Mapping[int, str], levels: Mapping[int, int]) -> None:
    """Bold numbered lines that follow one another without text between are a list, not headings."""
    for index, group in enumerate(groups):
        if group.kind is not BlockKind.HEADING or id(group) in levels:
            continue
        mark = marked(texts[id(group)])
        if mark is None or mark.number is None:
            continue
        before = [
            other for other in groups[max(0, index - 6) : index]
            if other.kind is BlockKind.LIST_ITEM and abs(other.lines[0].x0 - group.lines[0].x0) < 3
        ]
        if before and before[-1].marker is not None and before[-1].size == group.size:
            last = marked(f"{before[-1].marker} x")
            if last is not None and last.number == mark.number - 1:
                group.kind, group.marker, group.text, group.level = (
                    BlockKind.LIST_ITEM, mark.marker, mark.text, before[-1].level,
                )
                continue
        near = [groups[at] for at in (index - 1, index + 1) if 0 <= at < len(groups)]
        for other in near:
            other_mark = marked(texts.get(id(other), ""))
            if other_mark and other_mark.number in (mark.number - 1, mark.number + 1) and other.size == group.size:
                group.kind, group.marker, group.text, group.level = BlockKind.LIST_ITEM, mark.marker, mark.text, 1


def _put_contents_aside(groups: Sequence[Group], texts: Mapping[int, str]) -> None:
    """Makes a table of contents furniture: its head, and what follows while it ends in page numbers."""
    for index, group in enumerate(groups):
        if group.kind is not BlockKind.HEADING or _key(texts[id(group)]) not in _CONTENTS:
            continue
        for following in groups[index + 1 :]:
            ends = [row[-1] for row in following.table.rows] if following.table else [texts.get(id(following), "")]
            if sum(end.split()[-1:] != [] and end.split()[-1].isdigit() for end in ends) <= 0.7 * len(ends):
                break
            following.kind, group.kind = BlockKind.FURNITURE, BlockKind.FURNITURE


def _tag_levels(groups: Sequence[Group], texts: Mapping[int, str]) -> dict[int, int]:
    """Levels by `id` of the groups that the file's tags call headings."""
    found = {}
    for group in groups:
        level = HEADING_TAGS.get(group.lines[0].role)
        if level is not None and id(group) in texts and len(texts[id(group)]) <= _MAX_HEADING_CHARS + 60:
            found[id(group)] = level
    return found


def _outline_levels(
    groups: Sequence[Group], texts: Mapping[int, str], outline: Sequence[OutlineEntry]
) -> dict[int, int]:
    """Levels by `id` of the groups that the outline names."""
    named: dict[str, list[OutlineEntry]] = {}
    for entry in outline:
        named.setdefault(_key(entry.title), []).append(entry)
    found: dict[int, int] = {}
    for group in groups:
        text = texts.get(id(group))
        if text is None or len(text) > _MAX_HEADING_CHARS + 60:
            continue
        for entry in named.get(_key(text), ()):
            if entry.page is None or abs(entry.page - group.page) <= 1:
                found[id(group)] = min(entry.level, _MAX_LEVEL)
                break
    return found


def _key(text: str) -> str:
    """A heading's words without number, spaces and signs."""
    text = normalised(text)
    match = re.match(r"^(?:\d+(?:\.\d+)*|[a-z]|[ivx]+)[.):]?\s+(?=\S)", text)
    return "".join(char for char in (text[match.end() :] if match else text) if char.isalnum())


Style = tuple[float, bool, bool, bool]


def _style(group: Group, text: str) -> Style:
    """What tells one rank of heading from another; larger sorts first."""
    letters = [char for char in text if char.isalpha()]
    is_upper = bool(letters) and all(char.isupper() for char in letters)
    line = group.lines[0]
    return (round(group.size * 2) / 2, line.is_bold, is_upper, not line.is_italic)


def _set_levels(headings: Sequence[Group], texts: Mapping[int, str], levels: Mapping[int, int]) -> None:
    styles = {id(group): _style(group, texts[id(group)]) for group in headings}
    by_style: dict[Style, Counter[int]] = {}
    for group in headings:
        if id(group) in levels:
            by_style.setdefault(styles[id(group)], Counter())[levels[id(group)]] += 1
    is_trusted = len([group for group in headings if id(group) in levels]) >= _TRUSTED_ENTRIES
    ranks = {style: rank for rank, style in enumerate(sorted(set(styles.values()), reverse=True), 1)}
    depths: dict[Style, int] = {}
    for group in headings:
        depth = _number_depth(texts[id(group)])
        if depth:
            style = styles[id(group)]
            depths[style] = min(depths.get(style, depth), depth)
    deepest = max(levels.values(), default=0)
    for group in headings:
        style = styles[id(group)]
        if id(group) in levels:
            group.level = levels[id(group)]
        elif style in by_style:
            group.level = by_style[style].most_common(1)[0][0]
        elif is_trusted:
            larger = [level for other, found in by_style.items() if other > style for level in found]
            group.level = 1 if not larger else min(deepest + 1, _MAX_LEVEL)
        else:
            depth = _number_depth(texts[id(group)])
            extra = depth - depths[style] if depth else 0
            group.level = min(ranks[style] + extra, _MAX_LEVEL)


def _number_depth(text: str) -> int:
    """1 for "3. Scope", 2 for "3.1 Terms", 0 without a number."""
    match = _NUMBER.match(text)
    if match is None:
        return 0
    return 1 + match[1].count(".") if match[1] else 1


def _depth(indents: list[float], x0: float) -> int:
    """Nesting depth of a list item whose marker begins there."""
    while indents and x0 < indents[-1] - 3:
        indents.pop()
    if not indents or x0 > indents[-1] + 3:
        indents.append(x0)
    return len(indents)
