"""What leaves in a question format and is read again is the same: ids, keys, options, feedback, order and answers."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.bank import read_bank
from pipeline.bank.markup import tidy
from pipeline.domain import (
    CHOICE_TYPES,
    BankItem,
    BloomLevel,
    ItemType,
    ItemUse,
    ModuleSettings,
    NumericAnswer,
    Option,
    QuizItem,
    Status,
)
from pipeline.errors import ExportError, SourceError
from pipeline.export import EXPORTERS, Package, select
from pipeline.export.questions import asked
from tests.builders import a_module
from tests.export.conftest import QUESTION_FORMATS, a_rich_module

QTI = ("qti21", "qti22", "qti30")
# Those that keep every text to the letter; scorm12 and its like hold the same page as html.
WHOLE = ("json", "html", "cmi5")
# Common Cartridge 1.3 has the same quizzes as 1.1.
FORMATS = (*WHOLE, "moodlexml", "gift", *QTI, "commoncartridge", "aiken")
NASTY = (
    "Tom & \"Jerry\" 'cat'", "a ]]> b", "~ = # { } : \\ \\n", "%50% off", "A. Smith asks", "ANSWER: B", "// no comment",
    "::title::", "$CATEGORY: x", "=1+2", "-> there", "{{title}}", "<b>bold</b> &lt;", "x < 3 > y", "السلامة أولًا ١٦٠ °م",
    "🦺 helmet", "f*ck * wild", "|a| + |b|", "two\nlines", "T", "FALSE", "#40:2", "{1:SHORTANSWER:=a}", "@@x@3", "ß" * 500,
    "E = mc^2, \\(x_1\\), $\\frac{1}{2}$",
)
text = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40),
    st.tuples(st.sampled_from(NASTY), st.sampled_from(NASTY)).map(" ".join),
).filter(lambda said: bool(tidy(said)) and "\u200b" not in said)
ARROW = "->"  # makes a pair of what stands in GIFT's braces
number = st.integers(-10_000, 10_000).map(lambda cents: cents / 100)


@st.composite
def an_item(draw: st.DrawFn, number_of_it: int = 1) -> QuizItem:
    """Any item of any type."""
    kind = draw(st.sampled_from(list(ItemType)))
    texts = draw(st.lists(text, min_size=3, max_size=5, unique_by=tidy))
    options = tuple(
        Option(id=f"opt-{at}", text=words, correct=True, feedback=draw(st.one_of(st.just(""), text)))
        for at, words in enumerate(texts)
    )
    stem, answer = draw(text).replace("{{", "{ {").replace("{1:", "{1 :"), None
    if kind in CHOICE_TYPES:
        if kind is ItemType.TRUE_FALSE:
            options = tuple(
                one.model_copy(update={"text": words}) for one, words in zip(options, ("True", "False"), strict=False)
            )
        keys = draw(st.sets(st.integers(0, len(options) - 1), min_size=1)) if kind is ItemType.MULTIPLE else {
            draw(st.integers(0, len(options) - 1))
        }
        options = tuple(one.model_copy(update={"correct": at in keys}) for at, one in enumerate(options))
    elif kind is ItemType.ORDER:
        answer = tuple(one.id for one in draw(st.permutations(options)))
    elif kind is ItemType.MATCH:
        answer = tuple((one.id, draw(text)) for one in options)
    elif kind is ItemType.CLOZE:
        options = options[: draw(st.integers(1, 3))]
        words = [draw(text).replace("{{", "{ {").replace("{1:", "{1 :") for _ in range(len(options) + 1)]
        stem = "".join(f"{said} {{{{{at + 1}}}}} " for at, said in enumerate(words[:-1])) + words[-1]
        answer = tuple((one.text,) for one in options)
    elif kind is ItemType.NUMERIC:
        unit = draw(st.sampled_from([None, "min", "°C", "m/s", "%", "kg & more"]))
        answer = NumericAnswer(value=draw(number), tolerance=abs(draw(number)), unit=unit)
        options = foreseen_numbers(answer, options)
    else:
        options = tuple(one.model_copy(update={"correct": at != 1}) for at, one in enumerate(options))
        options = tuple({as_compared(one.text): one for one in options}.values())
        answer = tuple(one.text for one in options if one.correct)
    return QuizItem(
        id=f"q-{number_of_it}", type=kind, objective_id="o-1", lesson_id="l-1", bloom=BloomLevel.APPLY, stem=stem,
        use=draw(st.sampled_from(ItemUse)), options=options, answer=answer,
        general_feedback=draw(st.one_of(st.just(""), text)), hint=draw(st.one_of(st.none(), text)),
    )


def foreseen_numbers(answer: NumericAnswer, told: tuple[Option, ...]) -> tuple[Option, ...]:
    """The number asked for, one within what it may be off by, and a wrong one, with the words of those options."""
    right = [answer.value, *([round(answer.value + answer.tolerance, 2)] if answer.tolerance else [])]
    numbers = [*right, round(answer.value - answer.tolerance - 1, 2)]
    return tuple(
        one.model_copy(update={"text": f"{said:.2f}".rstrip("0").rstrip("."), "correct": at < len(right)})
        for at, (one, said) in enumerate(zip(told, numbers, strict=False))
    )


def as_compared(said: str) -> str:
    """A typed text without what players do not tell apart."""
    return " ".join(unicodedata.normalize("NFKC", said).split()).casefold().rstrip(".。!")


@st.composite
def some_items(draw: st.DrawFn) -> tuple[QuizItem, ...]:
    """A few items of their own ids."""
    return tuple(draw(an_item(at)) for at in range(1, draw(st.integers(1, 4)) + 1))


@pytest.fixture(scope="module", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """Hundreds of files are written that no power cut need outlive."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.export.package.os.fsync", lambda descriptor: None)
        yield


