"""The rules of architecture.md §1: imports point down, each outside package has one home, files stay short."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PIPELINE = ROOT / "pipeline"
FOUNDATION = {
    "domain", "errors", "config", "registry", "ids", "injections", "language", "prose", "tokens", "zipped", "scratch",
}
STAGES = {"ingest", "split", "analyse", "draft", "check", "ground", "revise", "export", "roundtrip", "bank"}
SERVICES = {"review", "run", "evaluate", "maintain"}
ADAPTERS = {"library", "engines", "store"}
MAY_IMPORT = {
    **dict.fromkeys(FOUNDATION | {"library", "store", "ingest", "split"}, FOUNDATION),
    "engines": FOUNDATION | {"library"},
    # The port CallStore and its Completion are declared in engines.base, for the store to implement.
    "store": FOUNDATION | {"engines"},
    **{room: FOUNDATION | {"library", "engines"} for room in ("analyse", "draft", "check", "ground", "revise")},
    **{room: FOUNDATION | {"library"} for room in ("export", "roundtrip", "bank")},
    **dict.fromkeys(SERVICES, FOUNDATION | STAGES | ADAPTERS),
    "wiring": FOUNDATION | STAGES | ADAPTERS | SERVICES,
    "ui": FOUNDATION | STAGES | ADAPTERS | SERVICES | {"wiring"},
    "cli": FOUNDATION | STAGES | ADAPTERS | SERVICES | {"wiring"},
}
DOMAIN_MAY_IMPORT = {"domain"}
HOMES = {
    "streamlit": ("app.py", "pipeline/ui/"),
    "starlette": ("pipeline/ui/",),
    "aiohttp": ("pipeline/engines/openai_",),
    "openai": ("pipeline/engines/openai_compatible.py", "pipeline/engines/openai_"),
    "httpx2": ("pipeline/engines/openai_",),
    "sqlalchemy": ("pipeline/store/",),
    "alembic": ("pipeline/store/",),
    "psycopg": ("pipeline/store/",),
    "fsspec": ("pipeline/store/remote_contents.py",),
    "genanki": ("pipeline/export/anki.py",),
    "procrastinate": ("pipeline/run/distributed",),
    "charset_normalizer": ("pipeline/ingest/decode.py",),
    "openpyxl": ("pipeline/ingest/", "pipeline/bank/", "pipeline/export/xlsx_book.py"),
    "pptx": ("pipeline/ingest/", "pipeline/export/pptx_"),
    "pypdf": ("pipeline/ingest/pdf",),
    "pypdfium2": ("pipeline/ingest/pdf",),
    "pypdfium2_raw": ("pipeline/ingest/pdf",),
    "docx": ("pipeline/ingest/", "pipeline/export/", "pipeline/roundtrip/", "samples/"),
    "langchain_text_splitters": ("pipeline/split/",),
    "tiktoken": ("pipeline/tokens.py",),
}
# Stages and the store see only these files of engines: the seam, never a concrete engine.
SEAM = {"base", "ask", "tasks", "quotes", "shown", "triage", "mending", "judging", "telling", "other_languages"}
FILES = sorted([*PIPELINE.rglob("*.py"), ROOT / "app.py"])


@functools.cache
def parsed(path: Path) -> ast.Module:
    """The file as a tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def imports_of(path: Path) -> list[str]:
    """Dotted names of the modules a file imports, wherever in the file."""
    names = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def room_of(path: Path) -> str:
    """The room a file of pipeline/ belongs to."""
    parts = path.relative_to(PIPELINE).parts
    return parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", [path for path in FILES if path.is_relative_to(PIPELINE)], ids=str)
def test_imports_point_down(path: Path) -> None:
    room = room_of(path)
    if room in ("__init__", "authored"):
        return
    allowed = MAY_IMPORT[room] | {room}
    if room == "domain":
        allowed = DOMAIN_MAY_IMPORT
    for name in imports_of(path):
        if not name.startswith("pipeline."):
            continue
        target = name.split(".")[1]
        if target == "__version__":
            continue
        assert target in allowed, f"{path.relative_to(ROOT)} imports {name}; {room} may import {sorted(allowed)}"
        if target == "engines" and room in STAGES | {"store"}:
            assert name.split(".")[2] in SEAM, f"{path.relative_to(ROOT)} imports {name}: not part of the seam"


@pytest.mark.parametrize("package", sorted(HOMES))
def test_an_outside_package_has_one_home(package: str) -> None:
    for path in FILES:
        place = str(path.relative_to(ROOT))
        if any(name.split(".")[0] == package for name in imports_of(path)):
            assert place.startswith(HOMES[package]), f"{place} imports {package}; its home is {HOMES[package]}"


def test_no_file_is_longer_than_400_lines() -> None:
    sources = [*FILES, *PIPELINE.rglob("*.js"), *PIPELINE.rglob("*.css"), *(ROOT / "tests").rglob("*.py")]
    long = [
        (str(path.relative_to(ROOT)), lines)
        for path in sources
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    ]
    assert not long


def test_no_file_or_class_has_a_name_that_says_nothing() -> None:
    empty = re.compile(r"(utils|helpers|common|misc|manager|handler|processor|data|info)$", re.IGNORECASE)
    for path in FILES:
        assert not empty.search(path.stem), path
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                assert not empty.search(node.name), f"{path}: {node.name}"


def test_every_file_says_what_lives_in_it() -> None:
    for path in FILES:
        assert ast.get_docstring(parsed(path)), f"{path} has no docstring"


def test_only_the_configuration_reads_the_environment() -> None:
    # Who starts programs passes the environment on to them, and the entrances hand it to config.
    entrances = {
        "pipeline/cli/__init__.py", "pipeline/cli/environment.py", "pipeline/ingest/programs.py", "app.py",
        "pipeline/ui/fact_sheet/alone.py",
    }
    for path in FILES:
        place = str(path.relative_to(ROOT))
        if place not in entrances:
            text = path.read_text(encoding="utf-8")
            assert "os.environ" not in text, f"{place} reads the environment"
            assert "getenv" not in text, f"{place} reads the environment"


def test_session_state_is_touched_in_one_file() -> None:
    touching = {
        str(path.relative_to(ROOT))
        for path in FILES
        if re.search(r"st\.session_state|import session_state", path.read_text(encoding="utf-8"))
    }
    assert touching <= {"pipeline/ui/state.py"}
