"""Sources: kept once by content, found by whatever a person calls them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import delete

from pipeline.domain import Document
from pipeline.errors import DatabaseError, StoreError, UnreadableError, UsageError, WorkspaceLockedError
from pipeline.ids import source_id
from pipeline.store import Store
from pipeline.store.batch_schema import CONTENTS
from tests.builders import a_block, a_document
from tests.databases import OpensStore, content_of


def named(path: str, document: Document | None = None, **fields: object) -> Document:
    document = document or a_document()
    return document.changed(source=document.source.changed(path=path, **fields))


def test_the_same_content_is_kept_once_and_known_by_all_its_names(store: Store) -> None:
    first = a_document().source
    again = named("copies/lockout-final.md")
    assert store.sources.add(again, content_of(again)) is False
    assert store.sources.add(again, content_of(again)) is False
    assert store.sources.all() == (first,)
    assert store.sources.find("copies/lockout-final.md") == first.id
    assert store.sources.find("lockout-final.md") == first.id
    assert store.sources.find("lockout.md") == first.id


def test_a_source_is_found_by_id_path_name_and_title(store: Store) -> None:
    source = a_document().source
    for asked in (source.id, "lockout.md", str(Path("lockout.md").absolute()), "lock out the CARTON sealer"):
        assert store.sources.find(asked) == source.id
    assert store.sources.find("lockout") is None
    assert store.sources.find("") is None


def test_a_document_comes_back_as_it_was_read(store: Store) -> None:
    block = a_block("a\x00b \ud800 – 日本語 \U0001f600", id="b-1", confidence=0.25)
    content = b"strange"
    sha256 = hashlib.sha256(content).hexdigest()
    strange = named(
        "caf\udce9.md", a_document().changed(blocks=(block,)),
        sha256=sha256, id=source_id(sha256), title="a\x00b",
    )
    assert store.sources.add(strange, content) is True
    assert store.sources.document(strange.source.id) == strange


def test_content_that_is_not_the_documents_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match=r"not that of lockout\.md"):
        store.sources.add(a_document(), b"something else")


def test_an_unknown_source_says_how_to_add_one(opens_store: OpensStore) -> None:
    store = opens_store()
    for look in (store.sources.document, store.sources.content):
        with pytest.raises(UsageError, match="no such source; add it: sme2module ingest FILE"):
            look("s-000000000000")


def test_bytes_that_are_gone_are_named(store: Store) -> None:
    source = a_document().source
    if store.database.is_sqlite:
        (store.workspace.sources / source.sha256).unlink()
    else:
        with store.database.write() as connection:
            connection.execute(delete(CONTENTS))
    with pytest.raises(StoreError, match="is missing; ingest the file again"):
        store.sources.content(source.id)
    store.sources.add(a_document(), content_of(a_document()))
    assert store.sources.content(source.id) == content_of(a_document())


def test_bytes_come_from_the_file_where_they_are_not_kept_any_more(store: Store, tmp_path: Path) -> None:
    origin = tmp_path / "origin.md"
    origin.write_bytes(b"as it was")
    sha256 = hashlib.sha256(b"as it was").hexdigest()
    assert store.sources.bytes_of(sha256, str(origin)) == b"as it was"
    origin.unlink()
    assert store.sources.bytes_of(sha256, str(origin)) == b"as it was", "kept by now"
    with pytest.raises(UnreadableError, match="not kept any more") as caught:
        store.sources.bytes_of("0" * 64, str(origin))
    assert caught.value.code == "missing"


@pytest.mark.parametrize("kind", [DatabaseError, WorkspaceLockedError])
def test_bytes_that_cannot_be_had_just_now_are_not_missing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[StoreError]
) -> None:
    def fails(_: str) -> bytes:
        raise kind("the database", why="it cannot be reached", mend="start it")

    origin = tmp_path / "origin.md"
    origin.write_bytes(b"as it was")
    monkeypatch.setattr(store.contents, "read", fails)
    with pytest.raises(kind, match="cannot be reached"):
        store.sources.bytes_of(hashlib.sha256(b"as it was").hexdigest(), str(origin))
