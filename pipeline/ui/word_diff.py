"""What changed between two texts, word by word."""

from __future__ import annotations

import difflib
import re

from pipeline.ui.markup import Html, el, joined, text

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


def marked_changes(before: str, after: str) -> Html:
    """`after` with the words it gained inside <ins> and the words it lost inside <del>."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    pieces: list[Html] = []
    for verb, old_from, old_to, new_from, new_to in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        lost, gained = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        if verb == "equal":
            pieces.append(text(gained))
            continue
        if lost:
            pieces.append(el("del", lost))
        if gained:
            pieces.append(el("ins", gained))
    return joined(*pieces)
