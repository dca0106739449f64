"""Releases: frozen when they are made, and only their state moves on.

What a sign-off saw is named by `Seen`; `freeze` refuses where anything of it has changed since, so that nothing slips
into a release that nobody signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from pipeline.domain import (
    Author,
    AuthorKind,
    Channel,
    Comment,
    CommentKind,
    Manifest,
    Module,
    Release,
)
from pipeline.errors import ReviewError, UsageError
from pipeline.ids import fingerprint
from pipeline.store.audit import Act, append
from pipeline.store.database import Database
from pipeline.store.review_schema import COMMENTS, FACT_ANSWERS, RELEASES
from pipeline.store.rows import lock_module
from pipeline.store.schema import DECISIONS, ELEMENTS, FINDINGS, MODULES, REVISIONS

_ORDER = ("released", "deprecated", "retired")


@dataclass(frozen=True)
class Seen:
    """How far a module and what is said of it had come when it was looked at."""

    revision: int
    frame: int
    findings: str
    """Fingerprint of what is found."""
    decisions: int
    answers: int
    comments: str
    """Fingerprint of the open threads about facts."""
    releases: int


@dataclass(frozen=True)
class LatestRevision:
    """An element's latest revision, without its text."""

    number: int
    content_hash: str
    author: Author
    prompts: Mapping[str, str]


@dataclass(frozen=True)
class Frozen:
    """A release with everything that was frozen in it."""

    release: Release
    manifest: Manifest
    content: Module


def changed_meanwhile(module_id: str) -> ReviewError:
    """The refusal of a release of a module that is not as it was looked at (code "changed")."""
    return ReviewError(
        f"releasing {module_id}", why="somebody has changed it meanwhile",
        mend="look at what is there now, then release again", code="changed",
    )


class Releases:
    """The releases of a workspace's modules."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # What a sign-off looks at

    def seen(self, module_id: str) -> Seen:
        """How far the module is now."""
        with self._database.read() as connection:
            return _seen(connection, module_id)

    def latest_revisions(self, module_id: str) -> dict[str, LatestRevision]:
        """Element id → its latest revision, of the elements that have a place."""
        query = (
            select(
                ELEMENTS.c.element, REVISIONS.c.number, REVISIONS.c.content_hash, REVISIONS.c.author_kind,
                REVISIONS.c.author_name, REVISIONS.c.prompts,
            )
            .join_from(ELEMENTS, REVISIONS)
            .where(ELEMENTS.c.module == module_id, ELEMENTS.c.is_placed, REVISIONS.c.number == ELEMENTS.c.latest)
        )
        with self._database.read() as connection:
            return {
                row.element: LatestRevision(
                    row.number, row.content_hash, Author(kind=AuthorKind(row.author_kind), name=row.author_name),
                    row.prompts,
                )
                for row in connection.execute(query)
            }

    def open_fact_threads(self, module_id: str) -> tuple[Comment, ...]:
        """The first comments of the threads about facts that nobody has closed, oldest first."""
        with self._database.read() as connection:
            return tuple(
                Comment(**{**row._asdict(), "kind": CommentKind(row.kind), "channel": Channel(row.channel)})
                for row in connection.execute(_open_threads(module_id))
            )

    # Freezing

    def freeze(self, manifest: Manifest, content: Module, *, seen: Seen, act: Act, detail: dict[str, Any]) -> Release:
        """Keeps the release; raises ReviewError (code "changed") where the module is not as it was seen any more."""
        release = Release(
            module=manifest.module,
            number=manifest.release,
            revisions={one.element: one.revision for one in manifest.elements},
            sources={one.id: one.sha256 for one in manifest.sources},
            by=manifest.by,
            at=manifest.at,
        )
        with self._database.write() as connection:
            lock_module(connection, manifest.module)
            if _seen(connection, manifest.module) != seen:
                raise changed_meanwhile(manifest.module)
            connection.execute(
                insert(RELEASES).values(**dict(release), manifest=manifest.dump(), content=content.dump())
            )
            append(
                connection, act, "release", at=manifest.at, module=manifest.module,
                detail={"release": manifest.release, "content_hash": manifest.content_hash, **detail},
            )
        return release

    def move_on(
        self, module_id: str, number: int, *, to: str, act: Act, at: datetime, reason: str | None = None
    ) -> Release:
        """Makes the release deprecated or retired; one that is so already stays as it is.

        Raises UsageError where there is none, ReviewError for a way back.
        """
        with self._database.write() as connection:
            lock_module(connection, module_id)
            release = _release(_row(connection, module_id, number))
            if release.state == to:
                return release
            if _ORDER.index(to) < _ORDER.index(release.state):
                raise ReviewError(
                    f"release {module_id}@{number}", why=f"it is {release.state} and cannot be {to} again",
                    mend="make a new release",
                )
            connection.execute(
                update(RELEASES)
                .where(RELEASES.c.module == module_id, RELEASES.c.number == number)
                .values(state=to)
            )
            append(
                connection, act, "release_state", at=at, module=module_id,
                detail={"release": number, "from": release.state, "to": to, "reason": reason},
            )
            return Release.model_validate({**dict(release), "state": to})

    # Reading

    def of(self, module_id: str) -> tuple[Release, ...]:
        """The module's releases, oldest first, without their contents."""
        with self._database.read() as connection:
            rows = connection.execute(_slim().where(RELEASES.c.module == module_id).order_by(RELEASES.c.number))
            return tuple(_release(row) for row in rows)

    def manifest(self, module_id: str, number: int) -> Manifest:
        """One release's manifest, without reading its content; raises UsageError as `read` does."""
        with self._database.read() as connection:
            _row(connection, module_id, number)
            query = select(RELEASES.c.manifest).where(RELEASES.c.module == module_id, RELEASES.c.number == number)
            return Manifest.model_validate(connection.execute(query).scalar_one())

    def read(self, module_id: str, number: int) -> Frozen:
        """One release as it was frozen; raises UsageError that names those there are."""
        with self._database.read() as connection:
            row = _row(connection, module_id, number)
            full = connection.execute(
                select(RELEASES.c.manifest, RELEASES.c.content).where(
                    RELEASES.c.module == module_id, RELEASES.c.number == number
                )
            ).one()
        manifest = Manifest.model_validate(full.manifest)
        if fingerprint(full.content) != manifest.content_hash:
            raise ReviewError(
                f"release {module_id}@{number}", why="its content is not what was signed",
                mend="restore the database from a backup, and see sme2module audit verify", code="tampered",
            )
        return Frozen(_release(row), manifest, Module.model_validate(full.content))


