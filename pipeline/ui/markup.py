"""HTML in which every piece of data is escaped: how the screens draw all that is not a widget of Streamlit's.

In: plain strings, from our code, a source or a model. Out: `Html`, which only this file can make and draw.
"""

from __future__ import annotations

import base64
import html
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

# The one address that is drawn: `page_files.page_address`.
_PAGE = re.compile(r"page/[A-Za-z0-9._~%-]+/[0-9]+/[0-9a-f]{64}\Z")
_PIECE = re.compile(r"<[^>]*>|[^<]+")
_NAME = re.compile(r"[a-z][a-z0-9-]*\Z")
_VOID = frozenset({"br", "hr"})
# Nothing that loads, runs, links or frames, whoever asks for it.
_NAMES = frozenset(
    {
        *(
            "b",
            "br",
            "caption",
            "code",
            "del",
            "div",
            "dl",
            "dd",
            "dt",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "hr",
            "i",
        ),
        *(
            "ins",
            "kbd",
            "li",
            "mark",
            "ol",
            "p",
            "pre",
            "s",
            "section",
            "small",
            "span",
            "strong",
            "sub",
            "sup",
        ),
        *("figcaption", "figure", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    }
)


_SCREENS = frozenset({"batch", "module", "review", "word"})


class Html(str):
    """Markup made by `el` and `joined`."""

    __slots__ = ()


def picture(content: bytes, kind: str, *, alt: str) -> Html:
    """An image that holds its own bytes, so that nothing is loaded; `kind` is a subtype of image/, such as "png"."""
    data = base64.b64encode(content).decode()
    return Html(f'<img src="data:image/{html.escape(kind)};base64,{data}" alt="{html.escape(alt)}">')


def page_image(address: str, *, alt: str) -> Html:
    """The image of a source's page, from this server and no other; raises ValueError for another address."""
    if not _PAGE.match(address):
        raise ValueError(f"{address!r} is no page of ours")
    return Html(f'<img src="{address}" alt="{html.escape(alt)}">')


def screen_link(words: str, screen: str, **named: str) -> Html:
    """A link to one of our own screens, `named` being what its address names; raises ValueError for another address."""
    if screen not in _SCREENS:
        raise ValueError(f"{screen!r} is no screen of ours")
    # Relative, so that it holds under whatever path a proxy serves us; data stands behind the question mark only.
    return Html(f'<a href="{html.escape(f"{screen}?{urlencode(named)}", quote=True)}">{text(words)}</a>')


def el(name: str, *children: str | None, **attributes: str | float | None) -> Html:
    """An element. A child that is not `Html` is text and gets escaped; None is left out.

    An attribute's trailing underscore is dropped, other underscores become hyphens (`class_`, `aria_label`).
    """
    if name not in _NAMES:
        raise ValueError(f"<{name}> is not drawn on a screen")
    written = ""
    for key, value in attributes.items():
        attribute = key.rstrip("_").replace("_", "-")
        if not _NAME.match(attribute) or attribute.startswith("on") or attribute in ("src", "href", "srcset"):
            raise ValueError(f"the attribute {attribute!r} is not drawn on a screen")
        if value is not None:
            written += f' {attribute}="{html.escape(str(value), quote=True)}"'
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(*children)}</{name}>")


def joined(*children: str | None, between: str = "") -> Html:
    """The children one after the other, text escaped."""
    return Html(text(between).join(text(child) for child in children if child is not None))


def text(value: str) -> Html:
    """`value` as text; `Html` stays as it is."""
    return value if isinstance(value, Html) else Html(html.escape(value, quote=True))


def pieces(drawn: Html) -> list[Html]:
    """The tags of `drawn` and, between them, its texts, as they are written; `joined` makes it of them again."""
    return [Html(piece) for piece in _PIECE.findall(drawn)]


def draw(*pieces: Html) -> None:
    """Draws the pieces where the script stands."""
    # st.html takes a string that names a file for that file: what it gets here begins with a tag.
    st.html(el("div", *pieces, class_="s2m"))


@cache
def _style() -> str:
    return Path(__file__).with_name("theme.css").read_text(encoding="utf-8")


def draw_style() -> None:
    """Our own style sheet."""
    st.html(f"<style>{_style()}</style>")
