"""Word files that were sent out, and what came back of them.

A file is compared with what was sent in it and with nothing else, so that is kept. What a returned file brings
(proposals, comments, the report) is kept together or not at all; the same file again finds its report.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, insert, select, update

from pipeline.domain import Comment, FactRequest, Proposal
from pipeline.domain.word import Settlement, WordPackage, WordReturn
from pipeline.errors import UsageError
from pipeline.store.audit import Act, append
from pipeline.store.comments import insert_comment
from pipeline.store.database import Database
from pipeline.store.proposals import Proposals
from pipeline.store.review_schema import COMMENTS, FACT_REQUESTS, WORD_PACKAGES, WORD_RETURNS, WORD_SETTLEMENTS
from pipeline.store.rows import lock_module
from pipeline.store.schema import ELEMENTS, MODULES, PROPOSALS
from pipeline.store.summaries import no_such_module, titles_of


@dataclass(frozen=True)
class Brought:
    """What a returned file brings, to be kept with its report."""

    proposals: tuple[Proposal, ...] = ()
    superseded: tuple[str, ...] = ()
    comments: tuple[Comment, ...] = ()
    """Threads before their replies."""
    closed: tuple[tuple[str, str], ...] = ()
    """Threads that are there and that the file says are resolved, each with by whom."""


class Latest(NamedTuple):
    """The latest revision of an element."""

    revision: int
    content_hash: str


class WordPackages:
    """The Word files of a workspace."""

    def __init__(self, database: Database, proposals: Proposals) -> None:
        self._database = database
        self._proposals = proposals

    def add(self, package: WordPackage, request: FactRequest | None, act: Act) -> None:
        """Keeps what is sent, with the request for its SME's word; raises UsageError where there is no such module."""
        with self._database.write() as connection:
            if lock_module(connection, package.module) is None:
                raise no_such_module(package.module, titles_of(connection))
            connection.execute(
                insert(WORD_PACKAGES).values(
                    id=package.id, module=package.module, rows=package.dump(), to=package.to, by=package.by,
                    at=package.at, due=package.due,
                )
            )
            if request is not None:
                row = {**dict(request), "channel": request.channel.value}
                row["statements"] = [one.dump() for one in request.statements]
                connection.execute(insert(FACT_REQUESTS).values(**row))
            append(
                connection, act, "word_export", at=package.at, module=package.module,
                detail={
                    "package": package.id, "to": package.to,
                    "elements": {row.element: row.revision for row in package.rows},
                },
            )

    def latest(self, module_id: str) -> dict[str, Latest]:
        """The latest revision of each element in the module; raises UsageError where there is no such module."""
        query = select(ELEMENTS.c.element, ELEMENTS.c.latest, ELEMENTS.c.content_hash)
        with self._database.read() as connection:
            rows = connection.execute(query.where(ELEMENTS.c.module == module_id, ELEMENTS.c.is_placed)).all()
            if not rows and connection.execute(select(MODULES.c.id).where(MODULES.c.id == module_id)).first() is None:
                raise no_such_module(module_id, titles_of(connection))
        return {row.element: Latest(row.latest, row.content_hash) for row in rows}

    def has(self, package_id: str) -> bool:
        """Whether a file of that id was sent out."""
        with self._database.read() as connection:
            found = connection.execute(select(WORD_PACKAGES.c.id).where(WORD_PACKAGES.c.id == package_id))
            return found.first() is not None

    def get(self, package_id: str) -> WordPackage:
        """What was sent; raises UsageError where nothing of that id was."""
        with self._database.read() as connection:
            row = connection.execute(select(WORD_PACKAGES.c.rows).where(WORD_PACKAGES.c.id == package_id)).first()
        if row is None:
            raise UsageError(
                f"Word file {package_id}", why="it was not sent from this workspace",
                mend="take it in where it was sent from",
            )
        return WordPackage.model_validate(row.rows)

    def of(self, module_id: str) -> tuple[WordPackage, ...]:
        """What was sent of a module, newest first."""
        query = select(WORD_PACKAGES.c.rows).where(WORD_PACKAGES.c.module == module_id)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(WORD_PACKAGES.c.at.desc(), WORD_PACKAGES.c.id)).scalars()
            return tuple(WordPackage.model_validate(row) for row in rows)

    def returns(self, module_id: str) -> tuple[WordReturn, ...]:
        """What came back of a module, newest first."""
        query = (
            select(WORD_RETURNS.c.report).join_from(WORD_RETURNS, WORD_PACKAGES)
            .where(WORD_PACKAGES.c.module == module_id).order_by(WORD_RETURNS.c.at.desc(), WORD_RETURNS.c.id)
        )
        with self._database.read() as connection:
            return tuple(_reports(connection, query))

    def returned(self, return_id: str) -> WordReturn:
        """One return; raises UsageError where there is none of that id."""
        query = select(WORD_RETURNS.c.report).where(WORD_RETURNS.c.id == return_id)
        with self._database.read() as connection:
            found = _reports(connection, query)
        if not found:
            raise UsageError(f"return {return_id!r}", why="there is none", mend="take the file in again")
        return found[0]

    def with_bytes(self, sha256: str) -> WordReturn | None:
        """What was made of a file with that SHA-256; None where it never came in."""
        with self._database.read() as connection:
            return next(iter(_reports(connection, _same_bytes(sha256))), None)

    def record(self, report: WordReturn, brought: Brought, act: Act) -> WordReturn:
        """Keeps a return with what it brings; the earlier report where the same file has just come in."""
        with self._database.write() as connection:
            lock_module(connection, report.module)
            same = _reports(connection, _same_bytes(report.sha256))
            if same:
                return same[0]
            connection.execute(
                insert(WORD_RETURNS).values(
                    id=report.id, package=report.package, sha256=report.sha256, report=report.dump(), by=report.by,
                    at=report.at,
                )
            )
            self._bring(connection, brought, act, report.at)
            append(
                connection, act, "word_import", at=report.at, module=report.module,
                detail={
                    "package": report.package, "return": report.id, "sha256": report.sha256, "counts": report.counts,
                    "proposals": list(report.proposals), "comments": len(report.comments),
                },
            )
        return report

    def settle(
        self, return_id: str, numbers: Sequence[int], settlement: Settlement, made: Proposal | Comment | None, act: Act
    ) -> WordReturn:
        """The return with a person's word on those of its rows, kept together with what was made of them.

        Rows that somebody has settled meanwhile stay as they are; nothing is kept where all of them are. Raises
        UsageError where there is no such return.
        """
        query = select(WORD_RETURNS.c.report).where(WORD_RETURNS.c.id == return_id)
        module = self.returned(return_id).module
        with self._database.write() as connection:
            lock_module(connection, module)
            (report,) = _reports(connection, query)
            wanted = {one.number for one in report.entries if one.number in numbers and one.settled is None}
            if not wanted:
                return report
            if isinstance(made, Proposal):
                self._proposals.insert(connection, made, act)
            elif made is not None:
                insert_comment(connection, made, act)
            rows = [{"return": return_id, "number": one, "settlement": settlement.dump()} for one in sorted(wanted)]
            connection.execute(insert(WORD_SETTLEMENTS), rows)
            append(
                connection, act, "word_settle", at=settlement.at, module=module, element=settlement.element,
                detail={
                    "return": return_id, "rows": sorted(wanted), "how": settlement.how.value,
                    "proposal": settlement.proposal, "settled_with": settlement.comment,
                },
            )
            return _reports(connection, query)[0]

    def open_offers(self, package_id: str) -> tuple[tuple[str, str], ...]:
        """Open proposals that came with the package's files: (id, author)."""
        query = select(PROPOSALS.c.id, PROPOSALS.c.author_name).where(
            PROPOSALS.c.package == package_id, PROPOSALS.c.state == "open"
        )
        with self._database.read() as connection:
            return tuple((row.id, row.author_name) for row in connection.execute(query))

    def threads(self, ids: Sequence[str]) -> dict[str, bool]:
        """Those of the comments that are there → whether their thread is closed."""
        found: dict[str, bool] = {}
        with self._database.read() as connection:
            for start in range(0, len(ids), 500):
                query = select(COMMENTS.c.id, COMMENTS.c.resolved_at).where(COMMENTS.c.id.in_(ids[start : start + 500]))
                found |= {row.id: row.resolved_at is not None for row in connection.execute(query)}
        return found

    def _bring(self, connection: Connection, brought: Brought, act: Act, at: datetime) -> None:
        self._proposals.supersede_within(connection, brought.superseded, act=act, at=at)
        for proposal in brought.proposals:
            self._proposals.insert(connection, proposal, act)
        for comment in brought.comments:
            insert_comment(connection, comment, act)
        for thread, by in brought.closed:
            closed = connection.execute(
                update(COMMENTS).where(COMMENTS.c.id == thread, COMMENTS.c.resolved_at.is_(None)).values(
                    resolved_by=by, resolved_at=at
                )
            )
            if closed.rowcount:
                append(connection, act, "resolve", at=at, detail={"thread": thread, "by": by})


def _same_bytes(sha256: str) -> Select[tuple[Any]]:
    return select(WORD_RETURNS.c.report).where(WORD_RETURNS.c.sha256 == sha256).order_by(WORD_RETURNS.c.at)


def _reports(connection: Connection, query: Select[tuple[Any]]) -> list[WordReturn]:
    """The returns that the query finds, each entry with what a person has made of it since."""
    found = [WordReturn.model_validate(row) for row in connection.execute(query).scalars()]
    settled: dict[str, dict[int, Settlement]] = defaultdict(dict)
    ids = [one.id for one in found]
    for start in range(0, len(ids), 500):
        rows = connection.execute(
            select(WORD_SETTLEMENTS).where(WORD_SETTLEMENTS.c["return"].in_(ids[start : start + 500]))
        )
        for name, number, settlement in rows:
            settled[name][number] = Settlement.model_validate(settlement)
    return [_with(one, settled[one.id]) if one.id in settled else one for one in found]


def _with(report: WordReturn, settled: dict[int, Settlement]) -> WordReturn:
    entries = (
        one.changed(settled=settled[one.number]) if one.number in settled else one for one in report.entries
    )
    return report.changed(entries=tuple(entries))
