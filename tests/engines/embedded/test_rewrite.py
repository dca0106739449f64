from typing import Any

import pytest

from pipeline.domain import Block
from pipeline.engines.tasks import (
    REWRITE_ITEM,
    REWRITE_OBJECTIVE,
    REWRITE_PART,
    REWRITE_RESOURCE,
    ObjectiveDraft,
    RewriteInputs,
    Task,
)
from pipeline.errors import ReplyError
from tests.engines.embedded.drafting import (
    a_brief,
    ask,
    ask_items,
    ask_lesson,
    ask_objectives,
    blocks_of,
    objective_of,
    titled,
)

BLOCKS = blocks_of()
DRAFT = titled(ask_objectives(BLOCKS), "When something is wrong")


def again(
    task: Task[Any, Any],
    kind: str,
    element: dict[str, Any],
    *,
    variant: int = 1,
    blocks: tuple[Block, ...] = BLOCKS,
    draft: ObjectiveDraft = DRAFT,
    instruction: str = "",
) -> Any:
    inputs = RewriteInputs(
        language="en",
        source_title=None,
        blocks=tuple(one for one in blocks if one.id in draft.blocks),
        document=blocks,
        brief=a_brief(),
        kind=kind,
        element=element,
        objective=objective_of(draft),
        instruction=instruction,
        findings=(),
    )
    return ask(task, inputs, variant=variant)


def test_another_item_asks_something_else_of_the_same_kind_and_keeps_its_use() -> None:
    item = next(one for one in ask_items(BLOCKS, DRAFT).items if one.type == "single")
    new = again(REWRITE_ITEM, "item", {**item.dump(), "use": "practice"})
    assert new.type == "single"
    assert new.use == "practice"
    assert new.stem != item.stem
    assert {one.text for one in new.options} != {one.text for one in item.options}


def test_asking_again_and_again_brings_different_items() -> None:
    item = next(one for one in ask_items(BLOCKS, DRAFT).items if one.type == "single")
    stems = {again(REWRITE_ITEM, "item", item.dump(), variant=variant).stem for variant in (1, 2, 3)}
    assert len(stems) == 3


@pytest.mark.parametrize("kind", ["practice", "relevance", "reflection", "explanation"])
def test_another_part_is_of_the_same_kind_with_other_words_and_quotes(kind: str) -> None:
    part = next(one for one in ask_lesson(BLOCKS, DRAFT).parts if one.kind == kind)
    new = again(REWRITE_PART, "part", part.dump())
    assert new.kind == kind
    assert new.markdown != part.markdown
    assert new.quotes


def test_another_objective_fills_all_four_slots() -> None:
    new = again(REWRITE_OBJECTIVE, "objective", DRAFT.dump())
    assert new.text != DRAFT.text
    assert all((new.audience, new.behaviour, new.condition, new.degree))


def test_a_job_aid_of_rules_is_a_checklist() -> None:
    new = again(REWRITE_RESOURCE, "resource", {"kind": "job_aid", "markdown": "- [ ] Close the guard."})
    assert new.markdown.startswith("- [ ] ")


def test_where_the_source_gives_nothing_else_the_engine_says_so() -> None:
    blocks = blocks_of("# Parcels\n- Put on gloves and lift the parcel.\n")
    draft = ask_objectives(blocks).objectives[0]
    (only,) = ask_items(blocks, draft, test=4, practice=4).items
    with pytest.raises(ReplyError) as caught:
        again(REWRITE_ITEM, "item", only.model_dump(mode="json"), blocks=blocks, draft=draft)
    assert caught.value.code == "empty"


def test_shorter_is_shorter() -> None:
    part = next(one for one in ask_lesson(BLOCKS, DRAFT).parts if one.kind == "explanation")
    new = again(REWRITE_PART, "part", part.dump(), instruction="Make this shorter, please.")
    assert len(new.markdown) < len(part.markdown)
