"""The built wheel works in a venv of its own, in a folder outside the checkout; the sdist has all that is worked with."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the sdist, and the wheel that was built from it, by the locked build tools."""
    out = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel."""
    (made,) = built.glob("*.whl")
    return made


def test_everything_that_is_worked_with_is_in_the_sdist(built: Path) -> None:
    (made,) = built.glob("*.tar.gz")
    with tarfile.open(made) as packed:
        inside = {name.partition("/")[2] for name in packed.getnames()}
    for folder in ("benchmarks", "docs", "samples", "tests"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert files
        assert {path.relative_to(ROOT).as_posix() for path in files} <= inside
    assert {"CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "requirements-dev.lock"} <= inside


def test_the_authored_files_are_inside(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("prompts", "rubrics", "samples"):
        expected = {
            f"pipeline/authored/{path.relative_to(ROOT)}" for path in (ROOT / folder).iterdir() if path.is_file()
        }
        assert expected
        assert expected <= names
    assert "pipeline/authored/app.py" in names
    assert "pipeline/data/o200k_base.tiktoken.gz" in names
    assert any(name.startswith("pipeline/store/migrations/versions/") for name in names)


@pytest.mark.slow
def test_it_converts_a_document_where_no_checkout_is(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "venv"
    venv.create(place)
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    installed = ["install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    command = [sys.executable, "-m", "pip", "--python", str(python), *installed]
    subprocess.run(command, check=True, capture_output=True)
    # The dependencies come from the test's own environment: a folder named in a .pth file brings its packages but not
    # its own .pth files, so the editable install of this checkout stays out of sight.
    site = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    (Path(site) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "store.md").write_text(
        "# Store a parcel\n\nA parcel on the floor can be crushed.\n\n1. Put the parcel on shelf B.\n"
        "2. Scan the label within 10 minutes.\n3. Close the shelf door.\n\n"
        "If the label cannot be read, put the parcel in box 4.\nIf the parcel leaks, call the shift lead.\n"
    )
    where = subprocess.run(
        [str(python), "-c", "import pipeline; print(pipeline.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=elsewhere,
    ).stdout
    assert where.startswith(str(place))
    ran = subprocess.run(
        [str(place / "bin" / "sme2module"), "convert", "store.md", "-o", "out"],
        check=False,
        capture_output=True,
        text=True,
        cwd=elsewhere,
    )
    assert ran.returncode in (0, 1), ran.stderr
    assert {path.name for path in (elsewhere / "out" / "store").iterdir()} == {
        "module.json",
        "store-html.html",
        "store-docx.docx",
        "store-scorm12.zip",
    }
