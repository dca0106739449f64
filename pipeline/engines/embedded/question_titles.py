"""Headings that ask something, as an FAQ has them: what the text below is about, in words that fit into a sentence.

In: a question in the reader's own voice. Out: "booking a train", "the deadline", "what you can spend on meals"; or ""
where the question cannot be turned round surely.
"""

from __future__ import annotations

import re

from pipeline.engines.embedded import verbs

_WHO = r"(?:i|we|you)"
_AUX = r"(?:do|can|could|may|must|should|will|would)"
_DOING = re.compile(
    rf"^(?:(?:how|when|where|why|how (?:long|often|soon|far)) )?{_AUX} {_WHO} (?:best |ever |still )?"
    r"(?:(?:need|have|want) to )?(?P<doing>[a-z-]+(?: .+)?)$",
    re.IGNORECASE,
)
_HAVING = re.compile(rf"^(?:do|can) {_WHO} (?:need|get|have) (?P<what>(?!to\b)[a-z].+)$", re.IGNORECASE)
_WHICH = re.compile(rf"^which (?P<what>[a-z]+(?: [a-z]+)?) (?P<aux>{_AUX}) {_WHO} (?P<rest>.+)$", re.IGNORECASE)
_WHAT = re.compile(
    rf"^(?P<word>what|who|whom|how (?:much|many)(?: [a-z]+)?) (?P<aux>{_AUX}) {_WHO} (?P<rest>.+)$", re.I
)
_ALLOWED = re.compile(
    rf"^(?:am|are) {_WHO} (?:allowed|able|supposed|required|expected|permitted|meant|free) to "
    r"(?P<doing>[a-z-]+(?: .+)?)$",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"^(?P<word>when|where|how|why|how (?:often|soon|long)) (?P<aux>will|can|should|must|may) "
    r"(?P<who>(?:the|a|an|my|our|your) [^,]+?) (?P<rest>be [a-z]+(?:ed|en|t|n)\b.*)$",
    re.IGNORECASE,
)
_CASE = re.compile(rf"^what (?:do|should|must|can) {_WHO} do (?P<case>(?:if|when|before|after|with|about) .+)$", re.I)
_IF = re.compile(rf"^what happens (?:if|when) {_WHO} (?P<doing>[a-z]+(?: .+)?)$", re.IGNORECASE)
_THING = re.compile(
    r"^(?:what|who|when|where|how (?:long|big|high|old)) (?:is|are) (?P<who>(?:the|a|an|my|our|your) [^,]+?)$", re.I
)
_TOLD = re.compile(r"^(?:what|who) [a-z]+s (?:if|when|to|with|for|in|on|the|a|my|our|your) .+$", re.IGNORECASE)
_YOURS = {"i": "you", "we": "you", "me": "you", "us": "you", "my": "your", "our": "your", "mine": "yours", "am": "are"}


def asked_about(heading: str) -> str:
    """What the question is about, in lower case but for names, as it fits behind "on" and "of"; "" where the heading
    asks nothing that can be turned round.
    """
    text = " ".join(heading.split()).rstrip(" ?")
    if not heading.rstrip().endswith("?") or not text:
        return ""
    text = text[0].lower() + text[1:]
    return _to_you(_turned(text))


def _turned(text: str) -> str:
    if (match := _CASE.match(text)) is not None:
        return f"what to do {match['case']}"
    if (match := _WHICH.match(text)) is not None:
        return f"the {match['what']} you {'' if match['aux'] == 'do' else match['aux'] + ' '}{match['rest']}"
    if (match := _HAVING.match(text)) is not None:
        return match["what"]
    if (match := _IF.match(text) or _DOING.match(text) or _ALLOWED.match(text)) is not None:
        return verbs.gerund_phrase(match["doing"]) or ""
    if (match := _WHAT.match(text)) is not None:
        return f"{match['word']} you {'' if match['aux'] == 'do' else match['aux'] + ' '}{match['rest']}"
    if (match := _DONE.match(text)) is not None:
        return f"{match['word']} {match['who']} {match['aux']} {match['rest']}"
    if (match := _THING.match(text)) is not None:
        return match["who"]
    return text if _TOLD.match(text) else ""


def _to_you(text: str) -> str:
    return re.sub(r"\b(?:I|i|we|me|us|my|our|mine|am)\b", lambda match: _YOURS[match.group().lower()], text)
