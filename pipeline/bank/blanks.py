"""Moodle's embedded answers, `{1:SHORTANSWER:=40 minutes~%50%half an hour}`, to blanks and what they accept."""

from __future__ import annotations

import re
from typing import NamedTuple

_KINDS = (
    r"(?:SHORTANSWER|MULTICHOICE|MULTIRESPONSE)(?:_[A-Z]+)*|NUMERICAL|SAC?|MWC?|NM|MC[VHS]{0,2}|MR[HS]{0,2}"
)
_START = re.compile(rf"\{{\d*:(?P<kind>{_KINDS}):", re.IGNORECASE)
_SHARE = re.compile(r"^%(-?\d+(?:\.\d+)?)%")
_ESCAPED = re.compile(r"\\(.)")


class Blank(NamedTuple):
    """One embedded answer."""

    accepted: tuple[str, ...]
    """The texts that earn all of its points."""
    feedback: str
    """What is said to the first of them."""


def blanks_of(stem: str) -> tuple[str, tuple[Blank, ...]]:
    """The stem with {{1}}, {{2}}, … for its embedded answers, and what each of them takes."""
    pieces: list[str] = []
    blanks: list[Blank] = []
    at = 0
    while found := _START.search(stem, at):
        end = _end(stem, found.end())
        if end is None:
            break
        blanks.append(_blank(stem[found.end() : end], is_number=found["kind"].upper().startswith("N")))
        pieces += [stem[at : found.start()], "{{" + str(len(blanks)) + "}}"]
        at = end + 1
    return "".join([*pieces, stem[at:]]), tuple(blanks)


def _end(text: str, at: int) -> int | None:
    """Where the embedded answer that began before `at` closes."""
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] == "}":
            return at
        at += 1
    return None


def _blank(body: str, *, is_number: bool) -> Blank:
    texts, said = [], []
    for answer in re.split(r"(?<!\\)~", body):
        # Either sign makes an answer, never both: what stands behind the first is text.
        share = _SHARE.match(answer)
        is_right = answer.startswith("=") or (share is not None and float(share[1]) == 100)
        words = answer[share.end() :] if share else answer.removeprefix("=")
        text, *feedback = re.split(r"(?<!\\)#", words, maxsplit=1)
        if is_right and text.strip():
            # What a number may be off by stands behind a colon.
            text = text.partition(":")[0] if is_number else text
            texts.append(_ESCAPED.sub(r"\1", text).strip())
            said += [_ESCAPED.sub(r"\1", one).strip() for one in feedback]
    return Blank(tuple(texts), said[0] if said else "")
