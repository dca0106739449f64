"""Numbers with units, and codes such as V-12, compared between an element and the blocks it was drafted from.

What is nowhere in the sources is an error. What stands in them, but not where this element was drafted from,
is a warning: it may be the limit of another case.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pipeline.check.context import Context
from pipeline.check.fault import Fault
from pipeline.check.surroundings import Printed, printed_in
from pipeline.domain import (
    CHOICE_TYPES,
    Element,
    NumericAnswer,
    Objective,
    QuizItem,
    Scenario,
    Severity,
)
from pipeline.prose.numbers import Quantity, codes_of, quantities_of

# A language without a list of number words may spell these out; then nothing can be decided.
_OFTEN_SPELLED = Decimal(12)


def numbers_are_in_the_source(element: Element, context: Context) -> Iterator[Fault]:
    """Every number, with its unit, is printed in the blocks the element was drafted from."""
    if not context.has_sources_of(element):
        return
    language = context.language
    near: tuple[Printed, ...] | None = None
    for where, text, own in _texts_to_prove(element, context):
        for quantity in quantities_of(text, language):
            if not _is_to_be_proved(quantity, context):
                continue
            if near is None:
                near = context.surroundings.printed(context.sections_near(element))
            if not any(one.has(quantity) for one in near) and not printed_in(own, language).has(quantity):
                yield _fault(where, quantity.shown, context.surroundings.everywhere.has(quantity), element)
    if isinstance(element, QuizItem) and isinstance(element.answer, NumericAnswer):
        value = Decimal(str(element.answer.value)).normalize()
        answer = Quantity(f"{element.answer.value:g}", frozenset({value}), "")
        if not context.surroundings.everywhere.has(answer):
            yield _fault("The answer", answer.shown, False, element)


def codes_are_in_the_source(element: Element, context: Context) -> Iterator[Fault]:
    """Every code made of letters and digits, such as a valve's, is printed in the source."""
    if not context.has_sources_of(element):
        return
    for where, text, own in _texts_to_prove(element, context):
        for code, shown in codes_of(text).items():
            near = context.surroundings.printed(context.sections_near(element))
            if not any(code in one.codes for one in near) and not any(code in codes_of(one) for one in own):
                yield _fault(where, shown, code in context.surroundings.everywhere.codes, element)


def _fault(where: str, shown: str, is_elsewhere: bool, element: Element) -> Fault:
    if is_elsewhere:
        message = f"{where} says {shown}, which the source says elsewhere, not where this was drafted from."
        return Fault(message, severity=Severity.WARNING)
    # A story may set its own scene; only what it teaches has to be the source's.
    severity = Severity.WARNING if isinstance(element, Scenario) else None
    return Fault(f"{where} says {shown}, which is not in the source.", severity=severity)


def _texts_to_prove(element: Element, context: Context) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(where, text, texts it may refer to). Degrees are the designer's, and wrong options needn't be true."""
    if isinstance(element, Objective):
        yield "The behaviour", element.behaviour, ()
        yield "The condition", element.condition, ()
    elif isinstance(element, QuizItem):
        options = tuple(option.text for option in element.options)
        wrong = {
            f"Option {number}"
            for number, option in enumerate(element.options, 1)
            if element.type in CHOICE_TYPES and not option.correct
        }
        for where, text in context.texts_of(element):
            if where not in wrong:
                yield where, text, options if "feedback" in where else ()
    else:
        for where, text in context.texts_of(element):
            yield where, text, ()


def _is_to_be_proved(quantity: Quantity, context: Context) -> bool:
    if quantity.is_word:
        return bool(quantity.unit) and Decimal(1) not in quantity.values
    return "numbers" in context.words or bool(quantity.unit) or min(quantity.values) > _OFTEN_SPELLED
