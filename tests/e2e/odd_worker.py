"""A worker process with something odd about it: `python -m tests.e2e.odd_worker poison|brief WORKSPACE [DATABASE]`.

poison: drafting a document that names POISON ends the process. brief: its lease is four seconds long.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.cli import main
from pipeline.engines.base import Completion, Request
from pipeline.run.worker import Plan, WorkerProcess
from pipeline.store import Store, Workspace, workers
from tests.drafting import TaskEngine
from tests.run.backlogs import makes_kits, read_here


class Poisoned(TaskEngine):
    """Dies of one document."""

    async def complete(self, request: Request) -> Completion:
        if any("POISON" in block.text for block in request.inputs.blocks):
            # So that documents beside it come to an end, or at least on.
            await asyncio.sleep(0.3)
            os._exit(77)
        return await super().complete(request)


def poison(workspace: Path, address: str | None) -> int:
    with Store.open(Workspace(workspace), address) as store:
        worker = WorkerProcess(
            store,
            make_kit=makes_kits(Poisoned()),
            read=read_here,
            rubrics=(),
        )
        asyncio.run(worker.run(Plan(until_idle=True)))
    return 0


def brief(workspace: Path, address: str | None) -> int:
    odd: Any = workers
    odd.LEASE_S = 4.0  # less than the margin of the slots would be none
    from pipeline.run import worker

    odd = worker
    odd.BEAT_S = 0.5
    return main(["worker", "--until-idle", "--workspace", str(workspace)])


if __name__ == "__main__":
    what: dict[str, Callable[[Path, str | None], int]] = {"poison": poison, "brief": brief}
    sys.exit(what[sys.argv[1]](Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None))
