"""Lessons and practice questions on a facilitator's slides: as many parts as a slide holds, a slide a question.

In: a package. Out: slides of its deck, with the sources of what each shows, and every answer, in the notes.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.domain import Element, Evidence, Figure, ItemType, Lesson, Part, PartKind, QuizItem, Status, whole_minutes
from pipeline.export.answers import answer_lines
from pipeline.export.base import Package
from pipeline.export.course import language_of
from pipeline.export.markdown_html import split_answer
from pipeline.export.markdown_lines import Line, LineKind, lines_in, lines_of
from pipeline.export.places import Places
from pipeline.export.pptx_deck import Deck
from pipeline.export.pptx_pages import Page, packed, pages_of, prompt_of, shortened, untitled
from pipeline.export.questions import BLANK, accepted_of, asked, entries_in_order, pairs_of
from pipeline.library.strings import Strings, strings_for

# Two lines of a slide's title.
_TITLE_LETTERS = 110
_TABLE_PT = 16


class Lead(NamedTuple):
    """A line that leads to another slide."""

    text: str
    behind: str
    """The words of the link."""
    slide: int
    """From 1."""


class Teller:
    """Writes a package's elements on slides."""

    def __init__(self, package: Package) -> None:
        module = package.module
        self._package = package
        self._places = Places(package)
        # Of a draft that nobody has touched the foot of each slide says so; at every heading it would be in the way.
        self._is_untouched = all(
            package.needs_mark(one) and one.status is Status.DRAFT for one in module.elements()
        )
        self.say = strings_for(module.language)
        """The interface strings of the module's language."""
        self.deck = Deck(
            title=module.title, language=language_of(module), footer=shortened(module.title, 90), notice=package.notice
        )
        """The deck that is written."""

    # --- slides

    def text(self, title: str, lines: Sequence[Line], notes: Sequence[str], *, may_shrink: bool = False) -> None:
        """Slides of the lines, as many as they need."""
        pages = pages_of(lines, may_shrink=may_shrink)
        for number, page in enumerate(pages, start=1):
            self.deck.text(self._numbered(title, number, len(pages)), page, notes="\n".join(notes))

    def prompt(self, title: str, lines: Sequence[Line], notes: Sequence[str]) -> None:
        """A slide of a few words that people talk about; of more than a few, slides of text."""
        if (page := prompt_of(lines)) is None:
            self.text(title, lines, notes)
        else:
            self.deck.text(self._numbered(title, 1, 1), page, notes="\n".join(notes))

    def linked(
        self, title: str, pages: Sequence[Page], notes: Sequence[str], leads: Mapping[str, Lead]
    ) -> list[tuple[int, int, Lead]]:
        """Slides of the pages, a line that leads on without the words of its link.

        Returns:
            The slide and the line, both from 1, where each link is to stand once its slide is there.

        """
        links = []
        for number, page in enumerate(pages, start=1):
            shown = page._replace(
                lines=tuple(
                    line._replace(text=leads[line.text].text) if line.text in leads else line for line in page.lines
                )
            )
            self.deck.text(self._numbered(title, number, len(pages)), shown, notes="\n".join(notes))
            for place, line in enumerate(page.lines, start=1):
                if line.text in leads:
                    links.append((self.deck.count, place, leads[line.text]))
        return links

    def parts(self, title: str, parts: Sequence[Sequence[Line]], notes: Sequence[Sequence[str]]) -> None:
        """The parts on as few slides as hold them, each with the notes of what it shows."""
        slides = packed(parts, _TABLE_PT)
        for number, shown in enumerate(slides, start=1):
            told = [line for place in shown.parts for line in notes[place]]
            self.deck.mixed(self._numbered(title, number, len(slides)), shown, notes="\n".join(told))

    def _numbered(self, title: str, number: int, of: int) -> str:
        short = shortened(title, _TITLE_LETTERS)
        return self.say.say("doc_deck_slides", title=short, n=number, of=of) if of > 1 else short

    # --- elements

    def lesson(self, number: int, lesson: Lesson, practice: Sequence[QuizItem]) -> None:
        """The lesson's slides: what is to know, each task on its own, and the questions."""
        say, title = self.say, f"{number}. {lesson.title}"
        run: list[Part] = []
        runs: list[list[Part]] = []
        for part in lesson.parts:
            # A task stands alone, so that what it asks for is not to be read beside it.
            if part.kind is PartKind.PRACTICE:
                runs += [run, [part]]
                run = []
            else:
                run.append(part)
        runs = [one for one in [*runs, run] if one]
        minutes = say.say("minutes", n=whole_minutes(lesson.minutes))
        lead = [f"{lesson.id} · {minutes}", say["doc_deck_present"]]
        slides = [
            (shown, [part for place, part in enumerate(of_run) if place in shown.parts])
            for of_run in runs
            for shown in packed([self._part_lines(part) for part in of_run], _TABLE_PT)
        ]
        # A part that has a slide to itself is named in its title, so that few slides are called alike.
        names = [self._named(title, of_slide[0] if len(of_slide) == 1 else None) for _, of_slide in slides]
        for place, (shown, of_slide) in enumerate(slides):
            told = [*lead] if place == 0 else []
            for part in of_slide:
                told += self._part_notes(part)
            name = self._numbered(names[place], names[:place].count(names[place]) + 1, names.count(names[place]))
            self.deck.mixed(name, untitled(shown) if len(of_slide) == 1 else shown, notes="\n".join(told))
        for part in lesson.parts:
            for figure in part.figures:
                name = f"{title} – {say[f'part_{part.kind.value}']} – {say['doc_figure']}"
                self._figure(name, figure, self._part_notes(part))
        self.polls(practice, lesson.title)

    def _named(self, title: str, part: Part | None) -> str:
        """The lesson's title, and of a slide of one part what that is."""
        if part is None:
            return title
        named = f" – {self._part_head(part)}"
        return shortened(title, _TITLE_LETTERS - len(named)) + named

    def _part_head(self, part: Part) -> str:
        return self.say[f"part_{part.kind.value}"] + self.mark(part)

    def _part_lines(self, part: Part) -> list[Line]:
        head = Line(self._part_head(part), LineKind.HEADING)
        if part.kind is not PartKind.PRACTICE:
            return [head, *lines_of(part.markdown)]
        return [head, *lines_in(split_answer(part.markdown, self._answers_begin()).prompt)]

    def _part_notes(self, part: Part) -> list[str]:
        told = [f"{self.say[f'part_{part.kind.value}']}:"]
        if part.kind is PartKind.PRACTICE:
            told += [line.shown for line in lines_in(split_answer(part.markdown, self._answers_begin()).answer)]
        return [*told, *self.behind(part)]

    def _answers_begin(self) -> tuple[str, str]:
        return "check yourself", self.say["check_yourself"]

    def _figure(self, title: str, figure: Figure, notes: Sequence[str]) -> None:
        say = self.say
        content = self._package.pictures.get(figure.file)
        told = "\n".join(text for text in (*notes, figure.alt, figure.caption) if text)
        name = shortened(title, _TITLE_LETTERS)
        caption = shortened(figure.caption or "", 160)
        if content is None or not self.deck.picture(name, content, alt=figure.alt or "", caption=caption, notes=told):
            words = figure.alt or figure.caption or figure.file
            self.text(name, [Line(f"{say['doc_figure']}: {words}")], [told])

    def polls(self, items: Sequence[QuizItem], lesson: str) -> None:
        """A slide a question, without what would give the answer away."""
        say = self.say
        for number, item in enumerate(items, start=1):
            which = say.say("practice_of", n=number, of=len(items)) if len(items) > 1 else say["doc_use_practice"]
            title = f"{which}: {lesson}"
            lines = [Line(stem_of(item) + self.mark(item), LineKind.HEADING), *poll_lines(item, say)]
            notes = [say["doc_deck_poll"], *answers_of(item, say), *self.behind(item)]
            self.text(title, lines, notes, may_shrink=True)

    def behind(self, element: Element) -> list[str]:
        """What an element rests on, and its id."""
        return [*self.quotes(element.all_evidence), f"({element.id})"]

    def quotes(self, proofs: Sequence[Evidence]) -> list[str]:
        """A line a place with what is quoted from it."""
        return [
            f"{self.say['doc_evidence']}: {place} – {' · '.join(f'“{quote}”' for quote in quotes)}"
            for place, quotes in self._places.quoted(proofs)
        ]

    def sources(self, element: Element) -> str:
        """The documents and places that a sheet is from, on one line."""
        return "; ".join(self._places.in_print(element.all_evidence))

    def mark(self, element: Element) -> str:
        """The sign of an element that nobody approved, after a text."""
        is_told = self._package.needs_mark(element) and not self._is_untouched
        return f" [{self.say[f'mark_{element.status.value}']}]" if is_told else ""


