"""Job aids: a page to work with, where there are steps to follow or values to look up.

In: the material of a lesson. Out: a checklist, a table of limits or the source's own table; None where there is
nothing of the kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.engines.embedded.facts import Limit, Procedure, Span
from pipeline.engines.embedded.hazards import is_warning
from pipeline.engines.embedded.material import Material, is_sound, label_of, quotes_of, whole_block
from pipeline.engines.embedded.passages import table_markdown
from pipeline.engines.embedded.step_lines import headline, spoken_step
from pipeline.engines.embedded.wording import Wording, cap, escape, sentence, tidy, words_of
from pipeline.engines.tasks import JobAidDraft

_STEPS_MIN = 3
# What the rubrics take for a page.
_PAGE_WORDS = 350
_LIMITS_MIN = 2
_SUBJECT_WORDS_MAX = 25
_RULE_WORDS_MAX = 40


@dataclass(frozen=True)
class _Piece:
    """Something on the page, and what it quotes."""

    markdown: str
    spans: tuple[Span, ...]

    @property
    def words(self) -> int:
        """How much of the page it takes."""
        return len(words_of(self.markdown))


def job_aid(material: Material, title: str) -> JobAidDraft | None:
    """The job aid of a lesson, a page at most where no checklist alone takes more. A long checklist says each step in a
    line, and what does not fit beside it is left to the lesson.
    """
    procedures = [one for one in material.procedures if len(one.steps) >= _STEPS_MIN]
    lists = _checklists(procedures, material)
    if sum(one.words for one in lists) > _PAGE_WORDS:
        lists = _checklists(procedures, material, in_short=True)
    pieces = list(lists)
    for piece in _looked_up(material):
        if not pieces or sum(one.words for one in pieces) + piece.words <= _PAGE_WORDS:
            pieces.append(piece)
    if not pieces:
        return None
    return JobAidDraft(
        title=material.wording.say("job_aid.checklist" if procedures else "job_aid.values", title=title),
        markdown="\n\n".join(one.markdown for one in pieces),
        quotes=quotes_of(span for one in pieces for span in one.spans),
    )


def _checklists(procedures: Sequence[Procedure], material: Material, *, in_short: bool = False) -> list[_Piece]:
    wording = material.wording.in_markdown()
    pieces = []
    for procedure in procedures:
        lines = [f"### {escape(cap(label_of(procedure)))}\n"] if len(procedures) > 1 else []
        spans: list[Span] = []
        for step in procedure.steps:
            line = spoken_step(step, wording)
            said = sentence(line) if in_short else step.action.replace(headline(step), line, 1)
            lines.append(f"- [ ] {escape(said)}")
            spans.append(step.span)
            for detail in () if in_short else step.details:
                if detail.text.strip():
                    lines.append(f"  - {escape(sentence(detail.text))}")
                    spans.append(detail)
        more = list(_cautions(procedure, material, wording))
        if more:
            lines += ["", f"{wording.say('job_aid.mind')}\n", *(line for line, _ in more)]
            spans += [span for _, span in more]
        pieces.append(_Piece("\n".join(lines), tuple(spans)))
    return pieces


def _cautions(procedure: Procedure, material: Material, wording: Wording) -> Iterator[tuple[str, Span]]:
    """Warnings, bans and conditions that stand around the steps, up to the next procedure of the section: whoever works
    by the list alone must not miss them.
    """
    section = next((one for one in material.sections if procedure in one.procedures), None)
    if section is None:
        return
    order = {block.id: place for place, block in enumerate(section.blocks)}
    begins = [min(order.get(step.span.block.id, 0) for step in one.steps) for one in section.procedures]
    own = min(order.get(step.span.block.id, 0) for step in procedure.steps)
    begin = 0 if own == min(begins) else own
    end = min((start for start in begins if start > own), default=len(order))
    done = {span.block.id for step in procedure.steps for span in (step.span, *step.details)}
    for block in section.blocks[begin:end]:
        if block.id not in done and is_warning(whole_block(block)):
            done.add(block.id)
            yield f"> {escape(tidy(block.text))}\n", whole_block(block)
    told = [hazard.span for hazard in section.hazards if hazard.consequence]
    told += [
        rule.span
        for rule in section.rules
        if (rule.condition is not None or rule.modality in ("must_not", "only")) and is_sound(rule, wording)
    ]
    for span in dict.fromkeys(sorted(told, key=lambda one: (order.get(one.block.id, -1), one.start))):
        text = sentence(span.text)
        around = begin <= order.get(span.block.id, -1) < end and span.block.id not in done
        if around and not wording.dangles(text) and len(words_of(text)) <= _RULE_WORDS_MAX:
            yield f"- {escape(text)}", span


def _looked_up(material: Material) -> Iterator[_Piece]:
    """The source's tables, then the limits that stand in its sentences."""
    wording = material.wording.in_markdown()
    for table in (table for section in material.sections for table in section.tables):
        yield _Piece(table_markdown(table), (whole_block(table.block),))
    limits = readable_limits(material)
    if len(limits) >= _LIMITS_MIN:
        head = f"| {wording.say('job_aid.what')} | {wording.say('job_aid.value')} |\n| --- | --- |"
        rows = [f"| {escape(asked(limit))} | {escape(limit.value)} |" for limit in limits]
        yield _Piece("\n".join([head, *rows]), tuple(limit.span for limit in limits))


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
