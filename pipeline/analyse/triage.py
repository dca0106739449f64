"""Which format fits each objective of an outline, and with them the module: asked when the outline is known.

In: the documents, the verdict of the brief and the objectives. Out: the suitability with the objectives' verdicts and
the live sessions in order, each reason quoted from the source.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import tokens
from pipeline.analyse.suitability import is_shown_whole, opening_of
from pipeline.domain import (
    Block,
    Brief,
    Document,
    ObjectiveVerdict,
    Reason,
    Session,
    Suitability,
    Usage,
    Verdict,
)
from pipeline.engines.ask import Asker
from pipeline.engines.quotes import QuoteFinder
from pipeline.engines.shown import Shown
from pipeline.engines.tasks import ReasonDraft, TopicInputs
from pipeline.engines.triage import TRIAGE, SessionDraft, TriageInputs, TriageReply

# Of a long document the words that the objectives rest on are shown.
_EVIDENCE_TOKENS = 1000
# What fits into one reply with a reason each; a book of several hundred objectives is asked about in shares.
_MOST_TOPICS = 40
_MOST_REASONS = 3
_NEEDS_NO_SESSION = (Verdict.ASYNC, Verdict.JOB_AID)


@dataclass(frozen=True)
class Triaged:
    """What was found out, and what it cost."""

    suitability: Suitability
    usage: Usage


async def triage(
    documents: Sequence[Document],
    topics: Sequence[TopicInputs],
    suitability: Suitability,
    brief: Brief,
    asker: Asker,
    *,
    language: str,
) -> Triaged:
    """The suitability with a verdict on each objective; raises EngineError.

    A language model that has read the whole of a document and found nothing to practise live is not asked again: its
    verdict holds for every objective. A reason that cannot be traced to the source is left out, and with the last of
    them the verdict it was given for.
    """
    teachable = tuple(block for document in documents for block in document.blocks if block.is_teachable)
    if not topics:
        return Triaged(suitability, Usage(usd=0.0))
    is_read = is_shown_whole(teachable)
    if not asker.engine.reads_inputs and is_read and suitability.verdict in _NEEDS_NO_SESSION:
        return Triaged(suitability.changed(objectives=_as_the_module(topics, suitability)), Usage(usd=0.0))
    finder = QuoteFinder(documents)
    found: list[Suitability] = []
    usage = Usage(usd=0.0)
    for share in _shares(topics, most=len(topics) if asker.engine.reads_inputs else _MOST_TOPICS):
        # The same blocks as the brief was asked about begin alike, for the prompt cache.
        shown_part = opening_of(teachable) if is_read else _rested_on(share, finder)
        inputs = TriageInputs(
            language=language,
            source_title=documents[0].source.title,
            blocks=teachable if asker.engine.reads_inputs else shown_part,
            document=teachable,
            brief=brief,
            topics=share,
        )
        answer = await asker.ask(TRIAGE, inputs, accept=functools.partial(_problems, count=len(share)))
        found.append(_Judgement(answer.reply, share, finder, Shown(inputs.blocks)).suitability(suitability))
        usage += answer.usage
    return Triaged(found[0] if len(found) == 1 else _joined(found, suitability), usage)


def _shares(topics: Sequence[TopicInputs], *, most: int) -> list[tuple[TopicInputs, ...]]:
    """The objectives in order, in as few shares as may be, about evenly filled."""
    count = -(-len(topics) // most)
    size = -(-len(topics) // count)
    return [tuple(topics[start : start + size]) for start in range(0, len(topics), size)]


def _joined(found: Sequence[Suitability], before: Suitability) -> Suitability:
    """The verdict on the whole from those on its shares, with the reasons of the shares that brought it about."""
    objectives = tuple(one for share in found for one in share.objectives)
    sessions = tuple(one for share in found for one in share.sessions)
    told = {share.verdict for share in found if share.verdict is not None}
    if not told:
        verdict = None
    elif told <= {Verdict.LIVE}:
        verdict = Verdict.LIVE
    elif told & {Verdict.LIVE, Verdict.BLENDED}:
        verdict = Verdict.BLENDED
    else:
        verdict = Verdict.JOB_AID if told <= {Verdict.JOB_AID} else Verdict.ASYNC
    speaking = (Verdict.LIVE, Verdict.BLENDED) if verdict is Verdict.BLENDED else (verdict,)
    reasons = [reason for share in found if share.verdict in speaking for reason in share.reasons]
    return before.changed(
        verdict=verdict,
        reasons=tuple(reasons[:_MOST_REASONS]) if verdict else (),
        objectives=objectives,
        sessions=sessions,
    )


class _Judgement:
    """A reply as the domain has it."""

    def __init__(
        self, reply: TriageReply, topics: Sequence[TopicInputs], finder: QuoteFinder, shown: Shown
    ) -> None:
        self._reply, self._topics, self._finder, self._shown = reply, topics, finder, shown

    def suitability(self, before: Suitability) -> Suitability:
        """The suitability; the verdict is unknown where nothing of it can be traced, or no part of a blend is left."""
        objectives = tuple(
            ObjectiveVerdict(objective_id=self._topics[one.objective - 1].objective.id, format=one.format, reasons=why)
            for one in sorted(self._reply.objectives, key=lambda one: one.objective)
            if (why := self._reasons(one.reasons))
        )
        reasons = self._reasons(self._reply.reasons)
        verdict = Verdict(self._reply.verdict) if reasons else None
        live = {one.objective_id for one in objectives if one.format == "live"}
        sessions = tuple(kept for one in self._reply.sessions if (kept := self._session(one, live)) is not None)
        if verdict in (Verdict.BLENDED, Verdict.LIVE) and not (live or sessions):
            verdict = None
        return before.changed(
            verdict=verdict, reasons=reasons if verdict else (), objectives=objectives, sessions=sessions
        )

    def _reasons(self, drafts: Sequence[ReasonDraft]) -> tuple[Reason, ...]:
        return tuple(
            Reason(text=draft.text.strip(), evidence=evidence)
            for draft in drafts
            if draft.text.strip() and (evidence := self._finder.all_evidence(draft.quotes, shown=self._shown))
        )

    def _session(self, draft: SessionDraft, live: set[str]) -> Session | None:
        """The session of the live objectives it names; None where none of them is left, or where it names none and
        nothing of the source stands behind it.
        """
        named = [self._topics[number - 1].objective.id for number in dict.fromkeys(draft.objectives)]
        kept = tuple(one for one in named if one in live)
        is_told = bool(self._finder.all_evidence(draft.quotes, shown=self._shown))
        if not kept and (named or not is_told):
            return None
        # Minutes that no words of the source stand behind are made up.
        minutes = draft.minutes if draft.minutes and draft.minutes > 0 and is_told else None
        return Session(
            title=draft.title.strip(), objective_ids=kept, activity=draft.activity.strip(), minutes=minutes
        )


def _problems(reply: TriageReply, count: int) -> list[str]:
    """Why the reply cannot be used: what it says of the module and of its parts must be one."""
    known = range(1, count + 1)
    named = [one.objective for one in reply.objectives]
    problems = [f"there is no objective {number}" for number in sorted(set(named) - set(known))]
    problems += [f"objective {number} has no format" for number in known if number not in named]
    problems += [f"objective {number} has two formats" for number in known if named.count(number) > 1]
    live = {one.objective for one in reply.objectives if one.format == "live"}
    if reply.verdict in ("async", "job_aid") and live:
        problems.append(f"the verdict is {reply.verdict}, and objectives are live")
    if reply.verdict == "blended" and not live and not reply.sessions:
        problems.append("the verdict is blended, and no objective is live")
    if reply.verdict == "live" and len(live) < count:
        problems.append("the verdict is live, and not every objective is; then it is blended")
    held = {number for session in reply.sessions for number in session.objectives}
    problems += [f"objective {number} is live and in no session" for number in sorted(live - held)]
    problems += [f"a session names objective {number}, which is not live" for number in sorted(held - live)]
    problems += [
        f"session {number} has no title or no activity"
        for number, session in enumerate(reply.sessions, 1)
        if not (session.title.strip() and session.activity.strip())
    ]
    return problems


def _as_the_module(topics: Sequence[TopicInputs], suitability: Suitability) -> tuple[ObjectiveVerdict, ...]:
    """What holds for the whole module holds for each objective, with the reasons that rest on its own blocks."""
    return tuple(
        ObjectiveVerdict(objective_id=topic.objective.id, format="async", reasons=own)
        for topic in topics
        if (
            own := tuple(
                reason for reason in suitability.reasons if any(one.block in topic.blocks for one in reason.evidence)
            )
        )
    )


def _rested_on(topics: Sequence[TopicInputs], finder: QuoteFinder) -> tuple[Block, ...]:
    """The blocks that the objectives quote, the first of each before the second of any, within a token budget."""
    quoted = [list(dict.fromkeys(proof.block for proof in topic.objective.evidence)) for topic in topics]
    turns = [one[turn] for turn in range(max(map(len, quoted), default=0)) for one in quoted if turn < len(one)]
    kept: set[str] = set()
    room = _EVIDENCE_TOKENS
    for block_id in turns:
        block = finder.block(block_id)
        if block is None or block_id in kept:
            continue
        room -= tokens.count(block.text)
        if room < 0:
            break
        kept.add(block_id)
    return finder.blocks_in_order(kept)
