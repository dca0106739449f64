"""Every question format of every sample: QTI played in Citolab's player, the others read back or taken apart.

In: a module. Out: a line a format and way. Packages of QTI 2 are first made QTI 3 by Citolab's converter, since no player
of 2.1 is to be had; Moodle, GIFT, Aiken and Common Cartridge have no engine here either, so what `lint` reads of
their files is held against the module; H5P is taken as a site takes it.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser
from qti_convert import upgrade_package

from benchmarks.played_back import read_back, taken_by_a_site
from pipeline.domain import ItemType, Module, QuizItem
from pipeline.export import EXPORTERS, select
from tests.e2e_browser.axe import violations
from tests.export.qti_learner import CHOICES, Played, QtiPlayer, answers_typed, chosen

PLAYED = ("qti30", "qti21", "qti22")
READ_BACK = ("moodlexml", "gift", "aiken", "commoncartridge", "commoncartridge13")
H5P = ("h5p-questions", "h5p")
# What the player does to every item, whoever wrote it, by rule and what the markup says of it.
_OF_THE_PLAYER = (
    ("aria-allowed-attr", "aria-readonly"),  # set on choices that have no role
    ("landmark-unique", "<drop-list"),  # each place of an order is a region without a name
    ("target-size", "close-button"),  # of the box that its feedback is shown in
)
_WITHIN = ("data:", "about:")


@dataclass
class QuestionPlay:
    """What came of all questions of one package, answered in one way."""

    questions: int = 0
    shown: int = 0
    """Feedbacks that were shown."""
    due: int = 0
    """Feedbacks that belong to what was answered."""
    score: float = 0
    most: float = 0
    axe: int = 0
    """Violations within the item that its author could mend."""
    axe_of_player: int = 0
    outside: int = 0
    """Requests off the package."""
    trouble: list[str] = field(default_factory=list)
    """A line an item whose score or feedback is not as it should be, or that the browser complained of."""


def report(browser: Browser, module: Module, folder: Path, *, sample: str) -> int:
    """Prints the lines of one module; how many of them tell of trouble."""
    troubled = 0
    for name in PLAYED:
        for way in ("right", "wrong"):
            play = played(browser, module, folder, name=name, is_right=way == "right")
            troubled += bool(play.trouble or play.axe or play.outside)
            print(
                f"{sample:26}{name:18}{way:7}{play.questions:>4} questions, feedback {play.shown} of {play.due}, "
                f"score {play.score:g} of {play.most:g}, trouble {len(play.trouble)}, outside {play.outside}, "
                f"axe {play.axe} (the player's own: {play.axe_of_player})", flush=True,
            )
            for line in play.trouble:
                print(f"    {line[:300]}")
    for name in READ_BACK:
        told = read_back(module, folder, name=name)
        troubled += told.is_less_than_said
        print(
            f"{sample:26}{name:18}{'read':7}{told.questions:>4} questions of {told.of}, keys equal {told.keys}, feedback "
            f"{told.feedbacks} of {told.feedbacks_due}, losses named {told.losses}, left out {told.left_out}", flush=True,
        )
    for name in H5P:
        site = taken_by_a_site(module, folder, name=name)
        troubled += bool(site.trouble or site.feedbacks < site.feedbacks_due)
        print(
            f"{sample:26}{name:18}{'taken':7}{site.questions:>4} questions of {site.of}, feedback {site.feedbacks} of "
            f"{site.feedbacks_due}, libraries pinned {site.libraries}, losses named {site.losses}", flush=True,
        )
        for line in site.trouble:
            print(f"    {line[:300]}")
    return troubled


def played(browser: Browser, module: Module, folder: Path, *, name: str, is_right: bool) -> QuestionPlay:
    """All questions of the module's package in that format, answered all right or all wrong."""
    play = QuestionPlay()
    player = QtiPlayer(browser)
    by_id = {item.id: item for item in module.items}
    for item_id, xml in _items(module, folder, name=name):
        item = by_id[item_id]
        before = len(player.complaints)
        told = player.plays(xml, item, right=is_right)
        play.questions += 1
        play.score += told.score
        play.most += told.most
        judge(play, item, told, is_right=is_right)
        play.trouble += [f"{item.id}: {line}" for line in player.complaints[before:]]
        for line in violations(player.page):
            rule = line.partition(":")[0]
            if any(rule == known and sign in line for known, sign in _OF_THE_PLAYER):
                play.axe_of_player += 1
            else:
                play.axe += 1
                print(f"    axe: {item.id}: {json.dumps(line)[:220]}")
    if play.questions != len(module.items):
        play.trouble.append(f"{play.questions} items of {len(module.items)}")
    play.outside = sum(not url.startswith(_WITHIN) for url in player.requests)
    player.page.close()
    return play


def _items(module: Module, folder: Path, *, name: str) -> Iterator[tuple[str, str]]:
    """(id, QTI 3) of each item in the package, which is written and converted once."""
    ours = folder / f"{module.id}-{name}.zip"
    theirs = ours if name == "qti30" else folder / f"{module.id}-{name}-as-30.zip"
    if not theirs.exists():
        EXPORTERS.get(name).write(select(module, include_drafts=True), ours)
        if theirs != ours:
            upgrade_package(str(ours), str(theirs))
    with zipfile.ZipFile(theirs) as archive:
        for member in sorted(one for one in archive.namelist() if one.endswith(".xml")):
            xml = archive.read(member).decode()
            if "<qti-assessment-item " in xml:
                yield xml.partition(' label="')[2].partition('"')[0], xml


def judge(play: QuestionPlay, item: QuizItem, told: Played, *, is_right: bool) -> None:
    """Counts what the player made of an answer; what is not as it should be is trouble."""
    due = _due(item, is_right=is_right)
    shown = " ".join(" ".join(told.shown).split())
    missing = [text for text in due if " ".join(text.split()) not in shown]
    play.due += len(due)
    play.shown += len(due) - len(missing)
    if missing:
        play.trouble.append(f"{item.id}: not shown: {missing[0]}")
    if told.score != float(is_right) or told.most != 1:
        play.trouble.append(f"{item.id}: {told.score:g} of {told.most:g} for an answer that is {'' if is_right else 'not '}right")


def _due(item: QuizItem, *, is_right: bool) -> list[str]:
    """What is to be said to that answer."""
    if item.type in CHOICES:
        taken = chosen(item, right=is_right)
        texts = [one.feedback for one in item.options if one.id in taken]
    elif item.type in (ItemType.NUMERIC, ItemType.SHORT):
        (typed,) = answers_typed(item, right=is_right)
        texts = [one.feedback for one in item.options if one.text.casefold() == typed.casefold()]
    else:
        texts = [one.feedback for one in item.options]
    return [text for text in (*texts, item.general_feedback) if text.strip()]
