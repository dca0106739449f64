"""Pictures are kept by their content, found on every machine, and never taken from elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.store import Store, Workspace
from tests.builders import a_document
from tests.databases import content_of
from tests.pictures import a_picture_block, a_png, file_of, with_blocks


def kept(store: Store, content: bytes) -> str:
    """A source with a picture, as a reader leaves it; the picture's path."""
    file = file_of(content)
    (store.pictures.folder / file.removeprefix("figures/")).write_bytes(content)
    document = with_blocks(a_document(), (2, a_picture_block(content)))
    store.sources.add(document, content_of(a_document()))
    return file


@pytest.fixture
def own(workspace: Workspace) -> Iterator[Store]:
    """A store whose sources lie in its workspace."""
    with Store.open(workspace) as store:
        yield store


@pytest.fixture
def teams(workspace: Workspace) -> Iterator[Store]:
    """A store whose sources lie where other machines find them."""
    with Store.open(workspace, sources="database") as store:
        yield store


def test_a_picture_is_read_back_from_the_workspace(own: Store) -> None:
    assert own.pictures.read(kept(own, a_png())) == a_png()


def test_a_machine_without_the_folder_fetches_the_picture(teams: Store) -> None:
    file = kept(teams, a_png())
    shutil.rmtree(teams.pictures.folder)
    assert teams.pictures.read(file) == a_png()
    assert (teams.workspace.root / file).read_bytes() == a_png()


def damaged(store: Store, file: str) -> None:
    (store.workspace.root / file).write_bytes(b"torn")


def gone(store: Store, file: str) -> None:
    (store.workspace.root / file).unlink()


@pytest.mark.parametrize(("harm", "why"), [(damaged, "damaged"), (gone, "gone")])
def test_a_picture_that_is_gone_or_damaged_is_an_error(
    own: Store, harm: Callable[[Store, str], None], why: str
) -> None:
    file = kept(own, a_png())
    harm(own, file)
    with pytest.raises(StoreError, match=why):
        own.pictures.read(file)


def test_a_damaged_picture_is_mended_where_other_machines_have_it(teams: Store) -> None:
    file = kept(teams, a_png())
    damaged(teams, file)
    assert teams.pictures.read(file) == a_png()


@pytest.mark.parametrize("file", ["/etc/passwd", "figures/../../secret.png", "figures/x.png", ""])
def test_a_path_that_is_no_pictures_is_refused(own: Store, file: str) -> None:
    with pytest.raises(StoreError, match="no picture"):
        own.pictures.read(file)


def test_a_machine_without_a_workspace_leaves_no_folder_behind(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with Store.open(workspace, sources="database") as store:
        file = kept(store, a_png())
        assert store.pictures.read(file) == a_png()
        passing = store.pictures.folder
    assert not passing.exists()
    assert not (tmp_path / "figures").exists()
