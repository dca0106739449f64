"""The Bloom level of an objective: that of its verbs, read in their place (Anderson & Krathwohl 2001).

What comes before the verb (circumstances, audience, "will be able to") is left out. "Demonstrate an understanding of"
is to understand, "show the ability to solve" is to solve, and of several verbs joined to each other the highest counts.
"""

from __future__ import annotations

import re

from pipeline import prose
from pipeline.check.bloom import Words, highest, level_of_verb, verb_levels
from pipeline.domain import BloomLevel
from pipeline.prose.wordlists import WordLists

_TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|[,;:.]")
_ABLE = re.compile(r"\b(?:able to|have the ability to)\b\s*[:,]?\s*")
_MODAL = re.compile(r"\b(?:will|should|must|shall|can|could|may|would) (?:have )?")
_LIST_MARK = re.compile(r"^\s*(?:[-*•–]|\(?(?:\d{1,3}|[a-zA-Z])[.)]|[A-Z]{1,3}\d{1,3}[.:)]?)\s+")
# Farther in, a "can" belongs to what is done, not to who does it.
_SUBJECT_WORDS = 14
_MARKS = frozenset(",;:.")
_JOINERS = frozenset({"and", "or", "then", ",", ";", "while", "also", "to", "as", "well"})
_AIMS = frozenset({BloomLevel.ANALYSE, BloomLevel.EVALUATE})


def bloom_of_objective(text: str, lists: WordLists) -> BloomLevel | None:
    """The level of the objective; None where no verb is seen, or for a language without the word lists."""
    if not verb_levels(lists):
        return None
    tokens = _from_verb(text, lists)
    return _level(tokens, lists) if tokens else None


def verb_of(text: str, lists: WordLists) -> str | None:
    """The listed verb of what the learner does, or the word where one should stand; None for no word at all."""
    tokens = _from_verb(text, lists)
    return (base_of(tokens[0], lists) or tokens[0]) if tokens else None


def base_of(word: str, lists: WordLists) -> str | None:
    """The listed verb whose form the word is ("analyses", "analysing", "plans"), or None."""
    verbs = verb_levels(lists)
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


def _from_verb(text: str, lists: WordLists) -> Words:
    """The words and marks from the verb on; empty for a text without words."""
    said = prose.unquoted(_LIST_MARK.sub("", text)).replace("’", "'").replace("/", " or ").casefold()
    opening = prose.words(said)[:1]
    is_verb_first = bool(opening) and opening[0] in verb_levels(lists)
    able = _ABLE.search(said) or (None if is_verb_first else _MODAL.search(said))
    if able and not is_verb_first and len(prose.words(said[: able.start()])) <= _SUBJECT_WORDS:
        return _trimmed(tuple(_TOKEN.findall(said[able.end() :])), lists)
    tokens = _trimmed(_after_circumstances(tuple(_TOKEN.findall(said)), lists), lists)
    if not tokens or base_of(tokens[0], lists):
        return tokens
    # "The technician isolates …", "Participants compare …": the first verb behind its subject.
    for place in range(1, min(len(tokens), _SUBJECT_WORDS)):
        before = tokens[place - 1]
        if before in lists.set("determiners") or before in lists.set("condition_starts") or before in _MARKS:
            continue
        if before == "to" and tokens[place] in verb_levels(lists):
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
    return word.endswith("ly") and word != "critically" and word not in verb_levels(lists)


def _level(tokens: Words, lists: WordLists) -> BloomLevel | None:
    is_critical = tokens[0] == "critically"
    tokens = tokens[1:] if is_critical else tokens
    verb = base_of(tokens[0], lists) if tokens else None
    if verb is None:
        return _without_known_verb(tokens, lists)
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
    if not set(tokens[start:end]) & {"and", "or", "then", ";"}:
        return False
    # "to collect and analyse data" tells what the first verb is for.
    if start >= 2 and tokens[start - 2] == "to" and base_of(tokens[start - 1], lists):
        return base_of(first, lists) in lists.set("bloom_light")
    if set(tokens[:start]) & lists.set("bloom_question_words"):
        return bool(set(after) & lists.set("determiners"))  # "how firms grow and adapt": what is explained
    is_noun_too = base_of(word, lists) in lists.set("bloom_nouns")
    return not is_noun_too or bool(set(after) & lists.union("determiners", "bloom_objects"))


def _form(word: str, lists: WordLists) -> str:
    if word in verb_levels(lists):
        return ""
    return "ing" if word.endswith("ing") else "s"


def _one(verb: str, rest: Words, lists: WordLists, *, is_critical: bool) -> BloomLevel | None:
    """The level of one verb with what follows it."""
    level = level_of_verb((verb, *rest), lists)
    near = rest[:7]
    if verb in lists.set("bloom_shells"):
        if (level_of_noun := _of_noun(near, rest, lists)) is not None:
            return level_of_noun
        if near[:2] == ("how", "to"):
            return max(BloomLevel.APPLY, _level(rest[2:], lists) or BloomLevel.APPLY, key=lambda one: one.rank)
    if is_critical and level.rank <= BloomLevel.APPLY.rank:
        return BloomLevel.EVALUATE
    if verb in lists.set("bloom_choices") and set(near[:6]) & lists.set("bloom_best"):
        return BloomLevel.EVALUATE
    if verb in lists.set("bloom_light"):
        aim = next((base_of(rest[place + 1], lists) for place in range(len(rest) - 1) if rest[place] == "to"), None)
        if aim and verb_levels(lists)[aim] in _AIMS:
            return verb_levels(lists)[aim]
    if verb == "recognise" and set(near[:3]) & lists.set("bloom_asks_understand"):
        return BloomLevel.UNDERSTAND
    return level


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


def _without_known_verb(tokens: Words, lists: WordLists) -> BloomLevel | None:
    """Nouns in the verb's place, and verbs that no list has: those are actions of a trade."""
    if not tokens:
        return None
    if (level := _of_noun(tokens[:5], tokens, lists)) is not None:
        return level
    is_verb = bool(set(tokens[1:2]) & lists.union("determiners", "bloom_objects"))
    return BloomLevel.APPLY if is_verb and tokens[0] not in lists.set("determiners") else None
