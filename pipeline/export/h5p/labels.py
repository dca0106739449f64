"""The words of H5P's own interface: buttons, headings and what screen readers say, of each content type we write.

In: the module's interface strings. Out: the fields of a content type that hold words. A field left out would be empty,
and some content types fail on it; where we have no words of our own, H5P's English ones stand.
"""

from __future__ import annotations

from pipeline.export.h5p.package import Json
from pipeline.library.strings import Strings


def multi_choice(say: Strings) -> Json:
    """The words of Multiple Choice."""
    return {
        "UI": {
            "checkAnswerButton": say["check_answer"],
            "submitAnswerButton": say["check_answer"],
            "showSolutionButton": say["right_answer"],
            "tryAgainButton": say["try_again"],
            "tipsLabel": say["hint"],
            "scoreBarLabel": _score_bar(say),
            "tipAvailable": say["hint"],
            "feedbackAvailable": say["doc_feedback"],
            "readFeedback": say["doc_feedback"],
            "wrongAnswer": say["not_correct"],
            "correctAnswer": say["correct"],
            "shouldCheck": say["right_option"],
            "shouldNotCheck": say["wrong_option"],
            "noInput": say["answer_first"],
            **_for_screen_readers(say),
        },
        **_dialogs(say),
    }


def true_false(say: Strings) -> Json:
    """The words of True/False Question, its two answers among them."""
    return {
        "l10n": {
            "trueText": say["true"],
            "falseText": say["false"],
            "score": say.say("right_of", n="@score", of="@total"),
            "checkAnswer": say["check_answer"],
            "submitAnswer": say["check_answer"],
            "showSolutionButton": say["right_answer"],
            "tryAgain": say["try_again"],
            "wrongAnswerMessage": say["not_correct"],
            "correctAnswerMessage": say["correct"],
            "scoreBarLabel": _score_bar(say),
            **_for_screen_readers(say),
        },
        **_dialogs(say),
    }


def blanks(say: Strings) -> Json:
    """The words of Fill in the Blanks."""
    return {
        "showSolutions": say["right_answer"],
        "tryAgain": say["try_again"],
        "checkAnswer": say["check_answer"],
        "submitAnswer": say["check_answer"],
        "notFilledOut": say["answer_first"],
        "answerIsCorrect": f":ans – {say['correct']}",
        "answerIsWrong": f":ans – {say['not_correct']}",
        "answeredCorrectly": say["correct"],
        "answeredIncorrectly": say["not_correct"],
        "solutionLabel": f"{say['right_answer']}:",
        "inputLabel": f"{say.say('blank_n', n='@num')} / @total",
        "inputHasTipLabel": say["hint"],
        "tipLabel": say["hint"],
        "scoreBarLabel": _score_bar(say),
        **_for_screen_readers(say),
        "a11yCheckingModeHeader": say["check_answers"],
        **_dialogs(say),
    }


def drag_text(say: Strings) -> Json:
    """The words of Drag the Words."""
    return {
        "checkAnswer": say["check_answer"],
        "submitAnswer": say["check_answer"],
        "tryAgain": say["try_again"],
        "showSolution": say["right_answer"],
        "dropZoneIndex": say.say("blank_n", n="@index"),
        "empty": f"{say.say('blank_n', n='@index')}: {say['not_answered']}",
        "contains": f"{say.say('blank_n', n='@index')}: @draggable",
        "ariaDraggableIndex": "@index / @count",
        "tipLabel": say["hint"],
        "correctText": say["correct"],
        "incorrectText": say["not_correct"],
        "resetDropTitle": say["try_again"],
        "resetDropDescription": say["try_again"],
        "grabbed": say["your_choice"],
        "cancelledDragging": say["not_answered"],
        "correctAnswer": f"{say['right_answer']}:",
        "feedbackHeader": say["doc_feedback"],
        "scoreBarLabel": _score_bar(say),
        **_for_screen_readers(say),
    }


