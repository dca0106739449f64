"""Evaluates what is drafted from textbook modules against what their authors wrote: objectives, key terms, and how
often the item checks find fault with review questions by professionals.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from pipeline.analyse import assess
from pipeline.check.elsewhere import CheckedItem, check_bank
from pipeline.domain import (
    Anchor,
    Bank,
    BankItem,
    BankOption,
    Block,
    BlockKind,
    Document,
    ItemType,
    Order,
    Severity,
    Source,
)
from pipeline.draft import Outlined, outline_elements
from pipeline.engines.ask import Asker
from pipeline.engines.embedded import EmbeddedEngine
from pipeline.evaluate.rows import Report, Row
from pipeline.evaluate.sentence_vectors import INSTALL, SentenceVectors, weights_folder
from pipeline.ids import block_ids, fingerprint, source_id
from pipeline.library.prompts import load_prompts
from pipeline.library.rubrics import load_rubrics
from pipeline.prose.key_terms import folded, key_terms
from pipeline.split import split_blocks

FOLDER = "openstax_modules"
_CHUNK_TOKENS = 1500
_NEAR = 0.6
_TERMS = 20
_RECALL_MARK, _COVERED_MARK, _TERMS_MARK, _ALARMS_MARK = 0.75, 0.80, 0.60, 0.10
_KINDS = {"p": BlockKind.PARAGRAPH, "h": BlockKind.HEADING, "l": BlockKind.LIST_ITEM}
_TITLES_NOTE = "“Explain” + section title .703 / .701 on the other half"
# Flaws that the words themselves show, whatever the content.
_FORMS = frozenset({
    "all_of_the_above", "complex_k_type", "fill_in_the_blank", "negative_wording", "none_of_the_above",
    "true_false_question",
})
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")

Module = dict[str, Any]


@dataclass(frozen=True)
class TextbookSuite:
    """Objectives, key terms and false alarms."""

    name: str = "textbooks"

    def rows(self, data: Path, report: Report) -> list[Row]:
        """Recall of the authors' objectives, with their headings and without; of their key terms; false alarms."""
        labelled = data / FOLDER / "dev.jsonl"
        if not labelled.is_file():
            return [_unmeasured("objectives, semantic recall", f"there is no {labelled}", mark=_RECALL_MARK)]
        modules = [json.loads(line) for line in labelled.read_text(encoding="utf-8").splitlines() if line.strip()]
        rows = _objective_rows(modules, report)
        rows.append(_term_row(modules))
        return [*rows, *_alarm_rows(modules)]


def document_of(module: Module, *, with_titles: bool = True) -> Document:
    """The module as a document: its title, its sections' titles and its blocks, or the text alone."""
    told: list[tuple[BlockKind, str, int | None]] = [(BlockKind.HEADING, module["title"], 1)]
    section = -1
    for block in module["blocks"]:
        if block["s"] != section:
            section = block["s"]
            told.append((BlockKind.HEADING, module["section_titles"][section] if section >= 0 else "", 2))
        told.append((_KINDS[block["k"]], block["text"], {"h": 3, "l": 1}.get(block["k"])))
    kept = [one for one in told if one[1].strip() and (with_titles or one[0] is not BlockKind.HEADING)]
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    ids = block_ids((kind.value, text) for kind, text, _ in kept)
    for block_id, (kind, text, level) in zip(ids, kept, strict=True):
        if kind is BlockKind.HEADING:
            path = [one for one in path if one[0] < (level or 1)]
        anchor = Anchor(section=tuple(title for _, title in path))
        blocks.append(Block(id=block_id, kind=kind, text=text, level=level, anchor=anchor))
        if kind is BlockKind.HEADING:
            path.append((level or 1, text))
    sha = fingerprint([module["id"], with_titles])
    source = Source(
        id=source_id(sha), path=f"{module['id'].rsplit('/', 1)[-1]}.md", sha256=sha, media_type="text/markdown",
        title=module["title"] if with_titles else None, language="en", bytes=sum(len(one.text) for one in blocks),
    )
    return Document(source=source, blocks=tuple(blocks))


def drafted_objectives(document: Document, engine: EmbeddedEngine) -> list[str]:
    """The texts of the objectives that the engine outlines, in order."""
    outlined = asyncio.run(_outlined(document, Asker(engine, prompts=load_prompts())))
    return [topic.objective.text for outline in outlined.outlines for topic in outline.topics]


async def _outlined(document: Document, asker: Asker) -> Outlined:
    assessment = await assess([document], Order(), asker, language="en")
    return await outline_elements(
        [document], split_blocks(document, budget_tokens=_CHUNK_TOKENS), brief=assessment.brief, language="en",
        asker=asker, concurrency=1, report=lambda stage, done, total: None,
    )


