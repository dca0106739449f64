"""Flaws planted in lessons, their parts, and what every text has to be."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from pipeline.domain import Figure, Lesson, Module, Part, PartKind, QuizItem, Waiver
from pipeline.evaluate.seeded_planting import (
    Planting,
    Plantings,
    changed,
    in_item,
    in_lesson,
    in_module,
    in_part,
    part_says,
)

_TEXTS = (PartKind.EXPLANATION, PartKind.EXAMPLE, PartKind.SUMMARY)
_TALE = "The team went to the hall, took the crates from the belt, set them on the floor and counted them. "
_HARD = (
    "Organisational accountability necessitates comprehensive documentation of authorisation procedures. "
    "Administrative responsibilities encompass periodical evaluation of technological infrastructure, communication of "
    "regulatory obligations and implementation of organisational countermeasures. Departmental representatives "
    "systematically administer authentication mechanisms, facilitating accountability throughout subsidiaries, "
    "intermediary organisations and subcontractors. Supplementary documentation requirements originate from "
    "jurisdictional particularities, contractual obligations and supervisory recommendations concerning "
    "telecommunication infrastructure and international interconnectivity."
)


def _without(*kinds: PartKind) -> Planting:
    def change(lesson: Lesson, chance: Random) -> Lesson:
        return lesson.model_copy(update={"parts": tuple(one for one in lesson.parts if one.kind not in kinds)})

    return in_lesson(change)


def _idle(module: Module, chance: Random) -> Module:
    lesson = chance.choice(module.lessons)
    kept = tuple(one for one in lesson.parts if one.kind not in (PartKind.PRACTICE, PartKind.REFLECTION))
    return module.model_copy(update={
        "lessons": tuple(one.model_copy(update={"parts": kept}) if one is lesson else one for one in module.lessons),
        "items": tuple(item for item in module.items if item.lesson_id != lesson.id),
    })


def _example_last(lesson: Lesson, chance: Random) -> Lesson | None:
    examples = tuple(one for one in lesson.parts if one.kind is PartKind.EXAMPLE)
    if not examples:
        return None
    return lesson.model_copy(update={"parts": (*(one for one in lesson.parts if one not in examples), *examples)})


def _emptied(lesson: Lesson, chance: Random) -> Lesson:
    gone = chance.choice(lesson.parts)
    parts = tuple(changed(one, markdown=" ") if one is gone else one for one in lesson.parts)
    return lesson.model_copy(update={"parts": chance.choice(((), parts))})


def _titled(*titles: str) -> Planting:
    return in_lesson(lambda lesson, chance: lesson.model_copy(update={"title": chance.choice(titles)}))


def _same_titles(module: Module, chance: Random) -> Module:
    first, *rest = module.lessons
    return module.model_copy(update={
        "lessons": (first, *(one.model_copy(update={"title": f" {first.title.upper()}"}) for one in rest))
    })


def _no_job_aid(module: Module, chance: Random) -> Module:
    return module.model_copy(update={"resources": ()})


def _copied(module: Module, chance: Random) -> Module | None:
    """A stem that repeats a run of its lesson."""
    long = [
        (lesson, part)
        for lesson in module.lessons
        for part in lesson.parts
        if part.kind in _TEXTS and len(part.markdown.split()) >= 14
    ]
    items = [(item, part) for lesson, part in long for item in module.items if item.lesson_id == lesson.id]
    if not items:
        return None
    item, part = chance.choice(items)
    return module.with_element(changed(item, stem=f"{part.markdown.rstrip('.')}. What does that mean?"))


def _in_text(*texts: str) -> tuple[Planting, ...]:
    """The same fault in a part and in an item's feedback."""

    def in_feedback(item: QuizItem, chance: Random) -> QuizItem:
        said = f"{item.options[0].feedback} {chance.choice(texts)}"
        options = (item.options[0].model_copy(update={"feedback": said}), *item.options[1:])
        return changed(item, options=options)

    return part_says([f"{{}} {text}" for text in texts], *_TEXTS), in_item(in_feedback)


def _behind(*texts: str) -> Planting:
    """The text stands below what the part says, as a paragraph of its own."""
    return part_says([f"{{}}\n\n{text}" for text in texts], *_TEXTS)


def _figure(*alternatives: str | None) -> Planting:
    def change(part: Part, chance: Random) -> Part:
        figure = Figure(source="s-1", block="b-1", file="figures/1.png", alt=chance.choice(alternatives))
        return changed(part, figures=(figure,))

    return in_part(change)


def _steps(change: Callable[[list[str], Random], str]) -> Planting:
    """Writes a procedure's steps anew."""
    return in_part(
        lambda part, chance: changed(part, markdown=change(part.markdown.splitlines(), chance)), PartKind.PROCEDURE
    )


def _waived(by: str, reason: str) -> Planting:
    waiver = Waiver(criterion="part_is_short", by=by, reason=reason)
    return in_part(lambda part, chance: changed(part, waivers=(waiver,)))


