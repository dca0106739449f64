"""An English sentence taken apart: condition, subject, modal or verb, and what follows.

In: one sentence. Out: `Clause`s, or nothing where the sentence is too winding to be sure. A condition in front ends at
the first comma behind which a main clause really starts; one behind is cut off only where nothing points across the cut.
"""

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
    points_back,
    tokens_of,
)
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.sentences import one_line

_CONDITION_OPENER = re.compile(
    r"^(?:(?:only|even|except)\s+)?(?:if|when(?:ever)?|unless|until|once|before|after|while|where|as soon as|as long as|in case(?: of)?|in the event(?: of| that)?|"
    r"in an?|in|on|at|for|during|upon|following|prior to|within|from|by|with|without|immediately after|immediately before|"
    r"immediately upon|at least|no later than|every|each|provided(?: that)?|depending on|under|to)\s",
    re.IGNORECASE,
)
_CLAUSAL = re.compile(r"^(?:only\s+|even\s+|except\s+)?(?:if|when|whenever|unless|until|once|while|where|as soon as|as long as|in case(?! of)|in the event that|provided)\b", re.I)
_TRAILING = re.compile(
    r",?\s+(?P<open>(?:only |except |even |immediately |shortly )?(?:if|when|whenever|unless|before|after|once|as soon as|as long as|"
    r"in case of|in the event of|in the event that|upon|provided that|prior to))\s",
    re.IGNORECASE,
)
# What a fronted phrase must not be: it links to other sentences instead of saying when the rule holds.
_CONNECTIVE = re.compile(
    r"^(?:however|therefore|thus|hence|also|additionally|in addition(?: to this)?|furthermore|moreover|further|in general|generally|"
    r"usually|typically|normally|as a result|as a rule|as always|in short|in summary|in other words|in particular|again|ideally|"
    r"at this time|at the same time|for example|for instance|e\.g\.|similarly|likewise|otherwise|instead|accordingly|consequently|"
    r"in fact|of course|indeed|unfortunately|fortunately|importantly|remember|finally|lastly|in practice|by default|"
    r"to be clear|in turn|more importantly|most importantly|note|important|warning|caution|reminder|so|and|but|then|next)\s*[,:]\s*",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"^(?:please\s+)?(?:note|remember|be aware|keep in mind|bear in mind|be advised|understand)(?:\s*[:,]\s*|\s+that\s+)|"
    r"^it is (?:also )?(?:important|worth|essential) (?:to (?:note|remember|know)|noting) that\s+",
    re.IGNORECASE,
)
_ASKING = frozenset("know ask check see determine decide confirm find verify tell whether indicate show unclear sure out note".split())
_CUT_WORDS = frozenset("if when whenever unless until once while where because although though since whereas as so".split())
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


def parts_of(sentence: str) -> list[str]:
    """The clauses of a sentence that stand on their own: split at semicolons, and at a colon or dash behind which a whole
    clause follows."""
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
        if _CLAUSAL.match(text):
            return None
    return _cut_trailing(text)


def _end_of_condition(text: str) -> int | None:
    """Offset of the comma that ends the phrase or clause in front."""
    needs_verb = bool(_CLAUSAL.match(text))
    depth = 0
    for index, char in enumerate(text):
        if char in "([“":
            depth += 1
        elif char in ")]”":
            depth = max(0, depth - 1)
        elif char == "," and not depth:
            head, tail = text[:index], text[index + 1 :].strip()
            if needs_verb and not _has_predicate(head):
                continue
            if re.match(r"(?:and|or|but|nor|such as|including|e\.g\.|i\.e\.|especially|particularly)\b", tail, re.I):
                continue
            if starts_clause(tail) or _starts_imperative(tail):
                return index
    return None


def _has_predicate(head: str) -> bool:
    """Whether a clause in front has a verb of its own ("if any reading is high") or is a set short form ("if needed")."""
    toks = tokens_of(head)
    rest = [token.lower for token in toks[1:]]
    if not rest:
        return False
    if rest[-1] in {"possible", "necessary", "needed", "applicable", "required", "appropriate", "available", "able"} and len(rest) <= 3:
        return True
    if rest[0].endswith("ing"):
        return True
    if verbs.base_of_participle(rest[0]) and len(rest) > 1:
        return True
    for index, word in enumerate(rest):
        if index == 0:
            continue
        if word in FINITE or word in {"have", "do", "don't", "doesn't"} or word.endswith(("n't", "'re", "'ve", "'ll")):
            return True
        if verbs.base_of_third(word) or verbs.base_of_past(word):
            return True
        if verbs.is_base(word) and rest[index - 1] in {"you", "we", "they", "i", "not", "ever"}:
            return True
        if word in verbs.VERBS_ONLY:
            return True
        if verbs.is_base(word) and rest[index - 1].endswith("s") and rest[index - 1] not in DETERMINERS:
            return True
    return rest[0] in {"you're", "it's", "they're", "there's", "you've"}


