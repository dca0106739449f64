"""A package is held against the workspace: what is the release, what is not, and what has changed since."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import ReviewError, SourceError, UnreadableError
from pipeline.export import EXPORTERS
from pipeline.export.package import zipped
from pipeline.review.acting import Acting
from pipeline.review.release import Exporting
from pipeline.review.releasing import Releasing
from pipeline.review.verifying import Verdict, Verified, Verifying
from tests.builders import a_document
from tests.export.conftest import a_rich_module
from tests.export.releases import a_release
from tests.review.desk import Desk, ticking


class Shop:
    """A desk whose module is released as number 1, and the ways out of it."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.acting = Acting(desk.store, ticking())
        self.exporting = Exporting(self.acting)
        self.releasing = Releasing(self.acting)
        for element in desk.store.modules.load("m-1").elements():
            desk.approve(element.id)
        self.releasing.release("m-1", by="Lea")

    def export(self, name: str, *, release: int | None = 1, drafts: bool = False) -> Path:
        """As a person does: the audit trail has it."""
        return self.exporting.export_file(
            "m-1", format_name=name, include_drafts=drafts, output=self.folder / f"exported-{name}", by="Ada",
            release=release,
        ).path

    def write(self, name: str, *, release: int | None = 1, drafts: bool = False) -> Path:
        """As another machine did: nobody recorded it here."""
        _, package = self.exporting.package("m-1", include_drafts=drafts, release=release)
        path = self.folder / f"written-{name}{EXPORTERS.get(name).suffix}"
        EXPORTERS.get(name).write(package, path)
        return path

    def verify(self, path: Path) -> Verified:
        return Verifying(self.desk.store, self.exporting).verify(path)


@pytest.fixture
def shop(desk: Desk, tmp_path: Path) -> Shop:
    return Shop(desk, tmp_path)


def repacked(path: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The archive with something done to its files."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    path.write_bytes(zipped(files))
    return path


@pytest.mark.parametrize("name", ["scorm12", "html", "json", "docx", "epub", "moodlexml", "gift", "markdown", "h5p"])
def test_a_release_is_verified_byte_for_byte_wherever_it_was_written(shop: Shop, name: str) -> None:
    found = shop.verify(shop.write(name))
    assert (found.verdict, found.release, found.state, found.format) == (Verdict.VERIFIED, 1, "released", name)
    assert (found.exported, found.differences, found.notes) == (None, (), ())
    assert found.manifest is not None
    assert found.manifest.by == "Lea"


def test_what_has_no_place_for_a_manifest_is_known_by_its_bytes(shop: Shop) -> None:
    path = shop.export("aiken")
    found = shop.verify(path)
    assert (found.verdict, found.release, found.format) == (Verdict.VERIFIED, 1, "aiken")
    assert found.exported is not None
    assert found.exported.by == "Ada"
    path.write_bytes(path.read_bytes().replace(b"ANSWER: ", b"ANSWER:  "))
    with pytest.raises(UnreadableError, match="was not exported from this workspace"):
        shop.verify(path)


def test_a_changed_file_in_a_package_is_named(shop: Shop) -> None:
    path = repacked(
        shop.write("scorm12"), lambda files: files.update({"player.css": files["player.css"].replace(b"{", b"[", 1)})
    )
    found = shop.verify(path)
    assert found.verdict is Verdict.DIFFERS
    assert [(one.member, one.what) for one in found.differences] == [("player.css", "changed")]
    assert "changed after it was written" in found.why


@pytest.mark.parametrize("name", ["scorm12", "json"])
def test_no_single_byte_can_be_changed_unnoticed(shop: Shop, name: str) -> None:
    path = shop.write(name)
    whole = path.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 25)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            verdict = shop.verify(path).verdict
        except (SourceError, ReviewError):
            continue
        assert verdict is not Verdict.VERIFIED, at


