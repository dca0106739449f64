"""Accessibility: nobody is left out for not seeing what others see."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import prose
from pipeline.check import accessible_text
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Part

# What screen readers say in one breath; more belongs into the text (WCAG technique H45).
ALT_CHARS = 250
_PICTURES = ("png", "jpg", "jpeg", "gif", "svg", "webp", "bmp")


def every_figure_has_alternative_text(part: Part, context: Context) -> Iterator[Fault]:
    """Each picture says in words what it shows."""
    for number, figure in enumerate(part.figures, 1):
        if not (figure.alt or "").strip():
            name = f' ("{prose.start_of(figure.caption)}")' if figure.caption else ""
            yield Fault(f"Figure {number}{name} has no alternative text.")


def alternative_text_is_words(part: Part, context: Context) -> Iterator[Fault]:
    """Alternative text says what is shown: no file name, no "picture", not too long to listen to."""
    for number, figure in enumerate(part.figures, 1):
        said = (figure.alt or "").strip()
        if not said:
            continue
        if _is_file_name(said) or prose.same(said) in context.words.set("meaningless_alternatives"):
            yield Fault(f'The alternative text of figure {number}, "{said[:60]}", does not say what it shows.')
        elif len(said) > ALT_CHARS:
            yield Fault(f"The alternative text of figure {number} has {len(said)} characters.")


def _is_file_name(said: str) -> bool:
    stem, dot, ending = said.rpartition(".")
    return bool(dot) and " " not in stem.strip() and ending.casefold() in _PICTURES


CHECKS = (
    *accessible_text.CHECKS,
    Check("every_figure_has_alternative_text", "part", every_figure_has_alternative_text),
    Check("alternative_text_is_words", "part", alternative_text_is_words, ("meaningless_alternatives",)),
)
