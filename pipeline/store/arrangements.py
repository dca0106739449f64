"""Changes of which elements a module has and where they stand: split, merged, moved, and taken back.

In: an arrangement worked out on a module as it was loaded. It is saved whole, or not at all where the module has
changed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from pipeline.domain import Author, AuthorKind, DecisionKind, Element, Finding, ReviewDecision
from pipeline.store.audit import Act
from pipeline.store.database import Database
from pipeline.store.drafts import insert_frame
from pipeline.store.fact_fold import facts_said
from pipeline.store.frames import Frame
from pipeline.store.modules import Guard
from pipeline.store.rows import (
    count_change,
    decisions_of,
    element_of,
    element_state,
    insert_decision,
    insert_elements,
    insert_revision,
    lock_module,
    new_revision,
    next_decision,
    replace_findings,
)
from pipeline.store.schema import ELEMENTS, FRAMES, REVISIONS

ARRANGED_FIELDS = ("objectives", "lessons", "items", "scenarios", "resources")
"""The fields of a frame that say where elements stand."""


@dataclass(frozen=True)
class Arrangement:
    """What is to stand afterwards."""

    frame: Frame
    about: tuple[tuple[str, DecisionKind, int | None], ...]
    """The decisions it comes with: element, kind, number of what it takes back."""
    reason: str | None = None
    new: tuple[Element, ...] = ()
    revised: tuple[Element, ...] = ()
    gone: tuple[str, ...] = ()
    """Elements that lose their place; their revisions stay."""
    back: tuple[str, ...] = ()
    """Elements that get their place again."""


class Arrangements:
    """The frames of the modules of a workspace, as far as people change the order in them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def frame(self, module_id: str, number: int) -> Frame:
        """A frame that was ever saved."""
        with self._database.read() as connection:
            content = connection.execute(
                select(FRAMES.c.content).where(FRAMES.c.module == module_id, FRAMES.c.number == number)
            ).scalar_one()
        return Frame.model_validate(content)

    def ids(self, module_id: str) -> frozenset[str]:
        """Ids of all elements a module ever had."""
        with self._database.read() as connection:
            return frozenset(
                connection.execute(select(ELEMENTS.c.element).where(ELEMENTS.c.module == module_id)).scalars()
            )

    def element(self, module_id: str, element_id: str) -> Element:
        """The latest revision of an element that may have no place, with its status and waivers."""
        with self._database.read() as connection:
            row = connection.execute(
                select(ELEMENTS.c.kind, REVISIONS)
                .join_from(ELEMENTS, REVISIONS)
                .where(
                    ELEMENTS.c.module == module_id, ELEMENTS.c.element == element_id,
                    REVISIONS.c.number == ELEMENTS.c.latest,
                )
            ).one()
            return element_of(
                row.kind, row.content, decisions_of(connection, module_id, element_id), row.number, row.content_hash,
                said=facts_said(connection, module_id, element_id),
            )

    def save(
        self,
        module_id: str,
        arrangement: Arrangement,
        *,
        on: int,
        act: Act,
        at: datetime,
        findings: Iterable[Finding],
        guard: Guard,
    ) -> tuple[ReviewDecision, ...]:
        """Saves the arrangement with its decisions; nothing, where the module's revision is not `on` any more.

        `guard` is asked about every element that has a place and a decision comes with.
        """
        author = Author(kind=AuthorKind.PERSON, name=act.by)
        with self._database.write() as connection:
            row = lock_module(connection, module_id)
            if row is None or row.revision != on:
                return ()
            for element_id, _, _ in arrangement.about:
                state = element_state(connection, module_id, element_id)
                if state is not None:
                    guard(state)
            latest = _latest(connection, module_id)
            first = [new_revision(module_id, one, number=1, author=author, at=at) for one in arrangement.new]
            insert_elements(connection, first, [one.kind_name for one in arrangement.new])
            for element in arrangement.revised:
                revision = new_revision(
                    module_id, element, number=latest[element.id][0] + 1, author=author, at=at,
                    reason=arrangement.reason,
                )
                insert_revision(connection, revision, kind=element.kind_name)
            _place(connection, module_id, arrangement.gone, is_placed=False)
            _place(connection, module_id, arrangement.back, is_placed=True)
            number = row.frame + 1
            fields = arrangement.frame.differing(_frame(connection, module_id, row.frame))
            insert_frame(connection, module_id, number, arrangement.frame, changed=fields, author=author, at=at)
            count_change(connection, module_id, at)
            replace_findings(connection, module_id, findings)
            return _decide(connection, module_id, arrangement, frame=number, act=act, at=at, before=latest)


def _decide(
    connection: Connection,
    module_id: str,
    arrangement: Arrangement,
    *,
    frame: int,
    act: Act,
    at: datetime,
    before: dict[str, tuple[int, str]],
) -> tuple[ReviewDecision, ...]:
    latest = _latest(connection, module_id)
    group = next_decision(connection, module_id) if len(arrangement.about) > 1 else None
    made = []
    for element, kind, undoes in arrangement.about:
        revision, hashed = latest[element]
        decision = ReviewDecision(
            module=module_id, element=element, revision=revision, content_hash=hashed, kind=kind, by=act.by, at=at,
            reason=arrangement.reason, undoes=undoes, frame=frame, group=group,
        )
        detail = {"new": [one.id for one in arrangement.new], "gone": list(arrangement.gone)}
        made.append(
            insert_decision(
                connection, decision, act, from_revision=before.get(element, (revision, ""))[0],
                detail={name: value for name, value in detail.items() if value},
            )
        )
    return tuple(made)


def _latest(connection: Connection, module_id: str) -> dict[str, tuple[int, str]]:
    rows = connection.execute(
        select(ELEMENTS.c.element, ELEMENTS.c.latest, ELEMENTS.c.content_hash).where(ELEMENTS.c.module == module_id)
    )
    return {row.element: (row.latest, row.content_hash) for row in rows}


def _place(connection: Connection, module_id: str, elements: Sequence[str], *, is_placed: bool) -> None:
    if elements:
        connection.execute(
            update(ELEMENTS)
            .where(ELEMENTS.c.module == module_id, ELEMENTS.c.element.in_(list(elements)))
            .values(is_placed=is_placed)
        )


def _frame(connection: Connection, module_id: str, number: int) -> Frame:
    content = connection.execute(
        select(FRAMES.c.content).where(FRAMES.c.module == module_id, FRAMES.c.number == number)
    ).scalar_one()
    return Frame.model_validate(content)
