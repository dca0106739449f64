"""A document's sections: the blocks under one heading, or under the title a paragraph opens with.

In: blocks. Out: drafts of sections in order. Blocks that aren't teachable, that title or control the document as a
whole, or that belong to a letter and not to its message, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.correspondence import message_of
from pipeline.engines.embedded.facts import Section
from pipeline.engines.embedded.front_matter import front_matter
from pipeline.engines.embedded.procedures import run_in_heading
from pipeline.engines.embedded.sentences import one_line

_TITLE_WORDS_MAX = 6
# Lines of plain text that head paragraphs: this long at most, over text of more words than that, and two or more.
_LINE_WORDS_MAX = 8
_TEXT_WORDS_MIN = 8
_LINES_MIN = 2
# Where a blank line was missing, a converter leaves a Markdown heading at the end of the text before it:
# "See the product page ## Playbook: Ransomware".
_HEADING_LEFT_OVER = re.compile(r"(?<=[^\s#])\s*(?P<marks>#{2,4}) (?P<title>[A-Z][^#.!?]{2,80})$")
# Questions that part a talk: fewer may be asked in passing.
_QUESTIONS_MIN = 3
_QUESTION_WORDS = (3, 18)
_ANNOUNCED = re.compile(
    r"\bquestion\b[^.?!\"“]{0,40}?\b(?:is|was)[:,]? [\"“](?P<question>[^\"“”?]{8,160})(?:\?|[\"”]\s*\?)", re.IGNORECASE
)
_ASKED_OF = re.compile(r"\bask(?:ed)?\b[^.?!]{0,30}?, (?P<question>[A-Z][^.?!,]{8,80})(?:, [^?]{0,120})?\?")
_BEGINS = re.compile(
    r"^(?:(?:first|second|third|next|finally|lastly|so|now|okay|ok|and|relatedly|next up|next question|another one|"
    r"question \w+)(?: up)?[,:.]? +)*(?P<question>[A-Za-z][^.?!\"“”]{6,140})\?",
    re.IGNORECASE,
)
# What is asked of those present, of how the meeting goes, or to be answered with a nod.
_IN_THE_ROOM = re.compile(
    r"\b(?:agenda|questions?|(?:hear|see) (?:me|us|my|the screen)|everybody|everyone|anybody|anyone|ready|say hi|"
    r"want to (?:say|add|start|go)|make sense|what do you (?:say|think)|right)\b|^(?:and|or) you\b|^[A-Z][a-z]+, ",
    re.IGNORECASE,
)


@dataclass
class SectionDraft:
    """A section while its blocks are gathered."""

    heading: Block | None
    path: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)

    @property
    def title(self) -> str | None:
        """The innermost heading."""
        return self.path[-1] if self.path else None


def sections_of(blocks: Sequence[Block]) -> list[SectionDraft]:
    """The sections in order; one without heading where text stands before the first."""
    teachable = message_of([block for block in blocks if block.is_teachable])
    lines = _title_lines(teachable)
    front = front_matter(teachable)
    asked = spoken_questions(teachable)
    headings: list[tuple[int, str]] = []
    drafts: list[SectionDraft] = [SectionDraft(None, ())]
    for index, block in enumerate(teachable):
        if block.kind is BlockKind.HEADING:
            level = block.level or 1
            while headings and headings[-1][0] >= level:
                headings.pop()
            headings.append((level, one_line(block.text)))
            drafts.append(SectionDraft(block, tuple(text for _, text in headings)))
            continue
        if index in lines:
            headings = headings[:1] if lines[index] > 1 else []
            headings.append((lines[index], one_line(block.text)))
            drafts.append(SectionDraft(block, tuple(text for _, text in headings)))
            continue
        if index in front:
            continue
        if index in asked:
            drafts.append(SectionDraft(None, (*(text for _, text in headings), asked[index])))
        if _is_title_item(teachable, index):
            title = one_line(block.text)
            drafts.append(SectionDraft(block, (*(text for _, text in headings), title)))
            continue
        drafts[-1].blocks.append(block)
        if left := _HEADING_LEFT_OVER.search(block.text):
            while headings and headings[-1][0] >= len(left["marks"]):
                headings.pop()
            headings.append((len(left["marks"]), one_line(left["title"])))
            drafts.append(SectionDraft(None, tuple(text for _, text in headings)))
    out: list[SectionDraft] = []
    for draft in drafts:
        if draft.heading is not None or draft.blocks:
            out += _split_by_run_in_headings(draft)
    return out


def spoken_questions(blocks: Sequence[Block]) -> dict[int, str]:
    """Places of the blocks in which a speaker turns to the next question, with the question; none where there are so
    few that they may have been asked in passing.
    """
    found = {
        index: asked
        for index, block in enumerate(blocks)
        if is_spoken(block) and (asked := _question_announced(one_line(block.text))) is not None
    }
    return found if len(found) >= _QUESTIONS_MIN else {}


def _question_announced(text: str) -> str | None:
    """The question that a speaker announces ("Our next question is …") or begins with; None where there is none, or
    one that speaks to somebody in the room.
    """
    match = _ANNOUNCED.search(text) or _ASKED_OF.search(text) or _BEGINS.match(text)
    if match is None:
        return None
    question = match["question"].strip(" \"“”,")
    if not _QUESTION_WORDS[0] <= len(question.split()) <= _QUESTION_WORDS[1] or _IN_THE_ROOM.search(question):
        return None
    return question[0].upper() + question[1:] + "?"


def _title_lines(blocks: Sequence[Block]) -> dict[int, int]:
    """Places of the lines that head a plain text's paragraphs, with their level: 1 for those above all text, 2 for the
    rest. None where the text has headings of its own, or where it is spoken.
    """
    if sum(block.kind is BlockKind.HEADING for block in blocks) > 1 or any(is_spoken(block) for block in blocks):
        return {}
    found = [index for index in range(len(blocks) - 1) if _is_line(blocks[index])]
    texts = [index for index, block in enumerate(blocks) if len(block.text.split()) > _TEXT_WORDS_MIN]
    if not texts:
        return {}
    above = [index for index in found if index < texts[0]]
    over = [index for index in found if index > texts[0] and index + 1 in texts]
    if len(over) < _LINES_MIN:
        return {}
    return {**dict.fromkeys(above, 1), **dict.fromkeys(over, 2)}


def is_spoken(block: Block) -> bool:
    """Whether the block is what somebody said, as a transcript has it."""
    return block.anchor.start is not None or block.anchor.speaker is not None


def answers_a_listener(section: Section) -> bool:
    """Whether the section is what was said to one question of a talk: it belongs to no other."""
    return section.heading is None and section.title.endswith("?") and all(is_spoken(one) for one in section.blocks)


def _is_line(block: Block) -> bool:
    text = one_line(block.text)
    return (
        block.kind is BlockKind.PARAGRAPH
        and 0 < len(text.split()) <= _LINE_WORDS_MAX
        and "\n" not in block.text.strip()
        and text[:1].isupper()
        and (text[-1:].isalnum() or text[-1:] in ")?")
    )


def _is_title_item(blocks: Sequence[Block], index: int) -> bool:
    """Whether a numbered line is the title of what follows, as plain text has it ("3. Requesting leave"): a few words
    without an end mark, no item beside it, a paragraph below.
    """
    block = blocks[index]
    words = block.text.split()
    alone = all(blocks[at].kind is not BlockKind.LIST_ITEM for at in (index - 1, index + 1) if 0 <= at < len(blocks))
    return (
        block.kind is BlockKind.LIST_ITEM
        and (block.marker or "").strip("().").isdigit()
        and 0 < len(words) <= _TITLE_WORDS_MAX
        and block.text.rstrip()[-1:].isalnum()
        and block.text[:1].isupper()
        and alone
        and index + 1 < len(blocks)
        and blocks[index + 1].kind is BlockKind.PARAGRAPH
    )


def _split_by_run_in_headings(draft: SectionDraft) -> list[SectionDraft]:
    """Two or more paragraphs with a title of their own are sections of their own."""
    titles = {
        index: title
        for index, block in enumerate(draft.blocks)
        if block.kind is BlockKind.PARAGRAPH and (title := run_in_heading(block)) is not None
    }
    if len(titles) < 2:
        return [draft]
    out = [SectionDraft(draft.heading, draft.path)]
    for index, block in enumerate(draft.blocks):
        if index in titles:
            out.append(SectionDraft(None, (*draft.path, one_line(titles[index].text).rstrip(" ."))))
        out[-1].blocks.append(block)
    return [piece for piece in out if piece.heading is not None or piece.blocks]
