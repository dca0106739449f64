"""The questions of an e-book: practice below its lesson, the test on its page, follow-ups by day, the answers behind.

In: a package. Out: pages, in which every question leads to its answer and back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipeline.domain import ItemType, ItemUse, Lesson, NumericAnswer, QuizItem
from pipeline.export.base import Package
from pipeline.export.questions import (
    BLANK,
    accepted_of,
    entries_in_order,
    html_of,
    items_by_use,
    pairs_of,
    paragraph,
    plain_number,
    use_in_words,
)
from pipeline.export.static_pages import StaticPage
from pipeline.library.strings import strings_for

ANSWERS = "questions/answers"
"""Id of the page with the answers."""


class QuestionPages:
    """Where each question of a package stands, and its pages."""

    def __init__(self, package: Package) -> None:
        self._package, self._module = package, package.module
        self._say = strings_for(package.module.language)
        self._names: Mapping[str, str] = {}
        known = {lesson.id for lesson in self._module.lessons}
        self._titles: dict[str, str] = {}
        self._marks: dict[str, str] = {}
        self._pages: dict[str, list[QuizItem]] = {}
        for use, items in items_by_use(self._module).items():
            for number, item in enumerate(_by_day(items), start=1):
                self._titles[item.id] = f"{use_in_words(self._module, use)} {number}"
                self._marks[item.id] = f"{use.value}-{number}"
                is_below = use is ItemUse.PRACTICE and item.lesson_id in known
                page = item.lesson_id if is_below else f"questions/{use.value}"
                self._pages.setdefault(str(page), []).append(item)
        # In the order in which they are met, whatever comes first in the module.
        self.ids = [
            name for use in (ItemUse.PRACTICE, ItemUse.TEST, ItemUse.FOLLOW_UP)
            if (name := f"questions/{use.value}") in self._pages
        ]
        """Of the pages that hold questions alone, in order."""

    def find_in(self, names: Mapping[str, str]) -> None:
        """Take the files of all pages by their ids, before any page is made."""
        self._names = names

    def below(self, page: StaticPage, lesson: Lesson) -> StaticPage:
        """The lesson's page with its practice below."""
        items = self._pages.get(lesson.id, [])
        if not items:
            return page
        head = f"<h2>{html_of(use_in_words(self._module, ItemUse.PRACTICE))}</h2>"
        return replace(page, body=page.body + head + "".join(self._asked(item, 3) for item in items))

    def pages(self) -> list[StaticPage]:
        """The pages that hold questions alone."""
        say = self._say
        titles = {
            ItemUse.PRACTICE: say["doc_use_practice"], ItemUse.TEST: say["test"], ItemUse.FOLLOW_UP: say["follow_up"]
        }
        made = []
        for use, title in titles.items():
            name = f"questions/{use.value}"
            if name not in self._pages:
                continue
            body = f"<h1>{html_of(title)}</h1>"
            if use is ItemUse.FOLLOW_UP:
                body += f"<p>{html_of(say['follow_up_why'])}</p>{self._by_day(self._pages[name])}"
            else:
                body += "".join(self._asked(item, 2) for item in self._pages[name])
            made.append(StaticPage(name, title, body))
        return made

    def _by_day(self, items: Sequence[QuizItem]) -> str:
        """The questions below their days, first to last."""
        pieces = []
        for day in sorted({item.day or 0 for item in items}):
            pieces.append(f"<h2>{html_of(self._say.say('after_days', n=day))}</h2>" if day else "")
            pieces += [self._asked(item, 3 if day else 2) for item in items if (item.day or 0) == day]
        return "".join(pieces)

    def answers(self) -> list[StaticPage]:
        """The page with every answer and its reasons; none where nothing is asked."""
        if not self._titles:
            return []
        title = self._say["review_answers"]
        items = [item for found in items_by_use(self._module).values() for item in _by_day(found)]
        body = f"<h1>{html_of(title)}</h1>" + "".join(map(self._told, items))
        return [StaticPage(ANSWERS, title, body)]

    def _asked(self, item: QuizItem, level: int) -> str:
        title, mark = self._titles[item.id], ""
        if self._package.needs_mark(item):
            mark = f'<p class="mark">{html_of(self._say[f"mark_{item.status.value}"])}</p>'
        to = self._say.say("doc_answer_to", title=title)
        return (
            f'<section id="q-{self._marks[item.id]}"><h{level}>{html_of(title)}</h{level}>{mark}{_question(item)}'
            f'<p><a href="{self._names[ANSWERS]}#a-{self._marks[item.id]}">{html_of(to)}</a></p></section>'
        )

    def _told(self, item: QuizItem) -> str:
        title = self._titles[item.id]
        page = next(name for name, items in self._pages.items() if item in items)
        back = self._say.say("doc_back_to", title=title)
        return (
            f'<section id="a-{self._marks[item.id]}"><h2>{html_of(title)}</h2>{self._answer(item)}'
            f'<p><a href="{self._names[page]}#q-{self._marks[item.id]}">{html_of(back)}</a></p></section>'
        )

    def _answer(self, item: QuizItem) -> str:
        if item.type is ItemType.ORDER:
            text = f"<ol>{''.join(_with_reason(_own(one.text), one.feedback) for one in entries_in_order(item))}</ol>"
        elif item.type is ItemType.MATCH:
            lines = (
                _with_reason(f"{_own(one.text)} → {_own(target)}", one.feedback) for one, target in pairs_of(item)
            )
            text = f"<ul>{''.join(lines)}</ul>"
        elif item.type in (ItemType.NUMERIC, ItemType.SHORT, ItemType.CLOZE):
            told = [one for one in item.options if one.feedback.strip()]
            text = f"<p>{_value(item)}</p>"
            text += f"<ul>{''.join(_with_reason(_own(one.text), one.feedback) for one in told)}</ul>" if told else ""
        else:
            marks = {True: self._say["doc_yes"], False: self._say["doc_no"]}
            lines = (
                _with_reason(f"{_own(one.text)} – {html_of(marks[one.correct])}", one.feedback) for one in item.options
            )
            text = f'<ol type="A">{"".join(lines)}</ol>'
        return text + paragraph(item.general_feedback)


