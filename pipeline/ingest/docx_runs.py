"""The words of a Word paragraph as they stand on paper, and what hangs on it.

Tracked insertions are kept and deletions dropped, field codes and hidden text are no text, the two versions of a
drawing (`mc:AlternateContent`) count once. Names are compared without their namespace: strict and transitional
files differ only in that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lxml.etree import _Element

    from pipeline.ingest.docx_styles import Styles

_DROPPED = frozenset(("del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "pPr", "rPr", "sdtPr",
                      "sdtEndPr", "rt", "fldData", "tcPr", "bookmarkStart", "bookmarkEnd", "proofErr", "softHyphen"))
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "ptab": "\t", "noBreakHyphen": "-"}
# Characters of the Symbol and Wingdings fonts that stand for something in running text.
_SYMBOLS = {"F0B0": "°", "F0B1": "±", "F0B5": "µ", "F06D": "µ", "F0A3": "≤", "F0B3": "≥", "F0B4": "×", "F0AE": "→",
            "F0E0": "→", "F0B7": "•", "F0FC": "✓", "F057": "Ω", "F044": "Δ"}


@dataclass
class Runs:
    """A paragraph's words and attachments, in order."""

    text: str = ""
    pictures: list[str] = field(default_factory=list)
    """Alternative texts."""
    boxes: list[_Element] = field(default_factory=list)
    """Contents of text boxes."""
    notes: list[tuple[Literal["footnote", "endnote"], str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    plain_chars: int = 0
    """Characters that are not set bold."""


def local(element: _Element) -> str:
    """The element's name without namespace; "" for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: _Element | None, name: str) -> _Element | None:
    """The first child of that name, or None."""
    if element is None:
        return None
    for found in element:
        if local(found) == name:
            return found
    return None


def value(element: _Element | None, name: str) -> str | None:
    """The attribute of that local name, or None."""
    if element is None:
        return None
    for key, found in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(found)
    return None


def is_on(element: _Element | None) -> bool:
    """Whether an on/off property such as `w:b` or `w:vanish` is there and not switched off."""
    return element is not None and value(element, "val") not in ("0", "false", "off", "none")


def runs_of(paragraph: _Element, styles: Styles) -> Runs:
    """The paragraph's words and what hangs on it."""
    runs = Runs()
    words: list[str] = []
    _gather(paragraph, styles, runs, words)
    runs.text = "".join(words)
    return runs


def _gather(element: _Element, styles: Styles, runs: Runs, words: list[str]) -> None:
    for part in element:
        name = local(part)
        if name == "t":
            words.append(part.text or "")
        elif name in _SIGNS:
            words.append(_SIGNS[name])
        elif name in _DROPPED or not name:
            continue
        elif name == "r":
            properties = child(part, "rPr")
            hidden = child(properties, "vanish")
            style = value(child(properties, "rStyle"), "val")
            if is_on(hidden) or (hidden is None and style and styles.of(style).is_hidden):
                continue
            before = len(words)
            _gather(part, styles, runs, words)
            if not is_on(child(properties, "b")):
                runs.plain_chars += sum(len(word.strip()) for word in words[before:])
        elif name == "sym":
            words.append(_SYMBOLS.get((value(part, "char") or "").upper(), ""))
        elif name in ("footnoteReference", "endnoteReference"):
            kind: Literal["footnote", "endnote"] = "footnote" if name.startswith("f") else "endnote"
            runs.notes.append((kind, value(part, "id") or ""))
        elif name == "commentReference":
            runs.comments.append(value(part, "id") or "")
        elif name == "txbxContent":
            runs.boxes.append(part)
        elif name == "docPr":
            alt = (value(part, "descr") or "").strip()
            # Word describes pictures on its own where nobody else does; that is no description of content.
            if alt and not alt.endswith(("AI-generated content may be incorrect.",)):
                runs.pictures.append(alt)
        else:
            _gather(part, styles, runs, words)
