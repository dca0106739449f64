"""What a learner can do who has understood a section that explains: "explain the benefits of branding".

In: the sections of one lesson. Out: the behaviour as a verb phrase, built from the author's heading in the author's
words, and where a heading says too little by itself, from the document's title and the terms the text comes back to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.articles import said_in, with_article
from pipeline.engines.embedded.distractors import content_words
from pipeline.engines.embedded.exposition import sentences_in, words_in
from pipeline.engines.embedded.facts import Section
from pipeline.engines.embedded.goals import goal_of_heading
from pipeline.engines.embedded.grammar import DETERMINERS, Casing
from pipeline.engines.embedded.material import Material, is_sound, title_of
from pipeline.engines.embedded.subjects import gerunds, is_kind_of_section, main_subject, subject_of
from pipeline.engines.embedded.wording import Wording, clean_title, words_of
from pipeline.prose.key_terms import key_terms

_VERSUS = re.compile(r"^(?P<one>.+?)\s+(?:versus|vs\.?)\s+(?P<other>.+)$", re.IGNORECASE)
_DEFINED = re.compile(
    r"^(?:what (?:is|are) (?P<asked>[^?]+)|(?P<told>.+?),? defined|defin(?:ing|ition of) (?P<of>.+))\??$", re.IGNORECASE
)
_OPENED = re.compile(
    r"^(?:(?:an? )?(?:introduction|overview|basics|fundamentals)(?: (?:to|of)|:)|understanding|introducing|exploring|"
    r"learning about|about)\s+(?=\S)",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"\s+(?:explained|overview|basics|fundamentals|in (?:general|brief|a nutshell)|and you)$", re.IGNORECASE
)
_DO = re.compile(r"^(?P<word>how|why|when|where|what) (?P<aux>do|does|did) (?P<rest>.+)$", re.IGNORECASE)
_BE = re.compile(r"^(?P<word>how|why|when|where) (?P<aux>is|are|can|should|must|will) (?P<rest>.+)$", re.IGNORECASE)
_WHETHER = re.compile(r"^(?P<aux>is|are|can|should|must|will) (?P<rest>\S+(?: \S+){1,7})$", re.IGNORECASE)
_STATED = re.compile(r"^(?:how|why|what|when|where|which|who)\s+\S", re.IGNORECASE)
# A heading of fewer words says too little away from its page.
_SHORT = 2
_CONTEXT_WORDS_MAX = 9
_NAMED_MAX = 2
_PARTS_MAX = 3
_PART_WORDS_MAX = 6
_INSTRUCTIONS_MIN = 3
_INSTRUCTIONS_SHARE = 0.2
_SECOND_SHARE = 0.5


@dataclass(frozen=True)
class Behaviour:
    """What the learner does."""

    phrase: str
    """A verb phrase that fits "you …" and, with a capital, stands as an order."""
    about: str
    """What it is about, as it fits behind "on" and "of"."""
    is_done: bool = False
    """Whether it is carried out rather than told."""
    is_recalled: bool = False
    """Whether it only asks what something is."""


def behaviour_of(sections: Sequence[Section], material: Material) -> Behaviour:
    """The behaviour of the lesson on the sections."""
    wording = material.wording
    heads = _headed(sections, material)
    if not heads:
        about = _from_text(sections, material)
        return Behaviour(wording.say("objective.behaviour_ideas", about=about), about)
    if len(heads) == 1:
        return _of_heading(heads[0], sections, material)
    abouts = list(dict.fromkeys(about_of(one, sections, material) for one in heads))
    about = wording.listed(abouts)
    return Behaviour(wording.say("objective.behaviour_ideas", about=about), about)


def done_under(sections: Sequence[Section], material: Material) -> str:
    """What is done in the sections, as a gerund, where one heading over all of them names a doing; else ""."""
    heads = _headed(sections, material)
    if len(heads) != 1:
        return ""
    title = _plain(heads[0], sections)
    goal = goal_of_heading(title, Casing([]))
    if not goal or not _is_doing(goal, title, material):
        return ""
    return gerunds(material.wording.keep_names(title, goal)) or ""


def parts_of_degree(sections: Sequence[Section], material: Material) -> list[str]:
    """What the explanation has to cover: the sub-headings of the sections, else the terms they define."""
    wording = material.wording
    own = set(_headed(sections, material))
    below = [
        clean_title(section.path[-1])
        for section in sections
        if section.heading is not None and clean_title(section.path[-1]) not in own
    ]
    short = [one for one in below if len(words_of(one)) <= _PART_WORDS_MAX and not one.endswith("?")]
    names = [wording.lower_title(one) for one in short]
    if len(names) < 2:
        names = [wording.lower(one.term) for section in sections for one in section.definitions]
    return list(dict.fromkeys(names))[:_PARTS_MAX]


def about_of(heading: str, sections: Sequence[Section], material: Material) -> str:
    """What a heading is about, as a noun phrase in mid-sentence, with its article and where need be its context."""
    wording = material.wording
    title = _plain(heading, sections)
    if match := _DEFINED.match(title):
        title = match["asked"] or match["told"] or match["of"]
    if title.endswith("?") or _STATED.match(title):
        return _turned(title, wording) or _from_text(sections, material)
    goal = goal_of_heading(title, Casing([]))
    if goal and _is_doing(goal, title, material) and (doing := gerunds(wording.keep_names(title, goal))):
        return _in_context(doing, material)
    return _in_context(with_article(wording.lower_title(title), material), material)


def _of_heading(heading: str, sections: Sequence[Section], material: Material) -> Behaviour:
    wording = material.wording
    title = _plain(heading, sections)
    if match := _VERSUS.match(title):
        one, other = (wording.lower_title(match[name]) for name in ("one", "other"))
        about = wording.say("objective.difference", one=one, other=other)
        return Behaviour(wording.say("objective.behaviour_ideas", about=about), about)
    if match := _DEFINED.match(title):
        about = with_article(wording.lower_title(match["asked"] or match["told"] or match["of"]), material)
        return Behaviour(wording.say("objective.define", about=about), about, is_recalled=True)
    first = words_of(title)[0].lower() if words_of(title) else ""
    goal = goal_of_heading(title, Casing([]))
    if goal and _is_doing(goal, title, material):
        goal = wording.keep_names(title, goal)
        doing = _in_context(goal, material) if len(words_of(goal)) <= _SHORT else goal
        about = gerunds(doing) or doing
        if _instructs(sections, wording):
            return Behaviour(doing, about, is_done=True)
        if verbs.base_of_gerund(first) or _STATED.match(title):
            return Behaviour(wording.say("objective.explain_how_to", goal=doing), about)
    about = about_of(heading, sections, material)
    told = wording.say("objective.what_is", about=about) if about.startswith(("a ", "an ")) else about
    return Behaviour(wording.say("objective.behaviour_ideas", about=told), about)


def _is_doing(goal: str, title: str, material: Material) -> bool:
    """Whether the heading tells what to do, and is not the name of a thing ("Merge Fields") or a list of them."""
    first = goal.split(" ", 1)[0]
    if title.endswith("?") or goal == "prepare" or goal.startswith("carry out ") or not verbs.is_base(first):
        return False
    if verbs.base_of_gerund(words_of(title)[0].lower()) or _STATED.match(title):
        return True
    thing = re.escape(title.lower().removesuffix("s"))
    return re.search(rf"\b(?:the|an?|these|those|each|any|its|your)\s+{thing}", said_in(material)) is None


def _headed(sections: Sequence[Section], material: Material) -> list[str]:
    """The headings that name what the lesson is about: the one above all of it, else the weightiest two."""
    paths = [section.path for section in sections if section.path]
    if not paths:
        return []
    shared = paths[0]
    for path in paths[1:]:
        length = next((at for at, pair in enumerate(zip(shared, path, strict=False)) if pair[0] != pair[1]), None)
        shared = shared[: min(len(shared), len(path)) if length is None else length]
    is_part = _is_part(sections, shared, material)
    if is_part and all(section.heading is None for section in sections):
        return []  # told on from an earlier chunk, whose lesson bears the heading
    title_alone = len(shared) == 1 and any(len(path) > 1 for path in paths)
    is_own = shared and not is_kind_of_section(clean_title(shared[-1]), material.wording)
    if is_own and not title_alone and not (is_part and len(sections) > 1):
        return [clean_title(shared[-1])]
    weights: dict[str, int] = {}
    for section in sections:
        if section.path:
            name = clean_title(section.path[min(len(shared), len(section.path) - 1)])
            if not is_kind_of_section(name, material.wording):
                weights[name] = weights.get(name, 0) + words_in(section)
    ranked = sorted(weights, key=lambda name: -weights[name])[:_NAMED_MAX]
    kept = [name for name in ranked if weights[name] >= _SECOND_SHARE * weights[ranked[0]]]
    return [name for name in weights if name in kept]


def _is_part(sections: Sequence[Section], shared: tuple[str, ...], material: Material) -> bool:
    """Whether what stands under the heading began before the sections."""
    own = {block.id for section in sections for block in section.blocks}
    under = [one for one in material.whole.sections if one.path[: len(shared)] == shared and one.blocks]
    return bool(shared and under) and under[0].blocks[0].id not in own


def _plain(heading: str, sections: Sequence[Section]) -> str:
    """The heading without words that only announce ("Introduction to", "explained"); of a title and its subtitle the
    one that the text talks of.
    """
    title = _CLOSED.sub("", _OPENED.sub("", clean_title(heading)))
    halves = [half.strip() for half in title.split(": ") if half.strip()]
    if len(halves) == 2:
        said = " ".join(block.text.lower() for section in sections for block in section.blocks)
        title = max(halves, key=lambda half: _mean_count(half, said))
    return title or clean_title(heading)


def _mean_count(half: str, said: str) -> float:
    own = content_words(half)
    return sum(said.count(word) for word in own) / len(own) if own else 0.0


def _turned(title: str, wording: Wording) -> str:
    """A question as the clause it asks about: "how ethics contribute to sales"; "" where it can't be turned surely."""
    text = wording.lower_title(title.rstrip("? "))
    if match := _DO.match(text):
        subject = match["rest"].split(" ")
        for at in range(1, len(subject)):
            if verbs.is_base(subject[at]):
                form = verbs.third_person if match["aux"] == "does" else verbs.past if match["aux"] == "did" else str
                return " ".join([match["word"], *subject[:at], form(subject[at]), *subject[at + 1 :]])
        return ""
    if match := _BE.match(text):
        return ""
    if match := _WHETHER.match(text):
        *subject, last = match["rest"].split(" ")
        return wording.say("objective.whether", subject=" ".join(subject), verb=match["aux"].lower(), rest=last)
    return text if _STATED.match(text) else ""


