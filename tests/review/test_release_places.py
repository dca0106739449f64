"""The places of a release: frozen when it is signed off, and told by its packages for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.domain import Anchor, Document
from pipeline.review.acting import Acting
from pipeline.review.release import Exporting
from pipeline.review.releasing import Releasing
from pipeline.review.verifying import Verifying
from pipeline.store.audit import Act
from tests.builders import LOCKOUT, a_document, a_module, a_resource, an_evidence
from tests.review.both import on_both_databases
from tests.review.desk import Desk, ticking


@on_both_databases
def test_a_job_aid_of_a_release_says_for_ever_where_it_is_from(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paged, unpaged = _read(desk, "Lockout", Anchor(page=7, section=("4.2 Isolate",))), _read(desk, "Notes", Anchor())
    proofs = tuple(an_evidence(one, "Press the red STOP button") for one in (paged, unpaged))
    aid = a_resource(paged, evidence=proofs)
    desk.draft(a_module(paged, id="m-2", resources=(aid,), sources=(paged.source, unpaged.source)))
    for element in desk.store.modules.load("m-2").elements():
        view = desk.service.element("m-2", element.id)
        desk.service.approve("m-2", element.id, revision=1, content_hash=view.content_hash, by="Ada")
    releasing = Releasing(Acting(desk.store, ticking()))
    manifest = releasing.release("m-2", by="Lea").manifest
    [place] = [one for one in manifest.places if (one.source, one.block) == (paged.source.id, proofs[0].block)]
    assert (place.page, place.section) == (7, ("4.2 Isolate",))
    exporting = Exporting(Acting(desk.store, ticking()))

    def written(name: str, release: int) -> bytes:
        path = tmp_path / f"{release}.{name}"
        exporting.export_file(
            "m-2", format_name=name, include_drafts=False, output=path, by="Ada", release=release, force=True
        )
        return path.read_bytes()

    before = {name: written(name, 1) for name in ("markdown", "html")}
    told = "Lockout, page 7, section 4.2 Isolate; Notes"
    assert told in before["markdown"].decode()
    assert '"Lockout, page 7, section 4.2 Isolate"' in before["html"].decode()
    assert told in exporting.export("m-2", format="markdown", include_drafts=False, by="Ada")[1].decode()

    # A new edition is read, and the documents of the release are not to be had any more.
    _read(desk, "Lockout", Anchor(page=9), added="Wait.")
    with monkeypatch.context() as patched:
        patched.setattr(desk.store.sources, "reading", lambda _source: None)
        assert {name: written(name, 1) for name in before} == before
        (tmp_path / "changed.md").write_bytes(before["markdown"].replace(b"page 7", b"page 8", 1))
        verifying = Verifying(desk.store, exporting)
        assert verifying.verify(tmp_path / "1.markdown").verdict == "verified"
        assert verifying.verify(tmp_path / "changed.md").verdict == "differs"

    # A release from before places were frozen names the documents, and its manifest is what it always was.
    store, content = desk.store, releasing.read("m-2", 1).content
    old = manifest.changed(release=2, places=())
    store.releases.freeze(old, content, seen=store.releases.seen("m-2"), act=Act(by="Lea"), detail={})
    assert "Sources: Lockout; Notes*" in written("markdown", 2).decode()
    assert "places" not in json.loads(written("json", 2))["manifest"]


def _read(desk: Desk, title: str, anchor: Anchor, *, added: str = "") -> Document:
    """The builders' document under another title, read into the store, with every block at the anchor."""
    blocks = (*LOCKOUT, ("paragraph", f"{title}. {added}"))
    content = "\n".join(text for _, text in blocks).encode()
    document = a_document(blocks, title=title, path=f"{title}.txt")
    placed = tuple(block.model_copy(update={"anchor": anchor}) for block in document.blocks)
    document = document.model_copy(update={"blocks": placed})
    desk.store.sources.add(document, content)
    return document
