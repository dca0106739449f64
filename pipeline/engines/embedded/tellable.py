"""Sentences of the source that say what holds and can be shown alone: to recall, to sum up, to tell right from wrong.

In: a section. Out: their spans, in order.
"""

from __future__ import annotations

from pipeline.engines.embedded.facts import Section, Span
from pipeline.engines.embedded.hazards import is_warning
from pipeline.engines.embedded.material import is_told_of_past, whole_block
from pipeline.engines.embedded.sections import is_spoken
from pipeline.engines.embedded.statements import is_statement
from pipeline.engines.embedded.unfinished import is_open
from pipeline.engines.embedded.wording import Wording, clean_sentence, tidy, words_of

_WORDS_MIN, _WORDS_MAX = 6, 26


def tellable(section: Section, wording: Wording) -> tuple[Span, ...]:
    """Sentences of a section that say what holds and can be shown alone, in order, each once."""
    facts = [
        *section.statements,
        *(one.span for one in section.definitions),
        *(one.span for one in section.limits),
        *(one.span for one in section.duties),
        *(rule.span for rule in section.rules),
        *(one.span for one in section.hazards),
    ]
    known: dict[tuple[str, int], Span] = {}
    for span in facts:
        if _is_tellable(span, wording):
            known.setdefault((span.block.id, span.start), span)
    order = {block.id: place for place, block in enumerate(section.blocks)}
    return tuple(sorted(known.values(), key=lambda span: (order.get(span.block.id, 0), span.start)))


def _is_tellable(span: Span, wording: Wording) -> bool:
    text = tidy(span.text)
    return (
        _WORDS_MIN <= len(words_of(text)) <= _WORDS_MAX
        and clean_sentence(text)
        and is_statement(span)
        and text.endswith(".")
        and not is_open(text)
        and not is_spoken(span.block)
        and not wording.dangles(text)
        and not wording.linked(text)
        and not wording.is_talk(text)
        and not is_told_of_past(text)
        and not is_warning(whole_block(span.block))
    )
