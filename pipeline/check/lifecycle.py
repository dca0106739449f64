"""Lifecycle and localisation: what is drafted today can be kept true and carried into other languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Element

_NUMERIC_DATE = re.compile(
    r"(?<![\d/.-])(?P<one>\d{1,2})(?P<mark>[/.-])(?P<two>\d{1,2})(?P=mark)(?:\d{4}|\d{2})(?!\d|[/.-]\d)"
)
_MONTHS = 12


def idioms_are_left_out(element: Element, context: Context) -> Iterator[Fault]:
    """No figure of speech that a translator, or somebody who learns the language, has to guess at."""
    for where, text in context.texts_of(element):
        idiom = context.words.phrase_in("idioms", prose.words(prose.unquoted(text)))
        if idiom:
            yield Fault(f'{where} uses a figure of speech ("{idiom}").')


def dates_are_unambiguous(element: Element, context: Context) -> Iterator[Fault]:
    """No date can be read as two days: 03/04/2031 is in March here and in April there."""
    for where, text in context.texts_of(element):
        for date in _NUMERIC_DATE.finditer(prose.unquoted(text)):
            one, two = int(date["one"]), int(date["two"])
            # In the form 3.4.2031 the day comes first everywhere it is used.
            if date["mark"] != "." and one != two and 1 <= one <= _MONTHS and 1 <= two <= _MONTHS:
                yield Fault(f'{where} has a date that can be read in two ways ("{date[0]}").')
                break


CHECKS = (
    Check("idioms_are_left_out", "text", idioms_are_left_out, ("idioms",)),
    Check("dates_are_unambiguous", "text", dates_are_unambiguous),
)
