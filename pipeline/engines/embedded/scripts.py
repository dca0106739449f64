"""Scripts for video and sound: scenes of a module's topics, each with a pause in which the listener answers.

In: the material of a module and of its topics. Out: a script of at most five minutes at 150 words a minute. What a
pause asks is not told before it. The screen shows names and figures, never the sentence that is spoken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pipeline.engines.embedded.facts import Procedure, Rule, Span
from pipeline.engines.embedded.job_aids import readable_limits
from pipeline.engines.embedded.material import Material, quotes_of
from pipeline.engines.embedded.module_subject import module_subject
from pipeline.engines.embedded.relevance import relevances
from pipeline.engines.embedded.scenario_decisions import sound_rules
from pipeline.engines.embedded.step_lines import headline, is_askable, spoken_step
from pipeline.engines.embedded.subjects import doing_of
from pipeline.engines.embedded.unfinished import is_open
from pipeline.engines.embedded.wording import Wording, cap, clean_sentence, escape, sentence, tidy, words_of
from pipeline.engines.telling import ResourceDraft

_WORDS_MAX = 720
_SCENE_WORDS_MAX = 190
_SCENES_MIN = 1
_RULES_A_SCENE = 4
_SHOWN_MAX = 5
_TAKEN_AWAY = 3
_PAUSE = "‖"


@dataclass(frozen=True)
class Told:
    """A topic to make a scene of."""

    title: str
    material: Material


@dataclass(frozen=True)
class _Asked:
    question: str
    answer: str
    span: Span


@dataclass(frozen=True)
class _Scene:
    subject: str
    title: str
    spoken: tuple[str, ...]
    """Sentences before the pause."""
    pause: _Asked
    point: str
    """What to take away, as a sentence."""
    figures: tuple[str, ...]
    """Amounts, times and limits that are spoken of, as printed."""
    spans: tuple[Span, ...]
    is_doing: bool = True
    """Whether it is about what to do, not about a figure."""

    @property
    def words(self) -> int:
        """Spoken words."""
        return len(words_of(" ".join((*self.spoken, self.pause.question, self.pause.answer))))


def script(
    kind: Literal["video_script", "podcast_script"], topics: Sequence[Told], material: Material
) -> ResourceDraft | None:
    """The script; None where no topic gives something to tell and something to ask."""
    scenes = _fitting([scene for topic in topics if (scene := _scene(topic)) is not None])
    if len(scenes) < _SCENES_MIN:
        return None
    wording = material.wording.in_markdown()
    is_video = kind == "video_script"
    # The stake of a topic that something can go wrong with opens best.
    openings = sorted(topics, key=lambda topic: not any(section.hazards for section in topic.material.sections))
    opening = next((found[0] for topic in openings if (found := relevances(topic.material, topic.title))), None)
    pieces: list[str] = []
    if opening is not None:
        pieces.append(opening.markdown)
    for number, scene in enumerate(scenes, 1):
        pieces.append(f"### {wording.say('script.scene', number=number, title=escape(scene.title))}")
        if is_video:
            pieces.append("> " + " · ".join(_shown(scene, wording)))
        pieces += [" ".join(scene.spoken), f"{_PAUSE} {scene.pause.question}", scene.pause.answer]
    points = [scene.point for scene in sorted(scenes, key=lambda scene: not scene.is_doing)][:_TAKEN_AWAY]
    if len(points) > 1:
        lead = wording.say("script.remember", number=wording.number(len(points)))
        pieces += [f"### {wording.say('script.end')}", " ".join([lead, *points])]
        if is_video:
            shown = " · ".join(escape(scene.title) for scene in scenes[:_TAKEN_AWAY])
            pieces.insert(-1, f"> {shown}")
    about = module_subject(material)
    return ResourceDraft(
        kind=kind,
        title=wording.say(f"script.{kind}", about=about),
        markdown="\n\n".join(pieces),
        quotes=(
            *(opening.quotes if opening is not None else ()),
            *quotes_of(span for scene in scenes for span in scene.spans),
        ),
    )


def _fitting(scenes: list[_Scene]) -> list[_Scene]:
    """The scenes that fit into the time, in order; those with most to tell are kept first."""
    kept: list[_Scene] = []
    for scene in sorted(scenes, key=lambda one: -len(one.spans)):
        # Procedures of one name begin alike in many places of a handbook; one of them will do.
        is_new = not any(one.subject == scene.subject for one in kept)
        if is_new and sum(one.words for one in kept) + scene.words <= _WORDS_MAX:
            kept.append(scene)
    return [scene for scene in scenes if scene in kept]


def _scene(topic: Told) -> _Scene | None:
    """Its longest procedure told step by step, else its rules; what is asked is left out of what is told."""
    material = topic.material
    ordered = [one for one in material.procedures if one.is_ordered and len(one.steps) > 2]
    longest = max(ordered, key=lambda one: len(one.steps), default=None)
    found = _of_procedure(longest, topic) if longest is not None else None
    return found or _of_rules(topic)


def _of_procedure(procedure: Procedure, topic: Told) -> _Scene | None:
    wording = topic.material.wording.in_markdown()
    doing = doing_of(procedure, topic.material)
    said = [spoken_step(step, wording) for step in procedure.steps]
    lines = [escape(sentence(one)) for one in said]
    # It stops where the step done and the step due can be told by themselves, as near to the middle as there is one.
    places = [
        place
        for place in range(1, len(lines))
        if is_askable(procedure.steps[place - 1], wording) and is_askable(procedure.steps[place], wording)
    ]
    has_slot = is_open(*said)
    if has_slot or not places or len(words_of(" ".join(lines))) > _SCENE_WORDS_MAX:
        return None
    at = min(places, key=lambda place: (abs(place - len(lines) // 2), place))
    number = wording.number(len(lines))
    told = [wording.say("script.steps", doing=cap(doing), number=number)]
    for place, line in enumerate(lines, 1):
        key = "first" if place == 1 else "last" if place == len(lines) else "next"
        # What others do then, or what one may do besides, is no step to be led up to.
        is_step = is_askable(procedure.steps[place - 1], wording)
        told.append(wording.say_nth(f"script.step_{key}", place, step=line) if is_step else line)
    # The rest is told when the listener has thought of its first step.
    told, rest = told[: at + 1], told[at + 2 :]
    pause = _Asked(
        wording.say("script.ask_step", done=wording.quote(headline(procedure.steps[at - 1]))),
        " ".join([wording.say("script.answer_step", step=lines[at]), *rest]),
        procedure.steps[at].span,
    )
    point = wording.say(
        "script.point_steps", doing=cap(doing), number=number, first=wording.named(headline(procedure.steps[0]))
    )
    spans = tuple(step.span for step in procedure.steps)
    return _Scene(doing, topic.title, tuple(told), pause, point, _figures(topic.material, spans), spans)


def _of_rules(topic: Told) -> _Scene | None:
    material = topic.material
    wording = material.wording.in_markdown()
    rules = [rule for rule in sound_rules(material) if not wording.points_back(wording.norm(rule))]
    asked = _asked(rules, material, wording)
    if asked is None:
        return None
    others = [rule for rule in rules if not _overlap(rule.span, asked.span)][:_RULES_A_SCENE]
    told = [wording.norm(rule) for rule in others]
    spans = [rule.span for rule in others]
    for section in material.sections:
        for span in section.statements:
            if len(told) < _RULES_A_SCENE and _reads_alone(span, wording) and not _overlap(span, asked.span):
                told.append(escape(sentence(span.text)))
                spans.append(span)
    while told and len(words_of(" ".join(told))) > _SCENE_WORDS_MAX:
        told.pop()
        spans.pop()
    if not told:
        return None
    figures = _figures(material, spans)
    is_doing = any(_overlap(rule.span, asked.span) for rule in rules)
    told = list(dict.fromkeys(told))
    return _Scene(
        topic.title, topic.title, tuple(told), asked, asked.answer, figures, (*spans, asked.span), is_doing
    )


def _reads_alone(span: Span, wording: Wording) -> bool:
    text = span.text
    return clean_sentence(text) and not (wording.points_back(text) or wording.linked(text) or wording.is_talk(text))


def _overlap(one: Span, other: Span) -> bool:
    return one.block.id == other.block.id and one.start < other.end and other.start < one.end


def _figures(material: Material, spans: Sequence[Span]) -> tuple[str, ...]:
    """The values of limits that stand in the spans."""
    values = (
        tidy(limit.value) for limit in material.limits if any(_overlap(limit.value_span, span) for span in spans)
    )
    return tuple(dict.fromkeys(values))


def _asked(rules: Sequence[Rule], material: Material, wording: Wording) -> _Asked | None:
    """A case to decide, else a figure to recall."""
    for rule in rules:
        if rule in material.cases and rule.modality in ("must", "should"):
            question = wording.say("script.ask_case", condition=wording.condition(rule))
            return _Asked(question, wording.norm(rule), rule.span)
    for limit in readable_limits(material):
        if limit.question and clean_sentence(limit.span.text):
            return _Asked(escape(tidy(limit.question)), escape(sentence(limit.span.text)), limit.span)
    return None


def _shown(scene: _Scene, wording: Wording) -> list[str]:
    """The title, and the names and figures that are spoken of."""
    said = words_of(" ".join(scene.spoken))
    names = [word for word in said if word.isalpha() and (word in wording.proper or word[1:].lower() != word[1:])]
    return [escape(one) for one in dict.fromkeys([scene.title, *names, *scene.figures])][: _SHOWN_MAX + 1]
