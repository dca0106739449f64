"""`h5p`: the whole module as an Interactive Book: a page a lesson with its practice, stories, resources, and the test.

In: a package. Out: a .h5p file. A page of Interactive Book 1.11 is a Column, and Column 1.18 takes a Question Set, so
the test is a page of its own in the same file; it takes no Branching Scenario, so stories are read here and played from
`h5p-scenario`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.domain import Figure, ItemUse, Lesson, Module, Part, PartKind, QuizItem, Resource, Scenario, whole_minutes
from pipeline.export.base import Loss, Package
from pipeline.export.discussions import answers_left_out, discussion_of
from pipeline.export.h5p import labels
from pipeline.export.h5p.package import (
    ACCORDION,
    COLUMN,
    IMAGE,
    INTERACTIVE_BOOK,
    QUESTION_SET,
    Json,
    Pieces,
    h5p_file,
)
from pipeline.export.h5p.question_set import losses_of_tests, question_set
from pipeline.export.h5p.question_types import losses_of_questions, question, why_left_out
from pipeline.export.h5p.texts import from_markdown, line, only_known
from pipeline.export.markdown_html import render, split_answer
from pipeline.export.package import write_whole
from pipeline.export.questions import html_of, paragraph
from pipeline.export.xml_text import xml_safe
from pipeline.library.strings import strings_for

# An Interactive Book drops what comes after.
_MOST_PAGES = 50
# What sites take in a package by H5P's own list; a file of another kind has them refuse the package as a whole.
_MEDIA = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".bmp": "image/bmp",
}
_COLOUR = "#1768c4"


@dataclass(frozen=True)
class InteractiveBookExporter:
    """Writes one Interactive Book."""

    name: str = "h5p"
    label: str = "H5P interactive book"
    suffix: str = ".h5p"
    media_type: str = "application/zip"
    help: str = "the whole module as an H5P Interactive Book for Moodle, WordPress, Drupal and other sites with H5P"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """What questions, stories and pictures lose, and how the score differs."""
        module = package.module
        found = [
            *losses_of_questions(package), *losses_of_tests(package),
            *(
                Loss(one.id, f"“{one.label}” is in it to read; format h5p-scenario has a story to play")
                for one in module.scenarios
            ),
            *(
                Loss(part.id, f"picture “{_words(figure) or figure.file}” is left out: H5P takes no {kind}")
                for lesson in module.lessons for part in lesson.parts for figure in part.figures
                if figure.file in package.pictures and (kind := _kind(figure)) not in _MEDIA
            ),
        ]
        if any(item.use is not ItemUse.TEST for item in module.items):
            found.append(Loss(None, "practice counts towards the book's score"))
        if any(part.markdown.lstrip().startswith("|") or "\n|" in part.markdown for part in _parts(module)):
            found.append(Loss(None, "tables are lists of their rows: H5P's texts have no tables"))
        return (*found, *answers_left_out(package))

    def write(self, package: Package, path: Path) -> None:
        """Write the book."""
        content = _Book(package, Pieces(package.module, self.name)).content()
        pictures = {_path(file): picture for file, picture in package.pictures.items() if _suffix(file) in _MEDIA}
        write_whole(path, h5p_file(package, INTERACTIVE_BOOK, content, format_name=self.name, pictures=pictures))


@dataclass(frozen=True)
class _Page:
    """A page of the book before it is a piece of content."""

    key: str
    title: str
    pieces: tuple[Json, ...]


class _Book:
    def __init__(self, package: Package, pieces: Pieces) -> None:
        self._package, self._module, self._pieces = package, package.module, pieces
        self._say = strings_for(package.module.language)

    def content(self) -> Json:
        pages = _few(list(self._pages()))
        return {
            "showCoverPage": True,
            "bookCover": {"coverDescription": self._cover()},
            "chapters": [self._chapter(page) for page in pages],
            "behaviour": {
                "baseColor": _COLOUR,
                "defaultTableOfContents": True,
                "progressIndicators": True,
                "progressAuto": True,
                "displaySummary": True,
                "enableRetry": True,
            },
            **labels.interactive_book(self._say),
        }

    def _cover(self) -> str:
        module, say = self._module, self._say
        facts = [
            (say["goal"].rstrip(":"), module.brief.performance_goal), (say["audience"], module.brief.audience),
            (say["prerequisites"], "; ".join(module.brief.prerequisites)),
        ]
        told = "".join(
            f'<p dir="auto"><strong>{html_of(name)}:</strong> {html_of(value)}</p>'
            for name, value in facts
            if value.strip()
        )
        listed = "".join(f'<li dir="auto">{html_of(one.text)}</li>' for one in module.objectives)
        aims = f"<p><strong>{html_of(say['you_will'])}</strong></p><ul>{listed}</ul>" if listed else ""
        return self._notice() + told + aims

    def _notice(self) -> str:
        return f"<p><strong>{html_of(self._package.notice)}</strong></p>" if self._package.notice else ""

    def _pages(self) -> Iterator[_Page]:
        module, say = self._module, self._say
        practice = [item for item in module.items if item.use is ItemUse.PRACTICE]
        known = {lesson.id for lesson in module.lessons}
        for lesson in module.lessons:
            yield self._lesson(lesson, [item for item in practice if item.lesson_id == lesson.id])
        if loose := self._questions(item for item in practice if item.lesson_id not in known):
            yield _Page("practice", say["more_practice"], tuple(loose))
        for scenario in module.scenarios:
            yield self._scenario(scenario)
        for resource in module.resources:
            yield self._resource(resource)
        test = [item for item in module.items if item.use is ItemUse.TEST]
        if any(why_left_out(item) is None for item in test):
            questions = question_set(self._pieces, self._package, test)
            yield _Page("test", say["test"], (self._pieces.piece(QUESTION_SET, questions, say["test"], key="test"),))
        yield from self._follow_up([item for item in module.items if item.use is ItemUse.FOLLOW_UP])
        if not (module.lessons or module.items or module.scenarios or module.resources):
            # A book has a page at least.
            name = module.title.strip() or module.id
            text = self._pieces.text(self._cover() or paragraph(name), name, key="overview")
            yield _Page("overview/page", name, (text,))

    def _chapter(self, page: _Page) -> Json:
        contents = list(page.pieces)
        if self._notice():
            contents.insert(0, self._pieces.text(self._notice(), page.title, key=f"notice/{page.key}"))
        held = [{"content": piece, "useSeparator": "auto"} for piece in contents]
        return self._pieces.piece(COLUMN, {"content": held}, page.title or page.key, key=f"page/{page.key}")

    def _lesson(self, lesson: Lesson, practice: Sequence[QuizItem]) -> _Page:
        say = self._say
        time = say.say("minutes", n=whole_minutes(lesson.minutes))
        head = f'<h2 dir="auto">{html_of(lesson.title)}</h2><p>{html_of(time)}</p>'
        pieces = [self._pieces.text(head, lesson.title, key=f"lesson/{lesson.id}")]
        for part in lesson.parts:
            pieces += self._part(part)
        return _Page(f"lesson/{lesson.id}", lesson.title, (*pieces, *self._questions(practice)))

    def _part(self, part: Part) -> Iterator[Json]:
        say = self._say
        name = say[f"part_{part.kind.value}"]
        head, answer = f"<h3>{html_of(name)}</h3>{self._mark(part)}", ""
        if part.kind is PartKind.PRACTICE:
            practice = split_answer(xml_safe(part.markdown), ("check yourself", say["check_yourself"]))
            body, answer = only_known(render(practice.prompt)), only_known(render(practice.answer))
        else:
            body = from_markdown(part.markdown)
        yield self._pieces.text(head + body, name, key=f"part/{part.id}")
        for number, figure in enumerate(part.figures, start=1):
            yield from self._figure(part, figure, number)
        if answer:
            yield self._folded([(say["show_answer"], answer)], name, key=f"answer/{part.id}")

    def _figure(self, part: Part, figure: Figure, number: int) -> Iterator[Json]:
        key, name = f"figure/{part.id}/{number}", figure.caption or figure.alt or self._say["doc_figure"]
        if figure.file in self._package.pictures and _kind(figure) in _MEDIA:
            params = {
                "file": {"path": _path(figure.file), "mime": _MEDIA[_kind(figure)], "copyright": {"license": "U"}},
                "alt": line(figure.alt or figure.caption or ""),
                "decorative": False,
                "contentName": line(self._say["doc_figure"]),
                "expandImage": "Expand Image",
                "minimizeImage": "Minimize Image",
            }
            yield self._pieces.piece(IMAGE, params, name, key=key)
            words = figure.caption or ""
        else:
            words = " – ".join(one for one in (figure.caption, figure.alt) if one)
        if words.strip():
            text = f'<p dir="auto"><em>{html_of(self._say["doc_figure"])}: {html_of(words)}</em></p>'
            yield self._pieces.text(text, name, key=f"{key}/words")

    def _scenario(self, scenario: Scenario) -> _Page:
        say = self._say
        nodes = sorted(scenario.nodes, key=lambda node: node.id != scenario.start)
        numbers = {node.id: number for number, node in enumerate(nodes, start=1)}
        head = f'<h2 dir="auto">{html_of(scenario.title)}</h2>{self._mark(scenario)}'
        pieces = [self._pieces.text(head, scenario.title, key=f"scenario/{scenario.id}")]
        for node in nodes:
            key, name = f"scenario/{scenario.id}/{node.id}", say.say("doc_node", id=numbers[node.id])
            text = f"<h3>{html_of(name)}</h3>{paragraph(node.situation)}"
            if node.is_decision:
                text += f"<p><strong>{html_of(say['what_do_you_do'])}</strong></p>"
            if not node.choices:
                text += paragraph(say["story_ends"])
            pieces.append(self._pieces.text(text, name, key=key))
            panels = []
            for choice in node.choices:
                on = say.say("doc_node", id=numbers[choice.next]) if choice.next in numbers else say["story_ends"]
                said = html_of(say[f"quality_{choice.quality}"])
                verdict = f"<p><strong>{said}</strong></p>" if node.is_decision else ""
                told = paragraph(choice.consequence) + verdict + paragraph(choice.feedback)
                panels.append((choice.text, told + f"<p>{html_of(say['doc_next'])}: {html_of(on)}</p>"))
            if panels:
                pieces.append(self._folded(panels, name, key=f"{key}/choices"))
        return _Page(f"scenario/{scenario.id}/page", scenario.title, tuple(pieces))

    def _resource(self, resource: Resource) -> _Page:
        kind = self._say[f"resource_{resource.kind.value}"]
        head = f'<h2 dir="auto">{html_of(resource.title)}</h2><p>{html_of(kind)}</p>{self._mark(resource)}'
        talk = discussion_of(resource, self._say)
        told = only_known(render(talk.prompts)) if talk else from_markdown(resource.markdown)
        text = self._pieces.text(head + told, resource.title, key=f"resource/{resource.id}")
        return _Page(f"resource/{resource.id}/page", resource.title, (text,))

    def _follow_up(self, items: Sequence[QuizItem]) -> Iterator[_Page]:
        say = self._say
        pieces: list[Json] = []
        for day in sorted({item.day for item in items}, key=lambda day: day or 0):
            questions = self._questions(item for item in items if item.day == day)
            if questions and day is not None:
                name = say.say("after_days", n=day)
                pieces.append(self._pieces.text(f"<h3>{html_of(name)}</h3>", name, key=f"day/{day}"))
            pieces += questions
        if pieces:
            head = f"<h2>{html_of(say['follow_up'])}</h2>{paragraph(say['follow_up_why'])}"
            why = self._pieces.text(head, say["follow_up"], key="follow-up")
            yield _Page("follow-up", say["follow_up"], (why, *pieces))

    def _questions(self, items: Iterator[QuizItem] | Sequence[QuizItem]) -> list[Json]:
        return [
            question(self._pieces, self._package, item, key=f"item/{item.id}")
            for item in items
            if why_left_out(item) is None
        ]

    def _folded(self, panels: Sequence[tuple[str, str]], name: str, *, key: str) -> Json:
        """Titles that unfold into text."""
        made = [
            {"title": line(heading), "content": self._pieces.text(text, heading, key=f"{key}/{number}")}
            for number, (heading, text) in enumerate(panels, start=1)
        ]
        return self._pieces.piece(ACCORDION, {"panels": made, "hTag": "h4"}, name, key=key)

    def _mark(self, element: Part | Scenario | Resource) -> str:
        if not self._package.needs_mark(element):
            return ""
        return f"<p><strong>{html_of(self._say[f'mark_{element.status.value}'])}</strong></p>"


def _few(pages: list[_Page]) -> list[_Page]:
    """As many pages as a book takes: where there are more, neighbours share one, under their own headings."""
    if len(pages) <= _MOST_PAGES:
        return pages
    shared = []
    for number in range(_MOST_PAGES):
        held = pages[number * len(pages) // _MOST_PAGES : (number + 1) * len(pages) // _MOST_PAGES]
        name = held[0].title if len(held) == 1 else f"{held[0].title} – {held[-1].title}"
        shared.append(_Page(held[0].key, name, tuple(piece for page in held for piece in page.pieces)))
    return shared


def _parts(module: Module) -> Iterator[Part]:
    for lesson in module.lessons:
        yield from lesson.parts


def _words(figure: Figure) -> str:
    return figure.caption or figure.alt or ""


def _kind(figure: Figure) -> str:
    return _suffix(figure.file)


def _suffix(file: str) -> str:
    return PurePosixPath(file).suffix.lower()


def _path(file: str) -> str:
    """Where a picture lies in `content/`."""
    return f"images/{file.replace('/', '-')}"
