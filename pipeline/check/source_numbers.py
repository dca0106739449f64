"""Numbers with units, and codes such as V-12, compared between an element and the blocks it was drafted from.

What is nowhere in the sources is an error. What stands in them, but not where this element was drafted from,
is a warning: it may be the limit of another case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from pipeline.check.context import Context, texts_of
from pipeline.check.fault import Fault
from pipeline.check.numbers import Quantity, codes_of, quantities_of
from pipeline.domain import (
    CHOICE_TYPES,
    Block,
    Element,
    NumericAnswer,
    Objective,
    QuizItem,
    Scenario,
    Severity,
)

_Known = dict[Decimal, set[str]]
# A language without a list of number words may spell these out; then nothing can be decided.
_OFTEN_SPELLED = Decimal(12)


def numbers_are_in_the_source(element: Element, context: Context) -> Iterator[Fault]:
    """Every number, with its unit, is printed in the blocks the element was drafted from."""
    if not context.has_sources_of(element):
        return
    near, far = _known(_blocks_near(element, context), context), _known(context.blocks.values(), context)
    for where, text, own in _texts_to_prove(element):
        allowed = _known_in_texts(own, context)
        for quantity in quantities_of(text, context.module.language):
            if not _is_to_be_proved(quantity, context) or _is_in(quantity, near) or _is_in(quantity, allowed):
                continue
            yield _fault(where, quantity.shown, _is_in(quantity, far), element)
    if isinstance(element, QuizItem) and isinstance(element.answer, NumericAnswer):
        value = Decimal(str(element.answer.value)).normalize()
        if value not in near and value not in far:
            yield _fault("The answer", f"{element.answer.value:g}", False, element)


def codes_are_in_the_source(element: Element, context: Context) -> Iterator[Fault]:
    """Every code made of letters and digits, such as a valve's, is printed in the source."""
    if not context.has_sources_of(element):
        return
    near = _codes(_blocks_near(element, context))
    far = _codes(context.blocks.values())
    for where, text, own in _texts_to_prove(element):
        allowed = near.union(*(codes_of(one) for one in own))
        for code, shown in codes_of(text).items():
            if code not in allowed:
                yield _fault(where, shown, code in far, element)


def _fault(where: str, shown: str, is_elsewhere: bool, element: Element) -> Fault:
    if is_elsewhere:
        message = f"{where} says {shown}, which the source says elsewhere, not where this was drafted from."
        return Fault(message, severity=Severity.WARNING)
    # A story may set its own scene; only what it teaches has to be the source's.
    severity = Severity.WARNING if isinstance(element, Scenario) else None
    return Fault(f"{where} says {shown}, which is not in the source.", severity=severity)


def _texts_to_prove(element: Element) -> Iterator[tuple[str, str, tuple[str, ...]]]:
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
        for where, text in texts_of(element):
            if where not in wrong:
                yield where, text, options if "feedback" in where else ()
    else:
        for where, text in texts_of(element):
            yield where, text, ()


def _is_to_be_proved(quantity: Quantity, context: Context) -> bool:
    if quantity.is_word:
        return bool(quantity.unit) and Decimal(1) not in quantity.values
    return "numbers" in context.words or bool(quantity.unit) or min(quantity.values) > _OFTEN_SPELLED


def _is_in(quantity: Quantity, known: _Known) -> bool:
    return any(
        value in known and (not quantity.unit or quantity.unit in known[value] or "" in known[value])
        for value in quantity.values
    )


def _blocks_near(element: Element, context: Context) -> list[Block]:
    """The quoted blocks of the element and its lesson, whole, and what stands in the same sections."""
    keys = {(proof.source, proof.block) for proof in context.evidence_around(element)}
    sections = {
        (source, context.blocks[source, block].anchor.section)
        for source, block in keys
        if (source, block) in context.blocks
    }
    return [
        block
        for (source, block_id), block in context.blocks.items()
        if (source, block_id) in keys or (source, block.anchor.section) in sections
    ]


def _texts_of_block(block: Block) -> tuple[str, ...]:
    return (block.text, block.marker or "", " ".join(block.anchor.section), block.alt or "")


def _known(blocks: Iterable[Block], context: Context) -> _Known:
    return _known_in_texts((text for block in blocks for text in _texts_of_block(block)), context)


def _known_in_texts(texts: Iterable[str], context: Context) -> _Known:
    known: _Known = defaultdict(set)
    for text in texts:
        for quantity in quantities_of(text, context.module.language) if text else ():
            for value in quantity.values:
                known[value].add(quantity.unit)
    return known


def _codes(blocks: Iterable[Block]) -> frozenset[str]:
    return frozenset(code for block in blocks for text in _texts_of_block(block) for code in codes_of(text))
