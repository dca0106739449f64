"""What is made of a returned Word file: proposals, comments, answers, and the report that lists every row.

In: the package, the file with its rows matched, the elements as they were sent and as they stand. Out: `Drawn`, ready
to be kept. Pure: nothing is read from the store or written to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pipeline.domain import Author, AuthorKind, Channel, Comment, CommentKind, Element, Proposal
from pipeline.domain.word import (
    NEEDS_A_PERSON,
    ReadWordFile,
    ReturnEntry,
    ReturnStatus,
    RowForm,
    WordPackage,
    WordRow,
)
from pipeline.ids import fingerprint, short_id
from pipeline.library.strings import strings_for
from pipeline.review.field_names import field_name
from pipeline.review.word_offers import WHY_ALL_GONE, ElementChanges, Offer, RowChange, change_of, offers_of
from pipeline.review.word_said import Said, Ticked, boxes_of, comments_of, remark, ticks_of
from pipeline.roundtrip.word_match import Doubt, Matching, match

Base = Callable[[WordRow], Element]
"""The element as it stood at the revision that was sent."""

_GONE = "the element is no longer in the module"
_SAYS_SO = "the module says so already"
_MISSING = "the row is gone without record: it may have been lost, or taken out with recording switched off"
_ALL_MISSING = "the whole table is gone without record"
_ASK = "; say whether it belongs there"


@dataclass
class Drawn:
    """What a file brings, before it is kept."""

    matching: Matching
    entries: list[ReturnEntry] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    said: Said = field(default_factory=lambda: Said((), ()))
    remarks: list[Comment] = field(default_factory=list)
    """What became a comment though it is none in the file."""
    box_remarks: list[Comment] = field(default_factory=list)
    """Words beside the boxes, an element's own before those of its rows."""
    ticks: tuple[Ticked, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)


