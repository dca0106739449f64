"""`markdown`: the module as one plain text file with headings, for wikis, repositories and other tools.

In: a package. Out: CommonMark with tables. Markdown of parts and resources stands under our headings, without raw HTML
and without pictures from elsewhere; all other text is escaped, so that nothing in it becomes markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import (
    Element,
    ItemType,
    Lesson,
    NumericAnswer,
    PartKind,
    QuizItem,
    ResourceKind,
    Scenario,
    seat_time,
    whole_minutes,
)
from pipeline.export.answers import some_of
from pipeline.export.base import CarriesAll, Package
from pipeline.export.duration import duration_said
from pipeline.export.package import write_whole
from pipeline.export.places import Places
from pipeline.export.questions import BLANK, entries_in_order, pairs_of
from pipeline.export.scoring import pass_percent
from pipeline.export.stamp import stamp_line
from pipeline.export.stories import Story
from pipeline.library.strings import strings_for

_SIGN = re.compile(r"([\\`*_\[\]<>#|~{}$&])")
# At the beginning of a line these make lists, headings and rules.
_AT_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?=\s|$)")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
# As long a run of signs at the end as at the beginning; an escaped sign begins none.
_CODE = re.compile(r"(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)")
# What is escaped already is text: another sign before it would show.
_UNESCAPED = r"(?<!\\)((?:\\\\)*)"
_PICTURE = re.compile(_UNESCAPED + r"!\[((?:[^\[\]]|\[[^\[\]]*\])*)\](?:\([^)]*\)|\[[^\[\]]*\])")
_SHORT_PICTURE = re.compile(_UNESCAPED + r"!\[([^\[\]]+)\]")
# Without such a line there is nothing that a picture in short could stand for.
_ADDRESS = re.compile(r"^ {0,3}\[[^\[\]]+\]:", re.MULTILINE)
_TAG = re.compile(_UNESCAPED + r"<(?=[A-Za-z/!?])")
_DEEPEST = 6


@dataclass(frozen=True)
class MarkdownExporter(CarriesAll):
    """Writes one Markdown file."""

    name: str = "markdown"
    label: str = "Markdown (one file)"
    suffix: str = ".md"
    media_type: str = "text/markdown"
    help: str = "the whole module as plain text with headings, for wikis, repositories and other tools"

    def write(self, package: Package, path: Path) -> None:
        """Write the file."""
        text = "\n\n".join(block for block in _Writer(package).blocks() if block)
        text += f"\n\n<!-- {stamp_line(package, self.name)} -->"
        write_whole(path, f"{text}\n".encode())


class _Writer:
    """The blocks of the file, top to bottom."""

    def __init__(self, package: Package) -> None:
        self._package, self._module = package, package.module
        self._say = strings_for(package.module.language)
        self._places = Places(package)

    def blocks(self) -> Iterator[str]:
        module, say = self._module, self._say
        yield f"# {plain(module.title)}"
        if self._package.notice:
            yield f"> **{plain(self._package.notice)}**"
        brief = module.brief
        facts = [(say["goal"].rstrip(":"), brief.performance_goal), (say["audience"], brief.audience)]
        if brief.prerequisites:
            facts.append((say["prerequisites"], "; ".join(brief.prerequisites)))
        facts.append((say["doc_sheet_duration"], duration_said(seat_time(module), say)))
        facts.append((say["test"], say.say("pass_mark", n=pass_percent(module))))
        yield "\n".join(f"- **{plain(name)}:** {plain(value)}" for name, value in facts if value)
        if module.objectives:
            yield f"## {plain(say['doc_objectives'])}"
            yield "\n".join(f"{number}. {plain(one.text)}" for number, one in enumerate(module.objectives, start=1))
        for number, lesson in enumerate(module.lessons, start=1):
            yield from self._lesson(number, lesson)
        known = {lesson.id for lesson in module.lessons}
        loose = [item for item in module.items if item.lesson_id not in known]
        if loose:
            yield f"## {plain(say['doc_without_lesson'])}"
            yield from self._items(loose)
        for scenario in module.scenarios:
            yield from self._scenario(scenario)
        for resource in module.resources:
            yield f"## {plain(say[f'resource_{resource.kind.value}'])}: {plain(resource.title)}"
            yield below(resource.markdown, 2)
            if resource.kind is ResourceKind.JOB_AID:
                yield self._from(resource)
        if module.sources:
            yield f"## {plain(say['sources'])}"
            yield "\n".join(f"- {plain(one.title or one.path)} (`{one.sha256[:16]}`)" for one in module.sources)

    def _lesson(self, number: int, lesson: Lesson) -> Iterator[str]:
        say = self._say
        yield f"## {number}. {plain(lesson.title)}"
        yield plain(say.say("minutes", n=whole_minutes(lesson.minutes)))
        for part in lesson.parts:
            yield f"### {plain(say[f'part_{part.kind.value}'])}{self._mark(part.status.value, part.id)}"
            yield below(part.markdown, 3)
            if part.kind is PartKind.JOB_AID:
                yield self._from(part)
            for figure in part.figures:
                yield f"*{plain(say['doc_figure'])}: {plain(figure.caption or figure.alt or figure.file)}*"
        yield from self._items([item for item in self._module.items if item.lesson_id == lesson.id])

    def _mark(self, status: str, element_id: str) -> str:
        element = self._module.element(element_id)
        return f" ({plain(self._say[f'mark_{status}'])})" if self._package.needs_mark(element) else ""

    def _from(self, element: Element) -> str:
        """Where a sheet for the job is from."""
        told = "; ".join(self._places.in_print(element.all_evidence))
        return f"*{plain(self._say['sources'])}: {plain(told)}*" if told else ""

    def _items(self, items: Sequence[QuizItem]) -> Iterator[str]:
        say = self._say
        for item in items:
            use = say[f"doc_use_{item.use.value}"]
            kind = say[f"doc_type_{item.type.value}"]
            yield f"### {plain(use)} · {plain(kind)}{self._mark(item.status.value, item.id)}"
            yield plain(BLANK.sub(r"____ (\1)", item.stem) if item.type is ItemType.CLOZE else item.stem)
            yield "\n".join(self._options(item))
            if item.general_feedback:
                yield plain(item.general_feedback)
            if item.hint:
                yield f"*{plain(say['hint'])}: {plain(item.hint)}*"

    def _options(self, item: QuizItem) -> Iterator[str]:
        say = self._say
        if item.type is ItemType.ORDER:
            lines = [(f"{at}.", option.text, option.feedback) for at, option in enumerate(entries_in_order(item), 1)]
        elif item.type is ItemType.MATCH:
            lines = [("-", f"{option.text} → {target}", option.feedback) for option, target in pairs_of(item)]
        elif item.type is ItemType.CLOZE:
            lines = [(f"{at}.", option.text, option.feedback) for at, option in enumerate(item.options, 1)]
        elif item.options:
            lines = [(f"- [{'x' if one.correct else ' '}]", one.text, one.feedback) for one in item.options]
        else:
            lines = []
        for mark, text, feedback in lines:
            yield f"{mark} {plain(text)}" + (f"  \n  {plain(feedback)}" if feedback.strip() else "")
        if item.type in (ItemType.NUMERIC, ItemType.SHORT, ItemType.CLOZE):
            yield f"\n**{plain(say['right_answer'])}:** {plain(_answer(item))}"

    def _scenario(self, scenario: Scenario) -> Iterator[str]:
        say = self._say
        mark = self._mark(scenario.status.value, scenario.id)
        yield f"## {plain(say['scenario'])}: {plain(scenario.title)}{mark}"
        story = Story(scenario)
        for node in story.nodes:
            yield f"### {plain(story.situation(node.id, say))}"
            yield plain(node.situation)
            if node.choices:
                heads = (say["doc_choice"], say["doc_consequence"], say["doc_feedback"], say["doc_next"])
                rows = [
                    (
                        f"{choice.text} ({say[f'quality_{choice.quality}']})", choice.consequence, choice.feedback,
                        story.leads_to(choice, say),
                    )
                    for choice in node.choices
                ]
                lines = [" | ".join(cell(one) for one in row) for row in (heads, *rows)]
                yield "\n".join([f"| {lines[0]} |", "|---|---|---|---|", *(f"| {line} |" for line in lines[1:])])


def plain(text: str) -> str:
    """Text with nothing left in it that Markdown would take for a sign; lines of its own become one."""
    line = " ".join(text.split())
    return _AT_START.sub(lambda found: f"{found[1]}{_escaped_start(found[2])}", _SIGN.sub(r"\\\1", line))


def cell(text: str) -> str:
    """Text for a cell of a table."""
    return plain(text) or " "


def below(markdown: str, level: int) -> str:
    """The Markdown with its headings moved under one of `level`, and with fences that close."""
    lines, is_open, in_short = [], None, _ADDRESS.search(markdown) is not None
    heads = [len(found[1]) for line in markdown.splitlines() if (found := _HEADING.match(line))]
    shift = level + 1 - min(heads, default=level + 1)
    for line in markdown.strip("\n").splitlines():
        fence = _FENCE.match(line)
        if fence and is_open in (None, fence[1]):
            is_open = None if is_open else fence[1]
        elif is_open is None and (found := _HEADING.match(line)):
            depth = min(_DEEPEST, max(1, len(found[1]) + shift))
            lines.append("#" * depth + _harmless(line[found.end() :], in_short=in_short))
            continue
        lines.append(line if is_open or fence else _harmless(line, in_short=in_short))
    return "\n".join([*lines, *([is_open] if is_open else [])])


def _harmless(line: str, *, in_short: bool) -> str:
    """A line of Markdown whose pictures are their words and whose tags are text; code in it stays, and so does what
    is escaped already. `in_short`: whether `![name]` alone may be a picture.
    """
    pieces, at = [], 0
    for code in _CODE.finditer(line):
        pieces += [_text_only(line[at : code.start()], in_short=in_short), code[0]]
        at = code.end()
    return "".join([*pieces, _text_only(line[at:], in_short=in_short)])


def _text_only(words: str, *, in_short: bool) -> str:
    words = _PICTURE.sub(r"\1\2", words)
    if in_short:
        words = _SHORT_PICTURE.sub(r"\1\2", words)
    return _TAG.sub(r"\1&lt;", words)


def _escaped_start(sign: str) -> str:
    return f"\\{sign}" if len(sign) == 1 else f"{sign[:-1]}\\{sign[-1]}"


def _answer(item: QuizItem) -> str:
    if isinstance(item.answer, NumericAnswer):
        tolerance = f" ± {item.answer.tolerance:g}" if item.answer.tolerance else ""
        return f"{item.answer.value:g}{tolerance} {item.answer.unit or ''}"
    return "; ".join(entry if isinstance(entry, str) else some_of(entry) for entry in item.answer or ())
