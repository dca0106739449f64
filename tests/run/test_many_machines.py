"""Real worker processes with empty folders of their own on one PostgreSQL; one is killed for good."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from benchmarks.drafting_endpoint import asked, running
from pipeline.config import Settings
from pipeline.domain import Order, Via
from pipeline.wiring import batch_spec, build_services
from tests.run.team import rows, states
from tests.waiting import until

pytestmark = [pytest.mark.postgres, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
# A short lease, so that nobody has to wait for the real one.
_WORKER = """
import pipeline.store.workers as workers
workers.LEASE_S, workers.BEAT_S = 3.0, 0.5
from pipeline.cli import main
raise SystemExit(main(["worker", "--until-idle"]))
"""


@pytest.fixture
def starts(tmp_path: Path) -> Iterator[Callable[[str, str], subprocess.Popen[str]]]:
    """Starts a worker of that name, in an empty folder of its own, on the database."""
    with ExitStack() as open_processes:

        def start(name: str, url: str) -> subprocess.Popen[str]:
            folder = tmp_path / name
            folder.mkdir()
            environment = {
                **os.environ, "SME2MODULE_DATABASE_URL": url, "SME2MODULE_CONCURRENCY": "2", "OPENAI_API_KEY": "sk-test",
                "PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1",
            }  # fmt: skip
            process = subprocess.Popen(
                [sys.executable, "-c", _WORKER], cwd=folder, env=environment, text=True, stderr=subprocess.PIPE
            )
            open_processes.enter_context(process)
            open_processes.callback(process.kill)
            return process

        yield start


@pytest.mark.timeout(300)
def test_the_documents_of_a_killed_worker_are_done_by_another_once(
    tmp_path: Path, empty_database: str, starts: Callable[[str, str], subprocess.Popen[str]]
) -> None:
    url, documents = empty_database, 10
    desk = tmp_path / "desk"
    desk.mkdir()
    for number in range(documents):
        (desk / f"{number}.md").write_text(_document(number), encoding="utf-8")
    with running(latency_s=0.3) as endpoint:
        settings = Settings(
            workspace=desk, database_url=url, engine="openai", model="fake", base_url=f"{endpoint}/v1", concurrency=2
        )
        with build_services(settings) as services:
            store = services.store
            services.backlogs.start(desk, batch_spec(settings, order=Order(), via=Via.SYNC), rates=services.rates())
            first, second = starts("ada", url), starts("ben", url)
            _until(lambda: rows(store, "SELECT count(*) FROM workers") == [(2,)], first)
            _until(lambda: states(store).get("done", 0) >= 1, first)
            # As if it were far away: nobody there can see that the process is gone.
            rows(store, "UPDATE workers SET machine = 'far' WHERE process LIKE :pid", pid=f"{first.pid}:%")
            _until(lambda: _documents_of(store, first.pid), first)
            first.kill()
            _until(lambda: not _documents_of(store, first.pid), second)
            said = second.communicate(timeout=120)[1]
            assert second.returncode == 0, said
            assert "Traceback" not in said
            assert states(store) == {"done": documents}
            assert rows(store, "SELECT count(DISTINCT module) FROM conversions") == [(documents,)]
            assert rows(store, "SELECT count(*) FROM modules") == [(documents,)]
            assert rows(store, "SELECT max(crashes) FROM conversions") == [(0,)]
        # What was in flight is asked again, and nothing else.
        assert asked(endpoint, "/stats")["repeats"] <= 2
    # No workspace was made there: documents come from the database, and only what the endpoint can do is noted.
    assert {path.name for path in (tmp_path / "ben").iterdir()} <= {"endpoints.json"}


def _documents_of(store: object, pid: int) -> int:
    query = "SELECT count(*) FROM conversions c JOIN workers w ON w.id = c.worker WHERE w.process LIKE :pid"
    return int(rows(store, query, pid=f"{pid}:%")[0][0])  # type: ignore[arg-type]


def _until(is_so: Callable[[], object], worker: subprocess.Popen[str]) -> None:
    def is_so_or_the_worker_failed() -> bool:
        ended = worker.poll() is not None and worker.returncode != -9
        assert not ended or is_so(), worker.communicate()[1]
        return bool(is_so())

    until(is_so_or_the_worker_failed)


def _document(number: int) -> str:
    return (
        f"# Press {number}\n\nPress {number} is cleaned every {number + 2} hours by the operator on duty.\n\n"
        f"1. Switch press {number} off at the main switch.\n2. Hang the red tag on the switch of press {number}.\n"
        f"3. Wipe the plate of press {number} with a dry cloth.\n"
    )
