"""One call of the review service under the reviewer's name; what it refuses is said in its own words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pipeline.errors import Sme2ModuleError
from pipeline.ui import state

NO_NAME = "Enter your name at the left first: every decision is recorded under a name."

T = TypeVar("T")


def attempted(action: Callable[[str], T]) -> T | None:
    """What the service answered; None where it refused, or where nobody has said who they are."""
    by = state.reviewer()
    if not by:
        state.say("problem", NO_NAME)
        return None
    try:
        return action(by)
    except Sme2ModuleError as error:
        state.say("problem", in_words(error))
        return None


def in_words(error: Sme2ModuleError) -> str:
    """The error's line as a sentence."""
    return error.line[:1].upper() + error.line[1:]


def has_reason(reason: str) -> bool:
    """Whether there is a reason; otherwise it is asked for."""
    if reason.strip():
        return True
    state.say("problem", "Give a reason: whoever works on the element next needs to know what is wrong.")
    return False