def written_and_read(package: Package, name: str, folder: Path) -> tuple[BankItem, ...]:
    """What the bank holds of the items after they went out in that format."""
    path = folder / f"bank{EXPORTERS.get(name).suffix}"
    is_empty = left_out(package, name) == {item.id for item in package.module.items}
    if is_empty and name in QUESTION_FORMATS:
        with pytest.raises(ExportError, match="can be put into it"):
            EXPORTERS.get(name).write(package, path)
        return ()
    EXPORTERS.get(name).write(package, path)
    if is_empty:
        return ()
    bank = read_bank(path)
    assert bank.problems == ()
    return bank.items


def left_out(package: Package, name: str) -> set[str | None]:
    return {loss.element for loss in EXPORTERS.get(name).losses(package) if loss.is_left_out}


def expected(package: Package, name: str) -> list[QuizItem]:
    """The items that the format carries, in the order of a bank."""
    items, uses = package.module.items, (ItemUse.PRACTICE, ItemUse.TEST, ItemUse.FOLLOW_UP)
    if name not in (*WHOLE, "aiken", "xlsx"):
        items = tuple(item for use in uses for item in items if item.use is use)
    gone = left_out(package, name)
    return [item for item in items if item.id not in gone]


def content(item: QuizItem, said: Callable[[str], str], typed: Callable[[str], str]) -> list[tuple[str, bool, str]]:
    """Options as they should be read, those of an order item in their order."""
    options = item.options
    if item.type is ItemType.ORDER and isinstance(item.answer, tuple):
        options = tuple(next(one for one in item.options if one.id == wanted) for wanted in item.answer)
    shown = typed if item.type is ItemType.CLOZE else said
    return [(shown(one.text), one.correct, said(one.feedback)) for one in options]


def line(said: str) -> str:
    """The text as it can be typed into a field."""
    return " ".join(said.split())


def as_it_is(said: str) -> str:
    return said


