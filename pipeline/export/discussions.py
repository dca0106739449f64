"""A discussion in two: what participants are asked, and what a facilitator listens for in their answers.

In: the Markdown of a discussion. Out: its prompts without the answers, and the answers by prompt. Every format takes
both from here, so that no learner reads the answer below the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from pipeline.domain import Resource, ResourceKind
from pipeline.export.base import Loss, Package
from pipeline.export.markdown_html import parse, render
from pipeline.export.questions import html_of
from pipeline.export.xml_text import xml_safe
from pipeline.library.strings import Strings, strings_for

# What drafts begin an answer with; other languages add their own word for it.
_MARKER = "listen for"
_COLONS = (":", "：")
_ASKS = ("?", "؟", "？")


@dataclass(frozen=True)
class Expected:
    """What a facilitator listens for after one prompt."""

    number: int
    """Of the prompt, from 1."""
    tokens: tuple[Token, ...]
    """Blocks without the words that announce them."""


@dataclass(frozen=True)
class Discussion:
    """A discussion's prompts and what they are to bring out."""

    prompts: tuple[Token, ...]
    """The blocks that participants read, in order."""
    expected: tuple[Expected, ...]
    """In the order of the prompts; empty where the discussion says nothing of answers."""
    unfolding: tuple[Token, ...]
    """The prompts, each with its answer folded away below it."""

    @property
    def questions(self) -> tuple[tuple[Token, ...], ...]:
        """The blocks of each prompt, what stands before the first with it; all of them where none is numbered."""
        found: list[list[Token]] = [[]]
        for token in self.prompts:
            if token.type == "list_item_open" and token.level == 1 and token.info:
                if any(one.type == "list_item_close" and one.level == 1 for one in found[-1]):
                    found.append([])
                continue
            if token.type in ("ordered_list_open", "ordered_list_close") and token.level == 0:
                continue
            found[-1].append(token)
        # The end of an entry was only needed to part them.
        return tuple(
            tuple(one for one in blocks if one.type != "list_item_close" or one.level != 1) for blocks in found
        )


def discussion_of(resource: Resource, say: Strings) -> Discussion | None:
    """The two parts of a discussion; None for other kinds of resources."""
    if resource.kind is not ResourceKind.DISCUSSION:
        return None
    markers = tuple(dict.fromkeys((_MARKER, say["doc_listen_for"].rstrip("".join(_COLONS)).casefold())))
    return _Parter(markers, say["doc_others_listen_for"]).part(parse(xml_safe(resource.markdown)))


def answers_left_out(package: Package) -> tuple[Loss, ...]:
    """That a format which shows everything to everybody holds the prompts alone."""
    say = strings_for(package.module.language)
    talks = [talk for one in package.module.resources if (talk := discussion_of(one, say))]
    count = sum(len(talk.expected) for talk in talks)
    said = "what to listen for in a discussion is for its facilitator, in docx and pptx, and not in it"
    return (Loss(None, f"{said}: {count}"),) if count else ()


