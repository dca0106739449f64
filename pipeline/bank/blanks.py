"""Moodle's embedded answers, `{1:SHORTANSWER:=40 minutes~%50%half an hour}`, to blanks and what they accept."""

from __future__ import annotations

import re

_KINDS = (
    r"(?:SHORTANSWER|MULTICHOICE|MULTIRESPONSE)(?:_[A-Z]+)*|NUMERICAL|SAC?|MWC?|NM|MC[VHS]{0,2}|MR[HS]{0,2}"
)
_START = re.compile(rf"\{{\d*:(?P<kind>{_KINDS}):", re.IGNORECASE)
_SHARE = re.compile(r"^%(-?\d+(?:\.\d+)?)%")
_ESCAPED = re.compile(r"\\(.)")


def blanks_of(stem: str) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """The stem with {{1}}, {{2}}, … for its embedded answers, and the texts that each accepts in full."""
    pieces: list[str] = []
    accepted: list[tuple[str, ...]] = []
    at = 0
    while found := _START.search(stem, at):
        end = _end(stem, found.end())
        if end is None:
            break
        accepted.append(_accepted(stem[found.end() : end], is_number=found["kind"].upper().startswith("N")))
        pieces += [stem[at : found.start()], "{{" + str(len(accepted)) + "}}"]
        at = end + 1
    return "".join([*pieces, stem[at:]]), tuple(accepted)


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


def _accepted(body: str, *, is_number: bool) -> tuple[str, ...]:
    texts = []
    for answer in re.split(r"(?<!\\)~", body):
        share = _SHARE.match(answer)
        is_right = answer.startswith("=") or (share is not None and float(share[1]) == 100)
        text = re.split(r"(?<!\\)#", _SHARE.sub("", answer.removeprefix("=")), maxsplit=1)[0]
        if is_right and text.strip():
            # What a number may be off by stands behind a colon.
            text = text.partition(":")[0] if is_number else text
            texts.append(_ESCAPED.sub(r"\1", text).strip())
    return tuple(texts)