def _in_context(phrase: str, material: Material) -> str:
    """A phrase of a word or two with what the document is about, unless it says that itself."""
    kept = [word for word in words_of(phrase) if word.lower() not in DETERMINERS]
    whole = main_subject(material)
    if len(kept) > _SHORT or not whole or len(words_of(whole)) > _CONTEXT_WORDS_MAX:
        return phrase
    if _roots(phrase) & _roots(whole) or _STATED.match(whole):
        return phrase
    # Of "Basic formulas in Google Sheets" the last part is where all of it takes place.
    place = whole.rpartition(" in ")[2]
    return material.wording.say("objective.in_context", about=phrase, context=place)


def _roots(text: str) -> set[str]:
    return {word[:6] for word in content_words(text)}


def _from_text(sections: Sequence[Section], material: Material) -> str:
    """The terms the text comes back to, where no heading says what it is about."""
    blocks = [block for section in sections for block in section.blocks]
    place = (f"terms {[block.id for block in blocks]}", 0)
    if place not in material.memo:
        texts = [block.text for block in blocks]
        ranked = key_terms(texts, language=material.whole.language, limit=3 * _NAMED_MAX)
        named = [one for one in ranked if not _opens_with_verb(one.text)]
        # A name and its letters are one thing.
        short = {_initials(one.text) for one in named}
        material.memo[place] = [one for one in named if one.text not in short][:_NAMED_MAX]
    if found := [with_article(material.wording.lower(one.text), material) for one in material.memo[place]]:
        return material.wording.listed(found)
    main = max(sections, key=words_in)
    return (subject_of(main, material) if title_of(main) else "") or main_subject(material)


def _initials(term: str) -> str:
    """The letters that a name of several words is called by."""
    words = words_of(term)
    return "".join(word[0].upper() for word in words) if len(words) > 1 else ""


def _opens_with_verb(term: str) -> bool:
    """Whether a run of words is half a clause ("create moving pictures") and no name of a thing."""
    first, *rest = term.lower().split(" ")
    is_verb = first in verbs.VERBS_ONLY or verbs.base_of_past(first) in verbs.VERBS_ONLY
    return bool(rest) and (is_verb or "to" in rest)


def _instructs(sections: Sequence[Section], wording: Wording) -> bool:
    """Whether the text tells what to do, in steps or in running text."""
    steps = sum(len(one.steps) for section in sections for one in section.procedures)
    rules = sum(1 for section in sections for rule in section.rules if is_sound(rule, wording))
    count = max(sum(map(sentences_in, sections)), 1)
    return steps + rules >= _INSTRUCTIONS_MIN and steps + rules >= _INSTRUCTIONS_SHARE * count
