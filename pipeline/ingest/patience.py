"""How a reader asks for more time, page by page: recognising a page takes seconds, and a scan may have hundreds."""

from __future__ import annotations

from collections.abc import Callable

MORE_S = 60.0
"""What one asking grants, in seconds from then."""


def _nobody_waits() -> None:
    """In a process without a clock."""


_ask: Callable[[], None] = _nobody_waits


def ask_for_more() -> None:
    """Grants this reader MORE_S seconds from now, where it had less left."""
    _ask()


def set_clock(ask: Callable[[], None]) -> None:
    """Says who is asked; for the process that reads under a clock."""
    global _ask  # noqa: PLW0603  a process reads one document
    _ask = ask
