"""One file of ordered calls, step by step: uploaded, begun, looked up where that is in doubt, fetched.

Each step is recorded before the next one is taken, and the only one that costs money, `create`, is preceded by the
record that it is about to be taken. After a crash there the endpoint is asked whether it was. Where it can't tell,
nothing is sent again by itself: the batch is paused and says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import IO, TypeVar

from pipeline.domain import BatchState
from pipeline.engines.base import RemoteBatch
from pipeline.engines.openai_batch import CHAT_PATH
from pipeline.errors import EngineError, StoreError, UnavailableError
from pipeline.run.batch_answers import fetch, refused
from pipeline.run.ordering import OrderKit
from pipeline.store.batches import pause
from pipeline.store.database import Database, Transaction
from pipeline.store.order_files import (
    FileState,
    OrderFile,
    Outcome,
    bodies,
    end,
    keys_of_lines,
    record,
    settle,
)
from pipeline.store.orders import requeue
from pipeline.store.shipping import holds_shipping
from pipeline.store.writer import Work, Writer

T = TypeVar("T")

_log = logging.getLogger("pipeline.run")
_TOO_MANY_TOKENS = re.compile(r"token_limit_exceeded|enqueued token", re.IGNORECASE)
_HEAD, _MIDDLE, _TAIL = b'{"custom_id":', f',"method":"POST","url":{json.dumps(CHAT_PATH)},"body":'.encode(), b"}\n"
_KEY_BYTES = 66
LINE_BYTES = len(_HEAD) + _KEY_BYTES + len(_MIDDLE) + len(_TAIL)
"""What a line is longer than its body."""


@dataclass(frozen=True)
class Pace:
    """How long what may take, and how large a file may be."""

    tick_s: float = 1.0
    deadline_s: float = 300.0
    """The oldest line is not kept longer for others to join it, however many documents are still to come."""
    first_poll_s: float = 5.0
    longest_poll_s: float = 60.0
    most_lines: int = 50_000
    most_bytes: int = 200_000_000
    begin_within_s: float = 5.0
    """After its intention was recorded a file is begun within this, or looked up first."""
    found_within_s: float = 120.0
    """A batch that was begun is listed by then; longer than a worker's lease and a request's time limit together."""
    hold_s: float = 60.0
    """After the endpoint had too many tokens waiting; doubled each time."""
    sweep_s: float = 30.0


class Shipment:
    """The steps of one worker."""

    def __init__(
        self,
        writer: Writer,
        *,
        worker: str,
        bodies_of: Callable[[OrderFile], IO[bytes]],
        wake: Callable[[], None],
        pace: Pace,
    ) -> None:
        self._writer, self._worker, self._bodies_of, self._wake, self._pace = writer, worker, bodies_of, wake, pace
        self.is_stopping = False
        self._due: dict[str, tuple[float, float]] = {}

    async def advance(self, file: OrderFile, wanted: BatchState, kit: OrderKit) -> None:
        """Takes the file as far as it can go now; raises EngineError."""
        is_on, is_cancelled = wanted is BatchState.RUNNING, wanted is BatchState.CANCELLED
        if file.state in (FileState.GATHERED, FileState.UPLOADED):
            if not is_on:
                # Its lines wait again, for whoever else wants them too.
                dropped = partial(end, file=file, worker=self._worker, state=FileState.DROPPED, was_sent=False)
                if await self._do(dropped):
                    await self._delete(file, kit)
            elif file.state is FileState.GATHERED:
                await self.upload(file, kit, may_be_there=True)
            else:
                await self._begin(file, kit)
        elif file.state is FileState.INTENDED:
            await self._look_up(file, kit, is_cancelled=is_cancelled)
        elif file.state is FileState.IN_DOUBT:
            if is_on or is_cancelled:
                # Whoever took the batch up again was told that the file may be paid for twice.
                await self._look_up(file, kit, is_cancelled=is_cancelled, is_given_up=True)
        else:
            await self._poll(file, kit, is_cancelled=is_cancelled)

    async def upload(self, file: OrderFile, kit: OrderKit, *, may_be_there: bool = False) -> None:
        """Sends the text of a file that was gathered, and begins it."""
        there = await _unless_unlisted(kit.api.find_upload(file.id)) if may_be_there else None
        if there is None:
            content = await asyncio.to_thread(self._bodies_of, file)
            try:
                there = await kit.api.upload(file.id, content)
            finally:
                content.close()
        known = await self._record(file, FileState.UPLOADED, remote_file=there)
        if known is not None and not self.is_stopping:
            await self._begin(known, kit)

    async def _begin(self, file: OrderFile, kit: OrderKit) -> None:
        """Begins the batch of an uploaded file: the step that costs money, taken once."""
        # The time of day: it goes on while the machine sleeps, as it does for whoever looks for the file meanwhile.
        asked = time.time()
        known = await self._record(file, FileState.INTENDED)
        if known is None or file.remote_file is None:
            return
        if not 0 <= time.time() - asked <= self._pace.begin_within_s:
            return  # this process stood still: by now another may be looking for what we have not begun
        try:
            remote = await kit.api.create(file.remote_file, file.id)
        except EngineError as error:
            if error.code == "in_doubt":
                _log.warning("%s: %s", file.id, error.line)
                return
            await self._record(known, FileState.UPLOADED)
            raise
        if await self._record(known, FileState.SENT, remote_batch=remote.id) is not None:
            self._tell("sent", file, remote=remote.id)
            self._due[file.id] = time.monotonic() + self._pace.first_poll_s, self._pace.first_poll_s

    async def _look_up(
        self, file: OrderFile, kit: OrderKit, *, is_cancelled: bool, is_given_up: bool = False
    ) -> None:
        """Finds out whether a file was begun before whoever began it ended, or lost the connection."""
        try:
            remote = await kit.api.find(file.remote_file or "", file.id)
        except EngineError as error:
            if error.code != "not_listed":
                raise
            if is_given_up or is_cancelled:
                await self._give_up(file)
            elif await self._do(partial(_doubted, file=file, worker=self._worker, reason=_doubt(file, error).line)):
                _log.warning("batch %s is paused: %s", file.batch, _doubt(file, error).line)
            return
        now = await self._do(moment)
        if remote is not None:
            await self._record(file, FileState.SENT, remote_batch=remote.id)
        elif is_given_up or (file.intended and now >= file.intended + timedelta(seconds=self._pace.found_within_s)):
            await self._record(file, FileState.UPLOADED)

    async def _give_up(self, file: OrderFile) -> None:
        await self._do(
            partial(
                end, file=file, worker=self._worker, state=FileState.LOST, was_sent=False, keeps_doubt=True,
                message="nobody could find out whether it was begun",
            )
        )

    async def _poll(self, file: OrderFile, kit: OrderKit, *, is_cancelled: bool) -> None:
        """Looks whether the file's batch has ended, and fetches the answers if so."""
        remote_batch = file.remote_batch
        if remote_batch is None:
            return
        if is_cancelled and file.state is FileState.SENT:
            await kit.api.cancel(remote_batch)
            known = await self._record(file, FileState.CANCELLING)
            if known is None:
                return
            file = known
            self._due.pop(file.id, None)
        due, interval = self._due.get(file.id, (0.0, self._pace.first_poll_s))
        if time.monotonic() < due:
            return
        remote = await kit.api.retrieve(remote_batch)
        if not remote.has_ended:
            self._due[file.id] = time.monotonic() + interval, min(interval * 1.5, self._pace.longest_poll_s)
            return
        self._due.pop(file.id, None)
        if remote.state == "failed":
            await self._refused(file, remote, kit)
            return
        settles = partial(self._settle, file)
        fetched = await fetch(remote, kit, settles)
        if await self._do(partial(end, file=file, worker=self._worker, state=FileState.DONE, message=remote.state)):
            self._tell("fetched", file, state=remote.state, settled=fetched.settled)
            await self.back_into_the_queue()
            if fetched.stops_all is not None:
                await self.pause(file.batch, fetched.stops_all)
            await self._delete(file, kit)

    async def _refused(self, file: OrderFile, remote: RemoteBatch, kit: OrderKit) -> None:
        """The endpoint would not begin the batch, and bills nothing: lines it names have failed, the others wait."""
        about_lines = [one for one in remote.problems if one.line is not None]
        keys = await self._do(
            partial(keys_of_lines, file=file, lines=[one.line for one in about_lines if one.line is not None])
        )
        verdicts = [
            refused(one, keys[one.line], kit.engine) for one in about_lines if one.line is not None and one.line in keys
        ]
        await self._settle(file, [verdict.outcome for verdict in verdicts])
        first = remote.problems[0] if remote.problems else None
        told = f"{first.code}: {first.message}" if first else "it gave no reason"
        ended = partial(
            end, file=file, worker=self._worker, state=FileState.REFUSED, was_sent=False,
            message=" ".join(told.split())[:300],
        )
        if not await self._do(ended):
            return
        self._tell("refused", file, why=told)
        await self.back_into_the_queue()
        stops_all = next((verdict.stops_all for verdict in verdicts if verdict.stops_all is not None), None)
        is_too_many = any(is_too_many_tokens(f"{one.code} {one.message}") for one in remote.problems)
        if stops_all is None and ((is_too_many and file.lines > 1) or verdicts):
            return
        await self.pause(
            file.batch,
            stops_all
            or UnavailableError(
                "Batch API", why=f"the endpoint would not begin a batch of {file.lines} calls ({told[:240]})",
                mend=f"mend that and go on with sme2module batch resume {file.batch}", code="bad_request",
            ),
        )

    async def _delete(self, file: OrderFile, kit: OrderKit) -> None:
        if file.remote_file is not None:
            with contextlib.suppress(EngineError):  # it only takes up room there
                await kit.api.delete(file.remote_file)

    async def _settle(self, file: OrderFile, outcomes: Sequence[Outcome]) -> int:
        return await self._do(partial(settle, file=file, worker=self._worker, outcomes=outcomes))

    async def _record(
        self, file: OrderFile, state: FileState, *, remote_file: str | None = None, remote_batch: str | None = None
    ) -> OrderFile | None:
        """The file as it stands from now on; None where it is another worker's by now."""
        return await self._do(
            partial(
                record, file=file, worker=self._worker, state=state, remote_file=remote_file, remote_batch=remote_batch
            )
        )

    async def back_into_the_queue(self) -> None:
        """Puts documents back whose calls are all settled."""
        if await self._do(requeue):
            self._wake()

    async def pause(self, batch: str, error: EngineError) -> None:
        """Pauses the batch, with the error as the reason."""
        if await self._do(partial(pause, batch_id=batch, reason=error.line)):
            _log.warning("batch %s is paused: %s", batch, error.line, extra={"fields": {"batch": batch}})

    async def _do(self, work: Work[T]) -> T:
        return await self._writer.do(work, rank=2)

    def _tell(self, what: str, file: OrderFile, **facts: object) -> None:
        fields = {"batch": file.batch, "file": file.id, "calls": file.lines, **facts}
        _log.info("batch %s: a file of %d calls was %s", file.batch, file.lines, what, extra={"fields": fields})


