"""Rubric files: what is refused, by file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import Rubric
from pipeline.errors import RubricError
from pipeline.library.rubrics import load_rubrics, rubric_versions

RUBRIC = """
id = "feedback"
version = 2
principle = "feedback as instruction"
summary = "Feedback teaches."

[[criteria]]
id = "every_option_is_explained"
demand = "Every option has feedback."
severity = "error"
decided_by = "code"
reason = "A learner learns from the why."
source = "Hattie & Timperley 2007"
suggestion = "Write feedback for every option."

[[criteria.passing]]
text = "a"
note = "explained"

[[criteria.failing]]
text = "b"
"""


def folder_with(folder: Path, text: str = RUBRIC, name: str = "feedback.toml") -> Path:
    folder.joinpath(name).write_text(text, encoding="utf-8")
    return folder


def test_a_rubric_is_read_with_its_examples(tmp_path: Path) -> None:
    (rubric,) = load_rubrics(folder_with(tmp_path))
    assert isinstance(rubric, Rubric)
    criterion = rubric.criterion("every_option_is_explained")
    assert criterion.passing[0].note == "explained"
    assert rubric_versions([rubric]) == {"feedback": "2"}


def test_the_products_own_rubrics_are_in_order() -> None:
    rubrics = load_rubrics()
    assert rubrics
    assert len({rubric.id for rubric in rubrics}) == len(rubrics)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('reason = "A', 'colour = "red"\nreason = "A', "criteria.every_option_is_explained.colour: unknown key"),
        ('summary = "Feedback teaches."', "", "summary"),
        ('severity = "error"', 'severity = "fatal"', "criteria.every_option_is_explained.severity"),
        ('[[criteria.failing]]\ntext = "b"', "", "failing"),
        ('[[criteria.failing]]\ntext = "b"', "[criteria.failing]\n", "failing"),
        ('id = "feedback"', 'id = "other"', "name the file other.toml"),
        ("version = 2", "version = ", "TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in RUBRIC
    with pytest.raises(RubricError) as caught:
        load_rubrics(folder_with(tmp_path, RUBRIC.replace(old, new)))
    assert says in caught.value.line
    assert "feedback.toml" in caught.value.line


def test_no_example_and_no_criterion_is_refused(tmp_path: Path) -> None:
    text = RUBRIC.replace('[[criteria.failing]]\ntext = "b"\n', "failing = []\n")
    text = text.replace('[[criteria.passing]]\ntext = "a"\nnote = "explained"\n', 'passing = [{text = "a"}]\n')
    with pytest.raises(RubricError, match="no failing example"):
        load_rubrics(folder_with(tmp_path, text))
    with pytest.raises(RubricError, match="criteria is empty"):
        load_rubrics(folder_with(tmp_path, RUBRIC.split("[[criteria]]", maxsplit=1)[0] + "criteria = []\n"))


def test_two_criteria_of_one_name_are_refused(tmp_path: Path) -> None:
    folder_with(tmp_path)
    folder_with(tmp_path, RUBRIC.replace('"feedback"', '"more"'), "more.toml")
    with pytest.raises(RubricError, match=r"more\.toml: criterion every_option_is_explained is already in feedback"):
        load_rubrics(tmp_path)


def test_a_folder_without_rubrics_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match=r"no \.toml"):
        load_rubrics(tmp_path)
