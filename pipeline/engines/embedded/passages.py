"""The source's own sentences, set out for reading: paragraphs, lists and tables, in the source's order.

In: the sections of a lesson. Out: passages, each one idea, in Markdown, with the spans they quote. Nothing is
reworded here; what is left out is what no learner could read on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Cells, Procedure, Section, Span
from pipeline.engines.embedded.hazards import is_warning
from pipeline.engines.embedded.material import whole_block
from pipeline.engines.embedded.sections import is_spoken
from pipeline.engines.embedded.sentences import sentences
from pipeline.engines.embedded.spoken import is_small_talk
from pipeline.engines.embedded.unfinished import is_unfinished
from pipeline.engines.embedded.wording import Wording, ends_sentence, escape, sentence, tidy, words_of

_PART_WORDS_MAX = 150
_CELL_BREAK = "<br>"
_TITLE_WORDS_MAX = 14


@dataclass(frozen=True)
class Passage:
    """Markdown that stays together, and what it quotes."""

    markdown: str
    spans: tuple[Span, ...]
    is_list: bool = False

    @property
    def words(self) -> int:
        """Its length in words."""
        return len(words_of(self.markdown))


def passages(
    section: Section,
    wording: Wording,
    *,
    without: frozenset[str],
    told: frozenset[tuple[str, str]] = frozenset(),
    opens: bool = True,
) -> tuple[Passage, ...]:
    """The section's readable text, in order, without the blocks whose ids are in `without` and without the sentences
    (block id and words) that the learner has been `told` already; `opens` where nothing of the section stands before.
    """
    spans = {
        block: tuple(span for span in found if (block, span.text) not in told)
        for block, found in _spans_by_block(section).items()
    }
    tables = {table.block.id: table for table in section.tables}
    found: list[Passage] = []
    rows: list[tuple[Block, str]] = []
    lead: Block | None = None

    def flush() -> None:
        nonlocal lead
        if rows or lead is not None:
            made = _list_passage(lead if rows else None, rows)
            if made is not None:
                found.append(made)
        rows.clear()
        lead = None

    for block in section.blocks:
        if block.id in without or _is_title_line(block, section):
            flush()
            continue
        if block.kind is BlockKind.LIST_ITEM:
            if _is_readable_item(block, has_lead=lead is not None or bool(rows), has_facts=block.id in spans):
                rows.append((block, tidy(block.text)))
            continue
        lead_before = lead if not rows else None
        flush()
        if block.id in tables:
            found.append(Passage(table_markdown(tables[block.id]), (whole_block(block),)))
        elif is_warning(whole_block(block)) and not is_unfinished(block.text):
            # Whole: the sentence after the warning word often says what happens.
            found.append(Passage("> " + escape(tidy(block.text)), (whole_block(block),)))
        elif block.kind is BlockKind.QUOTE and (found or lead_before or not opens) and not is_unfinished(block.text):
            said = Passage("> " + escape(block.text), (whole_block(block),))
            if lead_before is not None:
                opening = _last_sentence(lead_before)
                said = Passage(f"{escape(opening.text)}\n\n{said.markdown}", (opening, *said.spans))
            found.append(said)
        elif block.kind is BlockKind.CODE and found:
            found.append(Passage(f"```\n{block.text}\n```", (whole_block(block),)))
        elif block.kind in (BlockKind.PARAGRAPH, BlockKind.QUOTE):
            paragraph = _paragraph(block, spans.get(block.id, ()), wording, first=not found)
            if paragraph is not None:
                found.append(paragraph)
            if tidy(block.text).endswith(":") and not is_unfinished(block.text):
                lead = block
    flush()
    return tuple(found)


def parts_of(pieces: Sequence[Passage]) -> Iterator[Passage]:
    """The passages gathered into parts of at most about 150 words, so that a lesson has few parts of one kind in a row;
    each section in them stands under its own heading, and a table or a list is never cut.
    """
    held: list[Passage] = []
    for piece in pieces:
        if held and sum(one.words for one in held) + piece.words > _PART_WORDS_MAX:
            yield joined(held)
            held = []
        held.append(piece)
    if held:
        yield joined(held)


def joined(pieces: Iterable[Passage]) -> Passage:
    """Passages as one."""
    listed = list(pieces)
    return Passage(
        "\n\n".join(piece.markdown for piece in listed), tuple(span for piece in listed for span in piece.spans)
    )


def steps_markdown(procedure: Procedure, *, box: bool = False) -> str:
    """The steps in the source's words and order: numbered, or with boxes to tick; details under their step."""
    lines = []
    for number, step in enumerate(procedure.steps, 1):
        mark = "- [ ]" if box else f"{number}." if procedure.is_ordered else "-"
        indent = " " * (len(mark) + 1) if not box else "  "
        lines.append(f"{mark} {escape(step.action)}")
        lines.extend(f"{indent}- {escape(sentence(detail.text))}" for detail in step.details if detail.text.strip())
    return "\n".join(lines)


