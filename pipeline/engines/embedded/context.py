"""Sections that serve other sections: purpose, scope, definitions, examples. None of them is a lesson of its own.

In: the reading of a document. Out: which sections those are, and the section each of them is taught with: an example
with the section before it that it illustrates, terms with the first section that uses them, a purpose with the first
section that has something to perform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pipeline.engines.embedded.distractors import content_words
from pipeline.engines.embedded.exposition import explains
from pipeline.engines.embedded.facts import Reading, Section
from pipeline.engines.embedded.material import Material, is_abbreviation, is_reference, is_sound, title_of
from pipeline.engines.embedded.wording import Wording, words_of

Service = Literal["why", "terms", "example"]

# A section of that name with more rules than this is about its rules.
_RULES_MAX = 2
_TERMS_MIN = 2
_STEPS_TO_WALK_MIN = 4
_STEPS_WALKED_MIN = 0.5
# One word of a step, such as the customer's, stands in any example of the work.
_WORDS_SHARED_MIN = 2


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
    """The section that each serving section is taught with, by the serving section's place in the document; where a
    document explains, every section stands for itself.
    """
    if explains(material):
        return {}
    return material.of_document("served", lambda whole, wording: _served(whole.sections, wording))


def hosted(material: Material) -> frozenset[str]:
    """Ids of the blocks and headings of all serving sections."""
    return material.of_document(
        "hosted",
        lambda whole, _: frozenset(
            block.id
            for index in served(material)
            for block in (whole.sections[index].heading, *whole.sections[index].blocks)
            if block is not None
        ),
    )


def with_served(sections: Sequence[Section], material: Material) -> tuple[Section, ...]:
    """The sections and those that serve them, from wherever in the document they stand, in the document's order; what
    serves another section is left out.
    """
    hosts = served(material)
    if not hosts:
        return tuple(sections)
    order = material.of_document("order", _order)
    own = {order[_place(section)]: section for section in sections if _place(section) in order}
    kept = [section for section in sections if order.get(_place(section)) not in hosts]
    guests_of = material.of_document("guests", lambda whole, _: _guests(hosts, order))
    guests = sorted(
        index
        for at, piece in own.items()
        for index in guests_of.get(at, ())
        if _holds_the_first_block(piece, hosts[index])
    )
    if not kept:
        return tuple(sections)
    found = [(order.get(_place(section), 0), section) for section in kept]
    found += [(index, material.whole.sections[index]) for index in guests]
    return tuple(section for _, section in sorted(found, key=lambda pair: pair[0]))


def turn_of(material: Material) -> int:
    """How many sections of the document that teach something stand before the material's own."""
    turns, last = material.of_document("turns", _turns)
    return min((turns[place] for section in material.sections if (place := _place(section)) in turns), default=last)


def _guests(hosts: Mapping[int, Section], order: Mapping[str, int]) -> dict[int, list[int]]:
    """Where a host stands → where the sections that serve it stand."""
    found: dict[int, list[int]] = {}
    for index, host in hosts.items():
        found.setdefault(order[_place(host)], []).append(index)
    return found


def _turns(whole: Reading, wording: Wording) -> tuple[dict[str, int], int]:
    """Place of a section that teaches → how many that teach stand before the first one there; and how many do."""
    turns: dict[str, int] = {}
    before = 0
    for section in whole.sections:
        if _teaches(section, wording):
            turns.setdefault(_place(section), before)
            before += 1
    return turns, before


def _order(whole: Reading, wording: Wording) -> dict[str, int]:
    return {_place(section): index for index, section in enumerate(whole.sections)}


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
    said = _Said(sections)
    for index, service in enumerate(services):
        own = [host for host in hosts if file_of(sections[host]) == file_of(sections[index])]
        if service is not None and own:
            host = _host(index, service, sections, own, said)
            found[index] = sections[host]
    return found


def file_of(section: Section) -> str | None:
    """The member of an archive, or the attachment, that the section stands in."""
    return next((block.anchor.inside for block in (section.heading, *section.blocks) if block is not None), None)


def _teaches(section: Section, wording: Wording) -> bool:
    return bool(
        section.duties
        or section.tables
        or any(len(procedure.steps) > 1 for procedure in section.procedures)
        or any(is_sound(rule, wording) for rule in section.rules)
    )


class _Said:
    """The words of sections by their position, each worked out once: every serving section looks at many hosts."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._words: dict[int, frozenset[str]] = {}
        self._content: dict[int, frozenset[str]] = {}

    def words(self, index: int) -> frozenset[str]:
        """All of a section's words, in lower case."""
        if index not in self._words:
            self._words[index] = frozenset(word.lower() for word in words_of(_text(self._sections[index])))
        return self._words[index]

    def content(self, index: int) -> frozenset[str]:
        """The words of a section that carry meaning."""
        if index not in self._content:
            self._content[index] = content_words(_text(self._sections[index]))
        return self._content[index]


def _host(index: int, service: Service, sections: Sequence[Section], hosts: Sequence[int], said: _Said) -> int:
    before = [one for one in hosts if one < index]
    if service == "example" and before:
        words = said.content(index)
        # An example that goes through the steps of a procedure shows it done, whatever else it speaks of.
        walked = {one: _steps_walked(words, sections[one]) for one in before}
        best = max(before, key=lambda one: (walked[one], one))
        if walked[best] >= _STEPS_WALKED_MIN:
            return best
        return max(before, key=lambda one: (_overlap(words, said.content(one)), one))
    near = [one for one in hosts if one > index and sections[one].path[:1] == sections[index].path[:1]] or list(hosts)
    if service == "terms":
        terms = [frozenset(word.lower() for word in words_of(one.term)) for one in sections[index].definitions]
        # Before they are needed (Mayer's pre-training): with the first section after them that speaks of them.
        ahead = sorted(hosts, key=lambda one: one <= index)
        return next((one for one in ahead if any(term <= said.words(one) for term in terms)), near[0])
    return near[0]


def _steps_walked(words: frozenset[str], section: Section) -> float:
    """The share of a procedure's steps that the words speak of; 0 for a short one, which anything may touch."""
    shares = [
        sum(len(words & content_words(step.action)) >= _WORDS_SHARED_MIN for step in procedure.steps)
        / len(procedure.steps)
        for procedure in section.procedures
        if len(procedure.steps) >= _STEPS_TO_WALK_MIN
    ]
    return max(shares, default=0.0)


def _overlap(words: frozenset[str], own: frozenset[str]) -> float:
    return len(words & own) / (len(own) ** 0.5) if own else 0.0


def _text(section: Section) -> str:
    return " ".join(block.text for block in section.blocks)

