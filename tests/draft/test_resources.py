"""Scripts and discussions: drafted where they are ordered or people meet, one question for all of them."""

from __future__ import annotations

from typing import Any

from pipeline.domain import Order, ResourceKind, Verdict
from pipeline.draft.resources import kinds_wanted
from pipeline.engines.base import Request
from pipeline.engines.telling import ResourceDraft, ResourcesReply
from tests.draft.telling import told
from tests.drafting import TaskEngine, first_quote

VIDEO, PODCAST, DISCUSSION = ResourceKind.VIDEO_SCRIPT, ResourceKind.PODCAST_SCRIPT, ResourceKind.DISCUSSION


def a_draft(request: Request, kind: Any, **fields: Any) -> ResourceDraft:
    base = {"title": "Stop the sealer", "markdown": "‖ What now?", "quotes": (first_quote(request),)}
    return ResourceDraft(kind=kind, **{**base, **fields})


def replying(*kinds: str, **fields: Any) -> TaskEngine:
    return TaskEngine(
        resources=lambda request: ResourcesReply(
            resources=tuple(a_draft(request, kind, **fields) for kind in kinds)
        )
    )


def test_what_is_ordered_is_wanted_and_a_discussion_where_people_meet() -> None:
    assert kinds_wanted(Order(), Verdict.ASYNC) == ()
    assert kinds_wanted(Order(), None) == ()
    assert kinds_wanted(Order(), Verdict.BLENDED) == (DISCUSSION,)
    assert kinds_wanted(Order(resources=(DISCUSSION, VIDEO)), Verdict.LIVE) == (VIDEO, DISCUSSION)


def test_all_are_asked_for_in_one_question_and_come_with_evidence_and_stable_ids() -> None:
    engine = replying("podcast_script", "video_script", "discussion")
    made = told(engine, kinds=(VIDEO, PODCAST))
    scripts = [one for one in made.resources if one.kind in (VIDEO, PODCAST, DISCUSSION)]
    assert [one.kind for one in scripts] == [VIDEO, PODCAST]
    assert all(one.evidence for one in scripts)
    assert len({one.id for one in made.resources}) == len(made.resources)
    assert engine.asked.count("resources") == 1
    again = told(replying("podcast_script", "video_script"), kinds=(VIDEO, PODCAST))
    assert [one.id for one in again.resources] == [one.id for one in made.resources]


def test_nothing_is_asked_where_nothing_is_wanted() -> None:
    engine = TaskEngine()
    told(engine)
    assert "resources" not in engine.asked


def test_an_order_that_comes_to_nothing_is_a_gap_and_what_was_only_offered_is_none() -> None:
    made = told(replying("discussion"), kinds=(VIDEO, DISCUSSION), ordered=(VIDEO,))
    assert [gap.message for gap in made.gaps] == ["video_script: the engine found nothing in the source for it"]
    assert told(replying(), kinds=(DISCUSSION,)).gaps == ()


def test_a_resource_that_cannot_be_traced_is_a_gap() -> None:
    made = told(replying("video_script", quotes=()), kinds=(VIDEO,), ordered=(VIDEO,))
    (gap,) = made.gaps
    assert gap.stage == "resources"
    assert "has no quote" in gap.message
