"""The quiz of one objective: candidates of every kind, and which of them are asked.

In: the material of one objective and how many items are wanted. Out: an `ItemsReply` with test and practice items;
no two ask about the same place in the source, and none asks what the lesson's own prompt gave away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from pipeline.engines.embedded.asked import asks_for, own_focus
from pipeline.engines.embedded.candidates import Candidate
from pipeline.engines.embedded.distractors import likeness, surplus
from pipeline.engines.embedded.follow_ups import follow_ups
from pipeline.engines.embedded.giveaways import gives_away
from pipeline.engines.embedded.items_members import member_items
from pipeline.engines.embedded.items_people import judge_items, people_items
from pipeline.engines.embedded.items_reasons import reason_items
from pipeline.engines.embedded.items_rules import rule_items
from pipeline.engines.embedded.items_statements import statement_items
from pipeline.engines.embedded.items_steps import step_items
from pipeline.engines.embedded.items_tables import table_items
from pipeline.engines.embedded.items_terms import term_items
from pipeline.engines.embedded.items_values import value_items
from pipeline.engines.embedded.material import Material
from pipeline.engines.embedded.practice import practice
from pipeline.engines.embedded.worked import worked_example
from pipeline.engines.tasks import ItemDraft, ItemsReply
from pipeline.ids import fingerprint, normalised

_STEMS_ALIKE_MAX = 0.8
# 'Say "Here's a status update: ..."' leaves open what is asked.
_TRAILS_OFF = re.compile(r"\.\.|…")
_FRESH_MIN = 2
_ITEMS_MIN = 2
_CLAIM_WORDS_MAX = 16
# An item whose key alone takes up a word of the stem is asked last of its kind.
_GIVEN_AWAY = 4
_OF_RULES = ("cases", "rules")
# With so many more of its words than any other option takes up, it stands in only where there is next to nothing else.
_ECHO_MAX = 2
# Kinds whose stem is a new situation rather than words of the lesson: they are for practice first.
_SITUATIONS = frozenset({"case", "next", "order", "ban", "table", "member", "missing", "judge", "who"})
# Recall serves the doing: it may take at most every second place.
_HIGHER = ("apply", "analyse", "evaluate", "create")


def items(
    material: Material, *, test: int, practice_items: int, recall: bool = True, follow_up_items: int = 0
) -> ItemsReply:
    """The items of an objective, tests first, those for the days after the course last. Without `recall`, items below
    the objective's level only stand in where there is next to nothing else.
    """
    every = candidates(material)
    focus = own_focus(material, every)
    promised = [one for one in every if asks_for(focus, one, material)]
    chosen = pick(
        every if recall else [one for one in every if one.draft.bloom != "remember"],
        wanted=test + practice_items,
        first=promised,
    )
    if len(chosen) < _ITEMS_MIN:
        wanted = min(_ITEMS_MIN, test + practice_items)
        chosen = pick(every, wanted=wanted)
        if len(chosen) < wanted:
            spare = [one for one in _stand_ins(material) if not any(_clash(one, other) for other in chosen)]
            chosen += pick(spare, wanted=wanted - len(chosen))
    tests, rehearsals = _shared_out(chosen, test=test, practice_items=practice_items)
    tests, rehearsals = _promise_kept(tests, rehearsals, promised)
    later = _later(material, [*tests, *rehearsals], wanted=follow_up_items, recall=recall)
    drafts = [
        *(one.draft.model_copy(update={"use": "test"}) for one in tests),
        *(one.draft.model_copy(update={"use": "practice"}) for one in rehearsals),
        *(one.draft.model_copy(update={"use": "follow_up"}) for one in later),
    ]
    return ItemsReply(items=tuple(drafts))


def _later(material: Material, taken: Sequence[Candidate], *, wanted: int, recall: bool) -> list[Candidate]:
    """The follow-up items; what else can be asked of a rule comes where its own items have all been taken."""
    if not wanted:
        return []
    every = [one for one in _all(material) if _is_sound(one.draft) and (recall or one.draft.bloom != "remember")]
    found = follow_ups(every, taken, wanted=wanted)
    if len(found) < wanted:
        spare = [one for one in judge_items(material) if _is_sound(one.draft) and _is_brief(one)]
        found += follow_ups(spare, [*taken, *found], wanted=wanted - len(found))
    return found


def _is_brief(one: Candidate) -> bool:
    """Whether a claim to judge is short enough to be more than a line of the lesson read out again."""
    return len(one.draft.stem.split()) <= _CLAIM_WORDS_MAX


def candidates(material: Material) -> list[Candidate]:
    """Everything that could be asked, each kind in the order of its worth, without what the lesson's prompt asks."""
    key = (f"candidates {material.id}", 0)
    if key not in material.memo:
        material.memo[key] = _candidates(material)
    found: list[Candidate] = material.memo[key]
    return found


