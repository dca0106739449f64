"""The evaluation of formats: enough texts of every verdict in each group, and figures that are measured."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.domain import Verdict
from pipeline.evaluate import triage
from pipeline.evaluate.triage import Specimen, TriageSuite, specimens


@pytest.mark.parametrize("group", ["built on", "set aside", "written last"])
def test_each_group_holds_texts_of_every_verdict(group: str) -> None:
    counts = Counter(one.verdict for one in specimens() if one.group == group)
    assert all(counts[verdict] >= 2 for verdict in Verdict)


def test_a_blended_text_says_which_of_its_own_headings_go_live() -> None:
    for specimen in specimens():
        assert (specimen.verdict is Verdict.BLENDED) == bool(specimen.live)
        assert all(f"## {heading}\n" in specimen.text for heading in specimen.live)


def test_a_wrong_verdict_counts_against_its_own_group(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = "# Data\n- You must keep personal data in the customer system.\n- You must not copy it to a private device.\n"
    right = Specimen("policy", Verdict.ASYNC, "built on", policy, ())
    wrong = Specimen("policy", Verdict.LIVE, "set aside", policy, ())
    monkeypatch.setattr(triage, "specimens", lambda: (right, wrong))
    rows = TriageSuite().rows(tmp_path, lambda done, total: None)
    assert [row.value for row in rows] == [1.0, 1.0, 0.0, 0.0, None, None]
