"""A language model's verdict on a drafted module's claims, beside what rules found; a person looks at both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import Claim, Document, Gap, Grounding, Module, Rubric
from pipeline.engines.ask import Asker
from pipeline.errors import EngineError
from pipeline.ground import judge_claims, judged_findings


@dataclass(frozen=True)
class JudgedModule:
    """The module with what the engine said of its claims."""

    module: Module
    stopped: EngineError | None
    """The failure of a service that ended the judging."""


async def judged(
    module: Module,
    grounded: Sequence[tuple[Claim, Grounding]],
    documents: Sequence[Document],
    rubrics: Sequence[Rubric],
    *,
    asker: Asker,
    concurrency: int,
) -> JudgedModule:
    """A finding for each of the module's claims that the engine does not find in the source, and a gap for each
    question that failed; `grounded` is what rules say of the claims.

    Of EngineErrors raises ParkedError only.
    """
    made = await judge_claims(grounded, documents, asker, language=module.language, concurrency=concurrency)
    gaps = (*module.gaps, *made.gaps)
    if made.stopped is not None:
        gaps = (*gaps, Gap(target=module.id, stage="judge-claims", code=made.stopped.code, message=made.stopped.why))
    added = {
        "findings": (*module.findings, *judged_findings(made.grounded, rubrics)),
        "gaps": gaps,
        "usage": module.usage + made.usage,
    }
    return JudgedModule(module.model_copy(update=added), made.stopped)
