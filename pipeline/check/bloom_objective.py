"""The Bloom level of an objective: that of its verbs, read in their place (Anderson & Krathwohl 2001).

What comes before the verb (circumstances, audience, "will be able to") is left out. "Demonstrate an understanding of"
is to understand, "show the ability to solve" is to solve, and of several verbs joined to each other the highest counts.
What a verb's object decides is in `bloom_object`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from pipeline import prose
from pipeline.check.bloom import Words, highest, level_of_verb, verb_levels
from pipeline.check.bloom_object import head_of, level_by_object
from pipeline.domain import BloomLevel
from pipeline.prose.wordlists import WordLists

_TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|[,;:.]")
_ABLE = re.compile(r"\b(?:able to|have the ability to)\b\s*[:,]?\s*")
_MODAL = re.compile(r"\b(?:will|should|must|shall|can|could|may|would) (?:(?:also|then) )?(?P<have>have )?")
# A bullet, a number ("1.3"), a letter in brackets, or a name with a number ("LO2:", "CO-1 -", "Outcome 3:").
_LIST_MARK = re.compile(
    r"^\s*(?:[-*•–]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)]|\d{1,2}(?:\.\d{1,2})+[.)]?"
    r"|[A-Z]{1,4}[ -]?\d{1,3}(?:\.\d{1,2})?[.:)]?|(?:[Oo]utcome|[Oo]bjective|[Gg]oal)s?\s?\d{0,3}:)\s+(?:[-–—]\s+)?"
)
# Farther in, a "can" belongs to what is done, not to who does it.
_SUBJECT_WORDS = 14
_MARKS = frozenset(",;:.")
_JOINERS = frozenset({"and", "or", "then", ",", ";", ".", "while", "also", "to", "as", "well"})
_AIMS = frozenset({BloomLevel.ANALYSE, BloomLevel.EVALUATE})


class _Task(NamedTuple):
    """An objective from its verb on."""

    words: Words
    is_after_modal: bool
    """Whether "will", "is able to" or the like stood before it: then it is a verb, listed or not."""


def bloom_of_objective(text: str, lists: WordLists) -> BloomLevel | None:
    """The level of the objective; None where no verb is seen, or for a language without the word lists."""
    if not verb_levels(lists):
        return None
    task = _from_verb(text, lists)
    if not task.words:
        return None
    found = [_level(task.words, lists, is_verb=task.is_after_modal)]
    # "… gain an understanding of design and will be able to design a …"
    for place in range(2, len(task.words)):
        if task.words[place - 2 : place] == ("able", "to") and base_of(task.words[place], lists):
            found.append(_level(task.words[place:], lists))
    return highest([level for level in found if level])


def verb_of(text: str, lists: WordLists) -> str | None:
    """The listed verb of what the learner does, or the word where one should stand; None for no word at all."""
    tokens = _from_verb(text, lists).words
    return (base_of(tokens[0], lists) or tokens[0]) if tokens else None


@lru_cache(maxsize=8)
def _verbs(lists: WordLists) -> dict[str, BloomLevel]:
    """Verb → its level in an objective, where some ask for more or less than in a question."""
    own = {verb: level for level in BloomLevel for verb in lists.list(f"bloom_objective_{level.value}")}
    return verb_levels(lists) | own


def base_of(word: str, lists: WordLists) -> str | None:
    """The listed verb whose form the word is ("analyses", "analysing", "plans"), or None."""
    verbs = _verbs(lists)
    if word in verbs:
        return word
    tries: list[str] = []
    if word.endswith("ies"):
        tries.append(word[:-3] + "y")
    if word.endswith("s"):
        tries += [word[:-1], word[:-2]]
    if word.endswith("ing") and len(word) > 5:
        stem = word[:-3]
        tries += [stem + "e", stem, stem[:-1] if stem[-1:] == stem[-2:-1] else stem]
    return next((one for one in tries if one in verbs), None)


def _from_verb(text: str, lists: WordLists) -> _Task:
    """The words and marks from the verb on; none for a text without words."""
    said = prose.unquoted(_LIST_MARK.sub("", text)).replace("’", "'").replace("/", " or ").casefold()
    opening = prose.words(said)[:1]
    is_verb_first = bool(opening) and opening[0] in _verbs(lists)
    able = _ABLE.search(said) or (None if is_verb_first else _MODAL.search(said))
    if able and not is_verb_first and len(prose.words(said[: able.start()])) <= _SUBJECT_WORDS:
        rest = tuple(_TOKEN.findall(said[able.end() :]))
        if able.groupdict().get("have"):
            rest = tuple(_present(word, lists) for word in rest)
        return _Task(_trimmed(rest, lists), is_after_modal=True)
    tokens = _trimmed(_after_circumstances(tuple(_TOKEN.findall(said)), lists), lists)
    if tokens[:1] in (("have",), ("having",)) and _present(tokens[1] if tokens[1:] else "", lists) in _verbs(lists):
        tokens = tuple(_present(word, lists) for word in tokens[1:])
    return _Task(_behind_subject(tokens, lists), is_after_modal=False)


def _present(word: str, lists: WordLists) -> str:
    """The listed verb of "gained", "analysed", "planned"; any other word as it is."""
    if not word.endswith("ed") or word in _verbs(lists):
        return word
    stem = word[:-2]
    tries = (word[:-1], stem, f"{stem[:-1]}y" if stem[-1:] == "i" else stem[:-1])
    known = _verbs(lists).keys() | lists.set("bloom_shells")
    return next((one for one in tries if one in known), word)


def _behind_subject(tokens: Words, lists: WordLists) -> Words:
    if not tokens or base_of(tokens[0], lists):
        return tokens
    # "The technician isolates …", "Participants compare …": the first verb behind its subject.
    for place in range(1, min(len(tokens), _SUBJECT_WORDS)):
        before = tokens[place - 1]
        if before in lists.set("determiners") or before in lists.set("condition_starts") or before in _MARKS:
            continue
        if before == "to" and tokens[place] in _verbs(lists):
            return tokens[place:]
        is_subject = tokens[0] in lists.set("determiners") | lists.set("bloom_learners")
        if is_subject and base_of(tokens[place], lists) and not tokens[place].endswith("ing"):
            return tokens[place:]
    return tokens


def _after_circumstances(tokens: Words, lists: WordLists) -> Words:
    """The tokens without the clauses in front that tell when or with what ("Given a log, …")."""
    while tokens and tokens[0] in lists.set("condition_starts") and not _is_gerund_task(tokens, lists):
        mark = next((place for place, token in enumerate(tokens) if token in ",:"), None)
        if mark is None:
            break
        tokens = tokens[mark + 1 :]
    return tokens


def _is_gerund_task(tokens: Words, lists: WordLists) -> bool:
    """"Using lambda functions": a task without any verb but this one."""
    return tokens[0].endswith("ing") and "," not in tokens


def _trimmed(tokens: Words, lists: WordLists) -> Words:
    """Without marks, adverbs and "to", "how to", "learn to" before the verb."""
    skipped = lists.set("bloom_lead_ins")
    while len(tokens) > 1:
        if not (tokens[0] in skipped or tokens[0] in _MARKS or _is_adverb(tokens[0], lists)):
            break
        tokens = tokens[1:]
    if tokens[1:3] == ("how", "to") and tokens[3:] and base_of(tokens[0], lists) in lists.set("bloom_mental_verbs"):
        return _trimmed(tokens[3:], lists)
    return tokens


def _is_adverb(word: str, lists: WordLists) -> bool:
    """Whether the word says only how the verb is done; "critically" says more."""
    return word.endswith("ly") and word != "critically" and word not in _verbs(lists)


def _level(tokens: Words, lists: WordLists, *, is_verb: bool = False) -> BloomLevel | None:
    is_critical = tokens[0] == "critically"
    tokens = tokens[1:] if is_critical else tokens
    verb = base_of(tokens[0], lists) if tokens else None
    if verb is None:
        return _without_known_verb(tokens, lists, is_verb=is_verb)
    found = [_one(verb, tokens[1:], lists, is_critical=is_critical)]
    end, is_direct = 1, True
    while end < len(tokens) - 1:
        if tokens[end] not in _JOINERS - {"to"}:
            is_direct = False
            end += 1
            continue
        start = end
        while end < len(tokens) - 1 and (
            tokens[end] in _JOINERS or tokens[end] == "critically" or _is_adverb(tokens[end], lists)
        ):
            end += 1
        is_critical = "critically" in tokens[start:end]
        other = base_of(tokens[end], lists)
        if other and _is_joined(tokens, start, end, lists, is_direct=is_direct):
            found.append(_one(other, tokens[end + 1 :], lists, is_critical=is_critical))
            end += 1
        else:
            is_direct = False
    return highest([level for level in found if level])


def _is_joined(tokens: Words, start: int, end: int, lists: WordLists, *, is_direct: bool) -> bool:
    """Whether the verb at `end`, after joiners from `start`, is a second task of the objective."""
    word, first = tokens[end], tokens[0] if tokens[0] != "critically" else tokens[1]
    if _form(word, lists) != _form(first, lists):
        return False
    if is_direct:
        return True
    after = tokens[end + 1 : end + 2]
    if not set(tokens[start:end]) & {"and", "or", "then", ";", "."}:
        return bool(set(after) & lists.set("determiners")) and "," in tokens[start:end]
    # "to collect and analyse data" tells what the first verb is for.
    if start >= 2 and tokens[start - 2] == "to" and base_of(tokens[start - 1], lists):
        return base_of(first, lists) in lists.set("bloom_light")
    if set(tokens[:start]) & lists.set("bloom_question_words"):
        return bool(set(after) & lists.set("determiners"))  # "how firms grow and adapt": what is explained
    is_noun_too = base_of(word, lists) in lists.set("bloom_nouns")
    return not is_noun_too or bool(set(after) & lists.union("determiners", "bloom_objects"))


def _form(word: str, lists: WordLists) -> str:
    if word in _verbs(lists):
        return ""
    return "ing" if word.endswith("ing") else "s"


def _one(verb: str, rest: Words, lists: WordLists, *, is_critical: bool) -> BloomLevel | None:
    """The level of one verb with what follows it."""
    level = _verbs(lists)[verb]
    if level is verb_levels(lists).get(verb):
        level = level_of_verb((verb, *rest), lists)
    near = rest[:7]
    if verb in lists.set("bloom_shells"):
        if (level_of_noun := _of_noun(near, rest, lists)) is not None:
            return level_of_noun
        if near[:2] == ("how", "to"):
            return max(BloomLevel.APPLY, _level(rest[2:], lists) or BloomLevel.APPLY, key=lambda one: one.rank)
    if is_critical and level.rank <= BloomLevel.APPLY.rank:
        return BloomLevel.EVALUATE
    if verb in lists.set("bloom_light") and (level_of_aim := _of_aim(rest, lists)) is not None:
        return level_of_aim
    if (level_with_object := level_by_object(verb, rest, lists)) is not None:
        return level_with_object
    if verb in lists.set("bloom_choices") and set(near[:6]) & lists.set("bloom_best"):
        return BloomLevel.EVALUATE
    if level is BloomLevel.REMEMBER and set(near[:1]) & {"that", "how", "why", "when"}:
        return BloomLevel.UNDERSTAND  # "recognise that culture shapes speech"
    if verb in lists.set("bloom_shells") and set(near[:1]) & {"how", "why"}:
        return BloomLevel.UNDERSTAND
    if verb in lists.set("bloom_computed") and "using" in rest:
        return BloomLevel.APPLY
    return level


def _of_aim(rest: Words, lists: WordLists) -> BloomLevel | None:
    """The level of what something is used for, where that is more than to use it."""
    place = next((place for place in range(1, len(rest)) if rest[place - 1] == "to"), None)
    aim = base_of(rest[place], lists) if place is not None else None
    if place is None or aim is None:
        return None
    level = level_by_object(aim, rest[place + 1 :], lists) or _verbs(lists)[aim]
    return level if level in _AIMS or aim in lists.set("bloom_designs") else None


def _of_noun(near: Words, rest: Words, lists: WordLists) -> BloomLevel | None:
    """The level of "an understanding of …", "the ability to …", "knowledge of …", if one of them is near."""
    if set(near) & lists.set("bloom_understandings"):
        return BloomLevel.UNDERSTAND
    for place, word in enumerate(near):
        if word in lists.set("bloom_skills"):
            return _of_skill(rest[place + 1 :], lists)
    return BloomLevel.REMEMBER if set(near[:4]) & lists.set("bloom_knowledge") else None


def _of_skill(rest: Words, lists: WordLists) -> BloomLevel:
    """The level of "the ability to …", "skills in …"."""
    while rest and rest[0] in lists.set("bloom_skill_links"):
        rest = rest[1:]
    level = _level(rest, lists) if rest and base_of(rest[0], lists) else None
    return level or BloomLevel.APPLY


def _without_known_verb(tokens: Words, lists: WordLists, *, is_verb: bool) -> BloomLevel | None:
    """Nouns in the verb's place, states of mind, and verbs that no list has: those are actions of a trade."""
    if not tokens:
        return None
    if (level := _of_being(tokens, lists)) is not None:
        return level
    if (level := level_by_object(tokens[0], tokens[1:], lists)) is not None:
        return level
    if (level := _of_noun(tokens[:5], tokens, lists)) is not None:
        return level
    head = head_of(tokens, lists)
    named = lists.table("bloom_nominal").get(head[-1]) if head and tokens[len(head) :][:1] == ("of",) else None
    if named:
        return _level((named, *tokens[len(head) + 1 :]), lists)
    has_object = bool(set(tokens[1:2]) & lists.union("determiners", "bloom_objects")) or (
        bool(tokens[1:2]) and _is_adverb(tokens[1], lists)
    )
    return BloomLevel.APPLY if (is_verb or has_object) and tokens[0] not in lists.set("determiners") else None


def _of_being(tokens: Words, lists: WordLists) -> BloomLevel | None:
    """The level of "(be) familiar with …", "(become) proficient in …"."""
    rest = tokens[1:] if tokens[0] in lists.set("bloom_being") else tokens
    near = set(rest[:2])
    if near & lists.set("bloom_skilled"):
        return _of_skill(tuple(word for word in rest if word not in lists.set("bloom_skilled")), lists)
    if not near & lists.set("bloom_aware"):
        return None
    is_of_facts = "familiar" in near and set(rest[:8]) & lists.set("bloom_facts")
    return BloomLevel.REMEMBER if is_of_facts else BloomLevel.UNDERSTAND
