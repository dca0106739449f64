"""OpenAI's Batch API: files of questions sent, looked after and fetched.

In: names, files and ids. Out: what the endpoint says of them, or one of the product's errors. What is sent when, so
that nothing is paid for twice, is decided in run/batch_api.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from pipeline.engines.base import RemoteBatch, RemoteProblem
from pipeline.engines.chat import refusal
from pipeline.engines.trouble import Trouble, error_for, shown_url
from pipeline.errors import EngineError, UnavailableError

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import Batch, FileObject

# Where the questions go, in the endpoint's own words: part of every line, and of the batch.
CHAT_PATH: Literal["/v1/chat/completions"] = "/v1/chat/completions"
# The name of a batch in its metadata.
METADATA_KEY = "sme2module_file"
_TIMEOUT_S = 60.0
# For a file of 200 MB.
_TRANSFER_S = 1800.0
# Newest first: a batch that was begun lately is among them, unless very many others were.
_LOOKED_AT = 1000
_READ_BYTES = 2**16


class OpenAiBatchApi:
    """The Batch API of one endpoint."""

    def __init__(self, *, base_url: str, api_key: str | None, model: str) -> None:
        """Takes where it is; `model` is for error messages. Nothing is imported or connected yet."""
        self.base_url = base_url.rstrip("/")
        self._secret = api_key or ""
        self._model = model
        self._client: AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def upload(self, name: str, content: IO[bytes]) -> str:
        """Sends a file; its id there. Raises EngineError."""
        with self._troubles():
            sent = await self._connected().files.create(
                file=(f"{name}.jsonl", content), purpose="batch", timeout=_TRANSFER_S
            )
        return self._id_of(sent)

    async def find_upload(self, name: str) -> str | None:
        """The id of a file that was uploaded under the name, or None; raises EngineError, with code "not_listed" where
        nobody can tell.
        """

        def is_it(file: FileObject) -> bool:
            return file.filename == f"{name}.jsonl"

        with self._troubles(is_list=True):
            found = await self._first(self._connected().files.list(purpose="batch", limit=100), is_it)
        return found.id if found else None

    async def create(self, upload: str, name: str) -> RemoteBatch:
        """Begins the batch; raises EngineError, with code "in_doubt" where it may have begun all the same."""
        with self._troubles(is_paid=True):
            made = await self._connected().batches.create(
                input_file_id=upload, endpoint=CHAT_PATH, completion_window="24h", metadata={METADATA_KEY: name}
            )
            if not getattr(made, "id", None):
                raise Trouble("junk", "its answer names no batch")
        return _remote(made)

    async def find(self, upload: str, name: str) -> RemoteBatch | None:
        """The batch begun under the name or with the file, or None; raises EngineError, with code "not_listed" where
        nobody can tell.
        """

        def is_it(batch: Batch) -> bool:
            told = (batch.metadata or {}).get(METADATA_KEY)
            return told == name if told else batch.input_file_id == upload

        with self._troubles(is_list=True):
            found = await self._first(self._connected().batches.list(limit=100), is_it)
        return _remote(found) if found else None

    async def retrieve(self, batch: str) -> RemoteBatch:
        """The batch as it stands; raises EngineError."""
        with self._troubles():
            return _remote(await self._connected().batches.retrieve(batch))

    async def lines(self, file: str) -> AsyncIterator[bytes]:
        """The lines of a file of answers, one at a time; raises EngineError."""
        with self._troubles():
            content = self._connected().files.with_streaming_response.content(file, timeout=_TRANSFER_S)
            async with content as answer:
                rest = bytearray()
                # Not its iter_lines: that also ends a line at characters that JSON allows within a string (U+2028).
                async for part in answer.iter_bytes(_READ_BYTES):
                    start = 0
                    rest += part
                    while (stop := rest.find(b"\n", start)) >= 0:
                        yield bytes(rest[start:stop])
                        start = stop + 1
                    del rest[:start]
                if rest:
                    yield bytes(rest)

    async def cancel(self, batch: str) -> None:
        """Asks the endpoint to stop; raises EngineError. One that has ended is left as it is."""
        with self._troubles(fine=(404, 409, 400)):
            await self._connected().batches.cancel(batch)

    async def delete(self, file: str) -> None:
        """Removes a file; raises EngineError. One that is gone, or an endpoint that keeps its files, is fine."""
        with self._troubles(fine=(404, 405, 501)):
            await self._connected().files.delete(file)

    async def aclose(self) -> None:
        """Closes the connections; to be awaited in the event loop that made the calls."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.close()

    def _connected(self) -> AsyncOpenAI:
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            from openai import AsyncOpenAI, DefaultAsyncHttpxClient, Timeout

            # A proxy set for the outside world does not reach a server on this machine.
            is_here = urlsplit(self.base_url).hostname in ("localhost", "127.0.0.1", "::1")
            timeout = Timeout(_TIMEOUT_S, connect=10.0)
            self._loop = loop
            self._client = AsyncOpenAI(
                api_key=self._secret or "none",
                base_url=self.base_url,
                timeout=timeout,
                # Made again by whoever knows what that may cost.
                max_retries=0,
                http_client=DefaultAsyncHttpxClient(timeout=timeout, trust_env=not is_here),
            )
        return self._client

    @contextmanager
    def _troubles(
        self, *, is_paid: bool = False, is_list: bool = False, fine: tuple[int, ...] = ()
    ) -> Iterator[None]:
        """Turns what the client raises into the product's errors, except the statuses that are `fine`."""
        import httpx2
        import openai

        trouble: Trouble
        cause: Exception
        try:
            yield
        except Trouble as error:
            trouble, cause = error, error
        except openai.APIStatusError as error:
            if error.status_code in fine:
                return
            if is_list and error.status_code in (404, 405, 501):
                raise self._not_listed("it does not list what it has") from error
            cause = error
            trouble = refusal(error.status_code, error.body, error.message, error.response.headers)
        except (openai.APIConnectionError, httpx2.HTTPError) as error:
            # Whoever reads an answer as it comes gets the transport's own errors.
            behind = error if isinstance(error, httpx2.HTTPError) else error.__cause__ or error
            was_sent = not isinstance(behind, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
            is_late = isinstance(behind, httpx2.TimeoutException)
            cause = error
            trouble = Trouble(
                "timeout" if is_late else "connection", str(behind) or type(behind).__name__, was_sent=was_sent
            )
        except (openai.APIError, ValueError, AttributeError, TypeError) as error:
            if is_list:
                raise self._not_listed("it does not list what it has") from error
            cause, trouble = error, Trouble("junk", "its answer is none of a Batch API")
        else:
            return
        raise self._error(trouble, is_paid=is_paid) from cause

    def _error(self, trouble: Trouble, *, is_paid: bool) -> EngineError:
        is_refused = trouble.kind == "status" and (trouble.status or 0) < 500
        if is_paid and trouble.was_sent and not is_refused:
            return UnavailableError(
                f"model endpoint {shown_url(self.base_url)}",
                why=f"it did not say whether it began the batch ({' '.join(trouble.message.split())[:200]})",
                mend="it is looked up",
                code="in_doubt",
            )
        return error_for(trouble, base_url=self.base_url, model=self._model, after_s=None, secret=self._secret)

    async def _first(self, page: Any, is_it: Any) -> Any:
        """The first of a list that fits, newest first; None where there is none."""
        seen = 0
        async for one in page:
            if seen == _LOOKED_AT:
                raise self._not_listed(f"it lists more than the newest {_LOOKED_AT} that were looked through")
            if is_it(one):
                return one
            seen += 1
        return None

    def _not_listed(self, why: str) -> EngineError:
        return UnavailableError(
            f"model endpoint {shown_url(self.base_url)}",
            why=why,
            mend="look at what it shows to its customers",
            code="not_listed",
        )

    def _id_of(self, sent: object) -> str:
        name = getattr(sent, "id", None)
        if not isinstance(name, str) or not name:
            raise self._error(Trouble("junk", "its answer names no file"), is_paid=False)
        return name


def _remote(batch: Batch) -> RemoteBatch:
    problems = tuple(
        RemoteProblem(one.code or "", one.message or "", one.line)
        for one in (batch.errors.data if batch.errors else None) or ()
    )
    return RemoteBatch(
        batch.id, batch.status, batch.output_file_id or None, batch.error_file_id or None, problems
    )
