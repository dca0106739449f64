"""A passing folder is gone with its process, whatever ended it, and never while somebody works in it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from pipeline.scratch import scratch_folder, sweep

_HOLDS = """
import sys
from pipeline.scratch import scratch_folder
with scratch_folder() as folder:
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files lie."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def test_a_folder_is_gone_after_its_use(place: Path) -> None:
    with scratch_folder() as folder:
        (Path(folder) / "part").write_bytes(b"half")
        assert Path(folder).parent == place
    assert not Path(folder).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no locks on folders")
def test_what_a_killed_process_left_is_cleared_away_and_what_is_in_use_stays(place: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLDS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        folder = Path(one.stdout.readline().strip())
        assert sweep(older_than_s=0) == 0
        assert folder.is_dir()
        os.kill(one.pid, signal.SIGKILL)
        one.wait()
    assert folder.is_dir()
    assert sweep(older_than_s=0) == 1
    assert not folder.exists()


def test_a_folder_just_made_is_left_alone_until_its_maker_could_lock_it(place: Path) -> None:
    young, old = place / "sme2module-young", place / "sme2module-old"
    for folder in (young, old):
        folder.mkdir()
    long_ago = time.time() - 3600
    os.utime(old, (long_ago, long_ago))
    sweep()
    assert young.is_dir()
    assert sys.platform == "win32" or not old.exists()


def test_what_only_looks_like_a_folder_of_ours_is_not_touched(place: Path) -> None:
    elsewhere = place / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text("kept", encoding="utf-8")
    (place / "sme2module-link").symlink_to(elsewhere, target_is_directory=True)
    (place / "sme2module-file").write_text("kept", encoding="utf-8")
    sweep(older_than_s=0)
    assert (elsewhere / "kept.txt").is_file()
    assert (place / "sme2module-file").is_file()
