"""Branching scenarios: a working day in which cases of the source come up, one after the other.

In: the material of a module and what its test asks about. Out: one story of two or three decisions, or none where the
source carries fewer. What follows from a choice is what the source says happens, else only that what came up is still
open; the judgement comes after it. One mistake in each decision can be put right; the second one ends the story.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from pipeline.engines.embedded.distractors import KEY_LENGTH_MAX
from pipeline.engines.embedded.facts import Reading, Span
from pipeline.engines.embedded.giveaways import quoted
from pipeline.engines.embedded.items_rules import doing_told
from pipeline.engines.embedded.material import Material, quotes_of
from pipeline.engines.embedded.module_subject import doing_in_module, module_subject
from pipeline.engines.embedded.scenario_decisions import Decision, Wrong, case_decisions, step_decisions
from pipeline.engines.embedded.step_lines import headline
from pipeline.engines.embedded.subjects import doing_of
from pipeline.engines.embedded.wording import Wording, bare, sentence, words_of
from pipeline.engines.tasks import Quote
from pipeline.engines.telling import ChoiceDraft, NodeDraft, ScenarioDraft
from pipeline.ids import fingerprint

FEWEST, MOST = 2, 3
_END = "end"
_REASON_WORDS = (3, 20)
_FIRST_ARTICLE = re.compile(r"^(?:an?|some|one) (?!of\b)")


def scenarios(material: Material, tested: Sequence[Quote]) -> tuple[ScenarioDraft, ...]:
    """The story, or none."""
    return retold(material, tested)[:1]


def retold(material: Material, tested: Sequence[Quote]) -> tuple[ScenarioDraft, ...]:
    """The stories that the source carries, the best first: of other cases as far as there are any, then of fewer."""
    return tuple(_story(decisions, material) for decisions in _selections(material, tested))


def _story(decisions: Sequence[Decision], material: Material) -> ScenarioDraft:
    nodes: list[NodeDraft] = []
    for number, decision in enumerate(decisions, 1):
        following = f"n{number + 1}" if number < len(decisions) else _END
        nodes += _nodes(decision, number, following, material)
    wording = material.wording
    last = wording.say("scenario.end", number=wording.number(len(decisions)))
    nodes.append(NodeDraft(id=_END, situation=last, choices=(), quotes=()))
    title = wording.say("scenario.title", about=module_subject(material))
    return ScenarioDraft(title=title, nodes=tuple(nodes))


def _selections(material: Material, tested: Sequence[Quote]) -> list[list[Decision]]:
    """The decisions to make a story of, in the source's order; none where there are too few.

    Those of the first story are of one setting: cases that the test asks about only where there are too few others,
    and steps only where there are too few cases.
    """
    every = _distinct(case_decisions(material))
    fresh = [one for one in every if not _is_tested(one.span, tested)]
    cases = fresh if len(fresh) >= FEWEST else every
    if len(cases) < FEWEST:
        cases += _steps(material, cases)
    if len(cases) < FEWEST:
        return []
    order = material.of_document("order of sections", _order)
    listed = [*cases, *(one for one in every if one not in cases)]
    at = {id(one): order.get(one.section.blocks[0].id, 0) if one.section.blocks else 0 for one in listed}
    places = [at[id(one)] for one in cases]
    home = max(places, key=lambda place: (places.count(place), -place))
    near = sorted(cases, key=lambda one: (abs(at[id(one)] - home), one.fact == "", listed.index(one)))
    left = [*near[MOST:], *(one for one in listed if one not in near)]
    taken = [near[:MOST], *(left[start : start + MOST] for start in range(0, len(left), MOST))]
    # The last of them may be left over, and some cases together are another story too.
    taken += [[*some] for some in itertools.combinations([*near[:MOST], *left[:1]], FEWEST)]
    return [
        sorted(one, key=lambda one: (at[id(one)], listed.index(one)))
        for place, one in enumerate(taken)
        if len(one) >= FEWEST and one not in taken[:place]
    ]


def _steps(material: Material, cases: Sequence[Decision]) -> list[Decision]:
    """Decisions within a procedure that a case belongs to, or that a warning stands with."""
    wanted = MOST - len(cases)
    homes = {_chapter(one) for one in cases}
    for procedure in sorted(material.procedures, key=lambda one: -len(one.steps)):
        found = list(step_decisions(procedure, material))
        if len(found) >= wanted and (found[0].hazard is not None or _chapter(found[0]) in homes):
            # Spread over the procedure, so that the story moves on.
            return [found[place * len(found) // wanted] for place in range(wanted)]
    return []


def _chapter(decision: Decision) -> tuple[str, ...]:
    return decision.section.path[:-1] or decision.section.path


def _order(whole: Reading, wording: Wording) -> dict[str, int]:
    return {section.blocks[0].id: place for place, section in enumerate(whole.sections) if section.blocks}


def _distinct(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions whose case and whose best choice no earlier one has."""
    kept: list[Decision] = []
    seen: set[str] = set()
    for one in decisions:
        keys = {one.best.lower(), one.condition.lower()} - {""}
        if not keys & seen:
            seen |= keys
            kept.append(one)
    return kept


