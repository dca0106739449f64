"""Items about rules: choose the action for the case, tell what is ruled out, tell what is required.

In: the material of one objective. Out: candidates. Wrong answers are what other rules or procedures of the same
source ask for, in other cases; the feedback says in which, and quotes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.engines.embedded.candidates import Candidate, item, option, shuffled, single
from pipeline.engines.embedded.distractors import Alternative, choose, echoes, likeness, stands_out
from pipeline.engines.embedded.facts import Procedure, Rule, Section, Span
from pipeline.engines.embedded.giveaways import quoted, restated
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.material import (
    Material,
    is_case,
    is_context_free,
    is_deadline,
    is_sound,
    point_of,
)
from pipeline.engines.embedded.step_lines import headline, is_askable
from pipeline.engines.embedded.subjects import doing_of, subject_of, within
from pipeline.engines.embedded.wording import Wording, core_of, sentence, tidy, words_of
from pipeline.ids import fingerprint, normalised

_BANS = ("must_not", "should_not")
_CASES_ALIKE_MAX = 0.6
_PER_KIND_MAX = 6
_FIRST_WORDS_MIN = 3


@dataclass(frozen=True)
class Told:
    """Where an alternative action is true: a rule, or a step of a procedure."""

    span: Span
    rule: Rule | None
    procedure: Procedure | None
    """The procedure whose step it is."""
    position: int = 0


def rule_items(material: Material) -> Iterator[Candidate]:
    """Case items first, then what is ruled out, then what is required."""
    cases = [rule for rule in material.cases if rule.modality in ("must", "should", "may")]
    for rule in cases[: _PER_KIND_MAX * 2]:
        candidate = _case(rule, material)
        if candidate is not None:
            yield candidate
    bans = [rule for rule in material.rules if rule.modality in _BANS and is_sound(rule, material.wording)]
    for rule in bans[:_PER_KIND_MAX]:
        candidate = _ban(rule, material)
        if candidate is not None:
            yield candidate
    yield from _required(material)


def lean(rule: Rule, wording: Wording) -> Rule:
    """The rule without the reason that trails its action."""
    return replace(rule, action=core_of(rule.action, wording))


def _case(rule: Rule, material: Material) -> Candidate | None:
    wording = material.wording
    mine = wording.speaks_to_learner(rule)
    key_text = wording.option(core_of(rule.action, wording))
    stem = sentence(
        wording.say(
            f"case.stem_{'told' if wording.is_imperative(rule) else rule.modality}" if mine else "case.stem_other",
            condition=wording.condition(rule),
            subject=wording.subject(rule),
            modal=_modal(rule, wording),
        )
    )
    home = _home(rule, material)
    pool = [
        one
        for one in actions(material, home, wording)
        if one.fact.span != rule.span
        and not may_hold_too(one.fact, rule, wording, home is material.section_of(one.fact.span))
    ]
    seed = fingerprint([point_of(rule.span), rule.action, "case"])
    chosen = choose(key_text, pool, stem=stem, seed=seed, absolutes=wording.book.list_of("absolutes"))
    if not chosen and (shorter := first_of(key_text)) is not None:
        # Beside a long list of things to do, nothing else looks likely: its first thing is what to do, too.
        key_text = shorter
        chosen = choose(key_text, pool, stem=stem, seed=seed, absolutes=wording.book.list_of("absolutes"))
    if not chosen:
        return None
    wrong = [
        option(
            one.text,
            _elsewhere(one, key_text, material, turn),
            [one.fact.span],
            misconception=_believed(one.fact, rule, material),
        )
        for turn, one in enumerate(chosen)
    ]
    right = option(key_text, _why(rule, home, wording), _why_spans(rule, home, wording))
    texts = [one.text for one in wrong]
    draft = single(
        stem,
        right,
        wrong,
        seed,
        bloom="apply",
        general=wording.norm(rule),
        hint=wording.say("case.hint"),
        spans=[rule.span],
    )
    worth = 9 - (4 if stands_out(key_text, texts) else 0) - (3 if echoes(key_text, texts, stem) else 0)
    return Candidate("case", frozenset({point_of(rule.span)}), draft, worth + (1 if mine else 0))


def first_of(action: str) -> str | None:
    """The first of several things to do: "Print new labels" of "Print new labels and throw the old ones away"; None
    where there is only one.
    """
    for match in re.finditer(r",? and (?:then )?|, (?:then )?", action):
        head, rest = action[: match.start()], action[match.end() :]
        if len(words_of(head)) >= _FIRST_WORDS_MIN and imperative(rest.removeprefix("and ")) is not None:
            return head
    return None


def _ban(rule: Rule, material: Material) -> Candidate | None:
    """The item "Which of these is ruled out?": the key is the forbidden action, the others are asked for or allowed."""
    wording = material.wording
    home = _home(rule, material)
    key_text = wording.option(core_of(rule.action, wording))
    if home is None or not (is_case(rule, wording) or is_context_free(rule, home)):
        return None
    if not wording.speaks_to_learner(rule) and rule.condition is None:
        stem = wording.say("ban.stem_who", modal=_modal(rule, wording).split()[0], who=wording.subject(rule))
    elif rule.condition:
        stem = wording.say("ban.stem_case", condition=wording.condition(rule))
    else:
        stem = wording.say("ban.stem", within=within(subject_of(home, material), wording))
    pool = [
        one
        for one in actions(material, home, wording)
        if (one.fact.rule is None or _is_in_order(one.fact.rule, wording)) and one.fact.span != rule.span
    ]
    seed = fingerprint([point_of(rule.span), rule.action, "ban"])
    chosen = choose(key_text, pool, stem=stem, seed=seed, absolutes=wording.book.list_of("absolutes"))
    if not chosen:
        return None
    wrong = [
        option(
            one.text,
            _in_order(one, key_text, material, turn),
            [one.fact.span],
            misconception=wording.say("ban.believed", where=_where(one.fact, material)),
        )
        for turn, one in enumerate(chosen)
    ]
    right = option(key_text, wording.say("ban.key", ban=wording.norm(lean(rule, wording))), [rule.span])
    texts = [one.text for one in wrong]
    draft = single(
        sentence(stem),
        right,
        wrong,
        seed,
        bloom="apply",
        general=wording.norm(rule),
        hint=wording.say("ban.hint"),
        spans=[rule.span],
    )
    worth = 7 - (4 if stands_out(key_text, texts) else 0) - (3 if echoes(key_text, texts, stem) else 0)
    return Candidate("ban", frozenset({point_of(rule.span)}), draft, worth)


def _is_in_order(rule: Rule, wording: Wording) -> bool:
    """Whether nobody is stopped from it: what only some may do, or only in some case, is forbidden to the others."""
    if rule.modality == "may":
        return not rule.condition and wording.speaks_to_learner(rule)
    return rule.modality in ("must", "should")


def _required(material: Material) -> Iterator[Candidate]:
    """The item "Which of these must you do?", with bans as the wrong answers."""
    wording = material.wording
    for section in material.sections:
        home = material.section_of(section.rules[0].span) if section.rules else None
        musts = [
            rule
            for rule in section.rules
            if rule.modality == "must"
            and is_context_free(rule, section)
            and is_sound(rule, wording)
            and wording.speaks_to_learner(rule)
        ]
        if len(musts) < 2:
            continue
        bans = [
            Alternative(text, told, 2 if part is home else 0)
            for part in material.other_sections(home)
            for text, told in material.once("plain bans", part, _plain_bans_of)
        ]
        for first, second in zip(musts[::2], musts[1::2], strict=False):
            texts = [wording.option(core_of(rule.action, wording)) for rule in (first, second)]
            if likeness(*texts) > _CASES_ALIKE_MAX:
                continue
            stem = wording.say("required.stem", within=within(subject_of(section, material), wording))
            longest = max(texts, key=len)
            seed = fingerprint([point_of(first.span), "required"])
            chosen = choose(longest, bans, stem=stem, seed=seed, absolutes=wording.book.list_of("absolutes"), wanted=2)
            if not chosen:
                continue
            drafted = [
                option(text, wording.say("required.key", cite=wording.cite(rule.span)), [rule.span])
                for text, rule in zip(texts, (first, second), strict=True)
            ]
            wrong = [
                option(
                    one.text,
                    wording.say_nth("required.ban", turn, cite=quoted(one.fact.span, wording, keys=texts)),
                    [one.fact.span],
                    misconception=wording.say("required.believed"),
                )
                for turn, one in enumerate(chosen)
            ]
            options = shuffled([*drafted, *wrong], seed)
            draft = item(
                "multiple",
                stem=stem,
                options=options,
                correct=sorted(options.index(one) for one in drafted),
                bloom="understand",
                general=f"{wording.norm(first)} {wording.norm(second)}",
                hint=wording.say("required.hint"),
                spans=[first.span, second.span],
            )
            points = frozenset({point_of(first.span), point_of(second.span)})
            yield Candidate("required", points, draft, worth=6)


def _plain_bans_of(section: Section, wording: Wording) -> list[tuple[str, Told]]:
    """What the section rules out in every case."""
    return [
        (wording.option(core_of(rule.action, wording)), Told(rule.span, rule, None))
        for rule in section.rules
        if rule.modality in _BANS and is_sound(rule, wording) and is_context_free(rule, section)
    ]


def actions(material: Material, home: Section | None, wording: Wording) -> list[Alternative[Told]]:
    """Everything the source has somebody do, as bare infinitives, with where it is true."""
    found: list[Alternative[Told]] = []
    for section in material.other_sections(home):
        nearness = 2 if section is home else 1 if home is not None and section.path[:-1] == home.path[:-1] else 0
        found.extend(Alternative(text, told, nearness) for text, told in material.once("actions", section, _actions_of))
    seen: set[str] = set()
    kept = []
    for one in found:
        if normalised(one.text) not in seen:
            seen.add(normalised(one.text))
            kept.append(one)
    return kept


def _actions_of(section: Section, wording: Wording) -> list[tuple[str, Told]]:
    found = [
        (wording.option(core_of(rule.action, wording)), Told(rule.span, rule, None))
        for rule in section.rules
        if not rule.refers_to_condition
        and is_sound(rule, wording)
        and (is_context_free(rule, section) or is_case(rule, wording) or is_deadline(rule, wording))
    ]
    for procedure in section.procedures:
        for position, step in enumerate(procedure.steps, 1):
            line = headline(step)
            if is_askable(step, wording) and _is_plain_action(line, wording):
                found.append((wording.option(line), Told(step.span, None, procedure, position)))
    return found


def _is_plain_action(line: str, wording: Wording) -> bool:
    """Whether a step's line begins with its verb: no "If …, …", no "Do not"."""
    first = [word.lower() for word in words_of(line)[:1]]
    return bool(first) and first[0] not in wording.book.list_of("clause_openers")


