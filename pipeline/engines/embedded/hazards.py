"""Warnings, and what happens when something is done wrong. In: a sentence; out: a hazard and its consequence."""

from __future__ import annotations

import re

from pipeline.engines.embedded.clauses import clause_of
from pipeline.engines.embedded.facts import Hazard, Span
from pipeline.engines.embedded.grammar import Casing, points_back
from pipeline.engines.embedded.sentences import one_line

_WARNING = re.compile(r"^[⚠!\s]*(?:warning|caution|danger|attention|hazard)\s*[:!.–—-]\s*", re.IGNORECASE)
_BAD = (
    r"(?:injur\w*|death|die|kill|harm|hurt|burns?|burn\w*|shock|electrocut\w*|fire|explo\w+|"
    r"damag\w+|fail\w*|loss|lose|lost|leak\w*|breach\w*|delay\w*|penalt\w+|fines?|terminat\w+|"
    r"disciplin\w+|poison\w*|"
    r"corrupt\w*|compromis\w+|crush\w*|cut|trapped|contaminat\w+|disqualif\w+|violat\w+|"
    r"overheat\w*|spill\w*|collaps\w+|infect\w*|unsafe|danger\w*|risk|exposure|expos\w+|"
    r"scald\w*|fall|surge|jeopardi[sz]\w+|weaken\w*|derail\w*|demotivate\w*)"
)
_CAUSES = re.compile(
    r"\b(?:can|could|may|might|will|would) (?:also |easily |still |quickly |seriously "
    r")?(?:cause|result in|lead to|be lost|be damaged|injure|damage|harm|kill|destroy|burn|"
    r"crush|expose|jeopardi[sz]e|compromise|ignite|explode|derail|catch fire)\b[^.]*",
    re.IGNORECASE,
)
_SO_POSSIBLE = re.compile(rf",? so (?P<what>(?!that\b)[^,]*?\b{_BAD}\b[^,]*)$", re.IGNORECASE)
_OTHERWISE = re.compile(r"(?:^otherwise,?|[,;] otherwise,?|,? or else) (?P<what>.+)$", re.IGNORECASE)
_RISK = re.compile(r"\b(?:risk|danger|hazard) of (?P<what>[^,.;]+)", re.IGNORECASE)
_AVOID = re.compile(r"\bto (?:avoid|prevent) (?P<what>(?:an?|any|the)?\s?[^,.;]+)$", re.IGNORECASE)
_RESULTS = re.compile(rf"\b(?:results in|leads to|causes)\b[^.]*\b{_BAD}\b", re.IGNORECASE)


def is_warning(span: Span) -> bool:
    """Whether the sentence is headed by a warning word."""
    return bool(_WARNING.match(span.text))


def hazard_of(span: Span, casing: Casing) -> Hazard | None:
    """The hazard a sentence states. The consequence is a clause or noun phrase of the sentence itself, or None."""
    text = one_line(span.text).rstrip(" .!")
    if text.endswith(("?", ":")) or span.text.rstrip(" \"'”").endswith(("...", "…")) or len(text.split()) < 4:
        return None
    warned = bool(_WARNING.match(text))
    body = _WARNING.sub("", text)
    for pattern in (_OTHERWISE, _SO_POSSIBLE):
        match = pattern.search(body)
        if match and not points_back(match["what"]):
            return Hazard(span, casing.lower_first(match["what"].strip()))
    if (_CAUSES.search(body) and re.search(rf"\b{_BAD}\b", body, re.IGNORECASE)) or _RESULTS.search(body):
        taken = clause_of(body)
        clause = casing.lower_first(taken.text if taken is not None and taken.is_fronted else body)
        whole = bool(
            (_CAUSES.search(clause) or _RESULTS.search(clause))
            and not re.search(r"\b(?:which|who|must|should)\b", clause)
        ) and (
            not points_back(" ".join(clause.split()[:2]))
            and "," not in clause
            and ":" not in clause
            and len(clause.split()) <= 30
        )
        return Hazard(span, clause if whole else None)
    match = _AVOID.search(body)
    if match and re.search(rf"\b{_BAD}\b", match["what"], re.IGNORECASE) and not points_back(match["what"]):
        return Hazard(span, match["what"].strip())
    match = _RISK.search(body)
    if match and (warned or re.search(rf"\b{_BAD}\b", match["what"], re.IGNORECASE)):
        return Hazard(span, match["what"].strip() if not points_back(match["what"]) else None)
    return Hazard(span, None) if warned else None
