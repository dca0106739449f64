"""The page behind an SME's link: what it shows, and what becomes of the answers that come back.

In: the token of a link, and what was ticked and typed. Out: the sheet as it stands. An answer is recorded for the text
that was sent, whatever the module says by then; looking changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain import AskedStatement, Channel, FactAnswer, FactRequest, FactVerdict, Role
from pipeline.errors import UsageError
from pipeline.library.strings import strings_for
from pipeline.review.acting import Acting
from pipeline.review.corrections import CORRECTION_CHARS, correction_of
from pipeline.review.fact_links import KEY, request_in
from pipeline.store.audit import Act
from pipeline.store.facts import Sheet


class LinkState(StrEnum):
    """Whether a link may be answered by."""

    OPEN = "open"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True)
class SheetStatement:
    """One statement on the page."""

    asked: AskedStatement
    answer: FactAnswer | None
    """The latest that came by this link."""
    is_changed: bool
    """Whether the module says something else by now."""
    is_gone: bool
    """Whether the module has no such element any more."""


@dataclass(frozen=True)
class FactSheet:
    """A request as its SME meets it."""

    state: LinkState
    request: FactRequest
    title: str
    language: str
    asked_by: str
    """Name of who asks."""
    statements: tuple[SheetStatement, ...]

    @property
    def answered(self) -> int:
        """Statements that have an answer."""
        return sum(one.answer is not None for one in self.statements)

    def given(self, verdict: FactVerdict) -> int:
        """Statements with that answer."""
        return sum(one.answer is not None and one.answer.verdict is verdict for one in self.statements)


@dataclass(frozen=True)
class Given:
    """What the SME ticked and typed about one statement."""

    verdict: FactVerdict
    correction: str = ""


@dataclass(frozen=True)
class Saved:
    """What a sending of the page brought."""

    sheet: FactSheet
    """After it."""
    recorded: int
    """Answers that are new."""


class FactSheets:
    """The pages behind links. Safe to share between threads."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._store = acting.store

    def request_of(self, token: str) -> str | None:
        """The id of the request that the token was signed for, without a look at the request; None for any other."""
        return request_in(token, self._store.keys.get(KEY))

    def open(self, token: str) -> FactSheet | None:
        """The sheet as it stands; None where the token was not made here."""
        request_id = self.request_of(token)
        found = None if request_id is None else self._store.facts.sheet(request_id)
        return None if found is None else self._shown(found)

    def save(self, token: str, given: Mapping[str, Given], *, is_done: bool) -> Saved | None:
        """Records what is new among the answers (statement id → answer), and that the SME is done where told so or
        where nothing is left to answer; None for a token not made here, and nothing recorded where the link has ended.

        Raises UsageError where a correction is too long; then nothing is recorded.
        """
        sheet = self.open(token)
        if sheet is None:
            return None
        if sheet.state is not LinkState.OPEN:
            return Saved(sheet, 0)
        request = sheet.request
        person = request.email or request.to
        act = Act(by=person, role=Role.SME, channel=Channel.LINK)
        say, now = strings_for(sheet.language), self._acting.clock()
        answers, notes = [], []
        for one in sheet.statements:
            told = given.get(one.asked.id)
            if told is None:
                continue
            words = told.correction.strip()
            if len(words) > CORRECTION_CHARS:
                raise UsageError("correction", why=say.say("sme_too_long", n=CORRECTION_CHARS), mend="shorten it")
            before = one.answer
            if before is not None and (before.verdict, before.correction or "") == (told.verdict, words):
                continue
            answer = FactAnswer(
                module=request.module, element=one.asked.element, revision=one.asked.revision,
                fact_hash=one.asked.fact_hash, verdict=told.verdict, correction=words or None, by=person, at=now,
                channel=Channel.LINK, request=request.id,
            )
            answers.append(answer)
            notes.append(correction_of(answer, before=before, strings=say))
        if not answers and not is_done:
            return Saved(sheet, 0)
        recorded, after = self._store.facts.record_sheet(
            request.id, answers, act=act, corrections=notes, is_done=is_done, at=now
        )
        return Saved(self._shown(after), recorded)

    def _shown(self, sheet: Sheet) -> FactSheet:
        request, latest = sheet.request, {answer.element: answer for answer in sheet.answers}
        state = LinkState.OPEN
        if self._acting.clock() >= request.expires:
            state = LinkState.EXPIRED
        if request.revoked_at is not None:
            state = LinkState.REVOKED
        asker = self._store.members.get(request.by)
        return FactSheet(
            state=state, request=request, title=sheet.title, language=sheet.language,
            asked_by=request.by if asker is None else asker.name,
            statements=tuple(
                SheetStatement(
                    asked=one, answer=latest.get(one.element),
                    is_changed=sheet.present.get(one.element, one.fact_hash) != one.fact_hash,
                    is_gone=one.element not in sheet.present,
                )
                for one in request.statements
            ),
        )