def steps_spans(procedure: Procedure) -> tuple[Span, ...]:
    """What the steps and their details quote."""
    return tuple(span for step in procedure.steps for span in (step.span, *step.details))


def table_markdown(table: Cells) -> str:
    """The whole table in Markdown."""
    lines = [_row(table.header), "|" + " --- |" * len(table.header)]
    lines.extend(_row(row) for row in table.rows)
    return "\n".join(lines)


def row_span(table: Cells, row: int) -> Span:
    """The row's line in the block's text, else its first cell, else the whole table."""
    text = table.block.text
    for needle in (" | ".join(table.rows[row]), table.rows[row][0]):
        at = text.find(needle)
        if needle.strip() and at >= 0:
            return Span(table.block, at, at + len(needle))
    return Span(table.block, 0, len(text))


def _row(cells: Sequence[str]) -> str:
    return (
        "| "
        + " | ".join(_CELL_BREAK.join(escape(line) for line in cell.splitlines() if line.strip()) for cell in cells)
        + " |"
    )


def _spans_by_block(section: Section) -> dict[str, tuple[Span, ...]]:
    """Every sentence that was read from the section, by block, in order, each once."""
    read = [
        *section.statements,
        *(fact.span for fact in section.rules),
        *(fact.span for fact in section.limits),
        *(fact.span for fact in section.definitions),
        *(fact.span for fact in section.hazards),
        *(fact.span for fact in section.duties),
        *([section.purpose] if section.purpose else []),
    ]
    blocks = {span.block.id: span.block for span in read}
    told = {(fact.span.block.id, fact.span.start) for fact in section.examples}
    # A block that something was read from is shown whole, so that no "then" or "otherwise" is lost with its sentence.
    every = [
        *read,
        *(span for block in blocks.values() for span in sentences(block) if (block.id, span.start) not in told),
    ]
    by_block: dict[str, list[Span]] = {}
    for span in sorted(every, key=lambda one: (one.start, -one.end)):
        held = by_block.setdefault(span.block.id, [])
        if span.text.strip() and not any(other.start <= span.start and span.end <= other.end for other in held):
            held.append(span)
    return {block: tuple(spans) for block, spans in by_block.items()}


def _is_title_line(block: Block, section: Section) -> bool:
    """Whether the paragraph is the document's title, above all its headings: nothing that is told there."""
    opens = not section.path and section.heading is None and len(section.blocks) > 1 and block is section.blocks[0]
    is_line = block.kind is BlockKind.PARAGRAPH and not ends_sentence(block.text) and not block.text.endswith(":")
    return opens and is_line and len(words_of(block.text)) <= _TITLE_WORDS_MAX


def _paragraph(block: Block, spans: tuple[Span, ...], wording: Wording, *, first: bool) -> Passage | None:
    """The paragraph's sentences; one that carries on from a sentence that is left out is left out too."""
    kept: list[Span] = []
    for span in spans:
        text = tidy(span.text)
        if is_unfinished(text) or text.endswith(":") or wording.is_talk(text):
            continue
        if is_spoken(block) and is_small_talk(text):
            continue
        # "It covers paper as well as files." means nothing where the sentence before is told elsewhere.
        is_cut_off = not kept and (bool(block.text[: span.start].strip()) or (first and wording.linked(text)))
        if is_cut_off and wording.points_back(text):
            continue
        kept.append(span)
    if not kept:
        return None
    return Passage(" ".join(escape(sentence(span.text)) for span in kept), tuple(kept))


def _list_passage(lead: Block | None, rows: Sequence[tuple[Block, str]]) -> Passage | None:
    if not rows:
        return None
    base = min(block.level or 1 for block, _ in rows)
    lines = [f"{'  ' * ((block.level or 1) - base)}- {escape(text)}" for block, text in rows]
    spans = [whole_block(block) for block, _ in rows]
    if lead is None:
        return Passage("\n".join(lines), tuple(spans), is_list=True)
    last = _last_sentence(lead)
    return Passage(f"{escape(last.text)}\n\n" + "\n".join(lines), (last, *spans), is_list=True)


def _last_sentence(block: Block) -> Span:
    """The sentence that ends a block with a colon."""
    text = block.text.rstrip()
    start = max(text.rfind(mark, 0, -1) for mark in (". ", "! ", "? ", "\n"))
    begin = start + 1 if start >= 0 else 0
    while begin < len(text) and text[begin].isspace():
        begin += 1
    return Span(block, begin, len(text))


def _is_readable_item(block: Block, *, has_lead: bool, has_facts: bool) -> bool:
    text = tidy(block.text)
    if is_unfinished(text) or not words_of(text):
        return False
    return has_facts or len(words_of(text)) >= (2 if has_lead else 3)
