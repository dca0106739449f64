"""Questions to SMEs and their answers: requests with the statements that were sent, and a log of what was said.

An answer, the comment that its correction becomes, and the entry of the trail are kept together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, insert, select, update

from pipeline.domain import (
    ELEMENT_TYPES,
    AskedStatement,
    Channel,
    Comment,
    CommentKind,
    FactAnswer,
    FactRequest,
    FactVerdict,
)
from pipeline.ids import short_id
from pipeline.store.audit import Act, Told, append, append_each
from pipeline.store.comments import insert_comment
from pipeline.store.database import Database
from pipeline.store.fact_fold import FactsSaid, answer_from, fact_hash, facts_said
from pipeline.store.review_schema import COMMENTS, FACT_ANSWERS, FACT_REQUESTS
from pipeline.store.rows import ElementState, element_state, lock_module
from pipeline.store.schema import ELEMENTS, MODULES, REVISIONS
from pipeline.store.summaries import no_such_module, titles_of

Look = Callable[[ElementState | None], None]
"""Looks at the element inside the transaction that is about to record an answer on it; raises to stop it."""


@dataclass(frozen=True)
class Correction:
    """What an answer leaves in the thread of comments that it belongs to."""

    thread: str
    """Id of the thread's first comment, made where it is not there yet."""
    text: str
    keeps_open: bool
    """False: the person took back what was said before, which closes the thread; nothing is said in a new one."""
    field: str | None = None
    """The field that a new thread is about; None for the element."""


class AnswersCame(NamedTuple):
    """What has come in by a request."""

    elements: int
    """How many of its elements have an answer."""
    last: datetime
    """When the latest answer came."""


@dataclass(frozen=True)
class Sheet:
    """A request as its SME meets it, read in one look."""

    request: FactRequest
    title: str
    """Of the module."""
    language: str
    answers: tuple[FactAnswer, ...]
    """That came by this request, oldest first."""
    present: dict[str, str]
    """Element id → hash of its facts as they stand now; without those that are no longer in the module."""

    @property
    def is_answered(self) -> bool:
        """Whether every statement has an answer."""
        return {one.element for one in self.request.statements} <= {one.element for one in self.answers}


