"""What every draft of the embedded engine must be, on the product's samples and on real documents of others.

The real documents lie beside the checkout in ../shared/samples and are not copied into it; where that folder is absent
the samples alone are tried.
"""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import pytest

from pipeline.check import check_module
from pipeline.domain import CHOICE_TYPES, Document, Module, Order, Severity
from pipeline.engines import create_engine
from pipeline.engines.ask import Asker
from pipeline.ids import normalised
from pipeline.ingest import read_document
from pipeline.library.prompts import load_prompts
from pipeline.library.rubrics import load_rubrics
from pipeline.run.stages import Tools, run_stages

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "samples"
ENDINGS = {".docx", ".pdf", ".md", ".html", ".txt"}
OWN = sorted(path for path in (ROOT / "samples").iterdir() if path.suffix in ENDINGS and path.stem != "README")
REAL = sorted(path for path in SHARED.iterdir() if path.suffix in ENDINGS) if SHARED.is_dir() else []
FILES = [*OWN, *REAL]
# Drafted twice: what differs in a long one would differ in a short one.
SHORT = [*OWN, *(path for path in REAL if path.stat().st_size < 40_000)]

META_TALK = ("this document", "this module", "the document says", "according to the source", "the text says")


@cache
def drafted(path: Path) -> tuple[Module, Document]:
    """The module of a file, drafted by the embedded engine."""
    document = read_document(path)

    async def run() -> Module:
        asker = Asker(create_engine("embedded"), prompts=load_prompts())
        tools = Tools(
            asker=asker,
            rubrics=load_rubrics(),
            chunk_tokens=1500,
            concurrency=8,
            report=lambda stage, done, total: None,
        )
        module = (await run_stages([document], Order(), tools)).module
        assert module is not None
        return module

    return asyncio.run(run()), document


@pytest.fixture(params=FILES, ids=lambda path: path.name)
def draft(request: pytest.FixtureRequest) -> tuple[Module, Document]:
    """Each document's draft."""
    return drafted(request.param)


Draft = tuple[Module, Document]


def test_there_is_something_to_learn_and_something_to_answer(draft: Draft) -> None:
    module, _ = draft
    assert module.objectives
    assert module.lessons
    assert module.items
    assert not module.gaps


def test_no_element_is_without_evidence_and_every_quote_is_where_it_says(draft: Draft) -> None:
    module, document = draft
    blocks = {block.id: block for block in document.blocks}
    for element in module.elements():
        assert element.evidence, f"{element.id}: {element.label}"
        for proof in element.all_evidence:
            assert proof.source == document.source.id
            assert proof.holds_in(blocks[proof.block]), proof


def test_every_block_is_used_or_listed_with_the_reason(draft: Draft) -> None:
    module, document = draft
    used = {block for _, block in module.used_blocks()}
    listed = [omission.block for omission in module.omissions]
    assert len(listed) == len(set(listed))
    assert not used & set(listed)
    assert used | set(listed) == {block.id for block in document.blocks}


def test_every_option_has_its_own_feedback(draft: Draft) -> None:
    module, _ = draft
    for item in module.items:
        said = [normalised(option.feedback) for option in item.options]
        assert all(said), item.stem
        assert len(set(said)) == len(said), item.stem
        for option in item.options:
            assert len(option.feedback.split()) >= 5, option.feedback
            assert normalised(option.feedback) != normalised(option.text)
            if item.type in CHOICE_TYPES and not option.correct:
                assert option.misconception, f"{item.stem}: {option.text}"


def test_the_rubrics_find_no_error(draft: Draft) -> None:
    """Among them: one observable verb an objective, ABCD in full, numbers that are in the source."""
    module, document = draft
    findings = check_module(module, [document], load_rubrics())
    errors = [f"{one.criterion} on {one.target}: {one.message}" for one in findings if one.severity is Severity.ERROR]
    assert not errors


def test_no_wrong_options_feedback_names_the_key(draft: Draft) -> None:
    module, document = draft
    findings = check_module(module, [document], load_rubrics())
    assert not [one.message for one in findings if one.criterion.endswith("wrong_options_feedback_keeps_the_key")]


def test_no_two_lessons_bear_one_title(draft: Draft) -> None:
    module, _ = draft
    titles = [normalised(lesson.title) for lesson in module.lessons]
    assert len(set(titles)) == len(titles), titles
    assert not any("(continued)" in lesson.title for lesson in module.lessons)


def test_no_talk_about_the_document_and_no_fragments(draft: Draft) -> None:
    module, _ = draft
    for item in module.items:
        for text in (item.stem, *(option.feedback for option in item.options), item.general_feedback):
            assert not any(phrase in text.casefold() for phrase in META_TALK), text
            assert ".." not in text.replace("...", "…"), text
            assert text == text.strip()
            first = next((char for char in text if char.isalpha()), "A")
            assert first == first.upper() or not first.islower() or text[0] in '“"«', text
        assert item.stem.rstrip('”"»)').endswith(("?", ".", ":", "؟", "。", "！", "？")), item.stem
    for objective in module.objectives:
        assert objective.text.endswith((".", "。"))


@pytest.mark.parametrize("path", SHORT, ids=lambda path: path.name)
def test_the_same_document_gives_the_same_module(path: Path) -> None:
    module, document = drafted(path)

    async def again() -> Module | None:
        asker = Asker(create_engine("embedded"), prompts=load_prompts())
        tools = Tools(
            asker=asker,
            rubrics=load_rubrics(),
            chunk_tokens=1500,
            concurrency=1,
            report=lambda stage, done, total: None,
        )
        return (await run_stages([document], Order(), tools)).module

    assert asyncio.run(again()) == module


def test_keys_cannot_be_guessed_from_their_length_or_place() -> None:
    """Over all drafts pooled: the key is strictly the longest option in at most 35%, and no position holds over half."""
    items = [item for path in FILES for item in drafted(path)[0].items if item.type.value == "single"]
    longest = 0
    places: dict[int, int] = {}
    for item in items:
        key = item.correct_options[0]
        longest += all(len(key.text) > len(option.text) for option in item.options if option.id != key.id)
        place = [option.id for option in item.options].index(key.id)
        places[place] = places.get(place, 0) + 1
    assert longest <= 0.35 * len(items), f"{longest} of {len(items)}"
    assert max(places.values()) <= 0.5 * len(items), places
