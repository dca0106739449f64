"""Which rewrites to keep: only those that left an element with fewer or lighter findings than it had.

In: the module before and after, both checked, and why which elements were written again. Out: the module with the
others as they were.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline.domain import Element, Finding, Module, Part, QuizItem, Resource, Severity
from pipeline.revise.plan import GUESSABLE, KEYS_TOO_LONG, Errand, key_echoes_stem, key_is_longest

_RANKS = tuple(Severity)
# A text that was too long may lose words, and one in other words has others; below this it is another text.
_LEAST_KEPT = 0.5
_TELLING_CHARS = 4


@dataclass(frozen=True)
class Settled:
    """What a revision came to."""

    module: Module
    kept: tuple[str, ...]
    """Ids of the elements that stay rewritten, in the module's order."""
    is_whole: bool
    """Whether nothing was put back."""


def settle_revision(before: Module, after: Module, errands: Sequence[Errand]) -> Settled:
    """The module after, without the rewrites that are no better, and without those that may have done harm elsewhere.

    Its findings are those of `after`: where something was put back, it is to be checked again.
    """
    rewritten = {errand.element_id for errand in errands if _differs(before, after, errand.element_id)}
    with_long_keys = {errand.element_id for errand in errands if KEYS_TOO_LONG in errand.criteria}
    telling = {errand.element_id for errand in errands if GUESSABLE in errand.criteria}
    harmed = _harmed(before, after, rewritten)
    suspects = frozenset().union(*(_near(after, target) for target in harmed)) if harmed else frozenset()
    taught = after.used_blocks()
    kept = []
    module = after
    for element in after.elements():
        if element.id not in rewritten:
            continue
        was, now = before.open_findings(element.id), after.open_findings(element.id)
        is_shorter = element.id in with_long_keys and isinstance(element, QuizItem) and not key_is_longest(element)
        is_closed = element.id in telling and isinstance(element, QuizItem) and not key_echoes_stem(element)
        is_better = _is_no_worse(was, now) and (_weight(now) < _weight(was) or is_shorter or is_closed)
        if element.id not in suspects and is_better and not _loses(before.element(element.id), element, taught):
            kept.append(element.id)
        else:
            module = module.with_element(before.element(element.id))
    return Settled(module, tuple(kept), is_whole=len(kept) == len(rewritten))


def _loses(was: Element, now: Element, taught: set[tuple[str, str]]) -> bool:
    """Whether, whatever it is better at, the new text leaves out what the old one taught: a block that nothing else
    rests on, or half of its telling words.
    """
    if not isinstance(was, Part | Resource) or not isinstance(now, Part | Resource):
        return False
    if {(proof.source, proof.block) for proof in was.all_evidence} - taught:
        return True
    told = _telling_words(was.markdown)
    return len(told & _telling_words(now.markdown)) < _LEAST_KEPT * len(told)


def _telling_words(markdown: str) -> set[str]:
    return {word for word in re.findall(r"\w+", markdown.casefold()) if len(word) >= _TELLING_CHARS or word.isdigit()}


def _differs(before: Module, after: Module, element_id: str) -> bool:
    return before.element(element_id).content() != after.element(element_id).content()


def _is_no_worse(was: tuple[Finding, ...], now: tuple[Finding, ...]) -> bool:
    """No more or heavier findings, and no error that was not there."""
    errors = {finding.criterion for finding in now if finding.severity is Severity.ERROR}
    is_new = errors - {finding.criterion for finding in was if finding.severity is Severity.ERROR}
    return not is_new and _weight(now) <= _weight(was)


def _weight(findings: tuple[Finding, ...]) -> tuple[int, ...]:
    """How many errors, warnings and pieces of advice; the first that differs decides."""
    counts = Counter(finding.severity for finding in findings)
    return tuple(counts[severity] for severity in _RANKS)


def _harmed(before: Module, after: Module, rewritten: Collection[str]) -> tuple[str, ...]:
    """Targets of errors and warnings that are new on what was not rewritten."""

    def counted(module: Module) -> Counter[tuple[str, str]]:
        return Counter(
            (finding.target, finding.criterion)
            for finding in module.findings
            if finding.severity is not Severity.ADVICE and finding.target not in rewritten
        )

    return tuple(dict.fromkeys(target for target, _ in counted(after) - counted(before)))


def _near(module: Module, target: str) -> frozenset[str]:
    """Ids of the elements whose rewriting may have harmed the target: those of its objective and, of an item, those
    that ask much the same; all for the module.
    """
    try:
        element = module.element(target)
    except KeyError:
        return frozenset(one.id for one in module.elements())
    lesson = module.lesson_of(target)
    objectives = set(lesson.objective_ids) if lesson else {target}
    if isinstance(element, QuizItem):
        objectives.add(element.objective_id)
    lessons = [one for one in module.lessons if objectives & set(one.objective_ids)]
    alike = {one.id for one in module.items if isinstance(element, QuizItem) and _ask_alike(one, element)}
    return frozenset(
        objectives
        | alike
        | {part.id for one in lessons for part in one.parts}
        | {item.id for item in module.items if item.objective_id in objectives}
    )


def _ask_alike(one: QuizItem, other: QuizItem) -> bool:
    words, others = _telling_words(one.stem), _telling_words(other.stem)
    return 2 * len(words & others) >= len(words | others)
