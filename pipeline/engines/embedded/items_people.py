"""Items about whom a rule addresses, and about whether what a colleague says of a rule is right.

In: the material of one objective. Out: candidates. Wrong people are those whom other rules and duties of the source
name; what a colleague gets wrong is a rule of the source with its ban lifted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.engines.embedded.candidates import Candidate, item, option, single
from pipeline.engines.embedded.distractors import Alternative, content_words, likeness, stands_out
from pipeline.engines.embedded.facts import Rule, Span
from pipeline.engines.embedded.giveaways import quoted
from pipeline.engines.embedded.material import (
    Material,
    is_agent,
    is_case,
    is_context_free,
    is_deadline,
    is_sound,
    point_of,
)
from pipeline.engines.embedded.roles import is_everybody
from pipeline.engines.embedded.wording import Wording, bare, core_of, sentence, words_of
from pipeline.ids import fingerprint, normalised

_ASKED = ("must", "should")
_ACTION_WORDS_MAX = 22
_PEOPLE_MAX = 4
_CASE_INSIDE = re.compile(r"\b(?:if|when|unless|once)\b", re.IGNORECASE)


def people_items(material: Material) -> Iterator[Candidate]:
    """Who a rule addresses, for each rule that names somebody else than the learner."""
    made = 0
    for rule in material.rules:
        if made == _PEOPLE_MAX:
            return
        if rule.modality in _ASKED and _names_somebody(rule, material.wording):
            candidate = _who_must(rule, material)
            if candidate is not None:
                made += 1
                yield candidate


def judge_items(material: Material) -> Iterator[Candidate]:
    """Whether a colleague is right: for material that gives next to nothing else to ask."""
    wording = material.wording
    for rule in material.rules:
        home = material.section_of(rule.span)
        if home is None or not is_sound(rule, wording) or rule.modality in ("may", "only"):
            continue
        if rule.refers_to_condition or not (
            is_case(rule, wording) or is_context_free(rule, home) or is_deadline(rule, wording)
        ):
            continue
        if rule.condition and _CASE_INSIDE.search(rule.action):
            continue  # "… offer an upgrade if one is free if the guest stays" reads as one case
        yield _judge(rule, wording)


def _names_somebody(rule: Rule, wording: Wording) -> bool:
    if rule.actor is None or not is_sound(rule, wording) or rule.refers_to_condition:
        return False
    return is_agent(rule.actor, wording) and (rule.condition is None or is_case(rule, wording))


def _who_must(rule: Rule, material: Material) -> Candidate | None:
    wording = material.wording
    action = bare(wording.lower(core_of(rule.action, wording)))
    actor = str(rule.actor)
    if is_everybody(actor, wording):
        return None
    if len(words_of(action)) > _ACTION_WORDS_MAX or content_words(actor) & content_words(action):
        return None
    condition = wording.condition(rule)
    if condition and content_words(actor) & content_words(condition):
        return None
    key = "who_must.stem_case" if condition else "who_must.stem"
    stem = sentence(wording.say(key, modal=wording.say(f"modal.{rule.modality}"), action=action, condition=condition))
    own = wording.actor_key(actor)
    pool: dict[str, Alternative[Span]] = {}
    for section in material.other_sections(material.section_of(rule.span)):
        facts = [(one.actor, one.action, one.span) for one in section.rules if one.actor and one.modality in _ASKED]
        for name, said, span in [*facts, *((one.actor, one.duty, one.span) for one in section.duties)]:
            other = wording.actor_key(name)
            alike = likeness(other, own) > 0.4 or other.rstrip("s") == own.rstrip("s")
            if not alike and is_agent(name, wording) and other != "you" and likeness(said, action) < 0.5:
                pool.setdefault(other.rstrip("s"), Alternative(wording.option(name), span, 1))
    seed = fingerprint([point_of(rule.span), action, "who must"])
    chosen = sorted(pool.values(), key=lambda one: fingerprint([seed, one.text]))[:3]
    if len(chosen) < 2:
        return None
    wrong = [
        option(
            one.text,
            wording.say_nth("who_must.other", turn, cite=quoted(one.fact, wording, keys=[actor])),
            [one.fact],
            misconception=wording.say("who_must.believed", actor=wording.lower(one.text)),
        )
        for turn, one in enumerate(chosen)
    ]
    right = option(wording.option(actor), wording.say("who_must.key", cite=wording.cite(rule.span)), [rule.span])
    draft = single(
        stem,
        right,
        wrong,
        seed,
        bloom="apply" if condition else "understand",
        general=wording.norm(rule),
        hint=wording.say("who_must.hint"),
        spans=[rule.span],
    )
    if normalised(own) in normalised(stem):
        return None
    worth = 5 - (3 if stands_out(right.text, [one.text for one in wrong]) else 0)
    return Candidate("who", frozenset({point_of(rule.span)}), draft, worth)


def _judge(rule: Rule, wording: Wording) -> Candidate:
    """The colleague lifts a ban; of what is asked for, they are right about half of the time, so that neither answer is
    the likelier one.
    """
    banned = rule.modality in ("must_not", "should_not")
    seed = fingerprint([point_of(rule.span), rule.action, "judge"])
    turned_round = banned or (int(seed[:2], 16) % 2 == 0 and wording.speaks_to_learner(rule))
    kind = "ban" if banned else "free" if turned_round else "must"
    condition = wording.condition(rule)
    stem = wording.say(
        f"judge.stem_{kind}",
        who=wording.subject(rule),
        modal=wording.say(f"modal.{rule.modality}"),
        action=bare(wording.lower(core_of(rule.action, wording))),
        when=f" {condition}" if condition else "",
    )
    key = option("", wording.say("judge.key", cite=wording.cite(rule.span)), [rule.span])
    other = option(
        "",
        wording.say(f"judge.other_{kind}", cite=wording.cite(rule.span)),
        [rule.span],
        misconception=wording.say(f"judge.believed_{kind}"),
    )
    yes, no = (other, key) if turned_round else (key, other)
    draft = item(
        "true_false",
        stem=stem,
        options=[
            yes.model_copy(update={"text": wording.say("judge.right")}),
            no.model_copy(update={"text": wording.say("judge.wrong")}),
        ],
        correct=[1 if turned_round else 0],
        bloom="analyse" if turned_round else "understand",
        general=wording.norm(rule),
        hint=wording.say("judge.hint"),
        spans=[rule.span],
    )
    return Candidate("judge", frozenset({point_of(rule.span)}), draft, worth=3 if turned_round else 2)
