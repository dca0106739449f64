"""`convert` of a 20-page PDF with the embedded engine, beside pypdf only extracting its text."""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.processes import SME2MODULE, timed
from pipeline.domain import BlockKind
from pipeline.ingest import read_document

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
PAGES = 20


def twenty_pages(path: Path) -> None:
    """The samples' text, again and again with the site's number in each heading, laid out on 20 pages."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    styles = getSampleStyleSheet()
    story = []
    for site in range(1, 30):
        for name in ("lockout-procedure.docx", "customer-data-policy.pdf", "return-a-parcel.md"):
            for block in read_document(SAMPLES / name).blocks:
                text = block.text.replace("&", "&amp;").replace("<", "&lt;")
                if block.kind is BlockKind.HEADING:
                    story.append(
                        Paragraph(f"{text}, site {site}", styles["Heading1" if block.level == 1 else "Heading2"])
                    )
                elif block.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
                    story.append(Paragraph(f"{block.marker or ''} {text}", styles["BodyText"]))
    full = path.with_suffix(".full.pdf")
    SimpleDocTemplate(str(full), pagesize=A4, title="Site handbook", invariant=1).build(story)
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for page in PdfReader(full).pages[:PAGES]:
        writer.add_page(page)
    writer.write(path)
    full.unlink()


def run() -> None:
    """Prints both and their ratio; the marks are 20 s and 500 MB."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "handbook.pdf", Path(folder) / "out"
        twenty_pages(source)
        ours = timed(
            [*SME2MODULE, "convert", str(source), "-o", str(out), "--quiet"],
            runs=3,
            ok=(0, 1),
            before=lambda: shutil.rmtree(out, ignore_errors=True),
        )
        again = timed([*SME2MODULE, "convert", str(source), "-o", str(out), "--quiet"], runs=3, ok=(0, 1))
        extract = (
            "import sys, pypdf; print(sum(len(page.extract_text()) for page in pypdf.PdfReader(sys.argv[1]).pages))"
        )
        bound = timed([sys.executable, "-c", extract, str(source)], runs=3)
    ratio = statistics.median(ours.seconds) / statistics.median(bound.seconds)
    print(f"convert, {PAGES} pages     {ours} (marks: under 20 s, under 500 MB)")
    print(f"the same again        {again}")
    print(f"pypdf, text only      {bound}")
    print(f"ratio                 {ratio:.1f}")
