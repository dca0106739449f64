"""Items and objectives made elsewhere, held to the criteria that need neither a module nor its sources."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import language
from pipeline.check.abcd import slots_of
from pipeline.check.bloom import bloom_of_question
from pipeline.check.bloom_objective import bloom_of_objective, verb_of
from pipeline.check.fault import Fault
from pipeline.check.item_writing import FLAWS
from pipeline.check.runner import CHECKS, check_module, finding_of
from pipeline.domain import (
    Bank,
    BankItem,
    BankObjective,
    BloomLevel,
    Brief,
    Criterion,
    EngineRecord,
    Finding,
    ItemType,
    Module,
    Objective,
    Option,
    QuizItem,
    Rubric,
    Severity,
    Suitability,
)
from pipeline.prose.wordlists import words_for

BANK_ID = "bank"
"""The target of findings about the bank as a whole."""
_OF_OBJECTIVES = frozenset({
    "objective_names_an_observable_action", "objective_has_one_action", "objective_fills_all_four_slots",
    "degree_can_be_measured", "objective_speaks_of_the_learner",
})
_OBSERVABLE = "objective_names_an_observable_action"
_KEYED = "options_differ_and_a_key_is_marked"
_ITEM_WRITING = "item-writing"
# Of the feedback rubric all but what a bank's format has no place for.
_FEEDBACK = "feedback-as-instruction"
_NO_PLACE = frozenset({"distractor_names_its_misconception"})
# A word that no list knows, and that looks like a noun: a topic and not a task.
_NOUN = re.compile(r"(?:[ts]ions?|ments?|ness|it(?:y|ies)|ics|olog(?:y|ies)|[ae]nc(?:es?|y|ies)|isms?|als|ship)$")
_TOPIC_LINKS = frozenset({"of", "and", "to", "for", "in", "on", "vs", "versus", "with"})
_SAMPLE_TEXTS = 400


@dataclass(frozen=True)
class CheckedItem:
    """What there is to say of an item."""

    item: BankItem
    findings: tuple[Finding, ...]
    bloom: BloomLevel | None
    """None for an item without words, or in a language without word lists."""

    @property
    def flaws(self) -> tuple[str, ...]:
        """The item-writing flaws among its findings, each once, in alphabetical order."""
        return tuple(sorted({finding.criterion for finding in self.findings} & FLAWS.keys()))


@dataclass(frozen=True)
class CheckedObjective:
    """What there is to say of an objective."""

    objective: BankObjective
    findings: tuple[Finding, ...]
    bloom: BloomLevel | None

    @property
    def is_measurable(self) -> bool:
        """Whether it names something that somebody could see done."""
        return all(finding.criterion != _OBSERVABLE for finding in self.findings)


@dataclass(frozen=True)
class CheckedBank:
    """A bank's items or objectives in its order, and what is to be said of it as a whole."""

    items: tuple[CheckedItem, ...]
    objectives: tuple[CheckedObjective, ...]
    of_the_whole: tuple[Finding, ...]
    language: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, worst first, then on the whole before those on its rows, in their order."""
        rows: tuple[CheckedItem | CheckedObjective, ...] = (*self.items, *self.objectives)
        on_rows = (one for row in rows for one in row.findings)
        ranks = {severity: rank for rank, severity in enumerate(Severity)}
        return tuple(sorted((*self.of_the_whole, *on_rows), key=lambda one: ranks[one.severity]))


def target_of(row: int) -> str:
    """The target of findings about that row."""
    return f"row-{row}"


def check_bank(bank: Bank, rubrics: Sequence[Rubric]) -> CheckedBank:
    """The findings on each item or objective, and on the items as a set.

    What could not be read, and kinds of items that no criterion looks at, have none.
    """
    texts = [item.stem for item in bank.items] + [one.text for one in bank.objectives]
    sample = " ".join(texts[:_SAMPLE_TEXTS])
    tag = language.foreign(sample, "en") or "en"
    module = Module(
        id=BANK_ID, title=bank.format, language=tag, brief=Brief(audience="", performance_goal=""), sources=(),
        suitability=Suitability(verdict=None), engine=EngineRecord(name="none"),
        objectives=tuple(_objective(one, tag) for one in bank.objectives),
    )
    items = tuple(_quiz_item(item, item.type) for item in bank.items if item.type is not None)
    module = module.model_copy(update={"items": items})  # not validated, as each of them
    found: dict[str, list[Finding]] = {}
    for finding in check_module(module, (), [_for_banks(rubric) for rubric in rubrics]):
        found.setdefault(finding.target, []).append(finding)
    lists = words_for(tag)
    return CheckedBank(
        items=tuple(
            CheckedItem(
                item, _of_item(item, found.get(target_of(item.row), [])),
                bloom_of_question(item.stem, lists) if item.stem.strip() else None,
            )
            for item in bank.items
        ),
        objectives=tuple(
            CheckedObjective(
                one, _of_objective(one, found.get(target_of(one.row), []), rubrics, tag),
                bloom_of_objective(one.text, lists),
            )
            for one in bank.objectives
        ),
        of_the_whole=tuple(found.get(BANK_ID, ())),
        language=tag,
    )


def _for_banks(rubric: Rubric) -> Rubric:
    """The rubric's criteria that can be decided of a bank."""
    return rubric.model_copy(update={"criteria": tuple(one for one in rubric.criteria if _can_be_decided(rubric, one))})