class _Parter:
    """Walks blocks and takes the answers out."""

    def __init__(self, markers: tuple[str, ...], summary: str) -> None:
        self._markers, self._summary = markers, summary

    def part(self, tokens: Sequence[Token]) -> Discussion:
        """The discussion with each block on its side."""
        prompts: list[Token] = []
        unfolding: list[Token] = []
        expected: list[Expected] = []
        tokens = list(self._with_paragraphs_parted(tokens))
        number, at = 0, 0
        while at < len(tokens):
            token = tokens[at]
            if token.type == "list_item_open" and token.level == 1 and token.info:
                number += 1
            end = self._end_of_answer(tokens, at)
            if end is None:
                prompts.append(token)
                unfolding.append(token)
                at += 1
                continue
            answer = _without_label(tokens[at:end])
            place = max(number, 1) if number else len(expected) + 1
            expected.append(Expected(place, tuple(answer)))
            unfolding.append(_folded(answer, self._summary, token.level))
            at = end
        return Discussion(tuple(_without_empty_lists(prompts)), tuple(expected), tuple(unfolding))

    def _with_paragraphs_parted(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """The blocks, a paragraph parted where one of its lines begins an answer."""
        at = 0
        while at < len(tokens):
            token = tokens[at]
            inline = tokens[at + 1] if token.type == "paragraph_open" else None
            cut = self._line_that_answers(inline.children or []) if inline is not None else None
            if inline is None or cut is None:
                yield token
                at += 1
                continue
            children = inline.children or []
            for piece in (children[: cut - 1], children[cut:]):
                content = "".join(child.content or " " for child in piece)
                # Its paragraphs are shown as such, also where a list is written close.
                yield token.copy(hidden=False)
                yield inline.copy(children=list(piece), content=content)
                yield tokens[at + 2].copy(hidden=False)
            at += 3

    def _line_that_answers(self, children: Sequence[Token]) -> int | None:
        """Where among the children a line of its own begins that is an answer."""
        for at in range(1, len(children)):
            if children[at - 1].type in ("softbreak", "hardbreak") and self._announces(children[at:]):
                return at
        return None

    def _end_of_answer(self, tokens: Sequence[Token], at: int) -> int | None:
        """Behind the answer that begins at that token; None where none begins there."""
        token = tokens[at]
        if token.type == "list_item_open" and tokens[at + 1].type == "paragraph_open":
            # An entry of its own below a prompt.
            if self._announces(tokens[at + 2].children or [], is_known_only=token.level < 3) and not token.info:
                return _close_of(tokens, at) + 1
            return None
        if token.type != "paragraph_open":
            return None
        is_first = at == 0 or tokens[at - 1].type == "list_item_open"
        if not self._announces(tokens[at + 1].children or [], is_known_only=is_first):
            return None
        end = at + 3
        if token.level:
            # The rest of the entry belongs to it.
            while tokens[end].level >= token.level:
                end += 1
        else:
            # A list right below it, but not the numbered one that the next prompt may be.
            while end < len(tokens) and tokens[end].type in ("bullet_list_open", "blockquote_open"):
                end = _close_of(tokens, end) + 1
        return end

    def _announces(self, children: Sequence[Token], *, is_known_only: bool = False) -> bool:
        """Whether the line begins as an answer does: with our words, or with a label in italics that asks nothing."""
        label, rest, is_italic = _label_of(children)
        if label is None:
            return False
        if label.strip(" :：").casefold().startswith(self._markers):
            return True
        return not is_known_only and is_italic and not rest.rstrip().endswith(_ASKS)


def _label_of(children: Sequence[Token]) -> tuple[str | None, str, bool]:
    """The words up to the colon that a line begins with, what follows, and whether they are in italics."""
    shown = [child for child in children if child.type != "text" or child.content]
    if not shown:
        return None, "", False
    words = "".join(child.content for child in shown)
    label, colon, rest = _at_colon(words)
    if not colon:
        return None, words, False
    is_italic = shown[0].type == "em_open"
    if is_italic:
        close = next((at for at, child in enumerate(shown) if child.type == "em_close"), len(shown))
        emphasised = "".join(child.content for child in shown[:close])
        # The colon stands within the italics or right behind them.
        is_italic = label.strip() in (emphasised.strip(), emphasised.strip().rstrip("".join(_COLONS)).strip())
    return label, rest, is_italic


def _at_colon(words: str) -> tuple[str, str, str]:
    found = re.match(r"([^:：]*)([:：])(.*)", words, re.DOTALL)
    return (found[1], found[2], found[3]) if found else (words, "", "")


def _without_label(tokens: Sequence[Token]) -> list[Token]:
    """The answer's blocks without the words before the first colon, and not as an entry of a list."""
    blocks = list(tokens[1:-1] if tokens[0].type == "list_item_open" else tokens)
    inline = blocks[1]
    left: list[Token] = []
    is_behind = False
    for child in inline.children or []:
        if is_behind:
            left.append(child)
        elif any(colon in child.content for colon in _COLONS):
            is_behind = True
            rest = _at_colon(child.content)[2].lstrip()
            if rest:
                left.append(child.copy(content=rest))
    depth, kept = 0, []
    for child in left:
        depth += child.nesting
        if depth < 0:
            depth = 0  # the end of the label's own emphasis
        else:
            kept.append(child)
    if kept and kept[0].type == "text":
        kept[0] = kept[0].copy(content=kept[0].content.lstrip())
    content = "".join(child.content for child in kept)
    lead = [blocks[0].copy(hidden=False), inline.copy(children=kept, content=content), blocks[2].copy(hidden=False)]
    down = blocks[0].level
    lifted = [*(lead if content.strip() else []), *blocks[3:]]
    return [token.copy(level=token.level - down) for token in lifted]


def _folded(answer: Sequence[Token], summary: str, level: int) -> Token:
    """The answer as a block that unfolds."""
    markup = f"<details><summary>{html_of(summary)}</summary>{render(answer)}</details>\n"
    return Token(type="html_block", tag="", nesting=0, content=markup, level=level, block=True)


def _close_of(tokens: Sequence[Token], at: int) -> int:
    """Where the block that opens at that token closes."""
    return next(
        place for place in range(at + 1, len(tokens))
        if tokens[place].nesting == -1 and tokens[place].level == tokens[at].level
    )


def _without_empty_lists(tokens: Sequence[Token]) -> list[Token]:
    """The blocks without lists whose entries were all answers."""
    kept: list[Token] = []
    for token in tokens:
        if token.type == "bullet_list_close" and kept and kept[-1].type == "bullet_list_open":
            kept.pop()
        else:
            kept.append(token)
    return kept
