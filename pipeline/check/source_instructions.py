"""Source fidelity: what in a source speaks to a language model is reported, and nothing is drafted from it."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Block, BlockKind, Element, Module
from pipeline.injections import order_in

# A source full of them is one finding more than people read.
_MOST_NAMED = 10


def source_speaks_to_people(module: Module, context: Context) -> Iterator[Fault]:
    """No block of the sources gives an order to a language model."""
    known = {source.id for source in module.sources}
    found = [
        (block, order)
        for (source, _), block in context.blocks.items()
        if source in known and (order := order_in(block.text)) is not None
    ]
    for block, order in found[:_MOST_NAMED]:
        yield Fault(
            f"The source speaks to a language model{_place(block)}: “{order}”. "
            "What it says is not followed, and nothing is drafted from the block."
        )
    if len(found) > _MOST_NAMED:
        yield Fault(f"The source speaks to a language model in {len(found) - _MOST_NAMED} more blocks.")


def no_order_to_a_model_is_taught(element: Element, context: Context) -> Iterator[Fault]:
    """No quote stands in a block that gives an order to a language model."""
    for proof in context.proofs_of(element):
        block = context.blocks.get((proof.source, proof.block))
        if block is not None and order_in(block.text) is not None:
            yield Fault(
                f"It rests on a block of the source that speaks to a language model: “{prose.start_of(proof.quote)}”."
            )


def _place(block: Block) -> str:
    where = block.anchor
    told = (
        f"page {where.page}" if where.page else "",
        f"slide {where.slide}" if where.slide else "",
        "hidden from readers" if block.hidden else "",
        "a comment" if block.kind is BlockKind.COMMENT else "",
        f"block {block.id}",
    )
    return f" ({', '.join(filter(None, told))})"


CHECKS = (
    Check("source_speaks_to_people", "module", source_speaks_to_people),
    Check("no_order_to_a_model_is_taught", "text", no_order_to_a_model_is_taught),
)
