"""A conversion is safe to run again, and keeps what it drafted when a service fails half-way."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.domain import Document, Order, Rubric, Severity
from pipeline.engines.ask import Asker
from pipeline.engines.tasks import ObjectivesReply
from pipeline.errors import NothingToTeachError, ReplyError, SourceError, UnavailableError
from pipeline.ingest import read_document
from pipeline.library.rubrics import load_rubrics
from pipeline.run.conversion import Converted, Received
from pipeline.run.oneoff import Conversions
from pipeline.store import Store
from tests.builders import LOCKOUT, a_document
from tests.databases import a_ready_workspace
from tests.drafting import TaskEngine, an_asker

DOWN = UnavailableError("endpoint", why="it does not answer", mend="start it")
RUBRICS = load_rubrics()
Convert = Callable[..., Converted]


def read_here(path: Path, shown_path: str) -> Document:
    """Reads in this process, which is quick."""
    return read_document(path, shown_path=shown_path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty workspace."""
    with Store.open(a_ready_workspace(tmp_path)) as opened:
        yield opened


@pytest.fixture
def conversions(store: Store, clock: Callable[[], datetime]) -> Callable[..., Conversions]:
    """Conversions with an engine."""

    def of(engine: TaskEngine, rubrics: tuple[Rubric, ...] = RUBRICS) -> Conversions:
        @asynccontextmanager
        async def opened() -> AsyncIterator[Asker]:
            yield an_asker(engine, calls=store.calls)

        return Conversions(
            store,
            open_asker=opened,
            rubrics=rubrics,
            chunk_tokens=1500,
            concurrency=1,
            clock=clock,
            read=read_here,
        )

    return of


@pytest.fixture
def convert(conversions: Callable[[TaskEngine], Conversions]) -> Convert:
    """Converts the standard document with an engine."""

    def call(engine: TaskEngine, order: Order | None = None) -> Converted:
        received = Received(a_document(), "\n".join(text for _, text in LOCKOUT).encode())
        return conversions(engine).convert_received(received, order=order or Order(), report=lambda stage, done, total: None)

    return call


def test_the_module_is_in_the_workspace_with_its_findings(convert: Convert, store: Store) -> None:
    engine = TaskEngine()
    made = convert(engine)
    assert store.modules.load(made.module.id) == made.module
    assert made.module.engine.prompts
    assert made.module.engine.rubrics
    # What was asked in vain is paid for, too.
    assert made.module.usage.calls == len(engine.asked)


def test_a_second_run_asks_nothing(convert: Convert) -> None:
    first = convert(TaskEngine())
    engine = TaskEngine()
    again = convert(engine)
    assert engine.asked == []
    assert again.from_store
    assert again.module == first.module


def test_a_demand_that_weighs_otherwise_now_is_checked_again_without_a_question(
    convert: Convert, conversions: Callable[..., Conversions]
) -> None:
    convert(TaskEngine())
    advice = tuple(
        rubric.model_copy(
            update={"criteria": tuple(one.model_copy(update={"severity": Severity.ADVICE}) for one in rubric.criteria)}
        )
        for rubric in RUBRICS
    )
    engine = TaskEngine()
    received = Received(a_document(), "\n".join(text for _, text in LOCKOUT).encode())
    # The version of a file of the organisation's own is what somebody forgot to count up.
    again = conversions(engine, advice).convert_received(
        received, order=Order(), report=lambda stage, done, total: None
    )
    assert not again.from_store
    assert [one.criterion for one in again.module.findings if one.severity is not Severity.ADVICE] == []
    assert engine.asked == []


def test_a_new_order_is_a_new_module(convert: Convert, store: Store) -> None:
    first, second = convert(TaskEngine()), convert(TaskEngine(), Order(audience="operators"))
    assert first.module.id != second.module.id
    assert second.module.brief.audience == "operators"
    assert "audience" not in second.module.brief.proposed
    assert len(store.modules.list()) == 2


def test_an_endpoint_that_dies_half_way_leaves_a_module_with_gaps_and_error_findings(
    convert: Convert, store: Store
) -> None:
    made = convert(TaskEngine(items=lambda request: DOWN))
    assert made.stopped is DOWN
    module = store.modules.load(made.module.id)
    assert module.lessons
    assert [gap.code for gap in module.gaps] == ["unreachable"]
    targets = {finding.target for finding in module.findings if finding.severity is Severity.ERROR}
    assert module.gaps[0].target in targets


