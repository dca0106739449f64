"""Word packages part by part, for what `specimens.a_docx` does not make: pictures, charts, broken packages."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.ingest.specimens import zipped

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPACES = " ".join((
    f'xmlns:w="{W}" xmlns:a="{A}" xmlns:c="{C}" xmlns:r="{_R}"',
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"',
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"',
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"',
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"',
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"',
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"',
))
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# The smallest that is one: one grey dot.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c6368000000820081dd436af40000000049454e44ae426082"
)


class Rel(NamedTuple):
    """A relation of the main part."""

    id: str
    kind: str
    target: str
    is_external: bool = False


def relations(*found: Rel) -> bytes:
    """A .rels part."""
    entries = "".join(
        f'<Relationship Id="{rel.id}" Type="{_R}/{rel.kind}" Target="{rel.target}"'
        f'{" TargetMode=" + chr(34) + "External" + chr(34) if rel.is_external else ""}/>' for rel in found
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'.encode()


def document(body: str) -> bytes:
    """The main part."""
    return f"<w:document {SPACES}><w:body>{body}</w:body></w:document>".encode()


def a_package(path: Path, body: str, parts: dict[str, bytes | str] | None = None, *rels: Rel) -> Path:
    """A Word file with that body and those parts below word/, each of them related as said."""
    made = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>'.encode(),
        "_rels/.rels": relations(Rel("r1", "officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": relations(*rels),
        "word/document.xml": document(body),
    }
    for name, content in (parts or {}).items():
        made[f"word/{name}"] = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(zipped(made))
    return path


def a_run(inside: str, properties: str = "") -> str:
    """A paragraph with one run that holds that XML."""
    return f"<w:p><w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inside}</w:r></w:p>"


def a_picture(relation: str, alt: str = "") -> str:
    """A drawing that shows the relation's picture."""
    return (
        f'<w:drawing><wp:inline><wp:docPr id="1" name="P" descr="{alt}"/><a:graphic><a:graphicData><pic:pic>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )
