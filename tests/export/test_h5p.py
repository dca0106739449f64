"""H5P files are taken as they are, and what a learner is shown of them is what the module says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain import (
    Figure,
    ItemType,
    ItemUse,
    Lesson,
    Module,
    ModuleSettings,
    NumericAnswer,
    Part,
    PartKind,
    QuizItem,
    Status,
)
from pipeline.errors import ExportError
from pipeline.export import EXPORTERS, select
from pipeline.export.h5p.question_types import accepted_numbers
from pipeline.export.h5p.texts import from_markdown, inner_title, title
from tests.builders import a_module, a_quiz_item
from tests.export.conftest import NASTY, a_rich_module, a_story, an_option, rich_document
from tests.export.h5p_site import Taken, blanks_of, drags_of, shown, take

H5P = ("h5p", "h5p-questions", "h5p-scenario")
# Marks of Drag the Words and Fill in the Blanks among them.
ALL_SIGNS = " ".join((*NASTY, r"*a* /b/ :c \+d \-e **f** \( x^2 \) @score of @total"))


def written(module: Module, name: str, folder: Path, *, drafts: bool = False) -> Taken:
    """The module as a site takes it."""
    path = folder / f"{name}.h5p"
    EXPORTERS.get(name).write(select(module, include_drafts=drafts), path)
    return take(path)


def losses(module: Module, name: str) -> list[str]:
    """What is said beforehand."""
    return [loss.what for loss in EXPORTERS.get(name).losses(select(module, include_drafts=False))]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Taken]:
    """The rich module in all three, taken by a site."""
    folder = tmp_path_factory.mktemp("h5p")
    return {name: written(a_rich_module(), name, folder) for name in H5P}


def by_title(site: Taken, library: str, words: str) -> dict[str, Any]:
    """The params of the piece whose title has those words."""
    [found] = {str(one): one for one in site.pieces(library) if words in one["metadata"]["title"]}.values()
    params: dict[str, Any] = found["params"]
    return params


def one_question(item: QuizItem, folder: Path, **fields: Any) -> dict[str, Any]:
    """The params of the only question of a module."""
    module = a_module(items=(item.model_copy(update={"status": Status.APPROVED}),), **fields)
    [piece] = written(module, "h5p-questions", folder).content["questions"]
    params: dict[str, Any] = piece["params"]
    return params


def test_a_book_has_a_page_a_lesson_with_its_practice_and_the_test_as_a_page(taken: dict[str, Taken]) -> None:
    pages = taken["h5p"].content["chapters"]
    assert [page["metadata"]["title"] for page in pages] == [
        "Isolate the sealer before you reach in", "When the gauge does not fall", "The gauge that does not fall",
        "Checklist: lock out the sealer", "Glossary", "Test", "Come back later",
    ]
    kinds = [[one["content"]["library"].split()[0] for one in page["params"]["content"]] for page in pages]
    assert kinds[0][-8:] == [
        "H5P.MultiChoice", "H5P.MultiChoice", "H5P.TrueFalse", "H5P.DragText", "H5P.DragText", "H5P.Blanks",
        "H5P.Blanks", "H5P.Blanks",
    ]
    assert kinds[5] == ["H5P.QuestionSet"]
    assert len(pages[5]["params"]["content"][0]["content"]["params"]["questions"]) == 8
    text = shown(str(pages[0]))
    for words in ("A ram that drops once breaks a hand", "Press the red STOP button", "Device: DS-7 Energy: electricity"):
        assert words in text
    answer = by_title(taken["h5p"], "H5P.Accordion", "Try it")["panels"][0]
    assert "DS-7 is left of the panel" in answer["content"]["params"]["text"]


def test_every_library_of_the_content_is_named_with_its_version_the_main_one_first(taken: dict[str, Taken]) -> None:
    mains = ["H5P.InteractiveBook", "H5P.QuestionSet", "H5P.BranchingScenario"]
    for name, main in zip(H5P, mains, strict=True):
        about = taken[name].about
        assert about["mainLibrary"] == main == about["preloadedDependencies"][0]["machineName"]
        assert "H5P.JoubelUI" in str(about["preloadedDependencies"])
    assert "H5P.Question'" in str(taken["h5p-questions"].about["preloadedDependencies"])
    assert "H5P.Question'" not in str(taken["h5p-scenario"].about["preloadedDependencies"])


def test_a_choice_has_its_key_and_the_reason_of_every_option(taken: dict[str, Taken]) -> None:
    single, several = [one["params"] for one in taken["h5p-questions"].pieces("H5P.MultiChoice")][:2]
    assert [one["correct"] for one in single["answers"]] == [False, True, False]
    assert [shown(one["tipsAndFeedback"]["chosenFeedback"]) for one in single["answers"]] == [
        "Wrong: 0.4 bar can still move the ram.", "Right: any reading above zero stops the job.",
        "Wrong: waiting bleeds nothing, the line is closed.",
    ]
    assert single["overallFeedback"] == [
        {"from": 0, "to": 100, "feedback": "A reading above zero means energy is left in the machine."}
    ]
    # All right options or nothing, one point; who missed one is told why.
    assert several["behaviour"]["singlePoint"]
    assert several["behaviour"]["type"] == "multi"
    assert shown(several["answers"][0]["tipsAndFeedback"]["notChosenFeedback"]) == "DS-7 cuts the electrical supply."
    assert several["answers"][2]["tipsAndFeedback"]["notChosenFeedback"] == ""


def test_a_statement_is_true_or_false_with_both_reasons(taken: dict[str, Taken]) -> None:
    params = taken["h5p-questions"].pieces("H5P.TrueFalse")[0]["params"]
    assert params["correct"] == "false"
    assert params["behaviour"]["feedbackOnCorrect"] == "Right: they stay above 160 °C for 40 minutes."
    assert params["behaviour"]["feedbackOnWrong"] == "They stay above 160 °C for 40 minutes."


def test_a_reason_that_true_or_false_would_cut_off_makes_it_a_choice(tmp_path: Path) -> None:
    options = (an_option("a", "True", "x" * 2049, correct=False), an_option("b", "False", "Right."))
    params = one_question(a_quiz_item(options, type=ItemType.TRUE_FALSE, general_feedback=""), tmp_path)
    assert "x" * 2049 in params["answers"][0]["tipsAndFeedback"]["chosenFeedback"]


def test_what_is_put_in_order_or_matched_is_dragged_to_its_place_and_told_why(taken: dict[str, Taken]) -> None:
    order, match = [one["params"] for one in taken["h5p-questions"].pieces("H5P.DragText")][:2]
    text, places = drags_of(order["textField"])
    assert text == "1. ___ 2. ___ 3. ___"
    assert [place.accepted for place in places] == [("Press STOP",), ("Turn DS-7 to OFF",), ("Close V-12",)]
    assert places[0].right == places[0].wrong == "First: stop the belts in a controlled way."
    text, places = drags_of(match["textField"])
    assert text == "DS-7: ___ V-12: ___ V-14: ___"
    assert [place.accepted[0] for place in places] == ["electricity", "compressed air", "compressed air"]
    assert places[2].wrong == "V-14 is on the same air line."


def test_what_is_typed_is_compared_with_every_accepted_text(taken: dict[str, Taken]) -> None:
    cloze, number, short = [one["params"] for one in taken["h5p-questions"].pieces("H5P.Blanks")][:3]
    text, places = blanks_of(cloze["questions"][0])
    assert text == "Turn ___ to OFF, then close ___."
    assert [place.accepted for place in places] == [("DS-7", "DS 7"), ("V-12",)]
    assert blanks_of(number["questions"][0])[1][0].accepted[:2] == ("40", "40 min")
    assert blanks_of(short["questions"][0])[1][0].accepted == ("4410", "ext. 4410")
    assert not short["behaviour"]["caseSensitive"]
    [title] = {one["metadata"]["title"] for one in taken["h5p"].pieces("H5P.Blanks") if "OFF" in str(one["metadata"])}
    assert title == "Turn ____ to OFF, then close ____."
    assert [one["to"] for one in number["overallFeedback"]] == [99, 100]
    assert "Ten minutes" in number["overallFeedback"][0]["feedback"]
    assert "Ten minutes" not in number["overallFeedback"][1]["feedback"]


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        (NumericAnswer(value=40, tolerance=0, unit="min"), ("40", "40 min")),
        (NumericAnswer(value=0.5, tolerance=0.1), ("0.5", "0,5", "0.4", "0,4", "0.6", "0,6")),
        (NumericAnswer(value=-2, tolerance=1), ("-2", "-3", "-1")),
        (NumericAnswer(value=1500, tolerance=200, unit=None), ("1500",)),
        (NumericAnswer(value=2.5e-7, tolerance=0), ("0.00000025", "0,00000025")),
    ],
)
def test_a_number_is_accepted_in_the_forms_it_is_typed_in(answer: NumericAnswer, accepted: tuple[str, ...]) -> None:
    assert accepted_numbers(answer) == accepted


def test_numbers_within_a_tolerance_that_do_not_count_are_told_before() -> None:
    def told(**fields: Any) -> str:
        item = a_quiz_item((), type=ItemType.NUMERIC, answer=NumericAnswer(**fields), status=Status.APPROVED)
        return " ".join(losses(a_module(items=(item,)), "h5p-questions"))

    assert "these count as right: 39, 40, 41" in told(value=40, tolerance=1)
    assert "only 40 counts as right, not what is within its tolerance" in told(value=40, tolerance=15)
    assert "only 40 counts as right, in digits" in told(value=40, tolerance=0)


def test_a_story_begins_at_its_start_and_each_choice_counts(taken: dict[str, Taken]) -> None:
    story = taken["h5p-scenario"].content["branchingScenario"]
    assert story["scoringOptionGroup"]["scoringOption"] == "dynamic-score"
    first, second, end = story["content"]
    assert "the gauge still reads 0.4 bar" in first["type"]["params"]["branchingQuestion"]["question"]
    best, poor = first["type"]["params"]["branchingQuestion"]["alternatives"]
    assert (best["text"], best["nextContentId"], best["feedback"]["endScreenScore"]) == ("Stop them and call 4410", 1, 2)
    assert best["feedback"]["subtitle"] == (
        "They step back; the shift lead comes. Nobody is near the ram while it can move."
    )
    # Straight to the end screen a choice would count for nothing and say nothing.
    assert (poor["nextContentId"], poor["feedback"]["endScreenScore"]) == (2, 0)
    assert second["nextContentId"] == end["nextContentId"] == -1
    for entry in story["content"]:
        leads = [entry.get("nextContentId", -1)]
        leads += [one["nextContentId"] for one in entry["type"]["params"].get("branchingQuestion", {}).get("alternatives", [])]
        assert all(-1 <= one < len(story["content"]) for one in leads)


def test_a_file_is_one_story_and_the_others_are_told() -> None:
    other = a_story(rich_document()).model_copy(
        update={"id": "s-2", "title": "The other story", "status": Status.APPROVED}
    )
    module = a_rich_module()
    module = module.model_copy(update={"scenarios": (*module.scenarios, other)})
    found = EXPORTERS.get("h5p-scenario").losses(select(module, include_drafts=False))
    assert [loss.element for loss in found if loss.is_left_out] == ["s-2"]
    assert "the file is one story" in found[-1].what


def test_a_module_without_a_story_is_refused_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="it has no scenario; choose another format") as refusal:
        written(a_rich_module(scenarios=()), "h5p-scenario", tmp_path)
    assert refusal.value.exit_code == 2
    assert not list(tmp_path.iterdir())


def nasty(module: Module) -> Module:
    """The module with every sign in every text a learner sees."""

    def options(item: QuizItem) -> dict[str, Any]:
        changed = tuple(
            one.model_copy(update={"text": f"{one.text} {ALL_SIGNS}", "feedback": f"{one.feedback} {ALL_SIGNS}"})
            for one in item.options
        )
        answer: Any = item.answer
        if item.type in (ItemType.CLOZE, ItemType.SHORT):
            answer = tuple((ALL_SIGNS,) for _ in item.answer or ()) if item.type is ItemType.CLOZE else (ALL_SIGNS,)
        if item.type is ItemType.MATCH:
            answer = tuple((pair[0], f"{pair[1]} {ALL_SIGNS}") for pair in item.answer or ())  # type: ignore[union-attr]
        return {"options": changed, "answer": answer, "stem": f"{item.stem} {ALL_SIGNS}", "hint": ALL_SIGNS}

    [story] = module.scenarios
    nodes = tuple(
        node.model_copy(
            update={
                "situation": ALL_SIGNS,
                "choices": tuple(
                    one.model_copy(update={"text": ALL_SIGNS, "consequence": ALL_SIGNS, "feedback": ALL_SIGNS})
                    for one in node.choices
                ),
            }
        )
        for node in story.nodes
    )
    return module.model_copy(
        update={
            "title": ALL_SIGNS,
            "items": tuple(item.model_copy(update=options(item)) for item in module.items),
            "lessons": tuple(
                lesson.model_copy(update={"title": f"{lesson.title} {ALL_SIGNS}"}) for lesson in module.lessons
            ),
            "scenarios": (story.model_copy(update={"title": ALL_SIGNS, "nodes": nodes}),),
        }
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_signs_that_mean_something_to_h5p_are_shown_as_they_are(tmp_path: Path, language: str) -> None:
    module = nasty(a_rich_module(language=language))
    for name in H5P:
        site = written(module, name, tmp_path)
        assert site.about["language"] == language
        assert not re.search(r"<(?:script|img)", str(site.content))
    signs = " ".join(ALL_SIGNS.split())
    site = written(module, "h5p-questions", tmp_path)
    choice = site.pieces("H5P.MultiChoice")[0]["params"]
    assert shown(choice["answers"][0]["text"]).endswith(signs)
    assert shown(choice["question"]).endswith(signs)
    _, places = drags_of(site.pieces("H5P.DragText")[0]["params"]["textField"])
    assert len(places) == 3
    assert places[0].accepted == (f"Press STOP {signs}",)
    assert places[0].tip == signs
    assert (places[0].right or "").endswith(signs)
    text, places = drags_of(site.pieces("H5P.DragText")[1]["params"]["textField"])
    assert text.startswith(f"DS-7 {signs}: ___")
    assert places[0].accepted == (f"electricity {signs}",)
    text, places = blanks_of(site.pieces("H5P.Blanks")[0]["params"]["questions"][0])
    assert text == f"Turn ___ to OFF, then close ___. {signs}"
    assert places[0].accepted == (signs,)
    assert places[0].tip == signs
    story = written(module, "h5p-scenario", tmp_path).content["branchingScenario"]
    [choice, _] = story["content"][0]["type"]["params"]["branchingQuestion"]["alternatives"]
    assert shown(choice["text"]) == signs
    assert shown(choice["feedback"]["subtitle"]) == f"{signs} {signs}"


def test_a_text_that_would_be_filled_in_with_the_score_is_left_alone(tmp_path: Path) -> None:
    item = a_quiz_item(general_feedback="Write to team@score.example, @score of @total")
    told = one_question(item, tmp_path)["overallFeedback"][0]["feedback"]
    assert "@score" not in told
    assert "@total" not in told
    assert shown(told) == "Write to team@score.example, @score of @total"


def test_settings_of_the_module_are_those_of_the_set(tmp_path: Path) -> None:
    settings = ModuleSettings(pass_mark=0.85, attempts=1, shuffle=True)
    content = written(a_rich_module(settings=settings), "h5p-questions", tmp_path).content
    assert content["passPercentage"] == 85
    assert content["randomQuestions"]
    assert not content["endGame"]["showRetryButton"]
    assert [(one["from"], one["to"]) for one in content["endGame"]["overallFeedback"]] == [(0, 84), (85, 100)]
    practice, test = content["questions"][0]["params"], content["questions"][8]["params"]
    assert practice["behaviour"]["randomAnswers"]
    assert practice["behaviour"]["enableRetry"]
    assert not test["behaviour"]["enableRetry"]
    free = written(a_rich_module(settings=ModuleSettings(pass_mark=0, attempts=3)), "h5p-questions", tmp_path).content
    assert free["endGame"]["showRetryButton"]
    assert [(one["from"], one["to"]) for one in free["endGame"]["overallFeedback"]] == [(0, 100)]
    assert "H5P does not count attempts" in " ".join(losses(a_rich_module(settings=ModuleSettings(attempts=3)), "h5p"))


def test_ids_of_questions_stay_when_others_change(taken: dict[str, Taken], tmp_path: Path) -> None:
    module = a_rich_module()
    again = written(module.model_copy(update={"items": module.items[3:]}), "h5p-questions", tmp_path)
    before = [one["subContentId"] for one in taken["h5p-questions"].content["questions"]]
    assert [one["subContentId"] for one in again.content["questions"]] == before[3:]


def test_a_preview_says_so_on_every_page_and_question(tmp_path: Path) -> None:
    module = a_rich_module(status=Status.DRAFT)
    notice = "Unreviewed draft – not approved for use"
    book = written(module, "h5p", tmp_path, drafts=True)
    assert notice in book.about["title"]
    assert notice in book.content["bookCover"]["coverDescription"]
    assert all(notice in str(page) for page in book.content["chapters"])
    questions = written(module, "h5p-questions", tmp_path, drafts=True).content
    assert notice in questions["introPage"]["introduction"]
    assert all("Draft, not approved" in str(one["params"]) for one in questions["questions"])
    story = written(module, "h5p-scenario", tmp_path, drafts=True).content["branchingScenario"]
    assert notice in story["startScreen"]["startScreenSubtitle"]


def test_a_book_of_more_lessons_than_pages_loses_none(tmp_path: Path) -> None:
    lessons = tuple(
        Lesson(
            id=f"l-{n}", title=f"Lesson number {n}", objective_ids=(), minutes=1,
            parts=(Part(id=f"p-{n}", kind=PartKind.SUMMARY, markdown=f"Text {n}.", evidence=(), status=Status.APPROVED),),
        )
        for n in range(1, 121)
    )  # fmt: skip
    pages = written(a_rich_module(lessons=lessons), "h5p", tmp_path).content["chapters"]
    assert len(pages) == 50
    texts = [one["content"]["params"].get("text", "") for page in pages for one in page["params"]["content"]]
    assert [f"Text {n}." for n in range(1, 121)] == re.findall(r"Text \d+\.", " ".join(texts))


def test_pictures_go_along_with_their_words_where_sites_take_their_kind(tmp_path: Path) -> None:
    figures = (
        Figure(source="s-1", file="figures/a.png", block="b-1", alt="A gauge", caption="The gauge"),
        Figure(source="s-1", file="figures/b.svg", block="b-2", alt="A valve", caption=None),
    )
    module = a_rich_module()
    part = module.lessons[0].parts[0].model_copy(update={"figures": figures})
    lesson = module.lessons[0].model_copy(update={"parts": (part,)})
    package = select(
        module.model_copy(update={"lessons": (lesson,)}), include_drafts=False, picture=lambda file: file.encode()
    )
    exporter = EXPORTERS.get("h5p")
    exporter.write(package, tmp_path / "book.h5p")
    book = take(tmp_path / "book.h5p")
    [image] = book.pieces("H5P.Image")
    assert image["params"]["alt"] == "A gauge"
    assert book.files[f"content/{image['params']['file']['path']}"] == b"figures/a.png"
    assert not any(name.endswith(".svg") for name in book.files)
    assert "Figure: A valve" in shown(str(book.content))
    assert any("“A valve” is left out: H5P takes no .svg" in loss.what for loss in exporter.losses(package))


def test_a_title_is_cut_to_what_h5p_takes_in_bytes() -> None:
    assert title("short", "m-1") == "short"
    assert title(" \n ", "m-1") == "m-1"
    for made in (title("السلامة " * 60, "m-1"), inner_title("A & B < C " * 60, "x")):
        assert 200 < len(made.encode()) <= 255
        assert made.endswith("…")
        assert not re.search(r"&(?!(?:amp|lt|gt);)", made)


def test_markdown_becomes_elements_that_a_text_keeps() -> None:
    markdown = "# One\n\n#### Two\n\n> quoted ~~gone~~\n\n| A | |\n| --- | --- |\n| 1 | 2 |\n|  | 3 |\n\n| only |\n| --- |\n"
    markup = from_markdown(markdown)
    assert set(re.findall(r"<(\w+)", markup)) == {"h3", "div", "p", "del", "ul", "li", "strong", "br"}
    assert "<strong>A:</strong> 1<br>2" in markup
    assert "<strong>only</strong>" in markup


def test_questions_without_an_answer_to_type_stay_out_and_are_named(tmp_path: Path) -> None:
    empty = a_quiz_item((), id="q-2", type=ItemType.SHORT, answer=(" ",), use=ItemUse.TEST, status=Status.APPROVED)
    module = a_module(items=(a_quiz_item(status=Status.APPROVED), empty))
    found = EXPORTERS.get("h5p-questions").losses(select(module, include_drafts=False))
    assert [loss.element for loss in found if loss.is_left_out] == ["q-2"]
    assert len(written(module, "h5p-questions", tmp_path).content["questions"]) == 1
    with pytest.raises(ExportError, match="none of its 1 questions"):
        written(module.model_copy(update={"items": (empty,)}), "h5p-questions", tmp_path)
