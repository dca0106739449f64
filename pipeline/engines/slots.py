"""What goes into a prompt's slots: a task's inputs as text, with everything that isn't ours fenced as data.

In: a task's `Inputs` and a `Prompt`. Out: the messages a language model reads. Whatever comes from a source
stands between two lines that carry a code made from the text itself, which the text can therefore not
contain.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence

from pipeline.domain import Block, Brief, Objective, Part
from pipeline.engines.base import Message
from pipeline.engines.tasks import BriefInputs, Inputs
from pipeline.errors import PromptError
from pipeline.ids import fingerprint
from pipeline.library.prompts import Prompt, fill
from pipeline.tokens import count

# What "elsewhere" may cost in every question about items: enough for the neighbouring rules and limits.
ELSEWHERE_TOKENS = 500
_NOTHING = "(nothing)"
# Control characters, and the invisible tag characters that hide text from people but not from models.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\U000e0000-\U000e007f]")
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
    if name == "given":
        return issubclass(kind, BriefInputs)
    field = {"source": "blocks", "elsewhere": "document", "lesson": "parts"}.get(name, name)
    return name in _SLOTS and field in kind.model_fields


def fenced(name: str, text: str) -> str:
    """The text as data: between two lines whose code the text does not contain."""
    code = fingerprint(text)[:8]
    while code in text:
        code = fingerprint([text, code])[: len(code) + 4]
    return f"<<<{name} {code}\n{text}\n{name} {code}>>>"


def shown_blocks(blocks: Iterable[Block]) -> str:
    """The blocks, each starting with its id and kind.

    Further lines of a block are indented, so that only a block's own first line can look like one.
    """
    lines: list[str] = []
    section: tuple[str, ...] = ()
    shown: set[str] = set()
    for block in blocks:
        if block.anchor.section != section:
            section = block.anchor.section
            if section and section[-1] not in shown:
                lines.append(f"(under the heading: {_one_line(section[-1])})")
        if block.kind == "heading":
            shown.add(block.text)
        label = block.kind.value
        if block.kind == "heading" and block.level is not None:
            label += f" {block.level}"
        elif block.marker:
            label += f" {_one_line(block.marker)}"
        first, *rest = _clean(block.text).splitlines() or [""]
        lines.append(f"[{block.id}] ({label}) {first}")
        lines.extend(f"    {line}" for line in rest)
    return "\n".join(lines)


def _clean(text: str) -> str:
    return _INVISIBLE.sub(" ", text)


def _one_line(text: str) -> str:
    return " ".join(_clean(text).split())


def _source(inputs: Inputs) -> str:
    title = f"Title: {_one_line(inputs.source_title)}\n" if inputs.source_title else ""
    return fenced("SOURCE", title + shown_blocks(inputs.blocks))


def _elsewhere(inputs: Inputs) -> str:
    """The document's blocks nearest to those asked about, in reading order, as many as fit."""
    own = {block.id for block in inputs.blocks}
    places = [place for place, block in enumerate(inputs.document) if block.id in own] or [0]
    others = [place for place, block in enumerate(inputs.document) if block.id not in own and block.is_teachable]
    others.sort(key=lambda place: (min(abs(place - near) for near in (places[0], places[-1])), place))
    taken: list[int] = []
    room = ELSEWHERE_TOKENS
    for place in others:
        cost = count(inputs.document[place].text) + 12
        if cost > room:
            break
        room -= cost
        taken.append(place)
    return fenced("ELSEWHERE", shown_blocks(inputs.document[place] for place in sorted(taken)) or _NOTHING)


def _given(inputs: Inputs) -> str:
    assert isinstance(inputs, BriefInputs)
    settled = {
        "audience": inputs.audience,
        "performance_goal": inputs.performance_goal,
        "prerequisites": "; ".join(inputs.prerequisites) or None,
        "tone": inputs.tone,
    }
    return "\n".join(
        f"- {name}: {'open' if value is None else 'settled: ' + _one_line(value)}" for name, value in settled.items()
    )


def _brief(brief: Brief) -> str:
    needed = "; ".join(brief.prerequisites) or "none"
    return fenced(
        "BRIEF",
        f"audience: {_one_line(brief.audience)}\nperformance goal: {_one_line(brief.performance_goal)}\n"
        f"prerequisites: {_one_line(needed)}\ntone: {_one_line(brief.tone)}",
    )


def _objective(objective: Objective | None) -> str:
    if objective is None:
        return _NOTHING
    names = ("text", "audience", "behaviour", "condition", "degree", "job_behaviour")
    lines = [f"{name}: {_one_line(value)}" for name in names if (value := getattr(objective, name))]
    return fenced("OBJECTIVE", "\n".join([*lines, f"bloom: {objective.bloom.value}"]))


def _lesson(parts: Sequence[Part]) -> str:
    shown = "\n\n".join(f"({part.kind.value})\n{_clean(part.markdown)}" for part in parts)
    return fenced("LESSON", shown or _NOTHING)


def _element(element: dict[str, object]) -> str:
    return fenced("ELEMENT", _clean(json.dumps(_trimmed(element), ensure_ascii=False, indent=1)))


def _trimmed(value: object) -> object:
    if isinstance(value, dict):
        return {key: _trimmed(one) for key, one in value.items() if key not in _NOT_SHOWN}
    if isinstance(value, list | tuple):
        return [_trimmed(one) for one in value]
    return value


def _findings(findings: Sequence[str]) -> str:
    return fenced("FINDINGS", "\n".join(f"- {_one_line(one)}" for one in findings)) if findings else _NOTHING


_SLOTS: dict[str, Callable[..., str]] = {
    "language": lambda inputs: inputs.language,
    "source": _source,
    "elsewhere": _elsewhere,
    "given": _given,
    "brief": lambda inputs: _brief(inputs.brief),
    "objective": lambda inputs: _objective(inputs.objective),
    "lesson": lambda inputs: _lesson(inputs.parts),
    "practice_items": lambda inputs: str(inputs.practice_items),
    "test_items": lambda inputs: str(inputs.test_items),
    "kind": lambda inputs: inputs.kind,
    "element": lambda inputs: _element(inputs.element),
    "instruction": lambda inputs: _one_line(inputs.instruction) or "(nothing in particular)",
    "findings": lambda inputs: _findings(inputs.findings),
}
