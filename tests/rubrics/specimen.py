"""A small clean module, and how a rubric's example changes it.

An example is plain text or JSON. Plain text:
- a sentence is an objective or the text of a part, whichever the check takes ("procedure: …" names its kind);
- a stem with lines "* key // feedback" and "- other option // feedback" is an item ("order: …": its type);
- lines "SOURCE: …" before it are what the source says: the element quotes them.
JSON changes pieces of the clean module: objective, lesson (`kinds` of its parts), part, item, scenario,
resource, suitability, module, twin (a second lesson), quiz (a set of items);
`confidence`: how surely the source's words were recognised; `other_source`: paragraphs of a second source.
"""

from __future__ import annotations

import json
from typing import Any

from pipeline.domain import (
    Brief,
    Document,
    Evidence,
    Gap,
    ItemType,
    Lesson,
    Module,
    ModuleSettings,
    Omission,
    Option,
    Overruling,
    Part,
    PartKind,
    QuizItem,
    Reason,
    Scenario,
    Suitability,
    Verdict,
)
from tests.builders import (
    a_document,
    a_module,
    a_quiz_item,
    a_resource,
    an_evidence,
    an_objective,
)

FEEDBACKS = (
    "Energy is left in the line, so you may not reach in.",
    "Draining comes after the lead has checked the line.",
    "A minute changes nothing, because the line stays under pressure.",
    "The depot can't see the gauge, and the reading is still there.",
    "Cold belts say little about the pressure that is left.",
)
TEXTS = {
    "relevance": (
        "You are about to service the sealer. An unexpected start-up could injure you.",
        "unexpected start-up",
    ),
    "explanation": (
        "Hot-melt tanks stay above 160 °C for 40 minutes after shutdown.",
        "Hot-melt tanks stay above",
    ),
    "example": (
        "A reading stays above zero: you close the guard and call the lead.",
        "If any reading is above zero",
    ),
    "procedure": (
        "1. Press the red STOP button and wait for the belts to stop.\n"
        "2. Turn disconnect DS-7 to OFF and apply your padlock.\n"
        "3. Close ball valve V-12 and fit the valve lockout device.",
        "Turn disconnect DS-7 to OFF",
    ),
    "practice": (
        "Look at the gauge of your machine. Which reading lets you go on?",
        "If any reading is above zero",
    ),
    "summary": ("Stop the belts, lock the disconnect, lock the valve.", "Turn disconnect DS-7 to OFF"),
}
KINDS = ("relevance", "explanation", "procedure", "practice", "summary")


def clean_module(document: Document | None = None) -> Module:
    """A module that meets every criterion code can decide."""
    return build({}, document or a_document())[0]


def changed_by(example: str, kind: str) -> tuple[Module, tuple[Document, ...]]:
    """The clean module as an example changes it, and its documents; `kind` is what the check looks at."""
    if example.lstrip().startswith("{"):
        return build(json.loads(example), a_document())
    said, *rest = _without_sources(example)
    document = a_document() if not rest else a_document(tuple(("paragraph", line) for line in rest))
    quote = rest[0] if rest else None
    # What the rest of the clean module says is not in such a source.
    bare = {"quote": quote, "module": {"resources": []}, "lesson": {"kinds": ["explanation"]}}
    alone = bare if rest else {}
    if any(line.startswith(("* ", "- ")) for line in said.splitlines()) and "* " in said:
        return build({**alone, "item": _item_fields(said)}, document)
    if kind == "objective":
        return build({"objective": {"text": said, "behaviour": said}, **alone}, document)
    opening, colon, markdown = said.partition(": ")
    if colon and opening in TEXTS:
        return build({**alone, "part": {"kind": opening, "markdown": markdown}}, document)
    return build({**alone, "part": {"kind": "explanation", "markdown": said}}, document)


def _without_sources(example: str) -> list[str]:
    lines = example.strip("\n").splitlines()
    sources = [line.removeprefix("SOURCE: ") for line in lines if line.startswith("SOURCE: ")]
    return ["\n".join(line for line in lines if not line.startswith("SOURCE: ")), *sources]


def _item_fields(said: str) -> dict[str, Any]:
    stem, *lines = said.splitlines()
    kind, colon, rest = stem.partition(": ")
    is_typed = bool(colon) and kind in {one.value for one in ItemType}
    options = []
    for number, line in enumerate(lines):
        text, marked, feedback = line[2:].partition("//")
        options.append(
            {
                "id": f"opt-{number + 1}",
                "text": text.strip(),
                "correct": line.startswith("* "),
                "feedback": feedback.strip() if marked else FEEDBACKS[number],
                "misconception": None if line.startswith("* ") else "believes that it is the tool of line 4",
            }
        )
    return {"type": kind if is_typed else "single", "stem": rest if is_typed else stem, "options": options}


