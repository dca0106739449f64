"""What a returned Word file offers: changed elements, each against the revision that was sent, and what is left over.

In: matched rows of one element. Out: offers, one a person where several changed it on record, and an entry a row that
is not as it was sent. Pure: nothing is read from the store or written to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.domain import Element
from pipeline.domain.word import Cell, ReturnStatus, RowForm
from pipeline.library.strings import Strings
from pipeline.review.field_names import field_name
from pipeline.roundtrip.sameness import is_same, same_form
from pipeline.roundtrip.word_match import Found
from pipeline.roundtrip.word_rows import UnfitError, may_be_empty, rebuilt

_WHY_HEADING = "a heading is no text of the module; say it in a comment"
_WHY_SOURCE = "a source is quoted word for word; it is kept as a comment"
WHY_ALL_GONE = "the whole table was taken out; it is kept as a comment"
_WHY_DELETED = "the field cannot be empty; it is kept as a comment"


@dataclass(frozen=True)
class RowChange:
    """A known row and how it differs from what was sent."""

    found: Found
    status: ReturnStatus
    after: str
    why: str | None = None
    """Why it can be no part of an offer."""

    @property
    def authors(self) -> tuple[str, ...]:
        """Who changed it on record."""
        row = self.found.row
        return tuple(dict.fromkeys((*((row.deleted_by,) if row.deleted_by else ()), *row.text.authors)))


@dataclass(frozen=True)
class Offer:
    """An element as people want it."""

    element: Element
    authors: tuple[str, ...]
    """Empty where nobody is named in the file."""
    fields: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True)
class ElementChanges:
    """What the file says otherwise about one element."""

    offers: tuple[Offer, ...]
    changes: tuple[RowChange, ...]
    """Rows that are not as sent, moved or without their id, in order."""


def change_of(found: Found) -> RowChange:
    """How the row differs from what was sent."""
    sent, row = found.sent, found.row
    after = "" if row.deleted_by else row.text.after.strip("\n")
    if same_form(sent.text) and not same_form(after):
        status = ReturnStatus.DELETED
    elif is_same(after, sent.text):
        status = ReturnStatus.UNCHANGED
    elif row.text.authors and is_same(row.text.before, sent.text):
        status = ReturnStatus.TRACKED
    else:
        status = ReturnStatus.UNTRACKED
    why = None
    if status is not ReturnStatus.UNCHANGED and sent.form is RowForm.HEADING:
        why = _WHY_HEADING
    elif status is not ReturnStatus.UNCHANGED and sent.form is RowForm.SOURCE:
        why = _WHY_SOURCE
    return RowChange(found, status, after, why)


def offers_of(base: Element, rows: Sequence[Found], say: Strings) -> ElementChanges:
    """What the rows of one element offer.

    Where several people changed it on record, each gets an offer of their own; where one's change stands inside
    another's or beside it, or somebody changed it without record as well, they cannot be told apart, and there is one
    for all.
    """
    changes = [change_of(one) for one in rows]
    if _is_all_gone(changes):
        return ElementChanges((), tuple(
            replace(one, why=WHY_ALL_GONE if one.status is ReturnStatus.DELETED else one.why or WHY_ALL_GONE)
            for one in changes
        ))
    usable = [one for one in changes if one.status is not ReturnStatus.UNCHANGED and one.why is None]
    gone = {
        one.found.sent.field.rpartition(".")[0]
        for one in usable
        if one.status is ReturnStatus.DELETED and _is_option(one.found.sent.field)
    }
    # With an option go its feedback and the mistake behind it.
    usable = [
        one for one in usable
        if one.found.sent.field.rpartition(".")[0] not in gone or _is_option(one.found.sent.field)
    ]
    refused: dict[str, str] = {}
    for one in usable:
        field = one.found.sent.field
        if one.status is ReturnStatus.DELETED and not may_be_empty(field) and not _is_option(field):
            refused[one.found.sent.place] = _WHY_DELETED
    usable = [one for one in usable if one.found.sent.place not in refused]
    names = tuple(dict.fromkeys(name for one in usable for name in one.authors))
    is_one = len(names) < 2 or any(_is_mixed(one) for one in usable)
    offers = []
    for group in [names] if is_one else [(name,) for name in names]:
        texts = {one.found.sent.field: one.after if is_one else _by(one, group[0]) for one in usable}
        texts = {
            field: text for field, text in texts.items()
            if not is_same(text, next(one.found.sent.text for one in usable if one.found.sent.field == field))
        }
        offer, unfit = _offer(base, texts, group, say)
        refused |= {one.found.sent.place: unfit[one.found.sent.field] for one in usable
                    if one.found.sent.field in unfit}
        if offer is not None:
            offers.append(offer)
    kept = (
        replace(one, why=one.why or refused.get(one.found.sent.place)) for one in changes
        if one.status is not ReturnStatus.UNCHANGED or one.found.is_moved or one.found.lost_its_id
    )
    return ElementChanges(tuple(offers), tuple(kept))


def _is_all_gone(changes: Sequence[RowChange]) -> bool:
    """Whether nothing of the element's text is left."""
    forms = (RowForm.TEXT, RowForm.MARKDOWN)
    texts = [one for one in changes if one.found.sent.form in forms and same_form(one.found.sent.text)]
    return bool(texts) and all(one.status is ReturnStatus.DELETED for one in texts)


def _is_option(field: str) -> bool:
    return field.startswith("options.") and field.endswith(".text")


def _is_mixed(one: RowChange) -> bool:
    """Whether the people who changed the row cannot be told apart."""
    return one.status is ReturnStatus.UNTRACKED or one.found.row.text.is_entangled or (
        one.status is ReturnStatus.DELETED and not one.found.row.deleted_by
        and not is_same(one.found.row.text.before, one.found.sent.text)
    )


def _by(one: RowChange, author: str) -> str:
    """What the row says with that person's changes alone."""
    row = one.found.row
    if row.deleted_by:
        return "" if row.deleted_by == author else one.found.sent.text
    return Cell(stretches=row.text.stretches).by(author).strip("\n")


def _offer(
    base: Element, texts: Mapping[str, str], authors: tuple[str, ...], say: Strings
) -> tuple[Offer | None, dict[str, str]]:
    """The offer with all fields that together make an element, and why each of the others does not."""
    if not texts:
        return None, {}
    unfit: dict[str, str] = {}
    try:
        made = rebuilt(base, texts, say)
        fields = dict(texts)
    except UnfitError:
        fields = {}
        for field, text in texts.items():
            try:
                rebuilt(base, {**fields, field: text}, say)
                fields[field] = text
            except UnfitError as error:
                unfit[field] = str(error)
        if not fields:
            return None, unfit
        made = rebuilt(base, fields, say)
    if made.element.content() == base.content():
        return None, unfit
    places = "; ".join(field_name(field, base.content()) for field in made.lost_emphasis)
    lost = f"marks such as bold were lost in {places}" if places else None
    return Offer(made.element, authors, tuple(fields), lost), unfit
