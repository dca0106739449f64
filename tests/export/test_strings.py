"""Interface strings: every language has every key with the same places, and every key is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pipeline.export
from pipeline.library.strings import languages, strings_for

ROOM = Path(pipeline.export.__file__).parent
# Families of keys that are put together from a word of the domain.
MADE = r"mark_|part_|resource_|quality_|progress_|doc_verdict_|doc_format_|doc_bloom_|doc_use_|doc_type_|doc_severity_|doc_time_|"
MADE += r"word_(?:alt|caption)$|sme_quality_|sme_(?:busy|expired|failed|refused|revoked|unknown)(?:_title)?$"


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", languages())
def test_a_language_has_every_key_with_the_same_places(language: str) -> None:
    english, other = strings_for("en"), strings_for(language)
    assert list(other) == list(english)
    for key, text in other.items():
        assert _places(text) == _places(english[key]), key
        assert text.strip(), key


def test_every_string_that_is_asked_for_exists_and_every_string_is_used() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in [*ROOM.rglob("*.js"), *ROOM.rglob("*.py")])
    others = "".join(path.read_text(encoding="utf-8") for path in ROOM.parent.rglob("*.py"))
    quoted = set(re.findall(r"[\"']([a-z0-9_]+)[\"']", sources + others))
    known = set(strings_for("en"))
    unused = {key for key in known if key not in quoted and not re.match(MADE, key)}
    assert unused == set()
    asked = set(re.findall(r"\b(?:t|say|button|disclosure|fact|line)\((?:\"[a-z]+\", )?\"([a-z_]+)\"", sources))
    asked |= set(re.findall(r"say(?:\.say\(|\[)\"([a-z_]+)\"", sources))
    assert asked - known == set()
