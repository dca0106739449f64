"""Where drafting asks its questions: bounded, counted, and with every failure kept as a typed gap.

A reply that cannot be used leaves a gap and the work goes on; a service that fails (wrong key, no connection, budget)
stops the asking, and what was not asked any more is a gap too, so that nothing is missing in silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pipeline.domain import Gap, Noun, Usage
from pipeline.engines.ask import Asker, UnusableReplyError
from pipeline.engines.tasks import Inputs, Task
from pipeline.errors import EngineError, ReplyError

R = TypeVar("R", bound=Noun)
I = TypeVar("I", bound=Inputs)  # noqa: E741
P = TypeVar("P", bound=Noun)

Report = Callable[[str, int, int], None]
"""Called with the stage's name, the questions answered and those known to be needed."""


@dataclass(frozen=True)
class Judged(Generic[P]):
    """One piece of a reply and what is wrong with it."""

    piece: P
    problems: tuple[str, ...]


class Desk:
    """Asks one engine for one module."""

    def __init__(self, asker: Asker, *, concurrency: int, report: Report) -> None:
        self.asker = asker
        self.gaps: list[Gap] = []
        self.usage = Usage(usd=0.0)
        self.stopped: EngineError | None = None
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
        target: str,
        judge: Callable[[R], Sequence[Judged[P]]],
        variant: int = 0,
    ) -> tuple[P, ...]:
        """The usable pieces of the reply, in order. The engine is asked again where a piece has problems; those
        that still have some are left out, each with a gap on `target`.
        """
        seen: list[R] = []

        def accept(reply: R) -> list[str]:
            seen[:] = [reply]
            return [problem for judged in judge(reply) for problem in judged.problems]

        async with self._slots:
            if self.stopped is not None:
                self._gap(target, task.name, self.stopped.code, f"not asked: {self.stopped.why}")
                self._answered(task.name)
                return ()
            try:
                answer = await self.asker.ask(task, inputs, accept=accept, variant=variant)
            except ReplyError as error:
                if isinstance(error, UnusableReplyError):
                    self.usage += error.usage
                if error.code != "rejected" or not seen:
                    self._gap(target, task.name, error.code, error.why)
                    return ()
                return self._salvaged(judge(seen[0]), target, task.name)
            except EngineError as error:
                self.stopped = error
                self._gap(target, task.name, error.code, error.why)
                return ()
            finally:
                self._answered(task.name)
        self.usage += answer.usage
        return tuple(judged.piece for judged in judge(answer.reply))

    def _salvaged(self, judged: Sequence[Judged[P]], target: str, stage: str) -> tuple[P, ...]:
        for one in judged:
            if one.problems:
                self._gap(target, stage, "rejected", "; ".join(one.problems))
        return tuple(one.piece for one in judged if not one.problems)

    def _gap(self, target: str, stage: str, code: str, message: str) -> None:
        self.gaps.append(Gap(target=target, stage=stage, code=code, message=message))

    def _answered(self, stage: str) -> None:
        self._done += 1
        self._report(stage, self._done, max(self._wanted, self._done))
