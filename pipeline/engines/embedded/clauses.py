"""An English sentence taken apart: condition, subject, modal or verb, and what follows.

In: one sentence. Out: `Clause`s, or nothing where the sentence is too winding to be sure. A condition in front ends at
the first comma behind which a main clause really starts; one behind is cut off only where nothing points across.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.conditions import CLAUSAL, has_predicate, trailing_condition
from pipeline.engines.embedded.grammar import (
    CONJUNCTIONS,
    DETERMINERS,
    FINITE,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
    Token,
    is_balanced,
    tokens_of,
)
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.sentences import one_line

_CONDITION_OPENER = re.compile(
    r"^(?:(?:only|even|except)\s+)?(?:if|when(?:ever)?|unless|until|once|before|after|while|"
    r"where|as soon as|as long as|in case(?: of)?|in the event(?: of| that)?|"
    r"in an?|in|on|at|for|during|upon|following|prior to|within|from|by|with|without|"
    r"immediately after|immediately before|"
    r"immediately upon|at least|no later than|every|each|provided(?: that)?|depending on|under|to)\s",
    re.IGNORECASE,
)
# What a fronted phrase must not be: it links to other sentences instead of saying when the rule holds.
_CONNECTIVE = re.compile(
    r"^(?:however|therefore|thus|hence|also|additionally|in addition(?: to this)?|furthermore|"
    r"moreover|further|in general|generally|"
    r"usually|typically|normally|as a result|as a rule|as always|in short|in summary|in other "
    r"words|in particular|again|ideally|"
    r"at this time|at the same time|for example|for instance|e\.g\.|similarly|likewise|"
    r"otherwise|instead|accordingly|consequently|"
    r"in fact|of course|indeed|unfortunately|fortunately|importantly|remember|finally|lastly|"
    r"in practice|by default|"
    r"to be clear|in turn|more importantly|most importantly|note|important|warning|caution|"
    r"reminder|(?:(?:and|but|so|now) )?(?:last|second|third|fourth|fifth|okay|ok|well|right|now)|"
    r"so|and|but|then|next)\s*[,:]\s*",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"^(?:please\s+)?(?:note|remember|be aware|keep in mind|bear in mind|be advised|"
    r"understand)(?:\s*[:,]\s*|\s+that\s+)|"
    r"^it is (?:also )?(?:important|worth|essential) (?:to (?:note|remember|know)|noting) that\s+",
    re.IGNORECASE,
)
_CUT_WORDS = frozenset(
    "if when whenever unless until once while where because although though since whereas as so".split()
)
_MAX_TOKENS = 70


@dataclass(frozen=True)
class Clause:
    """One main clause."""

    text: str
    """The clause without its conditions, connectives and final mark."""
    condition: str | None
    """What stands before or behind it and says when it holds, first letter as written."""
    is_fronted: bool
    """Whether the condition stands before the clause."""


def parts_of(sentence: str) -> list[str]:
    """The clauses of a sentence that stand on their own: split at semicolons, and at a colon or dash behind which a
    whole clause follows.
    """
    text = one_line(sentence).rstrip()
    pieces = [piece.strip() for piece in _split_outside(text, ";")]
    out: list[str] = []
    for piece in pieces:
        colon = re.match(r"^(.{12,}?)(?::| [–—-]) (.{12,})$", piece)
        if colon and is_balanced(colon[1]) and _stands_alone(colon[1]) and _stands_alone(colon[2]):
            out += [colon[1], colon[2]]
        else:
            out.append(piece)
    return [piece.rstrip(" .!") for piece in out if piece]


def _split_outside(text: str, mark: str) -> list[str]:
    pieces, depth, begin = [], 0, 0
    for index, char in enumerate(text):
        if char in "([“":
            depth += 1
        elif char in ")]”":
            depth = max(0, depth - 1)
        elif char == mark and not depth:
            pieces.append(text[begin:index])
            begin = index + 1
    pieces.append(text[begin:])
    return pieces


def _stands_alone(text: str) -> bool:
    found = imperative(text)
    return found.verb not in verbs.TALK if found is not None else starts_clause(text)


def clause_of(part: str) -> Clause | None:
    """The part's main clause with its condition; None where it can't be told apart surely."""
    text = part.strip()
    if not text or text.endswith(("?", ":")) or not is_balanced(text) or len(tokens_of(text)) > _MAX_TOKENS:
        return None
    for _ in range(3):
        shorter = _TELLING.sub("", _CONNECTIVE.sub("", text))
        if shorter == text:
            break
        text = shorter.strip()
    if not text:
        return None
    if _CONDITION_OPENER.match(text) and imperative(text) is None:
        cut = _end_of_condition(text)
        if cut is not None:
            condition, main = text[:cut].strip(), text[cut + 1 :].strip()
            main = re.sub(r"^then,?\s+", "", main, flags=re.IGNORECASE)
            main = _CONNECTIVE.sub("", main)
            return Clause(main, condition, is_fronted=True) if main else None
        if CLAUSAL.match(text):
            return None
    main, behind = trailing_condition(text) or (text, None)
    return Clause(main, behind, is_fronted=False)


def _end_of_condition(text: str) -> int | None:
    """Offset of the comma that ends the phrase or clause in front."""
    needs_verb = bool(CLAUSAL.match(text))
    depth = 0
    for index, char in enumerate(text):
        if char in "([“":
            depth += 1
        elif char in ")]”":
            depth = max(0, depth - 1)
        elif char == "," and not depth and text[index + 1 : index + 2].isspace():
            head, tail = text[:index], text[index + 1 :].strip()
            if needs_verb and not has_predicate(head):
                continue
            if re.match(
                r"(?:and|or|but|nor|such as|including|e\.g\.|i\.e\.|especially|"
                r"particularly)\b",
                tail,
                re.I,
            ):
                continue
            if starts_clause(tail) or _starts_imperative(tail):
                return index
    return None


def _starts_imperative(tail: str) -> bool:
    tail = re.sub(r"^(?:then|please|also|instead),?\s+", "", tail, flags=re.IGNORECASE)
    found = imperative(tail, strict=True)
    if found is None:
        # "step back, call a colleague and …": a word that may be a noun is the verb where orders follow it.
        first, comma, rest = tail.partition(", ")
        orders = bool(comma) and len(first.split()) > 1 and imperative(rest, strict=True) is not None
        found = imperative(first, trusted=True) if orders else None
    if found is None:
        return False
    # "If an app, report, or service fails": an enumeration, not an order
    return not re.match(r"^[a-z]+, (?:or|and) [a-z]+ [a-z]+s\b", tail)


def starts_clause(tail: str) -> bool:
    """Whether a main clause with a subject of its own starts here: a noun phrase and soon behind it a finite verb."""
    toks = tokens_of(tail)[:24]
    if len(toks) < 2:
        return False
    first = toks[0]
    if first.lower.endswith(("'re", "'ll", "'ve", "'s")) and first.lower.split("'")[0] in {
        "you",
        "it",
        "we",
        "they",
        "that",
        "there",
        "he",
        "she",
    }:
        return True
    if first.lower in CONJUNCTIONS | PREPOSITIONS | SUBORDINATORS | RELATIVES - {"that"}:
        return False
    seen_noun = False
    in_relative = False
    for index, token in enumerate(toks):
        if token.text in ";:":
            return False
        if token.text == "," and index < 2:
            return False
        if index == 0:
            seen_noun = token.lower not in DETERMINERS or token.lower in {
                "all",
                "each",
                "both",
                "this",
                "that",
                "these",
                "those",
                "some",
                "any",
            }
            continue
        if token.lower in RELATIVES:
            in_relative = True
            continue
        if token.lower in FINITE and seen_noun:
            if in_relative:
                in_relative = False
                continue
            return True
        if seen_noun and not in_relative and _is_finite_verb(toks, index):
            return True
        if token.is_word:
            seen_noun = True
    return False


def _is_finite_verb(toks: Sequence[Token], index: int) -> bool:
    """Whether the word surely is a finite verb in the present tense: "applies" with a noun or pronoun before it and an
    object or adverbial behind.
    """
    word, before = toks[index].lower, toks[index - 1].lower
    if (
        before in DETERMINERS - {"this", "that", "all", "each", "these", "those", "both"}
        or before in PREPOSITIONS | CONJUNCTIONS
        or before == ","
    ):
        return False
    base = verbs.base_of_third(word)
    if base is not None:
        if base in verbs.VERBS_ONLY:
            return True
        following = toks[index + 1].lower if index + 1 < len(toks) else ""
        return following in DETERMINERS or (
            following in PREPOSITIONS - {"of"} and before in {"it", "he", "she", "who", "that"}
        )
    if before in {"you", "we", "they", "i"} and verbs.is_base(word):
        return True
    return before.endswith("s") and not before.endswith("ss") and word in verbs.VERBS_ONLY
