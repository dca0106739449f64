"""Chunks → elements: every quote exact, every failure a gap, every block accounted for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain import Brief, Chunk, ChunkSpan, Document, ItemType
from pipeline.draft import Drafted, draft_elements, outline_elements
from pipeline.engines.base import Request
from pipeline.engines.tasks import (
    JobAidDraft,
    LessonDraft,
    LessonsReply,
    NumberDraft,
    ObjectivesReply,
    OptionDraft,
    ParkedBlock,
    PartDraft,
    QuizDraft,
    QuizzesReply,
    Quote,
)
from pipeline.errors import ParkedError, UnavailableError
from tests.builders import a_document
from tests.drafting import (
    TaskEngine,
    a_lesson_reply,
    an_asker,
    an_item_draft,
    first_quote,
    items_of,
    lessons_of,
    one_item,
    one_objective,
)

DOWN = UnavailableError("endpoint", why="it does not answer", mend="start it")


def whole(document: Document) -> Chunk:
    """The document as one chunk."""
    spans = tuple(ChunkSpan(block=b.id, start=0, end=len(b.text), in_chunk=0) for b in document.blocks)
    return Chunk(id="c-1", source=document.source.id, text="", spans=spans, tokens=1)


def drafted(engine: TaskEngine, *, document: Document | None = None, chunks: int = 1, **kwargs: Any) -> Drafted:
    document = document or a_document()
    chunk = whole(document)
    shared: dict[str, Any] = {
        "brief": Brief(audience="technicians", performance_goal="isolate"),
        "language": "en",
        "asker": an_asker(engine),
        "report": lambda stage, done, total: None,
        "concurrency": 4,
        **kwargs,
    }

    async def both() -> Drafted:
        outlined = await outline_elements([document], [chunk] * chunks, **shared)
        made = await draft_elements([document], outlined, **shared)
        gaps = sorted([*outlined.gaps, *made.gaps], key=lambda gap: (gap.target, gap.stage, gap.message))
        return replace(made, gaps=tuple(gaps), usage=outlined.usage + made.usage)

    return asyncio.run(both())


def test_a_chunk_becomes_an_objective_with_its_lesson_items_and_job_aid() -> None:
    made = drafted(TaskEngine())
    (objective,), (lesson,), (item,), (aid,) = made.objectives, made.lessons, made.items, made.resources
    assert lesson.objective_ids == (objective.id,)
    assert (item.objective_id, item.lesson_id) == (objective.id, lesson.id)
    assert aid.title == "Checklist"
    assert made.gaps == ()
    assert made.usage.calls == 3


def test_every_quote_is_exactly_where_its_evidence_says() -> None:
    document = a_document()
    made = drafted(TaskEngine(), document=document)
    proofs = [proof for part in made.lessons[0].parts for proof in part.evidence]
    assert proofs
    assert all(proof.holds_in(document.block(proof.block)) for proof in proofs)


def test_the_same_inputs_give_the_same_elements() -> None:
    first, second = drafted(TaskEngine()), drafted(TaskEngine())
    assert first == second


def test_every_block_is_used_or_listed_with_the_reason() -> None:
    document = a_document(
        (
            ("heading", "Title"),
            ("paragraph", "Close the valve."),
            ("furniture", "Page 1"),
            ("paragraph", "close the valve. "),
            ("paragraph", "See the intranet."),
        )
    )

    def objectives(request: Request) -> ObjectivesReply:
        reply = one_objective(request)
        parked = ParkedBlock(block=document.blocks[4].id, reason="not_instructional", note="a pointer")
        only = reply.objectives[0].model_copy(update={"blocks": (document.blocks[1].id,)})
        return ObjectivesReply(objectives=(only,), parked=(parked,))

    made = drafted(TaskEngine(objectives=objectives), document=document)
    assert [(one.block, one.reason.value) for one in made.omissions] == [
        (document.blocks[0].id, "not_instructional"),
        (document.blocks[2].id, "furniture"),
        (document.blocks[3].id, "duplicate"),
        (document.blocks[4].id, "not_instructional"),
    ]


INVENTED = Quote(block="1", text="Wait for exactly 48 hours before you begin.")


def test_a_piece_without_a_real_quote_is_a_gap_and_costs_no_second_question() -> None:
    def lesson(request: Request) -> LessonsReply:
        good = PartDraft(kind="explanation", markdown="Do it.", quotes=(first_quote(request),))
        bad = PartDraft(kind="summary", markdown="Wait 48 hours.", quotes=(INVENTED,))
        return lessons_of(request, good, bad)

    engine = TaskEngine(lesson=lesson)
    made = drafted(engine)
    assert engine.asked.count("lesson") == 1
    assert [part.kind.value for part in made.lessons[0].parts] == ["explanation"]
    (gap,) = made.gaps
    assert (gap.stage, gap.code, gap.target) == ("lesson", "rejected", made.objectives[0].id)
    assert "48 hours" in gap.message


def test_a_piece_with_a_real_and_an_invented_quote_is_kept_with_the_real_one_alone() -> None:
    def lesson(request: Request) -> LessonsReply:
        quotes = (INVENTED, first_quote(request))
        part = PartDraft(kind="explanation", markdown="Do it.", quotes=quotes)
        return lessons_of(request, part, job_aid=JobAidDraft(title="Card", markdown="- [ ] it", quotes=quotes))

    def items(request: Request) -> QuizzesReply:
        option = OptionDraft(text="Go", feedback="So it is.", misconception=None, target=None, quotes=(INVENTED,))
        options = (option, option.model_copy(update={"text": "Stay", "feedback": "No."}))
        quotes = (INVENTED, first_quote(request))
        return items_of(request, an_item_draft(request, options=options, quotes=quotes))

    made = drafted(TaskEngine(lesson=lesson, items=items))
    assert made.gaps == ()
    for element in (made.lessons[0].parts[0], made.items[0], made.resources[0]):
        (proof,) = element.all_evidence
        assert proof.holds_in(a_document().block(proof.block))


def test_only_a_reply_of_which_nothing_can_be_used_is_asked_again() -> None:
    def lesson(request: Request) -> LessonsReply:
        return lessons_of(request, PartDraft(kind="summary", markdown="Wait.", quotes=(INVENTED,)))

    engine = TaskEngine(lesson=lesson)
    made = drafted(engine)
    assert engine.asked.count("lesson") == 2
    assert made.lessons == ()
    assert [(gap.stage, gap.code) for gap in made.gaps] == [("lesson", "rejected")]


def two_objectives(request: Request) -> ObjectivesReply:
    """One on the first half of the chunk's blocks and one on the second."""
    only = one_objective(request).objectives[0]
    half = len(only.blocks) // 2
    return ObjectivesReply(
        objectives=(
            only.model_copy(update={"blocks": only.blocks[:half]}),
            only.model_copy(update={"blocks": only.blocks[half:]}),
        ),
        parked=(),
    )