def build(change: dict[str, Any], document: Document) -> tuple[Module, tuple[Document, ...]]:
    """The clean module with the pieces of `change`, and its documents."""
    change = json.loads(json.dumps(change))
    if "confidence" in change:
        blocks = tuple(block.changed(confidence=change["confidence"]) for block in document.blocks)
        document = document.changed(blocks=blocks)
    for number, figure in enumerate(change.get("part", {}).get("figures", [])):
        figure |= {"source": document.source.id, "block": f"b-{number}", "file": f"figures/{number}.png"}
    proof = (_proof(document, change.get("quote")),)
    lesson = _lesson(change, document)
    items: tuple[QuizItem, ...] = (_item(change.get("item", {}), document, proof),)
    items += (_item({"id": "q-2", "stem": "Which handle opens the drain of the machine?"}, document, proof),)
    if "twin_item" in change:
        items = (*items, _twin_item(items[0], **change["twin_item"]))
    if "quiz" in change:
        items = _quiz(document, **change["quiz"])
    fields: dict[str, Any] = {
        "brief": Brief(audience="technicians", performance_goal="isolate the sealer before service"),
        "settings": ModuleSettings(owner="Ada", review_by="2031-01-01"),  # type: ignore[arg-type]
        "suitability": _suitability(change.get("suitability", {}), document),
        "objectives": (an_objective().changed(**{"evidence": proof, **change.get("objective", {})}),),
        "lessons": (lesson, *_twin(change, lesson)),
        "items": items,
        "scenarios": _scenarios(change, proof),
        "resources": (
            a_resource().changed(
                **_with_proofs(change.get("resource", {}), document, proof=_aid_proof(document))
            ),
        ),
    }
    module_change = change.get("module", {})
    omit = module_change.pop("omit", "rest")
    for name, kind in (("brief", Brief), ("settings", ModuleSettings)):
        if name in module_change:
            module_change[name] = kind.model_validate(module_change[name])
    if "gaps" in module_change:
        module_change["gaps"] = tuple(Gap.model_validate(gap) for gap in module_change["gaps"])
    documents = (document, *_other_source(change))
    sources = tuple(one.source for one in documents)
    module = a_module().changed(**{"sources": sources, **fields, **module_change})
    return module.model_copy(update={"omissions": _omissions(module, document, omit)}), documents


def _other_source(change: dict[str, Any]) -> tuple[Document, ...]:
    """A second document that the module was merged from, of paragraphs."""
    if "other_source" not in change:
        return ()
    return (a_document(tuple(("paragraph", text) for text in change["other_source"]), path="other.md"),)


def _proof(document: Document, quote: str | None) -> Evidence:
    return an_evidence(document, quote or document.blocks[1 if len(document.blocks) > 1 else 0].text)


def _aid_proof(document: Document) -> tuple[Evidence, ...]:
    block = document.blocks[min(3, len(document.blocks) - 1)]
    return (an_evidence(document, block.text),)


def _with_proofs(
    fields: dict[str, Any], document: Document, *, proof: tuple[Evidence, ...]
) -> dict[str, Any]:
    """Fields of an element with its evidence: `quote` and `shift` make a false one, `quotes` several."""
    made = {**fields}
    quote, shift, quotes = made.pop("quote", None), made.pop("shift", 0), made.pop("quotes", ())
    if quotes:
        proof = tuple(an_evidence(document, one) for one in quotes)
    elif quote:
        right = an_evidence(document, "Press the red STOP button")
        start = right.start + shift
        proof = (right.changed(quote=quote, start=start, end=start + len(quote)),)
    return {"evidence": proof, **made}


def _lesson(change: dict[str, Any], document: Document) -> Lesson:
    fields = change.get("lesson", {})
    kinds = fields.pop("kinds", KINDS)
    parts = []
    for number, kind in enumerate(kinds):
        text, quote = TEXTS[kind]
        known = any(quote in block.text for block in document.blocks)
        proof = (an_evidence(document, quote),) if known else (_proof(document, None),)
        parts.append(Part(id=f"p-{number}", kind=PartKind(kind), markdown=text, evidence=proof))
    if "part" in change:
        wanted = change["part"].get("kind", "explanation")
        place = next((number for number, kind in enumerate(kinds) if kind == wanted), 0)
        proof = (_proof(document, change["quote"]),) if change.get("quote") else parts[place].evidence
        parts[place] = parts[place].changed(**_with_proofs(change["part"], document, proof=proof))
    base = {"id": "l-1", "title": "Lock out the sealer", "objective_ids": ("o-1",), "minutes": 2.0}
    return Lesson(**{**base, **fields, "parts": tuple(parts)})


