"""What goes into a prompt's slots: a task's inputs as text, with everything that isn't ours fenced as data.

In: a task's `Inputs` and a `Prompt`. Out: the messages a language model reads. Whatever comes from a source
stands between two lines that carry a code which the text does not contain.

Questions about the same blocks begin with the same words (rules, source, brief) and end with what differs, so that an
endpoint serves most of a question from its prompt cache; and nothing else of the document is in them, so that the same
text in two documents is the same question.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Sequence

from pipeline.domain import Block, Brief, Objective
from pipeline.engines.base import Message
from pipeline.engines.judging import JudgeInputs
from pipeline.engines.mending import MendInputs
from pipeline.engines.shown import Shown, cleaned, one_line, shown_blocks
from pipeline.engines.tasks import BriefInputs, Inputs, ItemsInputs, LessonInputs, RewriteInputs, TopicInputs
from pipeline.engines.telling import ScenariosInputs
from pipeline.engines.triage import TriageInputs
from pipeline.errors import PromptError
from pipeline.ids import fingerprint
from pipeline.library.prompts import Prompt, fill
from pipeline.tokens import count

# What "elsewhere" may cost where an item is written anew: enough for the neighbouring rules and limits.
ELSEWHERE_TOKENS = 500
_NOTHING = "(nothing)"
# All questions of a few documents that are drafted side by side.
_SHOWN_KEPT = 64
# Where an element is shown to be written anew, what the engine cannot use is left out.
_NOT_SHOWN = frozenset({"id", "evidence", "objective_id", "lesson_id", "day"})


def messages_for(prompt: Prompt, inputs: Inputs) -> tuple[Message, ...]:
    """The system part with the source, then the task; raises PromptError for a slot that cannot be filled."""
    values: dict[str, str] = {}
    for name in prompt.inputs:
        if not can_fill(name, inputs):
            raise PromptError(
                f"prompt {prompt.id}",
                why=f"slot {name} cannot be filled from {type(inputs).__name__}",
                mend="use another slot, or add it to engines/slots.py",
            )
        values[name] = _SLOTS[name](inputs)
    return (
        Message("system", fill(prompt.system, values)),
        Message("user", fill(prompt.user, values)),
    )


def can_fill(name: str, inputs: Inputs | type[Inputs]) -> bool:
    """Whether inputs of that class have what the slot shows."""
    kind = inputs if isinstance(inputs, type) else type(inputs)
    if name in ("given", "outline"):
        return issubclass(kind, BriefInputs)
    field = {"source": "blocks", "elsewhere": "document"}.get(name, name)
    return name in _SLOTS and field in kind.model_fields


def fenced(name: str, text: str) -> str:
    """The text as data: between two lines whose code the text does not contain."""
    # The first code is the same for every text, or two texts that begin alike would not be cached alike.
    code = fingerprint(name)[:4]
    while code in text:
        code = fingerprint([text, code])[: len(code) + 4]
    return f"<<<{name} {code}\n{text}\n{name} {code}>>>"


def _source(inputs: Inputs) -> str:
    return _sources.of(inputs.opening if isinstance(inputs, BriefInputs) else inputs.blocks)


class _Sources:
    """Shown sources: the same blocks are asked about several times, one question after the other."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, ...], tuple[tuple[Block, ...], str]] = OrderedDict()

    def of(self, blocks: tuple[Block, ...]) -> str:
        """The blocks fenced as the source."""
        # Comparing blocks would cost more than showing them; the blocks are kept, so that no other gets their identity.
        key = tuple(map(id, blocks))
        kept = self._kept.get(key)
        if kept is not None:
            return kept[1]
        text = fenced("SOURCE", shown_blocks(blocks))
        self._kept[key] = (blocks, text)
        if len(self._kept) > _SHOWN_KEPT:
            self._kept.popitem(last=False)
        return text


_sources = _Sources()


def _elsewhere(inputs: Inputs) -> str:
    """The document's blocks nearest to those asked about, in reading order, as many as fit."""
    own = {block.id for block in inputs.blocks}
    places = [place for place, block in enumerate(inputs.document) if block.id in own] or [0]
    others = [place for place, block in enumerate(inputs.document) if block.id not in own and block.is_teachable]
    others.sort(key=lambda place: (min(abs(place - near) for near in (places[0], places[-1])), place))
    taken: list[int] = []
    room = ELSEWHERE_TOKENS
    for place in others:
        cost = count(inputs.document[place].text) + 4
        if cost > room:
            break
        room -= cost
        taken.append(place)
    shown = shown_blocks((inputs.document[place] for place in sorted(taken)), first=len(inputs.blocks) + 1)
    return fenced("ELSEWHERE", shown or _NOTHING)


def _outline(inputs: Inputs) -> str:
    """The title and, where the source shown is only a document's opening, the headings of the rest."""
    assert isinstance(inputs, BriefInputs)
    title = f"Title: {one_line(inputs.source_title)}\n" if inputs.source_title else ""
    rest = "\n".join(one_line(heading.text) for heading in inputs.outline)
    if not title and not rest:
        return ""
    what = "The source is the document's opening; its title and the headings of the rest:" if rest else "Its title:"
    return f"{what}\n{fenced('OUTLINE', (title + rest).strip())}"