class Facts:
    """What SMEs were asked and what they said."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Asking

    def add_request(self, request: FactRequest, *, act: Act) -> None:
        """Records what is sent; raises UsageError where there is no such module."""
        with self._database.write() as connection:
            if lock_module(connection, request.module) is None:
                raise no_such_module(request.module, titles_of(connection))
            row = {**dict(request), "channel": request.channel.value}
            connection.execute(
                insert(FACT_REQUESTS).values({**row, "statements": [one.dump() for one in request.statements]})
            )
            append(
                connection, act, "ask", at=request.at, module=request.module,
                detail={
                    "request": request.id, "to": request.email or request.to, "expires": request.expires.isoformat(),
                    "statements": [[one.element, one.revision, one.fact_hash] for one in request.statements],
                },
            )

    def request(self, request_id: str) -> FactRequest | None:
        """One request; None where there is none of that id."""
        with self._database.read() as connection:
            return _request(connection, request_id)

    def requests(self, module_id: str | None = None) -> tuple[FactRequest, ...]:
        """What was asked about a module, or about all, newest first."""
        query = select(FACT_REQUESTS).order_by(FACT_REQUESTS.c.at.desc(), FACT_REQUESTS.c.id)
        if module_id is not None:
            query = query.where(FACT_REQUESTS.c.module == module_id)
        with self._database.read() as connection:
            return tuple(_request_from(row) for row in connection.execute(query))

    def revoke(self, request_id: str, *, act: Act, at: datetime) -> FactRequest | None:
        """The request with its link taken back, once; None where there is none of that id."""
        return self._close(request_id, {"revoked_by": act.by, "revoked_at": at}, "revoke", act=act, at=at)

    def finish(self, request_id: str, *, act: Act, at: datetime) -> FactRequest | None:
        """The request with the SME's "I am done"; answers may still be changed while the link holds."""
        return self._close(request_id, {"done_at": at}, "answers_done", act=act, at=at)

    def _close(
        self, request_id: str, values: dict[str, Any], action: str, *, act: Act, at: datetime
    ) -> FactRequest | None:
        when = "revoked_at" if "revoked_at" in values else "done_at"
        with self._database.write() as connection:
            request = _request(connection, request_id, is_held=True)
            if request is None or getattr(request, when) is not None:
                return request
            return _closed(connection, request, values, action, act=act, at=at)

    # Answering

    def said(self, module_id: str, element_id: str | None = None) -> FactsSaid:
        """What was said about a module, or about one element of it."""
        with self._database.read() as connection:
            return facts_said(connection, module_id, element_id)

    def given_by(self, module_id: str, person: str, *, at_most: int) -> tuple[FactAnswer, ...]:
        """The person's latest answers on the review screen that still stand, newest first."""
        log, gone = FACT_ANSWERS.c, FACT_ANSWERS.alias()
        is_gone = select(gone.c.number).where(
            gone.c.module == module_id, gone.c.about == log.number, gone.c.verdict == FactVerdict.DISMISSED.value
        )
        query = (
            select(FACT_ANSWERS)
            .where(
                log.module == module_id, log.by == person, log.channel == Channel.APP.value, log.declared_by.is_(None),
                log.verdict != FactVerdict.DISMISSED.value, ~is_gone.exists(),
            )
            .order_by(log.number.desc())
            .limit(at_most)
        )
        with self._database.read() as connection:
            return tuple(answer_from(row) for row in connection.execute(query))

    def sheet(self, request_id: str) -> Sheet | None:
        """A request with all that its page shows; None where there is none of that id."""
        with self._database.read() as connection:
            request = _request(connection, request_id)
            return None if request is None else _sheet(connection, request)

    def answered(self, module_id: str | None = None) -> dict[str, AnswersCame]:
        """Request id → what came by it, of a module's requests or of all; those without an answer are missing."""
        query = (
            select(FACT_ANSWERS.c.request, func.count(FACT_ANSWERS.c.element.distinct()), func.max(FACT_ANSWERS.c.at))
            .where(FACT_ANSWERS.c.request.is_not(None), FACT_ANSWERS.c.verdict != FactVerdict.DISMISSED.value)
            .group_by(FACT_ANSWERS.c.request)
        )
        if module_id is not None:
            query = query.where(FACT_ANSWERS.c.module == module_id)
        with self._database.read() as connection:
            return {row[0]: AnswersCame(row[1], row[2]) for row in connection.execute(query)}

    def record(
        self,
        answers: Sequence[FactAnswer],
        *,
        act: Act,
        corrections: Sequence[Correction | None] = (),
        look: Look | None = None,
        action: str = "answer",
    ) -> tuple[FactAnswer, ...]:
        """Appends answers on one module, with their numbers; `look` sees each element first and may raise.

        `corrections` are what the answers of the same position leave among the comments.
        """
        if not answers:
            return ()
        with self._database.write() as connection:
            return _recorded(connection, answers, corrections, act, look=look, action=action)

    def record_sheet(
        self,
        request_id: str,
        answers: Sequence[FactAnswer],
        *,
        act: Act,
        corrections: Sequence[Correction | None],
        is_done: bool,
        at: datetime,
    ) -> tuple[int, Sheet]:
        """Appends what a page brought, and that its SME is done where told so or where nothing is left to answer.

        In one transaction; nothing is appended where the link was taken back meanwhile. How many answers are new, and
        the sheet after it.
        """
        with self._database.write() as connection:
            request = _request(connection, request_id, is_held=True)
            assert request is not None  # requests are never taken away
            if request.revoked_at is not None:
                return 0, _sheet(connection, request)
            made = _recorded(connection, answers, corrections, act) if answers else ()
            sheet = _sheet(connection, request)
            if request.done_at is None and (is_done or sheet.is_answered):
                request = _closed(connection, request, {"done_at": at}, "answers_done", act=act, at=at)
                sheet = replace(sheet, request=request)
            return len(made), sheet


