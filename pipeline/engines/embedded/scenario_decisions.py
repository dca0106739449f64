"""Decisions to tell a story with: a case of the source told as something that has come up, what to do, and what not.

In: the material of a module. Out: decisions in the source's order. A case's rule says what is best; a ban in the same
case is the temptation; the other choices are what the source asks for elsewhere. Nothing is made up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.conditions import has_predicate
from pipeline.engines.embedded.distractors import Alternative, choose, content_words, echoes, likeness
from pipeline.engines.embedded.facts import Hazard, Procedure, Rule, Section, Span, Step
from pipeline.engines.embedded.grammar import is_balanced
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.items_rules import Told, actions, may_hold_too
from pipeline.engines.embedded.material import Material, is_case, is_sound, point_of
from pipeline.engines.embedded.sentences import sentences
from pipeline.engines.embedded.step_lines import headline, is_askable
from pipeline.engines.embedded.wording import Wording, bare, clean_sentence, core_of, tidy, words_of
from pipeline.ids import fingerprint, normalised

_FACT_WORDS_MAX = 24
_NEXT_WORDS_MAX = 25
_STEPS_MIN = 5
# Steps passed over must leave two others to jump to.
_LATER_STEPS = 3
_BANS = ("must_not", "should_not")
_ABOUT_THE_CASE = 0.4
_PART_OF = 0.6
_OPENER = re.compile(r"^(?:if|when|whenever|once|as soon as|in case|in the event that) (?P<told>.+)$", re.IGNORECASE)
# Short forms ("if needed"), participles and what points back to an earlier sentence are no story.
_NO_FACT = frozenset(
    "necessary needed possible required applicable appropriate not so in on for at by with from".split()
)
_ANYBODY = {"anyone": "someone", "anybody": "somebody", "anything": "something"}
_OR = re.compile(r"^(?P<first>.{8,}?),? or (?P<verb>[a-z]+)\b")


@dataclass(frozen=True)
class Wrong:
    """A choice that is not the best, and where it is true."""

    text: str
    told: Told
    is_temptation: bool = False
    """Whether it is just what the case's rule forbids."""


@dataclass(frozen=True)
class Decision:
    """Something comes up, and the learner has to act."""

    section: Section
    span: Span
    """The words that decide it."""
    fact: str
    """What has come up, as a clause in mid-sentence; "" where the case can only be named."""
    condition: str
    """The case as the rule names it; "" for a step of a procedure."""
    best: str
    """Bare infinitive, as an option reads."""
    wrong: tuple[Wrong, ...]
    rule: Rule | None
    after: Span | None = None
    """What the source says happens then."""
    best_span: Span | None = None
    """Where what is best stands, if not in `span`."""
    procedure: Procedure | None = None
    done: Step | None = None
    """The step just done, for a decision within a procedure."""
    position: int = 0
    """Of the step that is due, from 1."""
    hazard: Span | None = None
    """A warning that stands with it."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """All it rests on, the deciding words first."""
        others = (self.best_span, self.after, self.hazard, *(one.told.span for one in self.wrong))
        return (self.span, *(span for span in others if span is not None))


def case_decisions(material: Material) -> Iterator[Decision]:
    """A decision for every case that the learners themselves meet, in the source's order."""
    wording = material.wording
    for rule in material.rules:
        home = material.section_of(rule.span)
        if home is None or not wording.speaks_to_learner(rule) or not comes_up(rule, material):
            continue
        if rule.modality in ("must", "should"):
            found = _asked(rule, home, material)
        elif rule.modality in _BANS:
            found = _banned(rule, home, material)
        else:
            found = None
        if found is not None:
            yield found


def comes_up(rule: Rule, material: Material) -> bool:
    """Whether the rule is for something that happens, and says more about it than its case does already."""
    return (
        is_case(rule, material.wording)
        and _OPENER.match(rule.condition or "") is not None
        and likeness(rule.action, rule.condition or "") < _ABOUT_THE_CASE
    )


