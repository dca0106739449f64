"""What every item kind makes: a drafted item with the point it asks about and how much it is worth asking.

In: nothing. Out: `Candidate`, and the small moves all kinds share: placing the key, wrapping options.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.material import quotes_of
from pipeline.engines.tasks import ItemDraft, NumberDraft, OptionDraft
from pipeline.ids import fingerprint


@dataclass(frozen=True)
class Candidate:
    """An item that could be asked."""

    kind: str
    """Item kind, such as "order" or "case": a quiz takes turns between them."""
    points: frozenset[str]
    """Places in the source that it asks about; two items of a quiz share none."""
    draft: ItemDraft
    worth: int
    """Higher is asked first within its kind."""
    echo: int = 0
    """How many more words of the stem the key takes up than any other option: what somebody could pick it by."""


def option(
    text: str, feedback: str, spans: Sequence[Span], *, misconception: str | None = None, target: str | None = None
) -> OptionDraft:
    """An option with what it quotes."""
    return OptionDraft(
        text=text, feedback=feedback, misconception=misconception, target=target, quotes=quotes_of(spans)
    )


def placed(key: OptionDraft, others: Sequence[OptionDraft], seed: str) -> tuple[tuple[OptionDraft, ...], int]:
    """The options with the key at a place that only its seed decides, and that place."""
    arranged = shuffled(others, seed)
    at = int(fingerprint([seed, "key"])[:8], 16) % (len(others) + 1)
    return (*arranged[:at], key, *arranged[at:]), at


def shuffled(options: Sequence[OptionDraft], seed: str) -> tuple[OptionDraft, ...]:
    """The options in an order that depends on their text and the seed only."""
    return tuple(sorted(options, key=lambda one: fingerprint([seed, one.text, one.target])))


def single(
    stem: str,
    right: OptionDraft,
    wrong: Sequence[OptionDraft],
    seed: str,
    *,
    bloom: str,
    general: str,
    hint: str | None,
    spans: Sequence[Span],
) -> ItemDraft:
    """An item with one right answer, which stands where the seed puts it."""
    options, at = placed(right, wrong, seed)
    return item(
        "single", stem=stem, options=options, correct=[at], bloom=bloom, general=general, hint=hint, spans=spans
    )


def item(
    kind: str,
    *,
    stem: str,
    options: Sequence[OptionDraft] = (),
    correct: Sequence[int] = (),
    bloom: str,
    general: str,
    hint: str | None,
    spans: Sequence[Span],
    accepted: tuple[tuple[str, ...], ...] = (),
    number: NumberDraft | None = None,
) -> ItemDraft:
    """A drafted item; its use is decided when the quiz is put together."""
    return ItemDraft.model_validate(
        {
            "type": kind,
            "use": "test",
            "bloom": bloom,
            "stem": stem,
            "options": tuple(options),
            "correct": tuple(correct),
            "accepted": accepted,
            "number": number,
            "general_feedback": general,
            "hint": hint,
            "quotes": quotes_of(spans),
        }
    )
