"""Another version of one element: same id and place, new content, people's decisions kept."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pipeline.domain import Element, Finding, ItemUse, Module, Scenario, Severity, Waiver
from pipeline.draft import rewrite_element
from pipeline.engines.ask import Asker
from pipeline.engines.base import Request
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.engines.tasks import JobAidDraft, ObjectiveDraft, PartDraft, RewriteInputs
from pipeline.engines.telling import ScenarioDraft
from pipeline.errors import ReplyError
from pipeline.library.prompts import load_prompts
from tests.builders import LOCKOUT, a_document, a_lesson, a_module, a_part, a_quiz_item, a_scenario, an_evidence
from tests.drafting import TaskEngine, a_story, an_asker, an_item_draft, first_quote

DOCUMENT = a_document()


def rewritten(element_id: str, engine: TaskEngine, *, module: Any = None, variant: int = 1) -> Element:
    return asyncio.run(
        rewrite_element(
            module or a_module(DOCUMENT),
            element_id,
            documents=[DOCUMENT],
            instruction=" shorter ",
            variant=variant,
            asker=an_asker(engine),
        )
    )


def seen_inputs(element_id: str, module: Any = None) -> RewriteInputs:
    seen: list[Request] = []

    def remember(request: Request) -> PartDraft:
        seen.append(request)
        return PartDraft(kind="procedure", markdown="1. New.", quotes=(first_quote(request),))

    rewritten(element_id, TaskEngine(rewrite_part=remember), module=module)
    assert isinstance(seen[0].inputs, RewriteInputs)
    assert seen[0].variant == 1
    return seen[0].inputs


def test_an_item_keeps_its_id_place_and_use() -> None:
    module = a_module(DOCUMENT, items=(a_quiz_item(document=DOCUMENT, use=ItemUse.PRACTICE),))
    engine = TaskEngine(rewrite_item=lambda request: an_item_draft(request, stem="The belt is hot. What now?"))
    new = rewritten("q-1", engine, module=module)
    old = module.element("q-1")
    assert new.id == old.id
    assert (new.objective_id, new.lesson_id, new.use) == ("o-1", "l-1", ItemUse.PRACTICE)  # type: ignore[attr-defined]
    assert new.label == "The belt is hot. What now?"


def test_a_part_keeps_its_kind_and_its_waivers() -> None:
    module = a_module(DOCUMENT)
    waived = module.element("p-1").changed(waivers=(Waiver(criterion="c", by="Ada", reason="because"),))
    new = rewritten(
        "p-1",
        TaskEngine(
            rewrite_part=lambda request: PartDraft(kind="summary", markdown="New.", quotes=(first_quote(request),))
        ),
        module=module.with_element(waived),
    )
    assert new.kind.value == "procedure"  # type: ignore[attr-defined]
    assert new.waivers == waived.waivers


def test_the_engine_sees_the_instruction_the_open_findings_and_the_lesson_s_blocks() -> None:
    finding = Finding(
        id="f-1", rubric="r", criterion="c", severity=Severity.WARNING, target="p-1", message="too long", principle="P"
    )
    inputs = seen_inputs("p-1", a_module(DOCUMENT, findings=(finding,)))
    assert inputs.instruction == "shorter"
    assert inputs.findings == ("too long",)
    assert inputs.objective is not None
    assert inputs.objective.id == "o-1"
    assert {block.text for block in inputs.blocks} >= {"Turn disconnect DS-7 to OFF and apply your padlock."}


def test_an_objective_and_a_job_aid_are_rewritten_too() -> None:
    def objective(request: Request) -> ObjectiveDraft:
        return ObjectiveDraft(
            lesson_title="x",
            text="Given a jam, the technician locks out the sealer in three steps.",
            audience="the technician",
            behaviour="locks out the sealer",
            condition="Given a jam",
            degree="in three steps",
            bloom="apply",
            job_behaviour=None,
            blocks=(),
            quotes=(first_quote(request),),
        )

    def aid(request: Request) -> JobAidDraft:
        return JobAidDraft(title="Card", markdown="- [ ] one", quotes=(first_quote(request),))

    engine = TaskEngine(rewrite_objective=objective, rewrite_resource=aid)
    assert rewritten("o-1", engine).label == "locks out the sealer"
    assert rewritten("r-1", engine).label == "Card"


def test_the_same_again_is_an_error_and_not_a_new_revision() -> None:
    part = a_module(DOCUMENT).element("p-1")

    def same(request: Request) -> PartDraft:
        from pipeline.engines.tasks import Quote

        proof = part.evidence[0]
        return PartDraft(kind="procedure", markdown=part.markdown, quotes=(Quote(block=proof.block, text=proof.quote),))  # type: ignore[attr-defined]

    with pytest.raises(ReplyError, match="no other version"):
        rewritten("p-1", TaskEngine(rewrite_part=same))


def test_an_unusable_reply_is_an_error_and_the_element_stays() -> None:
    with pytest.raises(ReplyError):
        rewritten("q-1", TaskEngine(rewrite_item=lambda request: an_item_draft(request, quotes=())))


def test_a_story_is_written_again_under_its_id_for_the_objectives_it_now_serves() -> None:
    module = a_module(DOCUMENT, scenarios=(a_scenario(DOCUMENT, fact_status="confirmed"),))
    seen: list[Request] = []

    def another(request: Request) -> ScenarioDraft:
        seen.append(request)
        return a_story(request)

    new = rewritten("sc-1", TaskEngine(rewrite_scenario=another), module=module)
    assert isinstance(new, Scenario)
    assert (new.id, new.objective_ids) == ("sc-1", ("o-1",))
    assert new.fact_status == module.element("sc-1").fact_status
    assert [node.id for node in new.nodes] == ["n-1", "n-2", "n-3", "n-4"]
    told = seen[0].messages[-1].content
    assert '"id": "n-1"' in told, "choices lead to situations by their ids"
    assert "shorter" in told
    asked = seen[0].inputs
    assert isinstance(asked, RewriteInputs)
    assert {quote.text for quote in asked.tested} >= {proof.quote for proof in module.items[0].evidence}


def test_a_story_that_cannot_be_played_does_not_replace_the_one_that_stands() -> None:
    def endless(request: Request) -> ScenarioDraft:
        return a_story(request).model_copy(update={"nodes": a_story(request).nodes[:1]})

    module = a_module(DOCUMENT, scenarios=(a_scenario(DOCUMENT),))
    with pytest.raises(ReplyError, match="fewer than two situations"):
        rewritten("sc-1", TaskEngine(rewrite_scenario=endless), module=module)


def test_the_embedded_engine_tells_another_story_from_all_that_the_module_teaches() -> None:
    cases = (
        "If the valve leaks, tighten the locking ring and call the foreman.",
        "If the lamp stays dark, replace its fuse and note it in the log book.",
        "If the gauge is broken, fetch the spare gauge from the cupboard.",
        "If the padlock is missing, borrow one from the tool crib.",
        "If the door is blocked, clear the floor before you go on.",
    )
    document = a_document((*LOCKOUT, *(("list_item", case) for case in cases)))
    parts = tuple(a_part(id=f"p-{n}", evidence=(an_evidence(document, case),)) for n, case in enumerate(cases))
    first = a_scenario(document, evidence=(an_evidence(document, cases[0]),))
    module = a_module(document, lessons=(a_lesson(parts=parts),), items=(), resources=(), scenarios=(first,))

    def again(variant: int, module: Module = module) -> Scenario:
        asker = Asker(EmbeddedEngine(), prompts=load_prompts())
        new = rewrite_element(
            module, "sc-1", documents=[document], instruction="", variant=variant, asker=asker
        )
        made = asyncio.run(new)
        assert isinstance(made, Scenario)
        return made

    second = again(1)
    third = again(2, module.with_element(second))
    told = [{node.situation for node in one.nodes if node.choices} for one in (second, third)]
    assert told[0] != told[1]
    assert {proof.quote for proof in third.evidence} != {proof.quote for proof in second.evidence}
