"""Who answered is told by name, and an answer that counts no longer says by what it was superseded, and when."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain import FactVerdict, Member, QuizItem, Role
from pipeline.store import Store
from pipeline.store.audit import Act
from tests.databases import ADA, AT
from tests.review.asking import AskingDesk
from tests.review.word_desk import WordDesk
from tests.roundtrip.returned import Returned


@pytest.fixture
def desk(store: Store) -> AskingDesk:
    """A desk with a module on it."""
    return AskingDesk(store).draft()


def test_answers_are_told_by_name_and_what_superseded_them_with_its_time(desk: AskingDesk) -> None:
    _, token = desk.ask("q-1")
    desk.save(token, s1="wrong")
    desk.now = AT + timedelta(hours=1)
    desk.save(token, s1="correct")
    last, first = desk.facts.standing("m-1", "q-1")
    assert (last.name, last.counts, last.superseded) == ("Sam Rivera", True, None)
    assert first.superseded is not None
    assert (first.superseded.verdict, first.superseded.by, first.superseded.at) == (
        FactVerdict.CORRECT, "Sam Rivera", desk.now
    )
    member = Member(email="sam@example.org", name="Samira R.", role=Role.SME, added_by="Lee", at=AT)
    desk.store.members.put(member, act=Act(by="Lee"), at=AT)
    item = desk.store.modules.element_state("m-1", "q-1").element
    assert isinstance(item, QuizItem)
    later = AT + timedelta(hours=2)
    desk.store.modules.save_revision("m-1", item.changed(stem="What now?"), based_on=1, author=ADA, at=later)
    last, _ = desk.facts.standing("m-1", "q-1")
    assert (last.name, last.counts) == ("Samira R.", False)
    assert last.superseded is not None
    assert (last.superseded.verdict, last.superseded.by, last.superseded.at, last.superseded.revision) == (
        None, ADA.name, later, 2
    )


def test_an_address_stays_where_no_name_is_known_and_becomes_the_name_where_one_is(
    store: Store, tmp_path: Path
) -> None:
    word = WordDesk(store, tmp_path)
    file = Returned.of(word.send().content).types("4.0", "☒ OK\n☐ WRONG\n☐ not my area", cell=2)
    (unknown,) = word.back(file, sender="ben@example.org").report.verdicts
    member = Member(email="ada@example.org", name="Ada Lovelace", role=Role.SME, added_by="Lee", at=AT)
    store.members.put(member, act=Act(by="Lee"), at=AT)
    (known,) = word.back(file.types("3.1", "x"), sender="Ada@Example.org").report.verdicts
    assert (unknown.by, known.by) == ("ben@example.org", "Ada Lovelace")