def can_be_asked(material: Material) -> bool:
    """Whether there is anything to ask at all: looks no further than the first sound item."""
    return any(_is_sound(one.draft) for one in chain(_every(material), _stand_ins(material)))


def _every(material: Material) -> Iterator[Candidate]:
    yield from step_items(material)
    yield from rule_items(material)
    yield from people_items(material)
    yield from value_items(material)
    yield from table_items(material)
    yield from term_items(material)
    yield from member_items(material)
    yield from reason_items(material)


def _all(material: Material) -> list[Candidate]:
    key = (f"all candidates {material.id}", 0)
    if key not in material.memo:
        material.memo[key] = list(_every(material))
    found: list[Candidate] = material.memo[key]
    return found


def _stand_ins(material: Material) -> Iterator[Candidate]:
    """What is asked only where there is next to nothing else: each of their options is a question of its own."""
    yield from statement_items(material)
    yield from judge_items(material)


def _candidates(material: Material) -> list[Candidate]:
    spent = practice(material)
    points = spent.points if spent is not None else frozenset()
    worked = worked_example(material)
    points |= worked.points if worked is not None else frozenset()
    every = [_weighed(one) for one in _all(material)]
    fresh = [one for one in every if not one.points & points and _is_sound(one.draft)]
    told = [one for one in fresh if _tells_its_key(one)]
    kept = [one for one in fresh if one not in told]
    # Rather an item on what the prompt has asked already than a lesson without a test.
    others = [one for one in every if one not in fresh]
    for more in (map(_weighed, statement_items(material)), told, others, judge_items(material)):
        if len(kept) < _FRESH_MIN:
            kept += [
                one
                for one in more
                if _is_sound(one.draft)
                and not any(one.points & other.points for other in kept)
                and (more is told or not _tells_its_key(one))
            ][: _FRESH_MIN - len(kept)]
    return sorted([*kept, *_promised(material, kept, others)], key=lambda one: -one.worth)


def _promised(material: Material, kept: Sequence[Candidate], spent: Sequence[Candidate]) -> list[Candidate]:
    """What asks for the objective itself where nothing kept does: rather the lesson's own prompt once more, or what a
    colleague says of a rule, than a figure that stands beside what the lesson is about.
    """
    focus = own_focus(material, [])
    if any(asks_for(focus, one, material) for one in kept):
        return []
    for more in (spent, judge_items(material) if focus in _OF_RULES else ()):
        found = [
            one
            for one in more
            if asks_for(focus, one, material)
            and _is_sound(one.draft)
            and not _tells_its_key(one)
            and not any(one.points & other.points for other in kept)
        ]
        if found:
            return found[:_FRESH_MIN]
    return []


def _tells_its_key(one: Candidate) -> bool:
    """Whether somebody who has learnt nothing would pick the key for the words that only it shares with the stem."""
    return one.echo >= _ECHO_MAX


def _weighed(one: Candidate) -> Candidate:
    """The candidate, worth less where its key echoes the stem more than any other option does."""
    draft = one.draft
    if draft.type != "single" or not draft.correct:
        return one
    key = draft.correct[0]
    others = [each.text for at, each in enumerate(draft.options) if at != key]
    echo = surplus(draft.stem, draft.options[key].text, others)
    return replace(one, worth=one.worth - _GIVEN_AWAY, echo=echo) if echo > 0 else one


