"""Opening: tables made, upgraded, refused; what goes wrong is one clear line."""

from __future__ import annotations

import importlib.util
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, inspect, text

from pipeline.errors import ConfigError, DatabaseError, NewerSchemaError, Sme2ModuleError
from pipeline.store import Store, Workspace, migrate
from pipeline.store.database import database_url
from pipeline.store.migrations import STEPS
from pipeline.store.schema import IMMUTABLE_TABLES, METADATA, VERSION_TABLE
from tests.builders import a_document, a_module
from tests.databases import AT, RUN, OpensStore, content_of
from tests.postgres import new_database


@pytest.fixture
def starts_empty() -> bool:
    return True


def test_an_empty_database_gets_exactly_the_tables_of_the_schema(opens_store: OpensStore) -> None:
    store = opens_store()
    with store.database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, METADATA) == []
        assert set(inspect(connection).get_table_names()) == {*METADATA.tables, VERSION_TABLE}


def test_the_steps_written_out_are_the_steps_in_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(steps)) == STEPS


def test_a_database_that_is_up_to_date_is_opened_without_alembic(
    opens_store: OpensStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens_store()
    monkeypatch.setattr(migrate, "_upgrade", lambda _connection: pytest.fail("upgraded again"))
    opens_store()


def test_a_newer_schema_is_refused_and_left_alone(opens_store: OpensStore) -> None:
    store = opens_store()
    with store.database.write() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(NewerSchemaError, match=r"newer version of sme2module wrote it \(schema 9999\)"):
        opens_store()
    with store.database.read() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() == "9999"


def test_many_that_open_an_empty_database_at_once_all_get_it(opens_store: OpensStore) -> None:
    failures: list[BaseException] = []
    barrier = threading.Barrier(6)

    def open_it() -> None:
        barrier.wait()
        try:
            opens_store().modules.list()
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_everything_is_still_there_after_a_restart(opens_store: OpensStore) -> None:
    document, module = a_document(), a_module()
    with opens_store() as first:
        first.sources.add(document, content_of(document))
        first.modules.save_draft(module, author=RUN, at=AT)
        first.artifacts.put("k", "split", [1, 2])
    with opens_store() as second:
        assert second.modules.load("m-1") == module
        assert second.sources.document(document.source.id) == document
        assert second.sources.content(document.source.id) == content_of(document)
        assert second.artifacts.get("k") == [1, 2]


@pytest.mark.parametrize("table", IMMUTABLE_TABLES)
@pytest.mark.parametrize("verb", ["UPDATE {0} SET module = 'x'", "DELETE FROM {0}"])
def test_what_was_drafted_and_decided_cannot_be_changed_by_any_statement(
    opens_store: OpensStore, table: str, verb: str
) -> None:
    store = opens_store()
    store.modules.save_draft(a_module(), author=RUN, at=AT)
    _approve_first(store)
    with pytest.raises(DatabaseError, match=f"rows of {table} are never changed"), store.database.write() as c:
        c.execute(text(verb.format(table)))
    with store.database.read() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {table} WHERE module = 'm-1'")).scalar()


def _approve_first(store: Store) -> None:
    from pipeline.domain import DecisionKind, ReviewDecision

    state = store.modules.element_state("m-1", "o-1")
    store.decisions.record(
        ReviewDecision(
            module="m-1", element="o-1", revision=state.revision, content_hash=state.content_hash,
            kind=DecisionKind.APPROVE, by="Ada", at=AT,
        )
    )


def test_sqlite_keeps_a_write_ahead_log_and_its_foreign_keys(workspace: Workspace) -> None:
    with Store.open(workspace) as store, store.database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2


def test_store_names_its_database_without_the_password(workspace: Workspace) -> None:
    with Store.open(workspace) as store:
        assert store.describe() == f"database {workspace.database_file}, schema {STEPS[-1]}"


def test_postgresql_goes_through_psycopg() -> None:
    url = database_url("postgresql://ada:secret@db.example/work")
    assert (url.drivername, url.host, url.database) == ("postgresql+psycopg", "db.example", "work")
    assert url.query["connect_timeout"] == "10"
    assert database_url("postgres://db.example/work?connect_timeout=3").query["connect_timeout"] == "3"


def test_a_missing_driver_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ConfigError, match=r"pip install 'sme2module\[postgres\]'"):
        database_url("postgresql://db.example/work")


