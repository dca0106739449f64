"""An endpoint that keeps to every schema and makes no sense: what of it is usable becomes a module, the rest gaps."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import CHOICE_TYPES, Module, Order, Usage
from pipeline.engines.ask import Asker
from pipeline.engines.base import Completion, Request
from pipeline.ingest import read_document
from pipeline.library.prompts import load_prompts
from pipeline.run.stages import Tools, run_stages

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NAMES = ("customer-data-policy.pdf", "lockout-procedure.docx", "return-a-parcel.md")


class BabblingEngine:
    """Fills the schema with sentences of the prompt, small numbers and any of the allowed values."""

    name = "openai"
    model = "babble"
    reads_inputs = False

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    async def complete(self, request: Request) -> Completion:
        """Well-formed nonsense, the same for the same question."""
        self.asked[request.task] += 1
        text = "\n".join(message.content for message in request.messages)
        lines = [line.strip() for line in re.split(r"(?<=[.!?])\s+|\n+", text)]
        dice = random.Random(text)
        sentences = [line for line in lines if 25 <= len(line) <= 300]
        return Completion(json.dumps(filled(request.schema, request.schema, dice, sentences)), usage=Usage(calls=1))

    def request_key(self, request: Request) -> str:
        """The call's identity."""
        return request.key(engine=self.name, model=self.model, endpoint=None, settings={})

    async def describe(self) -> str:
        """For doctor."""
        return "babbles"

    async def aclose(self) -> None:
        """Nothing to close."""


def filled(node: dict[str, Any], root: dict[str, Any], dice: random.Random, sentences: list[str]) -> Any:
    """A value that fits the schema."""
    if "$ref" in node:
        node = root["$defs"][node["$ref"].rsplit("/", 1)[-1]]
    if "enum" in node:
        return dice.choice(node["enum"])
    if "anyOf" in node:
        return filled(node["anyOf"][0], root, dice, sentences)
    if node["type"] == "object":
        return {name: filled(one, root, dice, sentences) for name, one in node["properties"].items()}
    if node["type"] == "array":
        return [filled(node["items"], root, dice, sentences) for _ in range(3)]
    return {"integer": dice.randrange(3), "number": dice.random(), "string": dice.choice(sentences)}[node["type"]]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_usable_of_nonsense_is_drafted_and_traced_and_little_is_asked_twice(name: str) -> None:
    document = read_document(SAMPLES / name)
    engine = BabblingEngine()
    tools = Tools(
        asker=Asker(engine, prompts=load_prompts()),
        rubrics=(),
        chunk_tokens=4000,
        concurrency=4,
        report=lambda stage, done, total: None,
    )
    module = asyncio.run(run_stages([document], Order(), tools)).module
    assert isinstance(module, Module)
    assert module.objectives
    assert len(module.lessons) == len(module.objectives)
    assert module.items
    # A verdict of nonsense contradicts itself, and is asked for until the attempts are used up.
    assert engine.asked.pop("triage", 0) <= 3
    assert sum(engine.asked.values()) <= 6, engine.asked
    blocks = {block.id: block for block in document.blocks}
    for element in module.elements():
        assert element.evidence
        assert all(proof.holds_in(blocks[proof.block]) for proof in element.all_evidence)
    for item in module.items:
        if item.type in CHOICE_TYPES:
            assert 0 < len(item.correct_options) < len(item.options)
