"""A module with everything in it, and the learner who takes it in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.domain import (
    Anchor,
    BloomLevel,
    Choice,
    Document,
    Finding,
    Gap,
    ItemType,
    ItemUse,
    Lesson,
    Module,
    ModuleSettings,
    Node,
    NumericAnswer,
    Option,
    Part,
    PartKind,
    QuizItem,
    Resource,
    ResourceKind,
    Scenario,
    Severity,
    Status,
)
from tests.browsers import Chromium
from tests.builders import a_document, a_module, an_evidence, an_objective
from tests.export.learner import Learner
from tests.export.one_page import content_learner, written

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FORMATS = (
    "json", "html", "docx", "scorm12", "scorm2004", "scorm2004-3", "cmi5", "moodlexml", "gift", "aiken", "markdown", "epub", "xapi", "qti21", "qti22", "qti30",
    "commoncartridge", "commoncartridge13",
    "h5p", "h5p-questions", "h5p-scenario", "anki",
    "xlsx", "xlsx-storyline", "xlsx-ispring", "lectora-csv", "pptx",
)

# They hold questions and nothing else.
QUESTION_FORMATS = ("moodlexml", "gift", "aiken", "qti21", "qti22", "qti30", "xlsx-storyline", "xlsx-ispring", "lectora-csv",
    "h5p-questions", "anki",
)

# They hold a story and nothing else.
SCENARIO_FORMATS = ("h5p-scenario",)

# What a source may hold and a page must show as text.
NASTY = (
    "</script><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "]]> --> <!-- {{title}} {n}",
    "\"double\" 'single' & &amp; \\u003c",
    "السلامة أولًا 🦺 ١٦٠ °م",
    "javascript:window.hacked=1",
)


def an_option(option_id: str, text: str, feedback: str, *, correct: bool = True) -> Option:
    """An option in a line."""
    return Option(id=option_id, text=text, correct=correct, feedback=feedback)


def _item(document: Document, item_id: str, kind: ItemType, stem: str, **fields: Any) -> QuizItem:
    base: dict[str, Any] = {
        "id": item_id,
        "type": kind,
        "objective_id": "o-1",
        "lesson_id": "l-1",
        "bloom": BloomLevel.APPLY,
        "stem": stem,
        "evidence": (an_evidence(document, "Turn disconnect DS-7 to OFF"),),
    }
    return QuizItem(**{**base, **fields})


def every_item_type(document: Document, *, prefix: str, use: ItemUse, lesson_id: str = "l-1") -> tuple[QuizItem, ...]:
    """One item of each type; the ids say which."""

    def item(kind: ItemType, stem: str, **fields: Any) -> QuizItem:
        return _item(document, f"{prefix}-{kind.value}", kind, stem, use=use, lesson_id=lesson_id, **fields)

    return (
        item(
            ItemType.SINGLE,
            "The gauge reads 0.4 bar after you closed V-12. What do you do first?",
            options=(
                an_option("a", "Open the guard and look", "Wrong: 0.4 bar can still move the ram.", correct=False),
                an_option(
                    "b", "Close the guard and call the shift lead", "Right: any reading above zero stops the job."
                ),
                an_option("c", "Wait ten minutes", "Wrong: waiting bleeds nothing, the line is closed.", correct=False),
            ),
            general_feedback="A reading above zero means energy is left in the machine.",
            hint="Think of what the gauge tells you.",
        ),
        item(
            ItemType.MULTIPLE,
            "Which of these isolate energy on the sealer?",
            options=(
                an_option("a", "Disconnect DS-7", "DS-7 cuts the electrical supply."),
                an_option("b", "Ball valve V-12", "V-12 cuts compressed air."),
                an_option("c", "The STOP button", "STOP halts the belts, and leaves the supply on.", correct=False),
            ),
        ),
        item(
            ItemType.TRUE_FALSE,
            "Hot-melt tanks are cold enough to touch 10 minutes after shutdown.",
            options=(
                an_option("a", "True", "They stay above 160 °C for 40 minutes.", correct=False),
                an_option("b", "False", "Right: they stay above 160 °C for 40 minutes."),
            ),
        ),
        item(
            ItemType.ORDER,
            "Put the steps of the lockout in order.",
            options=(
                an_option("a", "Turn DS-7 to OFF", "Second: the belts must stand still first."),
                an_option("b", "Press STOP", "First: stop the belts in a controlled way."),
                an_option("c", "Close V-12", "Third: air last, the brakes need it."),
            ),
            answer=("b", "a", "c"),
        ),
        item(
            ItemType.MATCH,
            "Match each device with the energy it isolates.",
            options=(
                an_option("a", "DS-7", "DS-7 is the electrical disconnect."),
                an_option("b", "V-12", "V-12 is the air valve."),
                an_option("c", "V-14", "V-14 is on the same air line."),
            ),
            answer=(("a", "electricity"), ("b", "compressed air"), ("c", "compressed air")),
        ),
        item(
            ItemType.CLOZE,
            "Turn {{1}} to OFF, then close {{2}}.",
            options=(
                an_option("a", "DS-7", "DS-7 is the disconnect."),
                an_option("b", "V-12", "V-12 is the ball valve."),
            ),
            answer=(("DS-7", "DS 7"), ("V-12",)),
        ),
        item(
            ItemType.NUMERIC,
            "How many minutes do the tanks stay hot?",
            options=(
                an_option("a", "40", "Forty minutes, as the sheet says."),
                an_option("b", "10", "Ten minutes is the belt's run-down.", correct=False),
            ),
            answer=NumericAnswer(value=40, tolerance=0.5, unit="min"),
        ),
        item(
            ItemType.SHORT,
            "Which extension do you call?",
            answer=("4410", "ext. 4410"),
            general_feedback="The shift lead answers 4410 on every shift.",
        ),
    )


def a_story(document: Document) -> Scenario:
    """A branching story of two steps."""
    return Scenario(
        id="s-1",
        title="The gauge that does not fall",
        objective_ids=("o-1",),
        start="n-1",
        nodes=(
            Node(
                id="n-1",
                situation="You closed V-12 and the gauge still reads 0.4 bar. Your colleague reaches for the guard.",
                choices=(
                    Choice(
                        text="Stop them and call 4410",
                        consequence="They step back; the shift lead comes.",
                        feedback="Nobody is near the ram while it can move.",
                        next="n-2",
                        quality="best",
                    ),
                    Choice(
                        text="Let them look",
                        consequence="The ram drops a hand's breadth.",
                        feedback="0.4 bar was enough to move it.",
                        next=None,
                        quality="poor",
                    ),
                ),
            ),
            Node(id="n-2", situation="The line is bled, the gauge reads zero. You may open the guard."),
        ),
        evidence=(an_evidence(document, "If any reading is above zero, close the guard"),),
    )


def a_rich_module(*, status: Status = Status.APPROVED, **fields: Any) -> Module:
    """Two lessons, every item type as practice and as test, a story, resources, a finding and a gap."""
    document = rich_document()
    quote = an_evidence(document, "Turn disconnect DS-7 to OFF")

    def part(part_id: str, kind: PartKind, markdown: str) -> Part:
        return Part(id=part_id, kind=kind, markdown=markdown, evidence=(quote,), status=status)

    lessons = (
        Lesson(
            id="l-1",
            title="Isolate the sealer before you reach in",
            objective_ids=("o-1",),
            minutes=4.0,
            parts=(
                part(
                    "p-1", PartKind.RELEVANCE, "A ram that drops **once** breaks a hand. You are the one who stops it."
                ),
                part(
                    "p-2",
                    PartKind.PROCEDURE,
                    "1. Press the red **STOP** button and wait for the belts to stop.\n"
                    "2. Turn disconnect `DS-7` to OFF and apply your padlock.\n"
                    "3. Close ball valve V-12.\n   - Fit the valve lockout device.\n   - Keep the key.",
                ),
                part(
                    "p-3",
                    PartKind.EXPLANATION,
                    "| Device | Energy |\n| --- | --- |\n| DS-7 | electricity |\n| V-12 | compressed air |\n\n"
                    "See [the sheet](https://example.com/sheet) and ![a gauge](gauge.png).",
                ),
                part("p-4", PartKind.EXAMPLE, "Kim reads 0.4 bar, closes the guard and calls 4410."),
                part(
                    "p-5",
                    PartKind.PRACTICE,
                    "Walk to the sealer. Point at each isolation point.\n\nCheck yourself: DS-7 is left of the panel.",
                ),
            ),
        ),
        Lesson(
            id="l-2",
            title="When the gauge does not fall",
            objective_ids=("o-1",),
            minutes=2.0,
            parts=(
                part("p-6", PartKind.EXPLANATION, "Any reading above zero means energy is left."),
                part("p-7", PartKind.SUMMARY, "- Stop.\n- Lock.\n- Check the gauge."),
            ),
        ),
    )
    items = (
        *every_item_type(document, prefix="k", use=ItemUse.PRACTICE),
        *every_item_type(document, prefix="t", use=ItemUse.TEST, lesson_id="l-2"),
        _item(
            document, "f-1", ItemType.SHORT, "What do you press first?", use=ItemUse.FOLLOW_UP, day=7, answer=("STOP",)
        ),
    )
    base: dict[str, Any] = {
        "status": status,
        "title": "Lock out the carton sealer",
        "settings": ModuleSettings(owner="Ana Ruiz", help_contact="safety@example.com"),
        "objectives": (an_objective(document, status=status),),
        "lessons": lessons,
        "items": tuple(item.model_copy(update={"status": status}) for item in items),
        "scenarios": (a_story(document).model_copy(update={"status": status}),),
        "resources": (
            Resource(
                id="r-1",
                kind=ResourceKind.JOB_AID,
                title="Checklist: lock out the sealer",
                evidence=(quote,),
                markdown="- [ ] Press STOP\n- [ ] DS-7 to OFF, padlock on\n- [ ] Close V-12",
                status=status,
            ),
            Resource(
                id="r-2",
                kind=ResourceKind.GLOSSARY,
                title="Glossary",
                evidence=(quote,),
                markdown="**Lockout**: keeping a machine from starting with a lock of your own.",
                status=status,
            ),
        ),
        "findings": (
            Finding(
                id="f-a",
                rubric="grain",
                criterion="one_idea",
                severity=Severity.WARNING,
                target="p-3",
                message="Two ideas in one part.",
                suggestion="Split the part.",
                principle="Grain size",
            ),
        ),
        "gaps": (Gap(target="l-2", stage="items", code="off_schema", message="No practice item could be drafted."),),
    }
    return a_module(document, **{**base, **fields})


def rich_document() -> Document:
    """The document behind the rich module, with pages."""
    document = a_document()
    return document.model_copy(
        update={
            "blocks": tuple(
                block.model_copy(update={"anchor": Anchor(page=3, section=("Shutdown", "Isolation"))})
                for block in document.blocks
            )
        }
    )


@pytest.fixture(scope="session")
def rich_module() -> Module:
    """The rich module, all approved."""
    return a_rich_module()


@pytest.fixture(scope="module")
def browser(chromium: Chromium) -> Iterator[Browser]:
    """The session's Chromium, for one test file."""
    with chromium.lent() as lent:
        yield lent


@pytest.fixture
def learner(browser: Browser) -> Iterator[Learner]:
    """A learner of a page of ours; a file whose packages run elsewhere has its own."""
    with content_learner(browser) as one:
        yield one


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory, rich_module: Module) -> Path:
    """The rich module as one page."""
    return written(rich_module, tmp_path_factory.mktemp("page") / "course.html")
