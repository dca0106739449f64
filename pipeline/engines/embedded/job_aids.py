"""Job aids: a page to work with, where there are steps to follow or values to look up.

In: the material of a lesson. Out: a checklist, a table of limits or the source's own table; None where there is
nothing of the kind.
"""

from __future__ import annotations

from pipeline.engines.embedded.facts import Limit, Span
from pipeline.engines.embedded.material import Material, label_of, quotes_of, whole_block
from pipeline.engines.embedded.passages import steps_markdown, steps_spans, table_markdown
from pipeline.engines.embedded.wording import cap, escape, tidy, words_of
from pipeline.engines.tasks import JobAidDraft

_STEPS_MIN = 3
_LIMITS_MIN = 2
_SUBJECT_WORDS_MAX = 25


def job_aid(material: Material, title: str) -> JobAidDraft | None:
    """The job aid of a lesson."""
    wording = material.wording.in_markdown()
    procedures = [one for one in material.procedures if len(one.steps) >= _STEPS_MIN]
    pieces: list[str] = []
    spans: list[Span] = []
    for procedure in procedures:
        if len(procedures) > 1:
            pieces.append(f"### {escape(cap(label_of(procedure)))}")
        pieces.append(steps_markdown(procedure, box=True))
        spans.extend(steps_spans(procedure))
    for table in (table for section in material.sections for table in section.tables):
        pieces.append(table_markdown(table))
        spans.append(whole_block(table.block))
    limits = readable_limits(material)
    if len(limits) >= _LIMITS_MIN:
        head = f"| {wording.say('job_aid.what')} | {wording.say('job_aid.value')} |\n| --- | --- |"
        rows = [f"| {escape(asked(limit))} | {escape(limit.value)} |" for limit in limits]
        pieces.append("\n".join([head, *rows]))
        spans.extend(limit.span for limit in limits)
    if not pieces:
        return None
    kind = "checklist" if procedures else "values"
    return JobAidDraft(
        title=material.wording.say(f"job_aid.{kind}", title=title),
        markdown="\n\n".join(pieces),
        quotes=quotes_of(spans),
    )


def asked(limit: Limit) -> str:
    """The question that the value answers; "" where none can be formed, or none short enough to look up."""
    text = limit.question or ""
    return tidy(text) if 1 < len(words_of(text)) <= _SUBJECT_WORDS_MAX else ""


def readable_limits(material: Material) -> list[Limit]:
    """Limits whose subject can stand in a table, each value of a subject once; not those of the source's tables."""
    seen: set[tuple[str, str]] = set()
    found = []
    for limit in material.limits:
        key = (limit.subject.lower(), limit.value.lower())
        if key in seen or limit.span.block.rows:
            continue
        if not asked(limit) or material.wording.points_back(asked(limit)):
            continue
        seen.add(key)
        found.append(limit)
    return found
