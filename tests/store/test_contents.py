"""Bytes by their hash: the same promises in a folder, in the database and at an address."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.errors import ConfigError, DatabaseError, StoreError
from pipeline.store import Store, Workspace
from pipeline.store.batch_schema import CONTENTS
from pipeline.store.contents import Contents, ContentsInDatabase, ContentsInFolder, open_contents
from pipeline.store.remote_contents import RemoteContents
from tests.builders import a_document
from tests.databases import AT, OpensStore, content_of

Place = tuple[Contents, Callable[[str, bytes], None]]
"""The place, and how to put other bytes under a hash behind its back."""


def hash_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture(params=["folder", "database", "memory", "moving"])
def place(request: pytest.FixtureRequest, opens_store: OpensStore, tmp_path: Path) -> Iterator[Place]:
    if request.param == "folder":
        folder = tmp_path / "kept"
        yield ContentsInFolder(folder, makes_folder=True), lambda sha256, content: write(folder / sha256, content)
    elif request.param == "database":
        store = opens_store()

        def change(sha256: str, content: bytes) -> None:
            with store.database.write() as connection:
                connection.execute(update(CONTENTS).where(CONTENTS.c.sha256 == sha256).values(content=content))

        yield ContentsInDatabase(store.database, lambda: AT), change
    elif request.param == "memory":
        import fsspec

        memory = fsspec.filesystem("memory")
        yield (
            RemoteContents(f"memory://{tmp_path.name}/"),
            lambda sha256, content: memory.pipe_file(f"/{tmp_path.name}/{sha256}", content),
        )
        memory.rm(f"/{tmp_path.name}", recursive=True) if memory.exists(f"/{tmp_path.name}") else None
    else:
        folder = tmp_path / "moved"
        yield RemoteContents(f"local://{folder}"), lambda sha256, content: write(folder / sha256, content)


def write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def test_what_is_kept_comes_back(place: Place) -> None:
    contents, _ = place
    for content in (b"first", b"", bytes(range(256)) * 3000):
        assert not contents.has(hash_of(content))
        contents.keep(hash_of(content), content)
        contents.keep(hash_of(content), content)
        assert contents.has(hash_of(content))
        assert contents.read(hash_of(content)) == content


def test_many_are_kept_and_what_is_there_already_does_no_harm(place: Place) -> None:
    contents, _ = place
    all_of_them = [f"document {number}".encode() for number in range(600)]
    contents.keep(hash_of(all_of_them[7]), all_of_them[7])
    contents.keep_many((hash_of(one), one) for one in [*all_of_them, all_of_them[3]])
    contents.keep_many([(hash_of(one), one) for one in all_of_them[:5]], durable=False)
    contents.keep_many([])
    assert all(contents.read(hash_of(one)) == one for one in all_of_them[::50])


def test_bytes_that_are_gone_are_named(place: Place) -> None:
    contents, _ = place
    contents.keep(hash_of(b"here"), b"here")
    with pytest.raises(StoreError, match=rf"source {hash_of(b'gone')[:12]}: .* is missing; ingest the file again"):
        contents.read(hash_of(b"gone"))


@pytest.mark.parametrize("damaged", [b"", b"first", b"FIRST CONTENT", b"first content and more"])
def test_damaged_bytes_are_never_handed_out(place: Place, damaged: bytes) -> None:
    contents, change = place
    sha256 = hash_of(b"first content")
    contents.keep(sha256, b"first content")
    change(sha256, damaged)
    with pytest.raises(StoreError, match="is damaged"):
        contents.read(sha256)


@pytest.mark.parametrize("damaged", [b"", b"FIRST CONTENT"])
def test_a_damaged_file_of_a_folder_is_mended_by_ingesting_again(tmp_path: Path, damaged: bytes) -> None:
    contents = ContentsInFolder(tmp_path, makes_folder=True)
    write(tmp_path / hash_of(b"first content"), damaged)
    contents.keep(hash_of(b"first content"), b"first content")
    assert contents.read(hash_of(b"first content")) == b"first content"


def test_threads_that_bring_the_same_contents_in_any_order_don_t_lock_each_other_up(place: Place) -> None:
    contents, _ = place
    items = [(hash_of(b"%d" % number), b"%d" % number) for number in range(300)]
    failures: list[BaseException] = []

    def bring(some: list[tuple[str, bytes]]) -> None:
        try:
            contents.keep_many(some)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=bring, args=(items[::step],)) for step in (1, -1, 1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert all(contents.read(sha256) == content for sha256, content in items)


def test_a_backlog_s_files_are_kept_without_waiting_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[int] = []
    monkeypatch.setattr("os.fsync", waits.append)
    contents = ContentsInFolder(tmp_path / "a", makes_folder=True)
    items = [(hash_of(b"%d" % number), b"%d" % number) for number in range(4000)]
    begin = time.process_time()  # the machine may be doing other things
    contents.keep_many(items, durable=False)
    seconds = time.process_time() - begin
    assert waits == []
    assert seconds < 2  # 2,000 a second are promised
    contents.keep(*items[0])  # one that is to be durable now
    contents.keep(hash_of(b"new"), b"new")
    assert len(waits) == 2


def test_a_file_that_cannot_be_finished_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match=r"no space left on device.*free space"):
        ContentsInFolder(tmp_path / "sources", makes_folder=True).keep("ab" * 32, b"bytes")
    assert list((tmp_path / "sources").iterdir()) == []


def test_a_move_that_fails_leaves_nothing_at_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = RemoteContents(f"local://{tmp_path}/there")

    def refused(*_args: object) -> None:
        raise OSError("no more room")

    monkeypatch.setattr(contents._fs, "mv", refused)
    with pytest.raises(DatabaseError, match=r"sources local://.*/there: it cannot be used \(no more room\); check"):
        contents.keep(hash_of(b"x"), b"x")
    assert list((tmp_path / "there").iterdir()) == []


# Which place it is


def opened(store: Store, setting: str | None) -> Contents:
    return open_contents(
        setting, workspace=store.workspace.root, folder=store.workspace.sources, database=store.database,
        clock=lambda: AT,
    )


def test_on_its_own_a_workspace_keeps_files_and_a_team_rows(opens_store: OpensStore) -> None:
    store, document = opens_store(), a_document()
    store.sources.add(document, content_of(document))
    path = store.workspace.sources / document.source.sha256
    assert path.is_file() == store.database.is_sqlite
    assert ContentsInDatabase(store.database, lambda: AT).has(document.source.sha256) != store.database.is_sqlite
    assert store.sources.content(document.source.id) == content_of(document)


@pytest.mark.parametrize("setting", [None, "database", "elsewhere", "memory://elsewhere"])
def test_what_the_workspace_s_folder_has_from_before_is_still_found(
    opens_store: OpensStore, setting: str | None
) -> None:
    store = opens_store()
    (store.workspace.root / "elsewhere").mkdir()
    ContentsInFolder(store.workspace.sources, makes_folder=True).keep(hash_of(b"before"), b"before")
    contents = opened(store, setting)
    assert contents.has(hash_of(b"before"))
    assert contents.read(hash_of(b"before")) == b"before"
    contents.keep_many([(hash_of(b"after"), b"after")])
    contents.keep(hash_of(b"after"), b"after")
    assert contents.read(hash_of(b"after")) == b"after"
    assert not contents.has(hash_of(b"never"))
    with pytest.raises(StoreError, match="is missing"):
        contents.read(hash_of(b"never"))


def test_a_shared_folder_may_be_named_by_path_or_file_address(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "the share").mkdir()
    document = a_document()
    with Store.open(workspace, sources=str(tmp_path / "the share")) as store:
        store.sources.add(document, content_of(document))
    assert [one.name for one in (tmp_path / "the share").iterdir()] == [document.source.sha256]
    assert list(workspace.sources.iterdir()) == []
    with Store.open(workspace, sources=(tmp_path / "the share").as_uri()) as store:
        assert store.sources.content(document.source.id) == content_of(document)


def test_a_relative_folder_begins_at_the_workspace(workspace: Workspace) -> None:
    (workspace.root / "kept").mkdir()
    with Store.open(workspace, sources="kept") as store:
        store.contents.keep(hash_of(b"x"), b"x")
    assert (workspace.root / "kept" / hash_of(b"x")).is_file()


@pytest.mark.parametrize("setting", ["not/mounted", "file:///not/mounted", "file://server/share"])
def test_a_share_that_is_not_mounted_is_never_made_up(workspace: Workspace, setting: str) -> None:
    with pytest.raises(ConfigError, match="no such folder on this machine; make it or mount it"):
        Store.open(workspace, sources=setting)
    assert not (workspace.root / "not").exists()


def test_a_share_that_goes_away_is_named(workspace: Workspace, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    with Store.open(workspace, sources=str(share)) as store:
        share.rmdir()
        with pytest.raises(StoreError, match=r"sources .*share: it cannot be used \(no such file or directory\)"):
            store.contents.keep(hash_of(b"x"), b"x")


def test_a_missing_package_says_what_to_install(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(ConfigError, match=r"package for s3:// is not installed; run pip install 'sme2module\[team\]'"):
        Store.open(workspace, sources="s3://bucket/prefix")
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(ConfigError, match=r"gs:// is not installed; run pip install 'sme2module\[team\]', and .*gcs"):
        Store.open(workspace, sources="gs://bucket/prefix")
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(ConfigError, match=r"package fsspec is not installed; run pip install 'sme2module\[team\]'"):
        Store.open(workspace, sources="memory://x")


def test_an_address_of_no_known_protocol_is_named_without_its_password(workspace: Workspace) -> None:
    with pytest.raises(ConfigError, match="carrier:// is not a protocol") as caught:
        Store.open(workspace, sources="carrier://ada:s3cret@pigeon/loft")
    assert "ada:***@pigeon" in caught.value.line
    assert "s3cret" not in caught.value.line


def test_a_place_that_cannot_be_reached_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = RemoteContents(f"memory://{tmp_path.name}")

    def unreachable(*_args: object, **_more: object) -> bytes:
        raise RuntimeError("no route\nand a long story")

    for verb in ("cat_file", "exists", "pipe"):
        monkeypatch.setattr(contents._fs, verb, unreachable)
    for work in (
        lambda: contents.read("ab" * 32),
        lambda: contents.has("ab" * 32),
        lambda: contents.keep_many([("ab" * 32, b"")]),
    ):
        with pytest.raises(DatabaseError, match=r"it cannot be used \(no route\); check the address") as caught:
            work()
        assert caught.value.may_be_retried
