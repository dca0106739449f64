"""What the workspace's settings open: its store, its rubrics, its prices, its readers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import PRICES_FILE, SETTINGS_FILE, Settings
from pipeline.domain import Price, Rubric
from pipeline.errors import RubricError, UsageError
from pipeline.library.overlays import with_overlays
from pipeline.library.rubrics import load_rubrics
from pipeline.registry import Registry
from pipeline.store import Store
from pipeline.store.workspace import Workspace

if TYPE_CHECKING:
    from pipeline.export import Exporter
    from pipeline.run.lint import ReadBank
    from pipeline.run.oneoff import Read


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def exporters() -> Registry[Exporter]:
    """The package formats."""
    from pipeline.export import EXPORTERS  # with the libraries of all of them

    return EXPORTERS


def rubrics(settings: Settings) -> tuple[Rubric, ...]:
    """The design principles that modules are held to, with what the organisation adds, weighs otherwise and waives.

    Raises RubricError.
    """
    if settings.rubric_overlays is not None and not settings.overlays.is_dir():
        raise RubricError(
            f"setting rubric_overlays: {settings.overlays}", why="it is no folder", mend="make it, or name another"
        )
    return with_overlays(load_rubrics(), settings.overlays)


def create_workspace(settings: Settings) -> None:
    """Makes the workspace's folder, settings file and database where they are missing."""
    _opened(Workspace.create(settings.workspace), settings).close()


def open_store(settings: Settings) -> Store:
    """The workspace's store; raises UsageError where there is no workspace.

    A team's PostgreSQL needs none here: whoever reaches it may work on what is in it.
    """
    if not (settings.workspace / SETTINGS_FILE).is_file() and not settings.is_on_server:
        raise UsageError(
            str(settings.workspace),
            why="there is no workspace here or in a folder above",
            mend="make one with sme2module init, or name one with --workspace DIR",
        )
    return _opened(Workspace(settings.workspace), settings)


def _opened(workspace: Workspace, settings: Settings) -> Store:
    return Store.open(workspace, settings.database_url, sources=settings.sources)


def price_of(settings: Settings) -> Price | None:
    """What the configured model costs by the workspace's price table; None where nobody knows, or where the engine has
    no model. Raises ConfigError.
    """
    from pipeline.engines import ENGINES
    from pipeline.engines.prices import load_prices

    if settings.model is None or not ENGINES.get(settings.engine).needs_model:
        return None
    return load_prices(settings.workspace / PRICES_FILE).get(settings.model)


def reads(settings: Settings, *, figures: Path | None = None) -> Read:
    """What reads a file, under the name to show for it: each in a process of its own, within the settings' limits.

    Pictures go into the folder `figures`, where one is given.
    """
    from pipeline.ingest.contained import ParseLimits, read_contained

    limits = ParseLimits(seconds=settings.parse_timeout_s, memory_mb=settings.parse_memory_mb)
    return lambda path, shown_path: read_contained(path, shown_path=shown_path, limits=limits, figures=figures)


def bank_reader(settings: Settings) -> ReadBank:
    """What reads a file of items or objectives made elsewhere, within the settings' limits."""
    from pipeline.ingest.contained import ParseLimits
    from pipeline.run.lint import reads_banks

    return reads_banks(ParseLimits(seconds=settings.parse_timeout_s, memory_mb=settings.parse_memory_mb))
