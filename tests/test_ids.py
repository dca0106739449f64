"""Stable ids."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.ids import block_ids, fingerprint, short_id, source_id


def test_a_block_keeps_its_id_when_the_file_is_edited_elsewhere() -> None:
    before = block_ids([("paragraph", "One."), ("paragraph", "Two.")])
    after = block_ids([("paragraph", "Zero."), ("paragraph", "One."), ("paragraph", "Two.")])
    assert after[1:] == before


def test_twins_are_told_apart_by_their_number() -> None:
    first, second, third = block_ids([("paragraph", "Same."), ("paragraph", "same. "), ("heading", "Same.")])
    assert second == f"{first}-2"
    assert third != first


@given(st.lists(st.tuples(st.sampled_from(["paragraph", "heading"]), st.text())))
def test_ids_are_unique_and_repeatable(blocks: list[tuple[str, str]]) -> None:
    ids = block_ids(blocks)
    assert len(set(ids)) == len(ids) == len(blocks)
    assert block_ids(blocks) == ids


def test_a_fingerprint_does_not_depend_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": "é"}) == fingerprint({"b": "é", "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})


def test_ids_begin_with_a_letter_so_that_they_are_xml_names() -> None:
    assert short_id("m", "x").startswith("m-")
    assert source_id("ab" * 32) == "s-abababababab"
