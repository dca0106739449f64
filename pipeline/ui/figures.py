"""The pictures of a part, as the learner will see them, with what is said of them in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath

from pipeline.domain import Figure, Part
from pipeline.errors import StoreError
from pipeline.ui.markup import Html, el, joined, picture

_KINDS = {".jpg": "jpeg", ".svg": "svg+xml"}


def figures(part: Part, read: Callable[[str], bytes]) -> Html:
    """The part's figures; one whose file is gone says so."""
    return joined(*(_drawn(figure, read) for figure in part.figures))


def image(figure: Figure, read: Callable[[str], bytes]) -> Html:
    """The picture alone, or why it cannot be shown."""
    try:
        content = read(figure.file)
    except StoreError as error:
        return el("p", f"{error.what}: {error.why}.", class_="s2m-notice s2m-problem", role="alert")
    ending = PurePosixPath(figure.file).suffix
    return picture(content, _KINDS.get(ending, ending[1:]), alt=figure.alt or "")


def _drawn(figure: Figure, read: Callable[[str], bytes]) -> Html:
    return el(
        "figure",
        image(figure, read),
        el("figcaption", figure.caption) if figure.caption else None,
        el("p", f"Alternative text: {figure.alt}" if figure.alt else "No alternative text yet.", class_="s2m-where"),
        class_="s2m-figure",
    )
