"""The Bloom level of a question, by what its words ask the learner to do (Anderson & Krathwohl 2001).

Rules over the word lists of the language: what only sets the scene is left out, each clause that asks something gives a
level, and the highest counts. For a language without those lists there is no level. Objectives: `bloom_objective`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline import prose
from pipeline.domain import BloomLevel
from pipeline.prose.wordlists import WordLists

Words = tuple[str, ...]

_CLAUSE_END = re.compile(r"[,;:–—]+\s*|\s-\s")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
# "How would you sort the parcels?", "explain how you could …", "What do you do first?": the learner acts in a case.
_YOU_ACT = re.compile(
    r"\b(?:(?:would|will|could|can|should|do|did|must|might) (?:you|one|we|i)"
    r"|(?:you|one|we) (?:would|will|could|should|must|might|need to|have to)) (?:\w+ly )?(?P<verb>[a-z-]+)"
)
_PURPOSE = re.compile(r"\bto (?P<verb>[a-z-]+)\b")
_GIVES = frozenset({BloomLevel.REMEMBER, BloomLevel.UNDERSTAND})
# To use something to build something is to use it; to use it to weigh something is to weigh.
_AIMS = frozenset({BloomLevel.ANALYSE, BloomLevel.EVALUATE})
_JOINERS = frozenset({"and", "or", "then"})
# In "can you name …?" somebody is asked to name; in "how can you name …?" to do it.
_MANNER = frozenset({"how", "what", "which"})


def bloom_of_question(stem: str, lists: WordLists) -> BloomLevel | None:
    """The highest level that the question asks for; None for a language without the word lists."""
    if not verb_levels(lists):
        return None
    found = [level for sentence in prose.sentences(stem) for level in _asked(sentence, lists)]
    return highest(found) or BloomLevel.REMEMBER


def highest(found: list[BloomLevel]) -> BloomLevel | None:
    """The highest of the levels; None where there is none."""
    return max(found, key=lambda level: level.rank, default=None)


@lru_cache(maxsize=8)
def verb_levels(lists: WordLists) -> dict[str, BloomLevel]:
    """Verb → the level it stands for when nothing else is said; empty for a language without the lists."""
    return {verb: level for level in BloomLevel for verb in lists.list(f"bloom_{level.value}")}


def level_of_verb(task: Words, lists: WordLists) -> BloomLevel:
    """The level of the listed verb that the words open with: "write" creates, "write the code" applies."""
    level = verb_levels(lists)[task[0]]
    if level is BloomLevel.CREATE and set(task[1:6]) & lists.set("bloom_set_forms"):
        return BloomLevel.APPLY
    return level


def _asked(sentence: str, lists: WordLists) -> Iterator[BloomLevel]:
    """The level of each clause of the sentence that asks for something."""
    is_question = sentence.rstrip("\"'”’) ").endswith("?")
    if is_question and lists.phrase_in("bloom_asks_evaluate", prose.words(sentence)):
        yield BloomLevel.EVALUATE
    is_after_scene = False
    for place, clause in enumerate(_CLAUSE_END.split(_BRACKETS.sub(" ", sentence))):
        task = without_adverbs(_without_fillers(prose.words(clause), lists), lists)
        if not task:
            continue
        is_scene = task[0] in lists.set("condition_starts")
        level = _imperative(task, lists, is_first=place == 0 or is_after_scene) or _interrogative(task, lists)
        is_task = not is_question and not is_scene and set(task[1:2]) & lists.set("determiners")
        if level is None and is_after_scene and is_task:
            level = BloomLevel.APPLY  # "Given the log, rotate the keys": a verb that no list has
        if level is not None:
            yield level
        is_after_scene = is_scene and level is None


def _without_fillers(clause: Words, lists: WordLists) -> Words:
    said = " ".join(clause)
    for filler in lists.list("bloom_fillers"):
        said = said.removeprefix(f"{filler} ")
    return tuple(said.split())


def without_adverbs(task: Words, lists: WordLists) -> Words:
    """The words without adverbs in front of the verb."""
    while len(task) > 1 and task[0].endswith("ly") and task[0] not in verb_levels(lists):
        task = task[1:]
    return task


def _imperative(task: Words, lists: WordLists, *, is_first: bool) -> BloomLevel | None:
    """The level of a clause that opens with a verb, and of the verbs joined to it."""
    verbs = verb_levels(lists)
    opens_object = lists.union("determiners", "bloom_objects")
    if task[0] not in verbs or not (is_first or set(task[1:2]) & opens_object):
        return None
    if task[0] in lists.set("bloom_support_verbs") and set(task[1:5]) & lists.set("bloom_support"):
        return BloomLevel.UNDERSTAND  # "Provide an example": proof of another answer, not a task
    found = [level_of_verb(task, lists)]
    for place in range(1, len(task) - 1):
        rest = task[place + 1 :]
        is_verb = place == 1 or set(rest[1:2]) & opens_object
        if task[place] in _JOINERS and rest[0] in verbs and is_verb:
            found.append(level_of_verb(rest, lists))
    level = highest(found)
    acts = _YOU_ACT.search(" ".join(task))
    if level in _GIVES and acts:
        return highest([BloomLevel.APPLY, verbs.get(acts["verb"], BloomLevel.APPLY)])
    return level


def _interrogative(task: Words, lists: WordLists) -> BloomLevel | None:
    """The level of a clause that asks with a question word or addresses the learner."""
    verbs = verb_levels(lists)
    said = " ".join(task)
    opens = next((word for word in task[:4] if word in lists.set("bloom_question_words")), None)
    acts = _YOU_ACT.search(said)
    if opens is None and not said.startswith(acts.group() if acts else "\n"):
        return None
    if acts:
        level = verbs.get(acts["verb"], BloomLevel.APPLY)
        purpose = _PURPOSE.search(said, acts.end())
        aim = verbs.get(purpose["verb"]) if purpose else None
        if acts["verb"] in lists.set("bloom_light") and aim in _AIMS:
            return aim
        return level if opens not in _MANNER or level is BloomLevel.UNDERSTAND else highest([BloomLevel.APPLY, level])
    if opens == "how" and lists.phrase_in("bloom_asks_analyse", task):
        return BloomLevel.ANALYSE
    is_more = opens in ("how", "why") and not set(task[task.index(opens) + 1 :][:1]) & lists.set("bloom_amounts")
    return BloomLevel.UNDERSTAND if is_more or lists.phrase_in("bloom_asks_understand", task) else BloomLevel.REMEMBER
