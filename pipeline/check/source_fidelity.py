"""Source fidelity: every element quotes its source exactly, and says nothing the source does not."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.check.source_numbers import codes_are_in_the_source, numbers_are_in_the_source
from pipeline.check.source_steps import no_step_is_dropped, steps_keep_the_source_order
from pipeline.check.source_strength import strength_is_kept
from pipeline.domain import BlockKind, Element, Module, Objective, Part, PartKind
from pipeline.language import base_of

# Written without blanks between words: two texts can't be compared word by word.
_UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my"})

# Tesseract's mean confidence of a clean page is above .9; below this, words are wrong often enough to look.
SURE = 0.8

# These ask and claim nothing.
_ASKING = (PartKind.PRACTICE, PartKind.REFLECTION)


def every_element_has_evidence(element: Element, context: Context) -> Iterator[Fault]:
    """The element quotes its source."""
    if not context.proofs_of(element):
        yield Fault("The element quotes nothing from the source.")


def quotes_stand_where_evidence_says(element: Element, context: Context) -> Iterator[Fault]:
    """Each quote is a known source's, word for word, at the very place that is named."""
    known = {source.id for source in context.sources}
    for proof in context.proofs_of(element):
        if proof.source not in known:
            yield Fault(f'The quote "{prose.start_of(proof.quote)}" names a source the module does not have.')
        elif proof.source in context.documents:
            block = context.blocks.get((proof.source, proof.block))
            if block is None:
                yield Fault(
                    f'The quote "{prose.start_of(proof.quote)}" names the missing block {proof.block}.'
                )
            elif not proof.holds_in(block):
                yield Fault(
                    f'The quote "{prose.start_of(proof.quote)}" is not at the place its evidence names.'
                )


def evidence_bears_on_the_text(element: Element, context: Context) -> Iterator[Fault]:
    """At least one quote shares a word that carries meaning with the text it is to prove."""
    if isinstance(element, Objective) or (isinstance(element, Part) and element.kind in _ASKING):
        return
    if base_of(context.language) in _UNSPACED:
        return
    languages = {source.id: source.language for source in context.sources}
    quoted: set[str] = set()
    for proof in context.proofs_of(element):
        if base_of(languages.get(proof.source) or context.language) != base_of(
            context.language
        ):
            return
        quoted |= set(context.content_words(proof.quote))
    said = {word for _, text in context.texts_of(element) for word in context.content_words(text)}
    if said and quoted and not said & quoted:
        yield Fault("No quote shares a word with the text it is to prove.")


def doubtful_readings_are_marked(element: Element, context: Context) -> Iterator[Fault]:
    """Words that were recognised from a picture, and not surely, are compared with the picture by a person."""
    doubted = {
        (proof.source, proof.block): block
        for proof in context.proofs_of(element)
        if (block := context.blocks.get((proof.source, proof.block))) is not None
        and block.confidence is not None
        and block.confidence < SURE
    }
    if doubted:
        first = next(iter(doubted.values()))
        page = f", page {first.anchor.page}" if first.anchor.page else ""
        yield Fault(
            f"It rests on text that was recognised from a picture and may be wrong{page} "
            f'({round((first.confidence or 0) * 100)} % sure): "{prose.start_of(first.text)}"'
        )


def nothing_is_missing(module: Module, context: Context) -> Iterator[Fault]:
    """Nothing is left that an engine could not deliver."""
    for gap in module.gaps:
        yield Fault(f"Something is missing here ({gap.stage}): {gap.message}", target=gap.target)


def every_block_is_used_or_listed(module: Module, context: Context) -> Iterator[Fault]:
    """Every block that could be taught is quoted by an element or listed with the reason why not."""
    if not context.documents:
        return
    accounted = module.used_blocks() | {(one.source, one.block) for one in module.omissions}
    known = {source.id for source in module.sources}
    lost = [
        block
        for (source, block_id), block in context.blocks.items()
        if source in known
        and block.is_teachable
        and block.kind is not BlockKind.HEADING
        and (source, block_id) not in accounted
    ]
    if lost:
        first = "; ".join(f'"{prose.start_of(block.text)}"' for block in lost[:3])
        yield Fault(
            f"{len(lost)} blocks of the source are neither taught nor listed as left out, such as {first}."
        )


CHECKS = (
    Check("every_element_has_evidence", "text", every_element_has_evidence),
    Check("quotes_stand_where_evidence_says", "text", quotes_stand_where_evidence_says),
    Check("numbers_are_in_the_source", "text", numbers_are_in_the_source),
    Check("codes_are_in_the_source", "text", codes_are_in_the_source),
    Check("strength_is_kept", "text", strength_is_kept, ("must", "stopwords")),
    Check("steps_keep_the_source_order", "text", steps_keep_the_source_order),
    Check("no_step_is_dropped", "part", no_step_is_dropped, ("stopwords",)),
    Check("doubtful_readings_are_marked", "text", doubtful_readings_are_marked),
    Check("nothing_is_missing", "module", nothing_is_missing),
    Check("evidence_bears_on_the_text", "text", evidence_bears_on_the_text),
    Check("every_block_is_used_or_listed", "module", every_block_is_used_or_listed),
)
