"""Evaluates the format verdicts of the embedded engine against those a designer gave to short texts of our own.

The texts were written for this purpose (specimens/triage.toml), and figures are told apart by how far the rules and
word lists were made with them in view, and the weights fitted to them: only those written last say what to expect of
other documents.
"""

from __future__ import annotations

import asyncio
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pipeline.analyse import assess, triage
from pipeline.domain import Document, Order, Suitability, Verdict
from pipeline.draft import outline_elements
from pipeline.engines.ask import Asker
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.engines.tasks import TopicInputs
from pipeline.evaluate.rows import Report, Row
from pipeline.ingest import read_document
from pipeline.library.prompts import load_prompts
from pipeline.split import split_blocks

_SPECIMENS = files("pipeline.evaluate").joinpath("specimens").joinpath("triage.toml")
_CHUNK_TOKENS = 2000
_GROUPS = {
    "built on": "looked at while the rules were made, and what the weights were fitted to",
    "set aside": "written before the rules and measured after them; .95 at first, and the miss mended",
    "written last": "nothing was fitted to it or changed to suit it; the rules without the weights get .50",
}


@dataclass(frozen=True)
class Specimen:
    """A source text with the verdict of a designer."""

    name: str
    verdict: Verdict
    group: str
    text: str
    live: tuple[str, ...]
    """Headings of what goes live, where only a part does."""

    def format_of(self, topic: TopicInputs, document: Document) -> str:
        """The format of an objective: live where all is, or where it rests on a part that is."""
        if self.verdict is not Verdict.BLENDED:
            return "live" if self.verdict is Verdict.LIVE else "async"
        headings = {name for block in topic.blocks for name in document.block(block).anchor.section}
        return "live" if headings & set(self.live) else "async"


@dataclass(frozen=True)
class TriageSuite:
    """Which format fits a document, and each of its objectives."""

    name: str = "triage"

    def rows(self, data: Path, report: Report) -> list[Row]:
        """Accuracy by group; the labelled texts are the product's own, so `data` is not read."""
        rows = []
        listed = specimens()
        done = 0
        for group, how in _GROUPS.items():
            kept = [one for one in listed if one.group == group]
            verdicts: list[bool] = []
            formats: list[bool] = []
            for specimen in kept:
                report(done, len(listed))
                is_right, are_right = _judged(specimen)
                verdicts.append(is_right)
                formats += are_right
                done += 1
            commonest = max(sum(one.verdict is verdict for one in kept) for verdict in Verdict)
            note = f"{how}; always the commonest verdict {commonest / max(len(kept), 1):.2f}"
            set_ = f"own texts, {group}"
            rows.append(Row("triage", set_, "accuracy of the verdict", _share(verdicts), len(verdicts), note=note))
            rows.append(Row("triage", set_, "accuracy by objective", _share(formats), len(formats)))
        report(len(listed), len(listed))
        return rows


def specimens() -> tuple[Specimen, ...]:
    """The labelled texts, in order."""
    listed = tomllib.loads(_SPECIMENS.read_text(encoding="utf-8"))["specimen"]
    return tuple(
        Specimen(one["name"], Verdict(one["verdict"]), one["group"], one["text"], tuple(one.get("live", ())))
        for one in listed
    )


def _judged(specimen: Specimen) -> tuple[bool, list[bool]]:
    """Whether the verdict is right, and the format of each objective that was found."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "specimen.md"
        path.write_text(specimen.text, encoding="utf-8")
        document = read_document(path)
    suitability, topics = asyncio.run(_triaged(document))
    said = {one.objective_id: one.format for one in suitability.objectives}
    return suitability.verdict is specimen.verdict, [
        said.get(topic.objective.id) == specimen.format_of(topic, document) for topic in topics
    ]


async def _triaged(document: Document) -> tuple[Suitability, Sequence[TopicInputs]]:
    asker = Asker(EmbeddedEngine(), prompts=load_prompts())
    assessment = await assess([document], Order(), asker, language="en")
    outlined = await outline_elements(
        [document],
        split_blocks(document, budget_tokens=_CHUNK_TOKENS),
        brief=assessment.brief,
        language="en",
        asker=asker,
        concurrency=1,
        report=lambda stage, done, total: None,
    )
    topics = [topic.as_inputs() for one in outlined.outlines for topic in one.topics]
    triaged = await triage([document], topics, assessment.suitability, assessment.brief, asker, language="en")
    return triaged.suitability, topics


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
