"""Where the sources of one module say the same, and where they contradict each other.

In: documents in the order in which they take precedence. Out: overlaps between an earlier and a later one, and for a
merged module a finding for every conflict. Precision first: two statements are compared only where they are about the
same matter in nearly the same words; what could be another case (another class, code or thing) is left alone.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import combinations, pairwise

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.check.source_statements import Statement, statements_of
from pipeline.domain import Document, Element, Evidence, Module, Overlap, OverlapKind, Part, Status

# Fewer telling words than this say too little to know that two sentences mean the same thing …
_FEWEST_WORDS = 2
# … with fewer than this the words must be the very same …
_SAME_WORDS = 3
# … and with fewer than this the headings above them may tell of different cases.
_TELLING_WORDS = 5
_SAME_MATTER = 0.75
_SAME_ORDER = 0.6
# A word in more statements than this finds no counterpart by itself.
_COMMON = 200
# Share of the steps of both procedures that must have a counterpart for them to be the same procedure.
_SAME_STEPS = 0.6
_FEWEST_STEPS = 3
_KEPT = 4

_overlaps: OrderedDict[tuple[object, ...], tuple[Overlap, ...]] = OrderedDict()


def overlaps_of(documents: Sequence[Document], language: str) -> tuple[Overlap, ...]:
    """Duplicates and conflicts between each two of the documents, in the later one's reading order."""
    # Every edit of a merged module is checked against the same documents again.
    key = (
        language,
        *((one.source.id, tuple(block.id for block in one.blocks), hash(one.blocks[-1:])) for one in documents),
    )
    found = _overlaps.get(key)
    if found is None:
        found = _overlaps[key] = tuple(_found(documents, language))
        # Several people may review at once, each in a thread of their own.
        while len(_overlaps) > _KEPT:
            with suppress(KeyError):
                _overlaps.popitem(last=False)
    return found


def _found(documents: Sequence[Document], language: str) -> Iterator[Overlap]:
    read = [list(statements_of(document, language)) for document in documents]
    for earlier, later in combinations(read, 2):
        pairs = list(_pairs(earlier, later))
        yield from pairs
        yield from _of_procedures(earlier, later, pairs)


# --- statement by statement -------------------------------------------------------------------------------------------


def _pairs(earlier: Sequence[Statement], later: Sequence[Statement]) -> Iterator[Overlap]:
    """At most one counterpart for each statement of the later document."""
    index: defaultdict[str, list[int]] = defaultdict(list)
    wordings: defaultdict[str, list[int]] = defaultdict(list)
    for number, statement in enumerate(earlier):
        wordings[prose.same(statement.evidence.quote)].append(number)
        for stem in statement.matter:
            index[stem].append(number)
    judged: list[tuple[Statement, list[tuple[Statement, str]]]] = []
    for statement in later:
        alike = {*wordings.get(prose.same(statement.evidence.quote), ()), *_near(statement, index, earlier)}
        near = [earlier[number] for number in sorted(alike)]
        judged.append((statement, [(one, how) for one in near if (how := _compared(one, statement)) is not None]))
    # What the other document says just so elsewhere too is there another case, and no contradiction.
    repeated = {id(one) for _, found in judged for one, how in found if not how}
    for statement, found in judged:
        same = [one for one, how in found if not how]
        if same:
            yield _overlap(OverlapKind.DUPLICATE, same[0], statement)
            continue
        conflicts = [(one, how) for one, how in found if id(one) not in repeated]
        # Where several statements of one document differ in the same way, they are cases, not contradictions.
        if len(conflicts) == 1 and len(found) == 1:
            yield _overlap(OverlapKind.CONFLICT, conflicts[0][0], statement, conflicts[0][1])


