"""Several elements with findings → their new versions, in as few and as short questions as can be.

A language model is asked about several elements in one question, with only the blocks that they and their lessons rest
on, and about a story by itself; an engine that reads inputs element by element. What no usable version comes of stays
as it is: its findings stand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pipeline.domain import (
    Document,
    Element,
    ItemType,
    Module,
    Objective,
    Omission,
    OmissionReason,
    Part,
    PartKind,
    QuizItem,
    Resource,
    Scenario,
    Usage,
)
from pipeline.draft.desk import Judged, Report
from pipeline.draft.rewrite import again, blocks_near, blocks_to_rewrite, objective_served, rewritten
from pipeline.engines.ask import Asker, UnusableReplyError
from pipeline.engines.mending import MEND, FlaggedElement, MendedReply, MendInputs
from pipeline.engines.quotes import QuoteFinder
from pipeline.engines.shown import Shown
from pipeline.errors import EngineError, ParkedError, ReplyError
from pipeline.injections import without_orders
from pipeline.prose.minutes import minutes_of
from pipeline.tokens import count

T = TypeVar("T")

STAGE = "revise"
# What a new version costs to write, with its quotes; and what of the reply's limit may be filled.
_REPLY_TOKENS = {"item": 500, "resource": 500, "part": 300, "objective": 250}
_MOST_REPLY_TOKENS = 6000
# Of a question's blocks: more of them and the model would be better asked twice.
_MOST_SOURCE_TOKENS = 2500


@dataclass(frozen=True)
class Rewrites:
    """New versions, and what they cost."""

    elements: tuple[Element, ...] = ()
    usage: Usage = field(default_factory=lambda: Usage(usd=0.0))
    stopped: EngineError | None = None
    """The failure of a service that ended the asking."""


@dataclass(frozen=True)
class _Flagged:
    """An element to write again, with its reasons and the ids of the blocks that it rests on."""

    element: Element
    reasons: tuple[str, ...]
    objective: Objective | None
    blocks: frozenset[str]


async def rewrite_elements(
    module: Module,
    reasons: Mapping[str, Sequence[str]],
    *,
    documents: Sequence[Document],
    asker: Asker,
    concurrency: int,
    report: Report,
) -> Rewrites:
    """The new versions of the elements of those ids, as many as can be had; `reasons` say what is wrong with each.

    Of EngineErrors raises ParkedError only, when everything was asked.
    """
    if asker.engine.reads_inputs:
        return await _one_by_one(module, reasons, documents=documents, asker=asker, report=report)
    documents = without_orders(documents)
    finder = QuoteFinder(documents)
    stories = [one for one in reasons if isinstance(module.element(one), Scenario)]
    flagged = [_flagged(module, one, tuple(why), finder) for one, why in reasons.items() if one not in stories]
    questions = _shared_out(flagged, finder)
    asked = _Asked(
        module,
        documents,
        finder=finder,
        asker=asker,
        concurrency=concurrency,
        report=report,
        questions=len(questions) + len(stories),
    )
    answers = await asyncio.gather(
        *(asked.question(one) for one in questions), *(asked.story(one, tuple(reasons[one])) for one in stories)
    )
    if asked.parked is not None:
        raise asked.parked
    return Rewrites(tuple(element for answer in answers for element in answer), asked.usage, asked.stopped)


async def _one_by_one(
    module: Module, reasons: Mapping[str, Sequence[str]], *, documents: Sequence[Document], asker: Asker, report: Report
) -> Rewrites:
    documents = without_orders(documents)
    finder = QuoteFinder(documents)
    document = tuple(block for one in documents for block in one.blocks if block.is_teachable)
    made = []
    for number, element_id in enumerate(reasons, 1):
        element = module.element(element_id)
        # From the blocks of its lesson a text would say again what the lesson's other texts say.
        objective = None if isinstance(element, Part | Resource) else objective_served(module, element)
        blocks = blocks_to_rewrite(module, element, objective, finder, asker=asker)
        try:
            rewrite = await rewritten(
                module,
                element,
                blocks=blocks,
                document=document,
                finder=finder,
                instruction="",
                # In the wording that the module was drafted in.
                variant=0,
                asker=asker,
            )
        except ReplyError:
            # It has no other version, which leaves the element and its findings as they are.
            pass
        else:
            made.append(rewrite.element)
            # No later item is to ask what this one asks now.
            module = module.with_element(rewrite.element)
        report(STAGE, number, len(reasons))
    return Rewrites(tuple(made))


def refitted(module: Module, before: Module, documents: Sequence[Document]) -> Module:
    """The module with what follows from its texts as they are now: minutes of lessons, and the ledger of omissions.

    `before` is the module as it was drafted, whose ledger is complete.
    """
    drafted = {lesson.id: lesson for lesson in before.lessons}
    lessons = tuple(
        lesson if lesson.parts == drafted[lesson.id].parts else lesson.changed(minutes=minutes_of(list(lesson.parts)))
        for lesson in module.lessons
    )
    used, was_used = module.used_blocks(), before.used_blocks()
    listed = {(one.source, one.block): one for one in before.omissions if (one.source, one.block) not in used}
    for place in was_used - used - listed.keys():
        note = "quoted by a text that was written again without it"
        listed[place] = Omission(source=place[0], block=place[1], reason=OmissionReason.PARKED, note=note)
    order = {
        (document.source.id, block.id): (number, place)
        for number, document in enumerate(documents)
        for place, block in enumerate(document.blocks)
    }
    omissions = sorted(listed.values(), key=lambda one: order.get((one.source, one.block), (len(documents), 0)))
    return module.model_copy(update={"lessons": lessons, "omissions": tuple(omissions)})


class _Asked:
    """The questions of one module, asked side by side."""

    def __init__(
        self,
        module: Module,
        documents: Sequence[Document],
        *,
        finder: QuoteFinder,
        asker: Asker,
        concurrency: int,
        report: Report,
        questions: int,
    ) -> None:
        self.usage = Usage(usd=0.0)
        self.stopped: EngineError | None = None
        self.parked: ParkedError | None = None
        self._module, self._finder, self._asker, self._report = module, finder, asker, report
        self._document = tuple(block for one in documents for block in one.blocks if block.is_teachable)
        self._slots = asyncio.Semaphore(concurrency)
        self._done, self._of = 0, questions

    async def question(self, flagged: Sequence[_Flagged]) -> tuple[Element, ...]:
        """The usable new versions in the reply to one question."""
        blocks = self._finder.blocks_in_order(frozenset().union(*(one.blocks for one in flagged)))
        shown = Shown(blocks)
        inputs = MendInputs(
            language=self._module.language,
            source_title=None,
            blocks=blocks,
            document=self._document,
            brief=self._module.brief,
            flagged=tuple(
                FlaggedElement(
                    kind=one.element.kind_name,
                    element=one.element.content(),
                    objective=one.objective.text if one.objective and one.objective is not one.element else None,
                    findings=one.reasons,
                )
                for one in flagged
            ),
        )
        usable: list[Element] = []

        def accept(reply: MendedReply) -> list[str]:
            judged = _judged(reply, flagged, shown=shown, finder=self._finder)
            usable[:] = [one.piece for one in judged if one.piece is not None]
            return [] if usable or not judged else [problem for one in judged for problem in one.problems]

        answer = await self._answer(lambda: self._asker.ask(MEND, inputs, accept=accept))
        if answer is None:
            return ()
        self.usage += answer.usage
        return tuple(usable)

    async def story(self, element_id: str, reasons: tuple[str, ...]) -> tuple[Element, ...]:
        """The usable new version of a scenario: as long as many other elements together, it is asked for alone."""
        element = self._module.element(element_id)
        objective = objective_served(self._module, element)
        made = await self._answer(
            lambda: rewritten(
                self._module,
                element,
                blocks=blocks_to_rewrite(self._module, element, objective, self._finder, asker=self._asker),
                document=self._document,
                finder=self._finder,
                instruction="",
                variant=0,
                asker=self._asker,
                reasons=reasons,
            )
        )
        if made is None:
            return ()
        self.usage += made.usage
        return (made.element,)

    async def _answer(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        """What the question comes to; None where there is no usable reply, or nothing more is asked."""
        async with self._slots:
            if self.stopped is not None:
                return None
            try:
                return await ask()
            except ParkedError as error:
                self.parked = error
                return None
            except ReplyError as error:
                # Nothing is missing where nothing could be mended: the elements stand, and so do their findings.
                if isinstance(error, UnusableReplyError):
                    self.usage += error.usage
                return None
            except EngineError as error:
                self.stopped = error
                return None
            finally:
                self._done += 1
                self._report(STAGE, self._done, self._of)


def _judged(
    reply: MendedReply, flagged: Sequence[_Flagged], *, shown: Shown, finder: QuoteFinder
) -> list[Judged[Element]]:
    """Each draft in the place of its element, once an element; drafts of none that was asked about left out."""
    judged: dict[int, Judged[Element]] = {}
    for mended in reply.mended:
        number = mended.element
        if not 1 <= number <= len(flagged) or number in judged:
            continue
        element = flagged[number - 1].element
        where = f"element {number}"
        draft = getattr(mended, element.kind_name)
        if draft is None:
            judged[number] = Judged(element.id, None, (f"{where} has no new {element.kind_name}",))
        else:
            judged[number] = again(element, draft, shown=shown, finder=finder, where=where)
    return list(judged.values())


def _flagged(module: Module, element_id: str, reasons: tuple[str, ...], finder: QuoteFinder) -> _Flagged:
    element = module.element(element_id)
    objective = objective_served(module, element)
    # Steps, and what an objective rests on, stand all over the lesson; everything else is proved by its own quotes.
    needs_lesson = (
        isinstance(element, Objective)
        or (isinstance(element, Part) and element.kind is PartKind.PROCEDURE)
        or (isinstance(element, QuizItem) and element.type is ItemType.ORDER)
    )
    near = blocks_near(module, element, objective if needs_lesson else None, finder)
    return _Flagged(element, reasons, objective, frozenset(block.id for block in near))


def _shared_out(flagged: Sequence[_Flagged], finder: QuoteFinder) -> list[list[_Flagged]]:
    """The elements in order, as many in one question as its reply and its source hold."""
    questions: list[list[_Flagged]] = []
    reply = source = 0
    seen: frozenset[str] = frozenset()
    for one in flagged:
        cost = _REPLY_TOKENS.get(one.element.kind_name, 300)
        more = sum(count(block.text) for block in finder.blocks_in_order(one.blocks - seen))
        if not questions or reply + cost > _MOST_REPLY_TOKENS or source + more > _MOST_SOURCE_TOKENS:
            questions.append([])
            reply = source = 0
            seen = frozenset()
            more = sum(count(block.text) for block in finder.blocks_in_order(one.blocks))
        questions[-1].append(one)
        reply, source, seen = reply + cost, source + more, seen | one.blocks
    return questions