def may_hold_too(told: Told, rule: Rule, wording: Wording, is_home: bool) -> bool:
    """Whether the alternative may hold in the rule's own case, so that it would be right as well."""
    if told.rule is None:
        return is_home
    if told.rule.modality in _BANS:
        return told.rule.condition is not None and not is_home
    if told.rule.condition is None:
        return is_home or not wording.speaks_to_learner(told.rule)
    return likeness(told.rule.condition, rule.condition or "") > _CASES_ALIKE_MAX


def _elsewhere(one: Alternative[Told], key: str, material: Material, turn: int) -> str:
    """What an alternative is true of, and why it does not hold here."""
    wording, told = material.wording, one.fact
    if told.rule is None:
        doing = doing_told(told, material)
        return wording.say_nth("case.step", turn, doing=doing, ordinal=wording.ordinal(told.position))
    if told.rule.modality in _BANS:
        return wording.say_nth("case.banned", turn, cite=quoted(told.span, wording, keys=[key]))
    if told.rule.condition is None:
        cite = quoted(told.span, wording, keys=[key], option=one.text)
        return wording.say_nth("case.general_rule", turn, cite=cite)
    return wording.say_nth("case.other_case", turn, condition=wording.condition(told.rule))


def _believed(told: Told, rule: Rule, material: Material) -> str:
    wording = material.wording
    if told.rule is not None and told.rule.modality in _BANS:
        return wording.say("case.believed_ban")
    return wording.say("case.believed", where=_where(told, material), condition=wording.condition(rule))


