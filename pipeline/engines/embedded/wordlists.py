"""The word lists packaged beside the code (`words/*.toml`): in, a list's file name; out, its tables.

Words are data so that a verb, a unit or a whole language can be added without touching code.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "words"


@cache
def table(name: str) -> dict[str, Any]:
    """The parsed file `words/NAME.toml`."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def words(name: str, key: str) -> frozenset[str]:
    """The white-space separated words under `key` of that file."""
    return frozenset(str(table(name)[key]).split())
