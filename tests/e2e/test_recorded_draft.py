"""One sample drafted by the embedded engine and with a strong model's recorded replies: both read, both held to the gates."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.config import CHUNK_TOKENS
from pipeline.domain import BloomLevel, ItemType, Module, Order, Severity
from pipeline.engines.ask import Asker
from pipeline.engines.base import Engine
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.engines.files import FilesEngine
from pipeline.ingest import read_document
from pipeline.library.prompts import load_prompts
from pipeline.library.rubrics import load_rubrics
from pipeline.run.stages import Tools, run_stages
from tests.engines.recorded import renew
from tests.reading_copy import reading_copy

ENGINES = ("embedded", "recorded")


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Module]:
    """The sample's module by engine; the recording is played from a copy, so that no request is written into it."""
    mailbox = tmp_path_factory.mktemp("recorded") / "mailbox"
    shutil.copytree(renew.RECORDING, mailbox)
    return {
        "embedded": _drafted(EmbeddedEngine(), CHUNK_TOKENS["embedded"]),
        "recorded": _drafted(FilesEngine(mailbox, model=renew.MODEL), CHUNK_TOKENS["files"]),
    }


def _drafted(engine: Engine, chunk_tokens: int) -> Module:
    tools = Tools(
        asker=Asker(engine, prompts=load_prompts()), rubrics=load_rubrics(), chunk_tokens=chunk_tokens, concurrency=8,
        report=lambda stage, done, total: None,
    )
    work = asyncio.run(run_stages([read_document(renew.SOURCE)], Order(), tools))
    assert work.stopped is None
    assert work.module is not None
    return work.module


@pytest.mark.parametrize("engine", ENGINES)
def test_the_draft_reads_as_it_did_when_it_was_last_read(
    drafts: dict[str, Module], engine: str, golden: Callable[[str, str], None]
) -> None:
    golden(f"drafts/return-a-parcel.{engine}.md", reading_copy(drafts[engine]))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_draft_holds_the_gates(drafts: dict[str, Module], engine: str) -> None:
    module = drafts[engine]
    assert module.gaps == ()
    assert [one for one in module.findings if one.severity is Severity.ERROR] == []
    assert all(element.all_evidence for element in module.elements())
    assert all(option.feedback.strip() for item in module.items for option in item.options)
    slots = ("audience", "behaviour", "condition", "degree", "job_behaviour")
    assert all(getattr(one, slot) for one in module.objectives for slot in slots)
    applying = sum(item.bloom.rank >= BloomLevel.APPLY.rank for item in module.items)
    assert 2 * applying >= len(module.items)


def test_the_recorded_draft_needs_no_mending(drafts: dict[str, Module]) -> None:
    module = drafts["recorded"]
    assert [one for one in module.findings if one.severity is Severity.WARNING] == []
    assert module.engine.revised == {}
    assert len(module.scenarios) == 1
    assert {ItemType.SINGLE, ItemType.ORDER, ItemType.MATCH, ItemType.MULTIPLE} <= {item.type for item in module.items}


def test_every_reply_of_the_recording_is_used(drafts: dict[str, Module]) -> None:
    replies = [path for path in Path(renew.RECORDING).iterdir() if path.name.endswith(".reply.json")]
    assert drafts["recorded"].usage.calls == len(replies)
