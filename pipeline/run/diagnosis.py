"""Looks at what the product stands on: packages, authored files, workspace, database, engine."""

from __future__ import annotations

import asyncio
import platform
import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from pipeline import __version__, tokens
from pipeline.config import SETTINGS_FILE, Settings
from pipeline.domain import Noun
from pipeline.engines.ask import Asker
from pipeline.engines.base import CallStore
from pipeline.errors import Sme2ModuleError
from pipeline.library.prompts import load_prompts
from pipeline.library.rubrics import load_rubrics
from pipeline.run.backlog_checks import clock, limits, workers_and_batches
from pipeline.store import Store

_PACKAGES = (
    "openai",
    "langchain-text-splitters",
    "pypdf",
    "pypdfium2",
    "lxml",
    "python-docx",
    "streamlit",
    "tiktoken",
    "sqlalchemy",
    "alembic",
)
_OPTIONAL = {
    "psycopg": "PostgreSQL as database needs it: pip install 'sme2module[postgres]'",
    "procrastinate": "workers on many machines share PostgreSQL better with it: pip install 'sme2module[team]'",
    "opentelemetry-sdk": "spans and metrics of workers need it: pip install 'sme2module[telemetry]'",
    "fsspec": "sources at an address such as s3:// need it: pip install 'sme2module[team]'",
}

_PROGRAMS = {
    "tesseract": "scanned pages are read with it: install tesseract-ocr and its language data",
    "soffice": "RTF, OpenDocument and old Office files are read with it: install LibreOffice",
}

OpensAsker = Callable[[Settings, CallStore | None], AbstractAsyncContextManager[Asker]]


class Check(Noun):
    """One thing that was looked at."""

    name: str
    state: Literal["ok", "missing", "failed", "unknown"]
    """missing: not there and not configured either; failed: configured, but it does not work."""
    found: str
    mend: str | None = None


def diagnose(
    settings: Settings, *, open_store: Callable[[Settings], Store], opens_asker: OpensAsker
) -> tuple[Check, ...]:
    """Every check, in order; never raises for what is wrong."""
    return (
        Check(
            name="sme2module", state="ok", found=f"{__version__} on Python {platform.python_version()}, {sys.platform}"
        ),
        *(_package(name, None) for name in _PACKAGES),
        *(_package(name, mend) for name, mend in _OPTIONAL.items()),
        *(_program(name, mend) for name, mend in _PROGRAMS.items()),
        _tried("token ranks", lambda: f"{tokens.count('one two three')} tokens in a test sentence"),
        _tried("prompts", lambda: f"{len(load_prompts().versions())} prompts"),
        _tried("rubrics", lambda: f"{sum(len(rubric.criteria) for rubric in load_rubrics())} criteria"),
        *_database(settings, open_store),
        _engine(settings, opens_asker),
    )


def _program(name: str, mend: str) -> Check:
    path = shutil.which(name)
    if path is None:
        return Check(name=name, state="missing", found="not on the PATH", mend=mend)
    return Check(name=name, state="ok", found=path)


def _package(name: str, mend: str | None) -> Check:
    try:
        return Check(name=name, state="ok", found=version(name))
    except PackageNotFoundError:
        if mend is not None:
            return Check(name=name, state="missing", found="not installed", mend=mend)
        return Check(name=name, state="failed", found="not installed", mend="install sme2module again")


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name=name, state="ok", found=look())
    except Sme2ModuleError as error:
        return Check(name=name, state="failed", found=f"{error.what}: {error.why}", mend=error.mend)


def _database(settings: Settings, open_store: Callable[[Settings], Store]) -> tuple[Check, ...]:
    if not (settings.workspace / SETTINGS_FILE).is_file() and not settings.is_on_server:
        missing = f"none in {settings.workspace} or above"
        return (Check(name="workspace", state="missing", found=missing, mend="make one with sme2module init"),)
    try:
        store = open_store(settings)
    except Sme2ModuleError as error:
        return (Check(name="workspace", state="failed", found=f"{error.what}: {error.why}", mend=error.mend),)
    with store:
        return (
            _tried(
                "workspace",
                lambda: f"{settings.workspace}, {len(store.modules.list())} modules, {store.describe()}",
            ),
            _tried("clock", lambda: clock(store)),
            _tried("backlogs", lambda: workers_and_batches(store)),
            _tried("limits", lambda: limits(store, settings)),
        )


def _engine(settings: Settings, opens_asker: OpensAsker) -> Check:
    async def ask() -> str:
        async with opens_asker(settings, None) as asker:
            return await asker.engine.describe()

    return _tried(f"engine {settings.engine}", lambda: asyncio.run(ask()))