def is_too_many_tokens(told: str) -> bool:
    """Whether an endpoint would not begin a batch because too many tokens wait there already."""
    return _TOO_MANY_TOKENS.search(told) is not None


def written(database: Database, file: OrderFile) -> IO[bytes]:
    """The file as it is uploaded, on disk, to be read from its beginning; raises StoreError where the disk is full."""
    stream = tempfile.TemporaryFile()  # noqa: SIM115  whoever uploads it closes it
    try:
        for key, body in bodies(database, file):
            stream.write(_HEAD + json.dumps(key).encode() + _MIDDLE + body.encode() + _TAIL)
        stream.seek(0)
    except OSError as error:
        stream.close()
        raise StoreError(
            "temporary file", why=f"it cannot be written ({error.strerror or error})", mend="free space and go on"
        ) from error
    except BaseException:
        stream.close()
        raise
    return stream


def moment(connection: Transaction, now: datetime) -> datetime:
    """The database's time."""
    return now


def _doubted(connection: Transaction, now: datetime, *, file: OrderFile, worker: str, reason: str) -> bool:
    """Notes that nobody can find out whether the file was begun, and pauses its batch over it: both or neither, since
    whoever takes the batch up again has it sent anew. Nothing where the batch was paused for another reason.
    """
    if not holds_shipping(connection, file.batch, worker) or not pause(connection, now, file.batch, reason):
        return False
    record(connection, now, file=file, worker=worker, state=FileState.IN_DOUBT)
    return True


async def _unless_unlisted(looked_up: Awaitable[str | None]) -> str | None:
    """What was found; None also where the endpoint cannot list: a file that is uploaded twice costs nothing."""
    try:
        return await looked_up
    except EngineError as error:
        if error.code != "not_listed":
            raise
        return None


def _doubt(file: OrderFile, unlisted: EngineError) -> UnavailableError:
    return UnavailableError(
        f"Batch API, file {file.id} of {file.lines} calls",
        why="whether the endpoint began it before the worker or the connection broke off is unknown, since "
        + unlisted.why,
        mend=f"look there for input file {file.remote_file}, cancel it if it is there, then send the calls anew with "
        f"sme2module batch resume {file.batch}",
        code="in_doubt",
    )
