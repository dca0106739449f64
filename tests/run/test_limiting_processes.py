"""Calls in flight over real processes, as the endpoint sees them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.endpoint import counts_of, running
from benchmarks.rates import STOP
from pipeline.domain import Rates
from pipeline.store import Store, Workspace
from pipeline.store.limits import pool_id, set_rates
from tests.waiting import until

IN_FLIGHT = 5


@pytest.mark.slow
def test_the_endpoint_never_sees_more_calls_at_once_than_allowed(
    workspace: Workspace, address: str | None
) -> None:
    with running(latency_s=0.03) as endpoint:
        url = f"{endpoint}/v1"
        with Store.open(workspace, address) as store, store.database.write() as connection:
            set_rates(
                connection, store.database.now(connection), pool=pool_id(url, "m"), endpoint=url, model="m",
                rates=Rates(in_flight=IN_FLIGHT),
            )
        command = [sys.executable, "-m", "benchmarks.rates", str(workspace.root), endpoint]
        children = [
            subprocess.Popen([*command, f"w{number}", *([address] if address else [])], stdout=subprocess.DEVNULL)
            for number in range(3)
        ]
        try:
            until(lambda: counts_of(endpoint)["answered"] >= 100)
        finally:
            (workspace.root / STOP).touch()
            codes = [child.wait(60) for child in children]
        counts = counts_of(endpoint)
    assert codes == [0, 0, 0]
    assert counts["most_in_flight"] == IN_FLIGHT
