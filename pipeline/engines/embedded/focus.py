"""What sections mostly let somebody do, and how much there is to learn in them.

In: sections and the material they belong to. Out: a focus (procedure, cases, rules, …) and weights.
"""

from __future__ import annotations

from typing import Literal

from pipeline.engines.embedded.exposition import explains, is_explained
from pipeline.engines.embedded.facts import Section
from pipeline.engines.embedded.material import (
    Material,
    is_abbreviation,
    is_case,
    is_reference,
    is_sound,
    is_told_of_past,
)
from pipeline.engines.embedded.tellable import tellable
from pipeline.engines.embedded.wording import Wording

Focus = Literal["procedure", "checklist", "cases", "rules", "table", "limits", "terms", "duties", "ideas"]

_IDEAS_MIN = 2
_STEPS_MIN = 2
_ROLES_MIN = 2
# A case weighs as much as so many rows of the table beside it.
_ROWS_A_CASE = 2


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
    cases = sum(is_case(rule, wording) for rule in rules)
    rows = max((len(table.rows) for section in sections for table in section.tables), default=0)
    if cases and cases * _ROWS_A_CASE >= rows:
        return "cases"
    if cases:
        return "table"  # a single case beside the table that settles all the others
    if any(len(one.steps) > _STEPS_MIN for one in procedures):
        return "checklist"
    duties = sum(len(section.duties) for section in sections)
    counts: list[tuple[Focus, int]] = [
        ("rules", 3 * len(rules)),
        ("duties", duties * (3 if duties >= _ROLES_MIN else 1)),
        ("terms", 3 * sum(1 for section in sections for one in section.definitions if not is_abbreviation(one))),
        ("table", 2 * rows),
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