def _is_tested(span: Span, tested: Sequence[Quote]) -> bool:
    return any(
        quote.block == span.block.id and (quote.text in span.text or span.text in quote.text) for quote in tested
    )


def _nodes(decision: Decision, number: int, following: str, material: Material) -> list[NodeDraft]:
    """The situation, and the second chance that its mistakes lead to."""
    again = f"n{number}-again"
    first, second = _shared_out(decision)
    seed = fingerprint([decision.span.block.id, decision.span.start, "place"])
    wrong = [_wrong(one, turn, decision, again, material) for turn, one in enumerate(first)]
    wrong_again = [_wrong(one, len(first) + turn, decision, None, material) for turn, one in enumerate(second)]
    return [
        NodeDraft(
            id=f"n{number}",
            situation=_situation(decision, number, material),
            choices=_placed(_best(decision, following, material, is_second=False), wrong, seed),
            quotes=quotes_of(decision.spans),
        ),
        NodeDraft(
            id=again,
            situation=_second_chance(decision, material),
            choices=_placed(
                _best(decision, following, material, is_second=True), wrong_again, fingerprint([seed, "again"])
            ),
            quotes=quotes_of([decision.span]),
        ),
    ]


def _shared_out(decision: Decision) -> tuple[tuple[Wrong, ...], tuple[Wrong, ...]]:
    """The choices beside the best in the situation, and the one at the second chance: another one where there are
    enough, and one that the best does not stand out from by its length.
    """
    long_enough = [one for one in decision.wrong if len(one.text) * KEY_LENGTH_MAX >= len(decision.best)]
    spare = [one for one in long_enough[1:] if not one.is_temptation]
    if len(decision.wrong) > 2 and spare:
        return tuple(one for one in decision.wrong if one is not spare[-1]), (spare[-1],)
    return decision.wrong, tuple(long_enough[-1:] or decision.wrong[-1:])


def _placed(best: ChoiceDraft, others: list[ChoiceDraft], seed: str) -> tuple[ChoiceDraft, ...]:
    place = int(seed[:8], 16) % (len(others) + 1)
    return (*others[:place], best, *others[place:])


def _situation(decision: Decision, number: int, material: Material) -> str:
    wording = material.wording
    if decision.procedure is not None and decision.done is not None:
        key = "scenario.step" if number == 1 else "scenario.step_later"
        done = wording.quote(headline(decision.done))
        return wording.say_nth(key, number, doing=doing_of(decision.procedure, material), done=done)
    what = wording.safe(decision.fact) or wording.say("scenario.undecided", condition=decision.condition)
    if number > 1:
        return sentence(wording.say_nth("scenario.later", number, what=what))
    doing = doing_in_module(material)
    key = "scenario.opening_doing" if doing else "scenario.opening"
    return sentence(wording.say(key, doing=doing, what=what))


def _second_chance(decision: Decision, material: Material) -> str:
    wording = material.wording
    if decision.procedure is not None and decision.done is not None:
        return wording.say("scenario.again_step", done=wording.quote(headline(decision.done)))
    if decision.fact:
        return sentence(wording.say("scenario.again", fact=_known(decision, wording)))
    return sentence(wording.say("scenario.again_undecided", condition=decision.condition))


def _best(decision: Decision, following: str, material: Material, *, is_second: bool) -> ChoiceDraft:
    wording = material.wording
    doing = bare(wording.lower(decision.best))
    told = sentence(wording.say("scenario.done_again" if is_second else "scenario.done", action=doing))
    follows = sentence(decision.after.text) if decision.after is not None else wording.say("scenario.done_best")
    if decision.procedure is not None:
        feedback = wording.say("scenario.right_step", ordinal=wording.ordinal(decision.position))
    else:
        feedback = wording.say("scenario.mended" if is_second else "scenario.right", right=_rule(decision, wording))
    if decision.hazard is not None and not is_second:
        feedback = f"{feedback} {wording.say('scenario.stake', text=sentence(decision.hazard.text))}"
    return ChoiceDraft(
        text=decision.best, consequence=f"{told} {follows}", feedback=feedback, quality="best", next=following
    )