def test_a_package_of_another_workspace_is_told(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "foreign.zip"
    EXPORTERS.get("scorm12").write(a_release(a_rich_module(id="m-elsewhere")), path)
    with pytest.raises(ReviewError, match="m-elsewhere, which this workspace does not have") as refused:
        shop.verify(path)
    assert (refused.value.code, refused.value.exit_code) == ("other_workspace", 2)
    EXPORTERS.get("scorm12").write(a_release(a_rich_module(id="m-1")), path)
    with pytest.raises(ReviewError, match="holds release 3 of m-1"):
        shop.verify(path)


def test_a_release_that_somebody_else_signed_is_not_ours(shop: Shop) -> None:
    path = repacked(
        shop.write("scorm12"),
        lambda files: files.update({"release.json": files["release.json"].replace(b'"by": "Lea"', b'"by": "Eve"', 1)}),
    )
    found = shop.verify(path)
    assert found.verdict is Verdict.DIFFERS
    assert "signed by Eve" in found.why
    assert "signed by Lea" in found.why


def test_a_package_of_an_older_version_is_no_forgery(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.export.stamp.__version__", "0.0.1")
    unrecorded, recorded = shop.write("scorm12"), shop.export("html")
    monkeypatch.undo()
    found = shop.verify(unrecorded)
    assert found.verdict is Verdict.OTHER_VERSION
    assert "made by version 0.0.1" in found.why
    found = shop.verify(recorded)
    assert (found.verdict, found.product) == (Verdict.VERIFIED, "0.0.1")


def test_a_package_without_a_stamp_is_known_by_its_manifest(shop: Shop) -> None:
    path = repacked(shop.write("scorm2004"), lambda files: files.pop("sme2module.json"))
    found = shop.verify(path)
    assert (found.verdict, found.format) == (Verdict.DIFFERS, "scorm2004")
    assert [(one.member, one.what) for one in found.differences] == [("sme2module.json", "missing")]


def test_what_has_changed_since_the_release_is_told(shop: Shop, tmp_path: Path) -> None:
    path = shop.export("html")
    shop.desk.rewrite("Another question altogether?")
    shop.desk.approve("q-1")
    shop.releasing.release("m-1", by="Lea")
    shop.releasing.deprecate("m-1", 1, by="Lea", reason="the valve was replaced")
    old = shop.desk.store.modules.load("m-1").sources[0]
    content = b"a newer version of the file"
    sha256 = hashlib.sha256(content).hexdigest()
    newer = a_document()
    newer = newer.model_copy(
        update={"source": newer.source.model_copy(update={"id": f"s-{sha256[:12]}", "sha256": sha256, "path": old.path})}
    )
    shop.desk.store.sources.add(newer, content)
    found = shop.verify(path)
    assert (found.verdict, found.state) == (Verdict.VERIFIED, "deprecated")
    told = " / ".join(found.notes)
    assert "release 1 is deprecated" in told
    assert "release 2 is the latest" in told
    assert "edited since" in told
    assert "a newer version of it was read since" in told
    shop.releasing.retire("m-1", 1, by="Lea")
    assert shop.verify(path).state == "retired"


def test_elements_as_they_stood_hold_until_the_module_changes(shop: Shop) -> None:
    unrecorded, recorded = shop.write("html", release=None), shop.export("docx", release=None)
    found = shop.verify(unrecorded)
    assert (found.verdict, found.release) == (Verdict.VERIFIED, None)
    assert "how the module stands now" in found.why
    shop.desk.rewrite("Another question altogether?")
    found = shop.verify(unrecorded)
    assert found.verdict is Verdict.DIFFERS
    assert "only releases are kept" in found.why
    found = shop.verify(recorded)
    assert found.verdict is Verdict.VERIFIED
    assert "has changed since" in found.notes[0]


def test_a_marked_preview_is_held_against_all_that_stands(desk: Desk, tmp_path: Path) -> None:
    shop = Shop(desk, tmp_path)
    desk.rewrite("Another question altogether?")
    found = shop.verify(shop.write("scorm12", release=None, drafts=True))
    assert (found.verdict, found.is_preview) == (Verdict.VERIFIED, True)


def test_a_draft_from_before_anybody_decided_is_known_by_what_it_holds(desk: Desk, tmp_path: Path) -> None:
    """As another workspace wrote it: the audit trail here has never heard of it."""
    exporting = Exporting(Acting(desk.store, ticking()))
    _, package = exporting.package("m-1", include_drafts=True, release=None)
    path = tmp_path / "draft.html"
    EXPORTERS.get("html").write(package, path)
    desk.approve(next(iter(package.module.elements())).id)
    verifying = Verifying(desk.store, exporting)
    found = verifying.verify(path)
    assert (found.verdict, found.differences) == (Verdict.VERIFIED, ())
    assert "no release: an unreviewed draft of m-1" in found.why
    assert found.notes == ("people have decided on the module since",)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<title>", "<title>X", 1), encoding="utf-8")
    found = verifying.verify(path)
    assert found.verdict is Verdict.DIFFERS
    assert "that of the draft before anybody decided" in found.why
    path.write_text(text.replace(package.module.title, "Another"), encoding="utf-8")
    other = package.module.model_copy(update={"title": "Another"})
    EXPORTERS.get("html").write(replace(package, module=other), path)
    found = verifying.verify(path)
    assert "was not exported from this workspace as it is" in found.why
    assert "it was made from the same documents as the module here" in found.notes


@pytest.mark.parametrize("content", [b"", b"hello", zipped({"imsmanifest.xml": b"<manifest/>"})])
def test_a_file_that_is_no_package_of_ours_is_one_clear_line(shop: Shop, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(UnreadableError, match="nothing in it says"):
        shop.verify(path)
    with pytest.raises(UnreadableError, match="No such file"):
        shop.verify(tmp_path / "nowhere")


def test_a_repacked_archive_is_told_from_a_changed_one(shop: Shop) -> None:
    path = shop.write("scorm12")
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name))
    path.write_bytes(buffer.getvalue())
    found = shop.verify(path)
    assert (found.verdict, [one.what for one in found.differences]) == (Verdict.DIFFERS, ["packed"])

