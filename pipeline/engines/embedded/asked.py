"""Whether what an objective promises is what its items ask.

In: the material of one objective. Out: a focus that the items can ask for, and which of the items ask for it: an
objective about a case that nothing can be asked about is no objective to be tested.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.engines.embedded.candidates import Candidate
from pipeline.engines.embedded.context import hosted
from pipeline.engines.embedded.focus import Focus, focus_in
from pipeline.engines.embedded.material import Material, is_sound, point_of

_KINDS: dict[Focus, frozenset[str]] = {
    "procedure": frozenset({"order", "next", "missing"}),
    "checklist": frozenset({"member", "missing", "order", "next"}),
    "rules": frozenset({"ban", "required", "case", "who", "judge", "member"}),
    "table": frozenset({"table"}),
    "limits": frozenset({"limit", "cloze"}),
    "terms": frozenset({"term", "match_terms"}),
    "duties": frozenset({"who", "match_duties"}),
}


def asks_for(focus: Focus, candidate: Candidate, material: Material) -> bool:
    """Whether the item asks for what an objective of that focus promises; any does for ideas."""
    if focus == "ideas":
        return True
    if focus == "cases":
        return not candidate.points.isdisjoint(point_of(rule.span) for rule in material.cases)
    return candidate.kind in _KINDS[focus]


def asked_focus(focus: Focus, material: Material, every: Sequence[Candidate]) -> Focus:
    """The focus itself where some item asks for it, else the one that most items ask for, of those the facts allow."""
    if not every or any(asks_for(focus, one, material) for one in every):
        return focus
    counts = {one: sum(asks_for(one, item, material) for item in every) for one in possible(material, least=1)}
    best = max(counts, key=lambda one: counts[one], default=focus)
    return best if counts.get(best) else focus


def own_focus(material: Material, every: Sequence[Candidate]) -> Focus:
    """What an objective on the material is about; sections that only serve others there have no say in it."""
    served = hosted(material)
    own = [one for one in material.sections if served.isdisjoint(block.id for block in one.blocks)]
    return asked_focus(focus_in(tuple(own or material.sections), material), material, every)


def possible(material: Material, *, least: int = 2) -> list[Focus]:
    """What an objective on the material can be about, in the order of preference; of rules, limits, terms and duties
    there must be so many.
    """
    found: list[Focus] = []
    if any(one.is_ordered and len(one.steps) > 1 for one in material.procedures):
        found.append("procedure")
    if material.cases:
        found.append("cases")
    if len([rule for rule in material.rules if is_sound(rule, material.wording)]) >= least:
        found.append("rules")
    if any(section.tables for section in material.sections):
        found.append("table")
    if len(material.limits) >= least:
        found.append("limits")
    if len(material.definitions) >= least:
        found.append("terms")
    if len(material.duties) >= least:
        found.append("duties")
    return found