def question_set(say: Strings) -> Json:
    """The words around the questions of a Question Set."""
    current = say.say("question_of", n="@current", of="@total")
    return {
        "prevButton": say["previous_question"],
        "nextButton": say["next_question"],
        "finishButton": say["see_result"],
        "submitButton": say["see_result"],
        "textualProgress": current,
        "jumpToQuestion": say.say("question_of", n="%d", of="%total"),
        "questionLabel": say["doc_question"],
        "readSpeakerProgress": current,
        "unansweredText": say["not_answered"],
        "answeredText": say["answered"],
        "currentQuestionText": say["doc_question"],
        "navigationLabel": say["contents"],
    }


def result_page(say: Strings) -> Json:
    """The words of a Question Set's last page."""
    return {
        "noResultMessage": say["your_result"],
        "message": say["your_result"],
        "scoreBarLabel": say.say("right_of", n="@finals", of="@totals"),
        "solutionButtonText": say["right_answer"],
        "retryButtonText": say["try_again"],
        "finishButtonText": say["see_result"],
        "submitButtonText": say["see_result"],
        "skipButtonText": say["go_on"],
    }


def interactive_book(say: Strings) -> Json:
    """The words around the pages of an Interactive Book."""
    is_english = say.language == "en"
    return {
        "read": say["begin"],
        "displayTOC": say["contents"],
        "hideTOC": say["contents"],
        "nextPage": say["next"],
        "previousPage": say["back"],
        "chapterCompleted": "Page completed!" if is_english else say["done"],
        "partCompleted": say.say("progress", n="@pages", of="@total"),
        "incompleteChapter": "Incomplete page" if is_english else say["not_answered"],
        "navigateToTop": "Navigate to the top" if is_english else say["back"],
        "markAsFinished": "I have finished this page" if is_english else say["next"],
        "fullscreen": "Fullscreen",
        "exitFullscreen": "Exit fullscreen",
        "bookProgressSubtext": "@count / @total",
        "interactionsProgressSubtext": "@count / @total",
        "submitReport": say["finish"],
        "restartLabel": say["try_again"],
        "summaryHeader": say["your_result"],
        "allInteractions": "All interactions" if is_english else say["review_answers"],
        "unansweredInteractions": "Unanswered interactions" if is_english else say["not_answered"],
        "scoreText": "@score / @maxscore",
        "leftOutOfTotalCompleted": "@left / @max",
        "noInteractions": "–",
        "score": say["your_result"],
        "summaryAndSubmit": say["see_result"],
        "noChapterInteractionBoldText": say["not_answered"],
        "noChapterInteractionText": say["answer_first"],
        "yourAnswersAreSubmittedForReview": say["finished"],
        "bookProgress": say["contents"],
        "interactionsProgress": say["review_answers"],
        "totalScoreLabel": say["your_result"],
        "a11y": {"progress": "@page / @total", "menu": say["menu"]},
    }


def branching_scenario(say: Strings) -> Json:
    """The words around the situations of a Branching Scenario."""
    return {
        "startScreenButtonText": say["begin"],
        "endScreenButtonText": say["story_again"],
        "backButtonText": say["back"],
        "proceedButtonText": say["go_on"],
        "disableProceedButtonText": say["answer_first"],
        "replayButtonText": say["story_again"],
        "scoreText": f"{say['your_result']}:",
        "fullscreenAria": "Fullscreen",
    }


def _score_bar(say: Strings) -> str:
    return say.say("right_of", n=":num", of=":total")


def _for_screen_readers(say: Strings) -> Json:
    return {"a11yCheck": say["check_answer"], "a11yShowSolution": say["right_answer"], "a11yRetry": say["try_again"]}


def _dialogs(say: Strings) -> Json:
    """Of the questions asked before checking and before trying again, which we switch off."""
    return {
        "confirmCheck": {
            "header": say["check_answer"], "body": say["check_answer"], "cancelLabel": say["back"],
            "confirmLabel": say["check_answer"],
        },
        "confirmRetry": {
            "header": say["try_again"], "body": say["try_again"], "cancelLabel": say["back"],
            "confirmLabel": say["try_again"],
        },
    }