def _slim() -> Any:
    columns = RELEASES.c
    return select(
        columns.module, columns.number, columns.state, columns.by, columns.at, columns.revisions, columns.sources
    )


def _row(connection: Connection, module_id: str, number: int) -> Row[Any]:
    row: Row[Any] | None = connection.execute(
        _slim().where(RELEASES.c.module == module_id, RELEASES.c.number == number)
    ).first()
    if row is not None:
        return row
    there = connection.execute(
        select(RELEASES.c.number).where(RELEASES.c.module == module_id).order_by(RELEASES.c.number)
    ).scalars()
    known = ", ".join(str(one) for one in there)
    raise UsageError(
        f"release {module_id}@{number}",
        why="there is no such release" if known else "the module has no release yet",
        mend=f"known: {known}" if known else f"make one with sme2module release {module_id}",
    )


def _release(row: Row[Any]) -> Release:
    return Release(**{name: getattr(row, name) for name in Release.model_fields})


def _open_threads(module_id: str) -> Any:
    return (
        select(COMMENTS)
        .where(
            COMMENTS.c.module == module_id,
            COMMENTS.c.kind == CommentKind.FACT.value,
            COMMENTS.c.id == COMMENTS.c.thread,
            COMMENTS.c.resolved_at.is_(None),
        )
        .order_by(COMMENTS.c.at, COMMENTS.c.id)
    )


def _seen(connection: Connection, module_id: str) -> Seen:
    module = connection.execute(
        select(MODULES.c.revision, MODULES.c.frame).where(MODULES.c.id == module_id)
    ).first()
    found = connection.execute(
        select(FINDINGS.c.target, FINDINGS.c.criterion, FINDINGS.c.severity)
        .where(FINDINGS.c.module == module_id)
        .order_by(FINDINGS.c.number)
    ).all()

    def last(column: Any) -> int:
        table = column.table
        return int(connection.execute(select(func.max(column)).where(table.c.module == module_id)).scalar() or 0)

    threads = connection.execute(_open_threads(module_id)).all()
    return Seen(
        revision=module.revision if module else 0,
        frame=module.frame if module else 0,
        findings=fingerprint([list(row) for row in found]),
        decisions=last(DECISIONS.c.number),
        answers=last(FACT_ANSWERS.c.number),
        comments=fingerprint([row.id for row in threads]),
        releases=last(RELEASES.c.number),
    )
