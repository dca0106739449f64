"""A real model server for the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.needs import require
from tests.real_server.model_server import ModelServer


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    """llama.cpp's server with SmolLM2-135M, two slots of 8k tokens."""
    weights = require("weights")
    with ModelServer(weights, tmp_path_factory.mktemp("model-server") / "log") as running:
        yield running
