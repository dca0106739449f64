"""Performance anchoring: objectives name one observable action, and everything serves one."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline import prose
from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.check.verbs import Lead, bare, coordinated_verb, lead_of, levels_of, vague_phrase
from pipeline.domain import BloomLevel, Lesson, Module, Objective, QuizItem, Status

_SLOTS = ("audience", "behaviour", "condition", "degree")


def names_an_observable_action(objective: Objective, context: Context) -> Iterator[Fault]:
    """The behaviour opens with a verb somebody can watch; the sentence does not fall back on a vague one."""
    lead = lead_of(objective.behaviour, objective.audience, context.words)
    if not lead.words:
        return
    if vague := vague_phrase(lead.words, context.words):
        yield Fault(f'"{vague}" can\'t be observed, so nobody can tell whether the objective is met.')
    elif lead.words[0] in context.words.set("vague_nouns"):
        yield Fault(f'The behaviour opens with the noun "{lead.words[0]}" instead of an action.')
    elif bare(lead.words[0], context.words) in context.words.set("objectless") and any(
        word in context.words.set("empty_objects") for word in lead.words[1:4]
    ):
        yield Fault(f'"{" ".join(lead.words[:3])}" names nothing that can be watched.')
    elif vague := _vague_in_sentence(objective, context):
        yield Fault(f'The sentence asks learners to "{vague}", which can\'t be observed.')


def _vague_in_sentence(objective: Objective, context: Context) -> str | None:
    lead = _lead_in_sentence(objective, context)
    return vague_phrase(lead.words, context.words) if lead.is_certain else None


def _lead_in_sentence(objective: Objective, context: Context) -> Lead:
    """The sentence from its verb on: what stands in condition and degree is nobody's performance."""
    text = objective.text
    for slot in (objective.condition, objective.degree):
        text = text.replace(slot, " ", 1) if slot else text
    return lead_of(text, objective.audience, context.words)


def has_one_action(objective: Objective, context: Context) -> Iterator[Fault]:
    """No second verb is joined to the first: each would need its own practice and its own test."""
    lead = lead_of(objective.behaviour, objective.audience, context.words)
    second = coordinated_verb(lead.words, context.words)
    if not second:
        # An edited sentence may ask for more than the behaviour recorded beside it.
        lead = _lead_in_sentence(objective, context)
        second = coordinated_verb(lead.words, context.words) if lead.is_certain else None
    if second:
        yield Fault(
            f'The objective asks for two actions: "{lead.words[0]}" and "{second}".',
            f'Keep "{lead.words[0]}" and give "{second}" its own objective, or name what holds both.',
        )


def fills_all_four_slots(objective: Objective, context: Context) -> Iterator[Fault]:
    """Audience, behaviour, condition and degree are all said."""
    missing = [slot for slot in _SLOTS if not str(getattr(objective, slot)).strip()]
    if missing:
        yield Fault(f"The objective has no {' and no '.join(missing)}.")


def says_what_its_slots_say(objective: Objective, context: Context) -> Iterator[Fault]:
    """The sentence still carries the behaviour, condition and degree recorded beside it."""
    said = {prose.stem_of(bare(word, context.words)) for word in prose.words(objective.text)}
    for slot in ("behaviour", "condition", "degree"):
        wanted = {
            prose.stem_of(bare(word, context.words))
            for word in prose.words(getattr(objective, slot))
            if word not in context.words.set("stopwords")
        }
        if len(wanted) >= 2 and len(wanted & said) < len(wanted) / 2:
            yield Fault(
                f'The sentence does not say the {slot} recorded beside it ("{getattr(objective, slot)}").'
            )


def degree_can_be_measured(objective: Objective, context: Context) -> Iterator[Fault]:
    """The degree is more than "well" or "properly"."""
    found = prose.words(objective.degree)
    if 0 < len(found) <= 4:
        for vague in context.words.list("vague_degrees"):
            if objective.degree.casefold().strip(" .") == vague or (" " not in vague and found == (vague,)):
                yield Fault(f'"{objective.degree}" is no standard two people would judge alike.')
                return


def condition_is_a_circumstance(objective: Objective, context: Context) -> Iterator[Fault]:
    """The condition tells the circumstances: given what, using what, when."""
    found = prose.words(objective.condition)
    if found and found[0] not in context.words.set("condition_starts"):
        yield Fault(f'The condition "{objective.condition}" does not say given what, with what or when.')


def speaks_of_the_learner(objective: Objective, context: Context) -> Iterator[Fault]:
    """The objective is about what people do, not about what the course covers."""
    text = " ".join(prose.words(objective.text))
    for subject in context.words.list("course_subjects"):
        rest = text[len(subject) :].split()[:1]
        if text.startswith(subject + " ") and rest and rest[0] in context.words.set("course_verbs"):
            yield Fault(f'The objective says what "{subject}" does, not what the learner does.')
            return
    for lead in context.words.list("course_leads"):
        if lead in text:
            yield Fault(f'The objective speaks of the course ("{lead}"), not of the learner\'s work.')
            return


def verb_fits_its_level(objective: Objective, context: Context) -> Iterator[Fault]:
    """The verb is used at the declared level, or at one beside it."""
    lead = lead_of(objective.behaviour, objective.audience, context.words)
    levels = levels_of(lead.words[0], context.words) if lead.words else ()
    if levels and min(abs(level.rank - objective.bloom.rank) for level in levels) > 1:
        yield Fault(
            f'"{lead.words[0]}" is a verb of the level {levels[0].value}, '
            f"and the objective is declared as {objective.bloom.value}."
        )