def _can_be_decided(rubric: Rubric, criterion: Criterion) -> bool:
    if criterion.rule is not None:
        return bool({"item", "objective"} & set(criterion.rule.targets))
    if criterion.id not in CHECKS or criterion.id in _NO_PLACE:
        return False
    return rubric.id == _ITEM_WRITING or criterion.id in _OF_OBJECTIVES or (
        rubric.id == _FEEDBACK and CHECKS[criterion.id].kind == "item"
    )


def _of_item(item: BankItem, findings: list[Finding]) -> tuple[Finding, ...]:
    # What is the matter with a key that can't be read has been said; a bank without feedback needs no finding an item.
    if item.problem is not None:
        findings = [one for one in findings if one.criterion != _KEYED]
    has_feedback = item.general_feedback or any(option.feedback for option in item.options)
    return tuple(one for one in findings if has_feedback or one.rubric != _FEEDBACK)


def _of_objective(
    one: BankObjective, findings: list[Finding], rubrics: Sequence[Rubric], tag: str
) -> tuple[Finding, ...]:
    if any(finding.criterion == _OBSERVABLE for finding in findings) or not _is_topic(one.text, tag):
        return tuple(findings)
    for rubric in rubrics:
        for criterion in rubric.criteria:
            if criterion.id == _OBSERVABLE:
                fault = Fault("It names a topic: no verb says what the learner does.")
                return (finding_of(rubric, criterion, fault, target_of(one.row)), *findings)
    return tuple(findings)


def _is_topic(text: str, tag: str) -> bool:
    """Whether no verb stands where one should; an unknown verb is never called none."""
    lists = words_for(tag)
    slots = slots_of(text, lists)
    # "Given the checklist, you perform …": the verb stands behind who does it and when.
    text = slots.behaviour if slots.audience or slots.condition else text
    verb = verb_of(text, lists)
    if verb is None or bloom_of_objective(text, lists) is not None or verb in lists.set("vague_verbs"):
        return False
    words = text.casefold().split()
    after = words[words.index(verb) + 1 :] if verb in words else words[1:]
    return bool(_NOUN.search(verb)) or verb in lists.set("determiners") or bool(set(after[:1]) & _TOPIC_LINKS)


def _quiz_item(item: BankItem, kind: ItemType) -> QuizItem:
    """The item as the checks take it. Not validated: that a key is missing is to be found and not refused."""
    options = tuple(
        Option(id=f"o-{place}", text=option.text, correct=option.correct, feedback=option.feedback)
        for place, option in enumerate(item.options, start=1)
    )
    return QuizItem.model_construct(
        id=target_of(item.row), type=kind, objective_id="", lesson_id="", bloom=BloomLevel.REMEMBER, stem=item.stem,
        options=options, answer=item.answer, general_feedback=item.general_feedback,
    )


def _objective(one: BankObjective, tag: str) -> Objective:
    slots = slots_of(one.text, words_for(tag))
    return Objective(
        id=target_of(one.row), text=one.text, audience=slots.audience, behaviour=slots.behaviour,
        condition=slots.condition, degree=slots.degree, bloom=BloomLevel.REMEMBER,
    )
