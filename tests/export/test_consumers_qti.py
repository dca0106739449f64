"""QTI packages in the hands of others: Citolab's converter takes them all, its player asks, scores and explains."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Browser
from qti_convert import downgrade_package, upgrade_package

from benchmarks.played_questions import played
from pipeline.bank import read_bank
from pipeline.domain import ItemType, ItemUse, Module, NumericAnswer
from pipeline.export import EXPORTERS, select
from tests.export.conftest import a_rich_module, an_option, every_item_type, rich_document
from tests.export.qti_learner import CHOICES, QtiPlayer

# As the converter says it of attributes that 2.1 has no place for; no other word is expected of it.
_ONLY_DATA_ATTRIBUTES = {"data-attributes-removed"}
_LIST_TYPES = (ItemType.ORDER, ItemType.MATCH)

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
    options = (an_option("a", "4410", "Right, and it is on the panel."), an_option("b", "112", "That is the fire brigade.", correct=False))
    every = tuple(one.model_copy(update={"options": options}) if one.type is ItemType.SHORT else one for one in every)
    items = (*every, zero, nasty)
    return a_rich_module(items=tuple(one.model_copy(update={"status": rich.items[0].status}) for one in items))


@pytest.fixture(scope="module")
def items(module: Module, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Item id → its XML in the package."""
    with zipfile.ZipFile(package(module, "qti30", tmp_path_factory.mktemp("qti"))) as archive:
        return {one.id: archive.read(f"items/{one.id}.xml").decode() for one in module.items}


@pytest.fixture(scope="module")
def player(browser: Browser) -> Iterator[QtiPlayer]:
    """A page with the player, which must not complain."""
    player = QtiPlayer(browser)
    yield player
    player.page.close()
    assert player.complaints == []
    assert [one for one in player.requests if not one.startswith(("about:", "data:"))] == []


@pytest.mark.browser
def test_right_earns_the_point_and_wrong_earns_nothing(player: QtiPlayer, module: Module, items: dict[str, str]) -> None:
    results = {
        (one.id, right): player.plays(items[one.id], one, right=right)
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
def test_an_empty_field_earns_nothing_and_stops_nobody(player: QtiPlayer, module: Module, items: dict[str, str]) -> None:
    typed = [one for one in module.items if one.type in (ItemType.NUMERIC, ItemType.CLOZE, ItemType.SHORT)]
    for item in typed:
        player.shows(items[item.id])
        played = player.checks()
        assert (played.score, item.general_feedback in " ".join(played.shown)) == (0.0, True)


@pytest.mark.browser
def test_every_choice_has_its_own_word_shown_and_no_other(player: QtiPlayer, module: Module, items: dict[str, str]) -> None:
    chosen = [(one, option) for one in module.items for option in one.options if one.type in CHOICES]
    for item, option in chosen:
        shown = player.plays(items[item.id], item, right=option.correct, option=option.id).shown
        assert shown == [text for text in (option.feedback, item.general_feedback) if text]


@pytest.mark.browser
def test_a_typed_answer_that_was_foreseen_has_its_own_word_shown(
    player: QtiPlayer, module: Module, items: dict[str, str]
) -> None:
    told = {text: player.types(items["k-numeric"], text) for text in ("40", "10", "40.5", "11")}
    number = next(one for one in module.items if one.id == "k-numeric")
    to_key, to_ten = (option.feedback for option in number.options)
    # What is said to the number asked for is said to all that it may be off by.
    assert {text: (one.score, one.shown) for text, one in told.items()} == {
        "40": (1, [to_key]), "10": (0, [to_ten]), "40.5": (1, [to_key]), "11": (0, []),
    }
    short = next(one for one in module.items if one.id == "k-short")
    said = {text: player.types(items["k-short"], text) for text in ("4410", "EXT. 4410", "112", "113")}
    assert [(one.score, one.shown[:-1]) for one in said.values()] == [
        (1, ["Right, and it is on the panel."]), (1, []), (0, ["That is the fire brigade."]), (0, []),
    ]
    assert all(one.shown[-1] == short.general_feedback for one in said.values())


@pytest.mark.browser
def test_the_benchmark_counts_what_the_player_makes_of_a_converted_package(
    browser: Browser, module: Module, tmp_path: Path
) -> None:
    few = a_rich_module(items=tuple(one for one in module.items if one.type in (ItemType.MATCH, ItemType.CLOZE)))
    play = played(browser, few, tmp_path, name="qti21", is_right=True)
    assert (play.questions, play.score, play.most, play.shown) == (2, 2, 2, play.due)
    # A field has a name in the module's language, whatever the player makes of it.
    assert (play.axe, play.outside, play.trouble) == (0, 0, [])


@pytest.mark.browser
def test_texts_are_shown_as_texts(player: QtiPlayer, module: Module, items: dict[str, str]) -> None:
    (item,) = (one for one in module.items if one.id == "t-nasty")
    player.shows(items[item.id])
    assert " ".join(player.page.locator("qti-prompt").inner_text().split()) == " ".join(item.stem.split())
    shown = [" ".join(one.split()) for one in player.page.locator("qti-simple-choice").all_inner_texts()]
    assert shown == [" ".join(one.text.split()) for one in item.options]
