from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pipeline.domain import Document
from pipeline.errors import SourceError
from pipeline.ingest import read_document
from tests.ingest.specimens import shown, zipped

GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
CONTAINER = '<container xmlns="urn:oasis"><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'


def chapter(body: str) -> str:
    return f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{body}</body></html>'


def a_book(path: Path, chapters: Mapping[str, str], *, more: str = "", parts: Mapping[str, str | bytes] | None = None) -> Path:
    """A book whose chapters hold that XHTML, in that order; `more` are further lines of its manifest."""
    items = "".join(
        f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>' for number, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    members: dict[str, bytes] = {
        "mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER.encode(),
        "OPS/book.opf": (
            '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>Press '
            f"safety</dc:title><dc:language>en-GB</dc:language></metadata><manifest>{items}{more}</manifest><spine>{spine}</spine>"
            "</package>"
        ).encode(),
    }
    members |= {f"OPS/{name}": chapter(body).encode() for name, body in chapters.items() if body}
    members |= {name: part if isinstance(part, bytes) else part.encode() for name, part in (parts or {}).items()}
    path.write_bytes(zipped(members))
    return path


def read(tmp_path: Path, chapters: Mapping[str, str], **more: object) -> Document:
    return read_document(a_book(tmp_path / "book.epub", chapters, **more))  # type: ignore[arg-type]


def test_chapters_come_in_the_order_of_the_book_and_say_where_they_stand(tmp_path: Path) -> None:
    made = read(tmp_path, {"b.xhtml": "<h1>One</h1><p>Stop.</p>", "text/a.xhtml": "<p>Lock.</p>"})
    assert shown(made) == ["h1 One", "¶ Stop.", "¶ Lock."]
    assert [block.anchor.inside for block in made.blocks] == ["OPS/b.xhtml", "OPS/b.xhtml", "OPS/text/a.xhtml"]
    assert (made.source.title, made.source.language) == ("Press safety", "en-GB")
    assert made.blocks[2].anchor.section == ()


NCX = (
    '<ncx xmlns="urn:ncx"><navMap><navPoint><navLabel><text>Part one</text></navLabel><content src="a.xhtml"/><navPoint>'
    '<navLabel><text>Locks</text></navLabel><content src="text/b%20c.xhtml#x"/></navPoint></navPoint></navMap></ncx>'
)
NAV = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="urn:e"><body><nav epub:type="toc"><ol><li><a href="a.xhtml">Part '
    '<b>one</b></a><ol><li><a href="text/b%20c.xhtml">Locks</a></li></ol></li></ol></nav></body></html>'
)


@pytest.mark.parametrize(
    ("item", "part", "content"),
    [
        ('<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/>', "OPS/toc.ncx", NCX),
        ('<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>', "OPS/nav.xhtml", NAV),
    ],
)
def test_a_chapter_without_a_heading_gets_its_title_from_the_contents(
    tmp_path: Path, item: str, part: str, content: str
) -> None:
    made = read(
        tmp_path, {"a.xhtml": "<p>Part one</p><p>Stop.</p>", "text/b c.xhtml": "<p>Lock.</p>"}, more=item, parts={part: content}
    )
    assert shown(made) == ["h1 Part one", "¶ Stop.", "h2 Locks", "¶ Lock."]


def test_pictures_come_from_the_book_and_from_nowhere_else(tmp_path: Path) -> None:
    book = a_book(
        tmp_path / "book.epub",
        {"text/a.xhtml": '<p>Text.</p><img src="../i/l.gif" alt="Lever"/><img src="http://x.example/l.gif" alt="Far"/>'
                         '<img src="../../../etc/passwd.gif"/>'},
        parts={"OPS/i/l.gif": GIF},
    )
    made = read_document(book, figures=tmp_path)
    assert [(block.alt, bool(block.file)) for block in made.blocks if block.kind == "figure"] == [("Lever", True), ("Far", False)]


def encryption(target: str, scheme: str) -> dict[str, str]:
    return {
        "META-INF/encryption.xml": f'<encryption xmlns="urn:oasis" xmlns:e="urn:enc"><e:EncryptedData><e:EncryptionMethod '
        f'Algorithm="{scheme}"/><e:CipherData><e:CipherReference URI="{target}"/></e:CipherData></e:EncryptedData></encryption>'
    }


def test_a_protected_book_is_encrypted_and_one_with_scrambled_fonts_is_not(tmp_path: Path) -> None:
    aes = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
    with pytest.raises(SourceError) as caught:
        read(tmp_path, {"a.xhtml": "<p>x</p>"}, parts=encryption("OPS/a.xhtml", aes))
    assert caught.value.code == "encrypted"
    fonts = encryption("OPS/f.otf", "http://www.idpf.org/2008/embedding")
    assert shown(read(tmp_path, {"a.xhtml": "<p>Stop.</p>"}, parts=fonts)) == ["¶ Stop."]


def test_a_missing_chapter_is_warned_of(tmp_path: Path) -> None:
    made = read(tmp_path, {"a.xhtml": "<p>Stop.</p>", "b.xhtml": ""})
    (warning,) = made.warnings
    assert (warning.code, warning.anchor and warning.anchor.inside) == ("damaged_part", "OPS/b.xhtml")


def test_a_book_without_its_list_of_chapters_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(zipped({"mimetype": b"application/epub+zip", "META-INF/container.xml": CONTAINER.encode()}))
    with pytest.raises(SourceError) as caught:
        read_document(path)
    assert caught.value.code == "corrupt"
