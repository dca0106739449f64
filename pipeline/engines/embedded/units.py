"""Which stretches of a chunk become one lesson each.

In: the material of a chunk. Out: units in reading order, each with the sections it teaches, its title and its focus:
what a learner can do afterwards, in the order procedure, cases, rules, table, limits, terms, duties, ideas.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.domain import Block
from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.context import file_of, hosted, with_served
from pipeline.engines.embedded.distractors import content_words
from pipeline.engines.embedded.exposition import explained_groups, explains, is_explained
from pipeline.engines.embedded.facts import Reading, Section
from pipeline.engines.embedded.key_phrase import key_phrase
from pipeline.engines.embedded.lengths import in_time
from pipeline.engines.embedded.material import (
    Material,
    cut,
    goal_of,
    is_abbreviation,
    is_case,
    is_reference,
    is_sound,
    is_told_of_past,
    label_of,
)
from pipeline.engines.embedded.sections import answers_a_listener
from pipeline.engines.embedded.spoken import announced_topic
from pipeline.engines.embedded.subjects import about_title, is_kind_of_section, main_subject, subject_of
from pipeline.engines.embedded.tellable import tellable
from pipeline.engines.embedded.wording import Wording, cap, clean_title, words_of
from pipeline.ids import normalised

Focus = Literal["procedure", "checklist", "cases", "rules", "table", "limits", "terms", "duties", "ideas"]

_UNITS_MAX = 4
# A text that explains has an idea of its own in each section.
_UNITS_OF_IDEAS_MAX = 8
_IDEAS_MIN = 2
# A section with less than this is taught together with its neighbour.
_SMALL = 3
_SHARED_MIN = 2  # with less, it makes no lesson beside another
_STEPS_MIN = 2
_TITLE_WORDS_MAX = 12
# Sections that weigh this much are named in the title of a lesson they share.
_HEAVY = 2
_NAMES_MAX = 3
_REPEATED = 2
_ACTION_WORDS_MAX = 8
_ASKED = ("must", "should")


@dataclass(frozen=True)
class Unit:
    """What one lesson teaches."""

    title: str
    focus: Focus
    sections: tuple[Section, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Headings and blocks of its sections, in order."""
        found: list[Block] = []
        for section in self.sections:
            if section.heading is not None:
                found.append(section.heading)
            found.extend(section.blocks)
        return tuple(found)


def weight(section: Section, wording: Wording) -> int:
    """How much there is to perform or to tell apart in a section."""
    if is_reference(section, wording):
        return 0
    return (
        sum(len(procedure.steps) for procedure in section.procedures)
        + sum(1 for rule in section.rules if is_sound(rule, wording))
        + sum(1 for one in section.limits if not is_told_of_past(one.span.text))
        + sum(1 for one in section.definitions if not is_abbreviation(one))
        + len(section.duties)
        + sum(len(table.rows) for table in section.tables)
    )


def heft_of(section: Section, material: Material) -> int:
    """How much there is to learn in a section: where a document explains, what it tells counts too."""
    found = weight(section, material.wording)
    if not explains(material) or is_reference(section, material.wording):
        return found
    told = len(tellable(section, material.wording))
    return max(found, told) if told >= _IDEAS_MIN else found


def plan(material: Material) -> tuple[Unit, ...]:
    """The units of the material, at most four, or eight where it explains; none where there is nothing to learn."""
    found = explained_groups(material, most=_UNITS_OF_IDEAS_MAX) if explains(material) else _performed_groups(material)
    groups = in_time(found, lambda section: heft_of(section, material))
    repeated = material.of_document("titles", _titles)
    taken: set[str] = set()
    units = []
    for group in groups:
        focus = focus_in(group, material)
        title = _title(group, focus, material, repeated, taken)
        taken.add(normalised(title))
        units.append(Unit(title, focus, with_served(group, material)))
    return tuple(units)


