"""The sheets of the storyboard workbook that people read: a row a screen, the stories, the glossary, the sources.

In: a package. Out: rows of plain text for a `Book`, in the module's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from pipeline.domain import (
    Element,
    Evidence,
    Figure,
    ItemType,
    ItemUse,
    QuizItem,
    Resource,
    ResourceKind,
    Scenario,
    seat_time,
)
from pipeline.export.answers import is_told_by_options, key_beside, typed_answer
from pipeline.export.base import Package
from pipeline.export.discussions import discussion_of
from pipeline.export.duration import duration_said
from pipeline.export.markdown_lines import LineKind, lines_in, lines_of, plain_text
from pipeline.export.places import Places
from pipeline.export.questions import BLANK
from pipeline.export.resources import scenes_of
from pipeline.export.stories import Story
from pipeline.export.xlsx_book import Book, Column
from pipeline.library.strings import strings_for

_SCRIPTS = (ResourceKind.VIDEO_SCRIPT, ResourceKind.PODCAST_SCRIPT)
# Place of the column of spoken words.
_NARRATION = 5
_WORDS = re.compile(r"\w+")
# What may stand before a term that a sentence begins with.
_ARTICLE_CHARS = 6
# Of the words of a meaning: a quote with fewer of them says something else.
_LEAST_SHARED = 0.5
_TERM_ENDS = (":", " – ", " - ", " — ")


def write_storyboard(book: Book, package: Package) -> None:
    """The sheet with a row a screen, in the order a learner meets them."""
    say = strings_for(package.module.language)
    columns: tuple[Column, ...] = (
        Column(say["doc_screen"], 9), Column(say["doc_lesson"], 24), Column(say["doc_id"], 14),
        Column(say["doc_kind"], 18), Column(say["doc_on_screen"], 60), Column(say["doc_narration"], 44),
        Column(say["doc_media"], 26), Column(say["doc_interaction"], 52), Column(say["doc_evidence"], 44),
        Column(say["doc_place"], 26), Column(say["doc_notes"], 30),
    )
    rows: list[Sequence[str]] = [(str(number), *row) for number, row in enumerate(_Screens(package).rows(), start=1)]
    if not any(row[_NARRATION] for row in rows):
        # Only scripts have words to be spoken.
        columns = (*columns[:_NARRATION], *columns[_NARRATION + 1 :])
        rows = [(*row[:_NARRATION], *row[_NARRATION + 1 :]) for row in rows]
    book.sheet(say["doc_storyboard"], columns, rows, note=package.notice)


def write_scenarios(book: Book, package: Package) -> None:
    """The sheet with a row a choice; nothing where there is no story."""
    say = strings_for(package.module.language)
    if not package.module.scenarios:
        return
    columns = (
        Column(say["doc_id"], 10), Column(say["scenario"], 26), Column(say.say("doc_node", id="").strip(), 12),
        Column(say["doc_on_screen"], 50), Column(say["doc_choice"], 36), Column(say["doc_level"], 22),
        Column(say["doc_consequence"], 40), Column(say["doc_feedback"], 40), Column(say["doc_next"], 12),
        Column(say["doc_notes"], 26),
    )
    rows = []
    for scenario in package.module.scenarios:
        mark = _mark(package, scenario)
        story = Story(scenario)
        for node in story.nodes:
            before = (scenario.id, scenario.title, str(story.number(node.id)), node.situation)
            rows += [
                (
                    *before, choice.text, say[f"quality_{choice.quality}"], choice.consequence, choice.feedback,
                    story.leads_to(choice, say), mark,
                )
                for choice in node.choices
            ] or [(*before, "", "", "", "", say["doc_end"], mark)]
    book.sheet(say["doc_scenarios"], columns, rows)


def write_glossary(book: Book, package: Package) -> None:
    """The sheet with a row a term; nothing where there is no glossary."""
    say = strings_for(package.module.language)
    glossaries = [one for one in package.module.resources if one.kind is ResourceKind.GLOSSARY]
    if not glossaries:
        return
    places = Places(package)
    rows = [
        (one.id, term, meaning, _quotes(proofs), _places(proofs, places), _mark(package, one))
        for one in glossaries
        for term, meaning in _terms(one)
        for proofs in [_proofs_of(term, meaning, one.evidence)]
    ]
    columns = (
        Column(say["doc_id"], 10), Column(say["doc_term"], 30), Column(say["doc_meaning"], 70),
        Column(say["doc_evidence"], 44), Column(say["doc_place"], 26), Column(say["doc_notes"], 26),
    )
    book.sheet(say["resource_glossary"], columns, rows)


def write_sources(book: Book, package: Package) -> None:
    """The sheet with a row a document."""
    say = strings_for(package.module.language)
    columns = (
        Column(say["doc_id"], 18), Column(say["sources"], 44), Column(say["doc_file"], 36),
        Column(say["doc_language"], 10), Column("SHA-256", 70),
    )
    rows = [
        (source.id, source.title or "–", source.path, source.language or "–", source.sha256)
        for source in package.module.sources
    ]
    book.sheet(say["sources"], columns, rows)


class _Screens:
    """The rows of the storyboard without their numbers."""

    def __init__(self, package: Package) -> None:
        self._package, self._module = package, package.module
        self._say = strings_for(package.module.language)
        self._places = Places(package)

    def rows(self) -> Iterator[Sequence[str]]:
        module, say = self._module, self._say
        goal = "\n".join([module.brief.performance_goal, *(f"• {one.text}" for one in module.objectives)]).strip()
        yield (module.title, module.id, say["start"], goal, "", "", "", "", "", duration_said(seat_time(module), say))
        for lesson in module.lessons:
            if not lesson.parts:
                yield (lesson.title, lesson.id, say["doc_lesson"], "", "", "", "", "", "", say["doc_none"])
            for part in lesson.parts:
                figures = "\n\n".join(map(_figure, part.figures))
                kind, text = say[f"part_{part.kind.value}"], plain_text(part.markdown)
                yield (lesson.title, part.id, kind, text, "", figures, "", *self._behind(part))
            yield from self._items(lesson.title, [one for one in module.items if self._is_practice(one, lesson.id)])
        known = {lesson.id for lesson in module.lessons}
        loose = [one for one in module.items if one.use is ItemUse.PRACTICE and one.lesson_id not in known]
        yield from self._items(say["doc_without_lesson"], loose)
        for scenario in module.scenarios:
            yield self._scenario(scenario)
        for use in (ItemUse.TEST, ItemUse.FOLLOW_UP):
            yield from self._items(say[f"doc_use_{use.value}"], [one for one in module.items if one.use is use])
        for resource in module.resources:
            kind = say[f"resource_{resource.kind.value}"]
            if resource.kind in _SCRIPTS:
                yield from self._script(resource, kind)
                continue
            talk = discussion_of(resource, say)
            shown = _plain(talk.prompts) if talk else plain_text(resource.markdown)
            expected = talk.expected if talk else ()
            told = "\n".join(f"{one.number}. {say['doc_listen_for']}: {_plain(one.tokens)}" for one in expected)
            yield (resource.title, resource.id, kind, shown, "", "", told, *self._behind(resource))

    def _is_practice(self, item: QuizItem, lesson_id: str) -> bool:
        return item.use is ItemUse.PRACTICE and item.lesson_id == lesson_id

    def _items(self, lesson: str, items: Sequence[QuizItem]) -> Iterator[Sequence[str]]:
        say = self._say
        for item in items:
            kind = f"{say[f'doc_use_{item.use.value}']} · {say[f'doc_type_{item.type.value}']}"
            stem = BLANK.sub(r"____ (\1)", item.stem) if item.type is ItemType.CLOZE else item.stem
            # What is dragged or typed is not to be read beforehand.
            shown = [] if item.type in (ItemType.NUMERIC, ItemType.SHORT, ItemType.CLOZE) else item.options
            text = "\n".join([stem, *(f"○ {option.text}" for option in shown)])
            yield (lesson, item.id, kind, text, "", "", self._interaction(item), *self._behind(item))

    def _interaction(self, item: QuizItem) -> str:
        say = self._say
        lines = []
        for at, option in enumerate(item.options):
            said = f" – {option.feedback}" if option.feedback.strip() else ""
            lines.append(f"{option.text} [{key_beside(item, at, say)}]{said}")
        if not is_told_by_options(item):
            lines.insert(0, f"{say['right_answer']}: {typed_answer(item)}")
        if item.general_feedback.strip():
            lines.append(f"{say['doc_general']}: {item.general_feedback}")
        if item.hint:
            lines.append(f"{say['hint']}: {item.hint}")
        return "\n".join(lines)

    def _script(self, resource: Resource, kind: str) -> Iterator[Sequence[str]]:
        """A row a scene; the sources of the whole script stand beside its first."""
        say = self._say
        for number, scene in enumerate(scenes_of(resource.markdown), start=1):
            seen = [_plain(line.tokens) for line in scene.lines if line.kind == "screen"]
            if scene.title:
                seen.insert(0, scene.title)
            spoken, stops = [], []
            for line in scene.lines:
                if line.kind == "spoken":
                    spoken.append(_plain(line.tokens))
                elif line.kind == "pause":
                    spoken += [_plain(line.tokens), *([_plain(line.answer)] if line.answer else [])]
                    stops.append(f"{say['pause_here']}: {_plain(line.tokens)}")
            behind = self._behind(resource) if number == 1 else ("", "", "")
            scene_kind = f"{kind} · {say.say('scene_n', n=number)}"
            texts = ("\n".join(seen), "\n".join(spoken), "", "\n".join(stops))
            yield (resource.title, resource.id, scene_kind, *texts, *behind)

    def _scenario(self, scenario: Scenario) -> Sequence[str]:
        say = self._say
        story = Story(scenario)
        first = story.nodes[0]
        choices = "\n".join(
            f"{choice.text} [{say[f'quality_{choice.quality}']}] → {story.leads_to(choice, say)}"
            for choice in first.choices
        )
        behind = self._behind(scenario)
        return (scenario.title, scenario.id, say["scenario"], first.situation, "", "", choices, *behind)

    def _behind(self, element: Element) -> tuple[str, str, str]:
        """Quotes, their places, and what the designer must know."""
        said = [_mark(self._package, element)] if self._package.needs_mark(element) else []
        said += [
            f"{self._say[f'doc_severity_{finding.severity.value}']}: {finding.message}"
            for finding in self._module.findings
            if finding.target == element.id
        ]
        if isinstance(element, QuizItem):
            if element.day is not None:
                said.append(self._say.say("after_days", n=element.day))
            said.append(f"{self._say['doc_serves']}: {element.objective_id}")
        proofs = element.all_evidence
        return _quotes(proofs), _places(proofs, self._places), "\n".join(said)


def _plain(tokens: Sequence[Token]) -> str:
    return "\n".join(line.shown for line in lines_in(tokens))


def _proofs_of(term: str, meaning: str, evidence: Sequence[Evidence]) -> Sequence[Evidence]:
    """What the term rests on: the quotes that name it, else the one that shares most of what it means."""
    wanted = " ".join(term.casefold().split())
    named = [proof for proof in evidence if wanted and wanted in " ".join(proof.quote.casefold().split())]
    if named:
        # One that begins with the term defines it; others only mention it.
        first = [proof for proof in named if wanted in proof.quote.casefold()[: len(wanted) + _ARTICLE_CHARS]]
        return first or named
    words = set(_WORDS.findall(meaning.casefold()))

    def shared(proof: Evidence) -> float:
        return len(words & set(_WORDS.findall(proof.quote.casefold()))) / max(len(words), 1)

    best = max(evidence, key=shared, default=None)
    return [best] if best is not None and shared(best) >= _LEAST_SHARED else []


def _quotes(proofs: Sequence[Evidence]) -> str:
    return "\n".join(dict.fromkeys(f"“{proof.quote}”" for proof in proofs))


def _places(proofs: Sequence[Evidence], places: Places) -> str:
    return "\n".join(dict.fromkeys(places.of(proof) for proof in proofs))


def _mark(package: Package, element: Element) -> str:
    if not package.needs_mark(element):
        return ""
    return strings_for(package.module.language)[f"mark_{element.status.value}"]


def _figure(figure: Figure) -> str:
    return "\n".join(text for text in (figure.file, figure.caption, figure.alt) if text)


def _terms(resource: Resource) -> Iterator[tuple[str, str]]:
    """A glossary's terms with what they mean: rows of its table, or lines that begin with a term."""
    lines = lines_of(resource.markdown)
    is_table = [line.kind is LineKind.ROW for line in lines]
    for at, line in enumerate(lines):
        if is_table[at] and (at == 0 or not is_table[at - 1]):
            continue  # the table's own header
        if line.kind is LineKind.HEADING:
            continue
        for sign in (" | ",) if is_table[at] else _TERM_ENDS:
            term, found, meaning = line.text.partition(sign)
            if found:
                yield term.strip(), meaning.strip()
                break
        else:
            yield "", line.text