def _by_day(items: Sequence[QuizItem]) -> list[QuizItem]:
    """The items in the order in which a reader meets them: follow-ups by their days."""
    return sorted(items, key=lambda item: item.day or 0)


def _question(item: QuizItem) -> str:
    stem = BLANK.sub(r"____ (\1)", item.stem) if item.type is ItemType.CLOZE else item.stem
    text = paragraph(stem)
    if item.type in (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE, ItemType.ORDER):
        text += f'<ol type="A">{_entries(one.text for one in item.options)}</ol>'
    elif item.type is ItemType.MATCH:
        targets = sorted(dict.fromkeys(target for _, target in pairs_of(item)))
        text += f"<ul>{_entries(one.text for one in item.options)}</ul><ul>{_entries(targets)}</ul>"
    return text


def _value(item: QuizItem) -> str:
    """What is to be typed, a blank after the other."""
    if isinstance(item.answer, NumericAnswer):
        tolerance = f" ± {plain_number(item.answer.tolerance)}" if item.answer.tolerance else ""
        return _own(f"{plain_number(item.answer.value)}{tolerance} {item.answer.unit or ''}".strip())
    blanks = [_own(accepted[0]) for accepted in accepted_of(item)]  # the others are other ways to write it
    if len(blanks) == 1:
        return blanks[0]
    return "<br/>".join(f"({number}) {texts}" for number, texts in enumerate(blanks, start=1))


def _own(text: str) -> str:
    """The text in its own direction, on the side of the page's: a Latin code in an Arabic list stays on the right."""
    return f"<bdi>{html_of(text)}</bdi>"


def _with_reason(markup: str, reason: str) -> str:
    return f"<li>{markup}{f'<br/>{_own(reason)}' if reason.strip() else ''}</li>"


def _entries(texts: Iterable[str]) -> str:
    return "".join(f"<li>{_own(one)}</li>" for one in texts)
