from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from pipeline.domain import Role
from pipeline.errors import NotAllowedError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.ordering import Ordering
from pipeline.store import Store
from tests.databases import AT


@dataclass
class Works:
    """What does the work, and notes what it was asked for."""

    asked: list[Any] = field(default_factory=list)

    def draft_upload(self, name: str, content: bytes, progress: Any, *, outline_first: bool = False) -> str:
        self.asked.append((name, content, outline_first))
        return "m-1"

    def pause(self, batch_id: str, reason: str | None = None) -> bool:
        self.asked.append(("pause", batch_id))
        return True

    def resume(self, batch_id: str, *, budget_usd: float | None = None) -> bool:
        if budget_usd is not None:
            raise UsageError("budget", why="nobody knows the price", mend="name one")
        self.asked.append(("resume", batch_id))
        return True

    def cancel(self, batch_id: str) -> int:
        self.asked.append(("cancel", batch_id))
        return 3

    def retry(self, batch_id: str) -> int:
        self.asked.append(("retry", batch_id))
        return 2

    def start(self) -> int:
        self.asked.append("start")
        return 4711


def now() -> datetime:
    return AT


@pytest.fixture
def works() -> Works:
    return Works()


@pytest.fixture
def ordering(store: Store, works: Works) -> Ordering:
    roles = {"Ada": Role.DESIGNER, "Vera": Role.VIEWER, "Sam": Role.SME}
    return Ordering(Acting(store, now, role_of=roles.get), drafting=works, backlogs=works, hiring=works)


def all_of_it(ordering: Ordering, by: str) -> list[Any]:
    return [
        lambda: ordering.draft_upload("a.md", b"# A", lambda *_: None, by=by, outline_first=True),
        lambda: ordering.pause("b-1", by=by), lambda: ordering.resume("b-1", by=by),
        lambda: ordering.cancel("b-1", by=by), lambda: ordering.retry("b-1", by=by),
        lambda: ordering.start_worker("b-1", by=by),
    ]


@pytest.mark.parametrize("by", ["Vera", "Sam", "Eve"])
def test_nothing_is_done_for_who_may_not_order_it(ordering: Ordering, works: Works, store: Store, by: str) -> None:
    assert not ordering.may(by)
    for order in all_of_it(ordering, by):
        with pytest.raises(NotAllowedError):
            order()
    assert works.asked == []
    assert store.audit.of() == ()


def test_what_is_ordered_is_done_and_stands_in_the_trail(ordering: Ordering, works: Works, store: Store) -> None:
    assert ordering.may("Ada")
    came = [order() for order in all_of_it(ordering, "Ada")]
    assert came == ["m-1", True, True, 3, 2, 4711]
    assert works.asked[0] == ("a.md", b"# A", True)
    assert works.asked[1:] == [("pause", "b-1"), ("resume", "b-1"), ("cancel", "b-1"), ("retry", "b-1"), "start"]
    upload, *batches = store.audit.of()
    assert (upload.action, upload.module, upload.by, upload.role) == ("upload", "m-1", "Ada", Role.DESIGNER)
    assert [one.detail["verb"] for one in batches] == ["pause", "resume", "cancel", "retry", "start_worker"]
    assert store.audit.walk().broken is None


def test_what_failed_stands_in_no_trail(ordering: Ordering, store: Store) -> None:
    with pytest.raises(UsageError):
        ordering.resume("b-1", by="Ada", budget_usd=2.0)
    assert store.audit.of() == ()
