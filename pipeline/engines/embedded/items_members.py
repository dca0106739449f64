"""Items about what belongs to which task: the points of a list that has no order, the rules of a section.

In: the material of one objective. Out: candidates; wrong answers belong to other tasks of the source, or are ruled out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.candidates import Candidate, option, single
from pipeline.engines.embedded.distractors import Alternative, choose, likeness, stands_out, surplus
from pipeline.engines.embedded.facts import Section, Span
from pipeline.engines.embedded.giveaways import quoted
from pipeline.engines.embedded.material import Material, is_context_free, is_sound, label_of, point_of, title_of
from pipeline.engines.embedded.step_lines import headline, is_askable
from pipeline.engines.embedded.subjects import subject_of, within
from pipeline.engines.embedded.wording import Wording, core_of
from pipeline.ids import fingerprint

_LIST_MAX = 4
# Wordings of the stem that are tried where the first one takes up words of the key.
_STEMS = 3
# Two lists that share so much say the same.
_OWN_ALIKE_MAX = 0.4


@dataclass(frozen=True)
class _Point:
    """Something asked for, and the task or section that asks for it; no name where it is ruled out everywhere."""

    text: str
    span: Span
    name: str | None


def member_items(material: Material) -> Iterator[Candidate]:
    """Which point is asked for in the task, list by list."""
    for section in material.sections:
        groups: dict[str, list[_Point]] = {}
        home = _home(section, material)
        for point in material.once("points", home, _points) if home is not None else ():
            if any(block.id == point.span.block.id for block in section.blocks) and point.name is not None:
                groups.setdefault(point.name, []).append(point)
        for points in groups.values():
            yield from _of_list(subject_of(section, material), points, material)


def _home(section: Section, material: Material) -> Section | None:
    spans = [*(rule.span for rule in section.rules), *(step.span for one in section.procedures for step in one.steps)]
    return material.section_of(spans[0]) if spans else None


def _of_list(about: str, points: list[_Point], material: Material) -> Iterator[Candidate]:
    home = material.section_of(points[0].span)
    pool = [
        Alternative(point.text, point, 1 if point.name is None else 0)
        for section in material.other_sections(home)
        for point in (
            *(material.once("points", section, _points) if section is not home else ()),
            *material.once("bans", section, _bans),
        )
    ]
    pool = [one for one in pool if all(likeness(one.text, own.text) < _OWN_ALIKE_MAX for own in points)]
    made = 0
    for point in sorted(points, key=lambda one: fingerprint([material.id, one.text])):
        if made == _LIST_MAX:
            return
        candidate = _member(point, about, pool, material)
        if candidate is not None:
            made += 1
            yield candidate


def _member(point: _Point, about: str, pool: list[Alternative[_Point]], material: Material) -> Candidate | None:
    wording = material.wording
    there = within(about, wording)
    is_case = not there.endswith(about)
    # "A colleague is about to start on …" fits what is done, not what there is.
    is_done = not is_case and verbs.base_of_gerund(about.split(" ", 1)[0]) is not None
    key = "member.stem_doing" if is_done else "member.stem"
    stem = wording.say(key, about=about, within=there)
    seed = fingerprint([point_of(point.span), point.text, "member"])
    chosen = choose(point.text, pool, stem=stem, seed=seed, absolutes=wording.book.list_of("absolutes"))
    if not chosen:
        return None
    others = [one.text for one in chosen]
    stems = [stem, *(wording.say_nth(key, turn, about=about, within=there) for turn in range(_STEMS))]
    stem = min(stems, key=lambda told: max(surplus(told, point.text, others), 0))
    wrong = []
    for turn, one in enumerate(chosen):
        other = one.fact
        if other.name is None:
            feedback = wording.say_nth("member.banned", turn, cite=quoted(other.span, wording, keys=[point.text]))
            believed = wording.say("member.believed_ban")
        else:
            home = material.section_of(other.span)
            name = subject_of(home, material) if home is not None else wording.named(other.name)
            if name == about:
                name = wording.named(other.name)
            cite = quoted(other.span, wording, keys=[point.text], option=one.text)
            feedback = wording.say_nth("member.other", turn, name=name, cite=cite)
            believed = wording.say("member.believed", name=name, about=about)
        wrong.append(option(one.text, feedback, [other.span], misconception=believed))
    right = option(point.text, wording.say("member.key", right=wording.cite(point.span)), [point.span])
    draft = single(
        stem,
        right,
        wrong,
        seed,
        bloom="understand",
        general=wording.say("member.general", cite=wording.cite(point.span)),
        hint=wording.say("member.hint"),
        spans=[point.span],
    )
    lone = stands_out(point.text, [one.text for one in wrong])
    return Candidate("member", frozenset({point_of(point.span)}), draft, worth=4 - (3 if lone else 0))


def _points(section: Section, wording: Wording) -> list[_Point]:
    """What the section asks for: steps without an order or too few to be ordered, and rules that always hold."""
    found = [
        _Point(wording.option(headline(step)), step.span, label_of(procedure))
        for procedure in section.procedures
        if not procedure.is_ordered or len(procedure.steps) < 3
        for step in procedure.steps
        if is_askable(step, wording)
    ]
    title = title_of(section)
    found += [
        _Point(wording.option(core_of(rule.action, wording)), rule.span, title)
        for rule in section.rules
        if rule.modality in ("must", "should")
        and not rule.refers_to_condition
        and is_context_free(rule, section)
        and is_sound(rule, wording)
    ]
    return found


def _bans(section: Section, wording: Wording) -> list[_Point]:
    return [
        _Point(wording.option(core_of(rule.action, wording)), rule.span, None)
        for rule in section.rules
        if rule.modality == "must_not" and is_context_free(rule, section) and is_sound(rule, wording)
    ]
