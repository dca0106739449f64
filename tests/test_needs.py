"""What is missing is skipped by name, and fails where nothing may be missing."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests import needs, npm_packages


def lacking(monkeypatch: pytest.MonkeyPatch, ci: str) -> None:
    """A machine without a browser."""
    monkeypatch.setenv("CI", ci)
    nothing = needs.Need("chromium", "a Chromium browser", lambda: None, lambda: None)
    monkeypatch.setitem(needs.NEEDS, "chromium", nothing)


def test_a_missing_need_skips_the_test_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking(monkeypatch, "")
    with pytest.raises(pytest.skip.Exception, match="Chromium"):
        needs.require("chromium")


def test_a_missing_need_fails_the_test_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    lacking(monkeypatch, "true")
    with pytest.raises(pytest.fail.Exception, match="Chromium"):
        needs.require("chromium")


def test_a_found_need_is_its_path(monkeypatch: pytest.MonkeyPatch) -> None:
    found = needs.Need("chromium", "a browser", lambda: Path("/usr/bin/x"), lambda: None)
    monkeypatch.setitem(needs.NEEDS, "chromium", found)
    assert needs.require("chromium") == Path("/usr/bin/x")


def test_weights_with_another_hash_do_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SME2MODULE_TEST_CACHE", str(tmp_path))
    needs.weights_path.cache_clear()
    (tmp_path / Path(needs.WEIGHTS_MEMBER).name).write_bytes(b"something else")
    try:
        assert needs.weights_path() is None
    finally:
        needs.weights_path.cache_clear()


def test_a_package_of_another_version_does_not_count(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SME2MODULE_TEST_CACHE", str(tmp_path))
    member = f"node_modules/{npm_packages.AXE}"
    folder = tmp_path / "npm" / member
    folder.mkdir(parents=True)
    lock = json.loads((npm_packages.LOCKED / "package-lock.json").read_text())["packages"][member]
    assert lock["integrity"].startswith("sha512-")
    npm_packages.package_folder.cache_clear()
    try:
        for version, found in (("0.0.1", None), (lock["version"], folder / "axe.min.js")):
            (folder / "package.json").write_text(json.dumps({"version": version}))
            npm_packages.package_folder.cache_clear()
            assert needs.axe_path() == found
    finally:
        npm_packages.package_folder.cache_clear()


def test_an_installation_that_fails_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise needs.InstallError("no network")

    monkeypatch.setattr(needs, "NEEDS", {"x": needs.Need("x", "an x", lambda: None, fails)})
    monkeypatch.setenv("CI", "true")
    assert needs.main() == 1
    assert "x: MISSING (no network)" in capsys.readouterr().out
    monkeypatch.setenv("CI", "")
    assert needs.main() == 0


def test_a_failed_command_says_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def ran(*_: object, **__: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 1, "", "first\nERROR: hash mismatch\n")

    monkeypatch.setattr(subprocess, "run", ran)
    with pytest.raises(needs.InstallError, match="hash mismatch"):
        needs._call(["pip", "download"])
