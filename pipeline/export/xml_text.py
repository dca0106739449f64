"""Text for XML: the characters XML 1.0 has no place for are replaced, never refused."""

from __future__ import annotations

import re

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_safe(text: str) -> str:
    """The text with U+FFFD in place of control characters and the like."""
    return _NOT_XML.sub("\ufffd", text)