def names_the_job_behaviour(objective: Objective, context: Context) -> Iterator[Fault]:
    """The behaviour on the job that the objective serves is written down."""
    if not (objective.job_behaviour or "").strip():
        yield Fault("No behaviour on the job is named that this objective serves.")


def every_objective_is_taught(module: Module, context: Context) -> Iterator[Fault]:
    """Each objective has a lesson with at least one part that nobody rejected."""
    taught = {
        objective_id
        for lesson in module.lessons
        if any(part.status is not Status.REJECTED for part in lesson.parts)
        for objective_id in lesson.objective_ids
    }
    for objective in _asked_for(module):
        if objective.id not in taught:
            yield Fault(f'No lesson teaches "{objective.label}".', target=objective.id)


def every_objective_is_assessed(module: Module, context: Context) -> Iterator[Fault]:
    """Each objective has an item or a scenario that nobody rejected."""
    assessed = {item.objective_id for item in context.live_items}
    assessed |= {
        objective_id
        for scenario in module.scenarios
        if scenario.status is not Status.REJECTED
        for objective_id in scenario.objective_ids
    }
    for objective in _asked_for(module):
        if objective.id not in assessed:
            yield Fault(f'No item or scenario assesses "{objective.label}".', target=objective.id)


def _asked_for(module: Module) -> list[Objective]:
    return [one for one in module.objectives if one.status is not Status.REJECTED and one.format == "async"]


def lesson_serves_an_objective(lesson: Lesson, context: Context) -> Iterator[Fault]:
    """The lesson names objectives of this module."""
    if not lesson.objective_ids:
        yield Fault(f'Lesson "{lesson.title}" serves no objective.')
    for unknown in sorted(set(lesson.objective_ids) - set(context.objectives)):
        yield Fault(f'Lesson "{lesson.title}" names the objective {unknown}, which is not in the module.')


def item_serves_an_objective(item: QuizItem, context: Context) -> Iterator[Fault]:
    """The item belongs to an objective and a lesson of this module."""
    if item.objective_id not in context.objectives:
        yield Fault(f"The item names the objective {item.objective_id!r}, which is not in the module.")
    if item.lesson_id not in context.lessons:
        yield Fault(f"The item names the lesson {item.lesson_id!r}, which is not in the module.")


def item_reaches_its_objective(item: QuizItem, context: Context) -> Iterator[Fault]:
    """The item asks for at most one level less than its objective."""
    objective = context.objectives.get(item.objective_id)
    if objective and item.bloom.rank < objective.bloom.rank - 1:
        yield Fault(
            f"The item asks the learner to {item.bloom.value}, and its objective to {objective.bloom.value}."
        )


def performance_goal_is_stated(module: Module, context: Context) -> Iterator[Fault]:
    """The brief says for whom the module is and what they will do on the job."""
    if not module.brief.performance_goal.strip():
        yield Fault("The brief names no performance goal.")
    if not module.brief.audience.strip():
        yield Fault("The brief names no audience.")


def most_items_ask_to_apply(module: Module, context: Context) -> Iterator[Fault]:
    """At least half of the items ask to apply or more, unless the objectives themselves are about recall."""
    objectives = [one for one in module.objectives if one.status is not Status.REJECTED]
    asked = [one for one in objectives if one.bloom.rank >= BloomLevel.APPLY.rank]
    items = context.live_items
    high = sum(item.bloom.rank >= BloomLevel.APPLY.rank for item in items)
    if len(items) >= 4 and 2 * len(asked) >= len(objectives) and 2 * high < len(items):
        yield Fault(
            f"{high} of {len(items)} items ask the learner to apply or more; the rest only to recall."
        )


CHECKS = (
    Check("objective_names_an_observable_action", "objective", names_an_observable_action, ("vague_verbs",)),
    Check("objective_has_one_action", "objective", has_one_action, ("apply",)),
    Check("objective_fills_all_four_slots", "objective", fills_all_four_slots),
    Check("objective_says_what_its_slots_say", "objective", says_what_its_slots_say, ("stopwords",)),
    Check("degree_can_be_measured", "objective", degree_can_be_measured, ("vague_degrees",)),
    Check("condition_is_a_circumstance", "objective", condition_is_a_circumstance, ("condition_starts",)),
    Check("objective_speaks_of_the_learner", "objective", speaks_of_the_learner, ("course_subjects",)),
    Check("verb_fits_its_level", "objective", verb_fits_its_level, ("apply",)),
    Check("job_behaviour_is_named", "objective", names_the_job_behaviour),
    Check("every_objective_is_taught", "module", every_objective_is_taught),
    Check("every_objective_is_assessed", "module", every_objective_is_assessed),
    Check("every_lesson_serves_an_objective", "lesson", lesson_serves_an_objective),
    Check("every_item_serves_an_objective", "item", item_serves_an_objective),
    Check("item_reaches_its_objective", "item", item_reaches_its_objective),
    Check("performance_goal_is_stated", "module", performance_goal_is_stated),
    Check("most_items_ask_to_apply", "module", most_items_ask_to_apply),
)
