"""Markdown from a model or a person as harmless HTML.

Nothing loads, runs or links: raw HTML is shown as the text it is, an image becomes its description, a link
its text and its address as text, and a heading bold type, so that no text passes itself off as part of the
screen. Streamlit's own Markdown would load remote images and read `:name[…]`, `$…$` and icons, so content
never meets it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from pipeline.ui.markup import Html, text

# What means something in the Markdown that Streamlit reads in labels.
_SIGNS = re.compile(r"[\\`*_{}\[\]()#+\-.!:$<>|~]")
_BOXES = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


class _TextOnly(RendererHTML):
    """Renders what could load, link or look like a heading of ours as text."""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return '<p class="s2m-heading"><strong>'

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return "</strong></p>\n"

    def link_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return ""

    def link_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        depth = 0
        for token in reversed(tokens[: idx + 1]):
            depth += {"link_close": 1, "link_open": -1}.get(token.type, 0)
            if depth == 0:
                return f" ({text(str(token.attrs.get('href', '')))})"
        return ""

    def image(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        return f"[image: {text(tokens[idx].content or 'not described')}]"

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        content = tokens[idx].content
        if idx == 0 and content[:4] in _BOXES:
            content = _BOXES[content[:4]] + content[4:]
        return str(text(content))

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        # The info string would become a class name, and it is data.
        return f"<pre><code>{text(tokens[idx].content)}</code></pre>\n"


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}, renderer_cls=_TextOnly).enable(["table", "strikethrough"])


def rendered(markdown: str) -> Html:
    """The Markdown as HTML that is safe to draw."""
    return Html(f'<div class="s2m-prose">{_parser().render(markdown)}</div>')


def as_label(words: str) -> str:
    """The words as the label of a widget of Streamlit's, which reads labels as Markdown: the text stays what it is."""
    return _SIGNS.sub(r"\\\g<0>", " ".join(words.split()))
