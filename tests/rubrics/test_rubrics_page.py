"""docs/rubrics.md names every criterion, and none that is not there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from pipeline.library.overlays import with_overlays
from pipeline.library.rubrics import load_rubrics

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "rubrics.md").read_text(encoding="utf-8")
TABLE = PAGE.split("## Where the criteria come from")[1]


def test_the_table_has_every_criterion() -> None:
    named = set(re.findall(r"`(\w+)`", TABLE))
    known = {criterion.id for rubric in load_rubrics() for criterion in rubric.criteria}
    assert named == known


def test_every_published_demand_has_a_row() -> None:
    rows = [line for line in TABLE.splitlines() if line.startswith("| ") and not line.startswith(("| **", "| demand", "| ---"))]
    assert len(rows) >= 90
    assert all(row.rstrip("| ").rsplit("|", 1)[1].strip() for row in rows)


def test_the_file_that_is_shown_can_be_used(tmp_path: Path) -> None:
    shown = PAGE.split("```toml\n")[1].split("```")[0]
    assert tomllib.loads(shown)["id"] == "acme"
    tmp_path.joinpath("acme.toml").write_text(shown, encoding="utf-8")
    own = with_overlays(load_rubrics(), tmp_path)[-1]
    assert (len(own.criteria), len(own.waives)) == (4, 1)
