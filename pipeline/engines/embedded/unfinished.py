"""What a template leaves open: slots and notes that nobody has filled in yet, and that no learner is to be shown.

In: text of a source. Out: whether something in it is still to be filled in.
"""

from __future__ import annotations

import re

_OPEN = re.compile(
    r"\{\{|\}\}|\{%|\bTODO\b|\bTBD\b"
    r"|(?i:\[(?:if|insert|your|agency|name|date|tbd|xx)\b|<(?:your|insert|name|date|agency)\b|lorem ipsum)"
)


def is_unfinished(*texts: str) -> bool:
    """Whether one of the texts has a slot or a note of a template in it."""
    return any(_OPEN.search(text) for text in texts)


def is_open(*texts: str) -> bool:
    """Whether one of the texts has a slot, a note of a template or any curly bracket in it, which what is shown alone,
    such as an option, must not have.
    """
    return any("{" in text or _OPEN.search(text) for text in texts)