def _near(statement: Statement, index: dict[str, list[int]], earlier: Sequence[Statement]) -> Iterator[int]:
    """Numbers of the statements that share enough words to be looked at."""
    if len(statement.matter) < _FEWEST_WORDS:
        return
    shared: Counter[int] = Counter()
    for stem in statement.matter:
        if len(index[stem]) <= _COMMON:
            shared.update(index[stem])
    for number in shared:
        both = len(statement.matter & earlier[number].matter)
        if both >= _FEWEST_WORDS and both >= 0.6 * len(statement.matter | earlier[number].matter):
            yield number


def _compared(one: Statement, other: Statement) -> str | None:
    """"" where they say the same, what a contradiction is about, or None where they are about different things or
    that cannot be told.
    """
    only_one, only_other = one.matter - other.matter, other.matter - one.matter
    shared = one.matter & other.matter
    if (only_one and only_other) or one.labels != other.labels:
        return None
    if not one.is_understood and one.sequence != other.sequence:
        return None
    if prose.same(one.evidence.quote) == prose.same(other.evidence.quote):
        return "" if _may_be_one_case(one, other, all) else None
    if len(shared) < _SAME_WORDS and (only_one or only_other):
        return None
    is_near = len(shared) >= _SAME_MATTER * len(one.matter | other.matter)
    if not is_near or prose.likeness(one.sequence, other.sequence) < _SAME_ORDER:
        return None
    has_same_amounts = _same_amounts(one, other) and one.dates == other.dates
    binds_alike = (one.strengths or {"must"}) == (other.strengths or {"must"}) or (
        one.is_negative and other.is_negative and (one.strengths | other.strengths) <= {"must_not"}
    )
    if has_same_amounts and one.is_negative == other.is_negative and binds_alike:
        return "" if len(only_other) <= 1 and _may_be_one_case(one, other, all) else None
    if not _may_be_one_case(one, other, any):
        return None
    if one.is_negative == other.is_negative and not has_same_amounts:
        return "number" if _differ_in_amounts(one, other) else None
    return _other_force(one, other) if has_same_amounts else None


def _may_be_one_case(one: Statement, other: Statement, enough: Callable[[Iterable[bool]], bool]) -> bool:
    """Whether the headings do not tell the statements apart: they share a word, or add none to what is said; what is
    only pointed out may be taken for the same where `any` of the headings adds none.
    """
    if len(one.matter & other.matter) >= _TELLING_WORDS or one.section & other.section:
        return True
    return enough(side.section <= side.matter for side in (one, other))


def _other_force(one: Statement, other: Statement) -> str | None:
    """How two statements with the same amounts bind differently; None where one of them is not plain about it."""
    if one.is_negative != other.is_negative:
        is_plain = len(one.strengths) <= 1 and len(other.strengths) <= 1
        return "negation" if is_plain and one.matter == other.matter else None
    if len(one.strengths) == len(other.strengths) == 1 and one.strengths != other.strengths:
        return "strength"
    return None