def _twin(change: dict[str, Any], lesson: Lesson) -> tuple[Lesson, ...]:
    if "twin" not in change:
        return ()
    parts = tuple(part.model_copy(update={"id": f"twin-{part.id}"}) for part in lesson.parts)
    return (lesson.changed(**{"id": "l-2", "parts": parts, **change["twin"]}),)


def _item(change: dict[str, Any], document: Document, proof: tuple[Evidence, ...]) -> QuizItem:
    fields = {**change}
    texts = ("Drain the tank", "Close the guard", "Wait a minute", "Call the depot")
    has_misconception = fields.pop("misconceptions", True)
    options = tuple(
        Option(
            id=f"opt-{number + 1}",
            text=text,
            correct=number == 1,
            feedback=FEEDBACKS[(number + 3) % 4],
            misconception="takes it for the first step" if number != 1 and has_misconception else None,
        )
        for number, text in enumerate(texts)
    )
    base: dict[str, Any] = {
        "options": options,
        "evidence": proof,
        "general_feedback": "",
        "stem": "A gauge of the machine shows pressure. What do you do first?",
    }
    return a_quiz_item().changed(**{**base, **fields})


def _twin_item(item: QuizItem, *, stem: str, key: str) -> QuizItem:
    """Another item with that stem, whose key reads so."""
    options = tuple(one.changed(text=key if one.correct else one.text) for one in item.options)
    return item.changed(id="q-9", stem=stem, options=options)


def _quiz(
    document: Document,
    *,
    count: int,
    keys: list[int] | None = None,
    longest: int = 0,
    same: bool = False,
    bloom: str = "apply",
) -> tuple[QuizItem, ...]:
    """`count` items; `longest` of them have the longest option as key."""
    items = []
    for number in range(count):
        key = keys[number] if keys else 0 if same else number % 4
        theme = "valve" if same else _word(number)
        options = []
        for place in range(4):
            text = (
                f"{_word(number * 7 + place)} handle" if not same else f"handle {'abcd'[place]} of the tank"
            )
            # The option after the key is the longest, so that length tells nothing by default.
            is_longest = place == (key if number < longest else (key + 1) % 4)
            options.append(
                Option(
                    id=f"opt-{place + 1}",
                    text=text + (" with the long grip" if is_longest else ""),
                    correct=place == key,
                    feedback=FEEDBACKS[place],
                    misconception=None if place == key else "takes it for another handle",
                )
            )
        items.append(
            a_quiz_item().changed(
                id=f"q-{number}",
                stem=f"Which grip turns the {theme}?",
                options=tuple(options),
                bloom=bloom,
                general_feedback="",
            )
        )
    return tuple(items)


def _word(number: int) -> str:
    """A made-up word, another one for each number."""
    return "".join(
        ("ba", "ke", "li", "mo", "nu", "ra", "so", "ti")[(number // 8**digit) % 8] for digit in range(3)
    )


def _scenarios(change: dict[str, Any], proof: tuple[Evidence, ...]) -> tuple[Scenario, ...]:
    if "scenario" not in change:
        return ()
    base = {
        "id": "s-1",
        "title": "Pressure in the line",
        "objective_ids": ("o-1",),
        "start": "n-1",
        "evidence": proof,
    }
    return (Scenario.model_validate({**base, **change["scenario"]}),)


def _suitability(change: dict[str, Any], document: Document) -> Suitability:
    reasons = change.get("reasons", [{"text": "The steps are stable.", "quote": None}])
    overruled = change.get("overruled")
    return Suitability(
        verdict=Verdict(change.get("verdict", "async")),
        reasons=tuple(
            Reason(text=one["text"], evidence=(_proof(document, one["quote"]),) if "quote" in one else ())
            for one in reasons
        ),
        overruled=Overruling(**overruled) if overruled else None,
    )


def _omissions(module: Module, document: Document, omit: str) -> tuple[Omission, ...]:
    if omit == "none":
        return ()
    used = module.used_blocks()
    return tuple(
        Omission(source=document.source.id, block=block.id, reason="parked")  # type: ignore[arg-type]
        for block in document.blocks
        if (document.source.id, block.id) not in used
    )