def _topics(inputs: Inputs) -> str:
    """The objectives, numbered, each with its blocks."""
    assert isinstance(inputs, LessonInputs | TriageInputs)
    shown = Shown(inputs.blocks)
    lines = []
    for number, topic in enumerate(inputs.topics, 1):
        text, bloom = one_line(topic.objective.text), topic.objective.bloom.value
        lines.append(f"{number}. {text} ({bloom}; blocks {shown.numbers(topic.blocks)})")
    return fenced("OBJECTIVES", "\n".join(lines))


def _asked(inputs: Inputs) -> str:
    """Which of the objectives to write for; where items are wanted, how many for each."""
    assert isinstance(inputs, LessonInputs)
    if not isinstance(inputs, ItemsInputs):
        return ", ".join(map(str, inputs.asked))
    shown = Shown(inputs.blocks)
    return "\n".join(f"{number}: {_wanted(inputs, inputs.topic(number), shown)}" for number in inputs.asked)


def _wanted(inputs: ItemsInputs, topic: TopicInputs, shown: Shown) -> str:
    """How many items of each use are wanted of the topic, and what its lesson has practised already."""
    wanted = inputs.wanted(topic)
    spent = shown.numbers(topic.practised)
    later = f", {topic.follow_ups} follow_up" if topic.follow_ups else ""
    practised = f"; practised in the lesson: {spent}" if spent else ""
    return f"{wanted.practice} practice, {wanted.test} test{later}{practised}"


def _given(inputs: Inputs) -> str:
    assert isinstance(inputs, BriefInputs)
    settled = {
        "audience": inputs.audience,
        "performance_goal": inputs.performance_goal,
        "prerequisites": "; ".join(inputs.prerequisites) or None,
        "tone": inputs.tone,
    }
    return "\n".join(
        f"- {name}: {'open' if value is None else 'settled: ' + one_line(value)}" for name, value in settled.items()
    )


def _brief(brief: Brief) -> str:
    needed = "; ".join(brief.prerequisites) or "none"
    return fenced(
        "BRIEF",
        f"audience: {one_line(brief.audience)}\nperformance goal: {one_line(brief.performance_goal)}\n"
        f"prerequisites: {one_line(needed)}\ntone: {one_line(brief.tone)}",
    )


def _objective(objective: Objective | None) -> str:
    if objective is None:
        return _NOTHING
    names = ("text", "audience", "behaviour", "condition", "degree", "job_behaviour")
    lines = [f"{name}: {one_line(value)}" for name in names if (value := getattr(objective, name))]
    return fenced("OBJECTIVE", "\n".join([*lines, f"bloom: {objective.bloom.value}"]))


def _element(element: dict[str, object]) -> str:
    return fenced("ELEMENT", cleaned(json.dumps(_trimmed(element), ensure_ascii=False, indent=1)))


def _flagged(inputs: Inputs) -> str:
    """The elements to mend, numbered, each with what was found wrong with it."""
    assert isinstance(inputs, MendInputs)
    lines: list[str] = []
    for number, one in enumerate(inputs.flagged, 1):
        serves = f", for the objective: {one_line(one.objective)}" if one.objective else ""
        lines.append(f"{number}: {one.kind}{serves}")
        lines += [f"- wrong: {one_line(finding)}" for finding in one.findings]
        lines.append(cleaned(json.dumps(_without_nothing(_trimmed(one.element)), ensure_ascii=False)))
    return fenced("ELEMENTS", "\n".join(lines))


def _trimmed(value: object) -> object:
    if isinstance(value, dict):
        # The choices of a story lead to situations by their ids.
        hidden = _NOT_SHOWN - {"id"} if "situation" in value else _NOT_SHOWN
        return {key: _trimmed(one) for key, one in value.items() if key not in hidden}
    if isinstance(value, list | tuple):
        return [_trimmed(one) for one in value]
    return value


def _without_nothing(value: object) -> object:
    """The value without empty fields, which only cost where several elements are shown."""
    if isinstance(value, dict):
        return {key: _without_nothing(one) for key, one in value.items() if one not in (None, "", [], ())}
    return [_without_nothing(one) for one in value] if isinstance(value, list | tuple) else value


def _findings(findings: Sequence[str]) -> str:
    return fenced("FINDINGS", "\n".join(f"- {one_line(one)}" for one in findings)) if findings else _NOTHING


def _claims(inputs: Inputs) -> str:
    """The claims to judge, numbered."""
    assert isinstance(inputs, JudgeInputs)
    return fenced("CLAIMS", "\n".join(f"{number}. {one_line(one)}" for number, one in enumerate(inputs.claims, 1)))


def _tested(inputs: Inputs) -> str:
    """The blocks that the test's items rest on, as far as they are shown."""
    assert isinstance(inputs, ScenariosInputs | RewriteInputs)
    return Shown(inputs.blocks).numbers(quote.block for quote in inputs.tested) or "none"


_SLOTS: dict[str, Callable[..., str]] = {
    "language": lambda inputs: inputs.language,
    "source": _source,
    "elsewhere": _elsewhere,
    "given": _given,
    "brief": lambda inputs: _brief(inputs.brief),
    "objective": lambda inputs: _objective(inputs.objective),
    "topics": _topics,
    "asked": _asked,
    "outline": _outline,
    "tested": _tested,
    "claims": _claims,
    "kinds": lambda inputs: ", ".join(kind.value for kind in inputs.kinds),
    "kind": lambda inputs: inputs.kind,
    "element": lambda inputs: _element(inputs.element),
    "instruction": lambda inputs: one_line(inputs.instruction) or "(nothing in particular)",
    "findings": lambda inputs: _findings(inputs.findings),
    "flagged": _flagged,
}