def step_decisions(procedure: Procedure, material: Material) -> Iterator[Decision]:
    """Places of a longer procedure where somebody in a hurry would go on too far."""
    wording = material.wording
    steps = procedure.steps
    home = material.section_of(steps[0].span)
    if home is None or not procedure.is_ordered or len(steps) < _STEPS_MIN:
        return
    for index in range(len(steps) - _LATER_STEPS):
        due = steps[index + 1]
        if not (is_askable(steps[index], wording) and is_askable(due, wording)):
            continue
        best = wording.option(headline(due))
        pool = [
            Alternative(wording.option(headline(steps[at])), Told(steps[at].span, None, procedure, at + 1), 2)
            for at in range(index + 2, len(steps))
            if is_askable(steps[at], wording) and _can_be_told(headline(steps[at]))
        ]
        seed = fingerprint([point_of(due.span), "story"])
        chosen = choose(best, pool, stem=headline(steps[index]), seed=seed, wanted=2)
        if chosen and _can_be_told(best):
            yield Decision(
                section=home,
                span=due.span,
                fact="",
                condition="",
                best=best,
                wrong=tuple(Wrong(one.text, one.fact) for one in chosen),
                rule=None,
                procedure=procedure,
                done=steps[index],
                position=index + 2,
                hazard=_warning(home.hazards, wording),
            )


def told_as_fact(condition: str, wording: Wording) -> str | None:
    """What a condition says, as something that is so: "the return code has expired"; None where it is no whole clause.

    Of two cases joined by "or" it is the first: a story tells what happens, not what may happen.
    """
    match = _OPENER.match(bare(tidy(condition)))
    if match is None:
        return None
    told = match["told"]
    said = [word.lower() for word in words_of(told)]
    if len(said) < 3 or said[0] in _NO_FACT or not has_predicate(condition):
        return None
    if said[0].endswith("ing") or verbs.base_of_participle(said[0]):
        return None
    either = _OR.match(told)
    if either and (verbs.base_of_third(either["verb"]) or either["verb"] in ("is", "has")) and has_predicate(
        f"if {either['first']}"
    ):
        told = either["first"]
    told = re.sub(r"^any (?=\S+(?: \S+)? (?:is|has|does|was)\b)", "one ", told, flags=re.IGNORECASE)
    told = re.sub(r"\bany\b", "some", told)
    told = re.sub(r"\b(?:anyone|anybody|anything)\b", lambda one: _ANYBODY[one.group().lower()], told, flags=re.I)
    if len(words_of(told)) > _FACT_WORDS_MAX:
        return None
    return wording.lower(told)


def _asked(rule: Rule, home: Section, material: Material) -> Decision | None:
    """The case of a rule that says what to do."""
    wording = material.wording
    best = wording.option(core_of(rule.action, wording))
    wrong = _elsewhere(rule, home, best, material, wanted=3)
    if not wrong or not _can_be_told(best):
        return None
    # A choice that alone repeats the case's words needs no deciding.
    if echoes(best, [one.text for one in wrong], rule.condition or ""):
        return None
    return _decision(rule, home, best, wrong, material, best_span=None)


def _banned(rule: Rule, home: Section, material: Material) -> Decision | None:
    """The case of a ban behind which the source says what to do instead: the ban is what somebody is tempted to do."""
    wording = material.wording
    for span in _following(rule):
        found = imperative(tidy(span.text))
        if found is None or found.is_negative:
            continue
        best = wording.option(core_of(found.phrase, wording))
        if wording.points_back(best) or not _can_be_told(best) or len(words_of(best)) < 2:
            return None
        tempting = Wrong(wording.option(core_of(rule.action, wording)), Told(rule.span, rule, None), is_temptation=True)
        others = _elsewhere(rule, home, best, material, wanted=2)
        if not others or not _can_be_told(tempting.text):
            return None
        return _decision(rule, home, best, (tempting, *others), material, best_span=span)
    return None