def stem_of(item: QuizItem) -> str:
    """What is asked, with numbered blanks."""
    return BLANK.sub(r"____ (\1)", item.stem) if item.type is ItemType.CLOZE else asked(item)


def poll_lines(item: QuizItem, say: Strings) -> list[Line]:
    """What people choose from, without what would give the answer away."""
    if item.type is ItemType.MATCH:
        targets = sorted({target for _, target in pairs_of(item)}, key=lambda text: (text.casefold(), text))
        return [*lettered([option.text for option in item.options]), *(Line(f"→ {one}") for one in targets)]
    if item.type is ItemType.CLOZE:
        return [Line(f"({at}) ____") for at in range(1, len(accepted_of(item)) + 1)]
    if item.type in (ItemType.NUMERIC, ItemType.SHORT):
        return [Line(f"{say['your_answer']}: ____")]
    options = [option.text for option in item.options]
    if item.type is ItemType.ORDER and options == [option.text for option in entries_in_order(item)]:
        # As drafted they may stand in the right order; the alphabet gives nothing away.
        options = sorted(options, key=lambda text: (text.casefold(), text))
        options = options[::-1] if options == [option.text for option in item.options] else options
    return lettered(options)


def answers_of(item: QuizItem, say: Strings) -> list[str]:
    """The right answer with the reasons for every option."""
    told = [f"{say['right_answer']}:", *answer_lines(item)]
    told += [f"{one.text}: {one.feedback}" for one in item.options if one.feedback.strip()]
    return [*told, *(text for text in (item.general_feedback, item.hint and f"{say['hint']}: {item.hint}") if text)]


def letters(count: int) -> list[str]:
    """A, B, C; numbers after Z."""
    return [string.ascii_uppercase[at] if at < len(string.ascii_uppercase) else str(at + 1) for at in range(count)]


def lettered(texts: Sequence[str]) -> list[Line]:
    """A line a text, with its letter."""
    return [Line(f"{letter}. {text}", level=0) for letter, text in zip(letters(len(texts)), texts, strict=True)]
