"""The figures over drafts: what counts as a guess, as evidence, as feedback of its own, as a silent fallback."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import Evidence, Gap, Module
from pipeline.evaluate.drafts import Draft, DraftsSuite, rows_of, samples_in
from pipeline.evaluate.rows import Row
from pipeline.evaluate.seeded_clean import clean_modules

CLEAN = clean_modules()[-1]


def figures(module: Module) -> dict[tuple[str, str], Row]:
    return {(row.set, row.measure): row for row in rows_of([Draft(module, CLEAN.documents)])}


def test_sound_modules_reach_every_mark() -> None:
    found = figures(CLEAN.module)
    assert [row for row in found.values() if row.is_met is False] == []
    assert found["items pooled", "right by picking the longest option"].note == "fewer than 200 items"
    assert found["elements", "rest on evidence"].value == 1.0


def test_what_is_wrong_shows_in_its_figure() -> None:
    item = CLEAN.module.items[0]
    twin = item.options[0].feedback
    options = (*item.options[:-1], item.options[-1].model_copy(update={"feedback": twin}))
    part = CLEAN.module.lessons[0].parts[1]
    proof = part.evidence[0]
    shifted = Evidence(**{**dict(proof), "start": proof.start + 1, "end": proof.end + 1})
    objective = CLEAN.module.objectives[0]
    module = CLEAN.module.with_element(item.model_copy(update={"options": options}))
    module = module.with_element(part.model_copy(update={"evidence": (shifted,)}))
    module = module.with_element(objective.model_copy(update={"degree": " "}))
    found = figures(module)
    options_share = found["options", "have feedback of their own"].value
    assert options_share is not None
    assert options_share < 1
    assert found["elements", "rest on evidence"].is_met is False
    assert found["objectives", "lack a slot and are not flagged"].value == 1


def test_an_objective_without_items_is_silent_unless_a_gap_tells() -> None:
    gone = CLEAN.module.objectives[0].id
    module = CLEAN.module.model_copy(
        update={"items": tuple(item for item in CLEAN.module.items if item.objective_id != gone)}
    )
    assert figures(module)["modules", "silent fallbacks"].value == 1
    told = module.model_copy(update={"gaps": (Gap(target=gone, stage="draft", code="any", message="no reply"),)})
    assert figures(told)["modules", "silent fallbacks"].value == 0


def test_the_real_documents_are_drafted_where_they_are_there(tmp_path: Path) -> None:
    seen: list[str] = []

    def draft(path: Path) -> Draft:
        seen.append(path.name)
        return Draft(CLEAN.module, CLEAN.documents)

    (tmp_path / "samples").mkdir()
    (tmp_path / "samples" / "memo.md").write_text("# Memo", encoding="utf-8")
    (tmp_path / "samples" / "README.md").write_text("# Read me", encoding="utf-8")
    DraftsSuite(draft).rows(tmp_path / "eval", lambda done, total: None)
    assert "memo.md" in seen
    assert "README.md" not in seen
    assert len(seen) > 1


@pytest.mark.parametrize("folder", ["nowhere"])
def test_without_the_folder_there_are_no_samples(tmp_path: Path, folder: str) -> None:
    assert samples_in(tmp_path / folder) == []
