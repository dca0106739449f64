"""Where a quote stands, in the words of the module's language: for formats that people read.

In: a package with the places of its quotes. Out: a line such as "Lock-out sheet, page 3, section Shutdown › Isolation".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

from pipeline.domain import Evidence, Module, Place
from pipeline.export.base import Package
from pipeline.library.strings import strings_for


class Quoted(NamedTuple):
    """What is quoted from one place."""

    place: str
    quotes: tuple[str, ...]
    """Each once."""


class Places:
    """The places of a package's quotes."""

    def __init__(self, package: Package) -> None:
        self._say = strings_for(package.module.language)
        # Lists within a line are set apart in the same way everywhere.
        self._comma = self._say["doc_time_comma"]
        self._names = _names(package.module)
        self._titles = {one.id: one.title for one in package.module.sources}
        self._places = {(place.source, place.block): place for place in package.places}

    def of(self, proof: Evidence) -> str:
        """Source and place of a quote; where the place is not known, the block's id."""
        name, place = self._found(proof)
        said = self._said(place) if place else [self._say.say("doc_place_block", n=proof.block)]
        return self._comma.join([name, *said])

    def in_print(self, evidence: Iterable[Evidence]) -> tuple[str, ...]:
        """What a sheet that is read away from any screen says of its sources: a text a document, with its places.

        Without ids of blocks, and without lines of a text file where a section tells more.
        """
        found: dict[str, dict[str, None]] = {}
        for proof in evidence:
            name, place = self._found(proof)
            said = self._said(place, with_lines=not self._section(place)) if place else []
            found.setdefault(name, {}).update({self._comma.join(said): None} if said else {})
        return tuple(self._comma.join([name, " · ".join(places)]) if places else name for name, places in found.items())

    def quoted(self, evidence: Iterable[Evidence]) -> tuple[Quoted, ...]:
        """The quotes by place, in the order of the places; a heading that only names its place is no quote there."""
        found: dict[str, dict[str, bool]] = {}
        for proof in evidence:
            place = self._places.get((proof.source, proof.block))
            is_heading = place is not None and place.is_heading
            found.setdefault(self._where(proof), {}).setdefault(proof.quote, is_heading)
        return tuple(
            Quoted(place, tuple(quote for quote, is_heading in quotes.items() if not is_heading or len(quotes) == 1))
            for place, quotes in found.items()
        )

    def _where(self, proof: Evidence) -> str:
        """The place for several quotes: of lines below a heading the heading, since the quotes tell the lines."""
        name, place = self._found(proof)
        if place is None:
            return self.of(proof)
        return self._comma.join([name, *self._said(place, with_lines=len(self._said(place)) == 1)])

    def _found(self, proof: Evidence) -> tuple[str, Place | None]:
        return self._names.get(proof.source, proof.source), self._places.get((proof.source, proof.block))

    def _said(self, place: Place, *, with_lines: bool = True) -> list[str]:
        say = self._say
        section = self._section(place)
        found = [
            place.inside,
            say.say("doc_place_page", n=place.page_label or place.page) if place.page else None,
            say.say("doc_place_slide", n=place.slide) if place.slide else None,
            say.say("doc_place_sheet", n=f"{place.sheet} {place.cells or ''}".strip()) if place.sheet else None,
            say.say("doc_place_time", n=_clock(place.start)) if place.start is not None else None,
            say.say("doc_place_lines", first=place.lines[0], last=place.lines[1])
            if place.lines and with_lines
            else None,
            say.say("doc_place_section", n=" › ".join(section)) if section else None,
        ]
        return [one for one in found if one]

    def _section(self, place: Place) -> tuple[str, ...]:
        """The headings above the block, without the document's title, which often is its first heading too."""
        return place.section[1:] if place.section[:1] == (self._titles.get(place.source),) else place.section


def _names(module: Module) -> dict[str, str]:
    """Source id → what readers know the document by: its title, with the file's name where two share it."""
    files = {one.id: PurePosixPath(one.path.replace("\\", "/")).name or one.path for one in module.sources}
    shared = Counter(one.title for one in module.sources if one.title)

    def known_by(title: str | None, file: str) -> str:
        if not title:
            return file
        return f"{title} ({file})" if shared[title] > 1 else title

    return {one.id: known_by(one.title, files[one.id]) for one in module.sources}


def _clock(seconds: float) -> str:
    """Minutes and seconds, with hours where there are any: 3:07, 1:03:07."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
