"""A received document on its way to the reader: no document is blamed for a disk that is full."""

from __future__ import annotations

import asyncio
import errno
from typing import Any

import pytest

from pipeline.errors import StoreError
from pipeline.run.reading import read_received
from tests.run.backlogs import Site


def full(*args: Any, **kwargs: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("step", ["tempfile.mkdtemp", "pathlib.Path.write_bytes"])
def test_a_full_disk_is_the_machine_s_trouble_and_said_in_a_line(
    site: Site, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    site.write("a.md")
    batch = site.start()
    monkeypatch.setattr(step, full)
    with pytest.raises(StoreError) as caught:
        asyncio.run(read_received("a.md", b"# Stop\n", batch))
    assert caught.value.line == "temporary file: it cannot be written (No space left on device); free space and go on"


def test_a_worker_without_room_for_temporary_files_ends_and_its_document_waits_for_another(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("a.md")
    batch = site.start()
    with monkeypatch.context() as patched:
        patched.setattr("tempfile.mkdtemp", full)
        with pytest.raises(StoreError, match="No space left"):
            site.work(read=read_received)
    one = site.documents(batch)["a.md"]
    assert (one.state, one.attempts, one.crashes, one.code) == ("queued", 0, 0, None)
    site.work()
    assert site.status(batch).documents.done == 1