def recalled(authored: Sequence[str], drafted: Sequence[str], vectors: SentenceVectors) -> list[float]:
    """For each of the authors' objectives the cosine of the nearest drafted one; 0 where none was drafted."""
    if not drafted:
        return [0.0] * len(authored)
    nearness = vectors.vectors(authored) @ vectors.vectors(drafted).T
    return [float(best) for best in nearness.max(axis=1)]


def terms_recalled(module: Module) -> float:
    """The share of the glossary's terms among the first twenty found: the same words, number and brackets aside."""
    headings = [module["title"], *module["section_titles"]]
    headings += [block["text"] for block in module["blocks"] if block["k"] == "h"]
    texts = [block["text"] for block in module["blocks"] if block["k"] != "h"]
    found = key_terms(texts, headings=headings, language="en", limit=_TERMS)
    names = {name for one in found for name in _names(one.text)}
    return mean(bool(_names(one["term"]) & names) for one in module["key_terms"])


def checked_questions(modules: Sequence[Module]) -> tuple[CheckedItem, ...]:
    """The review questions with what the checks say of each; they have no key, which is no fault of theirs."""
    questions = [question for module in modules for question in module["review_questions"]]
    items = tuple(
        BankItem(
            row=row, place=f"question {row}", type=ItemType.SINGLE, stem=question["stem"],
            options=tuple(BankOption(text=text) for text in question["options"]),
            problem="the set does not say which answer is right",
        )
        for row, question in enumerate(questions, start=1)
    )
    return check_bank(Bank(format="textbook", items=items), load_rubrics()).items


def _objective_rows(modules: Sequence[Module], report: Report) -> list[Row]:
    folder = weights_folder()
    if folder is None:
        return [_unmeasured("objectives, semantic recall", f"needs all-MiniLM-L6-v2: {INSTALL}", mark=_RECALL_MARK)]
    vectors, engine = SentenceVectors(folder), EmbeddedEngine()
    rows = []
    for turn, with_titles in enumerate((True, False)):
        best: list[list[float]] = []
        for number, module in enumerate(modules):
            report(turn * len(modules) + number, 2 * len(modules))
            drafted = drafted_objectives(document_of(module, with_titles=with_titles), engine)
            best.append(recalled(module["objectives"], drafted, vectors))
        count = len(modules)
        recall = mean(mean(one) for one in best)
        covered = mean(mean(near >= _NEAR for near in one) for one in best)
        if with_titles:
            rows.append(_row("objectives, semantic recall", recall, count, mark=_RECALL_MARK, note=_TITLES_NOTE))
            rows.append(_row("objectives covered (cosine ≥ .6)", covered, count, mark=_COVERED_MARK))
        else:
            rows.append(_row("objectives, semantic recall, titles removed", recall, count))
            rows.append(_row("objectives covered, titles removed", covered, count))
    report(2 * len(modules), 2 * len(modules))
    return rows


def _term_row(modules: Sequence[Module]) -> Row:
    scores = [terms_recalled(module) for module in modules if module["key_terms"]]
    note = "TF-IDF over n-grams .454 on the other half"
    return _row("key terms, recall@20", mean(scores) if scores else None, len(scores), mark=_TERMS_MARK, note=note)


def _alarm_rows(modules: Sequence[Module]) -> list[Row]:
    """The share of questions with a flaw of weight that is a matter of judgement, then with any; advice is no alarm.

    Whether a stem is negative or has a blank is plain to see: a flag for it is no false one, however many professionals
    write such stems.
    """
    checked = checked_questions(modules)
    loud = [
        {one.criterion for one in item.findings if one.severity in (Severity.ERROR, Severity.WARNING)} & set(item.flaws)
        for item in checked
    ]
    judged = [flaws - _FORMS for flaws in loud]
    return [
        _row("professional items with a flaw of judgement", _share(judged), len(loud), mark=_ALARMS_MARK, is_upper=True,
             note=_counted(judged)),
        _row("professional items with any flaw", _share(loud), len(loud), note=_counted(loud)),
    ]


def _share(flaws: Sequence[set[str]]) -> float | None:
    return mean(map(bool, flaws)) if flaws else None


def _counted(flaws: Sequence[set[str]]) -> str:
    counts = Counter(criterion for one in flaws for criterion in one)
    return ", ".join(f"{criterion} {count}" for criterion, count in counts.most_common()) or "none"


def _names(term: str) -> set[str]:
    """What a term goes by: its words, and what stands in its brackets."""
    spelt = [_BRACKETS.sub("", term), *_BRACKETS.findall(term)]
    return {" ".join(folded(one)) for one in spelt if one.strip()}


def _row(
    measure: str, value: float | None, count: int, *, mark: float | None = None, is_upper: bool = False,
    note: str | None = None,
) -> Row:
    return Row("textbooks", FOLDER, measure, value, count, mark, is_upper, note)


def _unmeasured(measure: str, why: str, *, mark: float) -> Row:
    return _row(measure, None, 0, mark=mark, note=f"not measured: {why}")