LESSON_FLAWS: Plantings = {
    "lesson_opens_with_relevance": (_without(PartKind.RELEVANCE),),
    "opening_starts_with_the_task": (
        part_says(["A charger is a device that loads batteries. {}", "In 1987 the first of these rules was written. {}",
                   "Historically, nobody cared about it. {}", "Cooling refers to taking warmth away. {}"],
                  PartKind.RELEVANCE),
    ),
    "opening_is_short": (part_says([f"{{}} {_TALE * 4}"], PartKind.RELEVANCE),),
    "opening_speaks_to_the_learner": (
        part_says(["Somebody opens the door and sees the damage. One has to act.",
                   "People get hurt when it is done badly."],
                  PartKind.RELEVANCE),
    ),
    "text_speaks_of_the_work": _in_text(
        "This document explains the rest.", "In this module the rule is taken apart.", "The text says that it is so."),
    "every_lesson_has_practice": (in_module(_idle),),
    "example_comes_before_practice": (in_lesson(_example_last),),
    "practice_is_not_a_copy": (in_module(_copied),),
    "lesson_says_something": (in_lesson(_emptied),),
    "lesson_fits_five_minutes": (
        in_lesson(lambda lesson, chance: lesson.model_copy(update={"minutes": chance.choice((5.5, 7.0, 12.0))})),
        part_says([f"{{}}\n\n{_TALE * 60}"], *_TEXTS),
    ),
    "lesson_has_one_or_two_objectives": (
        in_lesson(lambda lesson, chance: lesson.model_copy(update={"objective_ids": ("o-1", "o-2", "o-3")})),
    ),
    "part_is_short": (_behind("\n\n".join([_TALE * 3] * 6)),),
    "paragraphs_are_short": (_behind(_TALE * 7),),
    "text_reads_easily": (_behind(_HARD),),
    "sentences_are_short": (
        _behind(
            "Where the crates have come from the belt and have been set on the floor and counted, and where the count "
            "has been written into the log and been signed by two people of the same shift, the team leaves the hall "
            "and locks the gate behind it.",
        ),
    ),
    "procedure_is_numbered": (
        _steps(lambda lines, chance: " ".join(line.split(". ", 1)[1] for line in lines)),
        _steps(lambda lines, chance: "\n".join(f"- {line.split('. ', 1)[1]}" for line in lines)),
    ),
    "step_is_one_action": (
        _steps(lambda lines, chance: "\n".join([
            f"{lines[0].rstrip('.')}, then wait and count to ten and then look again and call the desk.", *lines[1:]])),
    ),
    "titles_say_what_is_inside": (_titled("Introduction", "Part 2", "Overview", "", "Lesson 4", "Basics", "3."),),
    "titles_differ": (in_module(_same_titles),),
    "every_lesson_has_a_summary": (_without(PartKind.SUMMARY),),
    "procedure_has_a_job_aid": (in_module(_no_job_aid),),
    "text_needs_no_neighbour": _in_text(
        "It is done as mentioned above.", "You can see below what follows.", "The previous lesson told you why.",
        "On the next slide you meet the rest.", "The figure below shows it."),
    "sentences_are_whole": (
        _behind("and that the crates stand on the floor of the hall.", "You take the crates from the belt and,",
                "The team counts the crates before it leaves the"),
    ),
    "every_figure_has_alternative_text": (_figure(None, "", "  "),),
    "alternative_text_is_words": (_figure("IMG_0042.png", "Picture", "Screenshot", "scan_1.jpg", "A crate. " * 40),),
    "headings_are_nested": (
        _behind("# Hall\n\nCount.\n\n### Gate\n\nLock it.", "## Hall\n\nCount.\n\n##### Gate\n\nLock it."),
    ),
    "tables_have_headers": (
        _behind("| Gate | Locked |\n| Door | Open |", "| Gate | |\n| --- | --- |\n| North | Locked |"),
    ),
    "link_says_where_it_leads": (
        _behind("The log is [here](https://example.org).", "[Click here](https://example.org) for the log.",
                "Look at [www.example.org](https://example.org)."),
    ),
    "meaning_is_not_by_colour_alone": (
        _behind("Fill in the fields marked in red.", "Values shown in green are allowed.",
                "Everything in yellow is for the lead."),
    ),
    "language_includes_everybody": _in_text(
        "The foreman has to sign.", "We are short of manpower.", "Do a sanity check first.", "Ask one of the guys."),
    "idioms_are_left_out": _in_text(
        "That is a piece of cake.", "Keep the team in the loop.", "You hit the ground running.", "Do not cut corners."),
    "dates_are_unambiguous": _in_text("It holds from 04/05/2031.", "It ends on 7/8/31.", "The day is 02-03-2032."),
    "waivers_give_a_reason": (_waived("Ada", " "), _waived("", "It has to be so."), _waived(" ", "")),
}
