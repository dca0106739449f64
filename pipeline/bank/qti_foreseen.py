"""What a QTI item says to single answers that are typed: rules of response processing that name one text or number.

In: an item's tree. Out: an option for each such answer with modal feedback of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.bank.markup import text_of_element, tidy
from pipeline.bank.qti_names import attribute, below, plain_name
from pipeline.domain import BankOption

if TYPE_CHECKING:
    from lxml.etree import _Element

_RULES = ("responseif", "responseelseif")
_COMPARISONS = ("stringmatch", "equal", "match")
_SCORE = "SCORE"


def foreseen(root: _Element, *, key: str | None = None) -> tuple[BankOption, ...]:
    """The answers in the order of their rules; what is said to all that is right is said to the key."""
    found = []
    for rule in below(root, *_RULES):
        told = _settings(rule)
        said = " ".join(text for text in (_modal(root, *one) for one in told.items()) if text)
        is_right = _number(told.get(_SCORE, "")) > 0
        text = _text(rule, key=key if is_right else None)
        if said and text:
            found.append(BankOption(text=text, correct=is_right, feedback=said))
    return tuple(found)


def _settings(rule: _Element) -> dict[str, str]:
    """Outcome → the value that the rule itself gives it."""
    found = {}
    for one in rule:
        values = [value for value in one if plain_name(value) == "basevalue"]
        if plain_name(one) == "setoutcomevalue" and values:
            found[attribute(one, "identifier")] = (values[0].text or "").strip()
    return found


def _text(rule: _Element, *, key: str | None) -> str | None:
    """The one text or number that the rule is about, else the key."""
    condition = next((one for one in rule if plain_name(one) != "setoutcomevalue"), None)
    if condition is None:
        return None
    values = [(one.text or "").strip() for one in condition if plain_name(one) == "basevalue"]
    if plain_name(condition) in _COMPARISONS and len(values) == 1:
        return tidy(values[0])
    return key


def _modal(root: _Element, outcome: str, value: str) -> str:
    shown = (
        one for one in below(root, "modalfeedback")
        if attribute(one, "outcomeIdentifier") == outcome and attribute(one, "identifier") == value
    )
    return tidy("\n".join(text_of_element(one) for one in shown))


def _number(said: str) -> float:
    try:
        return float(said)
    except ValueError:
        return 0.0
