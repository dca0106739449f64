"""`sme2module eval`: what reading, checks, grounding and drafts score on labelled sets."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.output import progress, result_json, table

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.evaluate import Row, Suite
    from pipeline.evaluate.drafts import Draft

NAME = "eval"
HELP = "print what the product scores on labelled sets, beside the marks it is held to"

# Beside the checkout, where the sets are kept that may not be copied into it.
_DATA = Path(__file__).resolve().parents[3] / "shared" / "eval"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("--json", action="store_true", help="print one JSON list")
    parser.add_argument("--data", type=Path, default=_DATA, metavar="DIR", help="the folder of the labelled sets")
    parser.add_argument(
        "--only",
        metavar="SUITE",
        help="evaluate this alone: reading, bloom, grounding, triage, seeded, textbooks or drafts",
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints a row a measure; a set that is absent is said to be not measured."""
    from pipeline.errors import UsageError

    offered = _suites(settings)
    wanted = [suite for suite in offered if args.only in (None, suite.name)]
    if not wanted:
        known = ", ".join(suite.name for suite in offered)
        raise UsageError(f"--only {args.only}", why="there is no such suite", mend=f"use one of: {known}")
    rows: list[Row] = []
    for suite in wanted:
        with progress(settings, suite.name) as report:
            rows += suite.rows(args.data, lambda done, total, name=suite.name: report(name, done, total))  # type: ignore[misc]
    if args.json:
        result_json([_as_json(row) for row in rows])
    else:
        table([_as_cells(row) for row in rows], head=("SET", "MEASURE", "FIGURE", "MARK", "", "SAMPLES", ""))
    return 0


def _suites(settings: Settings) -> tuple[Suite, ...]:
    """The labelled sets, and what the embedded engine drafts of the samples."""
    from pipeline.evaluate import SUITES
    from pipeline.evaluate.drafts import DraftsSuite

    return (*SUITES, DraftsSuite(partial(_drafted, settings)))


def _drafted(settings: Settings, path: Path) -> Draft:
    """A file's module as the embedded engine drafts it, kept nowhere; raises SourceError."""
    import asyncio

    from pipeline.config import CHUNK_TOKENS
    from pipeline.domain import Order
    from pipeline.evaluate.drafts import Draft
    from pipeline.library.rubrics import load_rubrics
    from pipeline.run.stages import Tools, run_stages
    from pipeline.wiring import opens_asker, reads

    document = reads(settings)(path, path.name)

    async def made() -> Draft:
        async with opens_asker(settings.changed(engine="embedded", model=None), None) as asker:
            tools = Tools(
                asker=asker, rubrics=load_rubrics(), chunk_tokens=CHUNK_TOKENS["embedded"], concurrency=1,
                report=lambda stage, done, total: None,
            )
            work = await run_stages([document], Order(), tools)
        assert work.module is not None  # without a service nothing stops the stages
        return Draft(work.module, work.documents)

    return asyncio.run(made())


def _as_json(row: Row) -> dict[str, object]:
    return {
        "suite": row.suite, "set": row.set, "measure": row.measure, "value": row.value, "samples": row.count,
        "mark": row.mark, "mark_is": "most" if row.is_upper else "least", "met": row.is_met, "note": row.note,
    }


def _as_cells(row: Row) -> tuple[str, ...]:
    value = "not measured" if row.value is None else f"{row.value:.3f}"
    mark = "" if row.mark is None else f"{'≤' if row.is_upper else '≥'} {row.mark:.2f}"
    met = {True: "met", False: "below the mark" if not row.is_upper else "above the mark", None: ""}[row.is_met]
    return row.set, row.measure, value, mark, met, str(row.count or ""), row.note or ""
