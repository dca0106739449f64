"""Item-writing faults between two texts: options that overlap, a stem that answers another item."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Fault
from pipeline.domain import ItemType, Module, QuizItem

# A shorter answer may stand in any stem by chance.
TELLING_WORDS = 4
_NUMBER = r"(\d+(?:[.,]\d+)?)"
_RANGE = re.compile(
    rf"^\D{{0,12}}?{_NUMBER}\s*(?:%|[^\W\d]+)?\s*(?:-|–|—|to|and)\s*{_NUMBER}(?P<rest>\D*)$", re.IGNORECASE
)
_LEAST = re.compile(
    rf"^(?:at least|more than|over|above|not less than|from) {_NUMBER}(?P<rest>\D*)$"
    rf"|^{_NUMBER}(?P<tail>\D*?) (?:or|and) (?:more|above|longer|later|higher)$", re.IGNORECASE
)
_MOST = re.compile(
    rf"^(?:at most|less than|under|below|not more than) {_NUMBER}(?P<rest>\D*)$"
    rf"|^{_NUMBER}(?P<tail>\D*?) (?:or|and) (?:less|below|fewer|earlier|lower)$", re.IGNORECASE
)
_WITHOUT_END = float("inf")


def options_do_not_overlap(item: QuizItem, context: Context) -> Iterator[Fault]:
    """No two ranges of numbers among the options share a value inside them."""
    if item.type is not ItemType.SINGLE:
        return
    ranges = [_range_of(option.text.strip()) for option in item.options]
    if sum(one is not None for one in ranges) < 2:
        return
    for later, own in enumerate(ranges):
        for earlier, other in enumerate(ranges[:later]):
            if own is None or other is None or own[2] != other[2]:
                continue
            # "At least 20" beside "at least 40": limits to know, and no ranges to fall into.
            are_limits = own[0] == other[0] == -_WITHOUT_END or own[1] == other[1] == _WITHOUT_END
            if not are_limits and max(own[0], other[0]) < min(own[1], other[1]):
                yield Fault(f"Options {earlier + 1} and {later + 1} overlap: one value can fall into both.")
                return


def _range_of(text: str) -> tuple[float, float, str] | None:
    """(low, high, unit) of an option that is a range."""
    if found := _RANGE.match(text):
        low, high = _value(found[1]), _value(found[2])
        return (low, high, _unit(found["rest"])) if low < high else None
    if found := _LEAST.match(text):
        return _value(found[1] or found[3]), _WITHOUT_END, _unit(found["rest"] or found["tail"] or "")
    if found := _MOST.match(text):
        return -_WITHOUT_END, _value(found[1] or found[3]), _unit(found["rest"] or found["tail"] or "")
    return None


def _value(digits: str) -> float:
    return float(digits.replace(",", "."))


def _unit(rest: str) -> str:
    return " ".join(prose.stem_of(word) for word in prose.words(rest))


def no_stem_answers_another(module: Module, context: Context) -> Iterator[Fault]:
    """No item's key stands word for word in the stem of another item."""
    items = context.live_items
    stems = [(item, f" {' '.join(prose.words(item.stem))} ") for item in items]
    for item in items:
        for option in item.correct_options:
            words = prose.words(option.text)
            if len(words) < TELLING_WORDS:
                continue
            said = f" {' '.join(words)} "
            teller = next((other for other, stem in stems if other.id != item.id and said in stem), None)
            # The steps of one procedure stand in each other's stems; what comes next is asked, not what they say.
            if teller is not None and item.type is ItemType.SINGLE:
                yield Fault(
                    f'The key ("{prose.start_of(option.text)}") can be read off the stem of "{teller.label}".',
                    target=item.id,
                )
                break
