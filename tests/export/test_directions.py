"""Codes and values within text that runs from right to left."""

from __future__ import annotations

import pytest

from pipeline.export.directions import MARK, pieces_of, with_kept_order


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("400 V", ["400 V"]),
        ("≥ 6 bar", ["≥ 6 bar"]),
        ("أغلق V-12 حتى تقرأ ≥ 6 bar.", ["V-12", "≥ 6 bar"]),
        ("(V-12) صمام", ["(V-12)"]),
        ("الصمام V-12 (main) مغلق", ["V-12 (main)"]),
        ("بين 10 – 20 V", ["10 – 20 V"]),
        ("عند -5 °C", ["-5 °C"]),
        ("نسبة 80 % فأكثر", ["80 %"]),
        ("Close the valve now. أغلق", ["Close the valve now."]),
        ("“Turn DS-7 to OFF”", ["“Turn DS-7 to OFF”"]),
        ("“اضغط STOP”", ["STOP"]),
        ("بعد 15 دقيقة", []),
        ("١٦٠ °م", []),
        ("", []),
    ],
)
def test_values_and_codes_are_kept_in_order(text: str, kept: list[str]) -> None:
    pieces = list(pieces_of(text))
    assert [one.text for one in pieces if one.is_left_to_right] == kept
    assert "".join(one.text for one in pieces) == text
    assert with_kept_order(text).replace(MARK, "") == text


def test_text_with_marks_of_its_own_is_left_alone() -> None:
    assert with_kept_order(f"اقرأ {MARK}6 bar{MARK}") == f"اقرأ {MARK}6 bar{MARK}"
