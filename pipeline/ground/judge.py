"""A language model's verdict on the claims that rules leave open, asked in batches beside what is nearest to them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import Block, Claim, Document, Gap, Grounding, Problem, ProblemKind, Usage
from pipeline.engines.ask import Asker, UnusableReplyError
from pipeline.engines.judging import JUDGE, JudgeInputs, JudgeReply
from pipeline.errors import EngineError, ParkedError, ReplyError

# From here on most of a claim's words stand together in one sentence of the source, and nothing exact disagrees.
_CLEAR = 0.8
# What a model keeps apart in one question.
CLAIMS_A_QUESTION = 25
_KINDS = {"contradicted": ProblemKind.CONTRADICTION, "not_in_source": ProblemKind.UNSUPPORTED}


@dataclass(frozen=True)
class Judged:
    """What was judged, and what it cost."""

    grounded: tuple[tuple[Claim, Grounding], ...]
    """The claims that were asked about."""
    usage: Usage
    gaps: tuple[Gap, ...]
    """Batches without a usable reply."""
    stopped: EngineError | None = None
    """The failure of a service that ended the asking."""


_NONE = Judged((), Usage(usd=0.0), ())


def open_claims(grounded: Sequence[tuple[Claim, Grounding]]) -> list[tuple[Claim, Grounding]]:
    """What rules neither found wrong nor clearly right."""
    return [(claim, grounding) for claim, grounding in grounded if not grounding.problems and grounding.score < _CLEAR]


async def judge_claims(
    grounded: Sequence[tuple[Claim, Grounding]],
    documents: Sequence[Document],
    asker: Asker,
    *,
    language: str,
    concurrency: int,
) -> Judged:
    """The verdicts on the open ones among the claims, as many as can be had.

    Nothing is asked of an engine that reads inputs. Of EngineErrors raises ParkedError only, when everything was asked.
    """
    left = [] if asker.engine.reads_inputs else open_claims(grounded)
    batches = [left[start : start + CLAIMS_A_QUESTION] for start in range(0, len(left), CLAIMS_A_QUESTION)]
    slots = asyncio.Semaphore(concurrency)
    blocks = {(document.source.id, block.id): block for document in documents for block in document.blocks}

    failed: list[EngineError] = []

    async def verdicts(batch: Sequence[tuple[Claim, Grounding]]) -> Judged:
        async with slots:
            # What comes later is asked for in one go; of a service that failed nothing more is asked.
            if any(not isinstance(error, ParkedError) for error in failed):
                return _NONE
            try:
                return await _judge(batch, blocks, documents, asker, language=language)
            except EngineError as error:
                failed.append(error)
                return _NONE

    answers = await asyncio.gather(*map(verdicts, batches))
    parked = next((error for error in failed if isinstance(error, ParkedError)), None)
    if parked is not None:
        raise parked
    return Judged(
        grounded=tuple(pair for answer in answers for pair in answer.grounded),
        usage=sum((answer.usage for answer in answers), Usage(usd=0.0)),
        gaps=tuple(gap for answer in answers for gap in answer.gaps),
        stopped=failed[0] if failed else None,
    )


async def _judge(
    batch: Sequence[tuple[Claim, Grounding]],
    blocks: dict[tuple[str, str], Block],
    documents: Sequence[Document],
    asker: Asker,
    *,
    language: str,
) -> Judged:
    quoted = {(proof.source, proof.block) for _, grounding in batch for proof in grounding.evidence}
    inputs = JudgeInputs(
        language=language,
        source_title=documents[0].source.title if documents else None,
        blocks=tuple(block for place, block in blocks.items() if place in quoted),
        document=tuple(block for block in blocks.values() if block.is_teachable),
        claims=tuple(claim.text for claim, _ in batch),
    )
    try:
        answer = await asker.ask(JUDGE, inputs, accept=lambda reply: _problems(reply, len(batch)))
    except ReplyError as error:
        usage = error.usage if isinstance(error, UnusableReplyError) else Usage(usd=0.0)
        target = batch[0][0].target or ""
        return Judged((), usage, (Gap(target=target, stage=JUDGE.name, code=error.code, message=error.why),))
    said = {draft.claim: draft for draft in answer.reply.verdicts}
    found = []
    for number, (claim, grounding) in enumerate(batch, start=1):
        draft = said[number]
        if draft.verdict == "supported":
            found.append((claim, grounding))
            continue
        words = f'"{draft.words}" ' if draft.words else "it "
        told = "is contradicted by the source" if draft.verdict == "contradicted" else "is not in the source"
        problem = Problem(kind=_KINDS[draft.verdict], text=f"{words}{told}")
        # Below what rules call supported, however alike the words are.
        score = round(grounding.score / 2, 4)
        found.append((claim, grounding.changed(supported=False, score=score, problems=(problem,))))
    return Judged(tuple(found), answer.usage, ())


def _problems(reply: JudgeReply, claims: int) -> list[str]:
    numbers = sorted(draft.claim for draft in reply.verdicts)
    if numbers == list(range(1, claims + 1)):
        return []
    return [f"verdicts must name each claim from 1 to {claims} exactly once; they name {numbers}"]
