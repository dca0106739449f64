"""What a table's cell says, as text or as a number, for whoever reads a column of a bank."""

from __future__ import annotations

import math
from typing import Any


def number_in(said: str) -> float | None:
    """A finite number, with a point or a comma; None where it says something else."""
    try:
        value = float(said.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def text_in(value: Any) -> str:
    """A cell as text: whole numbers without their ".0"."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
