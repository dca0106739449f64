"""English verb forms: which words are verbs, and the way between bare form, -s, -ing, past and participle.

In: single words in any case. Out: lower-case forms, or None where the word list holds no such verb: the reading
rather drops a fact than conjugates a word it doesn't know.
"""

from __future__ import annotations

from functools import cache

from pipeline.engines.embedded.wordlists import table, words

VERBS_ONLY = words("verbs_en", "verbs") - words("verbs_en", "verbs_or_nouns")
VERBS_OR_NOUNS = words("verbs_en", "verbs_or_nouns") | {"do", "have", "come", "grow"}
ALL_VERBS = VERBS_ONLY | VERBS_OR_NOUNS
TALK = words("verbs_en", "talk")
"""Verbs that address the reader without asking anything of them at work ("see", "note")."""

_IRREGULAR: dict[str, tuple[str, str]] = {
    base: (forms.split()[0], forms.split()[1]) for base, forms in table("verbs_en")["irregular"].items()
}
# Stress decides whether the last letter doubles, which spelling doesn't show: these end in a stressed syllable.
_DOUBLED_LONG = frozenset(
    "admit commit permit submit transmit omit refer defer prefer incur occur recur confer "
    "infer transfer control patrol "
    "compel expel propel regret equip forget begin abet rebut unplug unzip enrol fulfil "
    "outfit refit cancel label "
    "program overlap reset input output upset format backup offset unclip unpin debug recap".split()
)
_VOWELS = "aeiou"


def _doubles(base: str) -> bool:
    if len(base) < 3 or base[-1] in _VOWELS or base[-1] in "wxyh":
        return False
    if base[-2] not in _VOWELS or (base[-3] in _VOWELS and base[-3:-1] != "ui"):
        return False
    if base in {"cancel", "label"}:
        return False  # American spelling is accepted as well; the single letter is right there and common
    syllables = sum(1 for i, c in enumerate(base) if c in _VOWELS + "y" and (i == 0 or base[i - 1] not in _VOWELS))
    return syllables == 1 or base in _DOUBLED_LONG


def third_person(base: str) -> str:
    """Such as "audits" of "audit"."""
    if base == "be":
        return "is"
    if base == "have":
        return "has"
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ies"
    return base + "s"


def gerund(base: str) -> str:
    """Such as "reporting" of "report"."""
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")) and base != "be":
        return base[:-1] + "ing"
    if _doubles(base):
        return base + base[-1] + "ing"
    return base + "ing"


def _regular_past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2:-1] not in _VOWELS:
        return base[:-1] + "ied"
    if _doubles(base):
        return base + base[-1] + "ed"
    return base + "ed"


def past(base: str) -> str:
    """Such as "reported" of "report"; of "be", "was"."""
    return _IRREGULAR[base][0] if base in _IRREGULAR else _regular_past(base)


def participle(base: str) -> str:
    """Such as "taken" of "take"."""
    return _IRREGULAR[base][1] if base in _IRREGULAR else _regular_past(base)


@cache
def _table_of(form: str) -> dict[str, str]:
    make = {"third": third_person, "gerund": gerund, "participle": participle, "past": past}[form]
    made: dict[str, str] = {}
    for base in sorted(ALL_VERBS | set(_IRREGULAR)):
        made.setdefault(make(base), base)
        if base.endswith("l") and form in ("gerund", "participle", "past") and base not in _IRREGULAR:
            made.setdefault(base + ("ling" if form == "gerund" else "led"), base)  # "labelling", "labelled"
    return made


def is_base(word: str) -> bool:
    """Whether the word is a verb's bare form."""
    return word.lower() in ALL_VERBS


def base_of_third(word: str) -> str | None:
    """Such as "audit" of "audits"."""
    return _table_of("third").get(word.lower())


def base_of_gerund(word: str) -> str | None:
    """Such as "report" of "reporting"."""
    return _table_of("gerund").get(word.lower())


def base_of_participle(word: str) -> str | None:
    """Such as "take" of "taken"."""
    return _table_of("participle").get(word.lower())


def base_of_past(word: str) -> str | None:
    """Such as "take" of "took"."""
    return _table_of("past").get(word.lower())


def third_person_phrase(phrase: str) -> str | None:
    """The verb phrase in the third person: "keeps the record" of "keep the record", also after "and": each verb that
    the phrase coordinates at its very start only. None where the first word is no known verb.
    """
    first, _, rest = phrase.partition(" ")
    if not is_base(first):
        return None
    return f"{third_person(first.lower())} {rest}".strip()


def gerund_phrase(phrase: str) -> str | None:
    """Such as "reporting incidents" of "report incidents"; None where the first word is no known verb."""
    first, _, rest = phrase.partition(" ")
    if first.lower() == "not":
        inner = gerund_phrase(rest)
        return f"not {inner}" if inner else None
    if not is_base(first):
        return None
    return f"{gerund(first.lower())} {rest}".strip()
