"""Which process on which machine, and on which kind of disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.store import place
from tests.waiting import until

MOUNTS = """\
proc /proc proc rw 0 0
/dev/vda / ext4 rw 0 0
server:/export /mnt/team nfs4 rw 0 0
/dev/vdb /mnt/team/local xfs rw 0 0
//server/share /mnt/our\\040share\\134x cifs rw 0 0
systemd-1 /mnt/later autofs rw 0 0
server:/later /mnt/later nfs rw 0 0
me@host: /home/me/far fuse.sshfs rw 0 0
C:\\134 /mnt/c 9p rw 0 0
nonsense
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/work/a.db", None),
        ("/mnt/team/work/a.db", "nfs4"),
        ("/mnt/team", "nfs4"),
        ("/mnt/teamwork/a.db", None),
        ("/mnt/team/local/work/a.db", None),
        ("/mnt/our share\\x/a.db", "cifs"),
        ("/mnt/later/a.db", "nfs"),
        ("/home/me/far/a.db", "fuse.sshfs"),
        ("/mnt/c/work/a.db", "9p"),
    ],
)
def test_the_innermost_mount_says_what_disk_it_is(path: str, kind: str | None) -> None:
    assert place.network_file_system(Path(path), MOUNTS) == kind


def test_a_link_is_followed_to_the_disk_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "work").symlink_to(tmp_path / "share")
    mounts = f"/dev/vda / ext4 rw 0 0\nserver:/x {tmp_path.resolve()}/share nfs rw 0 0\n"
    assert place.network_file_system(tmp_path / "work" / "a.db", mounts) == "nfs"


def test_where_nobody_can_tell_the_disk_counts_as_local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "_MOUNTS", tmp_path / "no proc here")
    assert place.network_file_system(tmp_path) is None


def test_the_disk_of_these_tests_is_looked_up() -> None:
    assert place.network_file_system(Path("/proc")) is None


def test_this_process_is_there_and_others_are_told_apart() -> None:
    mine = place.this_process()
    number, _, start = mine.partition(":")
    assert number == str(os.getpid())
    assert start.isdigit()
    assert place.process(os.getpid()) == mine
    assert not place.is_gone(place.machine(), mine)


def test_a_number_that_came_back_is_another_process() -> None:
    number, _, start = place.this_process().partition(":")
    assert place.is_gone(place.machine(), f"{number}:{int(start) + 1}")


def test_a_process_that_ended_is_gone_also_while_its_parent_has_not_looked() -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    identity = place.process(child.pid)
    assert identity is not None
    child.send_signal(signal.SIGSTOP)
    assert not place.is_gone(place.machine(), identity)  # stopped is not ended
    child.kill()
    until(lambda: place.is_gone(place.machine(), identity))  # a zombie by now: nobody has waited for it
    assert Path(f"/proc/{child.pid}").exists()
    child.wait()
    assert place.process(child.pid) is None
    assert place.is_gone(place.machine(), identity)


def test_a_process_that_proc_hides_is_not_taken_for_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Mounted with hidepid, /proc shows nobody else's processes; leases tell.
    ended = subprocess.Popen([sys.executable, "-c", ""])
    identity = place.process(ended.pid)
    ended.wait()
    mine = place.this_process()
    monkeypatch.setattr(place, "_PROC", tmp_path)
    assert not place.is_gone(place.machine(), mine)
    assert identity is not None
    assert place.is_gone(place.machine(), identity)
    monkeypatch.setattr("os.kill", _not_permitted)
    assert not place.is_gone(place.machine(), "1:7")


def test_what_runs_on_another_machine_cannot_be_seen_from_here() -> None:
    assert not place.is_gone("another-boot:pid:[4026531836]", "1:1")
    assert not place.is_gone(f"{place.kernel()}:pid:[1]", f"{os.getpid()}:1")  # another container


def test_a_process_without_a_number_is_not_taken_for_gone() -> None:
    assert not place.is_gone(place.machine(), "")
    assert not place.is_gone(place.machine(), ":7")


def test_containers_on_one_machine_share_its_kernel() -> None:
    assert place.machine().startswith(f"{place.kernel()}:")
    assert place.kernel() not in ("", place.machine())
    assert place.machine() == subprocess.run(
        [sys.executable, "-c", "from pipeline.store import place; print(place.machine())"],
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout.strip()
    assert place.host()


def test_without_proc_a_signal_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    assert place._signalled(os.getpid()) == f"{os.getpid()}:"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert place._signalled(ended.pid) is None
    monkeypatch.setattr("os.kill", _not_permitted)
    assert place._signalled(1) == "1:"
    monkeypatch.setattr(sys, "platform", "win32")
    assert place._signalled(ended.pid) == f"{ended.pid}:"


def _not_permitted(_pid: int, _signal: int) -> None:
    raise PermissionError
