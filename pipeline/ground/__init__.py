"""Holds claims against their sources: each supported or not, by exact places, with what does not agree."""

from pipeline.ground.findings import grounding_findings, judged_findings, still_judged
from pipeline.ground.judge import judge_claims
from pipeline.ground.modules import ground_module
from pipeline.ground.passages import Passages, as_document
from pipeline.ground.verdict import ground_claim

__all__ = [
    "Passages",
    "as_document",
    "ground_claim",
    "ground_module",
    "grounding_findings",
    "judge_claims",
    "judged_findings",
    "still_judged",
]
