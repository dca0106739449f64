"""What engines can be asked for: each task's inputs, and the shape of its reply.

Replies stay inside the portable subset of strict JSON schema (llm-facts §3): every field required, null instead of
optional, no defaults, no numeric or length keywords, five levels at most. Limits are words in the prompt and are
checked afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar

from pipeline.domain import Block, Brief, Noun, Objective, Told

# Measured on the embedded drafts of real documents: what a short passage gives, and one more a few sentences.
_FEWEST_ITEMS = 2
_WORDS_AN_ITEM = 100

Bloom = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]


class Quote(Told):
    """Words of the source, verbatim, and the block they stand in: its number in the prompt, or its id."""

    block: str
    text: str


# --- inputs ---------------------------------------------------------------------------------------------------------


class Inputs(Noun):
    """What every task is given."""

    language: str
    """BCP 47 tag to draft in."""
    source_title: str | None
    blocks: tuple[Block, ...]
    """The teachable blocks that this question is about and that its prompt shows, in reading order."""
    document: tuple[Block, ...]
    """Every teachable block of the module's sources, for context: where true-of-something-else distractors come
    from. Prompts show it only where it is small."""


class BriefInputs(Inputs):
    """For the brief and the suitability verdict; fields given by the designer are to be kept."""

    audience: str | None
    performance_goal: str | None
    prerequisites: tuple[str, ...]
    tone: str | None

    @property
    def opening(self) -> tuple[Block, ...]:
        """The blocks that stand at the beginning of the document, without a hole: what is shown in full. All of them
        where the document begins with a block too long to be shown.
        """
        pairs = enumerate(zip(self.blocks, self.document, strict=False))
        end = next((place for place, (shown, stands) in pairs if shown.id != stands.id), len(self.blocks))
        return self.blocks[: end or len(self.blocks)]

    @property
    def outline(self) -> tuple[Block, ...]:
        """The blocks after the opening: headings of the rest."""
        return self.blocks[len(self.opening) :]


class ObjectivesInputs(Inputs):
    """For the objectives of one chunk."""

    brief: Brief


class ItemCounts(NamedTuple):
    """How many items are wanted at most, by use."""

    practice: int
    test: int


class TopicInputs(Noun):
    """One objective to write for."""

    objective: Objective
    lesson_title: str
    blocks: tuple[str, ...]
    """Ids of the blocks that the objective covers, all of them among the blocks shown."""
    practised: tuple[str, ...] = ()
    """Ids of the blocks that the lesson's own practice rests on, so that items ask for something else."""
    follow_ups: int = 0
    """How many items are wanted, besides those for practice and test, to be asked days after the course."""
    planned: ItemCounts | None = None
    """How many items a plan wants; None leaves it to what the blocks can carry."""


class LessonInputs(Inputs):
    """For the lessons of some objectives of one chunk; `blocks` are the whole chunk, the same for all its questions."""

    brief: Brief
    topics: tuple[TopicInputs, ...]
    """Every objective of the chunk; they are numbered from 1."""
    asked: tuple[int, ...]
    """The numbers of those to write for."""

    def topic(self, number: int) -> TopicInputs:
        """The objective of that number."""
        return self.topics[number - 1]

    def blocks_of(self, topic: TopicInputs) -> tuple[Block, ...]:
        """The blocks of one of the topics, in reading order."""
        own = frozenset(topic.blocks)
        return tuple(block for block in self.blocks if block.id in own)


class ItemsInputs(LessonInputs):
    """For the quiz items of some objectives of one chunk."""

    test_items: int
    """How many items for the test are wanted at most, for each objective."""
    practice_items: int
    """How many practice items are wanted at most, for each objective."""

    def wanted(self, topic: TopicInputs) -> ItemCounts:
        """How many items the plan wants of the topic; without one, how many are worth asking about its blocks."""
        most = ItemCounts(self.practice_items, self.test_items)
        return topic.planned or counts_worth_asking(self.blocks_of(topic), most)

    def most(self, topic: TopicInputs) -> ItemCounts:
        """How many items the topic may have, whatever its blocks carry."""
        return topic.planned or ItemCounts(self.practice_items, self.test_items)


def counts_worth_asking(blocks: Iterable[Block], most: ItemCounts) -> ItemCounts:
    """What the blocks can carry of each use, in the proportion of the most that are wanted."""
    items = items_worth_asking(blocks, most=sum(most))
    practice = round(items * most.practice / sum(most))
    return ItemCounts(practice, items - practice)


