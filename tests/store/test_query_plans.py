"""What is asked again and again reads as much of a long backlog as it needs: on SQLite, which tells how it goes about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event

from pipeline.store import Store, Workspace
from tests.store.backlogs import Backlog, an_entry, here

SORTS = "TEMP B-TREE"
READS_ALL = "SCAN conversions"


class Plans:
    """How the database goes about every statement on conversions from here on."""

    def __init__(self, store: Store) -> None:
        self.steps: list[str] = []
        self._engine = store.database._engine
        self._is_asking = False
        event.listen(self._engine, "before_cursor_execute", self._asked)

    def _asked(self, connection: Connection, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if self._is_asking or not statement.startswith("SELECT") or "conversions" not in statement:
            return
        self._is_asking = True
        found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        self.steps += [row[3] for row in found]
        self._is_asking = False

    def close(self) -> None:
        event.remove(self._engine, "before_cursor_execute", self._asked)


@pytest.fixture
def backlog(workspace: Workspace, ready_file: bytes) -> Iterator[Backlog]:
    workspace.database_file.write_bytes(ready_file)
    with Store.open(workspace) as store:
        backlog = Backlog(store)
        backlog.batch(documents=20)
        yield backlog


@pytest.fixture
def plans(backlog: Backlog) -> Iterator[Plans]:
    backlog.joined(here())
    plans = Plans(backlog.store)
    yield plans
    plans.close()


def is_short(plans: Plans) -> bool:
    return bool(plans.steps) and not [step for step in plans.steps if SORTS in step or READS_ALL in step]


def test_taking_up_the_next_documents_sorts_none_of_those_that_wait(backlog: Backlog, plans: Plans) -> None:
    assert len(backlog.claimed(room=4, busy=1)) == 4
    assert [step for step in plans.steps if SORTS in step and "ORDER BY" in step] == []


def test_ending_a_document_looks_at_no_other(backlog: Backlog, plans: Plans) -> None:
    (one,) = backlog.claimed()
    plans.steps.clear()
    assert backlog.finished(one)
    assert is_short(plans), plans.steps


def test_a_page_of_documents_is_read_in_order(backlog: Backlog, plans: Plans) -> None:
    batch = backlog.store.batches.get().id
    assert len(backlog.store.figures.conversions(batch, first=5, most=5)) == 5
    assert is_short(plans), plans.steps


def test_adding_a_file_reads_no_other_of_the_batch(backlog: Backlog, plans: Plans) -> None:
    backlog.store.batches.add(backlog.store.batches.get().id, [an_entry("late.md")])
    assert is_short(plans), plans.steps
    assert any("ix_conversions_batch_number" in step for step in plans.steps), plans.steps
