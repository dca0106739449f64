"""The link to an expert's page as it is sent: its whole address, the message around it, and whether others can open it.

In: a request, and the address that the server is reached by from outside, if one is set. Out: text to copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

import streamlit as st

from pipeline.config import is_this_machine
from pipeline.domain import FactRequest
from pipeline.review.fact_messages import message_with
from pipeline.ui.markup import draw, el

_HERE_ONLY = (
    "This link opens on this machine only. Before you send it, open this screen under an address that others reach "
    "it by, or set public_url, and show the message again."
)


@dataclass(frozen=True)
class ExpertLinks:
    """Where links to experts' pages begin."""

    public_url: str | None
    """The address the server is reached under from outside; None: the one this browser reached it by."""

    def address(self, path: str) -> str:
        """The whole address of a page of the server."""
        if self.public_url is not None:
            return self.public_url.rstrip("/") + path
        here = urlsplit(st.context.url or "")
        return f"{here.scheme or 'http'}://{here.netloc or 'localhost'}{path}"

    @property
    def open_here_only(self) -> bool:
        """Whether nobody on another machine can open them."""
        return is_this_machine(urlsplit(self.address("/")).hostname or "")

    def message(self, request: FactRequest, path: str, *, title: str, language: str) -> str:
        """The message to send; `title` and `language` are the module's."""
        return "\n".join(message_with(self.address(path), request, title=title, language=language))

    def draw(self, message: str) -> None:
        """The message, to copy, and who can open what it links to."""
        draw(el("p", "A message to send; its link needs no account.", class_="s2m-where"))
        if self.open_here_only:
            draw(el("p", _HERE_ONLY, class_="s2m-notice s2m-problem", role="alert"))
        st.code(message, language=None, wrap_lines=True)
