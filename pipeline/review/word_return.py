"""Word files to SMEs and back: export, taking in what came back, and what a person has to confirm.

In: a module to send, a file that came back. Out: the file's bytes; a report, with proposals, comments and answers kept
in the store. Nothing is applied by itself: a designer accepts a proposal, or declines it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline.domain import (
    ELEMENT_TYPES,
    Channel,
    Comment,
    Element,
    FactAnswer,
    FactVerdict,
    Module,
)
from pipeline.domain.word import (
    ReadWordFile,
    ReturnedVerdict,
    WordPackage,
    WordReturn,
    WordRow,
)
from pipeline.errors import ReviewError, SourceError, UsageError
from pipeline.ids import fingerprint, short_id
from pipeline.library.strings import Strings, strings_for
from pipeline.review.acting import Acting
from pipeline.review.answerers import Names
from pipeline.review.corrections import correction_of
from pipeline.review.permissions import Verb
from pipeline.review.word_export import chosen, file_name, new_code, outgoing, request_for
from pipeline.review.word_file import ReadReturned, check_size
from pipeline.review.word_report import Drawing, Drawn
from pipeline.review.word_settling import NOBODY, Settling, settled_before
from pipeline.roundtrip.word_match import codes_in
from pipeline.roundtrip.word_write import write_word
from pipeline.scratch import scratch_folder
from pipeline.store.audit import Act
from pipeline.store.fact_fold import fact_hash
from pipeline.store.facts import Correction
from pipeline.store.word_packages import Brought

_PACKAGE_ID = re.compile(r"w-[a-z0-9]{8}\Z")
_NO_EDITOR = "sme2module"


@dataclass(frozen=True)
class SentWord:
    """A Word file, ready to be sent."""

    name: str
    content: bytes
    package: WordPackage


@dataclass(frozen=True)
class TakenIn:
    """What was made of a returned file."""

    report: WordReturn
    is_again: bool
    """The very same file was taken in before: nothing was changed now."""


@dataclass(frozen=True)
class _Came:
    """A file that came back, and how."""

    package: WordPackage
    file: ReadWordFile
    name: str
    sha256: str
    author: str
    """Whose words those are that carry no name."""
    act: Act
    at: datetime


class WordFiles:
    """Word files out and back. Safe to share between threads."""

    def __init__(self, acting: Acting, *, read: ReadReturned, code: Callable[[], str] = new_code) -> None:
        self._acting, self._store = acting, acting.store
        self._read, self._code = read, code
        self.settling = Settling(acting)
        """The rows that wait for a person."""

    # Out

    def export(
        self,
        module_id: str,
        *,
        by: str,
        to: str | None = None,
        elements: Sequence[str] | None = None,
        due: datetime | None = None,
        channel: Channel = Channel.APP,
    ) -> SentWord:
        """A Word file with the elements, or all that are not rejected, for the SME of that name to work in.

        Where somebody is named, their word on the facts counts as asked for. Raises UsageError for an unknown element
        and a due date that has passed, ReviewError where there is nothing to send.
        """
        act = self._acting.act(by, Verb.ASK, f"sending {module_id} out as a Word file", channel=channel)
        now = self._acting.clock()
        if due is not None and due <= now:
            raise UsageError(f"due date {due:%Y-%m-%d}", why="it has passed", mend="choose a later day")
        name = " ".join((to or "").split()) or None
        module, revisions = self._as_it_stands(module_id)
        picked = [(one, revisions[one.id]) for one in chosen(module, elements)]
        documents = {source.id: self._store.sources.document(source.id) for source in module.sources}
        code = self._code()
        while self._store.word.has(f"w-{code}"):
            code = self._code()
        written = write_word(
            outgoing(picked, module, documents), code=code, module=module.id, title=module.title,
            language=module.language, to=name, by=act.by, at=now, due=due,
        )
        self._store.word.add(written.package, request_for(written.package, picked, documents), act)
        return SentWord(file_name(module, written.package), written.content, written.package)

    def sent(self, module_id: str) -> tuple[WordPackage, ...]:
        """What was sent of a module, newest first."""
        return self._store.word.of(module_id)

    # Back

    def take_in(
        self,
        path: Path,
        *,
        by: str,
        name: str | None = None,
        sender: str | None = None,
        recover: bool = False,
        channel: Channel = Channel.APP,
    ) -> TakenIn:
        """What the file brings, kept: proposals, comments, answers, and the report.

        Args:
            path: The file as it came back.
            by: Who takes it in.
            name: What to call the file.
            sender: Whose words those are that carry no name; else who saved the file last, or who it was sent to.
            recover: Whether to read what can be read of a damaged file.
            channel: How it was handed over.

        Raises:
            SourceError: It cannot be read.
            ReviewError: It is none of the files that were sent from this workspace.

        """
        shown = name or path.name
        act = self._acting.act(by, Verb.ASK, f"taking in {shown}", channel=channel)
        if path.is_file():
            check_size(path)
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            known = self._store.word.with_bytes(sha256)
            if known is not None:
                return TakenIn(known, is_again=True)
        file = self._read(path, recover)
        package = self._package_of(file, shown)
        said = " ".join((sender or self._editor(file) or package.to or NOBODY).split())
        author = Names(self._store, package.module).of(said)
        latest = self._store.word.latest(package.module)
        now = self._acting.clock()
        drawn = Drawing(
            package, file, name=shown, sender=author, base=self._base_of(package),
            now_there={element: one.content_hash for element, one in latest.items()}, at=now,
        ).draw()
        came = _Came(package, file, shown, sha256, author, act, now)
        return self._keep(came, drawn, self._answer(came, drawn))

    def take_in_upload(
        self, name: str, content: bytes, *, by: str, sender: str | None = None, recover: bool = False
    ) -> TakenIn:
        """The same for a file that came by the browser, under whatever name."""
        shown = name.replace("\\", "/").rpartition("/")[2] or "the file"
        with scratch_folder() as folder:
            path = Path(folder) / "returned"
            path.write_bytes(content)
            try:
                return self.take_in(path, by=by, name=shown, sender=sender, recover=recover)
            except SourceError as error:
                raise type(error)(shown, why=error.why, mend=error.mend, code=error.code) from error

    def returns(self, module_id: str) -> tuple[WordReturn, ...]:
        """What came back of a module, newest first."""
        return self._store.word.returns(module_id)

    # How

    def _as_it_stands(self, module_id: str) -> tuple[Module, dict[str, int]]:
        """The module and the number of each element's revision, of one moment."""
        while True:
            latest = self._store.word.latest(module_id)
            module = self._store.modules.load(module_id)
            stands = {element.id: fingerprint(element.content()) for element in module.elements()}
            if all(one in latest and latest[one].content_hash == hashed for one, hashed in stands.items()):
                return module, {one: latest[one].revision for one in stands}

    def _package_of(self, file: ReadWordFile, shown: str) -> WordPackage:
        """The package that the file was; by its own word where rows bear it out, else by most of its rows."""
        codes = codes_in(file)
        named = sorted((f"w-{code}" for code in codes), key=lambda one: -codes[one.removeprefix("w-")])
        if file.package and _PACKAGE_ID.match(file.package):
            named = sorted({file.package, *named}, key=lambda one: one != file.package)
        if not named:
            raise ReviewError(
                shown, why="it holds none of the ids that a file of ours has in its left column",
                mend="give the file that the expert sent back, with the grey numbers in it",
            )
        own = [one for one in named if self._store.word.has(one)]
        if not own:
            raise ReviewError(
                shown, why=f"it was sent from another workspace ({named[0]})",
                mend="take it in where it was sent from; --workspace DIR names a workspace",
            )
        return self._store.word.get(max(own, key=lambda one: (codes.get(one.removeprefix("w-"), 0), one == named[0])))

    @staticmethod
    def _editor(file: ReadWordFile) -> str | None:
        return None if file.last_editor in (None, _NO_EDITOR) else file.last_editor

    def _base_of(self, package: WordPackage) -> Callable[[WordRow], Element]:
        known: dict[str, Element] = {}

        def base(row: WordRow) -> Element:
            if row.element not in known:
                revisions = self._store.modules.revisions(package.module, row.element)
                content = next(one.content for one in revisions if one.number == row.revision)
                known[row.element] = ELEMENT_TYPES[row.kind].model_validate(content)
            return known[row.element]

        return base

    def _answer(self, came: _Came, drawn: Drawn) -> tuple[ReturnedVerdict, ...]:
        """Records what was ticked; what is recorded already is not recorded again."""
        package, author = came.package, came.author
        sent = {row.element: row for row in package.rows}
        base, strings = self._base_of(package), strings_for(package.language)
        said = self._store.facts.said(package.module)
        there = self._store.word.threads([one.id for one in drawn.box_remarks])
        answers, corrections, made = [], [], []
        for tick in drawn.ticks:
            is_wrong = tick.verdict is FactVerdict.WRONG
            remark = next((one for one in drawn.box_remarks if one.element == tick.element), None) if is_wrong else None
            correction = remark.text if remark is not None else None
            if tick.verdict is None or tick.why is not None:
                made.append(
                    ReturnedVerdict(
                        element=tick.element, verdict=tick.verdict or FactVerdict.UNSURE, correction=correction,
                        by=author, is_recorded=False, why=tick.why,
                    )
                )
                continue
            answer = FactAnswer(
                module=package.module, element=tick.element, revision=sent[tick.element].revision,
                fact_hash=fact_hash(base(sent[tick.element])), verdict=tick.verdict, correction=correction, by=author,
                at=came.at, channel=Channel.WORD, request=package.id if package.to else None,
            )
            made.append(
                ReturnedVerdict(
                    element=tick.element, verdict=tick.verdict, correction=correction, by=author, is_recorded=True
                )
            )
            rows = said.answers.get(tick.element, ())
            before = next((one for one in reversed(rows) if one.by == author), None)
            told = (before.verdict, before.correction, before.fact_hash) if before else None
            if told != (answer.verdict, answer.correction, answer.fact_hash):
                answers.append(answer)
                corrections.append(_note_of(answer, before, remark, there=there, strings=strings))
        kept = self._store.facts.record(answers, act=came.act, corrections=corrections)
        answered = {
            (one.element, one.correction)
            for one in (*kept, *(row for rows in said.answers.values() for row in rows))
            if one.by == author and one.correction is not None
        }
        drawn.remarks += [
            one for one in drawn.box_remarks if one.id in there or (one.element, one.text) not in answered
        ]
        return tuple(made)

    def _keep(self, came: _Came, drawn: Drawn, verdicts: tuple[ReturnedVerdict, ...]) -> TakenIn:
        package, author, now = came.package, came.author, came.at
        all_comments = (*drawn.said.comments, *{one.id: one for one in drawn.remarks}.values())
        there = self._store.word.threads([one.id for one in all_comments])
        resolved = {"resolved_by": author, "resolved_at": now}
        closes = set(drawn.said.resolved)
        new = tuple(
            one.model_copy(update=resolved) if one.id in closes else one for one in all_comments if one.id not in there
        )
        proposals = tuple(drawn.proposals)
        whose = {author.casefold(), *(one.by.name.casefold() for one in proposals)}
        kept = {one.id for one in proposals}
        superseded = tuple(
            name for name, by in self._store.word.open_offers(package.id)
            if by.casefold() in whose and name not in kept
        )
        earlier = [one for one in self._store.word.returns(package.module) if one.package == package.id]
        report = WordReturn(
            id=short_id("wr", package.id, came.sha256, length=12), package=package.id, module=package.module,
            name=came.name, sha256=came.sha256, by=came.act.by, at=now, rows=len(drawn.matching.found),
            counts={name: count for name, count in sorted(drawn.counts.items()) if count},
            entries=settled_before(drawn.entries, earlier),
            proposals=tuple(one.id for one in proposals), superseded=superseded,
            comments=tuple(one.id for one in new), known_comments=len(there), verdicts=verdicts,
            warnings=came.file.warnings,
        )
        closed = tuple((name, author) for name in closes if there.get(name) is False)
        brought = Brought(proposals=proposals, superseded=superseded, comments=new, closed=closed)
        recorded = self._store.word.record(report, brought, came.act)
        answered = {one.element for one in verdicts if one.is_recorded}
        if package.to and answered >= set(package.elements):
            self._store.facts.finish(package.id, act=came.act, at=now)
        return TakenIn(recorded, is_again=recorded.at != report.at)


def _note_of(
    answer: FactAnswer, before: FactAnswer | None, remark: Comment | None, *, there: Collection[str], strings: Strings
) -> Correction | None:
    """What the answer leaves among the comments: its words begin the person's thread at their row, unless an earlier
    version of the file brought the same words as a comment.
    """
    note = correction_of(answer, before=before, strings=strings)
    if note is None or remark is None:
        return note
    return None if remark.id in there else replace(note, field=remark.field)