def _performed_groups(material: Material) -> list[list[Section]]:
    """The sections that belong together, at most four groups, none without something to perform or to tell apart."""
    groups: list[list[Section]] = []
    pending: list[Section] = []
    taught_elsewhere = hosted(material)
    own = [one for one in material.sections if taught_elsewhere.isdisjoint(_ids(one))]
    for section in (piece for whole in own for piece in _by_procedure(whole)):
        if is_reference(section, material.wording):
            continue
        if groups and file_of(groups[-1][0]) != file_of((pending or [section])[0]):
            # What one member of an archive says is not taught with another's.
            parted = [one for one in pending if file_of(one) == file_of(groups[-1][0])]
            groups[-1] += parted
            pending = pending[len(parted) :]
        if answers_a_listener(section) and _heft_of_whole(section, material) < _SHARED_MIN:
            continue  # what was said to another question is no part of this one
        if heft_of(section, material) == 0:
            pending.append(section)
            continue
        if groups and _belongs(groups[-1], section, material):
            groups[-1] += [*pending, section]
        else:
            # What stands before it under the same heading leads into it; the rest belongs to what came before.
            leading = [one for one in pending if _is_under(section, one)]
            if groups and file_of(groups[-1][0]) != file_of(section):
                leading = pending
            elif groups:
                groups[-1] += [one for one in pending if one not in leading]
            else:
                leading = pending
            groups.append([*leading, section])
        pending = []
    if groups:
        groups[-1] += [one for one in pending if file_of(one) == file_of(groups[-1][0])]
    return _merged(groups, material)


def _heft_of_whole(section: Section, material: Material) -> int:
    """How much there is to learn in all that stands under the section's title, wherever it has been cut."""
    return sum(heft_of(one, material) for one in material.whole.sections if one.path == section.path)


def title_of_unit(material: Material) -> str:
    """The title of the lesson that teaches just this material."""
    units = plan(material)
    if units:
        return max(units, key=lambda unit: sum(heft_of(one, material) for one in unit.sections)).title
    headings = [section.path[-1] for section in material.sections if section.path]
    return cap(clean_title(headings[0])) if headings else material.wording.say("lesson.title_fallback")


def focus_in(sections: list[Section] | tuple[Section, ...], material: Material) -> Focus:
    """What the sections let somebody do, as sections of their document."""
    if explains(material) and is_explained(sections, material.wording):
        return "ideas"
    return focus_of(sections, material.wording)


def focus_of(sections: list[Section] | tuple[Section, ...], wording: Wording) -> Focus:
    """What the sections mostly let somebody do."""
    procedures = [procedure for section in sections for procedure in section.procedures]
    rules = [rule for section in sections for rule in section.rules if is_sound(rule, wording)]
    if any(one.is_ordered and len(one.steps) >= _STEPS_MIN for one in procedures):
        return "procedure"
    if any(is_case(rule, wording) for rule in rules):
        return "cases"
    if any(len(one.steps) > _STEPS_MIN for one in procedures):
        return "checklist"
    counts: list[tuple[Focus, int]] = [
        ("rules", 3 * len(rules)),
        ("duties", 3 * sum(len(section.duties) for section in sections)),
        ("terms", 3 * sum(1 for section in sections for one in section.definitions if not is_abbreviation(one))),
        ("table", 2 * max((len(table.rows) for section in sections for table in section.tables), default=0)),
        (
            "limits",
            sum(
                1
                for section in sections
                for one in section.limits
                if not (one.span.block.rows or is_told_of_past(one.span.text))
            ),
        ),
    ]
    if not rules and not procedures:
        counts.append(("ideas", sum(len(tellable(section, wording)) for section in sections)))
    best = max(counts, key=lambda pair: pair[1])
    return best[0] if best[1] else "checklist"


def _by_procedure(section: Section) -> list[Section]:
    """A section with several procedures, cut before each later one; what follows a procedure stays with it."""
    long = [procedure for procedure in section.procedures if len(procedure.steps) >= _STEPS_MIN]
    if len(long) < 2:
        return [section]
    order = {block.id: index for index, block in enumerate(section.blocks)}
    starts = [0]
    for procedure in long[1:]:
        first = min(
            order.get(span.block.id, 0)
            for span in ([procedure.lead_in] if procedure.lead_in else []) + [procedure.steps[0].span]
        )
        if first > starts[-1]:
            starts.append(first)
    pieces = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(section.blocks)
        ids = {block.id for block in section.blocks[start:end]}
        if number == 0 and section.heading is not None:
            ids.add(section.heading.id)
        piece = cut(section, lambda block, ids=ids: block.id in ids)  # type: ignore[misc]
        if piece is not None:
            pieces.append(piece if number == 0 else replace(piece, heading=None))
    return pieces


def _titles(whole: Reading, wording: Wording) -> Counter[str]:
    """How often the document uses a heading."""
    return Counter(normalised(clean_title(section.heading.text)) for section in whole.sections if section.heading)


def _ids(section: Section) -> set[str]:
    return {block.id for block in (section.heading, *section.blocks) if block is not None}