def test_all_objectives_of_a_chunk_are_asked_about_together() -> None:
    engine = TaskEngine(objectives=two_objectives)
    made = drafted(engine)
    assert engine.asked == ["objectives", "lesson", "items"]
    assert [lesson.objective_ids for lesson in made.lessons] == [(one.id,) for one in made.objectives]
    assert len(made.items) == 1, "the second asks the same as the first"
    assert made.gaps == ()


def test_an_objective_that_a_reply_passed_over_is_asked_about_once_more_by_itself() -> None:
    seen: list[tuple[int, ...]] = []

    def lesson(request: Request) -> LessonsReply:
        seen.append(request.inputs.asked)  # type: ignore[attr-defined]
        return LessonsReply(lessons=a_lesson_reply(request).lessons[:1])

    made = drafted(TaskEngine(objectives=two_objectives, lesson=lesson))
    assert seen == [(1, 2), (2,)]
    assert len(made.lessons) == 2
    assert made.gaps == ()


def test_a_lesson_that_stays_away_is_a_gap() -> None:
    def lesson(request: Request) -> LessonsReply:
        return LessonsReply(lessons=tuple(one for one in a_lesson_reply(request).lessons if one.objective == 1))

    engine = TaskEngine(objectives=two_objectives, lesson=lesson)
    made = drafted(engine)
    assert len(made.lessons) == 1
    assert {(gap.stage, gap.target) for gap in made.gaps} == {("lesson", made.objectives[1].id)}