def is_the_same(item: QuizItem, found: BankItem, name: str) -> None:
    """Every part of the item that the format is good for."""
    said, typed = (as_it_is, as_it_is) if name in WHOLE else (tidy, line)
    assert found.id == item.id
    # A cartridge has one kind of question for all that is typed.
    is_typed = name == "commoncartridge" and item.type in (ItemType.CLOZE, ItemType.NUMERIC)
    assert found.type == (ItemType.SHORT if is_typed else item.type)
    stem = item.stem
    if name == "commoncartridge":  # it has no place for blanks and units but the words themselves
        stem = re.sub(r"\{\{1\}\}", "_____", stem) if item.type is ItemType.CLOZE else asked(item)
    assert spaced(found.stem, said) == spaced(stem, said)
    assert found.general_feedback == said(item.general_feedback)
    if name in (*WHOLE, "moodlexml", "xlsx"):
        assert said(found.hint or "") == said(item.hint or "")
        assert f"use:{item.use.value}" in found.tags
    if item.type in (ItemType.NUMERIC, ItemType.SHORT):
        told = sorted((typed(one.text), one.correct, one.feedback) for one in found.options)
        assert told == said_to_typed(item, name)
    if name == "commoncartridge" and item.type in (ItemType.CLOZE, ItemType.NUMERIC, ItemType.SHORT):
        assert set(map(str, found.answer or ())) >= {line(one) for one in all_accepted(item)}  # type: ignore[arg-type]
        return
    given_options = [(one.text, one.correct, one.feedback) for one in found.options]
    if item.type is ItemType.TRUE_FALSE:
        assert sorted(given_options) == sorted(content(item, said, typed))
    elif item.type not in (ItemType.SHORT, ItemType.NUMERIC):
        assert given_options == content(item, said, typed)
    if item.type is ItemType.MATCH:
        assert isinstance(item.answer, tuple)
        targets = {str(pair[0]): said(str(pair[1])) for pair in item.answer}
        assert found.answer == tuple((said(one.text), targets[one.id]) for one in item.options)
    elif item.type is ItemType.NUMERIC:
        assert found.answer == item.answer
    elif item.type is ItemType.SHORT:
        accepted = dict.fromkeys(typed(one) for one in all_accepted(item))
        assert found.answer == tuple(one for one in accepted if name != "gift" or ARROW not in one)
    elif item.type is ItemType.CLOZE:
        assert isinstance(item.answer, tuple)
        accepted_texts = tuple(tuple(typed(one) for one in entry) for entry in item.answer)
        if name == "gift":
            accepted_texts = tuple(tuple(one for one in entry if ARROW not in one) for entry in accepted_texts)
        assert found.answer == accepted_texts


def said_to_typed(item: QuizItem, name: str) -> list[tuple[str, bool, str]]:
    """What is said to single answers; the other formats have no place for options that say nothing."""
    if name in WHOLE:
        return sorted((one.text, one.correct, one.feedback) for one in item.options)
    told = [(line(one.text), one.correct, tidy(one.feedback)) for one in item.options if one.feedback]
    if name == "commoncartridge":  # Canvas takes every answer named in it for right
        told = [one for one in told if one[1]]
    return sorted(one for one in told if name != "gift" or ARROW not in one[0])


def spaced(stem: str, said: Callable[[str], str]) -> str:
    """The stem with room around its blanks, which stand in boxes of their own in some formats."""
    return tidy(stem.replace("{{", " {{").replace("}}", "}} ")) if said is tidy else stem


def all_accepted(item: QuizItem) -> list[str]:
    if isinstance(item.answer, NumericAnswer):
        return [f"{item.answer.value:g}"]
    return [text for entry in item.answer or () for text in ([entry] if isinstance(entry, str) else entry)]


def is_the_same_choice(item: QuizItem, found: BankItem) -> None:
    """The parts that Aiken is good for."""
    assert line(found.stem) == line(item.stem)
    assert [(one.text, one.correct) for one in found.options] == [(line(one.text), one.correct) for one in item.options]


# Each example is written and read ten times, and never made smaller: that would take minutes.
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.reuse, Phase.generate],
)
@given(items=some_items())
def test_what_goes_out_comes_back_or_is_named_before(items: tuple[QuizItem, ...], tmp_path: Path) -> None:
    goes_out_and_comes_back(items, tmp_path)


def test_every_nasty_text_comes_back_from_every_place_of_every_type(tmp_path: Path) -> None:
    # The workbook takes too long to be written for each of the random ones.
    goes_out_and_comes_back(tuple(nasty_items()), tmp_path, formats=(*FORMATS, "xlsx"))


