"""What SMEs said about elements, added up: the second axis of approval, beside the designer's.

Nothing is stored about it: an answer counts while the element says the same as what was answered about, told by the
hash of its facts. So an edit voids the answers it makes untrue, and no others.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from pipeline.domain import (
    Channel,
    Element,
    FactAnswer,
    FactStatus,
    FactVerdict,
    ItemType,
    NumericAnswer,
    Objective,
    Part,
    QuizItem,
    Resource,
    Scenario,
)
from pipeline.ids import fingerprint
from pipeline.store.database import now_of
from pipeline.store.review_schema import FACT_ANSWERS, FACT_REQUESTS

# Built once: these are asked at every key press, and to build them takes longer than to answer them.
_ANSWERS = select(FACT_ANSWERS).where(FACT_ANSWERS.c.module == bindparam("of")).order_by(FACT_ANSWERS.c.number)
_ANSWERS_ABOUT_ONE = _ANSWERS.where(FACT_ANSWERS.c.element == bindparam("at_element"))
_WAITING_REQUESTS = select(FACT_REQUESTS.c.statements).where(
    FACT_REQUESTS.c.module == bindparam("of"), FACT_REQUESTS.c.revoked_at.is_(None),
    FACT_REQUESTS.c.done_at.is_(None), FACT_REQUESTS.c.expires > bindparam("now"),
)
_QUOTES = str.maketrans({**dict.fromkeys("‘’‚‛‹›′", "'"), **dict.fromkeys("“”„‟«»″", '"')})


def fact_hash(element: Element) -> str:
    """SHA-256 of what an SME vouches for: the texts a learner reads, however their white space and quotation marks are
    set. Ids, Bloom levels, hints, evidence and the order of options are no facts; the order to put things in is one.
    """
    return fingerprint(_facts(element))


def _facts(element: Element) -> list[Any]:
    """The texts in a fixed order."""
    match element:
        case Objective():
            return ["objective", _same(element.text), _same(element.condition), _same(element.degree)]
        case Part():
            figures = [[figure.file, _same(figure.caption or "")] for figure in element.figures]
            return ["part", _same(element.markdown), *figures]
        case QuizItem():
            return ["item", _same(element.stem), _options(element), _answer(element), _same(element.general_feedback)]
        case Scenario():
            return ["scenario", _same(element.title), *_story(element)]
        case Resource():
            return ["resource", _same(element.title), _same(element.markdown)]
        case _:
            return [element.kind_name, element.content()]


def _options(item: QuizItem) -> list[list[Any]]:
    return sorted([_same(one.text), one.correct, _same(one.feedback)] for one in item.options)


def _answer(item: QuizItem) -> Any:
    texts = {option.id: _same(option.text) for option in item.options}
    match item.answer:
        case None:
            return None
        case NumericAnswer() as number:
            return [number.value, number.tolerance, _same(number.unit or "")]
        case answer if item.type is ItemType.ORDER:
            return [texts.get(str(one), "") for one in answer]
        case answer if item.type is ItemType.MATCH:
            return sorted([texts.get(pair[0], ""), _same(pair[1])] for pair in answer)
        case answer if item.type is ItemType.SHORT:
            return sorted(_same(str(one)) for one in answer)
        case answer:  # accepted texts a blank: which blank matters, which of its texts comes first does not
            return [sorted(_same(one) for one in blank) for blank in answer]


def _story(scenario: Scenario) -> list[Any]:
    situations = {node.id: _same(node.situation) for node in scenario.nodes}
    nodes = [
        [
            situations[node.id],
            sorted(
                [
                    _same(one.text), _same(one.consequence), _same(one.feedback), one.quality,
                    situations.get(one.next or "", ""),
                ]
                for one in node.choices
            ),
        ]
        for node in scenario.nodes
    ]
    return [situations.get(scenario.start, ""), sorted(nodes, key=str)]


def _same(text: str) -> str:
    """Equal for texts that say the same to a reader: NFC, white space collapsed, straight quotation marks."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_QUOTES).split())


@dataclass(frozen=True)
class FactsSaid:
    """What was asked and answered about the elements of a module, oldest first."""

    answers: dict[str, tuple[FactAnswer, ...]] = field(default_factory=dict)
    """Element id → its rows, dismissals among them."""
    asked: dict[str, frozenset[str]] = field(default_factory=dict)
    """Element id → hashes of the facts that a waiting request asks about: nobody revoked or finished it, and its
    link has not ended.
    """

    def status(self, element: Element) -> FactStatus:
        """Where the element stands with its SMEs."""
        rows, asked = self.answers.get(element.id, ()), self.asked.get(element.id, frozenset())
        if not rows and not asked:
            return FactStatus.NOT_ASKED
        now = fact_hash(element)
        said = {answer.verdict for answer in counting(rows, now)}
        for verdict, status in _STRONGEST_FIRST:
            if verdict in said:
                return status
        return FactStatus.ASKED if now in asked else FactStatus.NOT_ASKED


# One SME who says that it is wrong is enough to look again, whoever else found it right.
_STRONGEST_FIRST = (
    (FactVerdict.WRONG, FactStatus.WRONG),
    (FactVerdict.CORRECT, FactStatus.CONFIRMED),
    (FactVerdict.UNSURE, FactStatus.UNSURE),
)


def counting(rows: Sequence[FactAnswer], facts: str) -> tuple[FactAnswer, ...]:
    """The answers of an element that count for facts of that hash: each person's latest about them, not dismissed.

    Where a person took the latest back, the one before counts again.
    """
    dismissed = {row.about for row in rows if row.verdict is FactVerdict.DISMISSED}
    withdrawn = {row.about for row in rows if row.is_withdrawal}
    latest = {
        row.by: row
        for row in rows
        if row.fact_hash == facts and row.verdict is not FactVerdict.DISMISSED and row.number not in withdrawn
    }
    return tuple(row for row in latest.values() if row.number not in dismissed)


def facts_said(connection: Connection, module_id: str, element_id: str | None = None) -> FactsSaid:
    """What was asked and answered about a module, or about one element of it."""
    if element_id is None:
        rows = connection.execute(_ANSWERS, {"of": module_id})
    else:
        rows = connection.execute(_ANSWERS_ABOUT_ONE, {"of": module_id, "at_element": element_id})
    answers = defaultdict(list)
    for row in rows:
        answers[row.element].append(answer_from(row))
    waiting = connection.execute(_WAITING_REQUESTS, {"of": module_id, "now": now_of(connection)}).scalars()
    return FactsSaid({element: tuple(rows) for element, rows in answers.items()}, _asked(waiting, element_id))


def _asked(requests: Iterable[list[dict[str, Any]]], element_id: str | None) -> dict[str, frozenset[str]]:
    asked = defaultdict(set)
    for statements in requests:
        for one in statements:
            if element_id in (None, one["element"]):
                asked[one["element"]].add(one["fact_hash"])
    return {element: frozenset(hashes) for element, hashes in asked.items()}


def answer_from(row: Row[Any]) -> FactAnswer:
    """A row of `fact_answers`."""
    return FactAnswer(**{**row._asdict(), "verdict": FactVerdict(row.verdict), "channel": Channel(row.channel)})
