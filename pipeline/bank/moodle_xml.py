"""Moodle XML question banks (docs.moodle.org: Moodle XML format)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.bank.base import Sample
from pipeline.bank.blanks import blanks_of
from pipeline.bank.entries import as_tagged, parted, with_entries
from pipeline.bank.markup import html_text, local, parsed, root_name, tidy
from pipeline.bank.units import without_unit
from pipeline.domain import UNIT_CLASS, Bank, BankItem, BankOption, ItemType, NumericAnswer
from pipeline.errors import UnreadableError

if TYPE_CHECKING:
    from lxml.etree import _Element

_NO_ITEMS = frozenset({"category", "description"})
_OUR_REVISION = re.compile(r"@\d+$")
_GAP = re.compile(r"\[\[(\d{1,3})\]\]")


@dataclass(frozen=True)
class MoodleXmlReader:
    """A `quiz` of `question`s."""

    name: str = "moodle_xml"
    label: str = "Moodle XML"

    def recognises(self, sample: Sample) -> bool:
        """XML whose root is `quiz`."""
        return sample.text is not None and root_name(sample.text) == "quiz"

    def read(self, sample: Sample) -> Bank:
        """An item a question; categories and descriptions are counted, other kinds noted."""
        root = parsed(sample.text or "", str(sample.path))
        items: list[BankItem] = []
        skipped: Counter[str] = Counter()
        for question in root:
            if local(question) != "question":
                continue
            kind = (question.get("type") or "").strip().lower()
            if kind in _NO_ITEMS:
                skipped[kind] += 1
            else:
                items.append(_item(question, kind, len(items) + 1))
        if not items and not skipped:
            raise UnreadableError(str(sample.path), why="it holds no question", mend="export the questions again")
        return Bank(format=self.name, items=tuple(items), skipped=dict(skipped))


def _item(question: _Element, kind: str, row: int) -> BankItem:
    name = tidy(_words(_child(question, "name")))
    line = f"line {question.sourceline}" if question.sourceline else f"question {row}"
    general, entries = parted(_markup(_child(question, "generalfeedback")))
    number = _plain(_child(question, "idnumber"))
    tags = _child(question, "tags")
    read = BankItem(
        row=row, place=f'{line}, "{name[:60]}"' if name else line, type=None,
        stem=_stem(question), general_feedback=general,
        # Ours have the module's revision behind the id.
        id=_OUR_REVISION.sub("", number) or None, hint=_words(_child(question, "hint")) or None,
        tags=tuple(_words(tag) for tag in _children(tags, "tag")) if tags is not None else (),
    )
    make = _KINDS.get(kind)
    if make is None:
        return read.changed(note=f"no criterion looks at questions of the type {kind!r}")
    try:
        return as_tagged(with_entries(make(question, read), entries))
    except ValueError as error:
        return read.changed(problem=f"the {kind} question can't be read: {error}")


def _stem(question: _Element) -> str:
    asked = _child(question, "questiontext")
    # Ours say a unit that the stem does not name behind it.
    return html_text(without_unit(_markup(asked))) if UNIT_CLASS in _markup(asked) else _words(asked)


def _choice(question: _Element, read: BankItem) -> BankItem:
    is_single = _plain(_child(question, "single")).lower() not in ("false", "0", "no")
    answers = _answers(question)
    if is_single:
        # Partial credit is for answers that come near; the key is what earns it all.
        most = max((share for _, share, _ in answers), default=0.0)
        keys = [share > 0 and share >= most for _, share, _ in answers]
    else:
        keys = [share > 0 for _, share, _ in answers]
    options = tuple(
        BankOption(text=text, correct=is_key, feedback=feedback)
        for (text, _, feedback), is_key in zip(answers, keys, strict=True)
    )
    return read.changed(type=ItemType.SINGLE if is_single else ItemType.MULTIPLE, options=options)


def _true_false(question: _Element, read: BankItem) -> BankItem:
    options = tuple(
        BankOption(text=text.capitalize(), correct=share > 0, feedback=feedback)
        for text, share, feedback in _answers(question)
    )
    return read.changed(type=ItemType.TRUE_FALSE, options=options)


def _short(question: _Element, read: BankItem) -> BankItem:
    # A star stands for any text, unless it is escaped.
    answers = [(tidy(_plain(_child(one, "text"))), one) for one in _children(question, "answer")]
    accepted = tuple(text.replace("\\*", "*") for text, one in answers if _share(one) > 0)
    options = _foreseen((text.replace("\\*", "*"), one) for text, one in answers if text != "*")
    return read.changed(type=ItemType.SHORT, answer=accepted or None, options=options)


def _numeric(question: _Element, read: BankItem) -> BankItem:
    answers = [(_words(one), one) for one in _children(question, "answer") if _words(one) != "*"]
    most = max((_share(one) for _, one in answers), default=0.0)
    if most <= 0:
        raise ValueError("no answer earns credit")
    unit = next((_plain(one) for one in question.iter() if local(one) == "unit_name"), "") or None
    keys = [
        NumericAnswer(
            value=_number(text), tolerance=abs(_number(_plain(_child(one, "tolerance")) or "0")), unit=unit
        )
        for text, one in answers if _share(one) == most
    ]
    # A single number within what the key allows has feedback of its own.
    key = max(keys, key=lambda one: one.tolerance)
    return read.changed(type=ItemType.NUMERIC, answer=key, options=_foreseen(answers))


def _foreseen(answers: Iterable[tuple[str, _Element]]) -> tuple[BankOption, ...]:
    """Of answers that are typed those with feedback of their own."""
    told = ((text, _share(one) > 0, _words(_child(one, "feedback"))) for text, one in answers)
    return tuple(BankOption(text=text, correct=is_right, feedback=said) for text, is_right, said in told if said)


def _match(question: _Element, read: BankItem) -> BankItem:
    # What is chosen from a list is no HTML.
    pairs = [(_words(one), tidy(_markup(_child(one, "answer")))) for one in _children(question, "subquestion")]
    pairs = [(entry, target) for entry, target in pairs if entry]  # one without an entry is only a distractor
    return read.changed(
        type=ItemType.MATCH, answer=tuple(pairs) or None,
        options=tuple(BankOption(text=entry, correct=True) for entry, _ in pairs),
    )


def _order(question: _Element, read: BankItem) -> BankItem:
    options = tuple(BankOption(text=text, correct=True, feedback=feedback) for text, _, feedback in _answers(question))
    return read.changed(type=ItemType.ORDER, options=options)


def _cloze(question: _Element, read: BankItem) -> BankItem:
    stem, blanks = blanks_of(read.stem)
    if not blanks:
        raise ValueError("it has no blank")
    options = tuple(
        BankOption(text=one.accepted[0], correct=True, feedback=one.feedback) for one in blanks if one.accepted
    )
    return read.changed(
        type=ItemType.CLOZE, stem=stem, answer=tuple(one.accepted for one in blanks),
        options=options if len(options) == len(blanks) else (),
    )


def _gaps(question: _Element, read: BankItem) -> BankItem:
    """Gap select and drag into text: [[1]] is filled with the first of the words below."""
    words = [_words(one) for name in ("selectoption", "dragbox") for one in _children(question, name)]
    accepted: list[tuple[str, ...]] = []

    def numbered(match: re.Match[str]) -> str:
        at = int(match[1]) - 1
        if not 0 <= at < len(words):
            raise ValueError(f"the gap {match[0]} has no word")
        accepted.append((words[at],))
        return "{{" + str(len(accepted)) + "}}"

    return read.changed(type=ItemType.CLOZE, stem=_GAP.sub(numbered, read.stem), answer=tuple(accepted) or None)


_KINDS: dict[str, Callable[[_Element, BankItem], BankItem]] = {
    "multichoice": _choice,
    "multichoiceset": _choice,
    "truefalse": _true_false,
    "shortanswer": _short,
    "numerical": _numeric,
    "matching": _match,
    "ddmatch": _match,
    "ordering": _order,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _gaps,
    "ddwtos": _gaps,
}


def _answers(question: _Element) -> list[tuple[str, float, str]]:
    """(text, share of the credit in percent, feedback) of each answer."""
    return [
        (_words(answer), _share(answer), _words(_child(answer, "feedback")))
        for answer in _children(question, "answer")
    ]


def _share(answer: _Element) -> float:
    said = answer.get("fraction")
    return _number(said) if said else 0.0


def _number(said: str) -> float:
    try:
        return float(said.strip().rstrip("%").replace(",", "."))
    except ValueError:
        raise ValueError(f"{said[:40]!r} is no number") from None


def _words(element: _Element | None) -> str:
    """The element's `text` as words; its own where it has none."""
    if element is None:
        return ""
    inner = _child(element, "text")
    raw = _plain(inner) if inner is not None else (element.text or "")
    return tidy(raw) if element.get("format") == "plain_text" else html_text(raw)


def _markup(element: _Element | None) -> str:
    """The element's `text` as it is written."""
    inner = _child(element, "text") if element is not None else None
    return _plain(inner)


def _plain(element: _Element | None) -> str:
    return "".join(element.itertext()).strip() if element is not None else ""


def _children(element: _Element, name: str) -> list[_Element]:
    return [child for child in element if local(child) == name]


def _child(element: _Element, name: str) -> _Element | None:
    return next((child for child in element if local(child) == name), None)
