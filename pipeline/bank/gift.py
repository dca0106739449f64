"""GIFT question banks (docs.moodle.org: GIFT format)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.bank.base import Sample
from pipeline.bank.entries import as_tagged, parted, with_entries
from pipeline.bank.markup import html_text, tidy
from pipeline.bank.units import with_tagged_unit, without_unit
from pipeline.domain import TYPE_TAG, UNIT_CLASS, Bank, BankItem, BankOption, ItemType, NumericAnswer
from pipeline.errors import UnreadableError

# Escaped signs are moved out of the way first, to letters of the private area that no text uses.
_SIGNS = "~=#{}:\\"
_HIDDEN = {sign: chr(0xF0A0 + number) for number, sign in enumerate(_SIGNS)}
_SHOWN = str.maketrans({hidden: sign for sign, hidden in _HIDDEN.items()})
_ESCAPE = re.compile(r"\\([~=#{}:\\])")
_TITLE = re.compile(r"^::(?P<title>.*?)::\s*", re.DOTALL)
_FORMAT = re.compile(r"^\[(?P<format>html|moodle|plain|markdown)\]\s*", re.IGNORECASE)
_TAG = re.compile(r"</?\w+[^<>]*>")
_SHARE = re.compile(r"^%(?P<share>-?\d+(?:[.,]\d+)?)%")
_TRUTH = re.compile(r"^(?P<truth>T|TRUE|F|FALSE)\s*(?:#(?P<rest>.*))?$", re.IGNORECASE | re.DOTALL)
_LOOKS_LIKE_GIFT = re.compile(r"(?<!\\)\{(?:[^{}\\]|\\.)*(?<!\\)\}", re.DOTALL)
# Answers over more empty lines than this are a brace that was never closed.
_MAX_PARTS = 40
_ANSWERS = re.compile(r"\{\s*(?:[=~#]|T\s*[#}]|F\s*[#}]|TRUE\b|FALSE\b|\})", re.IGNORECASE)


# In the comment above a question, as Moodle writes and reads it.
_ID = re.compile(r"\[id:([^\]]+)\]")
_TAG_MARK = re.compile(r"\[tag:([^\]]+)\]")
_OUR_REVISION = re.compile(r"@\d+$")
_WHOLE = (None, 100.0)


class _Block(NamedTuple):
    line: int
    text: str
    marks: str = ""
    """The comment above it."""


class _Answer(NamedTuple):
    sign: str
    share: float | None
    text: str
    target: str | None
    """What stands behind an arrow."""
    feedback: str
    typed: str
    """The text where it is compared with what learners type, which is no HTML."""


@dataclass(frozen=True)
class GiftReader:
    """Text in GIFT."""

    name: str = "gift"
    label: str = "GIFT"

    def recognises(self, sample: Sample) -> bool:
        """Text with answers in braces, or with a category or title in GIFT's form."""
        text = sample.text or ""
        if text.lstrip().startswith(("<", "[{")):
            return False
        return any(_ANSWERS.match(found[0]) for found in _LOOKS_LIKE_GIFT.finditer(text)) or bool(
            re.search(r"^(?:\$CATEGORY:|::.+?::)", text, re.MULTILINE)
        )

    def read(self, sample: Sample) -> Bank:
        """An item a question; categories and descriptions are counted."""
        items: list[BankItem] = []
        skipped: Counter[str] = Counter()
        for block in _blocks(sample.text or "", skipped):
            if "{" not in block.text and "}" not in block.text:
                skipped["description"] += 1
            else:
                items.append(_item(block, len(items) + 1))
        if not items:
            raise UnreadableError(str(sample.path), why="it holds no question", mend="export the questions again")
        return Bank(format=self.name, items=tuple(items), skipped=dict(skipped))


def _blocks(text: str, skipped: Counter[str]) -> Iterator[_Block]:
    """The questions with their lines, escaped signs hidden: parted by empty lines, unless one stands inside braces."""
    waiting: list[_Block] = []
    for block in [*_runs(text, skipped), _Block(0, "{")]:
        if waiting and "{" not in block.text and not _TITLE.match(block.text) and len(waiting) < _MAX_PARTS:
            waiting.append(block)
            if _depth("".join(one.text for one in waiting)) <= 0:
                yield _Block(waiting[0].line, "\n".join(one.text for one in waiting), waiting[0].marks)
                waiting = []
            continue
        yield from waiting  # never closed: it is a question of its own, and so is this
        waiting = []
        if _depth(block.text) > 0:
            waiting = [block]
        else:
            yield block