def _where(told: Told, material: Material) -> str:
    """The other case, in a few words."""
    wording = material.wording
    if told.rule is None:
        return wording.say("case.where_step", doing=doing_told(told, material))
    if told.rule.condition:
        return wording.say("case.where_case", condition=wording.condition(told.rule))
    return wording.say("case.where_rule")


def doing_told(told: Told, material: Material) -> str:
    """What somebody does whose step it is, fitting "in the middle of …"; "" for a rule."""
    return doing_of(told.procedure, material) if told.procedure is not None else ""


def _in_order(one: Alternative[Told], key: str, material: Material, turn: int) -> str:
    """Why an alternative is not what a ban rules out."""
    wording, told = material.wording, one.fact
    if told.rule is not None:
        norm = wording.norm(lean(told.rule, wording))
        return wording.say_nth("ban.asked", turn, cite=restated(norm, wording, keys=[key], option=one.text))
    doing = doing_told(told, material)
    return wording.say_nth("ban.step", turn, doing=doing, ordinal=wording.ordinal(told.position))


def _why(rule: Rule, home: Section | None, wording: Wording) -> str:
    reason = _reason(rule, home, wording)
    right = wording.norm(lean(rule, wording))
    if reason is not None:
        return wording.say("case.key_reason", right=right, reason=tidy(sentence(reason.text)))
    return wording.say("case.key", right=right)


def _why_spans(rule: Rule, home: Section | None, wording: Wording) -> list[Span]:
    reason = _reason(rule, home, wording)
    return [rule.span, *([reason] if reason is not None else [])]


def _reason(rule: Rule, home: Section | None, wording: Wording) -> Span | None:
    """A warning that stands in the rule's own block, as its reason."""
    if home is None:
        return None
    for hazard in home.hazards:
        text = hazard.span.text
        near = hazard.span.block.id == rule.span.block.id and hazard.span != rule.span
        if near and not wording.points_back(text) and len(words_of(text)) <= 30:
            return hazard.span
    return None


def _modal(rule: Rule, wording: Wording) -> str:
    return wording.say(f"modal.{rule.modality}")


def _home(rule: Rule, material: Material) -> Section | None:
    return material.section_of(rule.span)
