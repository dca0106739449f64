"""LibreOffice opens what we write for Word, PowerPoint and Excel: a rich module and a drafted sample, in one conversion."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pypdfium2
import pytest
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from pipeline.cli import main
from pipeline.domain import Figure, ItemUse, Module, Session, Status, Suitability, Verdict
from pipeline.export import EXPORTERS, select
from tests.builders import a_part, a_quiz_item, an_option
from tests.export.conftest import NASTY, a_rich_module, rich_document
from tests.needs import require
from tests.pictures import a_png

FORMATS = ("docx", "pptx", "xlsx")
SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FIGURE = Figure(source="s", block="b", file="figures/x.png", alt="A gauge at zero", caption="The gauge at rest")
# Where the footer of a slide begins, in points from below.
FOOTER_PT = 45
LIMIT_S = 300

# Two starts of other programs: the drafting of a sample, LibreOffice.
pytestmark = pytest.mark.slow


def _rich() -> Module:
    """The rich module with a session, a picture, nasty names, 500-character options, and a part of several slides."""
    module = a_rich_module()
    first, second = module.lessons
    nasty = a_part(id="p-x", markdown="\n\n".join(re.sub(r"([<>&*_`\[\]])", r"\\\1", text) for text in NASTY))
    long = a_part(id="p-y", markdown="\n".join(f"- entry{n} of a list that needs several slides" for n in range(40)))
    parts = (first.parts[0].model_copy(update={"figures": (FIGURE,)}), *first.parts[1:], nasty, long)
    options = tuple(
        an_option(n, correct=n == 2, text=(f"option{n} " * 60)[:500].strip(), feedback=f"because{n} " * 40)
        for n in range(1, 5)
    )
    item = a_quiz_item(
        options, id="q-x", stem="Tom & \"Jerry's\" ]]> ~ = # { } : =1+2 <b>bold</b>", use=ItemUse.PRACTICE
    )
    session = Session(title="At the machine", objective_ids=("o-1",), activity="Each locks out the sealer.", minutes=30)
    return module.changed(
        lessons=(first.model_copy(update={"parts": parts}), second), items=(*module.items, item),
        title="Lock out & \"tag\" the sealer {1} #2", suitability=Suitability(verdict=Verdict.LIVE, sessions=(session,)),
    )


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Module]:
    """The rich module, and what the embedded engine drafts of a sample."""
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert main(["convert", str(SAMPLES / "return-a-parcel.md"), "-o", "out"]) == 0
    sample = Module.model_validate_json((folder / "out" / "return-a-parcel" / "module.json").read_bytes())
    return {"rich": _rich(), "sample": sample}


@pytest.fixture(scope="module")
def printed(
    modules: Mapping[str, Module], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, pypdfium2.PdfDocument]:
    """Each file as LibreOffice prints it: "rich-docx" and so on."""
    office, folder = require("libreoffice"), tmp_path_factory.mktemp("office")
    files = []
    for name, module in modules.items():
        package = select(module, include_drafts=True, documents=(rich_document(),))
        package = dataclasses.replace(package, pictures={FIGURE.file: a_png(600, 300)})
        for format_name in FORMATS:
            files.append(folder / f"{name}-{format_name}.{format_name}")
            EXPORTERS.get(format_name).write(package, files[-1])
    subprocess.run(
        [
            str(office), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
            "--outdir", str(folder), *map(str, files),
        ],
        check=True, capture_output=True, timeout=LIMIT_S,
    )
    return {file.stem: pypdfium2.PdfDocument(file.with_suffix(".pdf")) for file in files}


def _page_text(page: pypdfium2.PdfPage) -> str:
    return str(page.get_textpage().get_text_bounded())


def _letters(text: str) -> str:
    """The ASCII letters and digits alone: what wrapping, ligatures and the order of Arabic leave as it is."""
    return re.sub(r"[^A-Za-z0-9]", "", unicodedata.normalize("NFKC", text))


@pytest.mark.parametrize("name", ["rich", "sample"])
def test_every_title_and_question_is_printed(
    printed: Mapping[str, pypdfium2.PdfDocument], modules: Mapping[str, Module], name: str
) -> None:
    module = modules[name]
    titles = [module.title, *(one.title for one in module.lessons), *(one.title for one in module.scenarios)]
    titles += [one.title for one in module.resources]
    for format_name in FORMATS:
        document = printed[f"{name}-{format_name}"]
        assert len(document) > 0
        text = _letters("".join(_page_text(page) for page in document))
        items = [item for item in module.items if format_name != "pptx" or item.use is not ItemUse.TEST]
        # Where a blank stands the stem is parted.
        stems = [piece for item in items for piece in re.split(r"\{\{\d+\}\}", item.stem)]
        options = [option.text for item in items for option in item.options] if format_name == "xlsx" else []
        missing = [one for one in (*titles, *stems, *options) if _letters(one) not in text]
        assert missing == [], format_name


def test_pictures_are_drawn(printed: Mapping[str, pypdfium2.PdfDocument]) -> None:
    for name in ("rich-docx", "rich-pptx"):
        assert any(list(page.get_objects(filter=[FPDF_PAGEOBJ_IMAGE])) for page in printed[name]), name


@pytest.mark.parametrize("name", ["rich-pptx", "sample-pptx"])
def test_no_slide_is_overfull(printed: Mapping[str, pypdfium2.PdfDocument], name: str) -> None:
    for number, page in enumerate(printed[name], start=1):
        width, height = page.get_size()
        text = page.get_textpage()
        for at in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(at)
            said = text.get_text_bounded(left, bottom, right, top)
            assert left >= 0, (number, said)
            assert right <= width, (number, said)
            assert top <= height, (number, said)
            # Only footer and number stand below the text area.
            assert bottom > FOOTER_PT or top < FOOTER_PT, (number, said)


def test_every_page_of_a_preview_says_so(
    printed: Mapping[str, pypdfium2.PdfDocument], modules: Mapping[str, Module]
) -> None:
    assert any(element.status is not Status.APPROVED for element in modules["sample"].elements())
    for format_name in FORMATS:
        for number, page in enumerate(printed[f"sample-{format_name}"], start=1):
            assert "not approved for use" in " ".join(_page_text(page).split()), (format_name, number)
