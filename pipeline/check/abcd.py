"""The four slots of an objective that is only a sentence: audience, behaviour, condition, degree (Heinich et al. 1996).

What can't be told is left empty, never guessed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline import prose
from pipeline.check.bloom import verb_levels
from pipeline.prose.wordlists import WordLists

_ABLE = re.compile(
    r"\s*,?\s*\b(?:(?:will|should|must|would|shall|is|are|to)\s+(?:then\s+)?be\s+able\s+to|(?:is|are)\s+able\s+to"
    r"|will|should|must|shall|can)\b\s*:?\s*",
    re.IGNORECASE,
)
# Farther in, a "can" belongs to what is done.
_SUBJECT_WORDS = 8
_NUMBER = r"(?:\d[\d.,:]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|sixty|ninety)"
_DEGREE = re.compile(
    rf"\b(?:(?:with|to) (?:at least |an? )?(?:accuracy|\d+\s?(?:%|percent|per cent))"
    rf"|(?:within|in|under|in under|in less than|in no more than|to within) (?:about |the )?{_NUMBER}\b"
    rf"|(?:at least|at most|no (?:more|fewer|less) than|not more than|up to|a minimum of) {_NUMBER}\b"
    rf"|\d+\s?(?:%|percent|per cent)|{_NUMBER} (?:out )?of (?:the )?{_NUMBER}\b"
    r"|without (?:an?y? )?(?:errors?|mistakes?|faults?|omissions?|defects?|rework)|error-free"
    r"|without (?:delay\b|(?!(?:training|coaching|being)\b)\w{3,}ing\b)"
    r"|with (?:no|zero) (?:more than|errors?|mistakes?|omissions?)|in accordance with|according to|in compliance with"
    r"|as (?:the \w+(?: \w+)?|it) (?:prescribes?|requires?|says?|states?|shows?)"
    r"|as (?:specified|described|required|laid down) (?:in|by)"
    r"|to (?:the )?(?:\w+ ){0,3}(?:standards?|specifications?|tolerance)\b"
    r"|per (?:the )?(?:\w+ ){0,2}(?:standard|policy|procedure)"
    r"|in (?:the (?:right|correct|given) )?order\b|every time|on the first attempt|in full"
    r"|(?:accurately|correctly|properly|safely|effectively|efficiently|successfully|appropriately|well)[.,]?$)",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:^|,\s*|\s)(?P<condition>(?:given|using|with the (?:help|aid) of"
    r"|with(?:out)? (?:access to|supervision|assistance|help|notes)"
    r"|when(?:ever)?|while working|during|after|before|if|in response to|working with|provided with|on the job)\b.*)$",
    re.IGNORECASE,
)


class Slots(NamedTuple):
    """What the sentence says of each; "" for what it doesn't."""

    audience: str
    behaviour: str
    condition: str
    degree: str


def slots_of(text: str, lists: WordLists) -> Slots:
    """The slots of one objective."""
    rest, condition = text.strip(), ""
    opening = (prose.words(rest) or ("",))[0]
    if opening in lists.set("condition_starts") and "," in rest:
        condition, _, rest = rest.partition(",")
        rest = rest.strip()
    audience = ""
    opening = (prose.words(rest) or ("",))[0]
    is_verb_first = opening in verb_levels(lists) or opening in lists.set("vague_verbs")
    able = None if is_verb_first else _ABLE.search(rest)
    if able and 0 < len(prose.words(rest[: able.start()])) <= _SUBJECT_WORDS:
        audience, rest = rest[: able.start()].strip(" ,"), rest[able.end() :]
    elif able and able.start() == 0:
        rest = rest[able.end() :]
    elif (subject := _subject(rest, lists)) is not None:
        audience, rest = rest[:subject].strip(), rest[subject:].strip()
    degree = ""
    if found := _DEGREE.search(rest):
        degree, rest = rest[found.start() :].strip(" ."), rest[: found.start()]
    if not condition and (found := _CONDITION.search(rest)):
        condition, rest = found["condition"].strip(" .,"), rest[: found.start()]
    elif not condition and degree and (found := _CONDITION.search(degree)):
        condition, degree = found["condition"].strip(" .,"), degree[: found.start()].strip(" .,")
    return Slots(audience, rest.strip(" .,"), condition, degree)


def _subject(text: str, lists: WordLists) -> int | None:
    """Where the verb begins behind "the technician" or "you"; None where the text begins with its verb."""
    words = text.split()
    openers = lists.set("bloom_learners") | {"the", "a", "an", "each", "every"}
    if not words or words[0].casefold() not in openers:
        return None
    known = verb_levels(lists)
    at = 0
    for place, word in enumerate(words[:_SUBJECT_WORDS]):
        plain = word.casefold().strip(",.")
        bases = {plain, plain.removesuffix("s"), plain.removesuffix("es"), plain.removesuffix("ies") + "y"}
        if place and (bases & known.keys() or bases & lists.set("vague_verbs")):
            return at
        at = text.index(word, at) + len(word)
    return None
