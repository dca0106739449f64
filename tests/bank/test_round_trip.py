"""What leaves in a question format and is read again is the same: ids, keys, options, feedback, order and answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.bank import read_bank
from pipeline.bank.markup import tidy
from pipeline.domain import (
    CHOICE_TYPES,
    BankItem,
    BloomLevel,
    ItemType,
    ItemUse,
    Module,
    ModuleSettings,
    NumericAnswer,
    Option,
    QuizItem,
)
from pipeline.errors import ExportError
from pipeline.export import EXPORTERS, select
from tests.builders import a_module

FORMATS = ("moodlexml", "gift", "aiken")
NASTY = (
    "Tom & \"Jerry\" 'cat'", "a ]]> b", "~ = # { } : \\ \\n", "%50% off", "A. Smith asks", "ANSWER: B", "// no comment",
    "::title::", "$CATEGORY: x", "=1+2", "-> there", "{{title}}", "<b>bold</b> &lt;", "x < 3 > y", "السلامة أولًا ١٦٠ °م",
    "🦺 helmet", "f*ck * wild", "|a| + |b|", "two\nlines", "T", "FALSE", "#40:2", "{1:SHORTANSWER:=a}", "@@x@3", "ß" * 500,
)
text = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=40),
    st.tuples(st.sampled_from(NASTY), st.sampled_from(NASTY)).map(" ".join),
).filter(lambda said: bool(tidy(said)) and "\u200b" not in said)
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
        options, answer = (), NumericAnswer(value=draw(number), tolerance=abs(draw(number)))
    else:
        options, answer = (), tuple(texts)
    return QuizItem(
        id=f"q-{number_of_it}", type=kind, objective_id="o-1", lesson_id="l-1", bloom=BloomLevel.APPLY, stem=stem,
        use=draw(st.sampled_from(ItemUse)), options=options, answer=answer,
        general_feedback=draw(st.one_of(st.just(""), text)), hint=draw(st.one_of(st.none(), text)),
    )


@st.composite
def some_items(draw: st.DrawFn) -> tuple[QuizItem, ...]:
    """A few items of their own ids."""
    return tuple(draw(an_item(at)) for at in range(1, draw(st.integers(1, 4)) + 1))


def written_and_read(items: tuple[QuizItem, ...], name: str, folder: Path) -> tuple[BankItem, ...]:
    """What the bank holds of the items after they went out in that format."""
    package = select(a_module(items=items, settings=ModuleSettings(shuffle=True)), include_drafts=True)
    path = folder / f"bank{EXPORTERS.get(name).suffix}"
    left_out = {loss.element for loss in EXPORTERS.get(name).losses(package) if loss.is_left_out}
    if left_out == {item.id for item in items}:
        with pytest.raises(ExportError, match="can be put into it"):
            EXPORTERS.get(name).write(package, path)
        return ()
    EXPORTERS.get(name).write(package, path)
    bank = read_bank(path)
    assert bank.problems == ()
    assert len(bank.items) == len(items) - len(left_out)
    return bank.items


def expected(items: tuple[QuizItem, ...], name: str) -> list[QuizItem]:
    """The items that the format carries, in the order of a bank."""
    module: Module = a_module(items=items)
    package = select(module, include_drafts=True)
    left_out = {loss.element for loss in EXPORTERS.get(name).losses(package) if loss.is_left_out}
    uses = list(ItemUse) if name != "aiken" else [None]
    ordered = [item for use in (ItemUse.PRACTICE, ItemUse.TEST, ItemUse.FOLLOW_UP) for item in items if item.use is use]
    return [item for item in (ordered if len(uses) > 1 else items) if item.id not in left_out]


def content(item: QuizItem) -> list[tuple[str, bool, str]]:
    """Options as they should be read, those of an order item in their order."""
    options = item.options
    if item.type is ItemType.ORDER and isinstance(item.answer, tuple):
        options = tuple(next(one for one in item.options if one.id == wanted) for wanted in item.answer)
    shown = line if item.type is ItemType.CLOZE else tidy
    return [(shown(one.text), one.correct, tidy(one.feedback)) for one in options]


def line(said: str) -> str:
    """The text as it can be typed into a field."""
    return " ".join(said.split())


@pytest.mark.parametrize("name", ["moodlexml", "gift", "qti21", "qti22", "qti30"])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=some_items())
def test_a_bank_holds_what_was_written(items: tuple[QuizItem, ...], name: str, tmp_path: Path) -> None:
    read = written_and_read(items, name, tmp_path)
    for item, found in zip(expected(items, name), read, strict=True):
        assert found.id == item.id
        # QTI has one interaction for each of these pairs.
        is_told_apart = not (name.startswith("qti") and item.type in (ItemType.TRUE_FALSE, ItemType.CLOZE))
        assert not is_told_apart or found.type == item.type
        assert tidy(found.stem.replace("{{", " {{").replace("}}", "}} ")) == tidy(
            item.stem.replace("{{", " {{").replace("}}", "}} ")
        )
        assert found.general_feedback == tidy(item.general_feedback)
        if name == "moodlexml":
            assert (found.hint or "") == tidy(item.hint or "")
            assert f"use:{item.use.value}" in found.tags
        given_options = [(one.text, one.correct, one.feedback) for one in found.options]
        if item.type is ItemType.TRUE_FALSE:
            assert sorted(given_options) == sorted(content(item))
        elif item.type is not ItemType.SHORT:
            assert given_options == content(item)
        if item.type is ItemType.MATCH:
            assert isinstance(item.answer, tuple)
            targets = {str(pair[0]): tidy(str(pair[1])) for pair in item.answer}
            assert found.answer == tuple((tidy(one.text), targets[one.id]) for one in item.options)
        elif item.type in (ItemType.NUMERIC,):
            assert found.answer == item.answer
        elif item.type is ItemType.SHORT:
            assert found.answer == tuple(dict.fromkeys(line(str(said)) for said in item.answer or ()))  # type: ignore[union-attr]
        elif item.type is ItemType.CLOZE:
            assert found.answer == tuple(tuple(line(said) for said in entry) for entry in item.answer or ())  # type: ignore[union-attr]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=some_items())
def test_aiken_holds_choices_and_keys_and_says_what_it_loses(items: tuple[QuizItem, ...], tmp_path: Path) -> None:
    read = written_and_read(items, "aiken", tmp_path)
    for item, found in zip(expected(items, "aiken"), read, strict=True):
        assert " ".join(found.stem.split()) == " ".join(item.stem.split())
        assert [(one.text, one.correct) for one in found.options] == [
            (" ".join(one.text.split()), one.correct) for one in item.options
        ]
    package = select(a_module(items=items), include_drafts=True)
    losses = EXPORTERS.get("aiken").losses(package)
    for item in items:
        is_carried = item.type in (ItemType.SINGLE, ItemType.TRUE_FALSE)
        assert is_carried != any(loss.element == item.id and loss.is_left_out for loss in losses)
