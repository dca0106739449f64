"""Roles as questions name them: who is meant by everybody, and a duty told of one person.

In: an actor or a duty as read. Out: whether nobody in particular is meant, and the duty as it follows "somebody who".
"""

from __future__ import annotations

from pipeline.engines.embedded.duties import in_third_person
from pipeline.engines.embedded.facts import Duty
from pipeline.engines.embedded.grammar import is_plural
from pipeline.engines.embedded.wording import Wording, bare


def is_everybody(actor: str, wording: Wording) -> bool:
    """Whether the words name everybody there ("every employee", "all staff"): nobody is turned to by that name. Plain
    "employees" may well be told apart from their managers.
    """
    said = bare(actor).lower()
    first, _, rest = said.partition(" ")
    if first in wording.book.list_of("quantifiers"):
        return wording.actor_key(rest) in wording.book.list_of("each_of")
    return said in wording.book.list_of("everybody")


def told_of_one(duty: Duty) -> str | None:
    """The duty as one person does it, such as "repeats the test" of "fitters repeat the test"; None where it isn't
    sure which of its words are the verbs.
    """
    phrase = bare(duty.duty)
    if phrase.startswith("are "):
        return f"is {phrase[4:]}"
    if is_plural(duty.actor):
        return in_third_person(phrase)
    return phrase if phrase.split(" ", 1)[0].lower().endswith("s") else None
