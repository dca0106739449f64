"""Where a sheet is from: document, page or section, in words; of a release as they were frozen."""

from __future__ import annotations

import pytest

from pipeline.domain import Anchor, Document, Evidence, Resource, ResourceKind
from pipeline.export import Package, select
from pipeline.export.places import Places
from tests.builders import a_document, a_module, an_evidence


def a_sheet(*documents: tuple[Document, Anchor], language: str = "en") -> Package:
    """A module whose one job aid quotes the last block of each document, which sits at the anchor."""
    placed, proofs = [], []
    for document, anchor in documents:
        last = document.blocks[-1].model_copy(update={"anchor": anchor})
        placed.append(document.model_copy(update={"blocks": (*document.blocks[:-1], last)}))
        proofs.append(an_evidence(document, last.text))
    aid = Resource(
        id="r-1", kind=ResourceKind.JOB_AID, title="Checklist", markdown="- [ ] STOP", evidence=tuple(proofs)
    )
    fields = {"resources": (aid,), "language": language, "sources": tuple(one.source for one in placed)}
    return select(a_module().model_copy(update=fields), include_drafts=True, documents=placed)


def said(package: Package) -> tuple[str, ...]:
    return Places(package).in_print(package.module.resources[0].evidence)


@pytest.mark.parametrize(
    ("anchor", "place"),
    [
        (Anchor(page=7, section=("4 Service", "4.2 Isolate")), ", page 7, section 4 Service › 4.2 Isolate"),
        (Anchor(page=4, page_label="iv"), ", page iv"),
        (Anchor(slide=3), ", slide 3"),
        (Anchor(sheet="Valves", cells="A1:C9"), ", sheet Valves A1:C9"),
        (Anchor(start=3787.4), ", at 1:03:07"),
        (Anchor(inside="manual.docx", page=2), ", manual.docx, page 2"),
        (Anchor(lines=(5, 6), section=("Isolate",)), ", section Isolate"),
        (Anchor(lines=(5, 6)), ", lines 5–6"),
        (Anchor(section=("Lock out the carton sealer", "Isolate")), ", section Isolate"),
        (Anchor(lines=(2, 3), section=("Lock out the carton sealer",)), ", lines 2–3"),
        (Anchor(paragraph=9), ""),
    ],
    ids=["page and section", "label", "slide", "sheet", "time", "archive", "section, not lines", "lines",
         "title as heading", "below the title", "neither"],
)
def test_a_sheet_names_the_place_by_what_its_format_has(anchor: Anchor, place: str) -> None:
    assert said(a_sheet((a_document(), anchor))) == (f"Lock out the carton sealer{place}",)


def test_places_are_said_in_the_language_of_the_module() -> None:
    anchor = Anchor(page=7, section=("إيقاف",))
    assert said(a_sheet((a_document(), anchor), language="ar")) == (
        "Lock out the carton sealer، صفحة 7، القسم إيقاف",
    )


def test_each_document_is_named_once_with_all_its_places() -> None:
    blocks = (("paragraph", "Press the red STOP button."), ("paragraph", "Close valve V-12."))
    manual = a_document((("paragraph", "Bleed the line."),), title="Manual")
    document = a_document(blocks)
    package = a_sheet((document, Anchor(page=2)), (manual, Anchor(page=9)))
    aid = package.module.resources[0]
    both = (*aid.evidence[:1], an_evidence(document, "Press the red STOP button"), *aid.evidence[1:])
    # The first block has no anchor: it adds nothing to what is known of its document.
    assert Places(package).in_print(both) == ("Lock out the carton sealer, page 2", "Manual, page 9")


def test_documents_of_one_title_are_told_apart_by_their_files_and_one_without_a_title_has_no_folder() -> None:
    one = a_document((("paragraph", "Old text."),), title="Lockout", path="old/lockout-2019.docx")
    two = a_document((("paragraph", "New text."),), title="Lockout", path="C:\\new\\lockout-2024.docx")
    three = a_document((("paragraph", "Other text."),), title=None, path="/home/ann/valves.txt")
    assert said(a_sheet((one, Anchor()), (two, Anchor()), (three, Anchor()))) == (
        "Lockout (lockout-2019.docx)", "Lockout (lockout-2024.docx)", "valves.txt",
    )


def test_a_heading_is_its_own_section() -> None:
    heading = (("heading", "Isolate"),)
    assert said(a_sheet((a_document(heading), Anchor(section=("Service",))))) == (
        "Lock out the carton sealer, section Service › Isolate",
    )


def test_where_no_place_is_known_the_document_stands_alone() -> None:
    package = a_sheet((a_document(), Anchor(page=7)))
    lost = Evidence(source=package.module.sources[0].id, block="b-gone", quote="x", start=0, end=1)
    assert Places(package).in_print([lost]) == ("Lock out the carton sealer",)
    assert Places(package).of(lost) == "Lock out the carton sealer, block b-gone"
