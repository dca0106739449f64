"""Several elements in one question: what is shown of them, whose reply is whose, and what follows for the module."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from pipeline.domain import Module, OmissionReason
from pipeline.draft.rewrites import Rewrites, refitted, rewrite_elements
from pipeline.engines.base import Request
from pipeline.engines.mending import MendedDraft, MendedReply, MendInputs
from pipeline.engines.tasks import PartDraft
from pipeline.errors import ParkedError
from tests.builders import a_document, a_module, a_quiz_item, a_scenario
from tests.drafting import TaskEngine, a_story, an_asker, an_item_draft, first_quote

DOCUMENT = a_document()
MODULE = a_module(DOCUMENT)


def rewritten(engine: TaskEngine, *ids: str, module: Module = MODULE) -> Rewrites:
    return asyncio.run(
        rewrite_elements(
            module, dict.fromkeys(ids, ("too long. Cut it.",)), documents=[DOCUMENT], asker=an_asker(engine),
            concurrency=2, report=lambda stage, done, total: None,
        )
    )


def replying(*drafts: Callable[[Request], dict[str, Any]]) -> TaskEngine:
    empty = dict.fromkeys(("objective", "part", "item", "resource"))

    def mend(request: Request) -> MendedReply:
        return MendedReply(mended=tuple(MendedDraft(**{**empty, **draft(request)}) for draft in drafts))

    return TaskEngine(mend=mend)


def an_item(number: int, stem: str = "The belt is hot. What now?") -> Callable[[Request], dict[str, Any]]:
    return lambda request: {"element": number, "item": an_item_draft(request, stem)}


def a_part(number: int, markdown: str = "1. New.") -> Callable[[Request], dict[str, Any]]:
    return lambda request: {
        "element": number, "part": PartDraft(kind="summary", markdown=markdown, quotes=(first_quote(request),)),
    }


def test_each_new_version_takes_the_place_of_its_element_and_keeps_its_kind_and_use() -> None:
    made = rewritten(replying(an_item(2), a_part(1)), "p-1", "q-1")
    item, part = made.elements
    old = MODULE.element("q-1")
    assert (item.id, item.use, part.id) == ("q-1", old.use, "p-1")  # type: ignore[attr-defined]
    assert part.kind == MODULE.element("p-1").kind  # type: ignore[attr-defined]
    assert made.usage.calls == 1


def test_the_question_shows_the_elements_their_findings_and_only_the_blocks_they_need() -> None:
    seen: list[Request] = []

    def mend(request: Request) -> MendedReply:
        seen.append(request)
        return MendedReply(mended=())

    rewritten(TaskEngine(mend=mend), "q-1")
    inputs = seen[0].inputs
    assert isinstance(inputs, MendInputs)
    assert {block.id for block in inputs.blocks} == {proof.block for proof in MODULE.element("q-1").all_evidence}
    assert "- wrong: too long. Cut it." in seen[0].messages[-1].content
    assert "null" not in seen[0].messages[-1].content.split("<<<ELEMENTS")[1].split("ELEMENTS")[0]


@pytest.mark.parametrize("number", [0, 3, 99])
def test_a_version_of_nothing_that_was_asked_about_is_passed_over(number: int) -> None:
    made = rewritten(replying(an_item(number), an_item(1)), "q-1", "q-2")
    assert [element.id for element in made.elements] == ["q-1"]


def test_of_two_versions_of_an_element_the_first_counts_and_one_of_another_kind_does_not() -> None:
    made = rewritten(replying(an_item(1, "First?"), an_item(1, "Second?"), a_part(2)), "q-1", "q-2")
    assert [element.label for element in made.elements] == ["First?"]


def test_the_key_stays_where_it_stood_so_that_positions_stay_balanced() -> None:
    for place in range(3):
        options = tuple(
            option.model_copy(update={"correct": number == place})
            for number, option in enumerate(a_quiz_item(3, document=DOCUMENT).options)
        )
        module = a_module(DOCUMENT, items=(a_quiz_item(options, document=DOCUMENT, id="q-1"),))
        (item,) = rewritten(replying(an_item(1)), "q-1", module=module).elements
        assert [option.correct for option in item.options].index(True) == place  # type: ignore[attr-defined]


def test_many_elements_are_asked_about_in_more_than_one_question_and_each_once() -> None:
    items = tuple(a_quiz_item(document=DOCUMENT, id=f"q-{number}", stem=f"What {number}?") for number in range(20))
    numbers: list[int] = []

    def mend(request: Request) -> MendedReply:
        assert isinstance(request.inputs, MendInputs)
        numbers.append(len(request.inputs.flagged))
        return MendedReply(mended=())

    rewritten(TaskEngine(mend=mend), *(item.id for item in items), module=a_module(DOCUMENT, items=items))
    assert len(numbers) == 2
    assert sum(numbers) == 20


def test_a_reply_that_comes_later_is_waited_for() -> None:
    parked = ParkedError("reply", why="later", mend="wait")
    with pytest.raises(ParkedError):
        rewritten(TaskEngine(mend=lambda request: parked), "q-1")


def test_the_ledger_and_the_minutes_follow_the_new_text() -> None:
    (part,) = rewritten(replying(a_part(1, "word " * 400)), "p-1").elements
    after = refitted(MODULE.with_element(part), MODULE, [DOCUMENT])
    assert after.lessons[0].minutes > MODULE.lessons[0].minutes
    lost = MODULE.used_blocks() - after.used_blocks()
    assert {(one.source, one.block) for one in after.omissions if one.reason is OmissionReason.PARKED} >= lost
    assert not {(one.source, one.block) for one in after.omissions} & after.used_blocks()
    back = refitted(MODULE, MODULE, [DOCUMENT])
    assert back.omissions == tuple(
        one for one in MODULE.omissions if (one.source, one.block) not in MODULE.used_blocks()
    )


def test_a_story_is_mended_in_a_question_of_its_own_with_its_reasons() -> None:
    module = a_module(DOCUMENT, scenarios=(a_scenario(DOCUMENT),))
    seen: list[Request] = []

    def another(request: Request) -> Any:
        seen.append(request)
        return a_story(request)

    engine = replying(an_item(1))
    engine.replies["rewrite-scenario"] = another
    made = rewritten(engine, "sc-1", "q-1", module=module)
    assert [element.id for element in made.elements] == ["q-1", "sc-1"]
    assert engine.asked == ["mend", "rewrite-scenario"]
    assert made.usage.calls == 2
    assert "too long. Cut it." in seen[0].messages[-1].content


def test_a_story_without_a_usable_reply_stays_and_the_others_are_mended() -> None:
    module = a_module(DOCUMENT, scenarios=(a_scenario(DOCUMENT),))
    engine = replying(an_item(1))
    engine.replies["rewrite-scenario"] = lambda request: a_story(request).model_copy(update={"nodes": ()})
    made = rewritten(engine, "sc-1", "q-1", module=module)
    assert [element.id for element in made.elements] == ["q-1"]
    assert made.stopped is None
    assert made.usage.calls > 1
