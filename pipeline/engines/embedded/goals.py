"""What a procedure is for, as a verb phrase that fits "You …" and "To …, …".

In: a lead-in or headings; out: the phrase, or None where they name no doing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.clauses import clause_of
from pipeline.engines.embedded.foreign_titles import is_foreign_title
from pipeline.engines.embedded.grammar import CONJUNCTIONS, DETERMINERS, PREPOSITIONS, Casing, points_back, tokens_of
from pipeline.engines.embedded.imperatives import MOSTLY_VERBS, imperative

_NUMBERING = re.compile(
    r"^\s*(?:(?i:section|chapter|part|appendix|annex|step|module|lesson|phase|"
    r"article)\s+)?(?:\d+(?:\.\d+)*|[A-Z]|[ivxIVX]+)[.):]?\s+(?=\S)|^\s*\d+(?:\.\d+)*[.)]\s*|"
    r"^\s*[§#]\s*\d*\s*",
)
_TO_DO = re.compile(
    r"^(?:in order )?to (?P<vp>[^:]+?),\s+(?:please\s+)?(?:you (?:must|should|need to|have to|"
    r"can|will)\s+)?(?:simply\s+)?(?:follow|do|take|complete|use|perform|carry out|go through|"
    r"work through|proceed|execute|run|try|the following|these)\b",
    re.IGNORECASE,
)
_STEPS_TO = re.compile(
    r"\b(?:steps?|procedure|process|instructions|checklist|actions|method|here(?:['’]s| is) "
    r"how|way)\b[^:,]*?\b(?:to|for|when)\s+(?P<vp>[^:,.]+)(?:[:.]|$)",
    re.IGNORECASE,
)
_TO_DO_PLAIN = re.compile(r"^(?:in order )?to (?P<vp>[^:,]+?)\s*:\s*$", re.IGNORECASE)
_HOW_TO = re.compile(
    r"^how (?:do (?:you|i|we)|to|can (?:you|i|we)|should (?:you|i|we))\s+(?P<vp>.+?)\??$", re.IGNORECASE
)
_IF = re.compile(
    r"^(?P<cond>(?:if|when|whenever|once|after|before|in case of|in the event of|as soon "
    r"as)\s[^:]+?),\s+(?:please\s+|you (?:must|should|need to)\s+)?(?:follow|do|take|complete|"
    r"use|perform|carry out|proceed)\b",
    re.IGNORECASE,
)
_ACTION_NOUN = re.compile(
    r"(?:tion|sion|ment|ance|ence|ysis|shutdown|start-?up|set-?up|back-?up|clean-?up|check|"
    r"checks|inspection|handover|changeover|test|tests|recovery|response|review|cleaning|"
    r"lockout|tagout|roll-?out|roll-?back|sign-?off|log-?in|sign-?in|repair|approval|disposal|"
    r"removal|renewal|withdrawal|procedure|process|drill|audit|count|transfer|closure|"
    r"training|handling|"
    r"testing|reporting|monitoring|servicing|routine|round|walk-?through|follow-?up|triage|debrief|call)s?$",
    re.IGNORECASE,
)
_NO_ACTION = frozenset(
    "introduction information documentation section definition definitions question "
    "questions organisation organization function equipment requirement requirements "
    "department management environment exception exceptions reference references audience "
    "conclusion description version condition conditions permission "
    "permissions location position attention appendix responsibility overview statement "
    "agreement abbreviation abbreviations station stations edition direction directions "
    "mission vision option options caution precaution precautions instruction instructions "
    "consideration considerations recommendation recommendations expectation expectations "
    "limitation limitations distribution explanation motivation experience evidence "
    "reference audience science sequence presence absence process processes".split()
)
_EVENT_DETERMINED = re.compile(
    r"(?:procedure|process|drill|routine|audit|test|check|count|"
    r"round|call)$",
    re.IGNORECASE,
)


_FOLLOWS = frozenset(
    "follow do take complete use perform proceed see note include make consider ensure check try observe obey".split()
)


# What is asked of a doing, as in "start batch processing".
_ABOUT_A_DOING = frozenset("start stop begin pause resume improve plan practise practice review complete".split())


def strip_numbering(heading: str) -> str:
    """A heading without its number and without the colon or stop at its end."""
    text = " ".join(heading.split())
    stripped = (
        _NUMBERING.sub("", text, count=1)
        if re.match(
            r"^\s*(?:\d|[§#]|[A-Z][.)]\s|[ivxIVX]+[.)]\s|(?:section|chapter|part|appendix|"
            r"annex|step|module|lesson|phase|article)\s+(?:\d|[A-Z]\b|[IVX]+\b))",
            text,
            re.I,
        )
        else text
    )
    return (stripped or text).strip(" -–—:.").strip() or text


def goal_of_order(text: str) -> tuple[str, str | None] | None:
    """Purpose and condition of a lead-in that is an order itself: "verify the caller" and "before you tell a caller" of
    "Before you tell a caller anything, verify the caller in this order:".
    """
    line = re.sub(
        r"\s*(?:,? (?:in|using) (?:this|the following) (?:order|sequence|way|steps)|,? as "
        r"follows|,? by (?:following|doing)[^:]*|,? step by step)?\s*[:：]$",
        "",
        " ".join(text.split()),
    )
    clause = clause_of(line)
    found = imperative(clause.text) if clause is not None else None
    if (
        clause is None
        or found is None
        or found.is_negative
        or found.verb in _FOLLOWS
        or points_back(found.phrase)
        or not 2 <= len(found.phrase.split()) <= 14
    ):
        return None
    return found.phrase, clause.condition[0].lower() + clause.condition[1:] if clause.condition else None


def goal_of_lead_in(text: str) -> str | None:
    """The purpose a lead-in names: "report an incident" of "To report an incident, follow these steps:"."""
    line = " ".join(text.split())
    for pattern in (_TO_DO, _TO_DO_PLAIN, _STEPS_TO):
        match = pattern.search(line)
        if match:
            phrase = match["vp"].strip(" ,")
            first = phrase.split(" ", 1)[0].lower()
            if verbs.base_of_gerund(first):
                phrase = verbs.base_of_gerund(first) + phrase[len(first) :]  # type: ignore[operator]
            elif not verbs.is_base(first):
                continue
            if not points_back(phrase) and 2 <= len(phrase.split()) <= 16:
                return phrase[0].lower() + phrase[1:]
    return None


def condition_of_lead_in(text: str) -> str | None:
    """When the procedure is needed: "if you receive a suspicious email" of "If you receive …, follow these steps:"."""
    match = _IF.match(" ".join(text.split()))
    return match["cond"][0].lower() + match["cond"][1:] if match and not points_back(match["cond"]) else None


def goal_of_path(path: Sequence[str], casing: Casing) -> str | None:
    """The purpose the innermost heading names, completed by the one above where it needs that ("Prepare")."""
    if not path:
        return None
    goal = goal_of_heading(path[-1], casing)
    if goal == "prepare" and len(path) > 1:
        above = goal_of_heading(path[-2], casing)
        return f"prepare to {above}" if above and not above.startswith("carry out") and above != goal else goal
    return goal


_ALSO_ADJECTIVES = frozenset(
    "forward reverse double dry clean cool warm cold open secure complete correct direct separate slow free clear "
    "back".split()
)


def goal_of_heading(heading: str, casing: Casing) -> str | None:
    """The purpose a heading names, as a verb phrase; None where it names a thing and no doing."""
    title = strip_numbering(heading)
    toks = tokens_of(title)
    if is_foreign_title(title, "en"):
        return None  # "Test der Anlage" tests nothing
    if not toks or (title.endswith(("?", "!")) and not _HOW_TO.match(title)):
        return None
    match = _HOW_TO.match(title)
    if match:
        phrase = casing.lower_title(match["vp"])
        return phrase if verbs.is_base(phrase.split()[0]) else None
    if re.match(
        r"^before (?:you (?:begin|start)|starting|you get started)\b|^prepar(?:e|ation|ing)$|"
        r"^get(?:ting)? ready$",
        title,
        re.IGNORECASE,
    ):
        return "prepare"
    first = toks[0].lower
    base = verbs.base_of_gerund(first)
    if (
        base
        and (len(toks) < 2 or toks[1].lower != "of")
        and (len(toks) > 1 or base in verbs.VERBS_ONLY)
        and not re.search(
            r"\b(?:procedure|process|policy|guide|guidelines?|requirements?|plan|checklist|instructions)s?$",
            title,
            re.IGNORECASE,
        )
    ):
        return bare_gerunds(casing.lower_title(title))
    lowered = casing.lower_title(title)
    found = imperative(lowered)
    if len(toks) == 2 and first in _ALSO_ADJECTIVES and toks[1].lower.endswith("ing"):
        found = None  # "Forward pipetting", "Double checking": a kind of doing, not an order
    if _names_a_doing(lowered):
        found = None  # "Password reset handling", "Return request processing"
    if found is not None and not found.is_negative and len(toks) > 1 and _looks_ordered(lowered, found.verb):
        return found.phrase
    if len(toks) == 1 and first in verbs.VERBS_ONLY and not _ACTION_NOUN.search(first):
        return None
    return _carry_out(lowered)


def _names_a_doing(title: str) -> bool:
    """Whether the title's nouns end in a doing of its own, which no order has for its object: "request handling"."""
    core = re.split(r"\s(?:of|for|in|on|at|to|with|by|from|after|before|during)\s", title)[0].split()
    return len(core) > 1 and core[0] not in _ABOUT_A_DOING and core[-1] in {"handling", "keeping", "processing"}


