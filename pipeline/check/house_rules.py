"""Criteria of an organisation's own that code decides: forbidden words, required words, a maximum of words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, CheckFunction, Fault
from pipeline.domain import Criterion, Element, HouseRule, Lesson, Module


def house_checks(criterion: Criterion) -> tuple[Check, ...]:
    """The checks of a criterion with a rule, one a kind of target; none for a criterion without."""
    rule = criterion.rule
    if rule is None:
        return ()
    find = {"forbidden_words": _forbidden, "required_words": _required, "maximum_words": _maximum}[rule.kind](rule)
    return tuple(Check(criterion.id, target, find) for target in rule.targets)


def _forbidden(rule: HouseRule) -> CheckFunction:
    def find(target: Any, context: Context) -> Iterator[Fault]:
        for where, text in _texts(target, context):
            for phrase in rule.words:
                if _holds(text, phrase):
                    yield Fault(f'{where} uses "{phrase}".')

    return find


def _required(rule: HouseRule) -> CheckFunction:
    wanted = ", ".join(f'"{phrase}"' for phrase in rule.words)

    def find(target: Any, context: Context) -> Iterator[Fault]:
        texts = [text for _, text in _texts(target, context)]
        if texts and not any(_holds(text, phrase) for text in texts for phrase in rule.words):
            yield Fault(f"{wanted} is missing." if len(rule.words) == 1 else f"None of {wanted} is there.")

    return find


def _maximum(rule: HouseRule) -> CheckFunction:
    limit = rule.limit or 0

    def find(target: Any, context: Context) -> Iterator[Fault]:
        count = sum(len(prose.words(text)) for _, text in _texts(target, context))
        if count > limit:
            yield Fault(f"It has {count} words; {limit} are the most.")

    return find


def _holds(text: str, phrase: str) -> bool:
    return f" {' '.join(prose.words(phrase))} " in f" {' '.join(prose.words(text))} "


def _texts(target: Element | Lesson | Module, context: Context) -> tuple[tuple[str, str], ...]:
    """(where it stands, text) of everything a learner reads in the target."""
    if isinstance(target, Lesson):
        parts = tuple(found for part in target.parts for found in context.texts_of(part))
        return (("The lesson's title", target.title), *parts)
    if isinstance(target, Module):
        said = tuple(found for element in target.elements() for found in context.texts_of(element))
        return (("The module's title", target.title), *said)
    return context.texts_of(target)
