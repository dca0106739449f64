"""Characters of the symbol fonts: Word stores their place in the font, in a private area of Unicode, not the sign."""

from __future__ import annotations

import re
from typing import Final

# The Symbol font from 0x20, sixteen a line; a space where the font has nothing that text needs.
_SYMBOL_ROWS: Final = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?"
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼ "
    "                                "
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵"
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
    "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪ 〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭ "
)
_SYMBOL: Final = {0x20 + place: sign for place, sign in enumerate(_SYMBOL_ROWS) if sign != " "}
# Of Wingdings what stands in running text and lists.
_WINGDINGS: Final = {
    0x22: "✂", 0x28: "☎", 0x2A: "✉", 0x36: "⌛", 0x45: "☜", 0x46: "☞", 0x4A: "☺", 0x4C: "☹", 0x4E: "☠", 0x6C: "●",
    0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖", 0x77: "◆", 0x78: "☒", 0x9F: "•",
    0xA7: "▪", 0xA8: "☐", 0xAB: "★", 0xD8: "➢", 0xDC: "➲", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔",
    0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}
PRIVATE: Final = re.compile("[\uf020-\uf0ff]")
# In a file that does not name the font, what each is most often.
_LIKELY: Final = {**{place: sign for place, sign in _SYMBOL.items() if place > 0xA0}, **{
    place: _WINGDINGS[place] for place in (0xA7, 0xA8, 0xD8, 0xE0, 0xFC, 0xFB, 0xFD, 0xFE, 0x6F, 0x71, 0x76)
}}


def sign(place: str | None, font: str | None) -> str:
    """The sign at that place (hexadecimal, such as "F0B0") of the font; "" where it is not known."""
    try:
        code = int(place or "", 16)
    except ValueError:
        return ""
    if 0xF000 <= code <= 0xF0FF:
        code -= 0xF000
    elif code > 0xFF:
        return chr(code) if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else ""
    return _table(font).get(code, "")


def with_signs(text: str, font: str | None) -> str:
    """The text with the signs of symbol fonts in place of their private codes."""
    table = _table(font)
    return PRIVATE.sub(lambda match: table.get(ord(match.group()) - 0xF000, match.group()), text)


def _table(font: str | None) -> dict[int, str]:
    name = (font or "").lower()
    if name.startswith("wingdings"):
        return _WINGDINGS
    return _SYMBOL if name == "symbol" else _LIKELY
