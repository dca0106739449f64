"""An endpoint that misbehaves as told, and pauses that nobody waits for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines.endpoint_calls import Pauses
from tests.engines.faulty_endpoint import FaultyEndpoint


@pytest.fixture
def endpoint() -> Iterator[FaultyEndpoint]:
    with FaultyEndpoint() as server:
        yield server


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()