def _same_amounts(one: Statement, other: Statement) -> bool:
    left = list(other.amounts)
    for values, unit in one.amounts:
        match = next((entry for entry in left if entry[1] == unit and entry[0] & values), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def _differ_in_amounts(one: Statement, other: Statement) -> bool:
    """Whether the same things are measured in the same units, and one of them comes out differently."""
    units = Counter(unit for _, unit in one.amounts), Counter(unit for _, unit in other.amounts)
    if units[0] != units[1] or len(one.dates) != len(other.dates):
        return False
    return bool(one.amounts) or bool(one.dates)


# --- procedures -------------------------------------------------------------------------------------------------------


def _of_procedures(
    earlier: Sequence[Statement], later: Sequence[Statement], pairs: Sequence[Overlap]
) -> Iterator[Overlap]:
    """Where two documents tell one procedure in another order, or with another step."""
    counterpart = {_key(pair.second): _key(pair.first) for pair in pairs}
    for steps in _procedures(later):
        for others in _procedures(earlier):
            places = {_key(one.evidence): number for number, one in enumerate(others)}
            matched = [
                (number, places[found])
                for number, one in enumerate(steps)
                if (found := counterpart.get(_key(one.evidence))) in places
            ]
            if len(matched) >= max(_FEWEST_STEPS, _SAME_STEPS * max(len(steps), len(others))):
                yield from _differences(others, steps, matched)


def _procedures(statements: Sequence[Statement]) -> list[list[Statement]]:
    """The numbered steps of each list."""
    found: dict[int, list[Statement]] = {}
    for statement in statements:
        steps = found.setdefault(statement.run, [])
        # The first sentence of an item is the step.
        if statement.is_numbered and (not steps or steps[-1].place != statement.place):
            steps.append(statement)
    return [steps for steps in found.values() if steps]


def _differences(
    others: Sequence[Statement], steps: Sequence[Statement], matched: Sequence[tuple[int, int]]
) -> Iterator[Overlap]:
    """`matched` are numbers of steps of the later and the earlier procedure that say the same."""
    for (number, before), (_, after) in pairwise(matched):
        if after < before:
            # What comes first in each of them.
            yield _overlap(OverlapKind.CONFLICT, others[after], steps[number], "order")
            return
    told = {number for number, _ in matched}
    known = {number for _, number in matched}
    for number, step in enumerate(steps):
        if number not in told:
            near = max((place for one, place in matched if one < number), default=matched[0][1])
            yield _overlap(OverlapKind.CONFLICT, others[near], step, "steps")
    for number, step in enumerate(others):
        if number not in known:
            near = max((one for one, place in matched if place < number), default=matched[0][0])
            yield _overlap(OverlapKind.CONFLICT, step, steps[near], "steps")


def _key(evidence: Evidence) -> tuple[str, int]:
    return evidence.block, evidence.start


def _overlap(kind: OverlapKind, first: Statement, second: Statement, differs: str = "") -> Overlap:
    return Overlap(kind=kind, first=first.evidence, second=second.evidence, differs=differs)


# --- the finding ------------------------------------------------------------------------------------------------------

_ABOUT = {
    "number": "Two sources give different figures: {0} ({1}), {2} ({3})",
    "strength": "Two sources bind differently: {0} ({1}), {2} ({3})",
    "negation": "One source denies what the other says: {0} ({1}), {2} ({3})",
    "order": "Two sources put the steps in another order: {0} comes first in {1}, {2} in {3}",
    "steps": "Two sources tell one procedure with different steps: look around {0} ({1}) and {2} ({3})",
}


def conflicts_are_listed(module: Module, context: Context) -> Iterator[Fault]:
    """Where sources contradict each other, an expert is asked which of them is right."""
    documents = [context.documents[one.id] for one in module.sources if one.id in context.documents]
    if len(documents) < 2:
        return
    names = {source.id: source.path.replace("\\", "/").rsplit("/", 1)[-1] for source in module.sources}
    elements = [element for element in module.elements() if element.status is not Status.REJECTED]
    for overlap in overlaps_of(documents, module.language):
        if overlap.kind is OverlapKind.CONFLICT:
            first, second = overlap.first, overlap.second
            said = _ABOUT[overlap.differs].format(
                f"“{first.quote}”", names[first.source], f"“{second.quote}”", names[second.source]
            )
            yield Fault(f"{said}.", target=_taught_by(overlap, elements))


def _taught_by(overlap: Overlap, elements: Sequence[Element]) -> str | None:
    """The element that teaches one side of the conflict: a lesson's part where there is one."""
    sides = (overlap.first, overlap.second)
    quoting = [
        element
        for element in elements
        if any(
            (proof.source, proof.block) == (side.source, side.block)
            and proof.start < side.end
            and side.start < proof.end
            for proof in element.all_evidence
            for side in sides
        )
    ]
    parts = [element for element in quoting if isinstance(element, Part)]
    return (parts or quoting)[0].id if quoting else None


CHECKS = (Check("conflicts_are_listed", "module", conflicts_are_listed),)
