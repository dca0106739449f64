"""The question whether a source bears out what was drafted from it, for claims that rules leave open."""

from __future__ import annotations

from typing import Literal

from pipeline.domain import Told
from pipeline.engines.tasks import Inputs, Task


class JudgeInputs(Inputs):
    """For the verdict on several claims; `blocks` are what comes nearest to them in the source."""

    claims: tuple[str, ...]
    """They are numbered from 1."""


class VerdictDraft(Told):
    """What the source says of one claim."""

    claim: int
    """The claim's number in the question."""
    verdict: Literal["supported", "contradicted", "not_in_source"]
    words: str | None
    """The words of the claim that the source does not bear out; null where it is supported."""


class JudgeReply(Told):
    """A verdict a claim."""

    verdicts: tuple[VerdictDraft, ...]


JUDGE = Task("judge-claims", JudgeInputs, JudgeReply, 3000)
"""Asked only of an engine that reads prompts: the embedded one knows nothing that the rules do not."""
