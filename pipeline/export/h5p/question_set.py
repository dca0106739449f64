"""`h5p-questions`: all questions as one Question Set; and the test of a module as one, for the Interactive Book.

In: a package. Out: a .h5p file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import ItemUse, QuizItem
from pipeline.export.base import Loss, Package
from pipeline.export.h5p import labels
from pipeline.export.h5p.package import QUESTION_SET, Json, Pieces, h5p_file
from pipeline.export.h5p.question_types import losses_of_questions, question, why_left_out
from pipeline.export.h5p.texts import line
from pipeline.export.package import write_whole
from pipeline.export.questions import demand_questions, items_by_use, others_are_left_out, paragraph
from pipeline.export.scoring import pass_percent
from pipeline.library.strings import strings_for

SHOWN_AT_ONCE = "a question's reasons are shown as soon as it is checked, in the test, too"


@dataclass(frozen=True)
class QuestionSetExporter:
    """Writes one Question Set."""

    name: str = "h5p-questions"
    label: str = "H5P question set"
    suffix: str = ".h5p"
    media_type: str = "application/zip"
    help: str = "the questions as an H5P Question Set for Moodle, WordPress, Drupal and other sites with H5P"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """That it is questions alone, with one score, and what each of them loses."""
        found = [*others_are_left_out(package), *losses_of_questions(package)]
        if len(items_by_use(package.module)) > 1:
            found.append(Loss(None, "practice, test and follow-up are one set with one score"))
        return (*found, *losses_of_tests(package))

    def write(self, package: Package, path: Path) -> None:
        """Write the file; raises ExportError where it would hold no question."""
        demand_questions(package, losses_of_questions(package), label=self.label)
        pieces = Pieces(package.module, self.name)
        items = [item for items in items_by_use(package.module).values() for item in items]
        content = question_set(pieces, package, items)
        write_whole(path, h5p_file(package, QUESTION_SET, content, format_name=self.name))


def question_set(pieces: Pieces, package: Package, items: Sequence[QuizItem]) -> Json:
    """The content of a Question Set of those items, without the ones that H5P has no question for."""
    module = package.module
    say, mark = strings_for(module.language), pass_percent(module)
    has_test = any(item.use is ItemUse.TEST for item in items)
    told = [package.notice or ""]
    if has_test:
        attempts = module.settings.attempts
        told += [
            say.say("pass_mark", n=mark),
            say["attempts_any"] if attempts is None else say.say("attempts_n", n=attempts),
        ]
    ranges = [(0, mark - 1, "failed"), (mark, 100, "passed")] if has_test else []
    return {
        "introPage": {
            "showIntroPage": True,
            "title": line(module.title or module.id),
            "introduction": "".join(paragraph(one) for one in told),
            "startButtonText": say["start_test"] if has_test else say["begin"],
        },
        "progressType": "dots",
        "passPercentage": mark,
        "disableBackwardsNavigation": False,
        "randomQuestions": module.settings.shuffle,
        "questions": [
            question(pieces, package, item, key=f"item/{item.id}") for item in items if why_left_out(item) is None
        ],
        "endGame": {
            "showResultPage": True,
            "showSolutionButton": True,
            "showRetryButton": not has_test or module.settings.attempts != 1,
            "overallFeedback": [
                {"from": low, "to": high, "feedback": say[word]} for low, high, word in ranges if low <= high
            ] or [{"from": 0, "to": 100, "feedback": ""}],
            **labels.result_page(say),
            "showAnimations": False,
            "skippable": False,
        },
        "override": {"checkButton": True},
        "texts": labels.question_set(say),
    }


def losses_of_tests(package: Package) -> tuple[Loss, ...]:
    """What H5P does otherwise than the module's settings say."""
    if not any(item.use is ItemUse.TEST for item in package.module.items):
        return ()
    attempts = package.module.settings.attempts
    counted = attempts is not None and attempts > 1
    more = (Loss(None, f"H5P does not count attempts: the test may be taken more than {attempts} times"),)
    return (Loss(None, SHOWN_AT_ONCE), *(more if counted else ()))
