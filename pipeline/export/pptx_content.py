"""What the facilitator's deck says, and in which order: title, agenda, objectives, live sessions, a slide a part,
stories and discussions, polls, wrap-up, sources. What the facilitator does, and the answers, stand in the notes.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Sequence

from pipeline.domain import (
    Element,
    Evidence,
    Figure,
    ItemType,
    ItemUse,
    Lesson,
    Node,
    QuizItem,
    Resource,
    ResourceKind,
    Scenario,
    Session,
    Verdict,
)
from pipeline.export.answers import answer_lines
from pipeline.export.base import Package
from pipeline.export.course import language_of
from pipeline.export.markdown_lines import Line, LineKind, lines_of
from pipeline.export.places import Places
from pipeline.export.pptx_deck import Deck
from pipeline.export.pptx_pages import Page, fits_as_table, pages_of, rows_that_fit, shortened
from pipeline.export.questions import BLANK, accepted_of, asked, entries_in_order, pairs_of
from pipeline.library.strings import Strings, strings_for

SHOWN_RESOURCES = (ResourceKind.DISCUSSION, ResourceKind.JOB_AID)
"""The kinds that have slides; the others are named at the end."""
# Two lines of a slide's title, and of the first slide's.
_TITLE_LETTERS, _FRONT_LETTERS = 110, 90
_TABLE_PT = 16


def deck(package: Package) -> bytes:
    """The deck as a .pptx."""
    return _Deck(package).content()


class _Deck:
    """The parts of the deck, first to last in `content`."""

    def __init__(self, package: Package) -> None:
        self._package, self._module = package, package.module
        self._say = strings_for(package.module.language)
        self._places = Places(package)
        module = package.module
        self._deck = Deck(
            title=module.title, language=language_of(module), footer=shortened(module.title, 90), notice=package.notice
        )

    def content(self) -> bytes:
        module = self._module
        self._front()
        self._agenda()
        self._objectives()
        for number, session in enumerate(module.suitability.sessions, start=1):
            self._session(number, session)
        for number, lesson in enumerate(module.lessons, start=1):
            self._lesson(number, lesson)
        known = {lesson.id for lesson in module.lessons}
        self._polls([one for one in self._practice() if one.lesson_id not in known], self._say["doc_without_lesson"])
        for scenario in module.scenarios:
            self._story(scenario)
        for kind in SHOWN_RESOURCES:
            for resource in module.resources:
                if resource.kind is kind:
                    self._resource(resource)
        self._wrap_up()
        self._sources()
        return self._deck.content()

    # --- before the lessons

    def _front(self) -> None:
        say, module = self._say, self._module
        state = f"{say['revision']} {module.revision}"
        if self._package.manifest is not None:
            state = f"{say['release']} {self._package.manifest.release}"
        below = [say["doc_deck"], f"{say['audience']}: {shortened(module.brief.audience, 150)}", state]
        if self._package.notice:
            below.insert(0, self._package.notice)
        notes = [module.title, say[f"doc_verdict_{_verdict(module.suitability.verdict)}"]]
        if module.suitability.verdict not in (Verdict.LIVE, Verdict.BLENDED):
            notes.append(say["doc_deck_self_paced"])
        for reason in module.suitability.reasons:
            notes += [f"• {reason.text}", *self._quotes(reason.evidence)]
        self._deck.front(shortened(module.title, _FRONT_LETTERS), below, notes="\n".join(notes))

    def _agenda(self) -> None:
        say, module = self._say, self._module
        lines: list[Line] = []
        total = 0
        for session in module.suitability.sessions:
            total += session.minutes or 0
            lines.append(_numbered(len(lines), _with_minutes(session.title, session.minutes, say)))
        for lesson in module.lessons:
            minutes = max(1, round(lesson.minutes))
            total += minutes
            lines.append(_numbered(len(lines), _with_minutes(lesson.title, minutes, say)))
        if not lines:
            lines.append(Line(say["doc_none"]))
        if total:
            lines.append(Line(say.say("doc_deck_total", n=total), LineKind.HEADING))
        self._text(say["doc_deck_agenda"], lines, [f"{say['doc_goal']}: {module.brief.performance_goal}"])

    def _objectives(self) -> None:
        say, objectives = self._say, self._module.objectives
        if not objectives:
            return
        lines = [Line(one.text + self._mark(one), LineKind.BULLET) for one in objectives]
        notes = [say["doc_deck_objectives_note"]]
        for one in objectives:
            notes += [f"{one.id}: {one.text}", *self._quotes(one.evidence)]
        self._text(say["you_will"], lines, notes)

    def _session(self, number: int, session: Session) -> None:
        say = self._say
        texts = {one.id: one.text for one in self._module.objectives}
        lines = [Line(session.activity)]
        if session.minutes:
            lines.append(Line(f"{say['time']}: {say.say('minutes', n=session.minutes)}"))
        served = [texts[one] for one in session.objective_ids if one in texts]
        if served:
            lines.append(Line(say["doc_objectives"], LineKind.HEADING))
            lines += [Line(text, LineKind.BULLET) for text in served]
        notes = [session.activity]
        for verdict in self._module.suitability.objectives:
            if verdict.objective_id in session.objective_ids:
                for reason in verdict.reasons:
                    notes += [f"• {reason.text}", *self._quotes(reason.evidence)]
        self._text(f"{say['doc_session']} {number}: {session.title}", lines, notes)

    # --- the lessons

    def _lesson(self, number: int, lesson: Lesson) -> None:
        say = self._say
        texts = {one.id: one.text for one in self._module.objectives}
        minutes = say.say("minutes", n=max(1, round(lesson.minutes)))
        served = [texts[one] for one in lesson.objective_ids if one in texts]
        below = [minutes, *(shortened(text, 200) for text in served[:2])]
        notes = [f"{lesson.id} · {minutes}", *served]
        self._deck.section(f"{number}. {shortened(lesson.title, _FRONT_LETTERS)}", below, notes="\n".join(notes))
        for part in lesson.parts:
            title = f"{say[f'part_{part.kind.value}']}: {lesson.title}"
            notes = [say["doc_deck_present"], *self._behind(part)]
            self._markdown(title, part.markdown, notes, mark=self._mark(part))
            for figure in part.figures:
                self._figure(title, figure, notes)
        self._polls([one for one in self._practice() if one.lesson_id == lesson.id], lesson.title)

    def _figure(self, title: str, figure: Figure, notes: Sequence[str]) -> None:
        say = self._say
        content = self._package.pictures.get(figure.file)
        told = "\n".join(text for text in (*notes, figure.alt, figure.caption) if text)
        name = shortened(f"{title} – {say['doc_figure']}", _TITLE_LETTERS)
        caption = shortened(figure.caption or "", 160)
        if content is None or not self._deck.picture(
            name, content, alt=figure.alt or "", caption=caption, notes=told
        ):
            words = figure.alt or figure.caption or figure.file
            self._text(name, [Line(f"{say['doc_figure']}: {words}")], [told])

    def _practice(self) -> list[QuizItem]:
        return [item for item in self._module.items if item.use is ItemUse.PRACTICE]

    def _polls(self, items: Sequence[QuizItem], lesson: str) -> None:
        say = self._say
        for number, item in enumerate(items, start=1):
            title = f"{say.say('practice_of', n=number, of=len(items))}: {lesson}"
            lines = [Line(_stem(item) + self._mark(item), LineKind.HEADING), *self._choices(item)]
            notes = [say["doc_deck_poll"], f"{say['right_answer']}:", *answer_lines(item)]
            notes += [f"{one.text}: {one.feedback}" for one in item.options if one.feedback.strip()]
            notes += [text for text in (item.general_feedback, item.hint and f"{say['hint']}: {item.hint}") if text]
            self._text(title, lines, [*notes, *self._behind(item)], may_shrink=True)

    def _choices(self, item: QuizItem) -> list[Line]:
        """What people choose from, without what would give the answer away."""
        if item.type is ItemType.MATCH:
            targets = sorted({target for _, target in pairs_of(item)}, key=lambda text: (text.casefold(), text))
            return [*_lettered([option.text for option in item.options]), *(Line(f"→ {one}") for one in targets)]
        if item.type is ItemType.CLOZE:
            return [Line(f"({at}) ____") for at in range(1, len(accepted_of(item)) + 1)]
        if item.type in (ItemType.NUMERIC, ItemType.SHORT):
            return [Line(f"{self._say['your_answer']}: ____")]
        options = [option.text for option in item.options]
        if item.type is ItemType.ORDER and options == [option.text for option in entries_in_order(item)]:
            # As drafted they may stand in the right order; the alphabet gives nothing away.
            options = sorted(options, key=lambda text: (text.casefold(), text))
            options = options[::-1] if options == [option.text for option in item.options] else options
        return _lettered(options)

    # --- activities

    def _story(self, scenario: Scenario) -> None:
        say = self._say
        nodes = sorted(scenario.nodes, key=lambda node: node.id != scenario.start)
        for number, node in enumerate(nodes, start=1):
            title = f"{say['scenario']}: {scenario.title}"
            if len(nodes) > 1:
                title = say.say("doc_deck_slides", title=title, n=number, of=len(nodes))
            lines = [Line(node.situation + (self._mark(scenario) if number == 1 else ""), LineKind.HEADING)]
            lines += _lettered([choice.text for choice in node.choices]) or [Line(say["doc_end"])]
            notes = [f"{say.say('doc_node', id=node.id)}", *self._follows(node)]
            self._text(title, lines, [*notes, *(self._behind(scenario) if number == 1 else [])], may_shrink=True)

    def _follows(self, node: Node) -> Iterable[str]:
        say = self._say
        if not node.choices:
            return
        yield say["doc_deck_discuss"]
        yield f"{say['doc_deck_debrief']}:"
        for letter, choice in zip(_letters(len(node.choices)), node.choices, strict=True):
            yield f"{letter}. {choice.text} – {say[f'quality_{choice.quality}']}"
            yield f"    {choice.consequence}"
            yield f"    {choice.feedback}"
            yield f"    {say['doc_next']}: {choice.next or say['doc_end']}"

    def _resource(self, resource: Resource) -> None:
        title = f"{self._say[f'resource_{resource.kind.value}']}: {resource.title}"
        does = "doc_deck_talk" if resource.kind is ResourceKind.DISCUSSION else "doc_deck_present"
        notes = [self._say[does], *self._behind(resource)]
        self._markdown(title, resource.markdown, notes, mark=self._mark(resource))

    def _wrap_up(self) -> None:
        say, module = self._say, self._module
        lines = [Line(say["doc_deck_transfer"], LineKind.HEADING)]
        lines += [Line(one.behaviour, LineKind.BULLET) for one in module.objectives]
        if module.resources:
            lines.append(Line(say["resources"], LineKind.HEADING))
            lines += [
                Line(f"{say[f'resource_{one.kind.value}']}: {one.title}", LineKind.BULLET) for one in module.resources
            ]
        if module.settings.help_contact:
            lines.append(Line(f"{say['help_contact']}: {module.settings.help_contact}"))
        self._text(say["doc_deck_wrap_up"], lines, [f"{say['doc_goal']}: {module.brief.performance_goal}"])
        follow_ups = [item for item in module.items if item.use is ItemUse.FOLLOW_UP]
        if follow_ups:
            shown, notes = [], []
            for item in follow_ups:
                day = f"{say.say('after_days', n=item.day)}: " if item.day is not None else ""
                shown.append(Line(f"{day}{_stem(item)}{self._mark(item)}", LineKind.BULLET))
                notes += [_stem(item), f"{say['right_answer']}: {'; '.join(answer_lines(item))}"]
                notes += [text for text in (item.general_feedback, *self._quotes(item.all_evidence)) if text]
            self._text(say["doc_deck_follow_ups"], shown, notes)

    def _sources(self) -> None:
        sources = self._module.sources
        if sources:
            lines = [Line(f"{one.title or one.path} ({one.path})", LineKind.BULLET) for one in sources]
            self._text(self._say["sources"], lines, [f"{one.path}: SHA-256 {one.sha256}" for one in sources])

    # --- slides

    def _markdown(self, title: str, markdown: str, notes: Sequence[str], *, mark: str) -> None:
        """Slides of the Markdown's text and tables, in its order."""
        lines = list(lines_of(markdown))
        if mark:
            lines.insert(0, Line(mark.strip(), LineKind.QUOTE))
        run: list[Line] = []
        pieces: list[list[Line]] = []
        for line in lines:
            if run and (run[-1].kind is LineKind.ROW) != (line.kind is LineKind.ROW):
                pieces.append(run)
                run = []
            run.append(line)
        drawn: list[Page | tuple[tuple[str, ...], ...]] = []
        for piece in [*pieces, *([run] if run else [])]:
            rows = [tuple(line.text.split(" | ")) for line in piece]
            is_table = piece[0].kind is LineKind.ROW and len({len(row) for row in rows}) == 1
            if is_table and fits_as_table(rows, _TABLE_PT):
                drawn += rows_that_fit(rows, _TABLE_PT)
            else:
                drawn += pages_of(piece)
        for number, one in enumerate(drawn, start=1):
            name = self._numbered_title(title, number, len(drawn))
            told = "\n".join(notes)
            if isinstance(one, Page):
                self._deck.text(name, one, notes=told)
            else:
                self._deck.table(name, one, notes=told)

    def _text(self, title: str, lines: Sequence[Line], notes: Sequence[str], *, may_shrink: bool = False) -> None:
        pages = pages_of(lines, may_shrink=may_shrink)
        for number, page in enumerate(pages, start=1):
            self._deck.text(self._numbered_title(title, number, len(pages)), page, notes="\n".join(notes))

    def _numbered_title(self, title: str, number: int, of: int) -> str:
        short = shortened(title, _TITLE_LETTERS)
        return self._say.say("doc_deck_slides", title=short, n=number, of=of) if of > 1 else short

    def _behind(self, element: Element) -> list[str]:
        return [f"({element.id})", *self._quotes(element.all_evidence)]

    def _quotes(self, proofs: Sequence[Evidence]) -> list[str]:
        return [f"{self._say['doc_evidence']}: “{proof.quote}” – {self._places.of(proof)}" for proof in proofs]

    def _mark(self, element: Element) -> str:
        """The sign of an element that nobody approved, after a text."""
        return f" [{self._say[f'mark_{element.status.value}']}]" if self._package.needs_mark(element) else ""


def _stem(item: QuizItem) -> str:
    return BLANK.sub(r"____ (\1)", item.stem) if item.type is ItemType.CLOZE else asked(item)


def _letters(count: int) -> list[str]:
    return [string.ascii_uppercase[at] if at < len(string.ascii_uppercase) else str(at + 1) for at in range(count)]


def _lettered(texts: Sequence[str]) -> list[Line]:
    return [Line(f"{letter}. {text}", level=0) for letter, text in zip(_letters(len(texts)), texts, strict=True)]


def _numbered(before: int, text: str) -> Line:
    return Line(text, LineKind.NUMBER, number=before + 1)


def _with_minutes(title: str, minutes: int | None, say: Strings) -> str:
    return f"{title} – {say.say('minutes', n=minutes)}" if minutes else title


def _verdict(verdict: Verdict | None) -> str:
    return verdict.value if verdict else "open"