def pick(every: Sequence[Candidate], *, wanted: int, first: Sequence[Candidate] = ()) -> list[Candidate]:
    """The items to ask: kinds take turns, the worthiest of each first, on different points, at least half at apply
    or above where the material allows. The first of them is one of `first`, where there are any: what the objective
    promises is asked.
    """
    chosen: list[Candidate] = []
    left = list(every)
    used: dict[str, int] = {}
    while left and len(chosen) < wanted:
        higher = sum(1 for one in chosen if one.draft.bloom in _HIGHER)
        must_be_higher = (higher + 0) * 2 < len(chosen) + 1

        def rank(one: Candidate, must_be_higher: bool = must_be_higher) -> tuple[int, int, int, int, str]:
            lower = one.draft.bloom not in _HIGHER
            return (
                # A second value to type in is worth less than anything else.
                1 if one.kind == "cloze" and used.get("cloze") else 0,
                1 if must_be_higher and lower else 0,
                used.get(one.kind, 0),
                -one.worth,
                fingerprint([one.kind, one.draft.stem]),
            )

        left = [one for one in left if not any(_clash(one, other) for other in chosen)]
        if not left:
            break
        promised = [one for one in left if one in first] if not chosen else []
        best = min(promised or left, key=rank)
        chosen.append(best)
        used[best.kind] = used.get(best.kind, 0) + 1
        left.remove(best)
    return chosen


def _shared_out(
    chosen: Sequence[Candidate], *, test: int, practice_items: int
) -> tuple[list[Candidate], list[Candidate]]:
    """Practice gets up to half of them: situations first."""
    wanted = min(practice_items, len(chosen) // 2 if test else len(chosen))
    fitting = [one for one in chosen if one.kind in _SITUATIONS] + [
        one for one in chosen if one.kind not in _SITUATIONS
    ]
    # The worthiest situation is kept for the test where there are others.
    first, spare = fitting[:1], fitting[1:]
    rehearsals = [*spare, *first][:wanted]
    tests = [one for one in chosen if one not in rehearsals]
    return tests[:test], rehearsals


def _promise_kept(
    tests: list[Candidate], rehearsals: list[Candidate], promised: Sequence[Candidate]
) -> tuple[list[Candidate], list[Candidate]]:
    """The items with one in the test that asks for what the objective promises, where practice has the only one."""
    spare = next((one for one in rehearsals if one in promised), None)
    if spare is None or not tests or any(one in promised for one in tests):
        return tests, rehearsals
    return [spare, *tests[1:]], [tests[0] if one is spare else one for one in rehearsals]


def _clash(one: Candidate, other: Candidate) -> bool:
    """Whether both ask the same, or one gives the other's answer away."""
    if one.points & other.points or likeness(one.draft.stem, other.draft.stem) > _STEMS_ALIKE_MAX:
        return True
    return _gives_away(one.draft, other.draft) or _gives_away(other.draft, one.draft)


def _gives_away(one: ItemDraft, other: ItemDraft) -> bool:
    stem = normalised(one.stem)
    keys = [other.options[index].text for index in other.correct] if other.type in ("single", "multiple") else []
    return any(len(key) > 12 and normalised(key) in stem for key in keys)


def _is_sound(draft: ItemDraft) -> bool:
    """Whether the options differ, each has feedback of its own, and the stem does not hold a key."""
    if any(_TRAILS_OFF.search(text) for text in (draft.stem, *(one.text for one in draft.options))):
        return False
    texts = [normalised(one.text) for one in draft.options]
    told = [normalised(one.feedback) for one in draft.options]
    if len(set(texts)) != len(texts) or len(set(told)) != len(told) or not all(texts) or not all(told):
        return False
    if draft.type == "match" and len({normalised(one.target or "") for one in draft.options}) != len(draft.options):
        return False
    if gives_away(draft):
        return False
    keys = [texts[index] for index in draft.correct] if draft.type in ("single", "multiple") else []
    return not any(key in normalised(draft.stem) for key in keys)