def _looks_ordered(title: str, verb: str) -> bool:
    words = title.split()
    if verb in verbs.VERBS_ONLY or (verb in MOSTLY_VERBS and len(words) > 2 and not words[1].endswith("ing")):
        return True
    if len(words) > 2 and words[1] in {"out", "off", "on", "up", "down", "back", "in"} and words[2] in DETERMINERS:
        return True
    return len(words) > 1 and (
        words[1] in DETERMINERS or (words[1] in {"to", "for"} and len(words) > 2 and words[2] in DETERMINERS)
    )


def bare_gerunds(title: str) -> str:
    """Every gerund that is coordinated with the first made bare: "stopping and isolating the line"."""
    words = title.split(" ")
    base = verbs.base_of_gerund(words[0])
    out = [base or words[0]]
    for index, word in enumerate(words[1:], start=1):
        plain = word.rstrip(",")
        inner = verbs.base_of_gerund(plain)
        joined = words[index - 1].lower() in CONJUNCTIONS | {"&"} or words[index - 1].endswith(",")
        out.append(inner + word[len(plain) :] if inner and joined else word)
    return " ".join(out).replace(" & ", " and ")


def _carry_out(title: str) -> str | None:
    """Such as "carry out shutdown and isolation": only where the heading's nouns name something that is done."""
    if len(title.split()) > 8 or "," in title or ":" in title:
        return None
    core = re.split(r"\s(?:of|for|in|on|at|to|with|by|from|after|before|during)\s", title)[0].replace("&", "and")
    heads = [piece.split()[-1] for piece in re.split(r"\s+and\s+", core) if piece.split()]
    if not heads or any(head in _NO_ACTION or not _ACTION_NOUN.search(head) for head in heads):
        return None
    first = title.split(maxsplit=1)[0]
    if first in {"conduct", "execute", "perform", "handle"} and len(title.split()) > 1:
        return title
    if first in DETERMINERS or first in PREPOSITIONS:
        return f"carry out {title}" if first == "the" else None
    article = "the " if _EVENT_DETERMINED.search(heads[-1]) else ""
    return f"carry out {article}{title}".replace(" & ", " and ")
