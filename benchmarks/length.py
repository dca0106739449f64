"""CPU time of a conversion with the embedded engine at 10, 40 and 160 pages: is it linear in the length?"""

from __future__ import annotations

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.handbook import handbook
from pipeline.check import check_module
from pipeline.config import Settings
from pipeline.domain import Document, Module, Order, Rubric
from pipeline.engines import create_engine
from pipeline.engines.ask import Asker
from pipeline.ingest import read_document
from pipeline.library.prompts import load_prompts
from pipeline.library.rubrics import load_rubrics
from pipeline.run.stages import Tools, run_stages

PAGES = (10, 40, 160)


@dataclass(frozen=True)
class Measured:
    """One length."""

    pages: int
    convert_s: float
    check_ms: float
    elements: int


def run() -> None:
    """Prints seconds, the time a page relative to the shortest document's (1.0 is linear), and the check's share."""
    rubrics = load_rubrics()
    # What a process loads once, such as word lists and token ranks, is no part of the first document's time.
    _measured(1, rubrics)
    first: Measured | None = None
    for pages in PAGES:
        one = _measured(pages, rubrics)
        first = first or one
        ratio = (one.convert_s / one.pages) / (first.convert_s / first.pages)
        print(
            f"{pages:4d} pages  {one.convert_s:7.2f} s CPU  {ratio:5.2f} of linear"
            f"   check_module {one.check_ms:7.0f} ms, {one.elements} elements, {one.check_ms / one.elements:.2f} ms each"
        )


def _measured(pages: int, rubrics: tuple[Rubric, ...]) -> Measured:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "handbook.md"
        path.write_text(handbook(pages), encoding="utf-8")
        document = read_document(path)
    module, convert_s = asyncio.run(_converted(document, rubrics))
    began = time.process_time()
    check_module(module, [document], rubrics)
    return Measured(pages, convert_s, (time.process_time() - began) * 1000, sum(1 for _ in module.elements()))


async def _converted(document: Document, rubrics: tuple[Rubric, ...]) -> tuple[Module, float]:
    settings = Settings(workspace=Path())
    tools = Tools(
        asker=Asker(create_engine("embedded"), prompts=load_prompts()),
        rubrics=rubrics,
        chunk_tokens=settings.chunk_tokens,
        concurrency=settings.concurrency,
        report=lambda stage, done, total: None,
    )
    began = time.process_time()
    work = await run_stages([document], Order(), tools)
    if work.module is None:
        raise SystemExit("the handbook gave no module")
    return work.module, time.process_time() - began
