"""Two versions of a text cut to the same length, so that what differs between them is seen. Pure.

In: what was sent and what came back. Out: both on one line, each cut around the first difference, with "…" for what is
left out.
"""

from __future__ import annotations

_MOST_CHARS = 70
_LEAD_CHARS = 20
"""Shown before the first difference, to know the place by."""


def shortened_pair(before: str, after: str, at_most_chars: int = _MOST_CHARS) -> tuple[str, str]:
    """Both texts on one line of at most so many characters, cut around the first difference where they are longer."""
    old, new = " ".join(before.split()), " ".join(after.split())
    if max(len(old), len(new)) <= at_most_chars:
        return old, new
    start = _start(old, new, at_most_chars) if old and new else 0
    return _window(old, start, at_most_chars), _window(new, start, at_most_chars)


def _start(old: str, new: str, at_most_chars: int) -> int:
    """Where both are shown from: some words before the first difference, at the beginning of a word."""
    shorter = min(len(old), len(new))
    same = next((at for at in range(shorter) if old[at] != new[at]), shorter)
    if old == new or same < at_most_chars - _LEAD_CHARS:  # in white space alone, or at the front
        return 0
    start = max(0, same - _LEAD_CHARS)
    word = old.find(" ", start, same) + 1
    return word or start


def _window(text: str, start: int, at_most_chars: int) -> str:
    lead = "…" if start else ""
    rest = text[start:]
    room = at_most_chars - len(lead)
    return lead + (rest if len(rest) <= room else rest[: room - 1].rstrip() + "…")
