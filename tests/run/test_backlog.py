"""A folder as a batch: what is converted, what fails by name, what is passed over, and what a second run adds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.run.backlog import LARGEST_BYTES, files_in
from pipeline.store.workspace import Workspace
from tests.run.backlogs import CALLS, Site


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in files_in(folder)]


def test_files_that_cannot_be_converted_fail_by_name_and_the_rest_is_done(site: Site) -> None:
    odd = ["مرحبا.md", "📦 parcel.md", "C:\\Users\\ada\\manual.md", "a/b/deep.md", "-rf.md", "a b;c.md"]
    site.write("plain.md", *odd)
    docs = site.folder
    (docs / "empty.md").touch()
    (docs / "same.md").write_bytes((docs / "plain.md").read_bytes())
    (docs / "strange.xyz").write_bytes(b"\x00\x01\x02")
    (docs / "cut.pdf").write_bytes(b"%PDF-1.7 cut")
    with (docs / "huge.pdf").open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    (docs / "dangling.md").symlink_to("nowhere.md")
    (docs / "circle.md").symlink_to("circle.md")
    os.mkfifo(docs / "pipe.md")
    batch = site.start()
    site.work()
    failed = {one.path: one.code for one in site.status(batch).failures}
    assert failed == {
        "empty.md": "empty", "same.md": "duplicate", "strange.xyz": "unsupported", "cut.pdf": "corrupt",
        "huge.pdf": "too_large", "dangling.md": "missing", "circle.md": "missing", "pipe.md": "unsupported",
    }
    done = {path for path, one in site.documents(batch).items() if one.state == "done"}
    assert done == {"plain.md", *odd}
    assert {one.path.rpartition("/")[2] for one in site.store.sources.all()} >= {"مرحبا.md", "📦 parcel.md"}


def test_every_failure_says_what_to_do_and_begins_with_the_file(site: Site) -> None:
    site.write("a/plain.md")
    (site.folder / "a" / "empty.md").touch()
    (failure,) = site.status(site.start()).failures
    assert failure.message == "a/empty.md: it is empty; give a document with text"


def test_a_name_that_is_no_text_is_converted_under_a_name_that_is(site: Site) -> None:
    site.write("plain.md")
    try:
        Path(os.fsdecode(os.fsencode(site.folder) + b"/caf\xe9.md")).write_bytes(
            (site.folder / "plain.md").read_bytes() + b"\nMore.\n"
        )
        Path(os.fsdecode(os.fsencode(site.folder) + b"/\xff.md")).touch()
    except OSError:
        pytest.skip("this file system takes no such name")
    batch = site.start()
    site.work()
    documents = site.documents(batch)
    assert documents["caf\\xe9.md"].state == "done"
    assert documents["\\xff.md"].code == "empty"


def test_a_file_that_may_not_be_read_fails_and_is_taken_once_it_may(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("open.md", "closed.md")
    with monkeypatch.context() as patch:
        # Root may read everything, whatever its permissions say.
        reads = Path.read_bytes

        def read_bytes(path: Path) -> bytes:
            if path.name == "closed.md":
                raise PermissionError(13, "Permission denied")
            return reads(path)

        patch.setattr(Path, "read_bytes", read_bytes)
        batch = site.start()
        site.work()
    (failure,) = site.status(batch).failures
    assert (failure.path, failure.code) == ("closed.md", "corrupt")
    assert "permission denied" in failure.message
    assert site.start().id == batch.id
    site.work()
    assert site.status(batch).documents.done == 2
    assert site.status(batch).failures == ()


def test_a_folder_that_may_not_be_looked_into_is_named(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.write("open.md", "closed/inside.md")
    scan = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", scandir)
    batch = site.start()
    (failure,) = site.status(batch).failures
    assert (failure.path, failure.code) == ("closed", "corrupt")
    assert "folder" in failure.message


def test_hidden_files_leftovers_and_the_workspace_itself_are_passed_over(tmp_path: Path) -> None:
    for name in ("b.md", "a/c.md", ".hidden.md", ".git/x.md", "~$b.docx", "Thumbs.db", "desktop.ini", ".DS_Store"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    Workspace.create(tmp_path / "work")
    Workspace.create(tmp_path / ".sme2module")
    assert names(tmp_path) == ["b.md", "a/c.md"]


def test_a_folder_that_is_a_workspace_has_its_documents_converted_and_nothing_else(tmp_path: Path) -> None:
    Workspace.create(tmp_path)
    for name in (
        "a.md", "sme2module.db", "sme2module.db-wal", "endpoints.json", "worker.log", "sources/0123", "b/sources/c.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert names(tmp_path) == ["a.md", "b/sources/c.md"]


@pytest.mark.parametrize("place", ["missing", "a file", "an empty folder", "only hidden files"])
def test_a_folder_without_documents_is_refused_and_leaves_no_batch(
    site: Site, place: str
) -> None:
    if place == "missing":
        site.folder.rmdir()
    elif place == "a file":
        site.folder.rmdir()
        site.folder.touch()
    elif place == "only hidden files":
        (site.folder / ".hidden.md").touch()
    with pytest.raises(UsageError, match="give a folder with documents"):
        site.start()
    assert site.backlogs.list() == ()


def test_the_same_again_asks_nothing_and_adds_nothing(site: Site) -> None:
    site.write("a.md", "b.md")
    batch = site.start()
    assert len(site.work().asked) == 2 * CALLS
    before, modules = site.status(batch), site.store.modules.list()
    assert site.start().id == batch.id
    assert (site.added.new, site.added.known) == (0, 2)
    assert site.work().asked == []
    assert site.status(batch) == before
    assert site.store.modules.list() == modules


def test_new_files_join_a_batch_that_has_ended(site: Site) -> None:
    site.write("a.md")
    batch = site.start()
    site.work()
    site.write("b.md")
    assert site.start().id == batch.id
    assert site.status(batch).state == "running"
    assert len(site.work().asked) == CALLS
    assert site.status(batch).documents.done == 2


def test_an_edited_file_is_a_document_of_its_own_beside_the_first(site: Site) -> None:
    site.write("a.md")
    batch = site.start()
    site.work()
    (site.folder / "a.md").write_text((site.folder / "a.md").read_text() + "3. Apply your padlock.\n")
    site.start()
    site.work()
    assert site.status(batch).documents.done == 2
    assert len(site.store.modules.list()) == 2


def test_what_the_folder_lost_is_converted_from_the_kept_bytes(site: Site) -> None:
    site.write("a.md")
    batch = site.start()
    (site.folder / "a.md").unlink()
    site.work()
    assert site.status(batch).documents.done == 1


def test_bytes_that_are_gone_everywhere_fail_their_document_alone(site: Site) -> None:
    site.write("a.md", "b.md")
    batch = site.start()
    gone = site.documents(batch)["a.md"].sha256
    (site.folder / "a.md").unlink()
    (site.store.workspace.sources / str(gone)).unlink()
    site.work()
    assert [(one.path, one.code) for one in site.status(batch).failures] == [("a.md", "missing")]
    assert site.status(batch).documents.done == 1


def test_another_goal_is_another_batch_with_modules_of_its_own(site: Site) -> None:
    site.write("a.md")
    first = site.start(goal="isolate the sealer")
    site.work()
    second = site.start(goal="clean the sealer")
    assert second.id != first.id
    engine = site.work()
    assert "objectives" in engine.asked
    goals = {
        site.store.modules.load(str(site.documents(batch)["a.md"].module)).brief.performance_goal
        for batch in (first, second)
    }
    assert goals == {"isolate the sealer", "clean the sealer"}


def test_two_batches_of_the_same_documents_and_order_pay_once(site: Site) -> None:
    site.write("a.md")
    first = site.start()
    site.work()
    second = site.start(timeout_s=30)
    assert second.id != first.id
    assert site.work().asked == []
    assert site.documents(first)["a.md"].module == site.documents(second)["a.md"].module


def test_a_cancelled_batch_is_started_anew_and_takes_up_what_was_paid(site: Site) -> None:
    site.write("a.md", "b.md")
    first = site.start()
    site.work()
    site.write("c.md")
    site.start()
    assert site.backlogs.cancel(first.id) == 1
    second = site.start()
    assert second.id != first.id
    assert len(site.work().asked) == CALLS
    assert site.status(second).documents.done == 3
