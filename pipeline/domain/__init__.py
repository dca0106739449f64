"""The nouns of architecture.md §3; a dump of them is the public JSON of the contract."""

from pipeline.domain.base import Noun
from pipeline.domain.batches import Batch, BatchState, Conversion, ConversionState
from pipeline.domain.briefs import BRIEF_FIELDS, Brief, Order, Overruling, Reason, Suitability, Verdict
from pipeline.domain.elements import BloomLevel, Element, FactStatus, Status, Waiver
from pipeline.domain.evidence import Claim, Evidence, Grounding, Problem, ProblemKind
from pipeline.domain.items import CHOICE_TYPES, ItemType, ItemUse, NumericAnswer, Option, QuizItem
from pipeline.domain.lessons import Lesson, Part, PartKind
from pipeline.domain.modules import (
    SCHEMA,
    EngineRecord,
    Gap,
    Module,
    ModuleSettings,
    Omission,
    OmissionReason,
    Usage,
)
from pipeline.domain.objectives import Objective
from pipeline.domain.resources import Resource, ResourceKind
from pipeline.domain.review import (
    Author,
    AuthorKind,
    DecisionKind,
    Proposal,
    Release,
    ReviewDecision,
    Revision,
)
from pipeline.domain.rubrics import Criterion, Decider, Example, Finding, Rubric, Severity
from pipeline.domain.scenarios import Choice, Node, Scenario
from pipeline.domain.sources import (
    Anchor,
    Block,
    BlockKind,
    Chunk,
    ChunkSpan,
    Document,
    IngestWarning,
    Source,
)

ELEMENT_TYPES: dict[str, type[Element]] = {
    "objective": Objective,
    "part": Part,
    "item": QuizItem,
    "scenario": Scenario,
    "resource": Resource,
}
"""Element kind → its class, for what reads stored revisions back."""

__all__ = [
    "BRIEF_FIELDS",
    "CHOICE_TYPES",
    "ELEMENT_TYPES",
    "SCHEMA",
    "Anchor",
    "Author",
    "AuthorKind",
    "Batch",
    "BatchState",
    "Block",
    "BlockKind",
    "BloomLevel",
    "Brief",
    "Choice",
    "Chunk",
    "ChunkSpan",
    "Claim",
    "Conversion",
    "ConversionState",
    "Criterion",
    "Decider",
    "DecisionKind",
    "Document",
    "Element",
    "EngineRecord",
    "Evidence",
    "Example",
    "FactStatus",
    "Finding",
    "Gap",
    "Grounding",
    "IngestWarning",
    "ItemType",
    "ItemUse",
    "Lesson",
    "Module",
    "ModuleSettings",
    "Node",
    "Noun",
    "NumericAnswer",
    "Objective",
    "Omission",
    "OmissionReason",
    "Option",
    "Order",
    "Overruling",
    "Part",
    "PartKind",
    "Problem",
    "ProblemKind",
    "Proposal",
    "QuizItem",
    "Reason",
    "Release",
    "Resource",
    "ResourceKind",
    "ReviewDecision",
    "Revision",
    "Rubric",
    "Scenario",
    "Severity",
    "Source",
    "Status",
    "Suitability",
    "Usage",
    "Verdict",
    "Waiver",
]