def test_lessons_and_items_are_told_apart_by_the_number_of_their_objective() -> None:
    def lesson(request: Request) -> LessonsReply:
        first = PartDraft(kind="summary", markdown="First.", quotes=(first_quote(request),))
        second = first.model_copy(update={"markdown": "Second."})
        return LessonsReply(
            lessons=(
                LessonDraft(objective=2, parts=(second,), job_aid=None),
                LessonDraft(objective=1, parts=(first,), job_aid=None),
            )
        )

    def items(request: Request) -> QuizzesReply:
        drafts = [an_item_draft(request, stem=f"What do you do in case {n}?") for n in (1, 2)]
        quizzes = [QuizDraft(objective=n, items=(draft,)) for n, draft in enumerate(drafts, 1)]
        return QuizzesReply(quizzes=(quizzes[1], quizzes[0]))

    made = drafted(TaskEngine(objectives=two_objectives, lesson=lesson, items=items))
    assert [lesson.parts[0].markdown for lesson in made.lessons] == ["First.", "Second."]
    assert [item.objective_id for item in made.items] == [one.id for one in made.objectives]
    assert [item.stem[-2] for item in made.items] == ["1", "2"]


def test_items_are_asked_for_something_else_than_the_lesson_practises() -> None:
    told: list[tuple[str, ...]] = []

    def lesson(request: Request) -> LessonsReply:
        return lessons_of(request, PartDraft(kind="practice", markdown="What now?", quotes=(first_quote(request),)))

    def items(request: Request) -> QuizzesReply:
        told.append(request.inputs.topics[0].practised)  # type: ignore[attr-defined]
        return one_item(request)

    drafted(TaskEngine(lesson=lesson, items=items))
    assert told == [(a_document().blocks[1].id,)]


def test_a_reply_that_comes_later_leaves_no_gap_and_the_others_are_asked_meanwhile() -> None:
    later = ParkedError("objectives", why="ordered", mend="come back")
    asked: list[str] = []

    def objectives(request: Request) -> ObjectivesReply | Exception:
        asked.append(request.task)
        return later if len(asked) == 1 else one_objective(request)

    engine = TaskEngine(objectives=objectives)
    with pytest.raises(ParkedError):
        drafted(engine, chunks=2, concurrency=1)
    assert engine.asked == ["objectives", "objectives", "lesson", "items"]


def test_junk_leaves_a_typed_gap_and_the_rest_is_drafted() -> None:
    made = drafted(TaskEngine(items=lambda request: "I can't do that."))
    assert made.items == ()
    assert made.lessons
    assert [(gap.stage, gap.code) for gap in made.gaps] == [("items", "not_json")]
    assert made.stopped is None
    assert made.usage.calls == 4, "what the junk cost is counted"


def test_a_service_that_fails_stops_the_asking_and_what_was_not_asked_is_a_gap() -> None:
    engine = TaskEngine(lesson=lambda request: DOWN)
    made = drafted(engine, concurrency=1)
    assert made.stopped is DOWN
    assert made.objectives
    assert engine.asked.count("lesson") == 1
    assert "items" not in engine.asked
    assert {(gap.stage, gap.code) for gap in made.gaps} == {("lesson", "unreachable"), ("items", "unreachable")}


