"""The only place that asks an engine and reads its reply: render → call → validate → ask again → Answer.

In: a task, its inputs and what else the caller demands of the reply. Out: a reply that fits its class and
passed `accept`, or an error that says what was wrong with the last one. Nothing is ever put in its place.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, NoReturn, TypeVar

from pydantic import ValidationError

from pipeline.domain import Noun, Usage
from pipeline.engines.base import AskedAgain, CallLog, CallStore, Completion, Engine, Message, Request
from pipeline.engines.calls import PaidCalls
from pipeline.engines.json_repair import NotJsonError, json_object
from pipeline.engines.slots import messages_for
from pipeline.engines.strict_schema import strict_schema
from pipeline.engines.tasks import Inputs, Task
from pipeline.errors import EngineError, PromptError, ReplyError
from pipeline.ids import fingerprint
from pipeline.library.prompts import PromptShelf

R = TypeVar("R", bound=Noun)
I = TypeVar("I", bound=Inputs)  # noqa: E741

_log = logging.getLogger(__name__)
# Enough to mend a reply by; a model loses the thread in a longer list.
_PROBLEMS_TOLD = 8
_BAD_REPLY_CHARS = 12_000
# A cut reply gets twice the room at each attempt, up to so many times the task's own: what is longer has no end.
_MOST_ROOM = 4
# Endpoints cut replies at random, two in a row among thousands of calls; as many as this in one go say the same again.
_MOST_CUTS = 3
_SHORTER = "Your last reply was too long and was cut off. Reply again, shorter: fewer pieces, fewer words."


@dataclass(frozen=True)
class Answer(Generic[R]):
    """A reply that can be used."""

    reply: R
    usage: Usage
    """Of all attempts; for a stored reply what it cost when it was made."""
    prompt_version: str
    from_store: bool
    """Whether nothing was asked, because the reply had been paid for before."""
    problems_met: tuple[str, ...] = ()
    """What was wrong with earlier attempts."""


class UnusableReplyError(ReplyError):
    """A ReplyError that also says what the attempts cost."""

    usage: Usage = Usage()
    problems: tuple[str, ...] = ()
    """What was wrong with each attempt, in order."""


class _UnusableError(Exception):
    """One reply cannot be used."""

    def __init__(self, code: str, why: str) -> None:
        self.code, self.why = code, why
        super().__init__(why)


class _NoRoomError(Exception):
    """The endpoint won't have a reply as long as the question asks for."""


class Asker:
    """Asks one engine, with one shelf of prompts and one call store."""

    def __init__(
        self,
        engine: Engine,
        *,
        prompts: PromptShelf,
        calls: CallStore | None = None,
        attempts: int = 3,
        log: CallLog | None = None,
        rounds: int | None = None,
    ) -> None:
        """Takes what it asks with.

        Args:
            engine: Whom it asks.
            prompts: What a language model reads.
            calls: Where replies are kept; None keeps nothing.
            attempts: Replies at most to one question in one go.
            log: Who wants to know what became of the calls.
            rounds: How often a question may be asked `attempts` times, stored replies counted: one that was given up
                so often is given up again without a call. None counts no stored reply: asking again begins where it
                ended.

        """
        self._rounds = rounds
        self.engine = engine
        self._log = log
        self._prompts = prompts
        # An engine that reads inputs costs nothing, and its replies change with its code: nothing to store.
        self._calls = PaidCalls(None if engine.reads_inputs else calls)
        self._attempts = 1 if engine.reads_inputs else attempts

    def for_document(self, *, calls: CallStore, log: CallLog, rounds: int) -> Asker:
        """An asker for one of several documents that are drafted at once: with its own records, and without asking
        what another of them is just asking.
        """
        other = Asker(self.engine, prompts=self._prompts, attempts=self._attempts, log=log, rounds=rounds)
        other._calls = self._calls.through(None if self.engine.reads_inputs else calls)
        return other

    def prompt_versions(self) -> dict[str, str]:
        """Prompt id → version, for the module's engine record; empty for an engine that reads no prompts."""
        return {} if self.engine.reads_inputs else self._prompts.versions()

    async def ask(
        self,
        task: Task[I, R],
        inputs: I,
        *,
        accept: Callable[[R], Sequence[str]] | None = None,
        variant: int = 0,
    ) -> Answer[R]:
        """The engine's usable reply.

        Args:
            task: What is asked.
            inputs: What it is about.
            accept: What makes a well-formed reply unusable, in words for the engine; may be called several
                times.
            variant: 0, or a regeneration's number, which is never served an earlier variant's stored reply.

        Raises:
            ReplyError: No attempt brought a usable reply; `code` and `why` are the last one's.
            UnavailableError, RateLimitError, BudgetError, ParkedError: As the engine raises them.

        """
        version = ""
        messages: tuple[Message, ...] = ()
        if not self.engine.reads_inputs:
            prompt = self._prompts.get(task.name)
            if prompt.reply != task.reply.__name__:
                raise PromptError(
                    f"prompt {task.name}",
                    why=f"it asks for {prompt.reply}, the task expects {task.reply.__name__}",
                    mend="mend `reply` in its header",
                )
            version, messages = prompt.version, messages_for(prompt, inputs)
        first = Request(
            task=task.name,
            inputs=inputs,
            messages=messages,
            schema=strict_schema(task.reply),
            max_output_tokens=task.max_output_tokens,
            variant=variant,
        )
        account = _Account(task.name, self._log)
        question = _Question(
            self.engine, self._calls, task, version, accept=accept, account=account, rounds=self._rounds
        )
        # A hash of all that is asked, tens of kilobytes: made once a question.
        key = self._calls.key_of(self.engine, first)
        async with self._calls.alone(key):
            return await question.answer(first, key, self._attempts)


