"""Whether an English clause is an instruction. In: a clause; out: an `Imperative`, or None."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.grammar import (
    ADVERBS,
    CONJUNCTIONS,
    DETERMINERS,
    FINITE,
    MODALS,
    NUMBER_WORDS,
    POSSESSIVES,
    PREPOSITIONS,
    RELATIVES,
    SUBORDINATORS,
    Token,
    tokens_of,
)
from pipeline.engines.embedded.wordlists import table

_NEGATIONS = (("do", "not"), ("don't",), ("never",), ("do", "never"), ("please", "don't"))
_MANNER = frozenset(
    "carefully slowly gently firmly quickly gradually manually securely thoroughly visually "
    "physically briefly clearly "
    "fully properly completely regularly periodically automatically directly safely evenly "
    "lightly tightly".split()
)
_OBJECT_PRONOUNS = frozenset("it them us me him her yourself everyone anyone this that these those".split())
# Verbs whose clause may follow without "that": its finite verb is no sign of a statement.
_CLAUSE_TAKERS = frozenset("check ensure make confirm verify see note know say show state mean believe assume".split())
# Words that are nouns as well, but at the head of a sentence and before a bare noun are the verb: "Report incidents".
MOSTLY_VERBS = frozenset(
    "use report contact check complete record mark clean clear store place turn lock stop "
    "start open close call press keep leave change move set put save wash wear test "
    "review share ask take give send read write enter click pick wait list name sign label "
    "count return clamp lift load unload pull push fill empty drain connect wipe dry cover "
    "replace release park plug unplug copy print document email mail phone separate secure "
    "correct lower protect provide wrap tag seal treat display download edit insert launch "
    "log pass scan fit update upload tap toggle "
    "patch block document interview handle pay purchase flag reject hire import extract "
    "discharge rinse view skip run schedule monitor track "
    "inspect measure weigh mix heat show cool limit plan practice practise promote request "
    "respond reset conduct exhibit split".split()
)
_COMPOUND_HEADS = frozenset(
    "details information person persons form forms list lists box boxes button buttons date "
    "dates time times policy policies process processes management control controls requests "
    "history number numbers name names field fields page pages section type types level "
    "levels plan plans team teams center centre results result report reports denial system "
    "systems "
    "keeping work method methods case cases".split()
)
# Nouns that as verbs stand before what they act on: "Service with another company counts" is no order.
_TAKES_AN_OBJECT = frozenset(
    "service cost damage fund price staff question influence risk notice value weight stock price house fuel power "
    "finance bridge face".split()
)
# Verbs that with these behind them name a thing: "help desk actions" helps no desk.
_COMPOUNDS = {first: frozenset(str(seconds).split()) for first, seconds in table("verbs_en")["compounds"].items()}
_MAX_WORDS = 60


@dataclass(frozen=True)
class Imperative:
    """An instruction taken apart."""

    phrase: str
    """The verb phrase, bare infinitive, as written from the verb (or an adverb of manner before it) on."""
    verb: str
    is_negative: bool


def imperative(clause: str, *, trusted: bool = False, strict: bool = False) -> Imperative | None:
    """The instruction a clause gives, or None. `trusted`: its place already makes an instruction likely (an item among
    instructions), so a word that may be a noun as well is taken for the verb; `strict`: such a word needs a sure sign.
    """
    text = clause.strip()
    toks = tokens_of(text)
    if not toks or len(toks) > _MAX_WORDS * 2:
        return None
    index, negative = _skip_lead(toks)
    if index >= len(toks):
        return None
    start = index
    while index < len(toks) - 1 and (
        toks[index].lower in _MANNER or (toks[index].lower in ADVERBS and toks[index].lower != "now")
    ):
        index += 1
    verb = toks[index]
    base = verb.lower
    if _LABELLED.match(text) or (base == "feel" and index + 1 < len(toks) and toks[index + 1].lower == "free"):
        return None
    if trusted and not verbs.is_base(base) and _is_unknown_verb(toks, index):
        phrase = text[toks[start].start :].rstrip(" .!;:")
        return Imperative(phrase[:1].lower() + phrase[1:], base, negative)
    if not verbs.is_base(base) or (
        index > 0 and not verb.text.islower() and verb.text.isupper() and len(verb.text) < 4
    ):
        return None
    following = toks[index + 1 :]
    if not _can_be_verb(base, following, trusted=trusted or negative, strict=strict and not negative):
        return None
    phrase = text[toks[start].start :].rstrip(" .!;:")
    return Imperative(phrase[:1].lower() + phrase[1:] if _may_lower(phrase) else phrase, base, negative)


_LABELLED = re.compile(r"^[^:.]{2,30}: (?:the|an?|any) ")
_NO_BARE_FORM = re.compile(r"(?:ing|ed|ly|tion|sion|ment|ness|ity|s|er|or|al|ic|ous|ive|able|ful)$")


def _is_unknown_verb(toks: Sequence[Token], index: int) -> bool:
    """Whether a word no list knows is a verb all the same: "Fetch your padlock" among other instructions."""
    word = toks[index]
    if index + 2 >= len(toks) or not word.text.isalpha() or len(word.text) < 3 or _NO_BARE_FORM.search(word.lower):
        return False
    if (
        word.lower
        in DETERMINERS
        | PREPOSITIONS
        | SUBORDINATORS
        | RELATIVES
        | CONJUNCTIONS
        | FINITE
        | ADVERBS
        | NUMBER_WORDS
        | _OBJECT_PRONOUNS
        | {"you", "we", "they", "he", "she", "i"}
    ):
        return False
    return toks[index + 1].lower in POSSESSIVES | {"the", "a", "an", "all", "each", "every"}


def _may_lower(phrase: str) -> bool:
    return not (len(phrase) > 1 and phrase[1:2].isupper()) or phrase.split(" ", 1)[0].isupper()


def _skip_lead(toks: Sequence[Token]) -> tuple[int, bool]:
    index = 0
    while index < len(toks) and (
        toks[index].lower in {"please", "then", "and", "also", "instead", "now", "next", "finally", "first", ","}
    ):
        index += 1
    for negation in _NEGATIONS:
        if tuple(token.lower for token in toks[index : index + len(negation)]) == negation:
            return index + len(negation), True
    return index, False


def _can_be_verb(base: str, following: Sequence[Token], *, trusted: bool, strict: bool) -> bool:
    if following and following[0].lower in _COMPOUNDS.get(base, frozenset()):
        return False
    if following and following[0].text == ",":
        later = [token.lower for token in following[1:4]]
        return bool(later) and later[0] in verbs.ALL_VERBS
    if not following or (not following[0].is_word and following[0].text[0] not in "“\"‘'([<&+#/*`$€£0123456789,"):
        return base in verbs.VERBS_ONLY and (not following or following[0].text in ".!,")
    first = following[0]
    if base in verbs.VERBS_ONLY:
        if (base == "let" and first.lower == "us") or (len(following) > 1 and following[1].lower in MODALS):
            return False
        return first.lower not in FINITE and not (
            first.lower in {"of", "and", "or"} and base in {"empty", "open", "clean", "complete"}
        )
    if first.lower in DETERMINERS | _OBJECT_PRONOUNS | POSSESSIVES | NUMBER_WORDS or first.text[0].isdigit():
        return base not in {"will", "may", "can", "mean", "matter"} or trusted
    if first.lower in {"in", "to"} and base in {
        "change",
        "increase",
        "decrease",
        "delay",
        "interest",
        "drop",
        "access",
    }:
        return False
    if first.lower in PREPOSITIONS and base in _TAKES_AN_OBJECT:
        return False
    if first.lower in FINITE or first.lower in {"of"} or base in {"will", "may", "mean", "matter", "while"}:
        return False
    if first.lower in CONJUNCTIONS:
        second = following[1].lower if len(following) > 1 else ""
        third = following[2].lower if len(following) > 2 else ""
        return second in verbs.VERBS_ONLY or (verbs.is_base(second) and (trusted or third in DETERMINERS))
    if _finite_follows(base, following):
        return False
    if strict and base not in MOSTLY_VERBS:
        return False
    if trusted or first.text[0] in "“\"‘'([<" or (first.text[:1].isupper() and base in MOSTLY_VERBS):
        return True
    if first.lower in PREPOSITIONS or first.lower in ADVERBS or first.lower.endswith("ly"):
        return len(following) >= 2
    if first.lower in SUBORDINATORS | {"that", "how", "what", "who", "which"}:
        return True
    if base not in MOSTLY_VERBS or first.lower in _COMPOUND_HEADS:
        return False
    second = following[1].lower if len(following) > 1 else ""
    return second != "of" and not (second in verbs.VERBS_ONLY and first.lower.endswith("s"))


def _finite_follows(base: str, following: Sequence[Token]) -> bool:
    """Whether a finite verb comes before anything that could open a clause of its own: the head is then a noun."""
    if base in _CLAUSE_TAKERS:
        return False
    for position, token in enumerate(following):
        if position and (
            token.lower == "do"
            or (
                verbs.base_of_third(token.lower) in verbs.VERBS_ONLY
                and following[position - 1].lower not in DETERMINERS
            )
        ):
            return True
        if token.text in ",;:—–(" or token.lower in RELATIVES | SUBORDINATORS | {"what", "how", "that", "so", "and"}:
            return False
        if token.lower in FINITE:
            return True
    return False


_ORDINAL = re.compile(
    r"^\s*(?:(?P<d>\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+(?=[A-Z])|"
    r"(?:step|schritt|étape|paso)\s+(?P<n>\d+|one|two|three|four|five|six|seven|eight|"
    r"nine|ten)\s*[.:)–-]?\s+|"
    r"(?P<w>first|firstly|first of all|second|secondly|third|thirdly|fourth|fifth|sixth|"
    r"seventh|eighth|ninth|tenth)\s*[,:]\s*|"
    r"(?P<t>to begin|to start|then|next|after that|afterwards|finally|lastly|last)\s*[,:]?\s+)",
    re.IGNORECASE,
)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_NUMBERS = "one two three four five six seven eight nine ten".split()


def cue(sentence: str) -> tuple[str, int | None, int]:
    """The word that tells a step's place in a text: ("number", 2, length), ("then", None, length) or ("", None, 0)."""
    match = _ORDINAL.match(sentence)
    if match is None:
        return "", None, 0
    if match["d"]:
        return "number", int(match["d"].rpartition(".")[2]), match.end()
    if match["n"]:
        word = match["n"].lower()
        return "number", int(word) if word.isdigit() else _NUMBERS.index(word) + 1, match.end()
    if match["w"]:
        word = match["w"].lower().split()[0].removesuffix("ly")
        return "number", _ORDINALS.index(word) + 1, match.end()
    return "then", None, match.end()
