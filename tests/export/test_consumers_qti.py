"""QTI packages in the hands of others: Citolab's converter takes them all, its player asks, scores and explains."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page
from qti_convert import downgrade_package, upgrade_package

from pipeline.bank import read_bank
from pipeline.domain import ItemType, ItemUse, Module, NumericAnswer, QuizItem
from pipeline.export import EXPORTERS, select
from pipeline.export.qti_item import identifiers
from tests.export.conftest import a_rich_module, every_item_type, rich_document
from tests.needs import require

# As the converter says it of attributes that 2.1 has no place for; no other word is expected of it.
_ONLY_DATA_ATTRIBUTES = {"data-attributes-removed"}
_LIST_TYPES = (ItemType.ORDER, ItemType.MATCH)

SHOW = """async xml => {
  document.body.innerHTML = "";
  document.body.append(QtiComponents.qtiTransformItem().parse(xml).htmlDoc());
  const item = document.querySelector("qti-assessment-item");
  await item.updateComplete;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
# Lists are sorted by dragging, which says nothing of the package: what was dragged is given as it would be.
DRAG = """response => { document.querySelector("qti-assessment-item").variables = [{ identifier: "RESPONSE", value: response }]; }"""
SUBMIT = """async () => {
  const item = document.querySelector("qti-assessment-item");
  item.processResponse();
  await item.updateComplete;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const shown = [...document.querySelectorAll("qti-modal-feedback, qti-feedback-inline")].filter((one) => one.showStatus === "on");
  const told = Object.fromEntries(item.variables.map((one) => [one.identifier, one.value]));
  return { score: Number(told.SCORE), most: Number(told.MAXSCORE), shown: shown.map((one) => one.textContent.trim()) };
}"""


class Played(NamedTuple):
    """What the player made of an answer."""

    score: float
    most: float
    shown: list[str]


def package(module: Module, name: str, folder: Path) -> Path:
    path = folder / f"{name}.zip"
    EXPORTERS.get(name).write(select(module, include_drafts=False), path)
    return path


@pytest.mark.parametrize("name", ["qti21", "qti22"])
def test_a_package_is_made_qti_3_with_every_item_as_it_was(name: str, tmp_path: Path, rich_module: Module) -> None:
    ours, theirs = package(rich_module, name, tmp_path), tmp_path / "theirs.zip"
    upgrade_package(str(ours), str(theirs))
    with zipfile.ZipFile(theirs) as archive:
        roots = [etree.QName(etree.fromstring(archive.read(one))).localname for one in archive.namelist() if one.endswith(".xml")]
    assert roots.count("qti-assessment-item") == len(rich_module.items)
    assert roots.count("qti-assessment-test") == 1
    # The class and label of an entry's feedback are kept by the converter, so nothing of it is lost either.
    assert _content(theirs) == _content(ours) == _content(package(rich_module, "qti30", tmp_path))


def test_a_package_of_qti_3_goes_back_to_2_1_without_a_warning_of_weight(tmp_path: Path, rich_module: Module) -> None:
    theirs = tmp_path / "theirs.zip"
    warnings = downgrade_package(str(package(rich_module, "qti30", tmp_path)), str(theirs)).warnings
    assert {one.code for one in warnings} <= _ONLY_DATA_ATTRIBUTES
    assert [one[:2] for one in _content(theirs)] == [one[:2] for one in _content(tmp_path / "qti30.zip")]


def _content(path: Path) -> list[tuple[Any, ...]]:
    bank = read_bank(path)
    assert bank.problems == ()
    return [
        (
            one.id, one.stem, one.type, one.answer, one.general_feedback,
            [(option.text, option.correct, option.feedback) for option in one.options],
        )
        for one in bank.items
    ]


@pytest.fixture(scope="module")
def module() -> Module:
    """Every item type, and one whose texts would break out of any markup."""
    rich = a_rich_module()
    nasty = rich.items[0].model_copy(
        update={
            "id": "t-nasty", "use": ItemUse.TEST,
            "stem": "Tom & \"Jerry\" ]]> <b>a</b> ~ = # { } : \\(x^2\\) 🦺 السلامة",
            "options": tuple(
                one.model_copy(update={"text": f"<i>{one.text}</i> & ]]> 🦺", "feedback": f"<u>{one.feedback}</u> &amp; ]]>"})
                for one in rich.items[0].options
            ),
        }
    )
    every = every_item_type(rich_document(), prefix="k", use=ItemUse.PRACTICE)
    # Nothing typed is not the number 0.
    (number,) = (one for one in every if one.type is ItemType.NUMERIC)
    zero = number.model_copy(update={"id": "k-zero", "answer": NumericAnswer(value=0, tolerance=5)})
    items = (*every, zero, nasty)
    return a_rich_module(items=tuple(one.model_copy(update={"status": rich.items[0].status}) for one in items))


@pytest.fixture(scope="module")
def items(module: Module, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Item id → its XML in the package."""
    with zipfile.ZipFile(package(module, "qti30", tmp_path_factory.mktemp("qti"))) as archive:
        return {one.id: archive.read(f"items/{one.id}.xml").decode() for one in module.items}


@pytest.fixture(scope="module")
def player(browser: Browser) -> Iterator[Page]:
    """A page with the player, which must not complain."""
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.set_content("<!DOCTYPE html><title>An item</title>")
    page.add_script_tag(path=str(require("qti-player") / "cdn" / "index.global.js"))
    yield page
    page.close()
    assert complaints == []


def plays(page: Page, xml: str, item: QuizItem, *, right: bool, option: str | None = None) -> Played:
    """Answers like a learner who sees the item; `option` is chosen where it is named."""
    page.evaluate(SHOW, xml)
    names = identifiers([one.id for one in item.options], prefix="C")
    if item.type in (ItemType.SINGLE, ItemType.TRUE_FALSE, ItemType.MULTIPLE):
        wanted = [one for one in item.options if (one.id == option if option else one.correct == right)]
        for one in wanted[: None if item.type is ItemType.MULTIPLE else 1]:
            page.locator(f'qti-simple-choice[identifier="{names[one.id]}"]').click()
    elif item.type in _LIST_TYPES:
        page.evaluate(DRAG, _dragged(item, names, right=right))
    else:
        fields = page.locator("qti-text-entry-interaction input")
        texts = _typed(item)
        assert fields.count() == len(texts)
        for number, text in enumerate(texts):
            fields.nth(number).press_sequentially(text if right else "37")
    return Played(**page.evaluate(SUBMIT))


def _typed(item: QuizItem) -> Sequence[str]:
    if isinstance(item.answer, NumericAnswer):
        return [f"{item.answer.value + item.answer.tolerance:g}"]
    texts = [entry if isinstance(entry, str) else entry[-1] for entry in item.answer or ()]
    # Any of the accepted texts, and whatever its case.
    return [texts[-1].upper()] if item.type is ItemType.SHORT else [text.lower() for text in texts]


def _dragged(item: QuizItem, names: dict[str, str], *, right: bool) -> list[str]:
    assert isinstance(item.answer, tuple)
    if item.type is ItemType.ORDER:
        order = [names[str(one)] for one in item.answer]
        return order if right else order[::-1]
    targets = {text: f"T{number}_" for number, text in enumerate(dict.fromkeys(str(one[1]) for one in item.answer), 1)}
    pairs = [f"{names[str(one[0])]} {targets[str(one[1])]}" for one in item.answer]
    return pairs if right else [pairs[0].replace("T1_", "T2_"), *pairs[1:]]


@pytest.mark.browser
def test_right_earns_the_point_and_wrong_earns_nothing(player: Page, module: Module, items: dict[str, str]) -> None:
    results = {
        (one.id, right): plays(player, items[one.id], one, right=right)
        for one in module.items for right in (True, False)
    }  # fmt: skip
    assert {told: played[:2] for told, played in results.items()} == {
        (one.id, right): (float(right), 1.0) for one in module.items for right in (True, False)
    }
    for one in module.items:
        for right in (True, False):
            shown = " ".join(results[one.id, right].shown)
            assert one.general_feedback.strip() in shown
            if one.type in (*_LIST_TYPES, ItemType.CLOZE):
                assert all(option.feedback in shown for option in one.options)


@pytest.mark.browser
def test_an_empty_field_earns_nothing_and_stops_nobody(player: Page, module: Module, items: dict[str, str]) -> None:
    typed = [one for one in module.items if one.type in (ItemType.NUMERIC, ItemType.CLOZE, ItemType.SHORT)]
    for item in typed:
        player.evaluate(SHOW, items[item.id])
        played = Played(**player.evaluate(SUBMIT))
        assert (played.score, item.general_feedback in " ".join(played.shown)) == (0.0, True)


@pytest.mark.browser
def test_every_choice_has_its_own_word_shown_and_no_other(player: Page, module: Module, items: dict[str, str]) -> None:
    chosen = [(one, option) for one in module.items for option in one.options if one.type in (
        ItemType.SINGLE, ItemType.TRUE_FALSE, ItemType.MULTIPLE)]  # fmt: skip
    for item, option in chosen:
        shown = plays(player, items[item.id], item, right=option.correct, option=option.id).shown
        assert shown == [text for text in (option.feedback, item.general_feedback) if text]


@pytest.mark.browser
def test_texts_are_shown_as_texts(player: Page, module: Module, items: dict[str, str]) -> None:
    (item,) = (one for one in module.items if one.id == "t-nasty")
    player.evaluate(SHOW, items[item.id])
    assert " ".join(player.locator("qti-prompt").inner_text().split()) == " ".join(item.stem.split())
    shown = [" ".join(one.split()) for one in player.locator("qti-simple-choice").all_inner_texts()]
    assert shown == [" ".join(one.text.split()) for one in item.options]
