"""What belongs to a letter, a memo or an e-mail and not to its message: head lines, greetings, quoted replies.

In: blocks in reading order. Out: which of them say something, and what the letter says it is about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, islice

from pipeline.domain import Block, BlockKind

# English, German, French, Spanish, Italian, Portuguese and Dutch: mail programs write these lines, not people.
_HEAD_LINE = re.compile(
    r"^(?:to|from|cc|bcc|date|sent|an|von|datum|gesendet|à|de|envoyé|para|fecha|enviado|a|da|data|inviato|aan|van)"
    r"\s*:\s*(?P<rest>\S.{0,120})$",
    re.IGNORECASE,
)
_SUBJECT_LINE = re.compile(
    r"^(?:subject|re|ref|betreff|betrifft|objet|asunto|oggetto|assunto|onderwerp)\s*:\s*(?P<rest>\S.{2,140})$",
    re.IGNORECASE,
)
_REPLY_HEAD = re.compile(
    r"^(?:On|Am|Le|El|Il|Em|Op) .{6,140}(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef)\b.{0,60}:$|"
    r"^-{2,}\s*(?:Original Message|Ursprüngliche Nachricht|Message d'origine|Mensaje original|Forwarded message)"
)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|day|evening)|hallo|liebe|lieber|sehr geehrte|bonjour|cher|chère|"
    r"hola|estimad[oa]s?|ciao|gentile|olá|beste)\b[^.!?]{0,50}[,!:]?$",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^(?:(?:best|kind|warm|many)?\s*(?:regards|wishes|thanks)|best|cheers|thanks(?: again| all| everyone)?|thank you|"
    r"yours(?: sincerely| faithfully| truly)?|sincerely|(?:viele|beste|mit freundlichen) grüße|cordialement|saludos|"
    r"cordiali saluti)\s*[,.!]?$",
    re.IGNORECASE,
)
# How many blocks the head of a letter may take, and how many head lines make one.
_HEAD_BLOCKS_MAX = 10
_HEAD_LINES_MIN = 2


def message_of(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without the head lines of a memo, greetings, closings and what a reply quotes."""
    heads = _head_lines(blocks)
    kept: list[Block] = []
    quotes = False
    for index, block in enumerate(blocks):
        text = " ".join(block.text.split())
        if block.kind is BlockKind.PARAGRAPH and _REPLY_HEAD.match(text):
            quotes = True
            continue
        if quotes and block.kind is BlockKind.QUOTE:
            continue
        if block.kind is not BlockKind.QUOTE:
            quotes = False
        if index in heads or (block.kind is BlockKind.PARAGRAPH and (_GREETING.match(text) or _CLOSING.match(text))):
            continue
        kept.append(block)
    return kept


def subject_lines(blocks: Sequence[Block]) -> dict[str | None, str]:
    """What memos and letters say in their heads that they are about, by the member of the archive that each is; one
    that is no member stands under None.
    """
    found: dict[str | None, str] = {}
    for index in sorted(_head_lines(blocks)):
        match = _SUBJECT_LINE.match(" ".join(blocks[index].text.split()))
        if match is not None:
            found.setdefault(blocks[index].anchor.inside, match["rest"])
    return found


def addressees(blocks: Sequence[Block]) -> str | None:
    """Whom a memo is addressed to, as its head has it ("All branch managers"); None where it names an address or
    nobody.
    """
    for index in sorted(_head_lines(blocks)):
        text = " ".join(blocks[index].text.split())
        match = _HEAD_LINE.match(text)
        is_to = re.match(r"(?:to|an|à|para|a|aan)\b", text, re.IGNORECASE) is not None and "@" not in text
        # One letter of an archive is not the whole of it.
        if match is not None and is_to and blocks[index].anchor.inside is None:
            return match["rest"]
    return None


def _head_lines(blocks: Sequence[Block]) -> frozenset[int]:
    """Places of the head lines: two or more of them stand near the top of a text or of a member of an archive."""
    found: list[int] = []
    for _, member in groupby(enumerate(blocks), key=lambda pair: pair[1].anchor.inside):
        top = [
            index
            for index, block in islice(member, _HEAD_BLOCKS_MAX)
            if block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING) and _is_head_line(" ".join(block.text.split()))
        ]
        found += top if len(top) >= _HEAD_LINES_MIN else []
    return frozenset(found)


def _is_head_line(text: str) -> bool:
    return bool(_HEAD_LINE.match(text) or _SUBJECT_LINE.match(text))
