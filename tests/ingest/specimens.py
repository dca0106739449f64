"""Small files of each format, made on the spot so that a test shows what its file holds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pipeline.domain import Block, Document
from pipeline.ingest import read_document

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def read_text(folder: Path, content: str | bytes, name: str = "source.txt") -> Document:
    """The document made of a file with that content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_document(path)


def shown(document: Document) -> list[str]:
    """The blocks as short lines: "h2 Purpose", "1. Press STOP", "¶ Text"."""
    return [_shown(block) for block in document.blocks]


def _shown(block: Block) -> str:
    if block.kind == "heading":
        return f"h{block.level} {block.text}"
    if block.kind == "list_item":
        return f"{'  ' * ((block.level or 1) - 1)}{block.marker} {block.text}"
    return f"{'¶' if block.kind == 'paragraph' else block.kind.value} {block.text}"


def a_pdf(path: Path, draw: Callable[[Any], None], *, pages: int = 1, **options: Any) -> Path:
    """A PDF whose every page is drawn by `draw(canvas)`, with `canvas.getPageNumber()` to tell them apart."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=(595, 842), invariant=1, **options)
    for _ in range(pages):
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def write_lines(
    canvas: Any, lines: Sequence[str], *, top: float = 100, left: float = 72, size: float = 11, leading: float = 14,
    font: str = "Helvetica",
) -> float:
    """Sets lines below one another from `top` points below the page's upper edge; returns where the next would go."""
    canvas.setFont(font, size)
    for line in lines:
        canvas.drawString(left, 842 - top, line)
        top += leading
    return top


def a_docx(path: Path, body: str, parts: dict[str, str] | None = None) -> Path:
    """A Word file with that XML as its body, and further parts such as {"footnotes": "<w:footnotes …>"}."""
    kinds = {"styles", "numbering", "footnotes", "endnotes", "comments"} & set(parts or {})
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    overrides = "".join(
        f'<Override PartName="/word/{kind}.xml" ContentType="{types}.{kind}+xml"/>' for kind in sorted(kinds)
    )
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{base}/{kind}" Target="{kind}.xml"/>'
        for number, kind in enumerate(sorted(kinds))
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/><Override PartName="/word/document.xml" '
            f'ContentType="{types}.document.main+xml"/>{overrides}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{base}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
        )
        spaces = (
            f'{W} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
            'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
            'xmlns:v="urn:schemas-microsoft-com:vml" '
            'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        )
        archive.writestr("word/document.xml", f"<w:document {spaces}><w:body>{body}</w:body></w:document>")
        for kind, content in (parts or {}).items():
            archive.writestr(f"word/{kind}.xml", content)
    return path


def para(text: str, properties: str = "") -> str:
    """A paragraph of WordprocessingML."""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}<w:r><w:t>{text}</w:t></w:r></w:p>"


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive with those members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
