"""The check's work grows with the module, element by element, and not with its square."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from pipeline.check import check_module
from pipeline.check.context import Context
from pipeline.check.surroundings import Surroundings
from pipeline.domain import Document, Module, Order
from pipeline.engines import create_engine
from pipeline.engines.ask import Asker
from pipeline.ingest import read_document
from pipeline.library.prompts import load_prompts
from pipeline.library.rubrics import load_rubrics
from pipeline.run.stages import Tools, run_stages
from tests.counting import calls_made_by

RUBRICS = load_rubrics()


def drafted(folder: Path, sections: int) -> tuple[Module, Document]:
    """The module of a handbook with that many sections, no two alike."""
    text = ["# Run the plant", "", "This handbook protects operators from an unexpected start.", ""]
    for number in range(sections):
        text += [
            f"## Clean unit {number}",
            "",
            "Follow these steps:",
            "",
            f"1. Stop pump P-{number} and wait {number + 3} minutes for rotor {number} to halt.",
            f"2. Close valve V-{number} and hang tag {number} on it.",
            f"3. Rinse filter F-{number} with {number + 5} litres of water.",
            "",
            f"If the gauge of unit {number} reads above {100 + number} bar, call the shift lead at once.",
            f"You must never open the cover of unit {number} with a crowbar.",
            "",
        ]
    path = folder / f"handbook-{sections}.md"
    path.write_text("\n".join(text), encoding="utf-8")
    document = read_document(path)
    tools = Tools(
        asker=Asker(create_engine("embedded"), prompts=load_prompts()),
        rubrics=RUBRICS,
        chunk_tokens=1500,
        concurrency=1,
        report=lambda stage, done, total: None,
    )
    module = asyncio.run(run_stages([document], Order(), tools)).module
    assert module is not None
    return module, document


def cost_of_an_element(folder: Path, sections: int) -> float:
    module, document = drafted(folder, sections)
    count = sum(1 for _ in module.elements())
    assert count > sections
    check_module(module, [document], RUBRICS)
    return calls_made_by(lambda: check_module(module, [document], RUBRICS)) / count


def test_an_element_costs_no_more_in_a_module_four_times_as_large(tmp_path: Path) -> None:
    assert cost_of_an_element(tmp_path, 24) <= 1.2 * cost_of_an_element(tmp_path, 6)


def test_a_section_of_the_source_is_read_once_for_all_elements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, document = drafted(tmp_path, 12)
    document = document.model_copy()  # nobody has read this one yet
    read: list[object] = []
    printed = Surroundings._of

    def noted(self: Surroundings, place: tuple[str, tuple[str, ...]]) -> object:
        if place not in self._printed:
            read.append(place)
        return printed(self, place)

    monkeypatch.setattr(Surroundings, "_of", noted)
    findings = check_module(module, [document], RUBRICS)
    assert check_module(module, [document], RUBRICS) == findings, "checked again after a change, nothing is read anew"
    assert len(read) == len(set(read)) > 0


def test_numbers_are_looked_up_in_the_sections_an_element_was_drafted_from(tmp_path: Path) -> None:
    module, document = drafted(tmp_path, 12)
    context = Context(module, [document])
    lesson = next(one for one in module.lessons if len(one.parts) > 1)
    own = {proof.block for part in lesson.parts for proof in part.evidence}
    served = [one for one in module.objectives if one.id in lesson.objective_ids]
    own |= {proof.block for one in served for proof in one.evidence}
    sections = {block.anchor.section for block in document.blocks if block.id in own}
    assert {section for _, section in context.sections_near(lesson.parts[0])} == sections
