"""Questions about a branching story."""

from __future__ import annotations

from typing import Any

from pipeline.domain import Choice, Node, Scenario


def a_node(name: str, *ways: tuple[str | None, Any]) -> Node:
    choices = (
        Choice(text=f"go to {to}", consequence="It happens.", feedback="Why.", next=to, quality=quality)
        for to, quality in ways
    )
    return Node(id=name, situation="You are there.", choices=tuple(choices))


def a_story(*nodes: Node, start: str = "a") -> Scenario:
    return Scenario(id="sc-1", title="Story", objective_ids=("o-1",), start=start, nodes=nodes)


def test_a_story_that_ends_everywhere_has_nothing_lost_and_nothing_endless() -> None:
    story = a_story(a_node("a", ("b", "poor"), (None, "best")), a_node("b", (None, "best")))
    assert story.reached == {"a", "b"}
    assert story.lost_choices == ()
    assert story.endless == ()


def test_ways_in_a_circle_and_into_nowhere_are_told() -> None:
    story = a_story(a_node("a", ("b", "best")), a_node("b", ("a", "best"), ("x", "poor")), a_node("c"))
    assert story.endless == ("a", "b")
    assert [choice.next for choice in story.lost_choices] == ["x"]
    assert "c" not in story.reached
    assert a_story(a_node("a"), start="z").reached == frozenset()


def test_an_error_is_recoverable_only_where_the_best_can_still_be_done() -> None:
    end = a_node("end")
    second = a_node("b", ("end", "best"), (None, "poor"))
    assert a_story(a_node("a", ("b", "poor"), ("end", "best")), second, end).has_recoverable_error
    assert not a_story(a_node("a", ("end", "poor"), ("b", "best")), second, end).has_recoverable_error