def _runs(text: str, skipped: Counter[str]) -> Iterator[_Block]:
    lines: list[str] = []
    first, marks = 0, ""
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        stripped = line.strip()
        if stripped.startswith("//"):
            marks = stripped
            continue
        if stripped.startswith("$CATEGORY:"):
            skipped["category"] += 1
            stripped = ""
        if stripped:
            first = first if lines else number
            lines.append(_ESCAPE.sub(lambda found: _HIDDEN[found[1]], line))
        elif lines:
            yield _Block(first, "\n".join(lines), marks)
            lines, marks = [], ""


def _depth(text: str) -> int:
    return text.count("{") - text.count("}")


def _item(block: _Block, row: int) -> BankItem:
    title = _TITLE.match(block.text)
    name = _plain(title["title"]) if title else ""
    place = f'line {block.line}, "{name[:60]}"' if name else f"line {block.line}"
    text = block.text[title.end() :] if title else block.text
    if _depth(text) != 0 or text.count("{") > 1 or text.find("}") < text.find("{"):
        read = BankItem(row=row, place=place, type=None, stem=_plain(text.partition("{")[0]))
        return read.changed(problem="its braces do not pair: put \\ before a brace that is text")
    marked = _FORMAT.match(text)
    is_html = marked is not None and marked["format"].lower() == "html"
    text = text[marked.end() :] if marked else text
    before, _, rest = text.partition("{")
    body, _, after = rest.partition("}")
    body, _, general = body.partition("####")
    # Words behind the answers make a sentence with a gap; a full stop or the end of a tag doesn't.
    has_gap = any(char.isalnum() for char in _TAG.sub("", after))
    stem = f"{before.rstrip()} _____ {after.lstrip()}" if has_gap else before + after
    # Ours say a unit that the stem does not name behind it, with its signs escaped.
    stem = without_unit(stem.replace(_HIDDEN["="], "=")) if UNIT_CLASS in stem else stem
    said, entries = parted(_shown(general)) if is_html else (_words(general, is_html=False), ())
    number = _ID.search(block.marks)
    tags = tuple(_TAG_MARK.findall(block.marks))
    if f"{TYPE_TAG}{ItemType.CLOZE.value}" in tags:
        stem = f"{before.rstrip()} {{{{1}}}} {after.lstrip()}" if before[-1:].isspace() else f"{before}{{{{1}}}}{after}"
    read = BankItem(
        row=row, place=place, type=None, stem=_words(stem, is_html=is_html), general_feedback=said,
        id=_OUR_REVISION.sub("", number[1]) if number else None, tags=tags,
    )
    try:
        answered = with_tagged_unit(_answered(read, body.strip(), is_html=is_html))
        return as_tagged(with_entries(answered, entries))
    except ValueError as error:
        return read.changed(problem=str(error))


def _answered(read: BankItem, body: str, *, is_html: bool) -> BankItem:
    if not body:
        return read.changed(note="no criterion looks at questions of the type 'essay'")
    truth = _TRUTH.match(body)
    if truth:
        return _true_false(read, truth, is_html=is_html)
    if body.startswith("#"):
        return _numeric(read, body[1:].strip(), is_html=is_html)
    answers = _answers(body, is_html=is_html)
    if not answers:
        raise ValueError("what stands in its braces is no answer: write = before right answers and ~ before wrong ones")
    if all(answer.sign == "=" and answer.target is not None for answer in answers):
        pairs = [(answer.text, answer.target or "") for answer in answers if answer.text]
        options = tuple(BankOption(text=entry, correct=True) for entry, _ in pairs)
        return read.changed(type=ItemType.MATCH, answer=tuple(pairs), options=options)
    if all(answer.sign == "=" for answer in answers):
        accepted = tuple(answer.typed for answer in answers if answer.share in _WHOLE)
        is_cloze = f"{TYPE_TAG}{ItemType.CLOZE.value}" in read.tags
        # Any of a blank's texts has the feedback to the blank.
        options = _foreseen(answers[:1] if is_cloze else answers)
        return read.changed(type=ItemType.SHORT, answer=accepted or (answers[0].typed,), options=options)
    answers = [_whole(answer) for answer in answers]
    is_single = any(answer.sign == "=" for answer in answers)
    # Without a whole answer, the shares of several make it.
    kind = ItemType.SINGLE if is_single else ItemType.MULTIPLE
    options = tuple(
        BankOption(
            text=answer.text, feedback=answer.feedback,
            correct=answer.sign == "=" if is_single else (answer.share or 0) > 0,
        )
        for answer in answers
    )
    return read.changed(type=kind, options=options)