def _decision(
    rule: Rule, home: Section, best: str, wrong: tuple[Wrong, ...], material: Material, *, best_span: Span | None
) -> Decision:
    wording = material.wording
    behind = [span for span in _following(rule) if best_span is None or span.start > best_span.start]
    return Decision(
        section=home,
        span=rule.span,
        fact=told_as_fact(rule.condition or "", wording) or "",
        condition=wording.condition(rule),
        best=best,
        wrong=wrong,
        rule=rule,
        after=next((span for span in behind[:1] if _tells_what_happens(span, wording)), None),
        best_span=best_span,
        hazard=_warning((one for one in home.hazards if one.span in behind[:1]), wording),
    )


def _elsewhere(rule: Rule, home: Section, best: str, material: Material, *, wanted: int) -> tuple[Wrong, ...]:
    wording = material.wording
    pool = [
        one
        for one in actions(material, home, wording)
        if one.fact.span != rule.span
        and _can_be_told(one.text)
        and not may_hold_too(one.fact, rule, wording, home is material.section_of(one.fact.span))
        # What stands behind a rule in its own block belongs to its case, unless it is for another one.
        and (one.fact.span.block.id != rule.span.block.id or (one.fact.rule is not None and one.fact.rule.condition))
        # Nobody is tempted by what is forbidden elsewhere; and what speaks of the case itself may be right as well.
        and not (one.fact.rule is not None and one.fact.rule.modality in _BANS)
        and likeness(one.text, rule.condition or "") < _ABOUT_THE_CASE
        and not _is_part_of(one.text, best)
    ]
    seed = fingerprint([point_of(rule.span), rule.action, "story"])
    absolutes = wording.book.list_of("absolutes")
    chosen = choose(best, pool, stem=rule.condition or "", seed=seed, wanted=wanted, absolutes=absolutes)
    return tuple(Wrong(one.text, one.fact) for one in chosen)


def _is_part_of(one: str, other: str) -> bool:
    """Whether one of two actions says little that the other doesn't: both are right then, or neither."""
    first, second = content_words(one), content_words(other)
    return len(first & second) >= _PART_OF * min(len(first), len(second))


def _following(rule: Rule) -> list[Span]:
    """The sentences behind the rule in its block, up to the next case."""
    found = []
    for span in sentences(rule.span.block):
        if span.start < rule.span.end:
            continue
        if re.match(r"(?:if|when|whenever|unless|otherwise|for|in case)\b", span.text.strip(), re.IGNORECASE):
            break
        found.append(span)
    return found


def _tells_what_happens(span: Span, wording: Wording) -> bool:
    text = tidy(span.text)
    return (
        clean_sentence(text)
        and len(words_of(text)) <= _NEXT_WORDS_MAX
        and imperative(text) is None
        and not wording.points_back(text)
        and not wording.linked(text)
        and not wording.is_talk(text)
        and not re.search(r"\b(?:must|should|never|may not|do not|we|our|us)\b", text, re.IGNORECASE)
    )


def _warning(hazards: Collection[Hazard] | Iterator[Hazard], wording: Wording) -> Span | None:
    return next(
        (
            one.span
            for one in hazards
            if clean_sentence(one.span.text)
            and not wording.points_back(re.sub(r"^\W*\w+:\s+", "", one.span.text))
            and len(words_of(one.span.text)) <= _NEXT_WORDS_MAX
            and imperative(tidy(one.span.text)) is None
        ),
        None,
    )


def _can_be_told(action: str) -> bool:
    """Whether "You …" can be said of it: it begins with its verb, and is nothing one has to be."""
    first = words_of(action)[:1]
    if not is_balanced(action) or action.count('"') % 2:
        return False
    return bool(first) and normalised(first[0]) not in ("be", "not", "have", "do", "never", "always", "only", "please")


def sound_rules(material: Material) -> list[Rule]:
    """Rules for the learners that can be told in a sentence, in the source's order."""
    wording = material.wording
    return [rule for rule in material.rules if is_sound(rule, wording) and wording.speaks_to_learner(rule)]
