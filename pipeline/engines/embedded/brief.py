"""The brief: title, audience, performance goal, prerequisites, tone.

In: the reading of a document and what the designer has given. Out: a `BriefReply`; what was given is kept.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.domain import BlockKind
from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.distractors import content_words, likeness
from pipeline.engines.embedded.facts import Reading
from pipeline.engines.embedded.goals import goal_of_heading
from pipeline.engines.embedded.grammar import Casing
from pipeline.engines.embedded.material import Material, goal_of, is_agent, is_sound
from pipeline.engines.embedded.subjects import about_title, document_title, main_subject
from pipeline.engines.embedded.suitability import suitability
from pipeline.engines.embedded.unfinished import is_unfinished
from pipeline.engines.embedded.wording import Wording, bare, clean_sentence, clean_title, sentence, tidy, words_of
from pipeline.engines.tasks import BriefInputs, BriefReply

_AUDIENCE_WORDS_MAX = 16
_PREREQUISITES_MAX = 6
_GOALS_MAX = 2
_COLON = re.compile(r":\s")
_GOAL_WORDS_MAX = 12
# A role that so many rules bind is whom the document is for.
_BOUND_MIN = 2


def brief(inputs: BriefInputs, material: Material) -> BriefReply:
    """The brief of the module."""
    wording = material.wording
    title = document_title(inputs.source_title, material.whole)
    verdict, reasons = suitability(material)
    return BriefReply(
        title=title,
        audience=inputs.audience
        or stated_audience(material.whole, wording)
        or _bound(material)
        or _on_duty(material)
        or _everyone(material, title),
        performance_goal=inputs.performance_goal or _goal(material, title),
        prerequisites=inputs.prerequisites or _prerequisites(material),
        tone=inputs.tone or wording.say("brief.tone"),
        verdict=verdict,
        reasons=reasons,
    )


def _everyone(material: Material, title: str) -> str:
    about = _about(material, title)
    if about == material.wording.say("subject.unnamed"):
        return material.wording.say("brief.audience_unnamed")
    if is_agent(about, material.wording) and about.endswith("s") and " the " not in f" {about}":
        return about
    doing = verbs.base_of_gerund(about.split(" ", 1)[0]) is not None
    return material.wording.say("brief.audience_doing" if doing else "brief.audience", about=about)


def _about(material: Material, title: str) -> str:
    """What the document is about; what only its file is called says nothing about the work."""
    wording = material.wording
    said = content_words(
        " ".join(
            block.text for one in material.whole.sections for block in (one.heading, *one.blocks) if block is not None
        )
    )
    named = (about_title(title, wording) or wording.named(title)) if content_words(title) & said else ""
    return main_subject(material) or named or wording.say("subject.unnamed")


def stated_audience(reading: Reading, wording: Wording) -> str | None:
    """Whom the source says it is for, in its own words: "maintenance technicians who service the sealer"."""
    if reading.to and is_agent(reading.to, wording):
        named = wording.actor_key(reading.to)
        return named if named.endswith("s") else reading.to
    pattern = re.compile("|".join(sorted(wording.book.list_of("audience_cues"))) or "(?!)", re.I)
    for section in reading.sections:
        for block in section.blocks:
            if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM):
                continue
            match = pattern.search(block.text)
            if match is None or re.search(r"\bnot\s*$", block.text[: match.start()], re.I):
                continue
            rest = re.split(r"[.;:(]|\s[-–—]\s", tidy(block.text[match.end() :]), maxsplit=1)[0].strip(" ,")
            rest = re.sub(r"\s(?:and|or)$", "", rest)
            rest = re.split(r"\s(?:how|what|to)\s", rest, maxsplit=1)[0]
            people = re.split(r"\s(?:who|that|which|working|using|at|in|on|of|with)\s", rest, maxsplit=1)[0]
            heads = re.split(r",\s*(?:and\s)?|\sand\s|\sor\s", people)
            if 0 < len(words_of(rest)) <= _AUDIENCE_WORDS_MAX and heads and is_agent(heads[0], wording):
                return bare(wording.lower(rest))
    return None


def learners_of(audience: str, wording: Wording) -> frozenset[str]:
    """What rules may call the audience: "maintenance technicians" are also "technicians" and "technician"."""
    people = re.split(r"\s(?:who|that|which)\s", audience.lower(), maxsplit=1)[0]
    keys: set[str] = set()
    for part in re.split(r",\s*(?:and\s)?|\sand\s|\sor\s", people):
        name = wording.actor_key(part)
        if not name or not is_agent(name, wording):
            continue
        for form in (name, name.split()[-1]):
            keys.add(form)
            keys.add(form[:-1] if form.endswith("s") else form + "s")
    return frozenset(keys)


def _bound(material: Material) -> str | None:
    """The role that most rules bind, in the plural where the source uses it."""
    wording = material.wording
    if any(rule.actor is None for rule in material.rules) and not any(rule.actor for rule in material.rules):
        return None
    counts: Counter[str] = Counter()
    for rule in material.rules:
        if rule.actor and is_agent(rule.actor, wording) and "you" not in rule.actor.lower().split():
            counts[wording.actor_key(rule.actor)] += 1
    if not counts:
        return None
    name, count = max(counts.items(), key=lambda pair: (pair[1], pair[0]))
    ours = sum(1 for rule in material.rules if rule.actor is None)
    if count < _BOUND_MIN or ours > count or name in wording.book.list_of("pointers"):
        return None
    shown = next(rule.actor for rule in material.rules if rule.actor and wording.actor_key(rule.actor) == name)
    kept = [word for word in shown.split() if word.lower() not in wording.book.list_of("determiners")]
    return bare(wording.lower(" ".join(kept)))


def _on_duty(material: Material) -> str | None:
    """The role that has the most to do: named for duties, and for steps that the source has somebody take."""
    wording = material.wording
    counts: Counter[str] = Counter()
    for section in material.sections:
        named = [one.actor for one in section.duties] + [rule.actor for rule in section.rules if rule.actor]
        for actor in named:
            if is_agent(actor, wording) and "you" not in actor.lower().split():
                key = _singular(_role(wording.actor_key(actor), wording))
                counts[key] += 1
    everywhere = " ".join(block.text.lower() for section in material.sections for block in section.blocks)
    for key in counts:
        counts[key] += len(re.findall(rf"\b{re.escape(key)}", everywhere))
    for key in wording.book.list_of("nobody_in_particular"):
        counts.pop(key, None)
    if not counts or not any(section.duties for section in material.sections):
        return None
    main = max(counts, key=lambda key: (counts[key], key))
    # "the fitter" and "the authorised fitter" are the same people: the full name is the clearer one.
    main = max(
        (key for key in counts if key.split()[-1:] == main.split()),
        key=lambda key: (len(key.split()), key),
        default=main,
    )
    return _plural(main) if counts[main] >= _BOUND_MIN else None


def _role(name: str, wording: Wording) -> str:
    """The role without what tells one of its people from another: "the next fitter", "two people"."""
    words = name.split()
    while len(words) > 1 and words[0] in wording.book.list_of("one_of_many"):
        words = words[1:]
    return " ".join(words)


def _singular(name: str) -> str:
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _plural(name: str) -> str:
    head, _, tail = name.partition(" of ")
    if head.split()[-1] in ("staff", "personnel", "people", "everyone", "everybody"):
        return name
    ending = "es" if head.endswith(("s", "x", "ch", "sh")) else "s"
    many = head[:-1] + "ies" if head.endswith("y") and head[-2:-1] not in "aeiou" else head + ending
    return f"{many} of {tail}" if tail else many


def _goal(material: Material, title: str) -> str:
    """What learners do at work: the title's own task or the main procedures, and the cases around them."""
    wording = material.wording
    book = wording.book
    ranked: list[tuple[int, str]] = []
    for procedure in material.procedures:
        goal = goal_of(procedure)
        if not goal or not procedure.is_ordered or len(procedure.steps) < 3 or len(words_of(goal)) > _GOAL_WORDS_MAX:
            continue
        if not goal.startswith(("prepare to", "carry out")):
            ranked.append((len(procedure.steps), goal))
    goals = list(dict.fromkeys(goal for _, goal in ranked))
    kept = sorted(goals, key=lambda one: -max(size for size, goal in ranked if goal == one))[:_GOALS_MAX]
    goals = [goal for goal in goals if goal in kept]
    own = goal_of_heading(title, Casing([])) if not _COLON.search(title) and ";" not in title else None
    if own and not own.startswith(("carry out", "prepare")) and len(words_of(own)) > 2:
        own = wording.keep_names(title, own)
        later = [goal for goal in goals if not content_words(goal) <= content_words(own) and likeness(goal, own) < 0.3]
        goals = [own, *[goal for goal in later if is_whole(goal)][-1:]]
    has_cases = len(material.cases) > 1
    steps = sum(len(procedure.steps) for procedure in material.procedures)
    if goals and not own and steps * 2 < len([rule for rule in material.rules if is_sound(rule, wording)]):
        goals = []  # a policy with one procedure in it is no course on that procedure
    if goals:
        said = book.say("brief.then").join(goals)
        return sentence(wording.say("brief.goal_and_rules" if has_cases else "brief.goal_procedure", goals=said))
    sound = [rule for rule in material.rules if is_sound(rule, wording)]
    about = _about(material, title)
    if sound:
        forbids = any(rule.modality in ("must_not", "should_not") for rule in sound)
        return sentence(wording.say("brief.goal_rules" if forbids else "brief.goal_asked", about=about))
    return sentence(wording.say("brief.goal_topic", about=about))


def is_whole(goal: str) -> bool:
    """Whether the goal names what it is done to: "bring the machine back", not "shut down and isolate"."""
    return any(word.lower() in ("the", "a", "an", "your", "their") for word in words_of(goal))


def _prerequisites(material: Material) -> tuple[str, ...]:
    """What the source asks people to have or to be before they start."""
    wording = material.wording
    found: list[str] = []
    for section in material.sections:
        if not section.path or clean_title(section.path[-1]).lower() not in wording.book.list_of(
            "prerequisite_headings"
        ):
            continue
        found += [
            sentence(block.text)
            for block in section.blocks
            if block.kind is BlockKind.LIST_ITEM and len(words_of(block.text)) > 1 and not is_unfinished(block.text)
        ]
    cues = wording.book.list_of("prerequisite_cues")
    if not found:
        found = [
            sentence(rule.span.text)
            for rule in material.rules
            if clean_sentence(rule.span.text)
            and any(cue in rule.span.text.lower() for cue in cues)
            and not wording.points_back(rule.span.text)
        ][:2]
    return tuple(dict.fromkeys(found))[:_PREREQUISITES_MAX]
