"""The four slots of an objective: audience, behaviour, condition, degree, told in the unit's own facts.

In: the material of a unit and its focus. Out: `Abcd`, which says the objective as one sentence to the learner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.engines.embedded.articles import goal_told
from pipeline.engines.embedded.explaining import behaviour_of, done_under, parts_of_degree
from pipeline.engines.embedded.exposition import explains
from pipeline.engines.embedded.facts import Procedure, Rule
from pipeline.engines.embedded.focus import Focus
from pipeline.engines.embedded.material import Material, is_agent, is_role, is_sound
from pipeline.engines.embedded.roles import is_everybody
from pipeline.engines.embedded.subjects import doing_of, subject_of_sections
from pipeline.engines.embedded.tables import name_column
from pipeline.engines.embedded.wording import Wording, bare, cap, core_of, sentence, tidy, words_of

_CONDITION_WORDS_MAX = 22
_NAMES_MAX = 5
_HEADS_MAX = 3
_HEAD_LENGTH_MAX = 40
_CASES_MAX = 3
_CASES_WORDS_MAX = 30


@dataclass(frozen=True)
class Abcd:
    """The four slots of an objective."""

    audience: str
    behaviour: str
    condition: str
    degree: str
    such_as: str = ""
    """The action itself, where there is just one: "the right action" alone says nothing."""
    is_plain: bool = False
    """Whether the sentence is the behaviour alone, as textbooks have it; the slots say the rest."""

    def text(self, wording: Wording) -> str:
        """The objective as one sentence to the learner."""
        if self.is_plain:
            return sentence(self.behaviour)
        said = wording.say("objective.text", condition=self.condition, behaviour=self.behaviour, degree=self.degree)
        if self.such_as:
            said = wording.say("objective.named", objective=said, action=self.such_as)
        return sentence(said.replace(" ,", ","))


def slots(material: Material, title: str, focus: Focus, audience: str) -> Abcd:
    """Audience, behaviour, condition and degree for what the unit lets somebody do, told in its own facts."""
    wording = material.wording
    about = subject_of_sections(material.sections, material)
    fill: dict[str, str] = {"about": about}
    condition_key, behaviour_key = f"objective.condition_{focus}", f"objective.behaviour_{focus}"
    degree_key = f"objective.degree_{focus}"
    condition, count, such_as = "", 0, ""
    if focus in ("procedure", "checklist"):
        procedure = max(
            (one for one in material.procedures if one.is_ordered or focus == "checklist"),
            key=lambda one: len(one.steps),
            default=None,
        )
        if procedure is not None:
            count = len(procedure.steps)
            fill["goal"] = goal_told(procedure, material) or ""
            fill["doing"] = doing_of(procedure, material)
            condition = _lead_condition(procedure, wording) or ""
            if not fill["goal"] or fill["goal"].startswith("carry out"):
                behaviour_key += "_named"
                if focus == "checklist" and is_role(fill["doing"], wording):
                    behaviour_key, condition_key = "objective.behaviour_role", "objective.condition_role"
    elif focus == "cases":
        conditions = list(dict.fromkeys(wording.condition(rule) for rule in material.cases))
        count = len(conditions)
        condition = cap(any_of(conditions, wording))
        if not any(wording.speaks_to_learner(rule) for rule in material.cases):
            behaviour_key += "_other"
        such_as = _only_action(material.cases, wording)
        if count == 1 or not condition:
            degree_key = "objective.degree_case" if count == 1 else degree_key
        if doing := done_under(material.sections, material):
            condition, condition_key, behaviour_key = "", "objective.condition_doing", "objective.behaviour_doing"
            fill["about"] = doing
    elif focus == "rules":
        if doing := done_under(material.sections, material):
            condition_key, behaviour_key = "objective.condition_doing", "objective.behaviour_doing"
            fill["about"] = doing
        sound = [rule for rule in material.rules if is_sound(rule, wording)]
        count = len(sound)
        such_as = "" if doing else _only_action(sound, wording)
        if {"must_not", "should_not"} & {rule.modality for rule in sound} and count > 1 and not doing:
            behaviour_key += "_and_bans"
        fill["rules"] = wording.number(count)
    elif focus == "table":
        tables = [table for section in material.sections for table in section.tables]
        table = max(tables, key=lambda one: len(one.rows))
        count = len(table.rows)
        first = name_column(table)
        fill["first"] = bare(wording.lower_title(table.header[first]))
        heads = [bare(wording.lower_title(head)) for head in table.header[first + 1 :] if tidy(head)]
        fill["heads"] = wording.listed([wording.named(head) for head in heads[:_HEADS_MAX]])
        if len(heads) > _HEADS_MAX or not fill["first"] or max(map(len, heads), default=99) > _HEAD_LENGTH_MAX:
            behaviour_key += "_about"
    elif focus == "duties":
        actors = {
            wording.actor_key(one.actor): wording.lower(bare(one.actor))
            for one in material.duties
            if not is_everybody(one.actor, wording)
        }
        names = [name for key, name in actors.items() if is_agent(key, wording)]
        count = len(names)
        fill["names"] = wording.listed(names)
        if not 1 < count <= _NAMES_MAX or any(len(words_of(name)) > 5 for name in names):
            degree_key += "_many"
    elif focus == "terms":
        terms = [wording.lower(bare(one.term)) for one in material.definitions]
        count = len(terms)
        fill["names"] = wording.listed(terms)
        if not 1 < count <= _NAMES_MAX:
            degree_key += "_many"
    elif focus == "ideas":
        covered, does = parts_of_degree(material.sections, material), behaviour_of(material.sections, material)
        condition = wording.say(f"{condition_key}{'_done' if does.is_done else ''}", about=does.about)
        degree = wording.say(f"{degree_key}{'_covering' if len(covered) > 1 else ''}", names=wording.listed(covered))
        is_plain = explains(material)
        if not is_plain and not does.is_done:
            condition = wording.say("objective.condition_ideas_told")
        return Abcd(audience, does.phrase, condition, degree, is_plain=is_plain)
    else:
        count = len(material.limits)
    suffix = {1: "_one", 2: "_two"}.get(count, "")
    if suffix and wording.book.has(degree_key + suffix):
        degree_key += suffix
    fill["number"] = wording.number(count)
    return Abcd(
        audience=audience,
        behaviour=wording.say(behaviour_key, **fill),
        condition=condition or wording.say(condition_key, **fill),
        degree=wording.say(degree_key, **fill),
        such_as=such_as,
    )


def _only_action(rules: Sequence[Rule], wording: Wording) -> str:
    """What the rule asks of the learner, where there is one rule and it asks for something; else ""."""
    if len(rules) != 1 or rules[0].modality not in ("must", "should") or not wording.speaks_to_learner(rules[0]):
        return ""
    action = core_of(wording.action(rules[0]), wording)
    return action if len(words_of(action)) <= _CONDITION_WORDS_MAX and not wording.points_back(action) else ""


def any_of(conditions: Sequence[str], wording: Wording) -> str:
    """Up to three conditions as one: "if a tablet is dropped, the chart is unreadable or a dose is wrong"; "" where
    they grow too long.
    """
    if not conditions:
        return ""
    if len(conditions) == 1:
        return conditions[0] if len(words_of(conditions[0])) <= _CONDITION_WORDS_MAX else ""
    chosen: list[str] = []
    for one in sorted(conditions, key=lambda text: len(words_of(text))):
        fits = "," not in one and " or " not in one and not one.endswith(" it")
        if fits and len(chosen) < _CASES_MAX and len(words_of(" ".join((*chosen, one)))) <= _CASES_WORDS_MAX:
            chosen.append(one)
    chosen.sort(key=conditions.index)
    if not chosen:
        return ""
    if len(chosen) == 1:
        return wording.say("objective.such_as", condition=chosen[0])
    openers = [one.split(" ", 1)[0] for one in chosen]
    alike = len(set(openers)) == 1
    bodies = [one.split(" ", 1)[1] if index and alike else one for index, one in enumerate(chosen)]
    return wording.say("mark.or", first=", ".join(bodies[:-1]), last=bodies[-1])


def _lead_condition(procedure: Procedure, wording: Wording) -> str | None:
    """The case that calls for the procedure, where its lead-in names one: "If you receive a suspicious email"."""
    if procedure.condition and len(words_of(procedure.condition)) <= _CONDITION_WORDS_MAX:
        return cap(tidy(procedure.condition))
    if procedure.lead_in is None:
        return None
    lead = tidy(procedure.lead_in.text)
    words = words_of(lead)
    if not words or words[0].lower() not in wording.book.list_of("case_openers") or "," not in lead:
        return None
    clause = lead[: lead.index(",")]
    if not 3 <= len(words_of(clause)) <= _CONDITION_WORDS_MAX or wording.points_back(clause):
        return None
    return cap(clause)