def items_worth_asking(blocks: Iterable[Block], *, most: int) -> int:
    """How many items the blocks can carry without asking the same point twice."""
    words = sum(len(block.text.split()) for block in blocks)
    return max(min(_FEWEST_ITEMS + words // _WORDS_AN_ITEM, most), 1)


class RewriteInputs(Inputs):
    """For another version of one element."""

    brief: Brief
    kind: str
    """Element kind: objective, part, item, scenario or resource."""
    element: dict[str, object]
    """The element's content as it stands (its public JSON)."""
    objective: Objective | None
    """The objective the element serves, the first of a scenario's."""
    instruction: str
    """What the designer asked for; may be empty."""
    findings: tuple[str, ...]
    """Messages of the element's open findings."""
    taken: tuple[str, ...] = ()
    """Stems of the module's other items, for an item: what they ask is asked."""
    tested: tuple[Quote, ...] = ()
    """What the test's items rest on, for a scenario: it asks for something else where the source has enough."""


# --- replies --------------------------------------------------------------------------------------------------------


class ReasonDraft(Told):
    """A reason for the suitability verdict."""

    text: str
    quotes: tuple[Quote, ...]


class BriefReply(Told):
    """Title, brief and suitability of a module."""

    title: str
    audience: str
    performance_goal: str
    prerequisites: tuple[str, ...]
    tone: str
    verdict: Literal["async", "blended", "live", "job_aid"]
    reasons: tuple[ReasonDraft, ...]


class ObjectiveDraft(Told):
    """One objective and the blocks its lesson teaches."""

    lesson_title: str
    text: str
    audience: str
    behaviour: str
    condition: str
    degree: str
    bloom: Bloom
    job_behaviour: str | None
    blocks: tuple[str, ...]
    """Numbers or ids of the blocks the lesson will teach."""
    quotes: tuple[Quote, ...]


class ParkedBlock(Told):
    """A block that no lesson teaches, and why."""

    block: str
    reason: Literal["parked", "duplicate", "unreadable", "not_instructional"]
    note: str | None


class ObjectivesReply(Told):
    """The objectives of one chunk; none where it holds nothing to perform."""

    objectives: tuple[ObjectiveDraft, ...]
    parked: tuple[ParkedBlock, ...]


class PartDraft(Told):
    """One part of a lesson."""

    kind: Literal[
        "relevance",
        "explanation",
        "example",
        "non_example",
        "procedure",
        "practice",
        "reflection",
        "summary",
        "job_aid",
    ]
    markdown: str
    quotes: tuple[Quote, ...]


class JobAidDraft(Told):
    """A page to use on the job."""

    title: str
    markdown: str
    quotes: tuple[Quote, ...]


class LessonReply(Told):
    """The parts of one lesson, in order, and a job aid where there is something to look up or follow."""

    parts: tuple[PartDraft, ...]
    job_aid: JobAidDraft | None


class LessonDraft(Told):
    """The lesson of one of the objectives asked about."""

    objective: int
    """The objective's number in the question."""
    parts: tuple[PartDraft, ...]
    job_aid: JobAidDraft | None


class TermDraft(Told):
    """A term or an abbreviation that the source explains."""

    term: str
    meaning: str
    """The source's own words for it, shortened at most."""
    quotes: tuple[Quote, ...]


class LessonsReply(Told):
    """The lessons of the objectives asked about, and the terms that the blocks explain, for the glossary."""

    lessons: tuple[LessonDraft, ...]
    terms: tuple[TermDraft, ...] = ()


class OptionDraft(Told):
    """One option with its reasoning."""

    text: str
    feedback: str
    misconception: str | None
    target: str | None
    """What the option is matched with, in match items; else null."""
    quotes: tuple[Quote, ...]


class NumberDraft(Told):
    """The answer of a numeric item."""

    value: float
    tolerance: float
    unit: str | None


class ItemDraft(Told):
    """One quiz item. `correct` are indices of `options` from 0: the keys of a choice item, or the right order of an
    order item; empty for the other types.
    """

    type: Literal["single", "multiple", "true_false", "order", "match", "cloze", "numeric", "short"]
    use: Literal["practice", "test", "follow_up"]
    bloom: Bloom
    stem: str
    options: tuple[OptionDraft, ...]
    correct: tuple[int, ...]
    accepted: tuple[tuple[str, ...], ...]
    """cloze: accepted texts a blank; short: one list; else empty."""
    number: NumberDraft | None
    general_feedback: str
    hint: str | None
    quotes: tuple[Quote, ...]


class ItemsReply(Told):
    """The items of one objective."""

    items: tuple[ItemDraft, ...]


class QuizDraft(Told):
    """The items of one of the objectives asked about."""

    objective: int
    """The objective's number in the question."""
    items: tuple[ItemDraft, ...]


class QuizzesReply(Told):
    """The items of the objectives asked about."""

    quizzes: tuple[QuizDraft, ...]


# --- tasks ----------------------------------------------------------------------------------------------------------

R = TypeVar("R", bound=Noun)
I = TypeVar("I", bound=Inputs)  # noqa: E741


@dataclass(frozen=True)
class Task(Generic[I, R]):
    """A kind of question; its name is the id of its prompt."""

    name: str
    inputs: type[I]
    reply: type[R]
    max_output_tokens: int


BRIEF = Task("brief", BriefInputs, BriefReply, 1200)
OBJECTIVES = Task("objectives", ObjectivesInputs, ObjectivesReply, 4000)
LESSON = Task("lesson", LessonInputs, LessonsReply, 8000)
ITEMS = Task("items", ItemsInputs, QuizzesReply, 8000)
REWRITE_OBJECTIVE = Task("rewrite-objective", RewriteInputs, ObjectiveDraft, 1000)
REWRITE_PART = Task("rewrite-part", RewriteInputs, PartDraft, 2000)
REWRITE_ITEM = Task("rewrite-item", RewriteInputs, ItemDraft, 2000)
REWRITE_RESOURCE = Task("rewrite-resource", RewriteInputs, JobAidDraft, 2000)

TASKS = (BRIEF, OBJECTIVES, LESSON, ITEMS, REWRITE_OBJECTIVE, REWRITE_PART, REWRITE_ITEM, REWRITE_RESOURCE)
