"""QTI packages: which files of the archive hold items, in which order, and in which version of the standard.

QTI 2.1, 2.2 and 3.0 items are read by `qti_item`, the QTI 1.2 that Canvas, Blackboard and others write by `qti_12`.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from pipeline.bank.base import Sample
from pipeline.bank.markup import local, parsed, root_name
from pipeline.bank.opened import text_of
from pipeline.bank.qti_12 import items_of_12
from pipeline.bank.qti_item import item_of_2
from pipeline.bank.qti_names import plain_name
from pipeline.domain import Bank, BankItem
from pipeline.errors import SourceError, UnreadableError
from pipeline.zipped import CANNOT_UNPACK

_MANIFEST = "imsmanifest.xml"
_ROOTS = frozenset({"qti-assessment-item", "assessmentItem", "questestinterop"})
_TEST = re.compile(r"<(?:[\w.-]+:)?(?:qti-assessment-test|assessmentTest)[\s>]")
_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:qti-assessment-item|assessmentItem|questestinterop)[\s>]")
# What one item's XML may take, and what all of them may: real ones have kilobytes.
_MAX_MEMBER_BYTES = 64 << 20
_MAX_BYTES = 256 << 20


@dataclass(frozen=True)
class QtiReader:
    """A QTI package, or a single item's or test's XML."""

    name: str = "qti"
    label: str = "QTI package"

    def recognises(self, sample: Sample) -> bool:
        """An archive with XML inside that is no workbook, or XML whose root is one of QTI's."""
        if sample.members is not None:
            return any(name.lower().endswith((".xml", ".qti")) for name in sample.members) and not any(
                name == "[Content_Types].xml" for name in sample.members
            )
        return root_name(sample.text or "") in _ROOTS

    def read(self, sample: Sample) -> Bank:
        """The items in the order of the test, else of the manifest, else of the files' names."""
        shown = str(sample.path)
        skipped: Counter[str] = Counter()
        items: list[BankItem] = []
        seen: set[tuple[object, ...]] = set()
        files = [("", sample.text)] if sample.text is not None else _files(sample, shown)
        for place, text in files:
            for item in _items_in(place, text or "", shown, skipped):
                # Canvas writes each quiz twice in some exports.
                content = (item.id, item.stem, item.type, item.options, item.answer, item.problem and place)
                if content in seen:
                    skipped["repeated item"] += 1
                    continue
                seen.add(content)
                items.append(item.changed(row=len(items) + 1))
        if not items:
            raise UnreadableError(shown, why="it holds no QTI item", mend="export it as QTI 1.2, 2.1, 2.2 or 3.0")
        return Bank(format=self.name, items=tuple(items), skipped=dict(skipped))


def _files(sample: Sample, shown: str) -> Iterator[tuple[str, str]]:
    """(name, text) of the XML files that may hold items, in order; a broken one is an empty text."""
    with zipfile.ZipFile(sample.path) as archive:
        texts = _texts(archive, shown)
        for name in _in_order(texts, shown):
            yield name, texts[name]


def _texts(archive: zipfile.ZipFile, shown: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    left = _MAX_BYTES
    for info in archive.infolist():
        name = info.filename
        if info.is_dir() or not name.lower().endswith((".xml", ".qti")) or name.startswith("__MACOSX/"):
            continue
        try:
            with archive.open(info) as member:
                raw = member.read(min(_MAX_MEMBER_BYTES, left) + 1)
        except (*CANNOT_UNPACK, OSError, ValueError) as error:
            raise UnreadableError(shown, why=f"{name} in it is damaged ({error})", mend="export it again") from error
        if len(raw) > min(_MAX_MEMBER_BYTES, left):
            raise UnreadableError(
                shown, code="too_large", why=f"{name} unpacks to more than {len(raw) >> 20} MB",
                mend="export fewer items at a time",
            )
        left -= len(raw)
        texts[posixpath.normpath(name)] = text_of(raw)[0] or ""
    return texts


def _in_order(texts: dict[str, str], shown: str) -> list[str]:
    """The names, those that a test or the manifest lists first and in its order."""
    manifests = sorted((name for name in texts if posixpath.basename(name) == _MANIFEST), key=len)
    tests = [name for name, text in texts.items() if _TEST.search(text)]
    listed: list[str] = []
    for name, element, attribute in (
        *((name, "assessmentitemref", "href") for name in sorted(tests)),
        *((name, "file", "href") for name in manifests),
    ):
        folder = posixpath.dirname(name)
        try:
            root = parsed(texts[name], shown)
        except SourceError:
            continue  # the files are there all the same
        hrefs = (one.get(attribute) for one in root.iter() if plain_name(one) == element)
        listed += [posixpath.normpath(posixpath.join(folder, unquote(href))) for href in hrefs if href]
    kept = [name for name in dict.fromkeys(listed) if name in texts]
    rest = sorted(set(texts) - set(kept))
    return [name for name in (*kept, *rest) if name not in manifests]


def _items_in(place: str, text: str, shown: str, skipped: Counter[str]) -> Iterator[BankItem]:
    """The items of one file of the package; one that is no XML is an item that can't be read."""
    if not text:
        skipped["file that is no text"] += 1
        return
    try:
        root = parsed(text, place or shown)
    except SourceError as error:
        if not place:
            raise
        if _ITEM.search(text):
            yield BankItem(row=1, place=place, type=None, stem="", problem=error.why)
        return
    name = plain_name(root)
    if name == "assessmentitem":
        yield item_of_2(root, place or "the item")
    elif local(root) == "questestinterop":
        yield from items_of_12(root, place, skipped)
