"""PDF files written by hand, for what no library writes: tags, layers, fonts that name their letters or don't."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

HEBREW = "אבגדהוזחטיךכלםמןנסעףפץצקרשת"
"""What the letters from "a" on stand for in the font /H; "z" and "{" are the last two."""


def raw_pdf(
    path: Path, contents: Sequence[str], *, page: str = "", catalog: str = "", objects: Mapping[int, str] | None = None
) -> Path:
    """A PDF with those content streams, a page each.

    Args:
        path: Where to write it.
        contents: In Latin-1; the fonts are /F, /B (bold), /H (Hebrew) and /U (letters without a name).
        page: Added to each page's dictionary.
        catalog: Added to the catalog.
        objects: Further objects, by number from 50 on.

    """
    kids = " ".join(f"{100 + 2 * at} 0 R" for at in range(len(contents)))
    parts = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        2: f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>",
        3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        5: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
        6: _stream(_hebrew_map()),
        7: "<< /Type /Font /Subtype /Type0 /BaseFont /Unknown /Encoding /Identity-H /DescendantFonts [8 0 R] >>",
        8: "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Unknown /FontDescriptor 9 0 R "
           "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        9: "<< /Type /FontDescriptor /FontName /Unknown /Flags 4 /Ascent 800 /Descent -200 /CapHeight 700 "
           "/ItalicAngle 0 /StemV 80 /FontBBox [0 -200 1000 800] >>",
        10: "<< /Font << /F 3 0 R /B 4 0 R /H 5 0 R /U 7 0 R >> /Properties << /Layer 60 0 R >> >>",
        **(objects or {}),
    }
    for at, content in enumerate(contents):
        parts[100 + 2 * at] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 10 0 R /StructParents {at} "
            f"/Contents {101 + 2 * at} 0 R {page} >>"
        )
        parts[101 + 2 * at] = _stream(content)
    made = b"%PDF-1.7\n"
    places = {}
    for number, body in parts.items():
        places[number] = len(made)
        made += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(made)
    made += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        made += f"{number} 1\n{place:010} 00000 n \n".encode()
    made += f"trailer << /Size {max(parts) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    path.write_bytes(made)
    return path


def said(text: str, *, top: float = 100, left: float = 72, size: float = 11, font: str = "F", more: str = "") -> str:
    """A line of text, `top` points below the page's upper edge."""
    return f"BT {more} /{font} {size} Tf 1 0 0 1 {left} {842 - top} Tm ({text}) Tj ET\n"


def marked(number: int, kind: str, text: str) -> str:
    """The drawing as marked content of that number and type."""
    return f"/{kind} << /MCID {number} >> BDC\n{text}EMC\n"


def _stream(content: str) -> str:
    return f"<< /Length {len(content.encode('latin-1'))} >>\nstream\n{content}\nendstream"


def _hebrew_map() -> str:
    lines = "\n".join(f"<{ord('a') + at:02X}> <{ord(letter):04X}>" for at, letter in enumerate(HEBREW))
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /H def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{len(HEBREW) + 1} beginbfchar\n<20> <0020>\n{lines}\nendbfchar endcmap end end"
    )