class _Question(Generic[R]):
    """One question until it is answered: what was tried, and what came of it."""

    def __init__(
        self,
        engine: Engine,
        calls: PaidCalls,
        task: Task[I, R],
        version: str,
        *,
        accept: Callable[[R], Sequence[str]] | None,
        account: _Account,
        rounds: int | None,
    ) -> None:
        self._engine, self._calls, self._task, self._version = engine, calls, task, version
        self._rounds = rounds
        self._accept, self._account = accept, account
        self._spent: Usage | None = None
        self._problems: list[str] = []
        self._last: _UnusableError | None = None
        self._room = self._granted = 1
        """Times the task's own length that a reply may have, and that the last one could have had."""
        self._most_room = _MOST_ROOM

    async def answer(self, first: Request, key: str, attempts: int) -> Answer[R]:
        """The first usable reply of the conversation, stored turns of it before new ones."""
        rounds = self._rounds or 1
        request, made, cuts, hopeless, is_all_stored, tried = first, 0, 0, 0, True, {key}
        bad: Completion | None = None
        while True:
            completion = await self._calls.find(key)
            is_new = completion is None
            if completion is None:
                try:
                    completion = await self._complete(request)
                except _NoRoomError:
                    assert bad is not None
                    request, key = self._next(first, bad, tried)
                    continue
                # Every reply is paid for, so every one is kept, whatever it is worth.
                await self._calls.keep(key, completion)
                is_all_stored = False
            else:
                self._account.from_store(completion.usage)
            counts = is_new or self._rounds is not None
            made += counts
            self._granted = self._room
            self._spent = completion.usage if self._spent is None else self._spent + completion.usage
            try:
                return Answer(
                    self._read(completion), self._spent, self._version, is_all_stored, tuple(self._problems)
                )
            except _UnusableError as problem:
                self._problems.append(problem.why)
                is_cut = problem.code == "truncated"
                cuts += counts and is_cut
                # Asked again at once it would say the same.
                is_hopeless = problem.code == "refused" or (is_cut and cuts % _MOST_CUTS == 0)
                hopeless += counts and is_hopeless
                if made >= attempts * rounds or hopeless >= rounds:
                    self._give_up(problem, made)
                if is_cut:
                    self._room = min(2 * self._room, self._most_room)
                bad, self._last = completion, problem
            request, key = self._next(first, bad, tried)

    def _next(self, first: Request, bad: Completion, tried: set[str]) -> tuple[Request, str]:
        """The question again after the last bad reply, and its place in the store."""
        assert self._last is not None
        request = _asked_again(first, bad, self._last, room=self._room)
        request = replace(request, again=AskedAgain(first, self._last.why))
        key = self._calls.key_of(self._engine, request)
        if key in tried:
            # The same bad reply again: this turn of the conversation needs a place of its own in the store.
            key = fingerprint([key, len(self._problems)])
        tried.add(key)
        return request, key

    async def _complete(self, request: Request) -> Completion:
        started = time.monotonic()
        try:
            completion = await self._engine.complete(request)
        except EngineError as error:
            if error.is_interruption:
                raise
            is_after_cut = error.code == "bad_request" and self._last is not None and self._last.code == "truncated"
            # The longer reply was our idea: where the endpoint won't have it, it is asked for in the room there is.
            if is_after_cut and self._room > self._granted:
                self._account.retried(error.attempts)
                self._room = self._most_room = self._granted
                raise _NoRoomError from error
            self._account.retried(error.attempts - 1)
            if is_after_cut and self._last is not None:
                self._give_up(self._last, len(self._problems), error)
            self._account.failed(error.code)
            raise
        self._account.made(completion, time.monotonic() - started)
        return completion

    def _read(self, completion: Completion) -> R:
        if completion.finish_reason in ("content_filter", "refusal"):
            said = " ".join(completion.text.split())[:200]
            raise _UnusableError("refused", f"the engine declined to answer{': ' + said if said else ''}")
        if completion.finish_reason == "length":
            raise _UnusableError("truncated", "the reply was cut off at its length limit")
        if not completion.text.strip():
            raise _UnusableError("empty", "the reply is empty")
        try:
            reply = self._task.reply.model_validate(json_object(completion.text))
        except NotJsonError as error:
            raise _UnusableError("not_json", str(error)) from error
        except ValidationError as error:
            raise _UnusableError("off_schema", _told(error)) from error
        problems = list(self._accept(reply)) if self._accept else []
        if problems:
            raise _UnusableError("rejected", "; ".join(problems[:_PROBLEMS_TOLD]))
        return reply

    def _give_up(self, problem: _UnusableError, attempts: int, cause: Exception | None = None) -> NoReturn:
        self._account.failed(problem.code)
        tries = "" if attempts == 1 else f" ({attempts} attempts)"
        error = UnusableReplyError(
            f"reply to {self._task.name}",
            why=f"{problem.why}{tries}",
            mend=_MENDS[problem.code],
            code=problem.code,
        )
        error.usage = self._spent or Usage()
        error.problems = tuple(self._problems)
        raise error from (cause or problem)


