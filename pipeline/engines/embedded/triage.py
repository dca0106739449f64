"""Which format fits each objective, and what the live sessions do.

In: the objectives with their blocks, and what was read of the whole document. Out: a `TriageReply` whose module verdict
follows from the objectives' and from the document as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.material import Material, quotes_of
from pipeline.engines.embedded.signals import Signals, minutes_in
from pipeline.engines.embedded.suitability import (
    CUES,
    Skill,
    Told,
    async_reasons,
    ids_of,
    parts_told,
    reason_for,
    skills_of,
    telling,
    told_of,
    verdict_on,
)
from pipeline.engines.embedded.wording import Wording, tidy
from pipeline.engines.tasks import ReasonDraft
from pipeline.engines.triage import FormatDraft, SessionDraft, TriageInputs, TriageReply


@dataclass(frozen=True)
class _Part:
    """What is judged by itself: an objective, or a section that none of the objectives covers."""

    title: str
    blocks: tuple[str, ...]
    number: int | None
    """Of the objective; None where it is a section."""


def triage(inputs: TriageInputs, material: Material) -> TriageReply:
    """The verdicts on the objectives and the module."""
    told = told_of(material)
    blocks = {block.id: block for block in inputs.document}
    parts = _parts(inputs, material, told)
    of_blocks = [part.blocks for part in parts]
    verdict, reasons = verdict_on(material, of_blocks)
    signals = parts_told(told, of_blocks)
    skills = skills_of(told, of_blocks)
    formats = []
    for part, of_part, skill in zip(parts, signals, skills, strict=True):
        if part.number is not None:
            own = material.narrowed([blocks[one] for one in part.blocks if one in blocks])
            formats.append(_format(part, own, of_part, skill, verdict=verdict, reasons=reasons))
    sessions = _sessions(parts, signals, skills, verdict=verdict, told=told, material=material)
    return TriageReply(verdict=verdict, reasons=reasons, objectives=tuple(formats), sessions=tuple(sessions))


def _parts(inputs: TriageInputs, material: Material, told: Told) -> list[_Part]:
    """The objectives with the headings of their sections, and what has to be practised live and is in none of them."""
    parts = []
    for number, topic in enumerate(inputs.topics, 1):
        sections = (material.whole.section_of_block.get(one) for one in topic.blocks)
        headings = {one.heading.id: None for one in sections if one is not None and one.heading is not None}
        blocks = tuple(dict.fromkeys((*headings, *topic.blocks)))
        parts.append(_Part(tidy(topic.lesson_title), blocks, number))
    covered = {one for part in parts for one in part.blocks}
    left = [section for section in material.whole.sections if covered.isdisjoint(ids_of(section))]
    skills = skills_of(told, [ids_of(section) for section in left])
    return parts + [
        _Part(tidy(section.title or section.path[-1]), ids_of(section), None)
        for section, skill in zip(left, skills, strict=True)
        if skill is not None and section.path
    ]


def _format(
    part: _Part,
    own: Material,
    of_part: Signals,
    skill: Skill | None,
    *,
    verdict: str,
    reasons: Sequence[ReasonDraft],
) -> FormatDraft:
    """The format of one objective: its own, unless the whole module is live or no course at all."""
    assert part.number is not None
    said = reason_for(own.wording, skill, of_part, material=own, block_ids=part.blocks) if skill else None
    if verdict == "live":
        # What makes the whole live (it changes, three people learn it) makes each part live.
        return FormatDraft(objective=part.number, format="live", reasons=(said,) if said else tuple(reasons[:1]))
    if verdict == "blended" and said is not None:
        return FormatDraft(objective=part.number, format="live", reasons=(said,))
    return FormatDraft(objective=part.number, format="async", reasons=async_reasons(own)[:1])


def _sessions(
    parts: Sequence[_Part],
    signals: Sequence[Signals],
    skills: Sequence[Skill | None],
    *,
    verdict: str,
    told: Told,
    material: Material,
) -> list[SessionDraft]:
    """One session a kind of skill, in the order of the source; none where nothing goes live."""
    wording = material.wording
    if verdict not in ("blended", "live"):
        return []
    groups: dict[Skill | None, list[int]] = {}
    for place, skill in enumerate(skills):
        if skill is not None or verdict == "live":
            # Where all is live for a reason of its own, what calls for no practice is talked through.
            groups.setdefault(skill, []).append(place)
    sessions = []
    for skill, places in groups.items():
        of_group = [signals[place] for place in places]
        told_by = ("session",) if skill == "session" else ("practice",) if skill else ("practice", "session")
        spans = [span for one in of_group for span in one.strongest(*told_by)][:2]
        # How long it takes is told of the whole where there is one session.
        timed = [cue.span for one in ([told.whole] if len(groups) == 1 else of_group) for cue in one.of("lasts")]
        doing = [] if skill is None else [span for one in of_group for span in one.strongest(*CUES[skill], most=1)]
        if skill is not None and not doing:
            own = {one for place in places for one in parts[place].blocks}
            taught = (one for section in material.whole.sections for one in section.blocks if one.id in own)
            doing = telling(taught, "blended", wording, most=1)
        sessions.append(
            SessionDraft(
                title=wording.say(f"session.title_{skill or 'talk'}"),
                objectives=tuple(number for place in places if (number := parts[place].number) is not None),
                activity=_activity(wording, skill, [parts[place].title for place in places], spans),
                minutes=minutes_in(timed, wording.book.language),
                quotes=quotes_of([*spans, *timed, *doing]),
            )
        )
    return sessions


def _activity(wording: Wording, skill: Skill | None, doings: Sequence[str], asked: Sequence[Span]) -> str:
    """What people do, and what the source itself asks for."""
    said = wording.say(f"session.{skill or 'talk'}", doings="; ".join(dict.fromkeys(doings)))
    if asked:
        said += " " + wording.say("session.asked", words=" ".join(tidy(one.text) for one in asked))
    return said
