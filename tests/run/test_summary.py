"""What a conversion made, in numbers."""

from __future__ import annotations

from pipeline.domain import Choice, ItemUse, Node, Scenario
from pipeline.run.summary import Summary
from tests.builders import a_document, a_module, a_quiz_item, a_resource


def test_follow_ups_scenarios_and_resources_are_counted_each_by_itself() -> None:
    document = a_document()
    choice = Choice(text="Stop", consequence="It stops.", feedback="Why.", next=None, quality="best")
    story = Scenario(
        id="sc-1", title="A jam", objective_ids=(), start="a", nodes=(Node(id="a", situation="A jam.", choices=(choice,)),)
    )
    glossary = a_resource().changed(id="r-9", kind="glossary")
    module = a_module(document).changed(
        items=(a_quiz_item(), a_quiz_item().changed(id="q-9", use=ItemUse.FOLLOW_UP, day=2)),
        scenarios=(story,),
        resources=(a_resource(), glossary),
    )
    found = Summary.of(module, [document])
    assert (found.test, found.follow_ups, found.scenarios, found.job_aids) == (1, 1, 1, 1)
    assert found.resources == ("glossary",)
    assert "follow-ups   1" in found.lines
    assert "scenarios    1" in found.lines
    assert "resources    glossary" in found.lines
