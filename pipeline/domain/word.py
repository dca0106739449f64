"""A module sent to a subject-matter expert as a Word file, and what came back of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from pydantic import Field

from pipeline.domain.base import Noun
from pipeline.domain.facts import FactVerdict


class RowForm(StrEnum):
    """What a row of the file holds."""

    HEADING = "heading"
    """Names the element, and has its boxes to tick; the same in every export."""
    TEXT = "text"
    MARKDOWN = "markdown"
    SOURCE = "source"
    """A quote of the source behind the element, word for word."""


class WordRow(Noun):
    """A row of the file as it was sent."""

    place: str
    """The second half of its visible id, such as "12.3": element and row, counted from 1; the heading is row 0."""
    element: str
    kind: str
    """Of the element: objective, part, item, scenario, resource."""
    revision: int
    field: str
    """As the editor names it (`stem`, `options.a.feedback`, `markdown`); empty for a heading, `source` for a source."""
    label: str
    form: RowForm
    text: str
    """What stood in its middle column; paragraphs are parted by a line feed."""


class WordPackage(Noun):
    """A Word file that was sent out."""

    id: str
    """"w-" and the code that begins every visible id in it."""
    module: str
    language: str
    rows: tuple[WordRow, ...]
    frame: tuple[str, ...]
    """The paragraphs around the tables: title, instructions."""
    verdict: str
    """What stood in the box column of a heading."""
    to: str | None = None
    by: str
    at: datetime
    due: datetime | None = None

    @property
    def code(self) -> str:
        """What its visible ids begin with."""
        return self.id.removeprefix("w-")

    @property
    def elements(self) -> tuple[str, ...]:
        """Ids of the elements in it, in order."""
        return tuple(dict.fromkeys(row.element for row in self.rows))


class Stretch(Noun):
    """A run of text in a file that came back; a line feed ends a paragraph."""

    text: str
    inserted_by: str | None = None
    """Who is recorded to have put it in; None where it stood there before the recording began."""
    deleted_by: str | None = None
    at: datetime | None = None
    """When that was, as the writer's clock said."""


class Cell(Noun):
    """What stands in a cell, with its tracked changes."""

    stretches: tuple[Stretch, ...] = ()

    @property
    def before(self) -> str:
        """The text without what was recorded."""
        return "".join(one.text for one in self.stretches if one.inserted_by is None)

    @property
    def after(self) -> str:
        """The text with all that was recorded."""
        return "".join(one.text for one in self.stretches if one.deleted_by is None)

    @property
    def authors(self) -> tuple[str, ...]:
        """Who changed it on record, in order of appearance."""
        return _each(name for one in self.stretches for name in (one.inserted_by, one.deleted_by))

    @property
    def is_entangled(self) -> bool:
        """Whether somebody took out what somebody else had put in, or put something in the place of what they took out:
        then the one's changes alone make no sense.
        """
        previous: set[str] = set()
        for one in self.stretches:
            authors = {name for name in (one.inserted_by, one.deleted_by) if name is not None}
            if len(authors) > 1 or (authors and previous and authors != previous):
                return True
            if one.text.strip() or not authors:
                previous = authors
        return False

    @property
    def last_change(self) -> datetime | None:
        """When it was last changed on record."""
        return max((one.at for one in self.stretches if one.at is not None), default=None)

    def by(self, author: str) -> str:
        """The text with what that person recorded and nothing of the others."""
        return "".join(
            one.text
            for one in self.stretches
            if one.inserted_by in (None, author) and one.deleted_by != author
        )


class ReadRow(Noun):
    """A row of a file that came back."""

    ids: tuple[str, ...] = ()
    """Visible ids as they stand, without brackets."""
    struck_ids: tuple[str, ...] = ()
    """Visible ids that a tracked change took out."""
    bookmarks: tuple[str, ...] = ()
    """The ids that hidden bookmarks in it name."""
    text: Cell = Cell()
    box: Cell = Cell()
    """Its last column, for the SME's word."""
    inserted_by: str | None = None
    """Who is recorded to have added the row."""
    deleted_by: str | None = None
    table: int = 0
    """The table it stands in, counted from 1; 0 for text outside tables."""
    comments: tuple[str, ...] = ()
    """Ids of the comments anchored in it."""