def test_the_next_run_asks_only_what_is_missing(convert: Convert) -> None:
    convert(TaskEngine(items=lambda request: DOWN))
    engine = TaskEngine()
    made = convert(engine)
    assert engine.asked == ["items", "mend"]
    assert made.stopped is None
    assert made.module.gaps == ()
    assert made.module.items


def test_an_endpoint_that_never_answers_raises_and_keeps_no_empty_module(convert: Convert, store: Store) -> None:
    with pytest.raises(UnavailableError):
        convert(TaskEngine(brief=lambda request: DOWN))
    assert store.modules.list() == ()


def test_nothing_but_junk_raises_with_the_first_reason(convert: Convert, store: Store) -> None:
    with pytest.raises(ReplyError, match="brief"):
        convert(TaskEngine(**{name: lambda request: "?!" for name in ("brief", "objectives")}))
    assert not store.modules.list()


def test_a_brief_the_engine_could_not_give_is_unknown_and_a_gap(convert: Convert) -> None:
    made = convert(TaskEngine(brief=lambda request: "?!"))
    assert made.module.suitability.verdict is None
    assert made.module.brief.audience == ""
    assert [gap.stage for gap in made.module.gaps] == ["brief"]
    assert made.module.lessons


def test_a_document_with_nothing_to_perform_is_said_to_be_one(convert: Convert) -> None:
    with pytest.raises(NothingToTeachError):
        convert(TaskEngine(objectives=lambda request: ObjectivesReply(objectives=(), parked=())))


class LocalEngine(TaskEngine):
    """Gives the same answer to the same question, like the embedded engine."""

    reads_inputs = True


def test_a_source_in_a_language_the_engine_does_not_draft_in_is_unusable_input_and_says_what_to_do(
    convert: Convert, store: Store
) -> None:
    def no(request: object) -> ReplyError:
        return ReplyError("drafting", why="the engine drafts in de only", mend="mend", code="empty")

    with pytest.raises(NothingToTeachError) as caught:
        convert(LocalEngine(brief=no, objectives=no))
    assert caught.value.exit_code == 2
    assert caught.value.code == "language"
    assert "drafts in de only" in caught.value.line
    assert "in en" in caught.value.line
    assert "--engine openai" in caught.value.line
    assert not store.modules.list()


def test_a_local_engine_that_finds_nothing_even_for_the_brief_says_there_is_nothing_to_teach(convert: Convert) -> None:
    nothing = ObjectivesReply(objectives=(), parked=())
    with pytest.raises(NothingToTeachError, match="nothing in it can be performed"):
        convert(LocalEngine(brief=lambda request: "?!", objectives=lambda request: nothing))


@pytest.fixture
def uploads(conversions: Callable[[TaskEngine], Conversions]) -> Conversions:
    """What the upload screen is given."""
    return conversions(TaskEngine())


def test_an_upload_is_drafted_under_its_own_name_and_never_used_as_a_path(store: Store, uploads: Conversions) -> None:
    said: list[str] = []
    module = uploads.draft_upload(
        "../../etc/passwd\\notes.md",
        b"# Store a parcel\n\n1. Scan it.\n2. Shelve it.\n",
        lambda done, total, stage: said.append(stage),
    )
    assert store.modules.load(module).sources[0].path == "notes.md"
    assert "objectives" in said
    with pytest.raises(SourceError, match=r"notes\.pdf"):
        uploads.draft_upload("notes.pdf", b"%PDF-1.7 cut", lambda done, total, stage: None)


def test_a_local_engine_whose_objectives_cannot_be_used_is_not_taken_for_a_source_without_content(
    convert: Convert,
) -> None:
    with pytest.raises(ReplyError, match="none of the engine's replies"):
        convert(LocalEngine(brief=lambda request: "?!", objectives=lambda request: "?!"))


def test_the_same_bytes_under_another_name_are_taught_from_the_reading_that_is_kept(
    store: Store, uploads: Conversions
) -> None:
    content = b"Store *this* parcel\n\n1. Scan it.\n2. Shelve it.\n"
    first = uploads.draft_upload("a.md", content, lambda done, total, stage: None)
    second = uploads.draft_upload("a.txt", content, lambda done, total, stage: None)
    for name in (first, second):
        module = store.modules.load(name)
        kept = {block.id: block for block in store.sources.document(module.sources[0].id).blocks}
        assert all(proof.holds_in(kept[proof.block]) for one in module.elements() for proof in one.all_evidence)
    assert store.modules.load(second).sources[0].path == "a.txt"
