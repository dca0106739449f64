"""Terms of the embedded engine: what the source explains, in its words."""

from __future__ import annotations

from pipeline.engines.tasks import LESSON, LessonInputs, TermDraft, TopicInputs
from tests.engines.embedded.drafting import SEALER, a_brief, ask, ask_objectives, blocks_of, objective_of


def terms_of(text: str) -> dict[str, TermDraft]:
    blocks = blocks_of(text)
    (first, *_) = ask_objectives(blocks).objectives
    topic = TopicInputs(objective=objective_of(first), lesson_title=first.lesson_title, blocks=first.blocks)
    inputs = LessonInputs(
        language="en", source_title=None, document=blocks, brief=a_brief(), blocks=blocks, topics=(topic,), asked=(1,)
    )
    return {term.term.lower(): term for term in ask(LESSON, inputs).terms}


def test_every_definition_of_the_passage_is_there_whatever_the_lesson_teaches() -> None:
    found = terms_of(SEALER)
    assert set(found) == {"lockout", "residual energy", "tagged device"}
    assert found["lockout"].meaning == "a padlock holds an energy source in the safe position"
    whole = {block.id: block.text for block in blocks_of(SEALER)}
    for term in found.values():
        assert term.meaning in term.quotes[0].text
        assert term.quotes[0].text in whole[term.quotes[0].block]


def test_abbreviations_count_as_terms() -> None:
    text = "# Alarms\n## Answer an alarm\nCall the Network Operations Centre (NOC) first. You must log each alarm.\n"
    assert terms_of(text)["noc"].meaning == "Network Operations Centre"
