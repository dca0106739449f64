"""The situations of a story in the order people read them, each with a number in place of its id.

In: a scenario. Out: its nodes from the start on, and what a choice leads to in words.
"""

from __future__ import annotations

from pipeline.domain import Choice, Node, Scenario
from pipeline.library.strings import Strings


class Story:
    """A scenario with its situations numbered from 1, as choices lead on from its start."""

    def __init__(self, scenario: Scenario) -> None:
        self.nodes = _in_order(scenario)
        self._numbers = {node.id: number for number, node in enumerate(self.nodes, start=1)}

    def number(self, node_id: str) -> int:
        """The number of the situation with that id."""
        return self._numbers[node_id]

    def situation(self, node_id: str, say: Strings) -> str:
        """What the situation is called."""
        return say.say("doc_node", id=self.number(node_id))

    def leads_to(self, choice: Choice, say: Strings) -> str:
        """The situation that follows the choice, or the end: also for one that leads nowhere known."""
        return self.situation(choice.next, say) if choice.next in self._numbers else say["doc_end"]


def _in_order(scenario: Scenario) -> tuple[Node, ...]:
    """The nodes by how many choices they are from the start; those that nothing leads to come last."""
    by_id = {node.id: node for node in scenario.nodes}
    found = [scenario.start] if scenario.start in by_id else []
    for node_id in found:  # grows while it is walked
        for choice in by_id[node_id].choices:
            if choice.next is not None and choice.next in by_id and choice.next not in found:
                found.append(choice.next)
    return tuple(by_id[name] for name in [*found, *(name for name in by_id if name not in found)])
