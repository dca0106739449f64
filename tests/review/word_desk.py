"""A desk for Word files: sends the builders' module out, and takes in what tests make of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import Comment, Module, Proposal
from pipeline.domain.word import ReturnEntry, WordReturn
from pipeline.review.acting import Acting
from pipeline.review.word_file import read_returned
from pipeline.review.word_return import SentWord, TakenIn, WordFiles
from pipeline.store import Store
from tests.builders import a_module, a_scenario
from tests.databases import AT, RUN
from tests.roundtrip.returned import Returned


@dataclass
class WordDesk:
    """The service over a real store; files are read in this process."""

    store: Store
    folder: Path
    module: Module = field(default_factory=lambda: a_module(scenarios=(a_scenario(),)))
    files: WordFiles = field(init=False)

    def __post_init__(self) -> None:
        self.store.modules.save_draft(self.module, author=RUN, at=AT)
        moments = itertools.count(1)
        codes = (f"t3stc{number:03}" for number in itertools.count(100))
        clock: Callable[[], datetime] = lambda: AT + timedelta(seconds=next(moments))  # noqa: E731
        self.files = WordFiles(
            Acting(self.store, clock), read=lambda path, recover: read_returned(path, recover=recover),
            code=codes.__next__,
        )
        self._numbers = itertools.count(1)

    def send(self, **wanted: Any) -> SentWord:
        """Sends the module to Ada."""
        return self.files.export(self.module.id, **{"by": "Lea", "to": "Ada", **wanted})

    def back(self, file: Returned, **how: Any) -> TakenIn:
        """Takes the file in."""
        path = file.save(self.folder / f"back-{next(self._numbers)}.docx")
        return self.files.take_in(path, **{"by": "Lea", **how})

    def proposals(self, *states: str) -> tuple[Proposal, ...]:
        """The proposals, open ones by default."""
        return self.store.proposals.of(self.module.id, states=states or ("open",))  # type: ignore[arg-type]


def entry(report: WordReturn, place: str) -> ReturnEntry:
    """The one entry about the place."""
    found = [one for one in report.entries if one.place == place]
    assert len(found) == 1, [one.place for one in report.entries]
    return found[0]


def the_proposal(desk: WordDesk) -> Proposal:
    """The one open proposal."""
    (found,) = desk.proposals()
    return found


def comments(desk: WordDesk, element: str | None = None) -> tuple[Comment, ...]:
    """What was said about the module or an element of it."""
    return desk.store.comments.of(desk.module.id, element)


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> WordDesk:
    """A desk with the builders' module on it."""
    return WordDesk(store, tmp_path)


@pytest.fixture
def file(desk: WordDesk) -> Returned:
    """The module's Word file, ready to be worked on."""
    return Returned.of(desk.send().content)
