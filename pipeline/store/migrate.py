"""Brings a database to the shape this version of the code works with, under a lock."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from pipeline.errors import NewerSchemaError
from pipeline.store.database import Database
from pipeline.store.failures import shown
from pipeline.store.migrations import STEPS
from pipeline.store.schema import VERSION_TABLE

# Any number that no other program on the same PostgreSQL is likely to use.
_ADVISORY_LOCK = 7_263_001


def bring_up_to_date(database: Database) -> None:
    """Creates the tables of an empty database, upgrades an older one; raises NewerSchemaError."""
    with database.read() as connection:
        found = _known(_version(connection), database)
    if found == STEPS[-1]:
        return
    database.use_wal()
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        # Somebody may have been faster.
        if _known(_version(connection), database) != STEPS[-1]:
            _upgrade(connection)


def _known(version: str | None, database: Database) -> str | None:
    if version is not None and version not in STEPS:
        raise NewerSchemaError(
            shown(database.url), why=f"a newer version of sme2module wrote it (schema {version})",
            mend="upgrade sme2module: pip install --upgrade sme2module",
        )
    return version


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
