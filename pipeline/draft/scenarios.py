"""A module's drafted lessons and items → its branching scenarios, where the source carries any.

Asked once, when lessons and items are there: what items ask about tells where the source has decisions. A story that
could not be played (a dead end, a situation nobody reaches, no mistake that can be mended) is not used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from pipeline.domain import CHOICE_TYPES, Block, BloomLevel, Brief, Choice, ItemUse, Node, QuizItem, Scenario
from pipeline.draft.desk import Desk, Judged
from pipeline.draft.topics import Topic
from pipeline.engines.quotes import QuoteFinder, untraced
from pipeline.engines.shown import Shown
from pipeline.engines.tasks import Quote
from pipeline.engines.telling import SCENARIOS, NodeDraft, ScenarioDraft, ScenariosInputs, ScenariosReply
from pipeline.ids import short_id
from pipeline.tokens import count

FEWEST_DECISIONS = 2
# What a language model is shown to make a story of: a few rules, with the words around them.
_MOST_SHOWN_TOKENS = 450
_ENDS = ("", "end", "none", "null")


async def draft_scenarios(
    topics: Sequence[Topic],
    items: Sequence[QuizItem],
    *,
    brief: Brief,
    language: str,
    document: tuple[Block, ...],
    finder: QuoteFinder,
    desk: Desk,
) -> tuple[Scenario, ...]:
    """The module's scenarios; none, and no question, where nothing was drafted that asks for decisions."""
    blocks = _taught(topics) if desk.asker.engine.reads_inputs else _decided(topics, items)
    if not blocks or not topics:
        return ()
    shown = Shown(blocks)
    inputs = ScenariosInputs(
        language=language,
        source_title=None,
        blocks=blocks,
        document=document,
        brief=brief,
        topics=tuple(topic.as_inputs() for topic in topics),
        tested=tuple(
            Quote(block=proof.block, text=proof.quote)
            for item in items
            if item.use is ItemUse.TEST
            for proof in item.evidence
        ),
    )

    homes = {topic.objective.id: frozenset(block.id for block in topic.blocks) for topic in topics}

    def judge(reply: ScenariosReply) -> list[Judged[Scenario]]:
        return [
            judged_scenario(draft, where=f"scenario {number}", homes=homes, shown=shown, finder=finder)
            for number, draft in enumerate(reply.scenarios, 1)
        ]

    desk.expect(1)
    found = await desk.pieces(SCENARIOS, inputs, targets=[topics[0].objective.id], judge=judge)
    counts: Counter[str] = Counter()
    numbered = []
    for scenario in found or ():
        first = scenario.objective_ids[0]
        counts[first] += 1
        numbered.append(scenario.model_copy(update={"id": short_id("sc", first, counts[first])}))
    return tuple(numbered)


def judged_scenario(
    draft: ScenarioDraft,
    *,
    where: str,
    homes: Mapping[str, Collection[str]],
    shown: Shown,
    finder: QuoteFinder,
    scenario_id: str = "sc",
) -> Judged[Scenario]:
    """The draft as an element, or why it could not be played.

    `homes` are the objectives it may serve, by id, each with its blocks: those whose blocks it quotes, else the first.
    """
    quotes = [quote for node in draft.nodes for quote in node.quotes]
    evidence = finder.all_evidence(quotes, shown=shown)
    about = {proof.block for proof in evidence}
    served = [objective_id for objective_id, blocks in homes.items() if not about.isdisjoint(blocks)]
    served = served or list(homes)[:1]
    if not draft.nodes:
        return Judged(served[0], None, (f"{where} has no situation",))
    ids = {node.id: f"n-{number}" for number, node in enumerate(draft.nodes, 1)}
    scenario = Scenario(
        id=scenario_id,
        title=draft.title.strip(),
        objective_ids=tuple(served),
        start="n-1",
        nodes=tuple(_node(node, number, ids) for number, node in enumerate(draft.nodes, 1)),
        evidence=evidence,
    )
    problems = [f"{where}: {problem}" for problem in _problems(draft, scenario)]
    if not evidence:
        problems.append(untraced(quotes, where=where))
    return Judged(served[0], None if problems else scenario, tuple(problems))


def _node(draft: NodeDraft, number: int, ids: dict[str, str]) -> Node:
    return Node(
        id=f"n-{number}",
        situation=draft.situation.strip(),
        choices=tuple(
            Choice(
                text=choice.text.strip(),
                consequence=choice.consequence.strip(),
                feedback=choice.feedback.strip(),
                next=_next(choice.next, ids),
                quality=choice.quality,
            )
            for choice in draft.choices
        ),
    )


def _next(name: str | None, ids: dict[str, str]) -> str | None:
    if name is None or (name not in ids and name.strip().lower() in _ENDS):
        return None
    return ids.get(name, name)


def _problems(draft: ScenarioDraft, scenario: Scenario) -> Iterator[str]:
    """Why the story could not be played."""
    if len({node.id for node in draft.nodes}) < len(draft.nodes):
        yield "two situations have the same id"
    if not scenario.title:
        yield "it has no title"
    decisions = [node for node in scenario.nodes if node.is_decision]
    if len(decisions) < FEWEST_DECISIONS:
        yield "it has fewer than two situations to decide in"
    for node in scenario.nodes:
        if not node.situation:
            yield f"situation {node.id} is empty"
        if not all(choice.text and choice.consequence and choice.feedback for choice in node.choices):
            yield f"situation {node.id} has a choice without text, consequence or feedback"
        if node.is_decision and sum(choice.quality == "best" for choice in node.choices) != 1:
            yield f"situation {node.id} needs exactly one best choice"
    for choice in scenario.lost_choices:
        yield f"the choice {choice.text!r} leads to {choice.next!r}, which is not there"
    for node in scenario.nodes:
        if node.id not in scenario.reached:
            yield f"nothing leads to situation {node.id}"
    if scenario.endless:
        yield f"from situation {scenario.endless[0]} the story never ends"
    if decisions and not scenario.has_recoverable_error:
        yield "no choice that is not the best leads to a situation in which the best can still be done"


def _taught(topics: Sequence[Topic]) -> tuple[Block, ...]:
    return tuple({block.id: block for topic in topics for block in topic.blocks}.values())


def _decided(topics: Sequence[Topic], items: Sequence[QuizItem]) -> tuple[Block, ...]:
    """The blocks that decisions rest on, in reading order, those of the topic with most of them first to be taken; none
    where there are too few for a story.
    """
    blocks = {block.id: block for block in _taught(topics)}
    asked: dict[str, list[str]] = {}
    for item in items:
        if item.type in CHOICE_TYPES and item.bloom.rank >= BloomLevel.APPLY.rank:
            found = asked.setdefault(item.objective_id, [])
            found += [proof.block for proof in item.evidence if proof.block in blocks and proof.block not in found]
    wanted: list[str] = []
    room = _MOST_SHOWN_TOKENS
    for objective_id in sorted(asked, key=lambda one: -len(asked[one])):
        for block_id in asked[objective_id]:
            cost = count(blocks[block_id].text)
            if block_id not in wanted and cost <= room:
                wanted.append(block_id)
                room -= cost
    if len(wanted) < FEWEST_DECISIONS:
        return ()
    return tuple(block for block_id, block in blocks.items() if block_id in wanted)
