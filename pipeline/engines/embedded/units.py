"""Which stretches of a chunk become one lesson each.

In: the material of a chunk. Out: units in reading order, each with the sections it teaches, its title and its focus:
what a learner can do afterwards, in the order procedure, cases, rules, table, limits, terms, duties, ideas.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.domain import Block
from pipeline.engines.embedded.context import file_of, hosted, with_served
from pipeline.engines.embedded.exposition import explained_groups, explains
from pipeline.engines.embedded.facts import Section
from pipeline.engines.embedded.focus import Focus, focus_in, heft_of
from pipeline.engines.embedded.lengths import in_time
from pipeline.engines.embedded.material import Material, cut, is_reference
from pipeline.engines.embedded.sections import answers_a_listener
from pipeline.engines.embedded.unit_titles import title_of_lesson
from pipeline.engines.embedded.wording import cap, clean_title
from pipeline.ids import normalised

_UNITS_MAX = 4
# A text that explains has an idea of its own in each section.
_UNITS_OF_IDEAS_MAX = 8
# A section with less than this is taught together with its neighbour.
_SMALL = 3
_SHARED_MIN = 2  # with less, it makes no lesson beside another
_STEPS_MIN = 2
_NAMED_BY_FOCUS = ("duties", "terms")


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


def plan(material: Material) -> tuple[Unit, ...]:
    """The units of the material, at most four, or eight where it explains; none where there is nothing to learn."""
    found = explained_groups(material, most=_UNITS_OF_IDEAS_MAX) if explains(material) else _performed_groups(material)
    groups = in_time(found, lambda section: heft_of(section, material))
    taken: set[str] = set()
    units = []
    for group in groups:
        focus = focus_in(group, material)
        title = title_of_lesson(group, focus, material, taken)
        taken.add(normalised(title))
        units.append(Unit(title, focus, with_served(group, material)))
    return tuple(units)


def refocused(unit: Unit, focus: Focus, material: Material, taken: set[str]) -> Unit:
    """The unit with another focus, under a title that fits it: "Who does what" heads no lesson about figures."""
    if unit.focus not in _NAMED_BY_FOCUS:
        return replace(unit, focus=focus)
    served = hosted(material)
    own = [one for one in unit.sections if served.isdisjoint(_ids(one))] or list(unit.sections)
    return replace(unit, focus=focus, title=title_of_lesson(own, focus, material, set(taken)))


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
