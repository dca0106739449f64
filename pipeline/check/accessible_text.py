"""Accessibility and inclusion of the text itself: headings, tables, links, colours, words that leave people out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Element

_HEADING = re.compile(r"^\s{0,3}(#{1,6})\s+\S", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<address>[^)]*)\)")
_ADDRESS = re.compile(r"^\W*(?:https?://|www\.)\S+$", re.IGNORECASE)
_RULE = re.compile(r"^\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?\s*$")
_COLOUR = r"(?:red|green|blue|yellow|orange|grey|gray|amber|purple|bold red|light grey)"
_BY_COLOUR = re.compile(
    rf"\b(?:items?|fields?|cells?|words?|text|rows?|columns?|steps?|lines?|entries|values?|parts?|answers?|terms?|sections?)"
    rf"(?: (?:that (?:is|are)|which (?:is|are)|is|are))?"
    rf" (?:shown|marked|printed|highlighted|written|coloured|colored|displayed|set) (?:in )?{_COLOUR}\b"
    rf"|\b(?:everything|anything|what is) (?:shown |marked |printed |written )?in {_COLOUR}\b",
    re.IGNORECASE,
)


def headings_are_nested(element: Element, context: Context) -> Iterator[Fault]:
    """No level of heading is jumped over on the way down."""
    for where, text in context.texts_of(element):
        levels = [len(match[1]) for match in _HEADING.finditer(text)]
        for above, below in pairwise(levels):
            if below > above + 1:
                yield Fault(f"{where} goes from a heading of level {above} straight to one of level {below}.")
                break


def tables_have_headers(element: Element, context: Context) -> Iterator[Fault]:
    """Each table names its columns, every one of them."""
    for where, text in context.texts_of(element):
        lines = text.splitlines()
        for number, line in enumerate(lines):
            if not _is_row(line) or (number and _is_row(lines[number - 1])):
                continue
            if number + 1 >= len(lines) or not _RULE.match(lines[number + 1]):
                yield Fault(f"{where} has a table without a header row.")
            # The corner above row names may be empty.
            elif any(not cell.strip() for cell in line.strip().strip("|").split("|")[1:]):
                yield Fault(f"{where} has a table with a column that has no header.")


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|") and line.count("|") >= 2


def link_says_where_it_leads(element: Element, context: Context) -> Iterator[Fault]:
    """A link's text names its target: not "here", not a bare address."""
    for where, text in context.texts_of(element):
        for link in _LINK.finditer(text):
            said = prose.same(link["text"])
            if not said or said in context.words.set("empty_links") or _ADDRESS.match(link["text"]):
                yield Fault(f'{where} has a link that does not say where it leads ("{link["text"].strip()[:60]}").')


def meaning_is_not_by_colour_alone(element: Element, context: Context) -> Iterator[Fault]:
    """Nothing has to be told apart by its colour in the text or a picture of it."""
    for where, text in context.texts_of(element):
        if found := _BY_COLOUR.search(prose.unquoted(text)):
            yield Fault(f'{where} tells things apart by colour alone ("{found[0]}").')


def language_includes_everybody(element: Element, context: Context) -> Iterator[Fault]:
    """No word shuts people out or puts them down; what a source says in quotation marks is the source's."""
    for where, text in context.texts_of(element):
        word = context.words.phrase_in("excluding_words", prose.words(prose.unquoted(text)))
        if word:
            instead = context.words.table("inclusive").get(word)
            yield Fault(
                f'{where} uses a word that leaves people out or puts them down ("{word}").',
                f'Write "{instead}".' if instead else None,
            )


CHECKS = (
    Check("headings_are_nested", "text", headings_are_nested),
    Check("tables_have_headers", "text", tables_have_headers),
    Check("link_says_where_it_leads", "text", link_says_where_it_leads, ("empty_links",)),
    Check("meaning_is_not_by_colour_alone", "text", meaning_is_not_by_colour_alone, ("stopwords",)),
    Check("language_includes_everybody", "text", language_includes_everybody, ("excluding_words",)),
)
