"""What a person makes of the rows of a returned Word file that could not be mapped or offered.

In: a return, the number of an entry, where it belongs or what was meant. Out: the entry as it is settled, with the
proposal or comment made of it, kept in the store. A settled row leaves the list of those to look at; two people at
once settle it once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import (
    ELEMENT_TYPES,
    Author,
    AuthorKind,
    Channel,
    Comment,
    CommentKind,
    Element,
    Proposal,
)
from pipeline.domain.word import (
    NEEDS_A_PERSON,
    ReturnEntry,
    ReturnStatus,
    SettledAs,
    Settlement,
    WordPackage,
    WordReturn,
)
from pipeline.errors import ReviewError, UsageError
from pipeline.ids import fingerprint, short_id
from pipeline.library.strings import strings_for
from pipeline.review.acting import Acting
from pipeline.review.field_names import field_name
from pipeline.review.permissions import Verb
from pipeline.review.word_said import kind_of
from pipeline.roundtrip.word_rows import FieldText, UnfitError, fields_of, may_be_empty, rebuilt
from pipeline.store.audit import Act

NOBODY = "the SME"
SOURCE_FIELD = "source"
"""What a row with a quote is called among the fields."""


@dataclass(frozen=True)
class _Open:
    """An entry that somebody is about to settle."""

    report: WordReturn
    entry: ReturnEntry
    package: WordPackage
    act: Act
    doing: str

    @property
    def who(self) -> str:
        """Whose words they are."""
        return ", ".join(self.entry.who) or self.package.to or NOBODY


class Settling:
    """The rows of returned files that wait for a person. Safe to share between threads."""

    def __init__(self, acting: Acting) -> None:
        self._acting, self._store = acting, acting.store

    def confirmed(self, report: WordReturn) -> dict[int, str]:
        """Numbers of the entries that somebody has made a proposal of → the proposal made of each."""
        there = {one.id for one in self._store.proposals.of(report.module)}
        made = {entry.number: _proposal_id(report, entry) for entry in report.entries}
        return {number: name for number, name in made.items() if name in there}

    def fields(self, report: WordReturn, element_id: str) -> tuple[FieldText, ...]:
        """The texts of an element that a row may be meant for, as the file compares them.

        Raises UsageError where there is no such element.
        """
        package = self._store.word.get(report.package)
        base, _ = self._base(package, element_id)
        return fields_of(base, strings_for(package.language))

    def confirm(self, return_id: str, number: int, *, by: str) -> Proposal:
        """The proposal made of a doubtful entry, now that a person says that it belongs where it seems to.

        Raises UsageError where there is no such entry, ReviewError where it makes no well-formed element.
        """
        row = self._open(return_id, number, by, "confirming")
        entry = row.entry
        if entry.status not in NEEDS_A_PERSON or entry.element is None or entry.field is None:
            raise UsageError(row.doing, why="it is not one to be confirmed", mend="say which element it belongs to")
        there = self.confirmed(row.report)
        if number in there:
            return self._store.proposals.get(there[number])
        made = self._proposal(row, entry.element, entry.field, entry.after)
        self._settle(row, (number,), made)
        return self._store.proposals.get(made.id)

    def place(
        self, return_id: str, number: int, *, element: str, by: str, field: str | None = None
    ) -> ReturnEntry:
        """The entry, put where a person says that it belongs: a change of that field, or else a comment on the element.

        Raises UsageError where there is no such entry, element or field, ReviewError where the text makes no
        well-formed element or somebody has settled the row otherwise.
        """
        row = self._open(return_id, number, by, "placing")
        if not row.entry.after.strip():
            raise UsageError(row.doing, why="nothing stands in it", mend="say that it is left as it was")
        if field is not None:
            return self._settle(row, (number,), self._proposal(row, element, field, row.entry.after))
        return self._settle(row, (number,), self._comment(row, element, row.entry.after, kind_of(row.entry.after)))

    def taken_out(self, return_id: str, number: int, *, by: str) -> ReturnEntry:
        """The entry of a row that is gone, which was meant: a proposal without it where the element is whole then, or
        else a comment.

        With an option go its feedback and the mistake behind it. Raises as `place` does.
        """
        row = self._open(return_id, number, by, "taking out")
        entry = row.entry
        if entry.status is not ReturnStatus.MISSING or entry.element is None:
            raise UsageError(row.doing, why="it is not gone", mend="say where it belongs, or leave what stands")
        numbers: tuple[int, ...] = (number,)
        made: Proposal | Comment | None = None
        is_option = entry.field is not None and entry.field.startswith("options.") and entry.field.endswith(".text")
        if entry.field is not None and (is_option or may_be_empty(entry.field)):
            try:
                made = self._proposal(row, entry.element, entry.field, "")
            except _UnfitChangeError:
                made = None  # such as the right answer: a designer has to find another
            if made is not None and is_option:
                option = entry.field.removesuffix("text")
                numbers = tuple(
                    one.number for one in row.report.unmapped
                    if one.status is ReturnStatus.MISSING and one.element == entry.element
                    and (one.field or "").startswith(option)
                )
        if made is None:
            what = "The whole table" if entry.field is None else entry.label
            text = f"{what} was taken out in the Word file" + (f": “{entry.before}”" if entry.before else "")
            made = self._comment(row, entry.element, text, CommentKind.SCOPE)
        return self._settle(row, (number, *numbers), made)

    def keep(self, return_id: str, number: int, *, by: str) -> ReturnEntry:
        """The entry with nothing made of it: what stands is left as it is.

        Raises UsageError where there is no such entry, ReviewError where somebody has settled it otherwise.
        """
        return self._settle(self._open(return_id, number, by, "leaving"), (number,), None)

    # How

    def _open(self, return_id: str, number: int, by: str, verb: str) -> _Open:
        doing = f"{verb} entry {number} of {return_id}"
        act = self._acting.act(by, Verb.ASK, doing)
        report = self._store.word.returned(return_id)
        entry = next((one for one in report.entries if one.number == number), None)
        if entry is None or entry.why is None:
            why = "there is none" if entry is None else "it was mapped"
            raise UsageError(doing, why=why, mend="look at the report again, or edit the element")
        return _Open(report, entry, self._store.word.get(report.package), act, doing)

    def _settle(self, row: _Open, numbers: Sequence[int], made: Proposal | Comment | None) -> ReturnEntry:
        how = SettledAs.KEPT
        if made is not None:
            how = SettledAs.OFFERED if isinstance(made, Proposal) else SettledAs.SAID
        settlement = Settlement(
            how=how, by=row.act.by, at=self._acting.clock(), element=made.element if made else row.entry.element,
            proposal=made.id if isinstance(made, Proposal) else None,
            comment=made.id if isinstance(made, Comment) else None,
        )
        report = self._store.word.settle(row.report.id, numbers, settlement, made, row.act)
        entry = next(one for one in report.entries if one.number == row.entry.number)
        found = entry.settled
        if found is None or (found.how, found.element) != (settlement.how, settlement.element):
            by = found.by if found else "somebody"
            raise ReviewError(row.doing, why=f"{by} has settled it already", mend="look at the report again")
        return entry

    def _base(self, package: WordPackage, element_id: str) -> tuple[Element, int]:
        """The element as it was sent, or as it stands where it was not, and its revision."""
        sent = next((one for one in package.rows if one.element == element_id), None)
        if sent is None:
            state = self._store.modules.element_state(package.module, element_id)
            return state.element, state.revision
        revisions = self._store.modules.revisions(package.module, element_id)
        content = next(one.content for one in revisions if one.number == sent.revision)
        return ELEMENT_TYPES[sent.kind].model_validate(content), sent.revision

    def _proposal(self, row: _Open, element_id: str, field: str, text: str) -> Proposal:
        latest = self._store.word.latest(row.package.module)
        if element_id not in latest:
            raise _no_element(row, element_id)
        base, revision = self._base(row.package, element_id)
        say = strings_for(row.package.language)
        try:
            made = rebuilt(base, {field: text}, say).element
        except UnfitError as error:
            raise _UnfitChangeError(row.doing, why=str(error), mend="edit the element instead") from error
        content = made.content()
        if fingerprint(content) in (fingerprint(base.content()), latest[element_id].content_hash):
            raise ReviewError(row.doing, why="the module says so already", mend="leave what stands", code="unchanged")
        return Proposal(
            id=_proposal_id(row.report, row.entry), module=row.report.module, element=element_id, based_on=revision,
            content=content, by=Author(kind=AuthorKind.PERSON, name=row.who), at=self._acting.clock(),
            channel=Channel.WORD, package=row.package.id,
            note=f"{row.report.name}: {field_name(field, base.content())} (confirmed by {row.act.by})",
        )

    def _comment(self, row: _Open, element_id: str, text: str, kind: CommentKind) -> Comment:
        latest = self._store.word.latest(row.package.module)
        if element_id not in latest:
            raise _no_element(row, element_id)
        name = short_id("c", row.report.id, row.entry.number, length=20)
        return Comment(
            id=name, module=row.report.module, element=element_id, revision=latest[element_id].revision, kind=kind,
            field=_text_field(row.entry) if row.entry.element == element_id else None, text=text, by=row.who,
            at=self._acting.clock(), channel=Channel.WORD, thread=name,
        )


class _UnfitChangeError(ReviewError):
    """A change that makes no well-formed element."""


def _no_element(row: _Open, element_id: str) -> UsageError:
    return UsageError(row.doing, why=f"the module has no element {element_id!r}", mend="choose one of its elements")


def _text_field(entry: ReturnEntry) -> str | None:
    """The field that the row holds; None for a heading and a quote of the source."""
    return None if entry.field in (None, SOURCE_FIELD) else entry.field


def settled_before(entries: Sequence[ReturnEntry], earlier: Sequence[WordReturn]) -> tuple[ReturnEntry, ...]:
    """The entries of a newer version of a file, with what a person has made of the very same rows of earlier ones."""
    known: dict[tuple[str | None, ...], Settlement] = {}
    for report in earlier:  # newest first
        for one in report.entries:
            if one.settled is not None:
                known.setdefault(_same_row(one), one.settled)
    return tuple(
        one.changed(settled=known.get(_same_row(one))) if one.why is not None and known else one for one in entries
    )


def _same_row(entry: ReturnEntry) -> tuple[str | None, ...]:
    return (entry.status.value, entry.place, entry.element, entry.field, entry.before, entry.after)


def _proposal_id(report: WordReturn, entry: ReturnEntry) -> str:
    return short_id("x", report.id, entry.number, length=20)