def _is_under(section: Section, other: Section) -> bool:
    return bool(other.path) and section.path[: len(other.path)] == other.path


def _belongs(group: list[Section], section: Section, material: Material) -> bool:
    """Whether a small neighbour under the same parent heading is taught in the same lesson."""
    if any(len(one.steps) > _STEPS_MIN for one in section.procedures) or file_of(group[0]) != file_of(section):
        return False
    first = group[0]
    same_parent = first.path[:-1] == section.path[:-1] or _is_under(section, first)
    if not same_parent or len(section.path) < 2:
        return False
    has_steps = any(len(one.steps) > _STEPS_MIN for part in group for one in part.procedures)
    return heft_of(section, material) < _SMALL or (
        not has_steps and sum(heft_of(part, material) for part in group) < _SMALL
    )


def _merged(groups: list[list[Section]], material: Material) -> list[list[Section]]:
    """At most so many groups as a chunk may have: the lightest neighbours are joined first; a group with nothing to ask
    is joined too. Groups of several files stay apart, however many they are.
    """
    merged = [list(group) for group in groups]
    most = _UNITS_OF_IDEAS_MAX if explains(material) else _UNITS_MAX

    def heft(group: list[Section]) -> int:
        return sum(heft_of(section, material) for section in group)

    while True:
        neighbours = [i for i in range(len(merged) - 1) if file_of(merged[i][0]) == file_of(merged[i + 1][0])]
        if len(merged) > most and neighbours:
            at = min(neighbours, key=lambda i: heft(merged[i]) + heft(merged[i + 1]))
        else:
            light = [i for i in neighbours if min(heft(merged[i]), heft(merged[i + 1])) < _SHARED_MIN]
            if not light:
                return merged
            at = min(light, key=lambda i: min(heft(merged[i]), heft(merged[i + 1])))
        merged[at : at + 2] = [merged[at] + merged[at + 1]]


def _title(group: list[Section], focus: Focus, material: Material, repeated: Counter[str], taken: set[str]) -> str:
    """A title that says what the lesson is about without the ones around it."""
    wording = material.wording
    main = max(group, key=lambda section: weight(section, wording))
    candidates: list[str] = []
    shared = _common_path([section.path for section in group])
    paths = [main.path] if len(group) == 1 or weight(group[0], wording) >= _SMALL else [shared, main.path]
    if len(paths) > 1 and shared and main.path and is_kind_of_section(clean_title(shared[-1]), wording):
        paths.sort(key=lambda path: is_kind_of_section(clean_title(path[-1]), wording) if path else True)
    for path in paths:
        if path:
            candidates.append(_own_title(path, main, focus, material, repeated))
    if len(group) > 1:
        heavy = [section for section in group if weight(section, wording) >= _HEAVY and section.path]
        names = list(dict.fromkeys(clean_title(section.path[-1]) for section in heavy))
        names = [name for name in names if not is_kind_of_section(name, wording)]
        if 1 < len(names) <= _NAMES_MAX:
            candidates.insert(0, _joined(names, wording))
    candidates += [label_of(procedure) for section in group for procedure in section.procedures]
    if not any(section.path for section in group):
        blocks = [block for section in group for block in section.blocks]
        is_whole = len(blocks) * 2 > sum(len(section.blocks) for section in material.whole.sections)
        # What the whole text talks of tells none of its lessons apart.
        common = () if is_whole else (main_subject(material),)
        phrase = key_phrase(blocks, without=(*common, *taken))
        candidates.append(cap((announced_topic(blocks) or phrase).removeprefix("the ")))
    candidates += [clean_title(section.path[-1]) for section in group if section.path]
    asked = (rule for section in group for rule in section.rules if rule.modality in _ASKED and is_sound(rule, wording))
    candidates += [rule.action for rule in asked if len(words_of(rule.action)) <= _ACTION_WORDS_MAX][:1]
    candidates += [main_subject(material).removeprefix("the "), wording.say("lesson.title_fallback")]
    for candidate in candidates:
        title = cap(candidate)
        if title and normalised(title) not in taken and len(words_of(title)) <= _TITLE_WORDS_MAX:
            return title
    return cap(candidates[0] or wording.say("lesson.title_fallback"))


def _joined(names: list[str], wording: Wording) -> str:
    """Headings as one title: those of several words side by side as they are, short ones as "Fees and approval"."""
    if any(len(words_of(name)) > 2 for name in names):
        return "; ".join(names)
    if any(word[:1].isupper() for name in names for word in words_of(name)[1:]):
        return wording.listed(names)  # title case stays title case
    return wording.listed([names[0], *(wording.lower(name) for name in names[1:])])


