"""Files as they come back: what Word writes when somebody edits, put into the XML of a file that was sent."""

from __future__ import annotations

import copy
import io
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_WHEN = "2026-11-22T10:00:00Z"


def w(name: str) -> str:
    """The name in Word's namespace."""
    return f"{{{W}}}{name}"


def xml(text: str) -> Any:
    """An element from XML in which the prefixes w and w14 are known."""
    return etree.fromstring(f'<x xmlns:w="{W}" xmlns:w14="{W14}">{text}</x>')[0]


def run(text: str, *, deleted: bool = False) -> str:
    """A run."""
    name = "delText" if deleted else "t"
    return f'<w:r><w:{name} xml:space="preserve">{text}</w:{name}></w:r>'


def ins(inner: str, by: str = "Ada") -> str:
    """What somebody put in on record."""
    return f'<w:ins w:id="900" w:author="{by}" w:date="{_WHEN}">{inner}</w:ins>'


def gone(inner: str, by: str = "Ada") -> str:
    """What somebody took out on record."""
    return f'<w:del w:id="901" w:author="{by}" w:date="{_WHEN}">{inner}</w:del>'


@dataclass
class Returned:
    """A file that is being worked on."""

    members: dict[str, bytes]
    body: Any = None
    comments: list[str] = field(default_factory=list)
    extended: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, content: bytes) -> Returned:
        """The file with those bytes."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        return cls(members, etree.fromstring(members["word/document.xml"])[0])

    # Rows

    def row(self, place: str) -> Any:
        """The row with that place in its visible id."""
        for one in self.body.iter(w("tr")):
            if f"-{place}]" in "".join(one.itertext()):
                return one
        raise AssertionError(place)

    def cell(self, place: str, number: int = 1) -> Any:
        """A cell of the row; 1 is the text, 2 the box."""
        return self.row(place).findall(w("tc"))[number]

    def says(self, place: str, *paragraphs: str, cell: int = 1) -> Returned:
        """Puts these paragraphs (XML of their runs) into the cell."""
        there = self.cell(place, cell)
        for old in there.findall(w("p")):
            there.remove(old)
        for inner in paragraphs or ("",):
            there.append(xml(f"<w:p>{inner}</w:p>"))
        return self

    def types(self, place: str, text: str, cell: int = 1) -> Returned:
        """Types a text into the cell with recording switched off, a line a paragraph."""
        return self.says(place, *(run(line) for line in text.split("\n")), cell=cell)

    def on_record(self, place: str, mark: str, by: str = "Ada") -> Returned:
        """Marks the whole row as inserted or deleted (`mark` is ins or del)."""
        row = self.row(place)
        properties = row.find(w("trPr"))
        if properties is None:
            properties = etree.Element(w("trPr"))
            row.insert(0, properties)
        properties.append(xml(f'<w:{mark} w:id="902" w:author="{by}" w:date="{_WHEN}"/>'))
        return self

    def drops(self, place: str) -> Returned:
        """Takes the row out without record."""
        row = self.row(place)
        row.getparent().remove(row)
        return self

    def copies(self, place: str) -> Any:
        """Copies the row below itself; the copy."""
        row = self.row(place)
        made = copy.deepcopy(row)
        for mark in [*made.iter(w("bookmarkStart")), *made.iter(w("bookmarkEnd"))]:
            mark.getparent().remove(mark)
        row.addnext(made)
        return made

    def wipes_id(self, place: str) -> Returned:
        """Takes the visible id out of the row."""
        for text in self.row(place).iter(w("t")):
            if text.text and text.text.startswith("["):
                text.text = ""
        return self

    def strips_bookmarks(self) -> Returned:
        """Takes all bookmarks out, as some converters do."""
        for mark in [*self.body.iter(w("bookmarkStart")), *self.body.iter(w("bookmarkEnd"))]:
            mark.getparent().remove(mark)
        return self

    # Comments

    def comment(
        self, place: str, text: str, *, by: str = "Ada", answers: int | None = None, done: bool = False, cell: int = 1
    ) -> int:
        """Pins a comment to the cell's words; its number."""
        number = len(self.comments)
        self.pin(self.cell(place, cell).find(w("p")), number)  # a reply, too, as Word does
        self._said(number, text, by, answers, done)
        return number

    def comment_outside(self, text: str, *, by: str = "Ada") -> int:
        """Pins a comment to the first paragraph of the file."""
        number = len(self.comments)
        self.pin(self.body.find(w("p")), number)
        self._said(number, text, by, None, done=False)
        return number

    def pin(self, paragraph: Any, number: int) -> None:
        """Puts the comment's range around the paragraph's runs."""
        at = 1 if paragraph.find(w("pPr")) is not None else 0
        paragraph.insert(at, xml(f'<w:commentRangeStart w:id="{number}"/>'))
        paragraph.append(xml(f'<w:commentRangeEnd w:id="{number}"/>'))
        paragraph.append(xml(f'<w:r><w:commentReference w:id="{number}"/></w:r>'))

    def _said(self, number: int, text: str, by: str, answers: int | None, done: bool) -> None:
        para = f"0000000{number + 1}"
        self.comments.append(
            f'<w:comment w:id="{number}" w:author="{by}" w:date="{_WHEN}"><w:p w14:paraId="{para}">{run(text)}</w:p>'
            "</w:comment>"
        )
        parent = f' w15:paraIdParent="0000000{answers + 1}"' if answers is not None else ""
        self.extended.append(f'<w15:commentEx w15:paraId="{para}"{parent} w15:done="{int(done)}"/>')

    # Out

    def content(self) -> bytes:
        """The file's bytes."""
        members = dict(self.members)
        members["word/document.xml"] = etree.tostring(self.body.getparent())
        if self.comments:
            members["word/comments.xml"] = (
                f'<w:comments xmlns:w="{W}" xmlns:w14="{W14}">{"".join(self.comments)}</w:comments>'.encode()
            )
            space = "http://schemas.microsoft.com/office/word/2012/wordml"
            members["word/commentsExtended.xml"] = (
                f'<w15:commentsEx xmlns:w15="{space}">{"".join(self.extended)}</w15:commentsEx>'.encode()
            )
            self._relate(members, "comments", "comments")
            self._relate(members, "commentsExtended", "commentsExtended")
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    def save(self, path: Path) -> Path:
        """Writes the file."""
        path.write_bytes(self.content())
        return path

    @staticmethod
    def _relate(members: dict[str, bytes], kind: str, part: str) -> None:
        name = "word/_rels/document.xml.rels"
        space = "http://schemas.openxmlformats.org/officeDocument/2006"
        if kind == "commentsExtended":
            space = "http://schemas.microsoft.com/office/2011"
        link = f'<Relationship Id="r{kind}" Type="{space}/relationships/{kind}" Target="{part}.xml"/>'
        members[name] = members[name].replace(b"</Relationships>", link.encode() + b"</Relationships>")
        types = "application/vnd.openxmlformats-officedocument.wordprocessingml"
        override = f'<Override PartName="/word/{part}.xml" ContentType="{types}.{part}+xml"/>'
        members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(
            b"</Types>", override.encode() + b"</Types>"
        )
