"""Sound modules of our own writing, in several trades, for flaws to be planted in: `clean/<name>.toml`.

Each file has its source's blocks and the module drafted from them; quotes are looked up in the blocks. A list of
options marks its key with "*"; an option is [text, feedback] or [text, feedback, misconception], a choice of a scenario
[text, consequence, feedback, next, quality].
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from pipeline.domain import (
    Block,
    BlockKind,
    Brief,
    Choice,
    Document,
    EngineRecord,
    Evidence,
    ItemType,
    Lesson,
    Module,
    ModuleSettings,
    Node,
    Objective,
    Omission,
    OmissionReason,
    Option,
    Part,
    QuizItem,
    Reason,
    Resource,
    ResourceKind,
    Scenario,
    Source,
    Suitability,
    Verdict,
)
from pipeline.ids import block_ids, source_id

_NAMES = ("battery", "expenses", "guests", "vaccines")
Table = dict[str, Any]


@dataclass(frozen=True)
class Clean:
    """A sound module with its documents."""

    name: str
    module: Module
    documents: tuple[Document, ...]


@cache
def clean_modules() -> tuple[Clean, ...]:
    """One a trade, then all of them as one, whose quiz is long enough for what only shows over a set."""
    made = tuple(_clean(name) for name in _NAMES)
    return (*made, _together(made))


def _clean(name: str) -> Clean:
    raw = tomllib.loads(files("pipeline.evaluate").joinpath("clean", f"{name}.toml").read_text(encoding="utf-8"))
    document = _document(name, raw)
    return Clean(name, _Building(name, raw, document).module(), (document,))


def _document(name: str, raw: Table) -> Document:
    entries = [(entry["kind"], entry["text"]) for entry in raw["blocks"]]
    content = "\n\n".join(text for _, text in entries).encode()
    sha256 = hashlib.sha256(content).hexdigest()
    source = Source(
        id=source_id(sha256), path=f"{name}.md", sha256=sha256, media_type="text/markdown", title=raw["title"],
        language="en", bytes=len(content),
    )
    blocks = tuple(
        Block(id=block_id, kind=BlockKind(kind), text=text, level=1 if kind == "heading" else None)
        for block_id, (kind, text) in zip(block_ids(entries), entries, strict=True)
    )
    return Document(source=source, blocks=blocks)


class _Building:
    """One module in the making."""

    def __init__(self, name: str, raw: Table, document: Document) -> None:
        self._name, self._raw, self._document = name, raw, document

    def module(self) -> Module:
        raw = self._raw
        reason = Reason(text=raw["suitability"]["text"], evidence=self._proofs(raw["suitability"]))
        module = Module(
            id=f"m-{self._name}", title=raw["title"], language="en", sources=(self._document.source,),
            brief=Brief(audience=raw["audience"], performance_goal=raw["goal"]),
            settings=ModuleSettings(owner="Ada", review_by=date(2031, 1, 1)),
            suitability=Suitability(verdict=Verdict.ASYNC, reasons=(reason,)), engine=EngineRecord(name="none"),
            objectives=tuple(self._objective(number, one) for number, one in enumerate(raw["objectives"], 1)),
            lessons=tuple(self._lesson(number, one) for number, one in enumerate(raw["lessons"], 1)),
            items=tuple(self._item(number, one) for number, one in enumerate(raw["items"], 1)),
            scenarios=(self._scenario(raw["scenario"]),), resources=tuple(self._resources()),
        )
        used = module.used_blocks()
        return module.changed(omissions=tuple(
            Omission(source=self._document.source.id, block=block.id, reason=OmissionReason.NOT_INSTRUCTIONAL)
            for block in self._document.blocks
            if (self._document.source.id, block.id) not in used
        ))

    def _proofs(self, entry: Table) -> tuple[Evidence, ...]:
        return tuple(proof_of(self._document, quote) for quote in (entry["quote"], *entry.get("quotes", ())))

    def _objective(self, number: int, entry: Table) -> Objective:
        said = {key: entry[key] for key in ("text", "audience", "behaviour", "condition", "degree", "bloom")}
        return Objective(
            id=f"o-{self._name}-{number}", job_behaviour=entry["job"], evidence=self._proofs(entry), **said
        )

    def _lesson(self, number: int, entry: Table) -> Lesson:
        parts = tuple(
            Part(
                id=f"p-{self._name}-{number}-{place}", kind=part["kind"], markdown=part["text"],
                evidence=self._proofs(part),
            )
            for place, part in enumerate(entry["parts"], 1)
        )
        return Lesson(
            id=f"l-{self._name}-{number}", title=entry["title"], minutes=entry["minutes"], parts=parts,
            objective_ids=tuple(f"o-{self._name}-{one}" for one in entry["objectives"]),
        )

    def _item(self, number: int, entry: Table) -> QuizItem:
        options = tuple(
            Option(
                id=f"opt-{place}", text=said[0].removeprefix("*"), correct=said[0].startswith("*"), feedback=said[1],
                misconception=said[2] if len(said) > 2 else None,
            )
            for place, said in enumerate(entry["options"], 1)
        )
        return QuizItem(
            id=f"q-{self._name}-{number}", type=ItemType.SINGLE, objective_id=f"o-{self._name}-{entry['objective']}",
            lesson_id=f"l-{self._name}-{entry['lesson']}", bloom=entry["bloom"], stem=entry["stem"], options=options,
            evidence=self._proofs(entry),
        )

    def _scenario(self, entry: Table) -> Scenario:
        nodes = tuple(
            Node(id=node["id"], situation=node["situation"], choices=tuple(
                Choice(text=said[0], consequence=said[1], feedback=said[2], next=said[3] or None, quality=said[4])
                for said in node["choices"]
            ))
            for node in entry["nodes"]
        )
        return Scenario(
            id=f"s-{self._name}", title=entry["title"], start="n-1", nodes=nodes, evidence=self._proofs(entry),
            objective_ids=tuple(f"o-{self._name}-{one}" for one in entry["objectives"]),
        )

    def _resources(self) -> list[Resource]:
        kinds = (("job_aid", ResourceKind.JOB_AID), ("script", ResourceKind.VIDEO_SCRIPT))
        return [
            Resource(
                id=f"r-{self._name}-{key}", kind=kind, title=self._raw[key]["title"],
                markdown=self._raw[key]["text"].strip(), evidence=self._proofs(self._raw[key]),
            )
            for key, kind in kinds
            if key in self._raw
        ]


def proof_of(document: Document, quote: str) -> Evidence:
    """The evidence for a quote of the document; raises ValueError where it is not there."""
    for block in document.blocks:
        start = block.text.find(quote)
        if start >= 0:
            return Evidence(source=document.source.id, block=block.id, quote=quote, start=start, end=start + len(quote))
    raise ValueError(f"not in {document.source.path}: {quote!r}")


def _together(made: tuple[Clean, ...]) -> Clean:
    first = made[0].module
    modules = [one.module for one in made]
    module = first.model_copy(update={
        "id": "m-together", "title": "All trades",
        "sources": tuple(source for one in modules for source in one.sources),
        "objectives": tuple(objective for one in modules for objective in one.objectives),
        "lessons": tuple(lesson for one in modules for lesson in one.lessons),
        "items": tuple(item for one in modules for item in one.items),
        "scenarios": tuple(scenario for one in modules for scenario in one.scenarios),
        "resources": tuple(resource for one in modules for resource in one.resources),
        "omissions": tuple(omission for one in modules for omission in one.omissions),
    })
    return Clean("together", module, tuple(document for one in made for document in one.documents))