def _starts_imperative(tail: str) -> bool:
    tail = re.sub(r"^(?:then|please|also|instead),?\s+", "", tail, flags=re.IGNORECASE)
    found = imperative(tail, strict=True)
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
    if first.lower.endswith(("'re", "'ll", "'ve", "'s")) and first.lower.split("'")[0] in {"you", "it", "we", "they", "that", "there", "he", "she"}:
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
            seen_noun = token.lower not in DETERMINERS or token.lower in {"all", "each", "both", "this", "that", "these", "those", "some", "any"}
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
    object or adverbial behind."""
    word, before = toks[index].lower, toks[index - 1].lower
    if before in DETERMINERS - {"this", "that", "all", "each", "these", "those", "both"} or before in PREPOSITIONS | CONJUNCTIONS or before == ",":
        return False
    base = verbs.base_of_third(word)
    if base is not None:
        if base in verbs.VERBS_ONLY:
            return True
        following = toks[index + 1].lower if index + 1 < len(toks) else ""
        return following in DETERMINERS or following in PREPOSITIONS - {"of"} and before in {"it", "he", "she", "who", "that"}
    if before in {"you", "we", "they", "i"} and verbs.is_base(word):
        return True
    return before.endswith("s") and not before.endswith("ss") and word in verbs.VERBS_ONLY


def _cut_trailing(text: str) -> Clause:
    for match in _TRAILING.finditer(text):
        head, tail = text[: match.start()].rstrip(" ,"), text[match.start("open") :].strip()
        if not is_balanced(head) or not is_balanced(tail):
            continue
        last = tokens_of(head)[-1].lower if tokens_of(head) else ""
        opener = match["open"].lower()
        if opener in {"if", "when", "once"} and (last in _ASKING or _asks(head)):
            return Clause(text, None, is_fronted=False)
        if opener == "upon" and last in {"based", "depends", "depending", "rely", "relies", "act", "agreed", "called", "call"}:
            continue
        if last in {"and", "or", "even", "not", "just", "especially", "as", "than", "only", "long", "shortly", "soon", "particularly", "especially", "including", "except"} | PREPOSITIONS:
            return Clause(text, None, is_fronted=False)
        if points_back(tail) or re.search(r",| and then | and [a-z]+ (?:the|a|an|your|it|them)\b", tail):
            return Clause(text, None, is_fronted=False)
        if _CLAUSAL.match(tail) and not _has_predicate(tail):
            return Clause(text, None, is_fronted=False)
        if _is_measured(head, tail) or _only_a_verb(head) or re.search(r"\b(?:that|which|who|whether|until)\b[^,]*$", head):
            return Clause(text, None, is_fronted=False)
        return Clause(head, tail, is_fronted=False)
    return Clause(text, None, is_fronted=False)


_MEASURE = re.compile(r"(?P<for>\bfor )?(?:(?:at least|at most|up to|about|no (?:more|later|less) than|within|exactly) )*[\w-]+ (?:\w+ )?(?:second|minute|hour|day|week|month|year)s?$", re.IGNORECASE)


def _is_measured(head: str, tail: str) -> bool:
    """ "no later than 5 days after the event": a measured distance from it, no condition."""
    match = _MEASURE.search(head)
    if match is None or not re.match(r"^(?:after|before|once|upon|prior to)\b", tail, re.IGNORECASE):
        return False
    clausal = re.match(r"^\w+ (?:you|they|we|it|the [a-z ]+ (?:is|are|has|have)|[a-z]+ing)\b", tail)
    return not (match["for"] and clausal)


def _only_a_verb(head: str) -> bool:
    """ "Always announce" of "Always announce when you join": what follows is the verb's object, not a condition."""
    words = [token.lower for token in tokens_of(head) if token.lower not in ADVERBS | {"do", "not", "don't", "must", "should", "you", "may"} and not token.lower.endswith("ly")]
    return len(words) < 2


def _asks(head: str) -> bool:
    return any(token.lower in {"know", "ask", "determine", "decide", "whether", "unclear", "see", "wonder"} for token in tokens_of(head)[-6:])