def nasty_items() -> Iterator[QuizItem]:
    """Each type with each text in each place: four options an item, the texts moved on by one from item to item."""
    for at in range(0, len(NASTY), 2):
        turned = [*NASTY[at:], *NASTY[:at]]
        kind = list(ItemType)[at // 2 % len(ItemType)]
        options = tuple(
            Option(id=f"opt-{n}", text=turned[n], correct=True, feedback=turned[-n]) for n in range(1, 5)
        )
        stem, answer = turned[0], None
        if kind in CHOICE_TYPES:
            options = tuple(one.model_copy(update={"correct": one.id == "opt-2"}) for one in options)
            if kind is ItemType.TRUE_FALSE:
                words = zip(options, ("True", "False"), strict=False)
                options = tuple(one.model_copy(update={"text": word}) for one, word in words)
        elif kind is ItemType.ORDER:
            answer = ("opt-3", "opt-1", "opt-4", "opt-2")
        elif kind is ItemType.MATCH:
            answer = tuple((one.id, turned[n]) for n, one in enumerate(options, start=6))
        elif kind is ItemType.CLOZE:
            options = options[:1]
            stem = f"{stem.replace('{', '( ')} {{{{1}}}} {turned[5].replace('{', '( ')}"
            answer = (tuple(dict.fromkeys(line(one) for one in (options[0].text, *NASTY))),)
        elif kind is ItemType.NUMERIC:
            answer = NumericAnswer(value=0.3, tolerance=0.1, unit="m/s")
            options = foreseen_numbers(answer, options)
        else:
            options = tuple(one.model_copy(update={"correct": one.id != "opt-3"}) for one in options)
            wrong = options[2].text
            answer = tuple(one for one in turned if one != wrong)
        yield QuizItem(
            id=f"q-{at}", type=kind, objective_id="o-1", lesson_id="l-1", bloom=BloomLevel.APPLY, stem=stem,
            options=options, answer=answer, general_feedback=turned[10], hint=turned[11],
        )


def goes_out_and_comes_back(
    items: tuple[QuizItem, ...], tmp_path: Path, *, formats: tuple[str, ...] = FORMATS
) -> None:
    whole = a_module(items=items, settings=ModuleSettings(shuffle=True), title=" ".join(NASTY[:9]))
    empty = whole.lessons[0].model_copy(update={"id": "l-empty", "title": NASTY[1], "parts": ()})
    package = select(whole.model_copy(update={"lessons": (*whole.lessons, empty)}), include_drafts=True)
    for name in formats:
        read = written_and_read(package, name, tmp_path)
        wanted = expected(package, name)
        found = {one.id: one for one in read}
        # Quizzes of a cartridge stand in the order of the course, so their items do.
        pairs = zip(wanted, read if name != "commoncartridge" else [found[one.id] for one in wanted], strict=True)
        for item, one in pairs:
            if name == "aiken":
                is_the_same_choice(item, one)
            else:
                is_the_same(item, one, name)


@pytest.mark.parametrize("name", ["scorm12", "scorm2004", "commoncartridge13"])
def test_formats_that_hold_the_same_as_another_are_read_like_it(name: str, tmp_path: Path) -> None:
    package = select(a_rich_module(), include_drafts=False)
    twin = "html" if name.startswith("scorm") else "commoncartridge"
    assert written_and_read(package, name, tmp_path) == written_and_read(package, twin, tmp_path)


def test_feedback_to_single_answers_comes_back_or_is_named(tmp_path: Path) -> None:
    package = select(a_rich_module(), include_drafts=False)
    for name in (*WHOLE, "moodlexml", "gift", *QTI, "commoncartridge"):
        losses = EXPORTERS.get(name).losses(package)
        named = {loss.element for loss in losses}
        told = {one.id: {option.feedback for option in one.options} for one in written_and_read(package, name, tmp_path)}
        for item in package.module.items:
            lost = {tidy(option.feedback) for option in item.options} - {"", *told.get(item.id, ())}
            assert not lost or item.id in named, (name, item.id)


def test_a_package_of_ours_without_questions_gives_its_objectives(tmp_path: Path) -> None:
    package = select(a_module(items=()), include_drafts=True)
    for name in WHOLE:
        path = tmp_path / f"m{EXPORTERS.get(name).suffix}"
        EXPORTERS.get(name).write(package, path)
        assert [one.text for one in read_bank(path).objectives] == [package.module.objectives[0].text]


def test_what_was_rejected_is_no_question(tmp_path: Path) -> None:
    module = a_module()
    rejected = module.items[0].model_copy(update={"status": Status.REJECTED})
    path = tmp_path / "module.json"
    path.write_text(json.dumps(module.with_element(rejected).dump()), encoding="utf-8")
    bank = read_bank(path)
    assert ([one.id for one in bank.items], bank.skipped) == (["q-2"], {"rejected item": 1})


@pytest.mark.parametrize(("name", "cut"), [("json", '"items"'), ("html", '"stem":'), ("html", '"type":"single"')])
def test_a_damaged_file_of_ours_is_refused_in_a_line(name: str, cut: str, tmp_path: Path) -> None:
    path = tmp_path / f"bank.{name}"
    EXPORTERS.get(name).write(select(a_module(), include_drafts=True), path)
    text = path.read_text(encoding="utf-8")
    assert cut in text
    path.write_text(text.replace(cut, cut.replace("t", "x")), encoding="utf-8")
    with pytest.raises(SourceError) as refusal:
        read_bank(path)
    assert "\n" not in str(refusal.value)
