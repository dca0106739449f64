"""A question as the H5P content type that keeps its key and its reasons.

In: an item. Out: a piece of content. Choices become Multiple Choice with each option's own feedback, or True/False;
putting in order and matching become Drag the Words, where each place has its feedback; what is typed becomes Fill in
the Blanks. Choices are worth one point as a whole; in the others H5P gives a point for each place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from pipeline.domain import CHOICE_TYPES, ItemType, ItemUse, NumericAnswer, QuizItem
from pipeline.export.base import Loss, Package
from pipeline.export.h5p import labels
from pipeline.export.h5p.package import BLANKS, DRAG_TEXT, MULTI_CHOICE, TRUE_FALSE, Json, Library, Pieces
from pipeline.export.h5p.texts import beside_marks, between_marks, line, lines
from pipeline.export.questions import (
    accepted_of,
    asked,
    blanks_filled,
    entries_in_order,
    html_of,
    losses_by_item,
    pairs_of,
    paragraph,
    plain_number,
    truth_of,
)
from pipeline.library.strings import Strings, strings_for

# True/False cuts a longer feedback off without a word.
_LONGEST_TRUTH_FEEDBACK = 2048
# As many numbers within a tolerance as a learner can be shown as the solution.
_MOST_NUMBERS = 11
_POINTS = "H5P gives a point for each right place, not one for the whole"
_TOGETHER = "its reasons stand together after the answer, not each beside its own"


def question(pieces: Pieces, package: Package, item: QuizItem, *, key: str) -> Json:
    """The item as a piece of content; `why_left_out` says beforehand whether there is one."""
    say = strings_for(package.module.language)
    library, made = _KINDS[item.type]
    if _is_truth(item, package.module.language):
        library, made = TRUE_FALSE, _true_false
    mark = f"<p><strong>{html_of(say[f'mark_{item.status.value}'])}</strong></p>" if package.needs_mark(item) else ""
    params = made(item, say, mark=mark, shuffle=package.module.settings.shuffle)
    return pieces.piece(library, params, item.label, key=key)


def why_left_out(item: QuizItem) -> str | None:
    """Why H5P has no question for it; None where it has."""
    if item.type in (ItemType.CLOZE, ItemType.SHORT) and not all(any(texts) for texts in accepted_of(item)):
        return "a blank of it accepts nothing"
    if item.type is ItemType.ORDER and not all(line(one.text) for one in item.options):
        return "an entry of it has no text"
    if item.type is ItemType.MATCH and not all(line(target) for _, target in pairs_of(item)):
        return "a target of it has no text"
    return None


def losses_of_questions(package: Package) -> tuple[Loss, ...]:
    """What questions lose in H5P: those that stay out, and what differs in the others."""
    found = list(losses_by_item(package, why_left_out))
    for item in package.module.items:
        if why_left_out(item) is None and (differs := "; ".join(_differences(item))):
            found.append(Loss(item.id, f"“{item.label}”: {differs}"))
    # What is typed or dragged has a place for a tip; choices have none for the question as a whole.
    hinted = sum(bool(item.hint) and item.type in CHOICE_TYPES for item in package.module.items)
    if hinted:
        found.append(Loss(None, f"H5P has no place for hints of choice questions: {hinted} are not in it"))
    return tuple(found)


def _differences(item: QuizItem) -> Iterator[str]:
    """In what its question differs from the item."""
    if item.type in (ItemType.ORDER, ItemType.MATCH):
        if len(item.options) > 1:
            yield _POINTS
    elif item.type not in CHOICE_TYPES:
        if isinstance(item.answer, NumericAnswer):
            yield _about_number(item.answer)
        elif item.type is ItemType.CLOZE and len(accepted_of(item)) > 1:
            yield _POINTS
        if any(one.feedback.strip() for one in item.options):
            yield _TOGETHER


def _choice(item: QuizItem, say: Strings, *, mark: str, shuffle: bool) -> Json:
    is_multiple = item.type is ItemType.MULTIPLE
    answers = [
        {
            "text": _inline(one.text),
            "correct": one.correct,
            "tipsAndFeedback": {
                "tip": "",
                "chosenFeedback": _inline(one.feedback),
                # Somebody who missed a right answer is told why it is right.
                "notChosenFeedback": _inline(one.feedback) if is_multiple and one.correct else "",
            },
        }
        for one in item.options
    ]
    return {
        "media": {"disableImageZooming": False},
        "question": mark + paragraph(item.stem),
        "answers": answers,
        "overallFeedback": _overall(item.general_feedback),
        "behaviour": {
            **_behaviour(item),
            "type": "multi" if is_multiple else "single",
            "singlePoint": True,
            "randomAnswers": shuffle,
            "showSolutionsRequiresInput": True,
            "autoCheck": False,
            "passPercentage": 100,
            "showScorePoints": False,
            "confirmCheckDialog": False,
            "confirmRetryDialog": False,
        },
        **labels.multi_choice(say),
    }


def _true_false(item: QuizItem, say: Strings, *, mark: str, shuffle: bool) -> Json:
    right, wrong = _truth_feedbacks(item)
    return {
        "media": {"disableImageZooming": False},
        "question": mark + paragraph(item.stem),
        "correct": "true" if truth_of(item, say.language) else "false",
        "behaviour": {
            **_behaviour(item),
            "autoCheck": False,
            "confirmCheckDialog": False,
            "confirmRetryDialog": False,
            "feedbackOnCorrect": right,
            "feedbackOnWrong": wrong,
        },
        **labels.true_false(say),
    }


def _is_truth(item: QuizItem, language: str) -> bool:
    said = truth_of(item, language)
    return said is not None and all(len(one) <= _LONGEST_TRUTH_FEEDBACK for one in _truth_feedbacks(item))


def _truth_feedbacks(item: QuizItem) -> tuple[str, str]:
    right, wrong = sorted(item.options, key=lambda one: not one.correct)
    return lines(right.feedback, item.general_feedback), lines(wrong.feedback, item.general_feedback)


def _order(item: QuizItem, say: Strings, *, mark: str, shuffle: bool) -> Json:
    entries = entries_in_order(item)
    rows = [
        f"{number}. {_place(one.text, one.feedback, tip=item.hint if number == 1 else None)}"
        for number, one in enumerate(entries, start=1)
    ]
    return _dragged(item, say, rows, mark=mark, task=say["put_in_order"])


def _match(item: QuizItem, say: Strings, *, mark: str, shuffle: bool) -> Json:
    rows = [
        f"{beside_marks(' '.join(one.text.split()))}: {_place(target, one.feedback, tip=None if at else item.hint)}"
        for at, (one, target) in enumerate(pairs_of(item))
    ]
    return _dragged(item, say, rows, mark=mark, task=say["match_each"])


def _dragged(item: QuizItem, say: Strings, rows: list[str], *, mark: str, task: str) -> Json:
    return {
        "taskDescription": mark + paragraph(item.stem) + paragraph(task),
        "textField": "\n".join(rows),
        "distractors": "",
        "overallFeedback": _overall(item.general_feedback),
        "behaviour": {**_behaviour(item), "instantFeedback": False},
        **labels.drag_text(say),
    }


def _place(text: str, feedback: str, *, tip: str | None) -> str:
    """A place to drag something to, with what it says to the right thing and to a wrong one."""
    tipped = f":{between_marks(tip)}" if tip and tip.strip() else ""
    reason = between_marks(feedback)
    told = f"\\+{reason}\\-{reason}" if reason else ""
    return f"*{between_marks(text)}{tipped}{told}*"


def _cloze(item: QuizItem, say: Strings, *, mark: str, shuffle: bool) -> Json:
    accepted = accepted_of(item)

    def blank(number: int) -> str:
        return _blank(accepted[number], tip=item.hint if number == 0 else None)

    text = f'<p dir="auto">{blanks_filled(item.stem, blank, beside_marks, len(accepted))}</p>'
    return _typed(item, say, mark + paragraph(say["fill_blanks"]), text)


def _number_or_short(item: QuizItem, say: Strings, *, mark: str, shuffle: bool) -> Json:
    answer = item.answer
    texts = accepted_numbers(answer) if isinstance(answer, NumericAnswer) else accepted_of(item)[0]
    return _typed(item, say, mark + paragraph(asked(item)), f'<p dir="auto">{_blank(texts, tip=item.hint)}</p>')


def _typed(item: QuizItem, say: Strings, task: str, text: str) -> Json:
    return {
        "media": {"disableImageZooming": False},
        "text": task,
        "questions": [text],
        "overallFeedback": _reasons(item),
        "behaviour": {
            **_behaviour(item),
            "autoCheck": False,
            "caseSensitive": False,
            "showSolutionsRequiresInput": True,
            "separateLines": False,
            "confirmCheckDialog": False,
            "confirmRetryDialog": False,
            "acceptSpellingErrors": False,
        },
        **labels.blanks(say),
    }


def _blank(texts: tuple[str, ...], *, tip: str | None) -> str:
    tipped = f":{between_marks(tip)}" if tip and tip.strip() else ""
    return f"*{'/'.join(between_marks(text) for text in texts if text)}{tipped}*"


def accepted_numbers(answer: NumericAnswer) -> tuple[str, ...]:
    """What a number may be typed as, the value itself first: H5P compares text and knows no tolerance."""
    value, *near = _numbers(answer)
    unit = " ".join((answer.unit or "").split())
    forms = [value, value.replace(".", ",")]
    # The solution that a learner is shown is all of these, so the unit stands with the value alone.
    forms += [f"{form} {unit}" for form in forms] if unit else []
    for number in near:
        forms += [number, number.replace(".", ",")]
    return tuple(dict.fromkeys(forms))


def _numbers(answer: NumericAnswer) -> list[str]:
    """The value, and the others within the tolerance where they are few: with as many decimals as those two have."""
    value, tolerance = Decimal(plain_number(answer.value)), Decimal(plain_number(answer.tolerance))
    step = Decimal(1).scaleb(-max(_decimals(value), _decimals(tolerance)))
    each_way = int(tolerance / step)
    if 2 * each_way + 1 > _MOST_NUMBERS:
        return [plain_number(answer.value)]
    near = (value + step * at for at in range(-each_way, each_way + 1) if at)
    return [plain_number(answer.value), *(plain_number(float(one)) for one in near)]


def _decimals(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _about_number(answer: NumericAnswer) -> str:
    numbers = _numbers(answer)
    if len(numbers) > 1:
        ordered = sorted(numbers, key=float)
        return f"of the numbers within its tolerance these count as right: {', '.join(ordered)}"
    if answer.tolerance:
        return f"only {numbers[0]} counts as right, not what is within its tolerance"
    return f"only {numbers[0]} counts as right, in digits"


def _reasons(item: QuizItem) -> list[Json]:
    """The feedback of what is typed: to all, or to a right number only what is said of it."""
    told = [f"{one.text}: {one.feedback}" for one in item.options if one.feedback.strip()]
    whole = lines(*told, item.general_feedback)
    right = [one.feedback for one in item.options if one.correct]
    if item.type is not ItemType.NUMERIC or not right or len(right) == len(item.options):
        return [{"from": 0, "to": 100, "feedback": whole}]
    return [
        {"from": 0, "to": 99, "feedback": whole},
        {"from": 100, "to": 100, "feedback": lines(*right, item.general_feedback)},
    ]


def _overall(text: str) -> list[Json]:
    return [{"from": 0, "to": 100, "feedback": line(text)}]


def _behaviour(item: QuizItem) -> Json:
    """What is practised may be tried again and looked up; a test's answers are shown at its end."""
    is_free = item.use is not ItemUse.TEST
    return {"enableRetry": is_free, "enableSolutionsButton": is_free, "enableCheckButton": True}


def _inline(text: str) -> str:
    return f'<div dir="auto">{html_of(text)}</div>' if text.strip() else ""


_KINDS: dict[ItemType, tuple[Library, Callable[..., Json]]] = {
    ItemType.SINGLE: (MULTI_CHOICE, _choice),
    ItemType.MULTIPLE: (MULTI_CHOICE, _choice),
    ItemType.TRUE_FALSE: (MULTI_CHOICE, _choice),
    ItemType.ORDER: (DRAG_TEXT, _order),
    ItemType.MATCH: (DRAG_TEXT, _match),
    ItemType.CLOZE: (BLANKS, _cloze),
    ItemType.NUMERIC: (BLANKS, _number_or_short),
    ItemType.SHORT: (BLANKS, _number_or_short),
}
