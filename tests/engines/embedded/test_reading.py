"""The whole reading: sections, hazards, duties, examples, tables, statements, and what holds for any text."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Cells, Reading, Section, Span
from pipeline.engines.embedded.reading import read_blocks
from tests.builders import LOCKOUT, a_block, a_document


def section_of(*texts: str, kind: str = "paragraph") -> Section:
    return read_blocks([a_block(text, kind) for text in texts], "en").sections[0]


def spans_of(value: object) -> Iterator[Span]:
    if isinstance(value, Span):
        yield value
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from spans_of(one)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            yield from spans_of(getattr(value, each.name))


def check_spans(reading: Reading, blocks: list[Block]) -> None:
    known = {id(block) for block in blocks}
    for span in spans_of(reading):
        assert id(span.block) in known
        assert 0 <= span.start < span.end <= len(span.block.text)
        assert span.text.strip()


WORDS = st.sampled_from(
    'If When Before you must not may only the a lock valve employees report , . : ; ? ( ) “ ” " is are '
    "means within 5 one hour "
    "every twelve months $500 % °C and or to First, Second, then press close Warning: 1. - | \n the "
    "manager responsible for "
    "checking never do it this they who that No e.g. 17:30 be reported by until unless because so can "
    "cause injury".split(" ")
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(WORDS, max_size=30).map(" ".join))
KINDS = st.sampled_from([kind.value for kind in BlockKind if kind is not BlockKind.TABLE])


@settings(max_examples=250, deadline=None)
@given(
    st.lists(st.tuples(KINDS, TEXTS, st.integers(1, 4), st.sampled_from([None, "1.", "2.", "•", "a)"])), max_size=8),
    st.sampled_from(["en", "de", "fr", "es", "ja", "ar", "und", ""]),
)
def test_any_text_is_read_without_error_and_every_span_is_exact(
    made: list[tuple[str, str, int, str | None]], language: str
) -> None:
    blocks = [
        a_block(text, kind, id=f"b{number}", level=level, marker=marker)
        for number, (kind, text, level, marker) in enumerate(made)
    ]
    reading = read_blocks(blocks, language)
    check_spans(reading, blocks)
    for section in reading.sections:
        for rule in section.rules:
            assert rule.action.strip()
        for limit in section.limits:
            assert limit.value_span.block is limit.span.block
            assert limit.span.start <= limit.value_span.start < limit.value_span.end <= limit.span.end


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(TEXTS, min_size=2, max_size=4), max_size=5))
def test_any_table_is_read_without_error(rows: list[list[str]]) -> None:
    text = "\n".join(" | ".join(row) for row in rows)
    table = a_block(text, "table", rows=tuple(tuple(row) for row in rows))
    check_spans(read_blocks([table], "en"), [table])


def test_the_same_blocks_give_the_same_reading() -> None:
    blocks = a_document().blocks
    assert read_blocks(blocks, "en") == read_blocks(blocks, "en")


def test_what_is_hidden_a_comment_or_furniture_is_not_read() -> None:
    rule = "Employees must wear a badge."
    blocks = [a_block(rule, "furniture"), a_block(rule, "comment"), a_block(rule, hidden=True)]
    assert read_blocks(blocks, "en").sections == ()


def test_sections_follow_the_headings() -> None:
    blocks = [
        a_block("Before."),
        a_block("Safety", "heading", level=1),
        a_block("Locks", "heading", level=2),
        a_block("Locks are red."),
        a_block("Tags", "heading", level=2),
        a_block("Records", "heading", level=1),
    ]
    sections = read_blocks(blocks, "en").sections
    assert [section.path for section in sections] == [
        (),
        ("Safety",),
        ("Safety", "Locks"),
        ("Safety", "Tags"),
        ("Records",),
    ]
    assert [len(section.blocks) for section in sections] == [1, 0, 1, 0, 0]
    assert sections[2].heading is blocks[2]


def test_paragraphs_with_titles_of_their_own_are_sections() -> None:
    blocks = [
        a_block("Sealer", "heading", level=1),
        a_block("Purpose. This procedure protects employees from stored energy."),
        a_block("Shift change. The technician applies a lock. Nobody leaves early."),
    ]
    sections = read_blocks(blocks, "en").sections
    assert [(section.heading is not None, section.title) for section in sections] == [
        (True, "Sealer"), (False, "Purpose"), (False, "Shift change"),
    ]  # fmt: skip
    assert sections[1].purpose is not None
    assert sections[1].purpose.text == "This procedure protects employees from stored energy."


@pytest.mark.parametrize(
    ("text", "consequence"),
    [
        ("Tanks stay hot for 40 minutes, so burns are possible long after.", "burns are possible long after"),
        ("Keep the valve closed; otherwise, the hose may burst.", "the hose may burst"),
        ("By turning off the computer, valuable evidence may be lost.", "valuable evidence may be lost"),
        ("Incorrect storage can cause an explosion.", "incorrect storage can cause an explosion"),
        ("Open V-12 slowly to avoid a pressure surge.", "a pressure surge"),
        ("Warning: the wire stays live.", None),
    ],
)
def test_a_hazard_has_the_consequence_its_sentence_states(text: str, consequence: str | None) -> None:
    (found,) = section_of(text).hazards
    assert (found.consequence, found.span.text) == (consequence, text)


@pytest.mark.parametrize(
    "text", ["The lamp can be red.", "You can use this link.", "So the lamp is red.", "Warning: Can someone..."]
)
def test_a_harmless_sentence_is_no_hazard(text: str) -> None:
    assert section_of(text).hazards == ()


@pytest.mark.parametrize(
    ("text", "actor", "duty"),
    [
        (
            "The EHS coordinator audits each employee once a year.",
            "the EHS coordinator",
            "audits each employee once a year",
        ),
        ("The supervisor is responsible for checking the extinguishers.", "the supervisor", "checks the extinguishers"),
        ("The IT department is responsible for the network.", "the IT department", "is responsible for the network"),
        (
            "The operator must stop the line and inform the shift lead.",
            "the operator",
            "stops the line and informs the shift lead",
        ),
        ("Team leads grant access.", "team leads", "grant access"),
    ],
)
def test_a_duty_names_its_role(text: str, actor: str, duty: str) -> None:
    assert [(found.actor, found.duty) for found in section_of(text).duties] == [(actor, duty)]


@pytest.mark.parametrize(
    "text",
    [
        "The pump starts the line.",
        "It checks the lock.",
        "Customers give us their address.",
        "The agency recommends a review.",
    ],
)
def test_things_and_remarks_are_no_duties(text: str) -> None:
    assert section_of(text).duties == ()


def test_a_table_of_roles_gives_duties() -> None:
    rows = (
        ("Role", "Responsibility"),
        ("Shift lead", "Signs the log."),
        ("Operators", "Report jams."),
        ("Date", "5 May"),
    )
    table = a_block("\n".join(" | ".join(row) for row in rows), "table", rows=rows)
    section = read_blocks([table], "en").sections[0]
    assert [(found.actor, found.duty) for found in section.duties] == [
        ("the shift lead", "signs the log"),
        ("operators", "report jams"),
    ]
    assert section.duties[0].span.text == "Shift lead | Signs the log."
    assert section.tables == (Cells(table, rows[0], rows[1:]),)


def test_a_table_without_a_header_is_no_cells() -> None:
    rows = (("Owner:", "The quality team keeps it."), ("Date:", "5 May 2024"))
    table = a_block("\n".join(" | ".join(row) for row in rows), "table", rows=rows)
    assert read_blocks([table], "en").sections[0].tables == ()


def test_an_example_is_kept_whole_and_nothing_else_is_read_from_it() -> None:
    blocks = [
        a_block("Example", "heading", level=2),
        a_block("Dana finds a jam. She waits 5 minutes and then the operator stops the line."),
    ]
    section = read_blocks(blocks, "en").sections[0]
    assert [found.span.text for found in section.examples] == [blocks[1].text]
    assert (section.rules, section.limits, section.duties) == ((), (), ())
    assert len(section_of("For example, a lost badge counts as a breach.").examples) == 1


def test_statements_are_whole_sentences_that_speak_of_the_subject() -> None:
    section = section_of(
        "The sealer has three energy sources. See the manual below. This document explains the sealer. "
        "Three sources. "
        "Is it safe? Press START. Walks into the room. I think so too."
    )
    assert [span.text for span in section.statements] == ["The sealer has three energy sources."]


def test_the_lockout_sample_gives_its_procedure_rule_and_limit() -> None:
    blocks = [
        block.model_copy(update={"marker": f"{number}."} if block.kind is BlockKind.LIST_ITEM else {})
        for number, block in enumerate(a_document(LOCKOUT).blocks, start=-1)
    ]
    section = read_blocks(blocks, "en").sections[0]
    (procedure,) = section.procedures
    assert procedure.goal == "lock out the carton sealer"
    assert len(procedure.steps) == 3
    assert [rule.condition for rule in section.rules] == ["if any reading is above zero"]
    assert [limit.value for limit in section.limits] == ["160 °C", "40 minutes"]
    assert section.purpose is not None


def test_a_long_document_is_read_in_linear_time() -> None:
    text = (
        "If the gauge shows more than 6 bar, the operator must close valve V-12 (see Fig. 3) and call "
        "the lead within 5 minutes. "
    )
    once = read_blocks([a_block(text * 40)], "en")
    assert len(once.sections[0].rules) == 40
    quotes = "(" * 4000 + "“" * 4000 + "a, " * 4000
    assert read_blocks([a_block(quotes)], "en").sections[0].rules == ()
