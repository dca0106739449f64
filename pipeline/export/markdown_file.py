"""`markdown`: the module as one plain text file with headings, for wikis, repositories and other tools.

In: a package. Out: CommonMark with tables. Markdown of parts and resources stands under our headings, without raw HTML
and without pictures from elsewhere; all other text is escaped, so that nothing in it becomes markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import ItemType, Lesson, NumericAnswer, QuizItem, Scenario
from pipeline.export.base import CarriesAll, Package
from pipeline.export.package import write_whole
from pipeline.export.questions import BLANK, entries_in_order, pairs_of
from pipeline.export.scoring import pass_percent
from pipeline.export.stamp import stamp_line
from pipeline.library.strings import strings_for

_SIGN = re.compile(r"([\\`*_\[\]<>#|~{}$&])")
# At the beginning of a line these make lists, headings and rules.
_AT_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=\s|$)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?=\s|$)")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_CODE = re.compile(r"(`+[^`]*`+)")
_PICTURE = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
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

    def blocks(self) -> Iterator[str]:
        module, say = self._module, self._say
        yield f"# {plain(module.title)}"
        if self._package.notice:
            yield f"> **{plain(self._package.notice)}**"
        brief = module.brief
        facts = [(say["goal"].rstrip(":"), brief.performance_goal), (say["audience"], brief.audience)]
        if brief.prerequisites:
            facts.append((say["prerequisites"], "; ".join(brief.prerequisites)))
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
        if module.sources:
            yield f"## {plain(say['sources'])}"
            yield "\n".join(f"- {plain(one.title or one.path)} (`{one.sha256[:16]}`)" for one in module.sources)

    def _lesson(self, number: int, lesson: Lesson) -> Iterator[str]:
        say = self._say
        yield f"## {number}. {plain(lesson.title)}"
        yield plain(say.say("minutes", n=max(1, round(lesson.minutes))))
        for part in lesson.parts:
            yield f"### {plain(say[f'part_{part.kind.value}'])}{self._mark(part.status.value, part.id)}"
            yield below(part.markdown, 3)
            for figure in part.figures:
                yield f"*{plain(say['doc_figure'])}: {plain(figure.caption or figure.alt or figure.file)}*"
        yield from self._items([item for item in self._module.items if item.lesson_id == lesson.id])

    def _mark(self, status: str, element_id: str) -> str:
        element = self._module.element(element_id)
        return f" ({plain(self._say[f'mark_{status}'])})" if self._package.needs_mark(element) else ""

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
        for node in sorted(scenario.nodes, key=lambda node: node.id != scenario.start):
            yield f"### {plain(say.say('doc_node', id=node.id))}"
            yield plain(node.situation)
            if node.choices:
                heads = (say["doc_choice"], say["doc_consequence"], say["doc_feedback"], say["doc_next"])
                rows = [
                    (
                        f"{choice.text} ({say[f'quality_{choice.quality}']})", choice.consequence, choice.feedback,
                        choice.next or say["doc_end"],
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
    lines, is_open = [], None
    heads = [len(found[1]) for line in markdown.splitlines() if (found := _HEADING.match(line))]
    shift = level + 1 - min(heads, default=level + 1)
    for line in markdown.strip("\n").splitlines():
        fence = _FENCE.match(line)
        if fence and is_open in (None, fence[1]):
            is_open = None if is_open else fence[1]
        elif is_open is None and (found := _HEADING.match(line)):
            depth = min(_DEEPEST, max(1, len(found[1]) + shift))
            lines.append("#" * depth + _harmless(line[found.end() :]))
            continue
        lines.append(line if is_open or fence else _harmless(line))
    return "\n".join([*lines, *([is_open] if is_open else [])])


def _harmless(line: str) -> str:
    """A line of Markdown whose pictures are their words and whose tags are text; code in it stays."""
    pieces = _CODE.split(line)
    for at in range(0, len(pieces), 2):
        pieces[at] = _TAG.sub("&lt;", _PICTURE.sub(r"\1", pieces[at]))
    return "".join(pieces)


def _escaped_start(sign: str) -> str:
    return f"\\{sign}" if len(sign) == 1 else f"{sign[:-1]}\\{sign[-1]}"


def _answer(item: QuizItem) -> str:
    if isinstance(item.answer, NumericAnswer):
        tolerance = f" ± {item.answer.tolerance:g}" if item.answer.tolerance else ""
        return f"{item.answer.value:g}{tolerance} {item.answer.unit or ''}"
    return "; ".join(entry if isinstance(entry, str) else " / ".join(entry) for entry in item.answer or ())