def _true_false(read: BankItem, truth: re.Match[str], *, is_html: bool) -> BankItem:
    is_true = truth["truth"].upper().startswith("T")
    # The first feedback is for the wrong answer, the second for the right one.
    wrong, _, right = (truth["rest"] or "").partition("#")
    said = {True: _words(right, is_html=is_html), False: _words(wrong, is_html=is_html)}
    return read.changed(
        type=ItemType.TRUE_FALSE,
        options=(
            BankOption(text="True", correct=is_true, feedback=said[is_true]),
            BankOption(text="False", correct=not is_true, feedback=said[not is_true]),
        ),
    )


def _answers(body: str, *, is_html: bool) -> list[_Answer]:
    found = []
    for part in re.findall(r"([=~])([^=~]*)", body):
        sign, text = part
        text = text.strip()
        share = _SHARE.match(text)
        text, _, feedback = (text[share.end() :] if share else text).partition("#")
        worth = float(share["share"].replace(",", ".")) if share else None
        text, arrow, target = text.partition("->")
        found.append(
            _Answer(
                sign, worth, _words(text, is_html=is_html), _words(target, is_html=is_html) if arrow else None,
                _words(feedback, is_html=is_html), _plain(f"{text}{arrow}{target}").replace("\\*", "*"),
            )
        )
    return found


def _whole(answer: _Answer) -> _Answer:
    """The answer of a question that is no matching one: its arrow is a part of its text."""
    if answer.target is None:
        return answer
    return answer._replace(text=f"{answer.text} -> {answer.target}".strip(), target=None)


def _foreseen(answers: list[_Answer]) -> tuple[BankOption, ...]:
    """Of answers that are typed those with feedback of their own."""
    return tuple(
        BankOption(text=one.typed, correct=one.share in _WHOLE, feedback=one.feedback)
        for one in answers if one.feedback and one.text != "*"
    )


def _numeric(read: BankItem, body: str, *, is_html: bool) -> BankItem:
    """One answer, or several of which the widest that earns all is the key: single numbers may have their own say."""
    found = _answers(body if body.startswith(("=", "~")) else f"={body}", is_html=is_html)
    answers = [one for one in found if one.sign == "="]
    if not answers:
        raise ValueError("no answer earns credit")
    keys = [_number_of(one.typed) for one in answers if one.share in _WHOLE] or [_number_of(answers[0].typed)]
    options = _foreseen([one._replace(typed=one.typed.partition(":")[0].strip()) for one in answers])
    return read.changed(type=ItemType.NUMERIC, answer=max(keys, key=lambda one: one.tolerance), options=options)


def _number_of(body: str) -> NumericAnswer:
    """`3:2` or `1..5`."""
    if ".." in body:
        low, high = (_float(part) for part in body.split("..", 1))
        return NumericAnswer(value=(low + high) / 2, tolerance=abs(high - low) / 2)
    value, _, tolerance = body.partition(":")
    return NumericAnswer(value=_float(value), tolerance=abs(_float(tolerance)) if tolerance.strip() else 0)


def _float(said: str) -> float:
    try:
        return float(said.strip().replace(",", "."))
    except ValueError:
        raise ValueError(f"{_plain(said)[:40]!r} is no number") from None


def _words(text: str, *, is_html: bool) -> str:
    text = _shown(text)
    # Moodle's own default, too, takes tags for what they are.
    return html_text(text) if is_html or _TAG.search(text) else tidy(text)


def _shown(text: str) -> str:
    return text.replace("\\n", "\n").translate(_SHOWN)


def _plain(text: str) -> str:
    return tidy(_shown(text))