_MODAL = re.compile(
    r"\b(?P<modal>must|shall|should|may|can|cannot|can['’]t|(?:is|are) (?:strictly )?(?:required|expected|obliged|allowed|permitted|encouraged|authori[sz]ed|responsible for ensuring) to|"
    r"(?:is|are) not (?:required|allowed|permitted|authori[sz]ed|expected) to|(?:has|have) to|needs? to|ought to|(?:do|does) not (?:need|have) to|(?:don|doesn)['’]t (?:need|have) to|mustn['’]t|shouldn['’]t|may not)\b",
    re.IGNORECASE,
)
# A second main clause with its own subject behind the verb phrase: ", and you will take point on calls".
NEW_CLAUSE = re.compile(
    r",? (?:and|but|so|as|because) (?:sometimes |then |often |usually )?(?:you|they|it|we|he|she|this|there|(?:the|a|an|all|each|every|your|our) [a-z ]{2,30}?)\s+(?:will|can|is|are|must|should|may|has|have|do|does|don['’]t|cannot|would)\b.*$", re.IGNORECASE
)
_ASIDE = re.compile(r"\b(?P<modal>must|should|may|shall)(?P<no> not)?, (?P<aside>[^,]{3,40}), (?P<rest>[^,].*)$", re.IGNORECASE)
_AFTER_MODAL = re.compile(
    r"^\s*(?P<words>(?:(?:not|never|always|only|also|immediately|first|then|therefore|promptly|either|both|at all times|ideally|still|additionally|generally|clearly|explicitly|strictly)\s+)*)", re.IGNORECASE
)


def modal_of(clause: str) -> Modal | None:
    """The clause's subject, modal and verb phrase; None where it has no modal of its main verb."""
    clause = _ASIDE.sub(lambda found: f"{found['modal']}{found['no'] or ''} {found['rest']} {found['aside']}", clause)
    for match in _MODAL.finditer(clause):
        subject = clause[: match.start()].strip()
        if not is_subject(subject):
            if tokens_of(subject) and tokens_of(subject)[-1].lower in RELATIVES and len(tokens_of(subject)) > 1:
                continue  # "the person who must sign is told": the main verb comes later
            return None
        after = _AFTER_MODAL.match(clause[match.end() :])
        assert after is not None
        words = after["words"].lower().split()
        modal = match["modal"].lower().replace("’", "'")
        negative = "not" in words or "never" in words or modal.endswith("n't") or " not " in f" {modal} " or modal in {"cannot", "can't"}
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
    if first.lower in CONJUNCTIONS | SUBORDINATORS | RELATIVES - {"that"} or first.lower in PREPOSITIONS or first.lower in BE | MODALS:
        return False
    if first.lower in {"it", "there", "here", "what", "how", "why", "we", "i", "they", "you", "he", "she", "please", "not"}:
        return False
    if first.lower in ADVERBS - {"only", "either", "first", "next", "back"} or (first.lower.endswith("ly") and len(words) < 3):
        return False
    if toks[-1].lower in PREPOSITIONS | CONJUNCTIONS | RELATIVES | DETERMINERS - {"all", "each", "both", "this", "that", "these", "those", "some", "any"} or toks[-1].text in ",:;-–—(":
        return False
    return _commas_enumerate(phrase) and _no_loose_verb(toks)


def _commas_enumerate(phrase: str) -> bool:
    if ", " not in re.sub(r"\([^)]*\)", "", phrase):
        return ":" not in phrase and ";" not in phrase
    return bool(re.search(r",? (?:and|or) [^,]+$", phrase)) and not re.search(r"\b(?:is|are|was|were|has|have)\b", phrase)


def _could_be_verb(word: str) -> bool:
    return word in FINITE or verbs.is_base(word) or any(find(word) for find in (verbs.base_of_third, verbs.base_of_past, verbs.base_of_participle))


def _no_loose_verb(toks: Sequence[Token]) -> bool:
    """Finite verbs stand only in a relative clause, and such a clause has its own ("people that" alone has not)."""
    relative = False
    opened = next((index for index, token in enumerate(toks) if index and token.lower in RELATIVES), None)
    if opened is not None and not any(_could_be_verb(token.lower) for token in toks[opened + 1 :]):
        return False
    for index, token in enumerate(toks):
        if token.lower in {"what", "how", "why"}:
            return False
        if index and not relative and token.lower in verbs.VERBS_ONLY and toks[index - 1].lower not in {"to", "-"}:
            return False
        if index and token.lower in RELATIVES | {"you", "they", "we"}:
            relative = True
        if token.lower in FINITE and not relative:
            return False
        if index and token.lower in SUBORDINATORS - {"as", "after", "before"}:
            return False
    return True
