"""Sections that serve other sections: purpose, scope, definitions, examples. None of them is a lesson of its own.

In: the reading of a document. Out: which sections those are, and the section each of them is taught with: an example
with the section before it that it illustrates, terms with the first section that uses them, a purpose with the first
section that has something to perform.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pipeline.engines.embedded.distractors import content_words
from pipeline.engines.embedded.facts import Section
from pipeline.engines.embedded.material import Material, is_abbreviation, is_reference, is_sound, title_of
from pipeline.engines.embedded.wording import Wording, words_of

Service = Literal["why", "terms", "example"]

# A section of that name with more rules than this is about its rules.
_RULES_MAX = 2
_TERMS_MIN = 2


def service_of(section: Section, wording: Wording) -> Service | None:
    """What the section does for others; None where it stands for itself."""
    steps = sum(len(procedure.steps) for procedure in section.procedures)
    rules = sum(1 for rule in section.rules if is_sound(rule, wording))
    if steps > 1 or rules > _RULES_MAX or section.tables:
        return None
    title = title_of(section).lower()
    if section.examples and (title in wording.book.list_of("example_headings") or _is_only_example(section)):
        return "example"
    terms = [one for one in section.definitions if not is_abbreviation(one)]
    if title in wording.book.list_of("term_headings") or (
        len(terms) >= _TERMS_MIN and len(terms) > rules + steps + len(section.duties)
    ):
        return "terms" if terms or not section.duties else None
    if section.duties or steps or section.procedures:
        return None
    if title in wording.book.list_of("context_headings") or (len(section.path) == 1 and section.blocks and not rules):
        return "why" if title in wording.book.list_of("context_headings") or _is_opening(section) else None
    return None


def served(material: Material) -> dict[int, Section]:
    """The section that each serving section is taught with, by the serving section's place in the document."""
    key = ("served", 0)
    if key not in material.memo:
        material.memo[key] = _served(material.whole.sections, material.wording)
    found: dict[int, Section] = material.memo[key]
    return found


def with_served(sections: Sequence[Section], material: Material) -> tuple[Section, ...]:
    """The sections and those that serve them, from wherever in the document they stand, in the document's order; what
    serves another section is left out.
    """
    hosts = served(material)
    if not hosts:
        return tuple(sections)
    order = {_place(section): index for index, section in enumerate(material.whole.sections)}
    own = {order[_place(section)]: section for section in sections if _place(section) in order}
    kept = [section for section in sections if order.get(_place(section)) not in hosts]
    guests = [
        index
        for index, host in hosts.items()
        if order[_place(host)] in own and _holds_the_first_block(own[order[_place(host)]], host)
    ]
    if not kept:
        return tuple(sections)
    found = [(order.get(_place(section), 0), section) for section in kept]
    found += [(index, material.whole.sections[index]) for index in guests]
    return tuple(section for _, section in sorted(found, key=lambda pair: pair[0]))


def turn_of(material: Material) -> int:
    """How many sections of the document that teach something stand before the material's own."""
    own = {_place(section) for section in material.sections}
    before = 0
    for section in material.whole.sections:
        if _place(section) in own and _teaches(section, material.wording):
            break
        before += _teaches(section, material.wording)
    return before


def _place(section: Section) -> str:
    """A section's identity, however it is cut: its heading, or its path."""
    return section.heading.id if section.heading is not None else f"{section.path}:{section.title}"


def _holds_the_first_block(piece: Section, whole: Section) -> bool:
    return not whole.blocks or any(block.id == whole.blocks[0].id for block in piece.blocks)


def _is_opening(section: Section) -> bool:
    """Whether the section is the text under the document's own title: no facts but what can happen, and why."""
    return section.heading is not None and (section.heading.level or 1) == 1 and not section.limits


def _is_only_example(section: Section) -> bool:
    told = {example.span.block.id for example in section.examples}
    return bool(section.blocks) and all(block.id in told for block in section.blocks)


def _served(sections: Sequence[Section], wording: Wording) -> dict[int, Section]:
    services = [service_of(section, wording) for section in sections]
    hosts = [
        index
        for index, section in enumerate(sections)
        if services[index] is None and _teaches(section, wording) and not is_reference(section, wording)
    ]
    found: dict[int, Section] = {}
    if not hosts:
        return found
    for index, service in enumerate(services):
        if service is not None:
            host = _host(index, service, sections, hosts)
            found[index] = sections[host]
    return found


def _teaches(section: Section, wording: Wording) -> bool:
    return bool(
        section.duties
        or section.tables
        or any(len(procedure.steps) > 1 for procedure in section.procedures)
        or any(is_sound(rule, wording) for rule in section.rules)
    )


def _host(index: int, service: Service, sections: Sequence[Section], hosts: Sequence[int]) -> int:
    before = [one for one in hosts if one < index]
    if service == "example" and before:
        words = content_words(_text(sections[index]))
        return max(before, key=lambda one: (_overlap(words, sections[one]), one))
    near = [one for one in hosts if one > index and sections[one].path[:1] == sections[index].path[:1]] or list(hosts)
    if service == "terms":
        terms = [frozenset(word.lower() for word in words_of(one.term)) for one in sections[index].definitions]
        used = [one for one in hosts if any(term <= _words(sections[one]) for term in terms)]
        # Before they are needed (Mayer's pre-training): with the first section after them that speaks of them.
        return ([one for one in used if one > index] or used or near)[0]
    return near[0]


def _overlap(words: frozenset[str], section: Section) -> float:
    own = content_words(_text(section))
    return len(words & own) / (len(own) ** 0.5) if own else 0.0


def _text(section: Section) -> str:
    return " ".join(block.text for block in section.blocks)


def _words(section: Section) -> frozenset[str]:
    return frozenset(word.lower() for word in words_of(_text(section)))
