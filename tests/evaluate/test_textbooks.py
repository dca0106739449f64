"""The evaluation on textbook modules: against what the authors wrote, and honest where something is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.domain import BlockKind
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.evaluate import textbooks
from pipeline.evaluate.textbooks import (
    TextbookSuite,
    checked_questions,
    document_of,
    drafted_objectives,
    recalled,
    terms_recalled,
)

TOLD = (
    "A brand is a name that tells one product from another. A brand with a good name costs more to build. "
    "The worth of a brand lies in what people expect of it. A weak brand makes every sale of a product dear. "
    "Most brands fade within ten years."
)
MODULE: dict[str, Any] = {
    "id": "shop/m1", "title": "Branding for Beginners", "objectives": ["Explain the benefits of branding"],
    "section_titles": ["Benefits of Branding", "Brand Equity versus Brand Image"],
    "blocks": [
        {"s": 0, "k": "p", "text": TOLD},
        {"s": 0, "k": "h", "text": "In the Shop"},
        {"s": 1, "k": "p", "text": TOLD.replace("brand", "label")},
        {"s": 1, "k": "l", "text": "Brand equity is the worth that a name adds to a product."},
    ],
    "key_terms": [{"term": "brand equity (BE)", "meaning": "worth of a name"}],
    "review_questions": [{"stem": "Which of these is not a brand?", "options": ["a name", "a logo", "a price"]}],
}


def rows_of(folder: Path, modules: list[dict[str, Any]]) -> dict[str, Any]:
    (folder / "openstax_modules").mkdir()
    (folder / "openstax_modules" / "dev.jsonl").write_text("\n".join(map(json.dumps, modules)), encoding="utf-8")
    return {row.measure: row for row in TextbookSuite().rows(folder, lambda done, total: None)}


def test_a_module_becomes_a_document_with_its_headings_in_their_place() -> None:
    document = document_of(MODULE)
    assert [(one.level, one.text) for one in document.blocks if one.kind is BlockKind.HEADING] == [
        (1, "Branding for Beginners"), (2, "Benefits of Branding"), (3, "In the Shop"),
        (2, "Brand Equity versus Brand Image"),
    ]
    assert document.blocks[-1].anchor.section == ("Branding for Beginners", "Brand Equity versus Brand Image")
    assert not any(one.kind is BlockKind.HEADING for one in document_of(MODULE, with_titles=False).blocks)


def test_objectives_are_drafted_from_the_outline_alone() -> None:
    assert "Explain the benefits of branding." in drafted_objectives(document_of(MODULE), EmbeddedEngine())


def test_recall_takes_the_nearest_drafted_objective() -> None:
    class Letters:
        def vectors(self, texts: list[str]) -> np.ndarray[Any, Any]:
            return np.array([[float(text == "a"), float(text == "b")] for text in texts])

    assert recalled(["a", "b"], ["a"], Letters()) == [1.0, 0.0]  # type: ignore[arg-type]
    assert recalled(["a", "b"], [], Letters()) == [0.0, 0.0]  # type: ignore[arg-type]


def test_a_key_term_is_found_whatever_its_number_and_brackets() -> None:
    assert terms_recalled(MODULE) == 1.0
    assert terms_recalled({**MODULE, "key_terms": [{"term": "price elasticity", "meaning": ""}]}) == 0.0


def test_a_question_without_a_key_is_not_blamed_for_it() -> None:
    (checked,) = checked_questions([MODULE])
    assert checked.flaws == ("negative_wording",)


def test_what_the_words_show_is_no_false_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textbooks, "weights_folder", lambda: None)
    rows = rows_of(tmp_path, [MODULE])
    assert rows["professional items with a flaw of judgement"].value == 0
    assert rows["professional items with any flaw"].value == 1
    assert rows["professional items with any flaw"].note == "negative_wording 1"


def test_without_the_sentence_vectors_the_objectives_are_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(textbooks, "weights_folder", lambda: None)
    row = rows_of(tmp_path, [MODULE])["objectives, semantic recall"]
    assert row.value is None
    assert "pip install" in row.note


def test_without_the_set_nothing_is_measured(tmp_path: Path) -> None:
    (row,) = TextbookSuite().rows(tmp_path, lambda done, total: None)
    assert row.value is None
    assert "not measured" in (row.note or "")