@pytest.mark.parametrize("wrong", ["mysql://db/work", "work.db", "sqlite://", "sqlite:///:memory:", "://"])
def test_an_address_of_no_use_is_a_setting_to_mend(wrong: str) -> None:
    with pytest.raises(ConfigError, match="SME2MODULE_DATABASE_URL"):
        database_url(wrong)


def test_an_address_may_name_another_sqlite_file(workspace: Workspace, tmp_path: Path) -> None:
    with Store.open(workspace, f"sqlite:///{tmp_path / 'elsewhere.db'}") as store:
        assert store.modules.list() == ()
    assert (tmp_path / "elsewhere.db").is_file()
    assert not workspace.database_file.exists()


def line_of(workspace: Workspace, url: str | URL | None = None) -> str:
    with pytest.raises(Sme2ModuleError) as caught:
        Store.open(workspace, str(url) if url else None)
    assert caught.value.exit_code == 3
    assert "\n" not in caught.value.line
    return caught.value.line


def test_a_file_that_is_no_database_is_named(workspace: Workspace) -> None:
    workspace.database_file.write_bytes(b"These are notes, not a database. " * 40)
    assert "sme2module.db: the file is not an SQLite database; move it away" in line_of(workspace)


def test_a_database_that_cannot_be_opened_is_named(workspace: Workspace) -> None:
    workspace.database_file.mkdir()
    assert "sme2module.db: the file cannot be opened; check" in line_of(workspace)


@pytest.mark.parametrize("named", [False, True])
def test_an_sqlite_file_on_a_network_disk_is_refused(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/x {workspace.root.parent.resolve()} nfs4 rw 0 0\n")
    monkeypatch.setattr("pipeline.store.place._MOUNTS", mounts)
    path = tmp_path / "elsewhere.db" if named else workspace.database_file
    line = line_of(workspace, f"sqlite:///{path}" if named else None)
    assert line == (
        f"database {path}: it lies on a network disk (nfs4), where SQLite cannot lock; "
        "keep the workspace on a local disk, or use PostgreSQL through SME2MODULE_DATABASE_URL"
    )
    assert not path.exists()


@pytest.mark.postgres
def test_a_team_s_database_may_be_used_from_a_workspace_on_a_network_disk(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: str
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"server:/x {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr("pipeline.store.place._MOUNTS", mounts)
    with Store.open(workspace, new_database(postgres)) as store:
        assert store.modules.list() == ()


@pytest.mark.postgres
def test_a_team_s_database_needs_no_workspace_here(tmp_path: Path, postgres: str) -> None:
    nowhere = Workspace(tmp_path / "never" / "made")
    document = a_document()
    with Store.open(nowhere, new_database(postgres)) as store:
        store.sources.add(document, content_of(document))
        assert store.sources.content(document.source.id) == content_of(document)
    assert not nowhere.root.exists()


def test_an_unreachable_server_is_one_line_without_the_password(workspace: Workspace) -> None:
    line = line_of(workspace, "postgresql://ada:s3cret@127.0.0.1:1/work")
    assert "it cannot be reached; start it, or correct SME2MODULE_DATABASE_URL" in line
    assert "s3cret" not in line


@pytest.mark.postgres
def test_a_database_that_is_not_there_is_named(workspace: Workspace, postgres: str) -> None:
    assert "there is no such database or role; create it" in line_of(workspace, f"{postgres}/nobody_made_it")
