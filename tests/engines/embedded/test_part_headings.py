"""Parts of one lesson are told apart by what each is about."""

from __future__ import annotations

from pipeline.engines.embedded.engine import wording_for
from pipeline.engines.embedded.part_headings import told_apart
from pipeline.engines.embedded.phrasebook import phrasebook
from pipeline.engines.embedded.reading import read_blocks
from pipeline.engines.tasks import PartDraft, Quote
from pipeline.language import base_of
from tests.engines.embedded.drafting import blocks_of

FILTER = "The intake filter holds back dust. A clogged intake filter makes the compressor draw more current."
DRYER = "The dew point tells how dry the air is. A dew point above 10 °C means that water gets into the tools."
BLOCKS = blocks_of(f"# Readings\n\n{FILTER}\n\n{DRYER}\n")
WORDING = wording_for(read_blocks(BLOCKS, "en"), phrasebook(base_of("en")), frozenset(), "", 0)


def part(text: str, kind: str = "explanation") -> PartDraft:
    return PartDraft.model_validate(
        {"kind": kind, "markdown": text, "quotes": (Quote(block="b-1", text=text.removeprefix("### Dust\n\n")),)}
    )


def test_a_second_part_says_what_is_new_in_it_and_the_first_stands_under_the_title() -> None:
    first, second = told_apart([part(FILTER), part(DRYER)], ["Readings"], WORDING)
    assert first.markdown == FILTER
    assert second.markdown == f"### Dew point\n\n{DRYER}"


def test_a_part_with_a_heading_of_its_own_and_steps_are_left_alone() -> None:
    parts = [part(DRYER), part(f"### Dust\n\n{FILTER}"), part(FILTER, "procedure")]
    assert [one.markdown for one in told_apart(parts, ["Readings"], WORDING)] == [one.markdown for one in parts]


def test_what_the_title_names_is_no_heading_below_it() -> None:
    parts = told_apart([part(FILTER), part(DRYER)], ["Dew points and filters"], WORDING)
    assert parts[1].markdown == DRYER
