"""What is written to an SME besides the page itself: the message that carries the link, for who sends it to copy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.domain import AskedStatement, FactRequest
from pipeline.library.strings import Strings, strings_for

_WORDS_A_MINUTE, _MIN_A_DECISION = 200, 0.25


def minutes_for(statements: Sequence[AskedStatement]) -> int:
    """How long the statements take to read and decide on, at least 1."""
    texts = (f"{one.text} {one.quote or ''}" for one in statements)
    reading = sum(len(text.split()) for text in texts) / _WORDS_A_MINUTE
    return max(1, math.ceil(reading + _MIN_A_DECISION * len(statements)))


def moment(at: datetime, say: Strings) -> str:
    """A moment for people of any country, such as "2026-12-06 09:30 UTC"."""
    told = f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    # Among letters that run from right to left the pieces of a date would change places.
    return f"\u2066{told}\u2069" if say.direction == "rtl" else told


def message_with(link: str, request: FactRequest, *, title: str, language: str) -> tuple[str, ...]:
    """Subject, a handful of lines and the link, in the module's language; `title` is the module's."""
    say, count = strings_for(language), len(request.statements)
    due = () if request.due is None else (say.say("sme_due", due=moment(request.due, say)),)
    return (
        say.say("sme_mail_subject", n=count, title=title),
        "",
        say.say("sme_mail_ask", n=count, title=title, time=say.say("minutes", n=minutes_for(request.statements))),
        say["sme_mail_why"],
        *due,
        say.say("sme_mail_link", expires=moment(request.expires, say)),
        link,
    )
