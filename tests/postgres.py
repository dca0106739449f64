"""A PostgreSQL server for the test session: a throw-away cluster on a free port of 127.0.0.1."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.needs import require

if TYPE_CHECKING:
    import psycopg

_USER = "sme2module"
_START_LIMIT_S = 120
# Durability is not what these tests are about, and the cluster is thrown away.
_OPTIONS = "-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c full_page_writes=off -c autovacuum=off"


@contextmanager
def postgres_server() -> Iterator[str]:
    """Starts a cluster and yields its URL without a database, such as `postgresql+psycopg://sme2module@127.0.0.1:5433`;
    the database `postgres` is there, `new_database` makes more. Skips or fails by `needs.require`."""
    programs = require("postgres")
    # Not pytest's tmp_path: its parents are closed to the user who runs the server where the tests are root.
    folder = Path(tempfile.mkdtemp(prefix="sme2module-pg-"))
    who = _someone_else_than_root(folder)
    data = folder / "data"
    try:
        _run(
            [
                str(programs / "initdb"),
                "-D",
                str(data),
                "-U",
                _USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
            folder,
            who,
        )
        port = _start(programs, data, folder, who)
        try:
            yield f"postgresql+psycopg://{_USER}@127.0.0.1:{port}"
        finally:
            _run([str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"], folder, who)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(server: str, template: str | None = None) -> str:
    """Makes a database on a server of `postgres_server()`, empty or as the one of that name; its SQLAlchemy URL."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with _connected(server) as connection:
        # Since version 15 a database is copied through the log, which takes longer.
        strategy = " STRATEGY file_copy" if connection.info.server_version >= 150000 else ""
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template1"}"{strategy}'.encode())
    return f"{server}/{name}"


def drop_database(address: str) -> None:
    """Drops a database of `new_database`, whoever is connected: hundreds of them are gigabytes on the disk."""
    server, _, name = address.rpartition("/")
    with _connected(server) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _connected(server: str) -> psycopg.Connection[Any]:
    import psycopg

    plain = server.replace("postgresql+psycopg://", "postgresql://")
    return psycopg.connect(f"{plain}/postgres", autocommit=True)


def _someone_else_than_root(folder: Path) -> dict[str, Any]:
    """How to run a program as an ordinary user: initdb and postgres refuse to be root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = known.get("postgres") or known["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _start(programs: Path, data: Path, folder: Path, who: dict[str, Any]) -> int:
    """Starts the server; tries another port where somebody took the free one in between."""
    for attempt in (1, 2, 3):
        port = _free_port()
        try:
            _run(
                [
                    str(programs / "pg_ctl"),
                    "-D",
                    str(data),
                    "-l",
                    str(folder / "log"),
                    "-w",
                    "-t",
                    str(_START_LIMIT_S),
                    "-o",
                    f"-p {port} {_OPTIONS}",
                    "start",
                ],
                folder,
                who,
            )
        except RuntimeError:
            if attempt == 3:
                raise
        else:
            return port
    raise AssertionError("unreachable")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(command: list[str], folder: Path, who: dict[str, Any]) -> None:
    # Output goes to a file, not a pipe: the server inherits it and would keep a pipe open.
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C"}
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdout=said,
            stderr=subprocess.STDOUT,
            timeout=_START_LIMIT_S + 30,
            check=False,
            **who,
        )
        if done.returncode:
            said.seek(0)
            log = folder / "log"
            tail = log.read_text(encoding="utf-8", errors="replace")[-800:] if log.is_file() else ""
            message = said.read().decode(errors="replace")[-800:]
            raise RuntimeError(f"{Path(command[0]).name}: {message}{tail}")
