"""One pass over a checked module: what the rubrics found wrong is written again, and what got better is kept.

In: a module as a stage left it. Out: the module with rewrites, to be checked again; then the module with those of them
that are better. Stages are blind to one another, so what drafting, checking and revising have to say to each other
comes together here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.check import CHECKS, check_elements
from pipeline.domain import Document, Element, Gap, Module, Rubric
from pipeline.draft import Report, can_be_rewritten, refitted, rewrite_elements
from pipeline.engines.ask import Asker
from pipeline.errors import EngineError
from pipeline.revise import Errand, plan_revision, settle_revision

# Decided by code that looks at the module, and about one element all the same.
_OF_ONE_ELEMENT = frozenset({"items_ask_different_things"})
# Only a person who sees the page can say what stands there.
_BY_A_PERSON = frozenset({"doubtful_readings_are_marked"})


def past_mending() -> frozenset[str]:
    """Ids of the criteria that no other version of one element meets: what is found on a lesson or the module shows on
    some element that another wording of it would not mend.
    """
    of_more = {name for name, check in CHECKS.items() if check.kind in ("lesson", "module")}
    return (frozenset(of_more) - _OF_ONE_ELEMENT) | _BY_A_PERSON


@dataclass(frozen=True)
class Revision:
    """A pass under way: the module as it was, and what was to be written again."""

    before: Module
    errands: tuple[Errand, ...]
    stopped: EngineError | None = None
    """The failure of a service that ended the asking."""


@dataclass(frozen=True)
class Rewritten:
    """A module with rewrites in it, whatever they are worth; without a revision nothing was to be done."""

    module: Module
    revision: Revision | None = None


async def rewritten(
    module: Module,
    documents: Sequence[Document],
    *,
    asker: Asker,
    concurrency: int,
    report: Report,
    apart_from: frozenset[str] = frozenset(),
) -> Rewritten:
    """The module with a new version of everything that has errors and warnings, as far as the engine had one;
    elements of the ids in `apart_from` stay as they are.

    Of EngineErrors raises ParkedError only.
    """

    def may_be(element: Element) -> bool:
        return element.id not in apart_from and can_be_rewritten(element)

    errands = plan_revision(module, past_mending=past_mending(), can_be_rewritten=may_be)
    if not errands:
        return Rewritten(module)
    report("revise", 0, len(errands))
    made = await rewrite_elements(
        module,
        {errand.element_id: errand.reasons for errand in errands},
        documents=documents,
        asker=asker,
        concurrency=concurrency,
        report=report,
    )
    gaps = module.gaps
    if made.stopped is not None:
        told = f"not everything that a check found could be mended: {made.stopped.why}"
        gaps = (*gaps, Gap(target=module.id, stage="revise", code=made.stopped.code, message=told))
    if not made.elements and made.stopped is None:
        return Rewritten(module.model_copy(update={"usage": module.usage + made.usage}))
    before = module.model_copy(update={"usage": module.usage + made.usage, "gaps": gaps})
    after = before
    for element in made.elements:
        after = after.with_element(element)
    return Rewritten(refitted(after, before, documents), Revision(before, errands, made.stopped))


@dataclass(frozen=True)
class Outcome:
    """What is left of a revision."""

    module: Module
    kept: tuple[str, ...]
    """Ids of the elements that stay rewritten."""
    is_whole: bool
    """Whether all of the rewrites stay, so that the module is as it was checked."""

    def recorded(self, revision: Revision) -> Module:
        """The module with what was mended in its engine record, for whoever reviews it."""
        criteria = {errand.element_id: errand.criteria for errand in revision.errands}
        revised = {element_id: criteria[element_id] for element_id in self.kept}
        return self.module.model_copy(update={"engine": self.module.engine.model_copy(update={"revised": revised})})


def screened_alone(
    module: Module, revision: Revision, documents: Sequence[Document], rubrics: Sequence[Rubric]
) -> Module:
    """The module with findings on each rewrite as far as it goes alone, all others as they were before."""
    ids = frozenset(errand.element_id for errand in revision.errands)
    found = check_elements(module, ids, documents, rubrics)
    known = tuple(finding for finding in revision.before.findings if finding.target not in ids)
    return module.model_copy(update={"findings": (*known, *found)})


def settled(module: Module, revision: Revision, documents: Sequence[Document]) -> Outcome:
    """The checked module, with the rewrites that are no better put back."""
    result = settle_revision(revision.before, module, revision.errands)
    if result.is_whole:
        return Outcome(module, result.kept, is_whole=True)
    return Outcome(refitted(result.module, revision.before, documents), result.kept, is_whole=False)
