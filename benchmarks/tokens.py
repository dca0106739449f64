"""What the openai engine sends and receives: tokens a source token, and the share a prompt cache serves.

The samples are drafted with an engine that replies what the embedded engine drafts from the same question, so that there
are as many objectives, lessons and items as real documents give. No network and no model: what a model would say may be
longer or shorter. `run/forecast.py` takes calls a chunk, tokens sent and tokens received from the totals.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.config import Settings
from pipeline.domain import Document, Order, Usage
from pipeline.draft.filled import filled
from pipeline.engines.ask import Asker
from pipeline.engines.base import Completion, Request
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.engines.mending import MendInputs
from pipeline.ingest import read_document
from pipeline.library.prompts import load_prompts
from pipeline.library.rubrics import load_rubrics
from pipeline.run.stages import Tools, run_stages
from pipeline.split import split_blocks
from pipeline.tokens import count, encoding

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (ROOT / "samples", ROOT.parent / "shared" / "samples")
_ENDINGS = (".docx", ".pdf", ".md", ".html")
# OpenAI's prompt caching: prefixes of 1,024 tokens and more, in steps of 128.
_SHORTEST_PREFIX = 1024
_STEP = 128


class RecordingEngine:
    """Is asked like a language model, answers like the embedded engine, and remembers what it was sent."""

    name = "openai"
    model = "recording"
    reads_inputs = False

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.replies: list[str] = []
        self._drafter = EmbeddedEngine()
        self._said: dict[tuple[str, ...], Completion] = {}

    async def complete(self, request: Request) -> Completion:
        """The embedded engine's reply to the same inputs; asked the same again, it takes no time."""
        self.requests.append(request)
        asked = tuple(message.content for message in request.messages)
        if asked not in self._said:
            self._said[asked] = Completion(await self._reply(request), usage=Usage(calls=1, usd=0.0))
        self.replies.append(self._said[asked].text)
        return self._said[asked]

    async def _reply(self, request: Request) -> str:
        if isinstance(request.inputs, MendInputs):
            return json.dumps({"mended": []})  # the embedded engine is asked element by element
        return (await self._drafter.complete(request)).text

    def request_key(self, request: Request) -> str:
        """The call's identity."""
        return request.key(engine=self.name, model=self.model, endpoint=None, settings={})

    async def describe(self) -> str:
        """It is always there."""
        return "recording"

    async def aclose(self) -> None:
        """It holds nothing."""


@dataclass(frozen=True)
class Sent:
    """What drafting one document, or several, sends."""

    source: int
    """Tokens of the teachable blocks' text."""
    chunks: int
    """As they are asked about."""
    calls: int
    sent: int
    """Tokens of all messages."""
    cached: int
    """Those of them in a prefix that an earlier question of the same run began with."""
    received: int
    """Tokens of all replies."""
    documents: int = 1
    schemas: int = 0
    """Tokens of the replies' schemas, which endpoints count in their own ways; in none of the other figures."""
    ms_a_call: float = 0.0
    """Our own work: rendering, reading and judging, without the engine's."""

    @property
    def ratio(self) -> float:
        """Tokens sent a source token."""
        return self.sent / self.source

    @property
    def received_ratio(self) -> float:
        """Tokens received a source token."""
        return self.received / self.source

    @property
    def calls_a_chunk(self) -> float:
        """Without the one about the whole document; of several documents, `documents` of them."""
        return (self.calls - self.documents) / self.chunks

    @property
    def cached_pct(self) -> float:
        """The share of the tokens sent that a prompt cache serves."""
        return 100 * self.cached / self.sent

    def __str__(self) -> str:
        return (
            f"{self.source:7} {self.chunks:6} {self.calls:6} {self.calls_a_chunk:7.2f} {self.sent:8} {self.ratio:6.2f}x "
            f"{self.cached_pct:5.1f}% {self.received:9} {self.received_ratio:6.2f}x {self.schemas:8} {self.ms_a_call:6.2f}"
        )


def sent_for(document: Document, *, chunk_tokens: int | None = None, is_revised: bool = False) -> Sent:
    """What drafting the document sends; `chunk_tokens` None is the openai engine's own default. With `is_revised` also
    the questions that mend what the rubrics find, of which a real model's drafts cause more or fewer than ours.
    """
    engine = RecordingEngine()
    budget_tokens = chunk_tokens or Settings(workspace=ROOT, engine="openai").chunk_tokens
    tools = Tools(
        asker=Asker(engine, prompts=load_prompts()),
        rubrics=load_rubrics() if is_revised else (),
        chunk_tokens=budget_tokens,
        concurrency=1,
        report=lambda stage, done, total: None,
    )
    asyncio.run(run_stages([document], Order(), tools))
    requests, replies = tuple(engine.requests), tuple(engine.replies)
    again = asyncio.run(run_stages([document], Order(), tools))
    told = [encoding().encode(_told(request), disallowed_special=()) for request in requests]
    return Sent(
        source=sum(count(block.text) for block in document.blocks if block.is_teachable),
        chunks=len(filled(split_blocks(document, budget_tokens=budget_tokens))),
        calls=len(requests),
        sent=sum(map(len, told)),
        cached=sum(_cached(one, told[:before]) for before, one in enumerate(told)),
        received=sum(map(count, replies)),
        schemas=sum(count(json.dumps(request.schema)) for request in requests),
        ms_a_call=1000 * (again.timings["analyse"] + again.timings["draft"]) / len(requests),
    )


def total(several: Sequence[Sent]) -> Sent:
    """All of them together; what is cached is so within one document."""
    calls = sum(one.calls for one in several)
    return Sent(
        source=sum(one.source for one in several),
        chunks=sum(one.chunks for one in several),
        calls=calls,
        sent=sum(one.sent for one in several),
        cached=sum(one.cached for one in several),
        received=sum(one.received for one in several),
        documents=sum(one.documents for one in several),
        schemas=sum(one.schemas for one in several),
        ms_a_call=sum(one.ms_a_call * one.calls for one in several) / calls,
    )


def sources(folder: Path) -> list[Path]:
    """The documents of a folder of samples; none where there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in _ENDINGS and path.stem != "README")


def run() -> None:
    """Prints a line a document and totals; the marks are at most 6 tokens a source token, and 60% cacheable."""
    print(f"{'':40} source chunks  calls a chunk     sent   ratio cached  received   ratio  schemas ms/call")
    everything: list[Sent] = []
    for folder in FOLDERS:
        found = []
        for path in sources(folder):
            found.append(sent_for(read_document(path)))
            print(f"{path.name:40}{found[-1]}")
        if found:
            print(f"{'total of ' + str(folder.relative_to(ROOT.parent)):40}{total(found)}")
        everything += found
    print(f"{'total':40}{total(everything)}  (marks: at most 6x, at least 60%)")
    paths = [path for folder in FOLDERS for path in sources(folder)]
    revised = total([sent_for(read_document(path), is_revised=True) for path in paths])
    print(f"{'total, with what is mended':40}{revised}")


def _told(request: Request) -> str:
    return "\n\n".join(message.content for message in request.messages)


def _cached(tokens: Sequence[int], earlier: Sequence[Sequence[int]]) -> int:
    longest = max((_common(tokens, one) for one in earlier), default=0)
    return longest // _STEP * _STEP if longest >= _SHORTEST_PREFIX else 0


def _common(tokens: Sequence[int], others: Sequence[int]) -> int:
    pairs = enumerate(zip(tokens, others, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(tokens), len(others)))
