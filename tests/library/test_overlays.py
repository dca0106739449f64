"""An organisation's own rubric files: what they change, and what is refused in one clear line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.check import check_module
from pipeline.config import load_settings
from pipeline.domain import Module, Rubric, Severity
from pipeline.errors import RubricError
from pipeline.library.locate import authored
from pipeline.library.overlays import with_overlays
from pipeline.library.rubrics import load_rubrics, rubric_versions
from pipeline.wiring import rubrics
from tests.builders import a_document
from tests.rubrics.specimen import clean_module

HEAD = 'id = "acme"\nversion = 3\nprinciple = "Acme house rules"\n'
OWN = """
[[criteria]]
id = "{id}"
demand = "It is so."
severity = "{severity}"
decided_by = "code"
[criteria.rule]
{rule}
"""


def laid_over(folder: Path, text: str, name: str = "acme.toml") -> tuple[Rubric, ...]:
    folder.joinpath(name).write_text(HEAD + text, encoding="utf-8")
    return with_overlays(load_rubrics(), folder)


def own(rule: str, *, id: str = "acme_rule", severity: str = "warning") -> str:  # noqa: A002
    return OWN.format(id=id, severity=severity, rule=rule)


def found(held_to: tuple[Rubric, ...], module: Module | None = None) -> list[tuple[str, str, str]]:
    module = module or clean_module()
    return [(one.criterion, one.target, one.message) for one in check_module(module, [a_document()], held_to)]


def test_without_a_folder_the_rubrics_are_the_products_own(tmp_path: Path) -> None:
    assert with_overlays(load_rubrics(), tmp_path / "none") == load_rubrics()


def test_forbidden_words_are_found_where_they_stand(tmp_path: Path) -> None:
    held_to = laid_over(tmp_path, own('kind = "forbidden_words"\ntargets = ["part", "item"]\nwords = ["start-up"]'))
    assert found(held_to) == [("acme_rule", "p-0", 'The text uses "start-up".')]


def test_a_required_word_is_asked_of_each_target(tmp_path: Path) -> None:
    held_to = laid_over(tmp_path, own('kind = "required_words"\ntargets = ["module"]\nwords = ["speak-up line", "STOP"]'))
    assert found(held_to) == []
    held_to = laid_over(tmp_path, own('kind = "required_words"\ntargets = ["resource"]\nwords = ["speak-up line"]'))
    assert found(held_to) == [("acme_rule", "r-1", '"speak-up line" is missing.')]


def test_a_maximum_of_words_is_held(tmp_path: Path) -> None:
    held_to = laid_over(tmp_path, own('kind = "maximum_words"\ntargets = ["lesson"]\nlimit = 10'))
    ((criterion, target, message),) = found(held_to)
    assert (criterion, target) == ("acme_rule", "p-0")
    assert message.endswith("10 are the most.")


def test_what_a_person_decides_needs_no_examples_and_yields_no_finding(tmp_path: Path) -> None:
    text = '[[criteria]]\nid = "brand_voice"\ndemand = "It sounds like us."\nseverity = "advice"\ndecided_by = "person"'
    held_to = laid_over(tmp_path, text)
    assert held_to[-1].criterion("brand_voice").reason
    assert found(held_to) == []


def test_a_criterion_weighs_what_the_house_says(tmp_path: Path) -> None:
    held_to = laid_over(tmp_path, '[[weights]]\ncriterion = "word_repeats"\nseverity = "error"')
    rubric = next(one for one in held_to if one.id == "item-writing")
    assert rubric.criterion("word_repeats").severity is Severity.ERROR


def test_a_waived_criterion_is_asked_of_no_module_and_the_waiver_is_on_record(tmp_path: Path) -> None:
    module = clean_module().model_copy(update={"settings": clean_module().settings.changed(owner=None)})
    assert [one[0] for one in found(load_rubrics(), module)] == ["somebody_looks_after_the_module"]
    text = '[[waivers]]\ncriterion = "somebody_looks_after_the_module"\nby = "Ada"\nreason = "The catalogue keeps owners."'
    held_to = laid_over(tmp_path, text)
    assert found(held_to, module) == []
    assert [one.reason for one in held_to[-1].waives] == ["The catalogue keeps owners."]


def test_versions_are_recorded_as_those_of_other_rubrics(tmp_path: Path) -> None:
    assert rubric_versions(laid_over(tmp_path, ""))["acme"] == "3"


@pytest.mark.parametrize(
    ("text", "said"),
    [('[[waivers]]\ncriterion = "word_repeats"\nby = "Ada"', "waivers 1: word_repeats is waived without a reason"),
     ('[[waivers]]\ncriterion = "word_repeats"\nreason = "So."', "waived without a name"),
     ('[[waivers]]\ncriterion = "word_repeat"\nby = "Ada"\nreason = "So."', "did you mean word_repeats"),
     ('[[weights]]\ncriterion = "word_repeats"\nseverity = "fatal"', "use one of error, warning, advice"),
     ('[[weights]]\ncriterion = "word_repeats"\nweight = 2', "weights 1: unknown key weight"),
     ('[[criterias]]\nid = "x"', "criterias: unknown key"),
     (own('kind = "forbidden_words"\ntargets = ["item"]\nwords = ["x"]', id="word_repeats"), "one of the product's"),
     (own('kind = "forbidden_words"\ntargets = ["item"]'), "words is empty"),
     (own('kind = "maximum_words"\ntargets = ["item"]'), "limit is missing"),
     (own('kind = "no_such"\ntargets = ["item"]'), "criteria acme_rule.rule.kind"),
     ('[[criteria]]\nid = "x"\ndemand = "d"\nseverity = "advice"\ndecided_by = "code"', "code needs a rule"),
     ("[[criteria]", "TOML")],
)  # fmt: skip
def test_a_wrong_file_is_one_clear_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RubricError) as refused:
        laid_over(tmp_path, text)
    line = str(refused.value)
    assert "rubric overlay acme.toml" in line
    assert said in line
    assert "\n" not in line


def test_a_file_is_called_as_its_id_and_not_as_a_rubric_of_the_product(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match="write id = \"other\""):
        laid_over(tmp_path, "", name="other.toml")
    tmp_path.joinpath("other.toml").unlink()
    tmp_path.joinpath("process.toml").write_text(HEAD.replace("acme", "process", 1), encoding="utf-8")
    with pytest.raises(RubricError, match="there is a rubric 'process' already"):
        with_overlays(load_rubrics(), tmp_path)


def test_the_workspace_keeps_them_in_rubrics_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    tmp_path.joinpath("rubrics").mkdir()
    laid_over(tmp_path / "rubrics", "")
    assert "acme" in {one.id for one in rubrics(load_settings({"workspace": tmp_path}, {}, start=tmp_path))}
    flags = {"workspace": tmp_path, "rubric_overlays": "nowhere"}
    with pytest.raises(RubricError, match="it is no folder"):
        rubrics(load_settings(flags, {}, start=tmp_path))


def test_in_a_checkout_the_products_own_folder_is_no_overlay(tmp_path: Path) -> None:
    assert with_overlays(load_rubrics(), authored("rubrics")) == load_rubrics()
    shutil.copytree(authored("rubrics"), tmp_path / "rubrics")  # another checkout, such as a clone
    settings = load_settings({}, {}, start=tmp_path)
    assert rubrics(settings) == load_rubrics()
    laid_over(tmp_path / "rubrics", "")
    assert [one.id for one in rubrics(settings)] == [*(one.id for one in load_rubrics()), "acme"]
