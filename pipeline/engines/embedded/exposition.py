"""Text that explains rather than tells what to do: a textbook's page, a paper, a background chapter.

In: the reading of a document. Out: whether it is of that kind, and which of its sections are taught together: one
lesson a section of the document's own division, parted at its sub-headings only where it would take too long.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Reading, Section
from pipeline.engines.embedded.material import Material, is_reference, is_sound, title_of
from pipeline.engines.embedded.sections import is_spoken
from pipeline.engines.embedded.subjects import is_kind_of_section
from pipeline.engines.embedded.wording import Wording, words_of

_IDEAS_MIN = 2
# So many sentences that only tell how things are, for each that somebody could act on …
_TOLD_FOR_ONE_DONE = 2.6
# … and in a text that binds its readers, as a directive with a long background does.
_TOLD_FOR_ONE_BINDING = 8.0
_BINDING = frozenset({"must", "must_not", "should", "should_not"})
_BINDING_SHARE = 0.05
_BINDING_MIN = 8
_QUESTIONS_MIN = 3
_STEPS_MIN = 3
_STEPS_SHARE = 0.25
_RULES_SHARE = 0.34
# Five minutes at 200 words a minute.
_LESSON_WORDS_MAX = 1_000
_PIECE_WORDS_MIN = 150
# Less than this is an opening line, taught with what it opens.
_OWN_WORDS_MIN = 40


def explains(material: Material) -> bool:
    """Whether the document tells how things are rather than what to do: a textbook, an article, a lecture."""
    return material.of_document("explains", _explains)


def is_explained(sections: Sequence[Section], wording: Wording) -> bool:
    """Whether the sections hold no procedure worth the name and far fewer rules than sentences."""
    count = max(sum(sentences_in(section) for section in sections), 1)
    steps = [len(one.steps) for section in sections for one in section.procedures if one.is_ordered]
    if max(steps, default=0) >= _STEPS_MIN and sum(steps) >= _STEPS_SHARE * count:
        return False
    rules = sum(1 for section in sections for rule in section.rules if is_sound(rule, wording))
    rows = sum(len(table.rows) for section in sections for table in section.tables)
    duties = sum(len(section.duties) for section in sections)
    return rules + duties < _RULES_SHARE * count and rows <= count


def explained_groups(material: Material, *, most: int) -> list[list[Section]]:
    """The material's sections as the document divides them, in order; the shortest neighbours of one file are joined
    until they are no more than `most`.
    """
    depth = material.of_document("division", lambda whole, _: _division(whole))
    kept = [one for one in material.sections if one.blocks and not is_reference(one, material.wording)]
    divided = [list(group) for _, group in groupby(kept, key=lambda one: (_member(one), one.path[:depth]))]
    pieces = [piece for group in divided for piece in _in_time(group, depth)]
    groups: list[list[Section]] = []
    waiting: list[Section] = []
    for piece in pieces:
        if waiting and _member(waiting[-1]) != _member(piece[0]):
            groups, waiting = _closed(groups, waiting), []
        is_opening = all(is_kind_of_section(title_of(one).lower(), material.wording) for one in piece if one.path)
        if sum(map(words_in, [*waiting, *piece])) < _OWN_WORDS_MIN or (is_opening and piece[0].path):
            waiting += piece
            continue
        groups.append([*waiting, *piece])
        waiting = []
    groups = _closed(groups, waiting)
    while len(groups) > most:
        pairs = [at for at in range(len(groups) - 1) if _member(groups[at][0]) == _member(groups[at + 1][0])]
        if not pairs:
            break
        at = min(pairs, key=lambda at: sum(map(words_in, [*groups[at], *groups[at + 1]])))
        groups[at : at + 2] = [groups[at] + groups[at + 1]]
    return groups


def _closed(groups: list[list[Section]], waiting: list[Section]) -> list[list[Section]]:
    """The groups with what waits for a next section that does not come: taught with the section before it in the same
    file, by itself where it is all there is, else not at all.
    """
    if waiting and not groups:
        return [waiting]
    if waiting and _member(groups[-1][-1]) == _member(waiting[0]):
        return [*groups[:-1], [*groups[-1], *waiting]]
    return groups


def words_in(section: Section) -> int:
    """How many words stand in a section's text."""
    return sum(len(words_of(block.text)) for block in section.blocks)


def sentences_in(section: Section) -> int:
    """About how many sentences stand in a section's text, tables aside."""
    return sum(_sentences(block) for block in section.blocks)


def _sentences(block: Block) -> int:
    if block.kind is BlockKind.TABLE:
        return 0
    return max(1, sum(block.text.count(mark) for mark in (". ", "? ", "! ")) + 1) if block.text.strip() else 0


def _explains(whole: Reading, wording: Wording) -> bool:
    told = sum(not is_spoken(span.block) for section in whole.sections for span in section.statements)
    told += sum(len(section.definitions) for section in whole.sections)
    rules = [rule for section in whole.sections for rule in section.rules]
    done = sum(is_sound(rule, wording) for rule in rules) + sum(
        len(section.duties)
        + sum(len(one.steps) for one in section.procedures)
        + sum(len(one.rows) for one in section.tables)
        for section in whole.sections
    )
    binding = sum(rule.modality in _BINDING and not wording.is_imperative(rule) for rule in rules)
    is_binding = binding >= max(_BINDING_MIN, _BINDING_SHARE * sum(map(sentences_in, whole.sections)))
    enough = _TOLD_FOR_ONE_BINDING if is_binding else _TOLD_FOR_ONE_DONE
    return told >= _IDEAS_MIN and told > enough * done and not _is_faq(whole)


def _is_faq(whole: Reading) -> bool:
    """Whether the document answers questions that its readers have, rather than lay out a subject."""
    headings = [section.heading.text for section in whole.sections if section.heading is not None]
    asked = sum(one.rstrip().endswith("?") for one in headings)
    return asked >= _QUESTIONS_MIN and 2 * asked >= len(headings)


def _division(whole: Reading) -> int:
    """How many headings deep the document's own division is: below a title that stands over everything."""
    firsts = {section.path[:1] for section in whole.sections if section.path}
    return 2 if len(firsts) == 1 and any(len(section.path) > 1 for section in whole.sections) else 1


def _member(section: Section) -> str | None:
    return next((block.anchor.inside for block in section.blocks), None)


def _in_time(group: list[Section], depth: int) -> list[list[Section]]:
    """The group in one piece where a lesson holds it, else parted at its sub-headings."""
    if sum(map(words_in, group)) <= _LESSON_WORDS_MAX:
        return [group]
    pieces: list[list[Section]] = []
    for _, run in groupby(group, key=lambda one: one.path[: depth + 1]):
        piece = list(run)
        if pieces and min(sum(map(words_in, pieces[-1])), sum(map(words_in, piece))) < _PIECE_WORDS_MIN:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces
