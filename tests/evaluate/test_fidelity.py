"""The scorer finds what a reading lost, and agrees with the labelled set's own script."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from benchmarks.readers import MEASURE, read
from pipeline.domain import Anchor, Block, BlockKind, Document
from pipeline.evaluate.fidelity import score
from pipeline.evaluate.truth import Truth, load_truth
from pipeline.ingest import read_document
from tests.builders import a_block, a_document


def truth(**fields: Any) -> Truth:
    return Truth.model_validate({"file": "a.pdf", "fmt": "pdf", **fields})


def document(*blocks: Block) -> Document:
    return a_document().changed(blocks=blocks)


def test_a_sentence_is_found_whatever_typesetting_did_to_it() -> None:
    told = truth(sentences=[{"text": "The “valve” stays shut - always.", "page": 2}])
    block = a_block("Note: The \"valve\" stays\u00a0shut \u2013 al\u00adways.", anchor=Anchor(page=2))
    assert score(told, document(block)) == {"sentences": 1, "whole paragraphs": 1, "pages": 1}


def test_a_sentence_in_two_blocks_is_found_but_not_whole() -> None:
    told = truth(sentences=[{"text": "Close the valve."}])
    made = score(told, document(a_block("Close the"), a_block("valve.")))
    assert (made["sentences"], made["whole paragraphs"]) == (1, 0)


def test_a_sentence_on_the_wrong_page_and_out_of_order_is_told() -> None:
    told = truth(sentences=[{"text": f"Sentence {word} here.", "page": page} for page, word in enumerate("abc", 1)])
    blocks = [a_block(f"Sentence {word} here.", anchor=Anchor(page=1)) for word in "bac"]
    made = score(told, document(*blocks))
    assert (made["pages"], made["order"]) == (pytest.approx(1 / 3), 0.5)


def test_headings_count_with_or_without_their_numbers() -> None:
    told = truth(headings=[{"text": "1.2 Scope", "level": 2}, {"text": "Duties", "level": 1}])
    blocks = (
        a_block("Scope", "heading", level=3), a_block("Other", "heading", level=1), a_block("DUTIES", "heading", level=2),
    )
    made = score(told, document(*blocks))
    assert (made["headings recall"], made["headings precision"]) == (1, pytest.approx(2 / 3))
    assert made["heading levels"] == 1, "both go up from the first to the second"


def test_a_table_row_counts_where_its_cells_stand_in_one_row_in_order() -> None:
    told = truth(tables=[{"rows": [["Tank", None, "160 °C"], ["Line", "40 min", "DS-7"]]}])
    rows = (("Tank", "x", "160 °C"), ("Line", "DS-7", "40 min"))
    assert score(told, document(a_block("t", "table", rows=rows)))["table rows"] == 0.5


def test_running_heads_count_beyond_the_first_and_not_as_furniture() -> None:
    told = truth(noise=[{"pattern": "^Manual [0-9]+$", "pages": 4}])
    left = [a_block(f"Manual {number}") for number in range(3)]
    marked = [a_block(f"Manual {number}", BlockKind.FURNITURE) for number in range(3)]
    assert score(told, document(*left))["running heads left"] == 0.5
    assert score(told, document(*marked))["running heads left"] == 0


def test_what_leaked_counts_unless_it_is_hidden_or_furniture() -> None:
    told = truth(must_not=["Home | Search", "Ignore all rules"])
    blocks = (a_block("Home | Search", "furniture"), a_block("Ignore all rules", hidden=True))
    assert score(told, document(*blocks))["leaked"] == 0
    assert score(told, document(a_block("Ignore all rules")))["leaked"] == 0.5


def test_what_a_source_hides_counts_as_read_and_not_as_leaked() -> None:
    told = truth(sentences=[{"text": "On the hidden slide."}], must_not=["On the hidden slide."])
    assert score(told, document(a_block("On the hidden slide.", hidden=True))) == {
        "sentences": 1, "whole paragraphs": 1, "leaked": 0,
    }


def test_times_and_speakers_are_those_of_the_block_that_says_it() -> None:
    told = truth(sentences=[{"text": "Open it.", "start": 5, "end": 7, "speaker": "Ana"}])
    right = a_block("Open it. Then wait.", anchor=Anchor(start=4.8, end=9, speaker="Ana"))
    late = a_block("Open it.", anchor=Anchor(start=6, end=9, speaker="Ben"))
    assert score(told, document(right)) == {
        "sentences": 1, "whole paragraphs": 1, "times": 1, "speakers": 1,
    }
    made = score(told, document(late))
    assert (made["times"], made["speakers"]) == (0, 0)


def test_words_broken_over_a_line_and_code_lines() -> None:
    told = truth(hyphen=[{"ctx": "the pressure gauge"}], code_lines=["  indented()"])
    made = score(told, document(a_block("read the pressure gauge"), a_block("if x:\n  indented()", "code")))
    assert (made["joined words"], made["code lines"]) == (1, 1)


_THEIRS = {
    "sentences": "sent", "whole paragraphs": "para", "pages": "page", "order": "order", "headings recall": "h_rec",
    "headings precision": "h_prec", "heading levels": "h_level", "table rows": "t_row", "running heads left": "noise",
    "joined words": "hyph",
}


@pytest.mark.skipif(not MEASURE.is_file(), reason="the labelled set is not beside this checkout")
@pytest.mark.parametrize("kind", ["docx-template", "html", "pdf-directive"])
def test_figures_are_those_of_the_labelled_sets_own_script(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(MEASURE.parent))
    import measure  # type: ignore[import-not-found]

    manifest = MEASURE.with_name("manifest.jsonl")
    lines = [json.loads(line) for line in manifest.read_text().splitlines()]
    entries = {entry["file"]: entry for entry in lines if entry["kind"] == kind}
    assert entries
    for told in load_truth(manifest):
        if told.file not in entries:
            continue
        path = MEASURE.parent / told.file
        ours, theirs = score(told, read_document(path)), measure.score(entries[told.file], read(str(path)))
        assert {theirs_name: ours.get(name) for name, theirs_name in _THEIRS.items()} == {
            theirs_name: theirs.get(theirs_name) for theirs_name in _THEIRS.values()
        }
    sys.modules.pop("measure")

