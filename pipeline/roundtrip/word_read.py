"""A Word file that came back → its rows, their ids, texts, tracked changes and comments.

In: a .docx as Word or LibreOffice wrote it. Out: what stands in it, nothing judged yet: `word_match.py` compares it
with what was sent. A row is a region with an id; text outside of rows is kept, too, so that nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.domain.word import Cell, ReadComment, ReadRow, ReadWordFile
from pipeline.roundtrip.word_parts import IDENTIFIER
from pipeline.roundtrip.word_text import Reader, author_of, moment, numbering_of, plain_text
from pipeline.roundtrip.word_xml import WordParts, attribute, child, descendants, local

if TYPE_CHECKING:
    from lxml.etree import _Element

_WRAPPERS = ("sdt", "sdtContent", "customXml", "ins", "del", "moveFrom", "moveTo")
# A dash may have been set typographically, a space put in.
VISIBLE_ID = re.compile("\\[\\s*([A-Za-z0-9]{8})\\s*[-\u2010-\u2015\u2212]\\s*(\\d+)\\s*\\.\\s*(\\d+)\\s*\\]")


def read_word(path: Path, *, recover: bool = False) -> ReadWordFile:
    """What stands in the file.

    Args:
        path: A .docx.
        recover: Whether to read what can be read of a damaged part; `warnings` then says so.

    Raises:
        SourceError: It is no Word file, or cannot be read.

    """
    with WordParts(path, recover=recover) as parts:
        body = parts.body()
        reader = Reader(numbering_of(parts.part("numbering")))
        walk = _Walk(reader)
        walk.blocks(body)
        for kind in ("footnotes", "endnotes"):
            for note in parts.part(kind) if parts.part(kind) is not None else ():  # type: ignore[union-attr]
                if attribute(note, "type") not in ("separator", "continuationSeparator", "continuationNotice"):
                    walk.blocks(note)
        for box in reader.boxes:
            walk.blocks(box)
        core = parts.core()
        comments = tuple(_comments(parts, reader.quotes))
        warnings = [
            f"the part {name} is damaged; what could be read of it was read, and the rest is listed as missing"
            for name in parts.mended
        ]
        if reader.pictures:
            warnings.append(f"pictures were put into it ({reader.pictures}); they are not taken over")
    return ReadWordFile(
        package=_package(core), last_editor=_core(core, "lastModifiedBy"), rows=tuple(walk.rows),
        outside=tuple(walk.outside), comments=comments, warnings=tuple(warnings),
    )


def ids_in(text: str) -> tuple[str, ...]:
    """The visible ids in a text, each once."""
    return tuple(dict.fromkeys(f"{code.lower()}-{one}.{two}" for code, one, two in VISIBLE_ID.findall(text)))


class _Walk:
    """Goes through the body from top to bottom."""

    def __init__(self, reader: Reader) -> None:
        self.rows: list[ReadRow] = []
        self.outside: list[ReadRow] = []
        self._reader = reader
        self._tables = 0

    def blocks(self, parent: _Element) -> None:
        for block in parent:
            name = local(block)
            if name == "tbl":
                self._table(block)
            elif name in _WRAPPERS and any(local(one) in ("tbl", "p", *_WRAPPERS) for one in block):
                self.blocks(block)
            else:
                self._reader.begin()
                cell = self._reader.cell([block])
                if cell.stretches:
                    text = cell.after
                    self.outside.append(
                        ReadRow(
                            ids=ids_in(text), bookmarks=tuple(self._reader.bookmarks), text=cell,
                            comments=tuple(self._reader.comments),
                        )
                    )

    def _table(self, table: _Element) -> None:
        self._tables += 1
        number = self._tables
        for row in _through(table, "tr"):
            self._row(row, number)

    def _row(self, row: _Element, table: int) -> None:
        cells = list(_through(row, "tc"))
        # A table of ours that somebody put into a cell of another one.
        nested = [inner for cell in cells for inner in descendants(cell, "tbl") if _holds_id(inner)]
        if nested:
            for inner in nested:
                self._table(inner)
            return
        self._reader.begin()
        texts = [self._reader.cell(cell) for cell in cells]
        at = next((n for n, text in enumerate(texts) if ids_in(text.after) or ids_in(text.before)), 0)
        label = texts[at] if texts else Cell()
        if len(cells) == 1:
            label, middle, box = texts[0], _without_id(texts[0]), Cell()
        else:
            middle = texts[at + 1] if at + 1 < len(texts) else Cell()
            box = texts[at + 2] if at + 2 < len(texts) else Cell()
        properties = child(row, "trPr")
        inserted, deleted = child(properties, "ins"), child(properties, "del")
        self.rows.append(
            ReadRow(
                ids=ids_in(label.after), bookmarks=tuple(dict.fromkeys(self._reader.bookmarks)),
                struck_ids=tuple(one for one in ids_in(label.before) if one not in ids_in(label.after)),
                text=middle, box=box, table=table, comments=tuple(self._reader.comments),
                inserted_by=author_of(inserted) if inserted is not None else None,
                deleted_by=author_of(deleted) if deleted is not None else None,
            )
        )


def _through(parent: _Element, name: str) -> Iterator[_Element]:
    """Children of that name, also those inside content controls and the like."""
    for one in parent:
        if local(one) == name:
            yield one
        elif local(one) in _WRAPPERS:
            yield from _through(one, name)


def _holds_id(element: _Element) -> bool:
    return bool(VISIBLE_ID.search("".join(one.text or "" for one in descendants(element, "t"))))


def _without_id(cell: Cell) -> Cell:
    """What stands after the id in a cell that holds both."""
    return Cell(
        stretches=tuple(
            kept for one in cell.stretches
            if (kept := one.model_copy(update={"text": VISIBLE_ID.sub("", one.text)})).text.strip() or "\n" in one.text
        )
    )


def _package(core: _Element | None) -> str | None:
    said = _core(core, "identifier") or ""
    return said.removeprefix(IDENTIFIER) if said.startswith(IDENTIFIER) else None


def _core(core: _Element | None, name: str) -> str | None:
    found = child(core, name)
    return (found.text or "").strip() or None if found is not None else None


def _comments(parts: WordParts, quotes: dict[str, str]) -> Iterable[ReadComment]:
    root = parts.part("comments")
    if root is None:
        return
    extended = parts.part("commentsExtended")
    parents, done = {}, set()
    for one in extended if extended is not None else ():
        para = attribute(one, "paraId") or ""
        parents[para] = attribute(one, "paraIdParent")
        if attribute(one, "done") in ("1", "true"):
            done.add(para)
    listed = [(one, _paragraph_ids(one)) for one in root if local(one) == "comment"]
    by_para = {para: attribute(one, "id") or "" for one, paras in listed for para in paras}
    for one, paras in listed:
        # [MS-DOCX] 2.5.4.4: a comment is known by its last paragraph.
        last = paras[-1] if paras else ""
        yield ReadComment(
            id=attribute(one, "id") or "", author=author_of(one), at=moment(attribute(one, "date")),
            text=plain_text(one), quote=quotes.get(attribute(one, "id") or "", "").strip(),
            answers=by_para.get(parents.get(last) or ""), is_resolved=last in done,
        )


def _paragraph_ids(comment: _Element) -> list[str]:
    return [attribute(one, "paraId") or "" for one in descendants(comment, "p")]