def _own_title(path: tuple[str, ...], main: Section, focus: Focus, material: Material, repeated: Counter[str]) -> str:
    """The section's heading; one that only names a kind of section says what it holds instead."""
    wording = material.wording
    own = clean_title(path[-1])
    parent = clean_title(path[-2]) if len(path) > 1 else ""
    if _comes_back(path, main, material):
        return own
    if is_kind_of_section(own, wording) or own.lower() in wording.book.list_of("term_headings"):
        subject = subject_of(main, material) if path == main.path else _subject_above(path, material)
        goals = [goal for one in main.procedures if (goal := goal_of(one)) and len(one.steps) >= _STEPS_MIN]
        if focus == "procedure" and goals and not goals[0].startswith("carry out"):
            return cap(goals[0])
        if focus == "duties":
            return wording.say("lesson.title_duties", subject=subject)
        terms = [wording.lower(one.term) for one in main.definitions[:_NAMES_MAX] if not is_abbreviation(one)]
        if focus == "terms" and terms:
            return wording.say("lesson.title_terms", terms=wording.listed(terms))
        if subject and own.lower() in wording.book.list_of("letter_headings"):
            return cap(subject)
        if verbs.is_base(own) and repeated[normalised(own)] < _REPEATED and subject == main_subject(material):
            pass  # "Assess" says what is done; behind a colon the document's title would seem to be what is assessed
        elif subject and subject.lower() != own.lower() and not subject.startswith(("“", verbs.gerund(own.lower()))):
            own = f"{own}: {subject}"
    elif repeated[normalised(own)] >= _REPEATED and parent:
        own = _within_parent(own, path, repeated)
    return _continued(own, main, material) if path == main.path else own


def _continued(own: str, main: Section, material: Material) -> str:
    """The title of a section that began in an earlier lesson, which bears its name, with what this part talks of."""
    whole = next((one for one in material.whole.sections if one.path == main.path and one.blocks), None)
    ids = [block.id for block in whole.blocks] if whole is not None else []
    began = set(ids[: ids.index(main.blocks[0].id)]) if main.blocks and main.blocks[0].id in ids else set()
    earlier = cut(whole, lambda block: block.id in began) if whole is not None and began else None
    if earlier is None or heft_of(earlier, material) < _SHARED_MIN:
        return own
    phrase = key_phrase(main.blocks, without=(main_subject(material),)).removeprefix("the ")
    if len(words_of(phrase)) < 2 or content_words(phrase) <= content_words(own):
        return material.wording.say("lesson.title_continued", title=own)
    return f"{own} {cap(phrase)}" if own.endswith("?") else f"{own}, {phrase}" if ":" in own else f"{own}: {phrase}"


def _comes_back(path: tuple[str, ...], main: Section, material: Material) -> bool:
    """Whether an earlier heading stands under the very same headings: one between them has been lost, so that what
    stands above may name another subject.
    """
    if main.heading is None or path != main.path:
        return False
    first = next(one for one in material.whole.sections if one.heading is not None and one.path == path)
    return first.heading != main.heading


def _within_parent(own: str, path: tuple[str, ...], repeated: Counter[str]) -> str:
    """A heading that comes back, told apart by the nearest heading above that does not."""
    above = [clean_title(title) for title in reversed(path[:-1])]
    parent = next((one for one in above if repeated[normalised(one)] < _REPEATED), above[0])
    return f"{own}: {parent}" if ":" not in parent else f"{own} ({parent})"


def _subject_above(path: tuple[str, ...], material: Material) -> str:
    """What the headings above a kind of section are about: the nearest that names something, else the document."""
    for title in map(clean_title, reversed(path[1:-1])):
        if not is_kind_of_section(title, material.wording) and (about := about_title(title, material.wording)):
            return about
    return main_subject(material)


def _common_path(paths: list[tuple[str, ...]]) -> tuple[str, ...]:
    shared = paths[0]
    for path in paths[1:]:
        length = 0
        while length < min(len(shared), len(path)) and shared[length] == path[length]:
            length += 1
        shared = shared[:length]
    # The document's own title names no lesson unless it is all there is.
    return shared if len(shared) > 1 or len({path[:1] for path in paths}) > 1 else (shared if len(paths) == 1 else ())
