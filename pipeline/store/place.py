"""Where this process runs and where a file lies: what tells a dead worker from one on another machine, and a
network disk from a local one.
"""

from __future__ import annotations

import os
import platform
import re
import socket
import sys
import uuid
from functools import cache
from pathlib import Path

# File systems on which SQLite's locks and its shared memory can't be relied on (sqlite.org/wal.html, §1; lockingv3 §6).
_NETWORK = frozenset(
    "nfs nfs4 cifs smb smb2 smb3 smbfs afs 9p ncpfs fuse.sshfs fuse.s3fs fuse.gcsfuse fuse.rclone glusterfs "
    "fuse.glusterfs ceph lustre davfs fuse.davfs2 webdav afpfs".split()
)

_PROC = Path("/proc")
_MOUNTS = Path("/proc/self/mounts")
# Blanks, tabs, line ends and backslashes in the names of mount points.
_ESCAPED = re.compile(r"\\([0-7]{3})")


@cache
def host() -> str:
    """The machine's name, for people."""
    return socket.gethostname() or platform.node() or "this machine"


@cache
def machine() -> str:
    """The machine's present boot as seen from here: two processes with the same one can look each other up by
    number. Containers on one machine share the kernel but not the numbers.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return f"{host()}:{uuid.getnode():x}"


@cache
def kernel() -> str:
    """The part of `machine` that containers on one machine share."""
    return machine().partition(":")[0]


def this_process() -> str:
    """The number and start of this process."""
    return process(os.getpid()) or f"{os.getpid()}:"


def process(pid: int) -> str | None:
    """The number and start of a process of this machine, None where there is none; numbers come back, starts don't.
    Where it cannot be seen when it started: the number and a colon.
    """
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        # It has ended, or there is no /proc, or that hides other people's processes (hidepid).
        return _signalled(pid)
    after_name = stat.rpartition(")")[2].split()
    # A zombie has ended; its parent has only not looked yet.
    return None if after_name[0] in ("Z", "X") else f"{pid}:{after_name[19]}"


def is_gone(machine_of: str, process_of: str) -> bool:
    """Whether a process is known to have ended; False where that cannot be seen from here."""
    if machine_of != machine():
        return False
    number = process_of.partition(":")[0]
    return number.isdigit() and process(int(number)) not in (process_of, f"{number}:")


def network_file_system(path: Path, mounts: str | None = None) -> str | None:
    """The kind of network disk the path lies on; None for a local one, or where nobody can tell.

    `mounts` is what Linux says in /proc/self/mounts; None to ask it.
    """
    if mounts is None:
        try:
            mounts = _MOUNTS.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
    here = path.resolve()
    best, kind = "", ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _ESCAPED.sub(lambda code: chr(int(code[1], 8)), fields[1])
        if here.is_relative_to(point) and len(point) >= len(best):
            best, kind = point, fields[2]
    return kind if kind in _NETWORK else None


def _signalled(pid: int) -> str | None:
    if sys.platform == "win32":
        return f"{pid}:"  # os.kill would end it; leases tell
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        pass
    return f"{pid}:"