class ReadComment(Noun):
    """A comment of a file that came back."""

    id: str
    author: str
    at: datetime | None
    text: str
    quote: str
    """The words it is pinned to."""
    answers: str | None = None
    """Id of the comment it is a reply to."""
    is_resolved: bool = False


class ReadWordFile(Noun):
    """What stands in a file that came back."""

    package: str | None
    """The id of the package, where the file still says it."""
    last_editor: str | None = None
    rows: tuple[ReadRow, ...] = ()
    outside: tuple[ReadRow, ...] = ()
    """Paragraphs outside tables that hold text."""
    comments: tuple[ReadComment, ...] = ()
    warnings: tuple[str, ...] = ()


class ReturnStatus(StrEnum):
    """What became of a row."""

    UNCHANGED = "unchanged"
    TRACKED = "tracked"
    """Changed on record."""
    UNTRACKED = "untracked"
    """Changed without record, found by comparing with what was sent."""
    DELETED = "deleted"
    """Its text or the whole row was taken out on record, or the cell was emptied."""
    MISSING = "missing"
    """Gone without record."""
    DUPLICATE = "duplicate"
    """The id stands in several rows."""
    NEW = "new"
    FUZZY = "fuzzy"
    """Recognised by its text or its place alone: a person has to confirm it."""
    UNCLEAR = "unclear"
    """Its marks name different rows: a person has to say which it is."""


NEEDS_A_PERSON = (ReturnStatus.DUPLICATE, ReturnStatus.FUZZY, ReturnStatus.UNCLEAR)
"""What is offered as a change only after somebody has confirmed where it belongs."""


class SettledAs(StrEnum):
    """What a person made of a row that could not be mapped or offered."""

    OFFERED = "offered"
    """A change of an element's text."""
    SAID = "said"
    """A comment on an element."""
    KEPT = "kept"
    """Nothing: what stands is left as it is."""


class Settlement(Noun):
    """A person's word on a row that could not be mapped or offered."""

    how: SettledAs
    by: str
    at: datetime
    element: str | None = None
    """Where it was put."""
    proposal: str | None = None
    """Id of the proposal made of it."""
    comment: str | None = None
    """Id of the comment made of it."""


class ReturnEntry(Noun):
    """A row that came back other than it was sent, or that could not be mapped."""

    number: int = Field(ge=1)
    status: ReturnStatus
    place: str | None
    """Of the sent row it is, or may be; None where nobody knows."""
    element: str | None
    field: str | None
    label: str
    before: str
    """What was sent."""
    after: str
    """What came back."""
    who: tuple[str, ...] = ()
    at: datetime | None = None
    is_moved: bool = False
    """The row stands somewhere else than it was sent."""
    lost_its_id: bool = False
    """The visible id is gone; a bookmark or the text told what it is."""
    proposals: tuple[str, ...] = ()
    """Ids of the proposals made of it."""
    comments: tuple[str, ...] = ()
    """Ids of the comments made of it."""
    why: str | None = None
    """Why it could not be mapped or offered as a change; None where it was."""
    settled: Settlement | None = None
    """What a person has made of it since."""


class ReturnedVerdict(Noun):
    """What the SME ticked or typed about an element."""

    element: str
    verdict: FactVerdict
    correction: str | None = None
    by: str
    is_recorded: bool
    """Whether it counts as an answer; else `why` says why not."""
    why: str | None = None


class WordReturn(Noun):
    """What was made of a file that came back."""

    id: str
    package: str
    module: str
    name: str
    """The file's name."""
    sha256: str
    by: str
    """Who took it in."""
    at: datetime
    rows: int
    """Rows in the file that were recognised."""
    counts: dict[str, int]
    """Status → rows; also `moved` and `lost_its_id`, which may go with any of them."""
    entries: tuple[ReturnEntry, ...] = ()
    proposals: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    """Proposals of an earlier version of this file that these take the place of."""
    comments: tuple[str, ...] = ()
    """Comments taken over, replies included."""
    known_comments: int = 0
    """Comments that an earlier version of this file had brought already."""
    verdicts: tuple[ReturnedVerdict, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def unmapped(self) -> tuple[ReturnEntry, ...]:
        """What could not be mapped or offered and nobody has settled, each with its reason."""
        return tuple(entry for entry in self.entries if entry.why is not None and entry.settled is None)


def _each(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name is not None))
