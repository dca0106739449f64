"""Office equations (`m:oMath`) as one line of text, in the linear form that Word itself types and shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.ingest.docx_xml import child, local, value

if TYPE_CHECKING:
    from lxml.etree import _Element

# Deleted, or properties: nothing of the formula.
_DROPPED = frozenset(("del", "moveFrom", "ctrlPr", "rPr", "instrText", "delText"))


def linear(element: _Element) -> str:
    """The formula's text, such as "x=(−b±√(b^2−4ac))/2a"."""
    return "".join(_part(part) for part in element)


def _part(element: _Element) -> str:
    name = local(element)
    if name == "t":
        return element.text or ""
    if name in _DROPPED or (name.endswith("Pr") and name != "Pr"):
        return ""
    shape = _SHAPES.get(name)
    return shape(element) if shape else linear(element)


def _text(element: _Element, name: str) -> str:
    found = child(element, name)
    return "" if found is None else linear(found).strip()


def _grouped(text: str) -> str:
    """In brackets where it is more than one number, name or bracket."""
    is_whole = text.startswith("(") and text.endswith(")") and ")" not in text[:-1]
    return text if len(text) <= 1 or text.isalnum() or is_whole else f"({text})"


def _sign(element: _Element, properties: str, name: str, default: str) -> str:
    found = child(child(element, properties), name)
    return default if found is None else value(found) or ""


def _fraction(element: _Element) -> str:
    over, under = _grouped(_text(element, "num")), _grouped(_text(element, "den"))
    return f"{over}/{under}"


def _raised(element: _Element) -> str:
    return f"{_grouped(_text(element, 'e'))}^{_grouped(_text(element, 'sup'))}"


def _lowered(element: _Element) -> str:
    return f"{_grouped(_text(element, 'e'))}_{_grouped(_text(element, 'sub'))}"


def _both(element: _Element) -> str:
    return f"{_lowered(element)}^{_grouped(_text(element, 'sup'))}"


def _before(element: _Element) -> str:
    return f"_{_grouped(_text(element, 'sub'))}^{_grouped(_text(element, 'sup'))} {_text(element, 'e')}"


def _root(element: _Element) -> str:
    degree = _text(element, "deg")
    inside = _text(element, "e")
    return f"√({degree}&{inside})" if degree else f"√{_grouped(inside) if len(inside) != 1 else inside}"


def _sum(element: _Element) -> str:
    under, over = _text(element, "sub"), _text(element, "sup")
    limits = (f"_{_grouped(under)}" if under else "") + (f"^{_grouped(over)}" if over else "")
    return f"{_sign(element, 'naryPr', 'chr', '∫')}{limits} {_text(element, 'e')}"


def _bracketed(element: _Element) -> str:
    opening, closing = _sign(element, "dPr", "begChr", "("), _sign(element, "dPr", "endChr", ")")
    between = _sign(element, "dPr", "sepChr", "|")
    return opening + between.join(linear(part) for part in element if local(part) == "e") + closing


def _function(element: _Element) -> str:
    return f"{_text(element, 'fName')} {_text(element, 'e')}"


def _limit(element: _Element) -> str:
    return f"{_text(element, 'e')}_{_grouped(_text(element, 'lim'))}"


def _matrix(element: _Element) -> str:
    rows = (
        " & ".join(linear(cell).strip() for cell in row if local(cell) == "e")
        for row in element if local(row) == "mr"
    )
    return f"[{'; '.join(rows)}]"


def _lines(element: _Element) -> str:
    return "; ".join(linear(line).strip() for line in element if local(line) == "e")


def _accented(element: _Element) -> str:
    return _text(element, "e") + _sign(element, "accPr", "chr", "\u0302")


_SHAPES: dict[str, Callable[[_Element], str]] = {
    "f": _fraction, "sSup": _raised, "sSub": _lowered, "sSubSup": _both, "sPre": _before, "rad": _root, "nary": _sum,
    "d": _bracketed, "func": _function, "limLow": _limit, "limUpp": _limit, "m": _matrix, "eqArr": _lines,
    "acc": _accented,
}