class _Account:
    """What became of one question's calls: for whoever counts, and as debug records for whoever reads along."""

    def __init__(self, task: str, log: CallLog | None) -> None:
        self._task, self._counted = task, log

    def made(self, completion: Completion, seconds: float) -> None:
        self.retried(completion.retries)
        if self._counted is not None:
            self._counted.made(self._task, completion.usage, seconds)
        tokens = _tokens(completion.usage)
        self._write("answered", from_store=False, seconds=round(seconds, 3), retries=completion.retries, **tokens)

    def from_store(self, usage: Usage) -> None:
        if self._counted is not None:
            self._counted.from_store(self._task)
        self._write("answered from the call store", from_store=True, seconds=0.0, retries=0, **_tokens(usage))

    def retried(self, attempts: int) -> None:
        if self._counted is not None and attempts > 0:
            self._counted.retried(self._task, attempts)

    def failed(self, code: str) -> None:
        if self._counted is not None:
            self._counted.failed(self._task, code)
        self._write("given up", code=code)

    def _write(self, outcome: str, **fields: object) -> None:
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s: %s", self._task, outcome, extra={"fields": {"task": self._task, **fields}})


def _tokens(usage: Usage) -> dict[str, int]:
    return {name: getattr(usage, name) for name in ("input_tokens", "cached_input_tokens", "output_tokens")}


_MENDS = {
    "truncated": "use smaller chunks (SME2MODULE_CHUNK_TOKENS) or a model that writes longer replies",
    "not_json": "try again, or use a model that replies in JSON",
    "off_schema": "try again, or use a model that keeps to a JSON schema",
    "rejected": "try again, use a stronger model, or write this piece by hand",
    "refused": "use another model, or write this piece by hand",
    "empty": "try again, or write this piece by hand",
}


def _asked_again(first: Request, bad: Completion, problem: _UnusableError, *, room: int) -> Request:
    """The first question, with the last bad reply and what was wrong with it, and `room` times as long a reply; earlier
    bad ones only cost.
    """
    if not first.messages:
        return first
    first = replace(first, max_output_tokens=room * first.max_output_tokens)
    if problem.code == "truncated":
        *start, last = first.messages
        longer = (*start, Message(last.role, f"{last.content}\n\n{_SHORTER}"))
        return replace(first, messages=longer)
    lines = [f"Your reply cannot be used: {problem.why}."]
    if problem.code in ("not_json", "off_schema"):
        # An endpoint may say it keeps to a schema and not even show it to the model.
        lines.append(f"It must be one JSON object that fits this JSON schema: {json.dumps(first.schema)}")
    lines.append("Send the whole reply again with that put right, as JSON and nothing else.")
    turn = Message("user", "\n".join(lines))
    if not bad.text.strip():
        *start, last = first.messages
        return replace(first, messages=(*start, Message(last.role, f"{last.content}\n\n{turn.content}")))
    said = Message("assistant", bad.text[:_BAD_REPLY_CHARS])
    return replace(first, messages=(*first.messages, said, turn))


def _told(error: ValidationError) -> str:
    """The first few mistakes, each with the place in the reply."""
    told = []
    for mistake in error.errors()[:_PROBLEMS_TOLD]:
        place = ".".join(str(key) for key in mistake["loc"]) or "the reply"
        told.append(f"{place}: {'unknown field' if mistake['type'] == 'extra_forbidden' else mistake['msg']}")
    return "; ".join(told)
