"""The same content has the same block ids under another name, and blocks that did not change keep theirs."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ids import block_ids
from pipeline.ingest import read_document
from tests.ingest.specimens import a_docx, para, read_text

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
WORDS = st.text("abc ", min_size=1, max_size=8).map(lambda text: f"word {text}")


@pytest.mark.parametrize("name", ["lockout-procedure.docx", "customer-data-policy.pdf", "return-a-parcel.md"])
def test_another_name_changes_no_id(name: str, tmp_path: Path) -> None:
    other = tmp_path / f"renamed{Path(name).suffix}"
    shutil.copy(SAMPLES / name, other)
    assert read_document(other).blocks == read_document(SAMPLES / name).blocks


@settings(max_examples=60)
@given(texts=st.lists(WORDS, min_size=2, max_size=12), added=WORDS, data=st.data())
def test_blocks_before_and_after_an_edit_keep_their_ids(texts: list[str], added: str, data: st.DataObject) -> None:
    before = block_ids([("paragraph", text) for text in texts])
    at = data.draw(st.integers(0, len(texts)))
    after = block_ids([("paragraph", text) for text in [*texts[:at], f"new {added}", *texts[at:]]])
    assert [one for number, one in enumerate(after) if number != at] == before
    assert len(set(after)) == len(after)


def test_a_paragraph_put_into_a_word_file_leaves_the_other_ids(tmp_path: Path) -> None:
    parts = [para("First."), para("Second."), para("Third.")]
    before = read_document(a_docx(tmp_path / "a.docx", "".join(parts))).blocks
    parts.insert(1, para("Between."))
    after = read_document(a_docx(tmp_path / "b.docx", "".join(parts))).blocks
    assert [block.id for block in after if block.text != "Between."] == [block.id for block in before]


def test_line_ends_and_spaces_change_no_id(tmp_path: Path) -> None:
    unix = read_text(tmp_path, "# Title\n\nClose the  valve.\n", "a.md")
    windows = read_text(tmp_path, "# Title\r\n\r\nClose the valve. \r\n", "b.md")
    assert [block.id for block in unix.blocks] == [block.id for block in windows.blocks]
