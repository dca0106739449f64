"""Questions that a number answers, and what the number is about. In: a sentence and where its value stands; out: text
or nothing: a question is asked only of a plain clause, whose subject and verb are sure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.clauses import clause_of, parts_of
from pipeline.engines.embedded.grammar import (
    BE,
    DETERMINERS,
    FINITE,
    MODALS,
    PREPOSITIONS,
    PRONOUNS,
    RELATIVES,
    SUBORDINATORS,
    Casing,
    Token,
    is_plural,
    points_back,
    tokens_of,
)
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.modals import is_subject, modal_of
from pipeline.engines.embedded.sentences import one_line

# Stands for the value while the sentence is taken apart: a number to every reader, and (private use) in no text.
_MARK = "7\ue0007"
_ASKS: dict[str, dict[str, str]] = {
    "duration": {
        "for": "For how long",
        "within": "Within what time",
        "after": "After how long",
        "in": "In what time",
        "": "How long",
    },
    "frequency": {"": "How often"},
    "time": {
        "at": "At what time",
        "by": "By what time",
        "before": "Before what time",
        "after": "After what time",
        "until": "Until what time",
        "from": "From what time",
    },
}
_NOUNS = {
    "temperature": "temperature",
    "pressure": "pressure",
    "voltage": "voltage",
    "current": "current",
    "length": "distance",
    "weight": "weight",
    "speed": "speed",
    "percentage": "percentage",
    "torque": "torque",
    "angle": "angle",
    "power": "power",
    "concentration": "concentration",
    "sound": "sound level",
    "volume": "volume",
}


def question_for(sentence: str, start: int, end: int, *, kind: str, casing: Casing) -> str | None:
    """The question whose answer is the value at [start, end) of the sentence."""
    found = _clause_with(sentence, start, end)
    if found is None:
        return None
    clause, condition = found
    split = subject_and_verb(clause, casing)
    if split is None:
        return None
    subject, auxiliary, predicate = split
    if (points_back(subject) and subject != "you") or _MARK not in predicate:
        return None
    own = _own_phrase(predicate, auxiliary)
    before, _, after = own.partition(_MARK)
    if not after.strip(" ,") and (plain := _plain_question(kind, subject, auxiliary, before, sentence[start:end])):
        return (
            f"{plain} {condition}?" if condition and not points_back(condition) else None if condition else f"{plain}?"
        )
    following = re.match(r"^\s*([^\s]+)", after)
    if (
        following
        and not after.startswith(" of ")
        and following[1] not in PREPOSITIONS - {"of"}
        and following[1] not in {"when", "if", "while", "whenever", ",", "unless"}
        and not after.startswith(" and whenever")
    ):
        return None
    words = before.split()
    preposition = words[-1].lower() if words and words[-1].lower() in PREPOSITIONS else ""
    lead = _lead(kind, preposition, before, auxiliary)
    distance = re.match(r"^\s+(in advance|before (?!you\b)[^,]+|after (?!you\b)[^,]+)$", after)
    if (
        kind == "duration"
        and lead is None
        and not preposition
        and distance
        and words
        and not re.search(r"\b(?:take|last|wait|for)$", before.strip())
    ):
        lead, after = f"How long {distance[1]}", ""
    if lead == "Within what time" and re.match(r"^\s+of\b", after) and not re.search(r",|\b(?:and|or)\b", after):
        lead, after = f"Within how long {after.strip(' ,')}", ""
    if lead is None or re.match(r"^\s+of\b", after):
        return None
    head = " ".join(words[:-1]) if preposition else " ".join(words)
    if kind == "frequency":
        after = re.sub(r"^\s+and whenever .*$", "", after)
    tail = after.strip(" ,")
    if any(
        token.lower in RELATIVES | SUBORDINATORS | {"but"} or token.text in ":;" for token in tokens_of(head)
    ) or _has_second_verb(head):
        return None
    if re.search(r"(?:^|\s)(?:and|or|at|by|the|a|an|of)$", head):
        return None
    if (re.search(r"\d", head) and re.search(r"\band\b", head)) or any(
        token.lower in MODALS for token in tokens_of(head)
    ):
        return None
    if points_back(f"{head} {tail}") or re.search(r"\b(?:and|or|but)\b", tail) or _MARK in tail:
        return None
    middle = " ".join(piece for piece in (auxiliary, subject, head, tail) if piece)
    question = f"{lead} {middle}"
    if condition and not points_back(condition):
        question += f" {condition}"
    elif condition:
        return None
    return one_line(question).replace(" ,", ",") + "?" if 4 <= len(question.split()) <= 40 else None


def _plain_question(kind: str, subject: str, auxiliary: str, before: str, value: str) -> str | None:
    """Questions for a value that is all there is: "The maximum load is 250 kg", "The tank holds 500 litres"."""
    words = before.split()
    if not words and auxiliary in {"is", "are"}:
        return f"What {auxiliary} {subject}"
    if (
        len(words) == 1
        and auxiliary in {"does", "do"}
        and kind in {"volume", "weight", "money", "size"}
        and words[0] in {"hold", "contain", "weigh", "cost", "carry", "lift", "take"}
    ):
        return f"How much {auxiliary} {subject} {words[0]}"
    return None


def _own_phrase(predicate: str, auxiliary: str) -> str:
    """The verb phrase that holds the value, where several are coordinated: "keep the record for three years" of "audit
    each employee once a year and keep the record for three years".
    """
    if auxiliary in {"must", "should", "may", "shall"} and (
        second := re.match(rf"^(?P<first>.*?),? and {auxiliary} (?P<rest>.*)$", predicate)
    ):
        predicate = second["rest"] if _MARK in second["rest"] else second["first"]
    if predicate.startswith("be ") or auxiliary in {"is", "are", "was", "were"}:
        predicate = _own_participle(predicate)
    third = auxiliary == "does"
    pieces, begin = [], 0
    for match in re.finditer(
        r",? and (?:then )?(?P<verb>[a-z]+) (?:the|a|an|each|every|all|any|your|their|its|it|"
        r"them|no)\b",
        predicate,
    ):
        base = (
            verbs.base_of_third(match["verb"]) if third else match["verb"] if match["verb"] in verbs.ALL_VERBS else None
        )
        if base is None or auxiliary in {"is", "are", "was", "were", "has", "have"}:
            continue
        pieces.append(predicate[begin : match.start()])
        predicate = predicate[: match.start("verb")] + base + predicate[match.end("verb") :]
        begin = match.start("verb")
    pieces.append(predicate[begin:])
    first_nouns = pieces[0] if _MARK in pieces[0] else None
    own = first_nouns or next(piece for piece in pieces if _MARK in piece)
    return own if _MARK in own else predicate


def _has_second_verb(head: str) -> bool:
    """Whether what enumerates in front of the value might be verbs: "review the log and close"."""
    words = [token.lower for token in tokens_of(head)]
    return any(
        word in {"and", "or", ","}
        and (following in verbs.ALL_VERBS or verbs.base_of_third(following) in verbs.VERBS_ONLY)
        for word, following in pairwise(words)
    )


def _own_participle(predicate: str) -> str:
    """Keeps "be resolved within …" of "be acknowledged within 2 days and resolved within …"."""
    be = "be " if predicate.startswith("be ") else ""
    for match in re.finditer(r",? and (?P<second>[a-z]+) ", predicate):
        following = predicate[match.end() :].split(" ", 1)[0]
        if following not in PREPOSITIONS and not following.endswith("ly") and _MARK not in following:
            continue
        if verbs.base_of_participle(match["second"]) and verbs.base_of_participle(
            predicate.removeprefix("be ").split(" ", 1)[0]
        ):
            return (
                be + predicate[match.start("second") :]
                if _MARK in predicate[match.end() :]
                else predicate[: match.start()]
            )
    return predicate


def _lead(kind: str, preposition: str, before: str, auxiliary: str) -> str | None:
    if kind == "duration" and not preposition and not re.search(r"\b(?:take|last|wait|be|require)\s*$", before):
        return None
    if kind == "frequency" and auxiliary in {"may", "can"}:
        return None
    if kind in _ASKS:
        return _ASKS[kind].get(preposition)
    if kind in _NOUNS and preposition in {"at", "above", "below", "to", "over", "under", "from", "until", "with"}:
        return f"{preposition.capitalize()} what {_NOUNS[kind]}"
    return None


def _clause_with(sentence: str, start: int, end: int) -> tuple[str, str | None] | None:
    marked = one_line(sentence[:start] + _MARK + sentence[end:])
    for part in parts_of(marked):
        if _MARK not in part:
            continue
        clause = clause_of(re.sub(r", so (?!that\b).*$", "", part))
        if clause is None or _MARK not in clause.text:
            return None
        return clause.text, clause.condition[0].lower() + clause.condition[1:] if clause.condition else None
    return None


def subject_and_verb(clause: str, casing: Casing) -> tuple[str, str, str] | None:
    """Subject, the auxiliary that goes before it in a question, and the predicate without that auxiliary."""
    clause = re.sub(
        r"^it is (?:critical|crucial|essential|vital|imperative|mandatory) that you ",
        "you must ",
        clause,
        flags=re.IGNORECASE,
    )
    clause = _RESPONSIBLE.sub(_performs, clause)
    order = imperative(clause)
    if order is not None:
        return None if order.is_negative else ("you", "must", order.phrase)
    modal = modal_of(clause)
    if modal is not None:
        auxiliary = (
            "must"
            if modal.modal in {"need to", "needs to", "have to", "has to", "is required to", "are required to"}
            else modal.modal
        )
        if modal.negative or modal.only or auxiliary not in {"must", "should", "may", "can", "shall"}:
            return None
        subject = casing.lower_first(modal.subject)
        return (subject, auxiliary, modal.rest) if subject.lower() not in PRONOUNS - {"you"} else None
    toks = tokens_of(clause)
    for index, token in enumerate(toks[1:14], start=1):
        subject = clause[: token.start].strip()
        if token.text in ",:;(" or token.lower in RELATIVES | SUBORDINATORS:
            return None
        if token.lower in {"is", "are", "was", "were", "has", "have", "will"}:
            rest = clause[token.end :].strip()
            if token.lower in {"has", "have"} and not verbs.base_of_participle(rest.split()[0] if rest else ""):
                return None
            return (
                (casing.lower_first(subject), token.lower, rest)
                if is_subject(subject) and subject.lower() not in PRONOUNS
                else None
            )
        if token.lower in FINITE | BE:
            return None
        plural = is_plural(subject)
        base = verbs.base_of_third(token.text)
        if not is_subject(subject) or subject.lower() in PRONOUNS:
            continue
        if base and not plural and (base in verbs.VERBS_ONLY or index >= 2) and _goes_on(toks, index):
            return casing.lower_first(subject), "does", f"{base} {clause[token.end :].strip()}"
        sure = token.text in verbs.VERBS_ONLY or (
            verbs.is_base(token.text)
            and toks[index + 1 : index + 2]
            and toks[index + 1].lower in PREPOSITIONS | DETERMINERS
        )
        if plural and sure and _goes_on(toks, index):
            return casing.lower_first(subject), "do", clause[token.start :].strip()
    return None


_RESPONSIBLE = re.compile(r"^(?P<who>.+?) (?P<be>is|are) responsible for (?P<doing>[a-z]+ing) ")


def _performs(match: re.Match[str]) -> str:
    """Makes "The supervisor checks" of "The supervisor is responsible for checking"."""
    base = verbs.base_of_gerund(match["doing"])
    if base is None:
        return match.group()
    return f"{match['who']} {base if match['be'] == 'are' else verbs.third_person(base)} "


def _goes_on(toks: Sequence[Token], index: int) -> bool:
    following = toks[index + 1] if index + 1 < len(toks) else None
    return following is not None and following.lower not in FINITE | {"of"}


def subject_for(sentence: str, start: int, end: int, casing: Casing) -> str:
    """What the value is about, to fit "for …": the rest of an instruction as a gerund, the clause without the value, or
    "" where neither reads well.
    """
    found = _clause_with(sentence, start, end)
    if found is None:
        return ""
    clause, condition = found
    if condition and clause and one_line(sentence[:start] + _MARK + sentence[end:]).lower().find(condition.lower()) > 0:
        clause = f"{clause} {condition}"
    order = imperative(clause)
    phrase = order.phrase if order is not None and not order.is_negative else None
    if phrase is None:
        modal = modal_of(clause)
        if modal is not None and not modal.negative and modal.subject.lower() == "you" and not modal.only:
            phrase = modal.rest
    without = re.sub(rf"(?:\s(?:for|within|after|at|every|in|above|below|to))?\s*{_MARK}", "", phrase or clause)
    without = one_line(without).strip(" ,.")
    following = re.match(r"^\s*([^\s]+)", (phrase or clause).partition(_MARK)[2])
    if following and following[1].lower() not in PREPOSITIONS - {"of"} | {
        "when",
        "if",
        "while",
        "whenever",
        ",",
        "unless",
    }:
        return ""
    if (
        re.match(r"^(?:[-–\w]|\s+of\b)", (phrase or clause).partition(_MARK)[2])
        or points_back(without)
        or "," in without
    ):
        return ""
    if phrase is not None and not re.search(
        rf"\b(?:for|within|after|at|every|above|below|to|over|under|by|until)\s+{_MARK}", phrase
    ):
        return ""
    if phrase is not None:
        return verbs.gerund_phrase(without) or ""
    if not re.search(
        rf"\b(?:for|within|after|at|every|above|below|to|in)\s+{_MARK}|{_MARK}(?:\s|$)", clause
    ) or re.search(rf"\b(?:is|are|be|of|than|least)\s+{_MARK}", clause):
        return ""
    if without.split(" ", 1)[0].lower() in PRONOUNS:
        return ""
    return (
        casing.lower_first(without)
        if 2 <= len(without.split()) <= 24 and not re.search(r"\b(?:and|or)\b", without)
        else ""
    )