class Drawing:
    """Makes what is made of one file."""

    def __init__(
        self,
        package: WordPackage,
        file: ReadWordFile,
        *,
        name: str,
        sender: str,
        base: Base,
        now_there: dict[str, str],
        at: datetime,
    ) -> None:
        """`now_there`: element id → content hash as it stands; `sender`: who a change without a name is put down to."""
        self._package, self._file = package, file
        self._name, self._sender, self._at = name, sender, at
        self._base, self._now_there = base, now_there
        self._say = strings_for(package.language)
        self._drawn = Drawn(match(package, file))

    def draw(self) -> Drawn:
        """All of it."""
        drawn, found = self._drawn, self._drawn.matching.found
        for element in self._package.elements:
            rows = [one for one in found if one.sent.element == element]
            statuses = [change_of(one).status for one in rows]
            drawn.counts.update(status.value for status in statuses)
            drawn.counts["moved"] += sum(one.is_moved for one in rows)
            drawn.counts["lost_its_id"] += sum(one.lost_its_id and not one.row.deleted_by for one in rows)
            is_touched = any(status is not ReturnStatus.UNCHANGED for status in statuses)
            if is_touched or any(one.is_moved or one.lost_its_id for one in rows):
                self._element(rows[0].sent, offers_of(self._base(rows[0].sent), rows, self._say))
        self._doubts(drawn.matching.doubts)
        self._missing(drawn.matching.missing)
        drawn.said = comments_of(self._file, drawn.matching, self._package, now=self._at)
        self._boxes()
        return drawn

    def _element(self, sent: WordRow, changes: ElementChanges) -> None:
        is_there = sent.element in self._now_there
        made = [self._proposal(sent, offer) for offer in changes.offers] if is_there else []
        is_news = [one for one in made if fingerprint(one.content) != self._now_there[sent.element]]
        self._drawn.proposals += is_news
        fields = {one.id: offer.fields for one, offer in zip(made, changes.offers, strict=False)}
        for change in changes.changes:
            field_ = change.found.sent.field
            ids = tuple(one.id for one in is_news if field_ in fields[one.id])
            why = change.why
            if change.status is not ReturnStatus.UNCHANGED and why is None and not ids:
                carried = any(field_ in offered for offered in fields.values())
                why = _GONE if not is_there else _SAYS_SO if carried else None
            self._entry(change, ids, why)

    def _entry(self, change: RowChange, proposals: tuple[str, ...], why: str | None) -> None:
        sent, row = change.found.sent, change.found.row
        comments: tuple[str, ...] = ()
        who = change.authors or ((self._sender,) if change.status is not ReturnStatus.UNCHANGED else ())
        if why is not None and why not in (_GONE, _SAYS_SO) and sent.form is not RowForm.HEADING:
            comments = (self._remark_on(change, who, why),)
        self._drawn.entries.append(
            ReturnEntry(
                number=len(self._drawn.entries) + 1, status=change.status, place=sent.place, element=sent.element,
                field=sent.field or None, label=sent.label, before=sent.text, after=change.after, who=who,
                at=row.text.last_change, is_moved=change.found.is_moved, lost_its_id=change.found.lost_its_id,
                proposals=proposals, comments=comments, why=why,
            )
        )

    def _remark_on(self, change: RowChange, who: Sequence[str], why: str) -> str:
        """Keeps as a comment what is no change of the text; the comment's id."""
        sent = change.found.sent
        if change.why == WHY_ALL_GONE:
            # One wish, however many rows the table has.
            rows = [row for row in self._package.rows if row.element == sent.element]
            first = next(row for row in rows if row.form is not RowForm.HEADING)
            text, kind = f"The whole table was taken out in the Word file: “{first.text}”", CommentKind.SCOPE
            sent = rows[0]
        elif change.status is ReturnStatus.DELETED:
            text, kind = f"Taken out in the Word file: “{sent.text}”", CommentKind.SCOPE
        else:
            text, kind = f"“{sent.text}” was changed to “{change.after}” in the Word file ({why})", CommentKind.FACT
        made = remark(self._package, sent, text, by=", ".join(who), now=self._at, kind=kind)
        self._drawn.remarks.append(made)
        return made.id

    def _proposal(self, sent: WordRow, offer: Offer) -> Proposal:
        by = ", ".join(offer.authors) or self._sender
        content = offer.element.content()
        was = self._base(sent).content()
        note = f"{self._name}: {'; '.join(field_name(one, was) for one in offer.fields)}"
        return Proposal(
            id=short_id("x", self._package.id, sent.element, by, fingerprint(content), length=20),
            module=self._package.module, element=sent.element, based_on=sent.revision, content=content,
            by=Author(kind=AuthorKind.PERSON, name=by), at=self._at, channel=Channel.WORD, package=self._package.id,
            note=f"{note} ({offer.note})" if offer.note else note,
        )

    def _doubts(self, doubts: Iterable[Doubt]) -> None:
        near = {one.row.table: one.sent.element for one in self._drawn.matching.found if one.row.table}
        for one in doubts:
            sent = one.candidate
            self._drawn.counts[one.status.value] += 1
            authors = tuple(filter(None, (one.row.inserted_by, one.row.deleted_by)))
            self._drawn.entries.append(
                ReturnEntry(
                    number=len(self._drawn.entries) + 1, status=one.status, place=sent.place if sent else None,
                    element=sent.element if sent else near.get(one.row.table), field=(sent.field or None) if sent else
                    None, label=sent.label if sent else "", before=sent.text if sent else "",
                    after="\n".join(filter(None, (one.row.text.after.strip("\n"), one.row.box.after.strip("\n")))),
                    who=tuple(dict.fromkeys((*authors, *one.row.text.authors))) or (self._sender,),
                    at=one.row.text.last_change, why=one.why + (_ASK if one.status in NEEDS_A_PERSON else ""),
                )
            )

    def _missing(self, missing: Sequence[WordRow]) -> None:
        self._drawn.counts[ReturnStatus.MISSING.value] += len(missing)
        sent_rows = Counter(row.element for row in self._package.rows)
        gone = Counter(row.element for row in missing)
        told = set()
        for row in missing:
            is_whole = gone[row.element] == sent_rows[row.element]
            if is_whole and row.element in told:
                continue
            told.add(row.element)
            self._drawn.entries.append(
                ReturnEntry(
                    number=len(self._drawn.entries) + 1, status=ReturnStatus.MISSING, place=row.place,
                    element=row.element, field=None if is_whole else row.field or None, label=row.label,
                    before=row.text, after="", why=_ALL_MISSING if is_whole else _MISSING,
                )
            )

    def _boxes(self) -> None:
        says = boxes_of(self._drawn.matching.found, self._package, self._say)
        changed = {one.element: True for one in self._drawn.proposals}
        self._drawn.ticks = ticks_of(says, self._package, changed)
        for sent, one in sorted(says, key=lambda said: said[0].form is not RowForm.HEADING):
            if one.remark:
                self._drawn.box_remarks.append(
                    remark(self._package, sent, one.remark, by=self._sender, now=self._at)
                )
