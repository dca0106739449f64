"""What the Word storyboard says, and in which order: brief, suitability, objectives, lessons with their questions,
scenarios, resources, findings, gaps, sources. Every element shows its id, its status and the words it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.domain import (
    Element,
    Evidence,
    Figure,
    ItemType,
    ItemUse,
    Lesson,
    QuizItem,
    Resource,
    Scenario,
    seat_time,
    whole_minutes,
)
from pipeline.export.answers import is_told_by_options, key_beside, typed_answer
from pipeline.export.base import Package
from pipeline.export.course import language_of
from pipeline.export.discussions import discussion_of
from pipeline.export.duration import duration_said
from pipeline.export.markdown_lines import lines_in
from pipeline.export.places import Places
from pipeline.export.questions import BLANK
from pipeline.export.scoring import pass_percent
from pipeline.export.stories import Story
from pipeline.export.word import WordFile
from pipeline.export.word_markdown import write_blocks, write_markdown
from pipeline.library.strings import strings_for


def storyboard(package: Package) -> bytes:
    """The storyboard as a .docx."""
    return _Storyboard(package).content()


class _Storyboard:
    """The parts of the document, top to bottom in `content`."""

    def __init__(self, package: Package) -> None:
        self._package, self._module = package, package.module
        self._say = strings_for(package.module.language)
        self._places = Places(package)
        say = self._say
        self._state = f"{say['revision']} {self._module.revision}"
        if package.manifest is not None:
            self._state = f"{say['release']} {package.manifest.release} · {self._state}"
        self._word = WordFile(
            title=self._module.title,
            language=language_of(self._module),
            header=f"{say['doc_storyboard']} · {self._module.title} · {self._state}",
            notice=package.notice,
            page_word=say["doc_page_of"],
        )

    def content(self) -> bytes:
        word, say, module = self._word, self._say, self._module
        word.heading(module.title, 0)
        if self._package.notice:
            word.paragraph(self._package.notice, style="Intense Quote")
        self._brief()
        self._suitability()
        self._objectives()
        word.heading(say["doc_lessons"], 1)
        for number, lesson in enumerate(module.lessons, start=1):
            self._lesson(lesson, number)
        loose = [item for item in module.items if item.lesson_id not in {lesson.id for lesson in module.lessons}]
        if loose:
            word.heading(say["doc_without_lesson"], 1)
            self._items(loose)
        if module.scenarios:
            word.heading(say["doc_scenarios"], 1)
            for scenario in module.scenarios:
                self._scenario(scenario)
        if module.resources:
            word.heading(say["resources"], 1)
            for resource in module.resources:
                self._element_heading(f"{say[f'resource_{resource.kind.value}']}: {resource.title}", resource, 2)
                self._resource(resource)
        self._findings()
        self._gaps()
        self._source_list()
        return word.content()

    # --- about the module

    def _brief(self) -> None:
        say, module, brief = self._say, self._module, self._module.brief
        settings = module.settings

        def value(field: str, text: str) -> str:
            return f"{text} ({say['doc_proposed']})" if field in brief.proposed else text

        attempts = say["attempts_any"] if settings.attempts is None else say.say("attempts_n", n=settings.attempts)
        rows = [
            (say["doc_module"], f"{module.id} · {self._state}"),
            (say["doc_language"], module.language),
            (say["audience"], value("audience", brief.audience)),
            (say["doc_goal"], value("performance_goal", brief.performance_goal)),
            (say["prerequisites"], value("prerequisites", "; ".join(brief.prerequisites) or "–")),
            (say["doc_tone"], value("tone", brief.tone)),
            (say["doc_sheet_duration"], duration_said(seat_time(module), say) or "–"),
            (say["test"], f"{say.say('pass_mark', n=pass_percent(module))} · {attempts}"),
            (say["owner"], settings.owner or "–"),
            (say["review_by"], settings.review_by.isoformat() if settings.review_by else "–"),
            (say["help_contact"], settings.help_contact or "–"),
            (
                say["elements"],
                say.say("approved_of", n=self._approved(), of=sum(1 for _ in module.elements())),
            ),
        ]
        if self._package.left_out:
            rows.append((say["left_out"], str(self._package.left_out)))
        self._word.heading(say["doc_brief"], 1)
        self._word.table((say["doc_field"], say["doc_value"]), rows, shares=(1, 3))

    def _approved(self) -> int:
        return sum(not self._package.needs_mark(element) for element in self._module.elements())

    def _suitability(self) -> None:
        say, suitability = self._say, self._module.suitability
        self._word.heading(say["doc_suitability"], 1)
        verdict = suitability.verdict.value if suitability.verdict else "open"
        self._word.paragraph(say[f"doc_verdict_{verdict}"])
        if suitability.overruled:
            self._word.paragraph(
                say.say("doc_overruled", by=suitability.overruled.by, reason=suitability.overruled.reason)
            )
        for reason in suitability.reasons:
            self._word.bullets([reason.text])
            self._evidence(reason.evidence)
        self._sessions()

    def _sessions(self) -> None:
        """The live sessions in order, and what is said for each objective's format."""
        say, suitability = self._say, self._module.suitability
        behaviours = {one.id: one.behaviour for one in self._module.objectives}
        if suitability.sessions:
            self._word.heading(say["live_sessions"], 2)
            self._word.table(
                ("#", say["doc_session"], say["doc_activity"], say["doc_objectives"], say["time"]),
                [
                    (
                        str(number),
                        one.title,
                        one.activity,
                        "; ".join(behaviours[name] for name in one.objective_ids if name in behaviours) or "–",
                        say.say("minutes", n=one.minutes) if one.minutes else say["doc_unknown"],
                    )
                    for number, one in enumerate(suitability.sessions, 1)
                ],
                shares=(1, 4, 8, 5, 3),
            )
        verdicts = [one for one in suitability.objectives if one.objective_id in behaviours]
        if verdicts:
            self._word.heading(say["doc_formats"], 2)
        for verdict in verdicts:
            format_ = say[f"doc_format_{verdict.format}"]
            self._word.bullets([f"{format_}: {behaviours[verdict.objective_id]}"])
            for reason in verdict.reasons:
                self._evidence(reason.evidence, label=reason.text)

    def _objectives(self) -> None:
        say, objectives = self._say, self._module.objectives
        self._word.heading(say["doc_objectives"], 1)
        if not objectives:
            self._word.paragraph(say["doc_none"])
            return
        self._word.table(
            (
                "#",
                say["doc_id"],
                say["doc_objective"],
                say["doc_condition"],
                say["doc_degree"],
                say["doc_level"],
                say["doc_status"],
            ),
            [
                (
                    str(number),
                    one.id,
                    one.text,
                    one.condition,
                    one.degree,
                    say[f"doc_bloom_{one.bloom.value}"],
                    self._mark(one) or say["doc_approved"],
                )
                for number, one in enumerate(objectives, start=1)
            ],
            shares=(1, 2, 6, 4, 4, 2, 3),
            ids=(1,),
        )
        for number, one in enumerate(objectives, start=1):
            self._evidence(one.evidence, label=f"{say['doc_evidence']} {number}")

    # --- what the learner meets

    def _lesson(self, lesson: Lesson, number: int) -> None:
        say, module = self._say, self._module
        self._word.heading(f"{number}. {lesson.title}", 2)
        minutes = say.say("minutes", n=whole_minutes(lesson.minutes))
        self._word.paragraph(f"{minutes} · {self._serves(lesson.objective_ids)}")
        self._word.ids(lesson.id)
        for part in lesson.parts:
            self._element_heading(say[f"part_{part.kind.value}"], part, 3)
            write_markdown(self._word, part.markdown)
            for figure in part.figures:
                self._figure(figure)
            self._evidence(part.evidence)
        self._items([item for item in module.items if item.lesson_id == lesson.id])

    def _figure(self, figure: Figure) -> None:
        content = self._package.pictures.get(figure.file)
        if content is None or not self._word.picture(content, alt=figure.alt or ""):
            self._word.paragraph(figure.alt or figure.file, label=self._say["doc_figure"])
        if figure.caption:
            self._word.paragraph(figure.caption, style="Caption")

    def _items(self, items: Sequence[QuizItem]) -> None:
        say = self._say
        for item in items:
            use = say[f"doc_use_{item.use.value}"]
            if item.use is ItemUse.FOLLOW_UP and item.day is not None:
                use += f" – {say.say('after_days', n=item.day)}"
            self._element_heading(f"{use} · {say[f'doc_type_{item.type.value}']}", item, 3)
            stem = BLANK.sub(r"____ (\1)", item.stem) if item.type is ItemType.CLOZE else item.stem
            self._word.paragraph(stem, label=say["doc_question"])
            facts = f"{self._serves([item.objective_id])} · {say[f'doc_bloom_{item.bloom.value}']}"
            self._word.paragraph(facts)
            if item.options:
                self._word.table(
                    (say["doc_option"], say["doc_correct"], say["doc_feedback"]),
                    [(one.text, key_beside(item, at, say), one.feedback) for at, one in enumerate(item.options)],
                    shares=(6, 3, 8),
                )
            if not is_told_by_options(item):
                self._word.paragraph(typed_answer(item), label=say["right_answer"])
            if item.general_feedback:
                self._word.paragraph(item.general_feedback, label=say["doc_general"])
            if item.hint:
                self._word.paragraph(item.hint, label=say["hint"])
            self._evidence(item.all_evidence)

    def _scenario(self, scenario: Scenario) -> None:
        say = self._say
        self._element_heading(scenario.title, scenario, 2)
        story = Story(scenario)
        for node in story.nodes:
            self._word.heading(story.situation(node.id, say), 3)
            self._word.paragraph(node.situation)
            if node.choices:
                self._word.table(
                    (say["doc_choice"], say["doc_consequence"], say["doc_feedback"], say["doc_next"]),
                    [
                        (
                            f"{choice.text} ({say[f'quality_{choice.quality}']})",
                            choice.consequence,
                            choice.feedback,
                            story.leads_to(choice, say),
                        )
                        for choice in node.choices
                    ],
                    shares=(4, 4, 4, 2),
                )
        self._evidence(scenario.evidence)

    def _resource(self, resource: Resource) -> None:
        """The resource's text; what a facilitator listens for stands below the prompts, by their numbers."""
        say, talk = self._say, discussion_of(resource, self._say)
        if talk is None:
            write_markdown(self._word, resource.markdown)
        else:
            write_blocks(self._word, talk.prompts)
        if talk and talk.expected:
            self._word.heading(say["doc_for_facilitator"], 3)
            self._word.table(
                ("#", say["doc_listen_for"]),
                [(str(one.number), "\n".join(line.shown for line in lines_in(one.tokens))) for one in talk.expected],
                shares=(1, 14),
            )
        self._evidence(resource.evidence)

    # --- what the designer must know

    def _findings(self) -> None:
        say, findings = self._say, self._module.findings
        self._word.heading(say["doc_findings"], 1)
        if not findings:
            self._word.paragraph(say["doc_none"])
            return
        self._word.table(
            (say["doc_severity"], say["doc_element"], say["doc_message"], say["doc_suggestion"]),
            [
                (say[f"doc_severity_{one.severity.value}"], one.target, one.message, one.suggestion or "–")
                for one in findings
            ],
            shares=(2, 3, 6, 5),
            ids=(1,),
        )

    def _gaps(self) -> None:
        say, gaps = self._say, self._module.gaps
        self._word.heading(say["doc_gaps"], 1)
        if not gaps:
            self._word.paragraph(say["doc_none"])
            return
        self._word.table(
            (say["doc_element"], say["doc_stage"], say["doc_message"]),
            [(gap.target, gap.stage, f"{gap.message} ({gap.code})") for gap in gaps],
            shares=(3, 2, 8),
            ids=(0,),
        )

    def _source_list(self) -> None:
        say = self._say
        self._word.heading(say["sources"], 1)
        self._word.table(
            (say["sources"], say["doc_file"], "SHA-256"),
            [(source.title or "–", source.path, source.sha256) for source in self._module.sources],
            shares=(4, 4, 6),
            ids=(2,),
        )

    # --- what every element has

    def _serves(self, objective_ids: Sequence[str]) -> str:
        """The objectives served, by their behaviours."""
        behaviours = {one.id: one.behaviour for one in self._module.objectives}
        return f"{self._say['doc_serves']}: {'; '.join(behaviours.get(one, one) for one in objective_ids) or '–'}"

    def _element_heading(self, text: str, element: Element, level: int) -> None:
        self._word.heading(text, level, ident=element.id, mark=self._mark(element))

    def _mark(self, element: Element) -> str | None:
        return self._say[f"mark_{element.status.value}"] if self._package.needs_mark(element) else None

    def _evidence(self, evidence: Iterable[Evidence], *, label: str | None = None) -> None:
        for place, quotes in self._places.quoted(evidence):
            self._word.quotes(quotes, label=label or self._say["doc_evidence"], place=place)
