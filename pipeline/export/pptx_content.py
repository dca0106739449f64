"""What the facilitator's deck says, and in which order: title, agenda, what was learned before, objectives, the lessons
that are gone through together, live sessions, stories, discussions, wrap-up, sources. What the facilitator does, and
the answers, stand in the notes.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.domain import (
    ItemUse,
    Objective,
    Resource,
    ResourceKind,
    Scenario,
    Session,
    Verdict,
    seat_time,
    whole_minutes,
)
from pipeline.export.base import Package
from pipeline.export.discussions import Discussion
from pipeline.export.duration import duration_said
from pipeline.export.markdown_lines import Line, LineKind, lines_in
from pipeline.export.pptx_lessons import Lead, Teller, answers_of, lettered, letters, poll_lines, stem_of
from pipeline.export.pptx_pages import pages_of, shortened
from pipeline.export.pptx_plan import HANDED_OUT, Slot, plan_of
from pipeline.export.stories import Story
from pipeline.library.strings import Strings

# Two lines of the first slide's title.
_FRONT_LETTERS = 90
# Slides of a story are laid out again until their numbers stay: twice, but for numbers that grow a digit.
_MOST_LAYOUTS = 5


def deck(package: Package) -> bytes:
    """The deck as a .pptx."""
    return _Deck(package).content()


class _Deck:
    """The parts of the deck, first to last in `content`."""

    def __init__(self, package: Package) -> None:
        self._package, self._module = package, package.module
        self._tell = Teller(package)
        self._say, self._deck = self._tell.say, self._tell.deck
        self._plan = plan_of(package.module, self._say)

    def content(self) -> bytes:
        module, plan, tell = self._module, self._plan, self._tell
        self._front()
        self._agenda()
        self._before()
        self._objectives()
        for number, lesson in enumerate(plan.lessons, start=1):
            tell.lesson(number, lesson, plan.of_lesson(lesson))
        tell.polls(plan.loose, self._say["doc_without_lesson"])
        for number, session in enumerate(plan.sessions, start=1):
            self._session(number, session)
        for scenario in plan.stories:
            self._story(scenario)
        for resource, talk in plan.talks:
            self._talk(resource, talk)
        self._wrap_up()
        self._follow_ups()
        sources = module.sources
        if sources:
            lines = [Line(f"{one.title or one.path} ({one.path})", LineKind.BULLET) for one in sources]
            tell.text(self._say["sources"], lines, [f"{one.path}: SHA-256 {one.sha256}" for one in sources])
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
            notes += [f"• {reason.text}", *self._tell.quotes(reason.evidence)]
        self._deck.front(shortened(module.title, _FRONT_LETTERS), below, notes="\n".join(notes))

    def _agenda(self) -> None:
        say, module, plan = self._say, self._module, self._plan
        slots = plan.slots(say)
        lines: list[Line] = []
        if plan.before:
            time = say.say("minutes", n=whole_minutes(sum(one.minutes for one in plan.before)))
            lines.append(Line(f"{say['doc_deck_before']} – {time}"))
        lines += [
            Line(f"{slot.title} – {_time(slot, say)}", LineKind.NUMBER, number=number)
            for number, slot in enumerate(slots, start=1)
        ]
        if not slots:
            lines.append(Line(say["doc_none"]))
        if total := sum(slot.minutes or 0 for slot in slots):
            key = "doc_deck_total_at_least" if any(slot.is_least for slot in slots) else "doc_deck_total"
            lines.append(Line(say.say(key, n=total), LineKind.HEADING))
        notes = [f"{say['doc_goal']}: {module.brief.performance_goal}"]
        if any(slot.is_least for slot in slots):
            notes.append(say["doc_deck_at_least_note"])
        if (course := seat_time(module)).total:
            notes.append(f"{say['doc_deck_course']}: {duration_said(course, say)}")
        self._tell.text(say["doc_deck_agenda"], lines, notes, may_shrink=True)

    def _before(self) -> None:
        """What people have learned alone when they come."""
        say, lessons = self._say, self._plan.before
        if lessons:
            lines = [
                Line(f"{one.title} – {say.say('minutes', n=whole_minutes(one.minutes))}", LineKind.BULLET)
                for one in lessons
            ]
            self._tell.text(say["doc_deck_before"], lines, [say["doc_deck_before_note"]], may_shrink=True)

    def _objectives(self) -> None:
        say, objectives = self._say, self._served()
        if not objectives:
            return
        lines = [Line(one.text + self._tell.mark(one), LineKind.BULLET) for one in objectives]
        notes = [say["doc_deck_objectives_note"]]
        for one in objectives:
            notes += [f"{one.id}: {one.text}", *self._tell.quotes(one.evidence)]
        self._tell.text(say["you_will"], list(dict.fromkeys(lines)), notes, may_shrink=True)

    def _served(self) -> list[Objective]:
        """What is learned together: all where nothing is learned before."""
        if not self._plan.before:
            return list(self._module.objectives)
        wanted = {name for lesson in self._plan.lessons for name in lesson.objective_ids}
        wanted |= {name for session in self._plan.sessions for name in session.objective_ids}
        return [one for one in self._module.objectives if one.id in wanted]

    # --- activities

    def _session(self, number: int, session: Session) -> None:
        say = self._say
        texts = {one.id: one.text for one in self._module.objectives}
        slot = self._plan.slot(session)
        lines = [Line(session.activity), Line(f"{say['time']}: {_time(slot, say)}")]
        served = dict.fromkeys(texts[one] for one in session.objective_ids if one in texts)
        if served:
            lines.append(Line(say["doc_objectives"], LineKind.HEADING))
            lines += [Line(text, LineKind.BULLET) for text in served]
        notes = [session.activity, *([say["doc_deck_at_least_note"]] if slot.is_least else [])]
        for verdict in self._module.suitability.objectives:
            if verdict.objective_id in session.objective_ids:
                for reason in verdict.reasons:
                    notes += [f"• {reason.text}", *self._tell.quotes(reason.evidence)]
        title = f"{say['doc_session']} {number}: {session.title}"
        self._tell.text(title, lines, list(dict.fromkeys(notes)), may_shrink=True)

    def _story(self, scenario: Scenario) -> None:
        """A slide a situation; each choice leads to the slide of what follows."""
        say, story = self._say, Story(scenario)
        title = f"{say['scenario']}: {scenario.title}"
        starts: dict[str, int] = {}
        links: list[tuple[int, int, Lead]] = []
        known: dict[str, int] | None = None
        # The numbers behind its choices are part of a situation's text, and so of the slides that it takes.
        for _ in range(_MOST_LAYOUTS):
            if starts == known:
                break
            known, at = starts, self._deck.count + 1
            starts = {}
            for node in story.nodes:
                starts[node.id] = at
                at += len(pages_of(self._situation(scenario, story, node.id, known)[0], may_shrink=True))
        for node in story.nodes:
            lines, leads = self._situation(scenario, story, node.id, starts)
            pages = pages_of(lines, may_shrink=True)
            number = story.number(node.id)
            notes = [story.situation(node.id, say), *self._follows(story, node.id)]
            notes += self._tell.behind(scenario) if number == 1 else []
            name = title
            if len(story.nodes) > 1:
                name = say.say("doc_deck_slides", title=title, n=number, of=len(story.nodes))
            links += self._tell.linked(name, pages, notes, leads)
        for slide, line, lead in links:
            self._deck.link(slide, line, lead.behind, to=lead.slide)

    def _situation(
        self, scenario: Scenario, story: Story, node_id: str, starts: dict[str, int]
    ) -> tuple[list[Line], dict[str, Lead]]:
        """The lines of a situation, and where those lead that lead on."""
        say = self._say
        node = next(one for one in story.nodes if one.id == node_id)
        mark = self._tell.mark(scenario) if story.number(node_id) == 1 else ""
        lines = [Line(node.situation + mark, LineKind.HEADING)]
        leads: dict[str, Lead] = {}
        for line, choice in zip(lettered([one.text for one in node.choices]), node.choices, strict=True):
            if choice.next in {one.id for one in story.nodes}:
                to = starts.get(choice.next or "", self._deck.count + 1)
                behind = f" → {say.say('doc_deck_to_slide', n=to)}"
                leads[line.text + behind] = Lead(line.text, behind.strip(), to)
                lines.append(line._replace(text=line.text + behind))
            else:
                lines.append(line._replace(text=f"{line.text} → {say['doc_end']}"))
        if not node.choices:
            lines.append(Line(say["doc_end"]))
        return lines, leads

    def _follows(self, story: Story, node_id: str) -> Iterable[str]:
        say = self._say
        choices = next(one for one in story.nodes if one.id == node_id).choices
        if not choices:
            return
        yield say["doc_deck_discuss"]
        yield f"{say['doc_deck_debrief']}:"
        for letter, choice in zip(letters(len(choices)), choices, strict=True):
            yield f"{letter}. {choice.text} – {say[f'quality_{choice.quality}']}"
            yield f"    {choice.consequence}"
            yield f"    {choice.feedback}"
            yield f"    {say['doc_next']}: {story.leads_to(choice, say)}"

    def _talk(self, resource: Resource, talk: Discussion) -> None:
        """A slide a question; what to listen for stands in its notes."""
        say, tell = self._say, self._tell
        title = f"{say['resource_discussion']}: {resource.title}"
        questions = talk.questions
        quoted = resource.evidence if len(resource.evidence) == len(questions) else ()
        for number, question in enumerate(questions, start=1):
            lines = [line._replace(kind=LineKind.TEXT, number=None, level=0) for line in lines_in(question)]
            if mark := tell.mark(resource):
                lines.append(Line(mark.strip(), LineKind.QUOTE))
            notes = [say["doc_deck_talk"]]
            for one in talk.expected:
                if one.number == number or (number == len(questions) and one.number > number):
                    notes += [f"{say['doc_listen_for']}:", *(line.shown for line in lines_in(one.tokens))]
            if quoted:
                notes += tell.quotes(quoted[number - 1 : number])
            elif number == 1:
                notes += tell.quotes(resource.evidence)
            name = title
            if len(questions) > 1:
                name = say.say("doc_deck_slides", title=title, n=number, of=len(questions))
            tell.prompt(name, lines, [*notes, f"({resource.id})"])

    # --- the end

    def _wrap_up(self) -> None:
        say, module = self._say, self._module
        lines = [Line(say["doc_deck_transfer"], LineKind.HEADING)]
        handed_out = dict.fromkeys(one.title for one in module.resources if one.kind in HANDED_OUT)
        if handed_out:
            lines.append(Line(say["doc_deck_hand_out"], LineKind.HEADING))
            lines += [Line(title, LineKind.BULLET) for title in handed_out]
        if module.settings.help_contact:
            lines.append(Line(f"{say['help_contact']}: {module.settings.help_contact}"))
        notes = [f"{say['doc_goal']}: {module.brief.performance_goal}"]
        notes += [
            f"{one.title} – {say['sources']}: {from_}"
            for one in module.resources
            if one.kind is ResourceKind.JOB_AID and (from_ := self._tell.sources(one))
        ]
        self._tell.text(say["doc_deck_wrap_up"], lines, notes, may_shrink=True)

    def _follow_ups(self) -> None:
        """The questions for the days after, by day, each whole with what people choose from."""
        say, tell = self._say, self._tell
        items = [item for item in self._module.items if item.use is ItemUse.FOLLOW_UP]
        for day in sorted({item.day or 0 for item in items}):
            of_day = [item for item in items if (item.day or 0) == day]
            title = say["doc_deck_follow_ups"]
            if day:
                title += f": {say.say('after_days', n=day)}"
            parts = [
                [Line(stem_of(item) + tell.mark(item), LineKind.HEADING), *poll_lines(item, say)] for item in of_day
            ]
            told = [[stem_of(item), *answers_of(item, say), *tell.quotes(item.all_evidence)] for item in of_day]
            tell.parts(title, parts, told)


def _time(slot: Slot, say: Strings) -> str:
    """The slot's minutes in words."""
    if slot.minutes is None:
        return say["doc_deck_unplanned"]
    return say.say("doc_deck_at_least" if slot.is_least else "minutes", n=slot.minutes)


def _verdict(verdict: Verdict | None) -> str:
    return verdict.value if verdict else "open"
