"""Stable ids and fingerprints: the same content has the same id on every machine."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable
from typing import Any

_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(value: Any) -> str:
    """SHA-256 in hex of a JSON-able value, independent of key order and white space."""
    canonical = _CANONICAL.encode(value)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def short_id(prefix: str, *parts: Any, length: int = 10) -> str:
    """`prefix-` and the first hex digits of the parts' fingerprint."""
    return f"{prefix}-{fingerprint(parts)[:length]}"


def source_id(sha256: str) -> str:
    """The id of a source whose bytes have that SHA-256."""
    return f"s-{sha256[:12]}"


def normalised(text: str) -> str:
    """Text for comparison: NFKC, white space collapsed, case folded."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def block_ids(kinds_and_texts: Iterable[tuple[str, str]]) -> list[str]:
    """An id a block, in order: kind, normalised text and the number of the twin, so that a block that did not
    change keeps its id when the file is renamed or edited elsewhere.
    """
    seen: Counter[str] = Counter()
    ids = []
    for kind, text in kinds_and_texts:
        stem = short_id("b", kind, normalised(text), length=12)
        seen[stem] += 1
        ids.append(stem if seen[stem] == 1 else f"{stem}-{seen[stem]}")
    return ids


def finding_id(criterion: str, target: str, message: str) -> str:
    """The id of a finding: the same finding on the same text keeps it over runs."""
    return short_id("f", criterion, target, message)
