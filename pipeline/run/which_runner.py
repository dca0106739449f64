"""Which way workers get at documents: by looking into the store, or as jobs that Procrastinate hands out."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable

from pipeline.config import Settings
from pipeline.errors import ConfigError
from pipeline.run.local import LocalRunner
from pipeline.run.runner import MakesRunner
from pipeline.store import Store


def runner_for(settings: Settings, store: Store) -> MakesRunner:
    """What makes a worker's runner; raises ConfigError."""
    if not uses_procrastinate(settings, store):
        return LocalRunner
    from pipeline.run.distributed import distributed

    return distributed(store.database)


def uses_procrastinate(settings: Settings, store: Store) -> bool:
    """Whether documents are handed out as Procrastinate's jobs; raises ConfigError where that is asked for in vain."""
    if settings.runner == "local":
        return False
    what = "SME2MODULE_RUNNER=distributed"
    if store.database.is_sqlite:
        if settings.runner == "distributed":
            raise ConfigError(what, why="it needs PostgreSQL", mend="set SME2MODULE_DATABASE_URL")
        return False
    # The driver's connections and the pipes of child processes want different event loops on Windows.
    can_be_used = importlib.util.find_spec("procrastinate") is not None and sys.platform != "win32"
    if settings.runner == "distributed" and not can_be_used:
        raise ConfigError(
            what, why="procrastinate is not installed, or this is Windows", mend="run pip install 'sme2module[team]'"
        )
    return can_be_used


def announces(settings: Settings, store: Store) -> Callable[[], None]:
    """What tells idle workers that documents have come into the queue; elsewhere they look by themselves."""

    def announce() -> None:
        if uses_procrastinate(settings, store):
            from pipeline.run.distributed_tickets import announce as announce_to_workers

            announce_to_workers(store.database)

    return announce
