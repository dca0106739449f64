"""Where drafting asks its questions: bounded, counted, and with every failure kept as a typed gap.

What is usable of a reply is used, and the rest is a gap: an engine is asked again only where nothing of its reply could
be used. A service that fails (wrong key, no connection, budget) stops the asking, and what was not asked any more is a
gap too, so that nothing is missing in silence. A reply that comes later (ParkedError) is no failure and leaves no gap.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipeline.domain import Gap, Noun, Usage
from pipeline.engines.ask import Asker, UnusableReplyError
from pipeline.engines.tasks import Inputs, Task
from pipeline.errors import EngineError, ParkedError, ReplyError

R = TypeVar("R", bound=Noun)
I = TypeVar("I", bound=Inputs)  # noqa: E741
P = TypeVar("P")
T = TypeVar("T")

Report = Callable[[str, int, int], None]
"""Called with the stage's name, the questions answered and those known to be needed."""


@dataclass(frozen=True)
class Judged(Generic[P]):
    """One piece of a reply: what is made of it, or why it cannot be used.

    A piece cannot be used where it would not work or cannot be traced to the source. What is wrong with its wording is
    left to the rubrics, whose findings a designer sees beside it.
    """

    target: str
    """What lacks something where the piece is left out."""
    piece: P | None
    problems: tuple[str, ...] = ()


class Desk:
    """Asks one engine for one module."""

    def __init__(self, asker: Asker, *, concurrency: int, report: Report) -> None:
        self.asker = asker
        self.gaps: list[Gap] = []
        self.usage = Usage(usd=0.0)
        self.stopped: EngineError | None = None
        self.parked: ParkedError | None = None
        """The last question whose reply comes later."""
        self._slots = asyncio.Semaphore(concurrency)
        self._report = report
        self._done = 0
        self._wanted = 0

    def expect(self, questions: int) -> None:
        """Announces questions to come, for the progress bar."""
        self._wanted += questions

    async def pieces(
        self,
        task: Task[I, R],
        inputs: I,
        *,
        targets: Sequence[str],
        judge: Callable[[R], Sequence[Judged[P]]],
    ) -> tuple[P, ...] | None:
        """The usable pieces of the reply, in order, with a gap for each of the others; None, with a gap on each of
        the targets, where there was no reply to use. Raises ParkedError.
        """
        judged: list[Judged[P]] = []

        def accept(reply: R) -> list[str]:
            judged[:] = judge(reply)
            if any(one.piece is not None for one in judged):
                return []
            return [problem for one in judged for problem in one.problems]

        async with self._slots:
            if self.stopped is not None:
                self._failed(targets, task.name, self.stopped.code, f"not asked: {self.stopped.why}")
                self._answered(task.name)
                return None
            try:
                answer = await self.asker.ask(task, inputs, accept=accept)
            except ReplyError as error:
                if isinstance(error, UnusableReplyError):
                    self.usage += error.usage
                self._failed(targets, task.name, error.code, error.why)
                return None
            except ParkedError:
                raise
            except EngineError as error:
                self.stopped = error
                self._failed(targets, task.name, error.code, error.why)
                return None
            finally:
                self._answered(task.name)
        self.usage += answer.usage
        for one in judged:
            if one.piece is None:
                self.gap(one.target, task.name, "rejected", "; ".join(one.problems))
        return tuple(one.piece for one in judged if one.piece is not None)

    async def together(self, questions: Sequence[Awaitable[T]]) -> list[T | None]:
        """What each comes to, side by side; None for one whose reply comes later, while the others go on."""

        async def unless_parked(question: Awaitable[T]) -> T | None:
            try:
                return await question
            except ParkedError as error:
                self.parked = error
                return None

        return await asyncio.gather(*map(unless_parked, questions))

    def gap(self, target: str, stage: str, code: str, message: str) -> None:
        """Notes what is missing."""
        self.gaps.append(Gap(target=target, stage=stage, code=code, message=message))

    def mended(self, target: str, stage: str) -> None:
        """Forgets the stage's gaps on the target: another question has filled them."""
        self.gaps = [gap for gap in self.gaps if (gap.target, gap.stage) != (target, stage)]

    def _failed(self, targets: Sequence[str], stage: str, code: str, message: str) -> None:
        for target in targets:
            self.gap(target, stage, code, message)

    def _answered(self, stage: str) -> None:
        self._done += 1
        self._report(stage, self._done, max(self._wanted, self._done))