def _recorded(
    connection: Connection,
    answers: Sequence[FactAnswer],
    corrections: Sequence[Correction | None],
    act: Act,
    *,
    look: Look | None = None,
    action: str = "answer",
) -> tuple[FactAnswer, ...]:
    module = answers[0].module
    if lock_module(connection, module) is None:
        raise no_such_module(module, titles_of(connection))
    last = connection.execute(select(func.max(FACT_ANSWERS.c.number)).where(FACT_ANSWERS.c.module == module)).scalar()
    made = []
    for number, answer in enumerate(answers, (last or 0) + 1):
        if look is not None:
            look(element_state(connection, module, answer.element))
        made.append(answer.model_copy(update={"number": number}))
    rows = [{**dict(one), "verdict": one.verdict.value, "channel": one.channel.value} for one in made]
    connection.execute(insert(FACT_ANSWERS), rows)
    for answer, correction in zip(made, corrections, strict=False):
        if correction is not None:
            _comment(connection, answer, correction, act)
    append_each(
        connection, act,
        [
            Told(action, one.at, module=module, element=one.element, to_revision=one.revision, detail=_detail(one, act))
            for one in made
        ],
    )
    return tuple(made)


def _closed(
    connection: Connection, request: FactRequest, values: dict[str, Any], action: str, *, act: Act, at: datetime
) -> FactRequest:
    connection.execute(update(FACT_REQUESTS).where(FACT_REQUESTS.c.id == request.id).values(**values))
    append(connection, act, action, at=at, module=request.module, detail={"request": request.id})
    return request.changed(**values)


def _sheet(connection: Connection, request: FactRequest) -> Sheet:
    module = connection.execute(select(MODULES.c.title, MODULES.c.summary).where(MODULES.c.id == request.module)).one()
    return Sheet(
        request=request, title=module.title, language=module.summary["language"],
        answers=_answers_to(connection, request), present=_present(connection, request),
    )


def _detail(answer: FactAnswer, act: Act) -> dict[str, Any]:
    told = {
        "verdict": answer.verdict.value, "fact_hash": answer.fact_hash, "correction": answer.correction,
        "request": answer.request, "about": answer.about, "reason": answer.reason,
        "by": answer.by if answer.by != act.by else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _comment(connection: Connection, answer: FactAnswer, correction: Correction, act: Act) -> None:
    """Says the correction in its thread: opens it, adds to it and opens it again, or closes it."""
    first = connection.execute(
        select(COMMENTS.c.id).where(COMMENTS.c.id == correction.thread)
    ).first()
    if first is None and not correction.keeps_open:
        return
    comment = Comment(
        id=correction.thread if first is None else short_id("c", correction.thread, answer.number, length=20),
        module=answer.module, element=answer.element, revision=answer.revision, kind=CommentKind.FACT,
        field=correction.field if first is None else None, text=correction.text, by=answer.by, at=answer.at,
        channel=answer.channel, thread=correction.thread,
    )
    if first is not None:
        closed: dict[str, Any] = {"resolved_by": None, "resolved_at": None}
        if not correction.keeps_open:
            closed = {"resolved_by": answer.by, "resolved_at": answer.at}
        connection.execute(update(COMMENTS).where(COMMENTS.c.id == correction.thread).values(**closed))
    insert_comment(connection, comment, act, closes=None if first is None else not correction.keeps_open)


def _present(connection: Connection, request: FactRequest) -> dict[str, str]:
    asked = {one.element for one in request.statements}
    rows = connection.execute(
        select(ELEMENTS.c.element, ELEMENTS.c.kind, REVISIONS.c.content)
        .join_from(ELEMENTS, REVISIONS)
        .where(
            ELEMENTS.c.module == request.module, ELEMENTS.c.element.in_(asked), ELEMENTS.c.is_placed,
            REVISIONS.c.number == ELEMENTS.c.latest,
        )
    )
    return {row.element: fact_hash(ELEMENT_TYPES[row.kind].model_validate(row.content)) for row in rows}


def _answers_to(connection: Connection, request: FactRequest) -> tuple[FactAnswer, ...]:
    query = (
        select(FACT_ANSWERS)
        .where(FACT_ANSWERS.c.module == request.module, FACT_ANSWERS.c.request == request.id)
        .order_by(FACT_ANSWERS.c.number)
    )
    return tuple(answer_from(row) for row in connection.execute(query))


def _request(connection: Connection, request_id: str, *, is_held: bool = False) -> FactRequest | None:
    query = select(FACT_REQUESTS).where(FACT_REQUESTS.c.id == request_id)
    row = connection.execute(query.with_for_update() if is_held else query).first()
    return None if row is None else _request_from(row)


def _request_from(row: Row[Any]) -> FactRequest:
    statements = tuple(AskedStatement.model_validate(one) for one in row.statements)
    return FactRequest(**{**row._asdict(), "statements": statements, "channel": Channel(row.channel)})
