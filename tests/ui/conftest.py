"""A desk over a fresh workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.desk import Desk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The real review service over an empty workspace."""
    made = a_desk(tmp_path / "workspace")
    yield made
    made.store.close()
