"""A language model's verdict on a drafted module's claims, beside what rules found; a person looks at both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import Document, Gap, Module, Rubric
from pipeline.engines.ask import Asker
from pipeline.errors import EngineError, ParkedError
from pipeline.ground import ground_module, judge_claims, judged_findings


@dataclass(frozen=True)
class JudgedModule:
    """The module with what the engine said of its claims."""

    module: Module
    stopped: EngineError | None
    """The failure of a service that ended the judging."""


async def judged(
    module: Module, documents: Sequence[Document], rubrics: Sequence[Rubric], *, asker: Asker, concurrency: int
) -> JudgedModule:
    """A finding for each claim that the engine does not find in the source, and a gap for each question that failed.

    Of EngineErrors raises ParkedError only.
    """
    grounded = ground_module(module, documents)
    try:
        made = await judge_claims(grounded, documents, asker, language=module.language, concurrency=concurrency)
    except ParkedError:
        raise
    except EngineError as error:
        gap = Gap(target=module.id, stage="judge-claims", code=error.code, message=error.why)
        return JudgedModule(module.model_copy(update={"gaps": (*module.gaps, gap)}), error)
    added = {
        "findings": (*module.findings, *judged_findings(made.grounded, rubrics)),
        "gaps": (*module.gaps, *made.gaps),
        "usage": module.usage + made.usage,
    }
    return JudgedModule(module.model_copy(update=added), None)