@pytest.mark.parametrize(
    "fields",
    [
        {"correct": ()},
        {"correct": (0, 1)},
        {"correct": (7,)},
        {"correct": (0, 7), "type": "multiple"},
        {"correct": (0, 1, 2), "type": "multiple"},
        {"stem": "  "},
        {"quotes": ()},
        {"type": "numeric"},
        {"type": "cloze", "accepted": (("DS-7",),)},
        {"type": "cloze", "stem": "Turn {{1}} to OFF.", "accepted": ((" ",),)},
        {"type": "match"},
        {"type": "order", "correct": (0, 1)},
        {
            "options": tuple(
                OptionDraft(text="Same", feedback=f"f{n}", misconception=None, target=None, quotes=()) for n in (1, 2)
            )
        },
        {
            "options": tuple(
                OptionDraft(text=f"t{n}", feedback="Incorrect.", misconception=None, target=None, quotes=())
                for n in (1, 2)
            )
        },
    ],
    ids=[
        "no key",
        "two keys",
        "outside",
        "one outside",
        "no wrong option",
        "no stem",
        "no quote",
        "no number",
        "no blank",
        "nothing accepted",
        "no targets",
        "order short",
        "same options",
        "same feedback",
    ],
)
def test_an_item_that_would_not_work_is_never_kept(fields: dict[str, Any]) -> None:
    made = drafted(TaskEngine(items=lambda request: items_of(request, an_item_draft(request, **fields))))
    assert made.items == ()
    assert [gap.code for gap in made.gaps] == ["rejected"]


def test_what_a_type_does_not_use_is_left_out() -> None:
    fields: dict[str, Any] = {"type": "numeric", "number": NumberDraft(value=40, tolerance=0, unit="minutes")}
    made = drafted(TaskEngine(items=lambda request: items_of(request, an_item_draft(request, **fields))))
    assert made.items[0].options == ()
    assert made.gaps == ()


def test_a_key_named_twice_is_one_key() -> None:
    made = drafted(TaskEngine(items=lambda request: items_of(request, an_item_draft(request, correct=(1, 1)))))
    assert len(made.items[0].correct_options) == 1


def test_no_two_items_ask_the_same() -> None:
    twins = drafted(
        TaskEngine(items=lambda request: items_of(request, an_item_draft(request), an_item_draft(request)))
    )
    assert len(twins.items) == 1


def test_keys_are_spread_over_the_positions() -> None:
    def items(request: Request) -> QuizzesReply:
        return items_of(request, *(an_item_draft(request, stem=f"Case {n}: what do you do?") for n in range(9)))

    made = drafted(TaskEngine(items=items))
    places = [[option.correct for option in item.options].index(True) for item in made.items]
    assert sorted(places) == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_options_that_are_numbers_stay_in_order() -> None:
    options = tuple(
        OptionDraft(text=f"{n} minutes", feedback=f"{n} is for case {n}.", misconception=None, target=None, quotes=())
        for n in (10, 20, 40)
    )
    made = drafted(TaskEngine(items=lambda request: items_of(request, an_item_draft(request, options=options))))
    assert [option.text for option in made.items[0].options] == ["10 minutes", "20 minutes", "40 minutes"]


def test_steps_are_never_shown_in_their_right_order() -> None:
    def items(request: Request) -> QuizzesReply:
        return items_of(
            request, *(an_item_draft(request, stem=f"Order {n}.", type="order", correct=(0, 1, 2)) for n in range(6))
        )

    made = drafted(TaskEngine(items=items))
    assert len(made.items) == 6
    for item in made.items:
        assert item.type is ItemType.ORDER
        assert [option.id for option in item.options] != list(item.answer or ())
        texts = {option.id: option.text for option in item.options}
        assert [texts[str(one)] for one in item.answer or ()] == [
            "Do the first thing",
            "Do the second thing",
            "Do the third thing",
        ]


def test_two_objectives_on_the_same_blocks_have_ids_of_their_own() -> None:
    made = drafted(TaskEngine(), chunks=2)
    assert len({objective.id for objective in made.objectives}) == 2
    assert len({lesson.id for lesson in made.lessons}) == 2


def test_no_more_questions_are_under_way_than_allowed() -> None:
    engine = TaskEngine(items=one_item)
    drafted(engine, chunks=6, concurrency=2)
    assert engine.most_in_flight == 2
