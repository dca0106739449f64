"""Follow-up items, to be asked days after the course: other cases than practice and test, or another side of a point.

In: everything that could be asked of an objective, and what practice and test have taken. Out: as many more as wanted.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.engines.embedded.candidates import Candidate
from pipeline.engines.embedded.distractors import likeness
from pipeline.ids import fingerprint, normalised

_HIGHER = ("apply", "analyse", "evaluate", "create")
# Further apart than two items of one quiz: who has answered the first is not to recognise the second.
_STEMS_ALIKE_MAX = 0.55
_KEYS_ALIKE_MAX = 0.8
# A shorter key, such as "7 days", stands in a stem by chance.
_TELLING_CHARS = 12


def follow_ups(every: Sequence[Candidate], taken: Sequence[Candidate], *, wanted: int) -> list[Candidate]:
    """At most so many items that are neither practised nor tested: new points asked in a new manner first, then either,
    then what is left.
    """
    chosen: list[Candidate] = []
    while len(chosen) < wanted:
        before = [*taken, *chosen]
        points = frozenset(point for one in before for point in one.points)
        kinds = [one.kind for one in before]
        left = [one for one in every if not any(one is other or _same_again(one, other) for other in before)]
        # Rather one question fewer than one whose answer another one reads out.
        left = [one for one in left if not any(_tells(one, other) or _tells(other, one) for other in before)]
        if not left:
            break
        chosen.append(
            min(
                left,
                key=lambda one: (
                    bool(one.points & points) + (one.kind in kinds),
                    one.draft.bloom not in _HIGHER,
                    kinds.count(one.kind),
                    -one.worth,
                    fingerprint([one.kind, one.draft.stem]),
                ),
            )
        )
    return chosen


def _same_again(one: Candidate, other: Candidate) -> bool:
    """Whether the item is the other one over again: the same point in the same manner, or nearly the same words."""
    if one.points & other.points and one.kind == other.kind:
        return True
    if likeness(one.draft.stem, other.draft.stem) > _STEMS_ALIKE_MAX and one.points & other.points:
        return True
    return normalised(one.draft.stem) == normalised(other.draft.stem) or (
        likeness(one.draft.stem, other.draft.stem) > _KEYS_ALIKE_MAX and _key(one) == _key(other)
    )


def _tells(one: Candidate, other: Candidate) -> bool:
    """Whether the key of the one can be read off the other's stem."""
    key = _key(one)
    return len(key) > _TELLING_CHARS and key in normalised(other.draft.stem)


def _key(one: Candidate) -> str:
    draft = one.draft
    keys = [normalised(draft.options[index].text) for index in sorted(draft.correct)]
    return "|".join(keys or [text for texts in draft.accepted for text in texts])
