"""A desk over a fresh workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from tests.ui.desk import Desk, a_desk


@pytest.fixture(autouse=True)
def _no_search_for_components(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit reads what every installed package says about itself, once for each AppTest: four fifths of a
    test's time, for components of others that the app has none of."""
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The real review service over an empty workspace."""
    made = a_desk(tmp_path / "workspace")
    yield made
    made.store.close()
