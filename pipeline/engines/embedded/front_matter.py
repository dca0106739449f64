"""What stands at the head of a document and says nothing of its subject: the title told as a paragraph, a subtitle,
lines of document control such as "Document MP-118, revision 4".

In: the blocks of a document, in order. Out: the places of those that head it. Headings are not among them: they title
sections.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.sentences import one_line

_TITLE_WORDS_MAX = 14
_TITLE_LINES_MAX = 3
_CONTROL_WORDS_MAX = 30
_VALUE_WORDS_MAX = 5
_END_MARK = re.compile(r"[.!?:;,…][\"'”’)\]]*$")
# Not behind "no." or an initial.
_INNER_END = re.compile(r"[^\W\d_]{3}[.!?] +[A-Z“\"]")
_PARTS = re.compile(r"\s*[|·•\t\n;]\s*|,\s+|\s+[–—-]\s+")
_LABEL = (
    r"(?:document|doc\.?|procedure|policy|instruction|form|version|revision|rev\.?|issue|edition|status|owner|author|"
    r"(?:approved|prepared|reviewed|released|issued|published|written)(?: (?:by|on))?|valid(?: (?:from|until))?|"
    r"effective(?: (?:date|from))?|in force (?:from|since)|date|ref(?:erence|\.)?|page|classification|department|"
    r"last (?:updated|changed|reviewed)|next review|review date|supersedes|replaces)"
)
# "Owner: Finance", "Valid from 1 January 2026", "revision 4", "Document no. MP-118".
_LABELLED = re.compile(
    rf"^{_LABEL}(?: (?:no\.?|number|id))?(?:\s*[:#]\s*\S.*|\s+(?=\S*\d)\S+(?: \w+ \d{{2,4}})?)$", re.IGNORECASE
)
_DATE_OR_NUMBER = re.compile(r"^\(?[^\s]*\d[^\s]*(?: \w+\.?)?(?: \d{2,4})?\)?$|^\w+ \d{1,2},? \d{4}$|^\w+ \d{4}$")


def front_matter(blocks: Sequence[Block]) -> frozenset[int]:
    """Places of the paragraphs that only title the document or control it, up to its first text; of each file where
    the blocks are those of an archive. A title is one only above the first heading.
    """
    found: set[int] = set()
    is_open, is_titled, member = True, False, blocks[0].anchor.inside if blocks else None
    for place, block in enumerate(blocks):
        if block.anchor.inside != member:
            is_open, is_titled, member = True, False, block.anchor.inside
        if not is_open:
            continue
        if block.kind is BlockKind.HEADING:
            is_titled = True
        elif is_control(block) or (not is_titled and _is_title(blocks, place)):
            found.add(place)
        else:
            is_open = False
    return frozenset(found)


def is_control(block: Block) -> bool:
    """Whether the line only says which document this is, in which state and from when: no sentence, one label or more,
    and nothing besides but dates, numbers and a name.
    """
    text = block.text.strip()
    if block.kind is not BlockKind.PARAGRAPH or block.anchor.start is not None or block.anchor.speaker is not None:
        return False
    if len(text.split()) > _CONTROL_WORDS_MAX or _INNER_END.search(text):
        return False
    parts = [part.rstrip(".") for part in _PARTS.split(text) if part.strip(" .")]
    labelled = [part for part in parts if _LABELLED.match(part)]
    rest = [part for part in parts if part not in labelled]
    return bool(labelled) and all(
        _DATE_OR_NUMBER.match(part) or (len(labelled) > 1 and len(part.split()) <= _VALUE_WORDS_MAX) for part in rest
    )


def _is_title(blocks: Sequence[Block], place: int) -> bool:
    """Whether the block reads like a title and stands over something that doesn't: a heading, a text, a list."""
    if not _is_title_line(blocks[place]):
        return False
    for block in blocks[place + 1 : place + 1 + _TITLE_LINES_MAX]:
        if not _is_title_line(block) and not is_control(block):
            return block.kind is not BlockKind.PARAGRAPH or len(block.text.split()) > _TITLE_WORDS_MAX // 2
    return False


def _is_title_line(block: Block) -> bool:
    text = one_line(block.text)
    return (
        block.kind is BlockKind.PARAGRAPH
        and block.anchor.start is None
        and block.anchor.speaker is None
        and 0 < len(text.split()) <= _TITLE_WORDS_MAX
        and "\n" not in block.text.strip()
        and text[:1].isalnum()
        and not text[:1].islower()
        and not _END_MARK.search(text)
        and not _INNER_END.search(text)
    )
