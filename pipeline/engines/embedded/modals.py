"""Subject, modal and verb phrase of a main clause, and what can be a subject. In: a clause; out: a `Modal`, or None."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.grammar import (
    ADVERBS,
    BE,
    CONJUNCTIONS,
    DETERMINERS,
    FINITE,
    MODALS,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    SUBORDINATORS,
    Token,
    is_balanced,
    tokens_of,
)


@dataclass(frozen=True)
class Modal:
    """A main clause with a modal: subject, modal, and the verb phrase behind."""

    subject: str
    modal: str
    """"must", "may", "should", "need to", … in lower case."""
    negative: bool
    only: bool
    """"may only", "must only"."""
    rest: str
    """From the bare verb on."""


_MODAL = re.compile(
    r"\b(?P<modal>must|shall|should|may|can|cannot|can['’]t|(?:is|are) (?:strictly "
    r")?(?:required|expected|obliged|allowed|permitted|encouraged|authori[sz]ed|responsible "
    r"for ensuring) to|"
    r"(?:is|are) not (?:required|allowed|permitted|authori[sz]ed|expected) to|(?:has|have) to|"
    r"needs? to|ought to|(?:do|does) not (?:need|have) to|(?:don|doesn)['’]t (?:need|have) to|"
    r"mustn['’]t|shouldn['’]t|may not)\b",
    re.IGNORECASE,
)
# A second main clause with its own subject behind the verb phrase: ", and you will take point on calls".
NEW_CLAUSE = re.compile(
    r",? (?:and|but|so|(?<! soon )(?<! long )(?<! far )(?<! well )as|because) (?:sometimes |then |often |usually )?"
    r"(?:you|they|it|we|he|"
    r"she|this|there|(?:the|a|an|all|each|every|your|our) [a-z ]{2,30}?)\s+(?:will|can|is|are|"
    r"must|should|may|has|have|do|does|don['’]t|cannot|would)\b.*$",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?P<modal>must|should|may|shall)(?P<no> not)?, (?P<aside>[^,]{3,40}), "
    r"(?P<rest>[^,].*)$",
    re.IGNORECASE,
)
_AFTER_MODAL = re.compile(
    r"^\s*(?P<words>(?:(?:not|never|always|only|also|immediately|first|then|therefore|"
    r"promptly|either|both|at all times|ideally|still|additionally|generally|clearly|"
    r"explicitly|strictly)\s+)*)",
    re.IGNORECASE,
)


# A second verb phrase or clause with a modal of its own: the first one stands complete without it.
NEXT_MODAL = re.compile(r"(?:,? (?:and|but)|, (?:and|but) [^,;]{2,60}?) (?:must|should|shall|may)\b.*$", re.IGNORECASE)
_ADVERB_LAST = re.compile(r"(?<=\w) (?:also|then|therefore|generally|normally|now|always|additionally|only then)$")


_WHOLE_SUBJECTS = frozenset("you they we i he she it".split())


def modal_of(clause: str) -> Modal | None:
    """The clause's subject, modal and verb phrase; None where it has no modal of its main verb."""
    clause = _ASIDE.sub(lambda found: f"{found['modal']}{found['no'] or ''} {found['rest']} {found['aside']}", clause)
    for match in _MODAL.finditer(clause):
        subject = _ADVERB_LAST.sub("", clause[: match.start()].strip())
        if not is_subject(subject):
            if tokens_of(subject) and tokens_of(subject)[-1].lower in RELATIVES and len(tokens_of(subject)) > 1:
                continue  # "the person who must sign is told": the main verb comes later
            return None
        after = _AFTER_MODAL.match(clause[match.end() :])
        assert after is not None
        words = after["words"].lower().split()
        modal = match["modal"].lower().replace("’", "'")
        negative = (
            "not" in words
            or "never" in words
            or modal.endswith("n't")
            or " not " in f" {modal} "
            or modal in {"cannot", "can't"}
        )
        rest = clause[match.end() + after.end() :].strip()
        only = "only" in words
        rest = NEW_CLAUSE.sub("", rest)
        kept = [word for word in words if word in {"immediately", "first", "promptly", "always"} and not negative]
        if kept and rest and not rest.startswith("be "):
            rest = " ".join(kept) + " " + rest if kept != ["always"] else "always " + rest
        if not rest or not rest.split()[0].replace("-", "").isalpha():
            return None
        return Modal(subject, modal, negative, only, rest)
    return None


def is_subject(phrase: str) -> bool:
    """Whether the words can be the subject of a clause, whole and on their own."""
    toks = tokens_of(phrase)
    words = [token for token in toks if token.is_word]
    if not words or len(toks) > 22 or not is_balanced(phrase):
        return False
    first = toks[0]
    if len(words) == 1 and first.lower in PRONOUNS:
        return True
    if len(toks) > 1 and toks[1].text in ".)":
        return False  # a number or letter of a list is left in front
    if toks[-1].lower in _WHOLE_SUBJECTS:
        return False  # "first you run the report, and you must …": a clause of its own stands before
    if first.lower in verbs.VERBS_ONLY and len(words) > 2 and any(token.lower == "that" for token in toks):
        return False  # "remind wardens that lifts must …": an order, and what is said of it
    if (
        first.lower in CONJUNCTIONS | SUBORDINATORS | RELATIVES - {"that"}
        or first.lower in PREPOSITIONS
        or first.lower in BE | MODALS
    ):
        return False
    if first.lower in {
        "it",
        "there",
        "here",
        "what",
        "how",
        "why",
        "we",
        "i",
        "they",
        "you",
        "he",
        "she",
        "please",
        "not",
    }:
        return False
    if first.lower in ADVERBS - {"only", "either", "first", "next", "back"} or (
        first.lower.endswith("ly") and len(words) < 3
    ):
        return False
    if (
        toks[-1].lower
        in PREPOSITIONS
        | CONJUNCTIONS
        | RELATIVES
        | DETERMINERS - {"all", "each", "both", "this", "that", "these", "those", "some", "any"}
        or toks[-1].text in ",:;-–—("
    ):
        return False
    return _commas_enumerate(phrase) and _no_loose_verb(toks)


def _commas_enumerate(phrase: str) -> bool:
    if ", " not in re.sub(r"\([^)]*\)", "", phrase):
        return ":" not in phrase and ";" not in phrase
    return bool(re.search(r",? (?:and|or) [^,]+$", phrase)) and not re.search(
        r"\b(?:is|are|was|were|has|have)\b", phrase
    )


def _could_be_verb(word: str) -> bool:
    return (
        word in FINITE
        or verbs.is_base(word)
        or any(find(word) for find in (verbs.base_of_third, verbs.base_of_past, verbs.base_of_participle))
    )


def _no_loose_verb(toks: Sequence[Token]) -> bool:
    """Finite verbs stand only in a relative clause, and such a clause has its own ("people that" alone has not)."""
    relative = False
    opened = next((index for index, token in enumerate(toks) if index and token.lower in RELATIVES), None)
    if opened is not None and not any(_could_be_verb(token.lower) for token in toks[opened + 1 :]):
        return False
    for index, token in enumerate(toks):
        if token.lower in {"what", "how", "why"}:
            return False
        loose = token.lower in verbs.VERBS_ONLY or verbs.base_of_third(token.lower) in verbs.VERBS_ONLY
        if index and not relative and loose and toks[index - 1].lower not in {"to", "-"}:
            return False
        if index and token.lower in RELATIVES | {"you", "they", "we"}:
            relative = True
        if token.lower in FINITE and not relative:
            return False
        if index and token.lower in SUBORDINATORS - {"as", "after", "before"}:
            return False
    return True
