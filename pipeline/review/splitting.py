"""One text made two, and two made one. Pure."""

from __future__ import annotations

import re

from pydantic import ValidationError

from pipeline.domain import DecisionKind, Element, Evidence, Part, Resource
from pipeline.errors import ReviewError
from pipeline.ids import normalised
from pipeline.review.transitions import IN_WORDS

_FENCE = re.compile(r"^ {0,3}(```|~~~)", re.MULTILINE)
_MARKUP = re.compile(r"[*_`#>|\[\]]+")


def cut(element: Element, *, at: int, new_id: str) -> tuple[Element, Element]:
    """The element with the text before code point `at`, and a new one with the rest.

    A piece of evidence goes to the half in which its words stand; to both where that cannot be told. Figures, which
    are shown below the text, go with the rest. Raises ReviewError.
    """
    doing = f"{IN_WORDS[DecisionKind.SPLIT]} {element.id}"
    if not isinstance(element, Part | Resource):
        raise ReviewError(
            doing, why="only parts of a lesson and resources can be split", mend="edit it, or write another one"
        )
    before, after = element.markdown[: max(at, 0)].rstrip(), element.markdown[max(at, 0) :].lstrip()
    if not before or not after:
        raise ReviewError(doing, why="one half would have no text", mend="choose a place within the text")
    if len(_FENCE.findall(before)) % 2:
        raise ReviewError(doing, why="the place is inside a block of code", mend="choose a place before or after it")
    first, second = [], []
    for proof in element.evidence:
        in_first, in_second = _stands_in(proof, before), _stands_in(proof, after)
        if in_first or not in_second:
            first.append(proof)
        if in_second or not in_first:
            second.append(proof)
    if isinstance(element, Resource):
        return (
            element.changed(markdown=before, evidence=tuple(first)),
            Resource(
                id=new_id, kind=element.kind, title=f"{element.title} (2)", markdown=after, evidence=tuple(second)
            ),
        )
    return (
        element.changed(markdown=before, evidence=tuple(first), figures=()),
        Part(id=new_id, kind=element.kind, markdown=after, evidence=tuple(second), figures=element.figures),
    )


def joined(first: Part, second: Part) -> Part:
    """The first part with the text of the second below its own, evidence and figures of both, each once."""
    try:
        return first.changed(
            markdown=f"{first.markdown.rstrip()}\n\n{second.markdown.lstrip()}",
            evidence=tuple(dict.fromkeys((*first.evidence, *second.evidence))),
            figures=tuple(dict.fromkeys((*first.figures, *second.figures))),
        )
    except ValidationError as error:
        raise ReviewError(
            f"{IN_WORDS[DecisionKind.MERGE]} {first.id}", why=error.errors()[0]["msg"], mend="edit it by hand"
        ) from error


def _stands_in(proof: Evidence, text: str) -> bool:
    return normalised(proof.quote) in normalised(_MARKUP.sub("", text))