def _rule(decision: Decision, wording: Wording) -> str:
    """The rule that decides, as a sentence; with what to do instead where it is a ban."""
    assert decision.rule is not None
    said = wording.norm(decision.rule)
    if decision.best_span is not None:
        said = f"{said} {sentence(decision.best_span.text)}"
    reason = _reason(decision.span, wording)
    return said if not reason or reason in said else f"{said} {wording.say('scenario.reason', reason=reason)}"


def _reason(span: Span, wording: Wording) -> str:
    """What the sentence gives as its reason, as a clause: "…, because it can catch fire in the van"; "" where none."""
    _, _, reason = " ".join(span.text.split()).partition(f" {wording.say('scenario.because')}")
    reason = bare(reason)
    return reason if _REASON_WORDS[0] <= len(words_of(reason)) <= _REASON_WORDS[1] else ""


def _wrong(one: Wrong, turn: int, decision: Decision, leads_to: str | None, material: Material) -> ChoiceDraft:
    wording = material.wording
    return ChoiceDraft(
        text=one.text,
        consequence=_consequence(one, turn, decision, is_last=leads_to is None, wording=wording),
        feedback=_why_not(one, turn, decision, is_last=leads_to is None, material=material),
        # What a rule asks for in every case is nothing wrong: it is only not enough.
        quality="acceptable" if one.told.rule is not None and one.told.rule.condition is None else "poor",
        next=leads_to,
    )


def _consequence(one: Wrong, turn: int, decision: Decision, *, is_last: bool, wording: Wording) -> str:
    """What happens: what the source says follows from it, else that what came up is still open."""
    told = sentence(wording.say("scenario.done", action=bare(wording.lower(one.text))))
    if decision.procedure is not None:
        return f"{told} {wording.say('scenario.left_step_last' if is_last else 'scenario.left_step')}"
    because = _what_follows(one, wording)
    if because:
        told = f"{told} {because}"
    key = "scenario.left_last" if is_last else "scenario.left"
    # "You leave your desk" is no state that anything would be left in.
    if not decision.fact.strip() or words_of(decision.fact)[0].lower().startswith(wording.say("rule.you")):
        key += "_undecided"
    return f"{told} {sentence(wording.say_nth(key, turn, fact=_known(decision, wording)))}"


def _known(decision: Decision, wording: Wording) -> str:
    """What has come up, told again: what was "a parcel" is "the parcel" by now."""
    return wording.safe(_FIRST_ARTICLE.sub("the ", decision.fact))


def _what_follows(one: Wrong, wording: Wording) -> str:
    """What the source says happens to who does what it forbids: "…, because it can catch fire in the van"."""
    if one.told.rule is None or not one.is_temptation:
        return ""
    reason = _reason(one.told.span, wording)
    return sentence(reason) if reason else ""


def _why_not(one: Wrong, turn: int, decision: Decision, *, is_last: bool, material: Material) -> str:
    """The judgement: what the choice is true of; and what decides here, where there is no second chance to find out."""
    said = _fault(one, turn, decision, material)
    if not is_last:
        return said
    wording = material.wording
    right = wording.quote(decision.best) if decision.procedure is not None else _rule(decision, wording)
    return f"{said} {wording.say('scenario.counts', right=right)}"


def _fault(one: Wrong, turn: int, decision: Decision, material: Material) -> str:
    wording, told, keys = material.wording, one.told, [decision.best]
    if decision.procedure is not None:
        return wording.say_nth("scenario.too_early", turn, ordinal=wording.ordinal(told.position))
    if one.is_temptation:
        return wording.say("scenario.tempted", cite=quoted(told.span, wording, keys=keys))
    if told.rule is None:
        doing, ordinal = doing_told(told, material), wording.ordinal(told.position)
        return wording.say_nth("scenario.of_procedure", turn, doing=doing, ordinal=ordinal)
    if told.rule.condition is None:
        cite = quoted(told.span, wording, keys=keys, option=one.text)
        return wording.say_nth("scenario.of_rule", turn, cite=cite)
    return wording.say_nth("scenario.of_case", turn, condition=wording.condition(told.rule))
