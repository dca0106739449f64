"""What tells the parts of one lesson apart: where a section fills more than one, the later ones say what is new there.

In: the explanation parts of a lesson, each with its Markdown and what it quotes, and the lesson's title. Out: the same
with a heading over each that would otherwise stand nameless behind another; always words of the source, and no heading
rather than a poor one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.wording import Wording, escape
from pipeline.engines.tasks import PartDraft
from pipeline.prose.sub_topics import sub_topic

_HEADING = re.compile(r"^#{2,6} (?P<title>.+)$", re.MULTILINE)


def told_apart(parts: Sequence[PartDraft], names: Sequence[str], wording: Wording) -> list[PartDraft]:
    """The parts in order, each explanation behind the first with a heading where its own text has one to give; what
    the lesson and its subject are called (`names`) tells no part from another.
    """
    out: list[PartDraft] = []
    spent = list(names)
    before: list[str] = []
    for part in parts:
        said = [" ".join(quote.text.split()) for quote in part.quotes]
        name = ""
        if part.kind == "explanation" and before and not part.markdown.startswith("#"):
            name = topic_of(said, spent, wording, before=before)
        told = f"### {escape(name)}\n\n{part.markdown}" if name else part.markdown
        spent += _HEADING.findall(told)
        if part.kind == "explanation":
            before += said
        out.append(part.model_copy(update={"markdown": told}))
    return out


def topic_of(
    texts: Sequence[str], spent: Sequence[str], wording: Wording, *, before: Sequence[str] = (), least: int = 2
) -> str:
    """What the texts turn to that nothing in `spent` names and, where there is such a thing, the texts `before` do not
    talk of, `least` times; "" where nothing is.
    """
    return sub_topic(
        texts, spent, language=wording.book.language, before=before, least=least, is_no_opening=verbs.is_base
    )
