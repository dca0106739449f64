"""Replies as models really write them (after our own recordings, shortened): which are used, and what the rest get."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.engines.ask import Asker
from pipeline.engines.base import Completion
from pipeline.engines.scripted import ScriptedEngine
from pipeline.engines.tasks import BRIEF
from pipeline.errors import ReplyError
from pipeline.library.prompts import load_prompts
from tests.engines.questions import brief_inputs

LINES = (Path(__file__).parent / "recorded" / "briefs.jsonl").read_text(encoding="utf-8").splitlines()
RECORDED = [json.loads(line) for line in LINES]


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda one: one["note"])
def test_a_recorded_reply_is_used_or_refused_with_the_right_code(recorded: dict[str, Any]) -> None:
    said = Completion(text=recorded["text"], finish_reason=recorded.get("finish_reason", "stop"))
    asker = Asker(ScriptedEngine([said]), prompts=load_prompts(), attempts=1)
    question = asker.ask(BRIEF, brief_inputs())
    if recorded["outcome"] == "good":
        assert asyncio.run(question).reply.title.startswith("Isolate")
    else:
        with pytest.raises(ReplyError) as caught:
            asyncio.run(question)
        assert caught.value.code == recorded["outcome"]
