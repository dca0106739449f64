"""What a text that explains lets learners answer: reasons, results, and statements of which one is right."""

from __future__ import annotations

from pipeline.engines.embedded.engine import serving, wording_for
from pipeline.engines.embedded.items_reasons import reason_items
from pipeline.engines.embedded.items_statements import statement_items
from pipeline.engines.embedded.material import Material, restrict, told_of_everybody
from pipeline.engines.embedded.phrasebook import phrasebook
from pipeline.engines.embedded.reading import read_blocks
from pipeline.engines.embedded.wording import names_in
from tests.engines.embedded.drafting import blocks_of

ROASTING = (
    "# Roasting coffee\n"
    "Light roasts keep a sour note because little of the acid has broken down. "
    "Dark roasts lose their aroma because the oils have reached the surface. "
    "The drum is turned slowly because still beans burn on one side.\n"
    "If the drum is overfilled, the beans are roasted unevenly. If the air flow stops, the smoke is held in the beans.\n"
    "A longer roast makes the beans lighter in weight. "
    "The beans reach their first crack before the sugars turn brown. "
    "A higher starting temperature gives a more even colour.\n"
)


def material_of(text: str) -> Material:
    blocks = blocks_of(text)
    reading = told_of_everybody(read_blocks(blocks, "en"))
    wording = wording_for(reading, phrasebook("en"), names_in(blocks), "", 0)
    return serving(restrict(reading, blocks, wording))


def test_a_reason_is_asked_for_and_wrong_answers_are_reasons_for_something_else() -> None:
    found = [one.draft for one in reason_items(material_of(ROASTING))]
    item = next(one for one in found if one.stem.startswith("Why do dark roasts lose"))
    assert item.options[item.correct[0]].text == "The oils have reached the surface"
    wrong = [option for index, option in enumerate(item.options) if index not in item.correct]
    assert len(wrong) >= 2
    for option in wrong:
        assert option.text[1:] in ROASTING
        assert option.misconception
        assert option.text in option.feedback or option.text[1:] in option.feedback
        assert "The oils have reached the surface" not in option.feedback


def test_an_order_with_its_reason_is_no_question_about_why_it_is_so() -> None:
    text = "# Rinsing\nRinse the drum at once because residue sticks. Keep the lid shut because the steam burns.\n"
    assert not list(reason_items(material_of(text)))


def test_a_wrong_statement_differs_from_the_source_in_one_word() -> None:
    found = [one.draft for one in statement_items(material_of(ROASTING))]
    assert found
    for item in found:
        for index, option in enumerate(item.options):
            is_said = f"{option.text}." in ROASTING
            assert is_said == (index in item.correct), option.text
            if not is_said:
                quoted = option.feedback.partition("“")[2].partition("”")[0].rstrip(".").split()
                changed = [pair for pair in zip(quoted, option.text.split(), strict=True) if pair[0] != pair[1]]
                assert len(changed) == 1


def test_a_sentence_that_denies_something_is_not_turned_round() -> None:
    text = (
        "# Glazes\nThe glaze does not melt before the kiln is hot enough. A glaze never dries faster in the cold. "
        "No glaze holds above that limit without a binder.\n"
    )
    assert not list(statement_items(material_of(text)))
