"""The style sheet: one rule a class, so that one screen's look never leaks into another's."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pipeline.ui

THEME = Path(pipeline.ui.__file__).with_name("theme.css").read_text(encoding="utf-8")


def test_no_class_has_two_rules_of_its_own() -> None:
    plain = re.sub(r"/\*.*?\*/|@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", THEME, flags=re.DOTALL)
    heads = Counter(re.findall(r"^(\.s2m-[\w-]+) \{", plain, re.MULTILINE))
    assert {head: count for head, count in heads.items() if count > 1} == {}
