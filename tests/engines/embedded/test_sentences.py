"""Where sentences end."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.engines.embedded.sentences import line_offsets, sentence_offsets, sentences
from tests.builders import a_block


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_offsets(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Close V-12. Open V-13.", ["Close V-12.", "Open V-13."]),
        (
            "Use a cloth, e.g. The Blue One, or a brush. Then stop.",
            ["Use a cloth, e.g. The Blue One, or a brush.", "Then stop."],
        ),
        ("It takes 3.5 hours. Version 1.2.3 is new.", ["It takes 3.5 hours.", "Version 1.2.3 is new."]),
        ("See www.example.org. Mail a.b@c.org. Done.", ["See www.example.org.", "Mail a.b@c.org.", "Done."]),
        ("The valve (see Fig. 3. It shows) opens. Go.", ["The valve (see Fig. 3. It shows) opens.", "Go."]),
        ("Say “Stop. Now.” and wait. Go.", ["Say “Stop. Now.” and wait.", "Go."]),
        ("He left... Then it rained. Wait… then go.", ["He left...", "Then it rained.", "Wait… then go."]),
        ("At 5 p.m. The shift ends.", ["At 5 p.m.", "The shift ends."]),
        ("The U.S. Navy came. Dr. Smith left.", ["The U.S. Navy came.", "Dr. Smith left."]),
        ("Take No. 5 or say no. Then go.", ["Take No. 5 or say no.", "Then go."]),
        ("1. Press it. 2. Close it.", ["1. Press it.", "2. Close it."]),
        ("Really? Yes! (All of it.) Fine.", ["Really?", "Yes!", "(All of it.)", "Fine."]),
        ("First part\n\nsecond part", ["First part", "second part"]),
        ("- Dash in front. Next.", ["Dash in front.", "Next."]),
        ("これは文です。次の文です。", ["これは文です。", "次の文です。"]),
        ("「はい。」と言った。終わり。", ["「はい。」と言った。", "終わり。"]),
        ("ما هذا؟ هذه جملة. وهذه أخرى.", ["ما هذا؟", "هذه جملة.", "وهذه أخرى."]),
        ("यह पहला है। यह दूसरा है।", ["यह पहला है।", "यह दूसरा है।"]),
        ("Wirklich z. B. hier. Am 3. Mai ist Schluss.", ["Wirklich z. B. hier.", "Am 3. Mai ist Schluss."]),
    ],
)
def test_a_full_stop_ends_a_sentence_only_where_one_ends(text: str, expected: list[str]) -> None:
    assert cut(text) == expected


@given(st.text(max_size=300))
def test_every_word_lies_in_exactly_one_sentence_of_any_text(text: str) -> None:
    offsets = sentence_offsets(text)
    assert all(0 <= start < end <= len(text) for start, end in offsets)
    assert all(end <= start for (_, end), (start, _) in pairwise(offsets))
    kept = "".join(text[start:end] for start, end in offsets)
    assert [char for char in kept if char.isalnum()] == [char for char in text if char.isalnum()]


@given(st.text(max_size=200))
def test_lines_are_found_where_they_stand(text: str) -> None:
    for start, end in line_offsets(text):
        assert text[start:end] == text[start:end].strip()
        assert "\n" not in text[start:end]


def test_a_table_gives_its_rows_and_code_gives_nothing() -> None:
    table = a_block("A | B\n1 | 2", "table", rows=(("A", "B"), ("1", "2")))
    assert [span.text for span in sentences(table)] == ["A | B", "1 | 2"]
    assert sentences(a_block("rm -rf /. Never.", "code")) == ()
