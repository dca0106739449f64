"""What is kept with nouns: made once for these very nouns, and gone when one of them is."""

from __future__ import annotations

import gc

from pipeline.domain import Usage
from pipeline.domain.kept import KeptWith


def test_a_value_is_made_once_for_the_same_nouns() -> None:
    kept: KeptWith[list[int]] = KeptWith()
    one, other = Usage(calls=1), Usage(calls=2)
    first = kept.get([one, other], "en", make=lambda: [1])
    assert kept.get([one, other], "en", make=lambda: [2]) is first
    assert kept.get([one, other], "de", make=lambda: [3]) == [3]
    assert kept.get([other, one], "en", make=lambda: [4]) == [4]


def test_equal_nouns_are_not_the_same() -> None:
    kept: KeptWith[list[int]] = KeptWith()
    one, twin = Usage(calls=1), Usage(calls=1)
    assert kept.get([one], make=lambda: [1]) == [1]
    assert kept.get([twin], make=lambda: [2]) == [2]


def test_a_value_is_forgotten_with_any_of_its_nouns() -> None:
    kept: KeptWith[list[int]] = KeptWith()
    one, other = Usage(calls=1), Usage(calls=2)
    kept.get([one, other], make=lambda: [1])
    kept.get([other], make=lambda: [2])
    del one
    gc.collect()
    assert len(kept) == 1
    del other
    gc.collect()
    assert len(kept) == 0


def test_what_weighs_too_much_together_is_made_anew_each_time() -> None:
    kept: KeptWith[list[int]] = KeptWith(weigh=len, most=3)
    one, other = Usage(calls=1), Usage(calls=2)
    first = kept.get([one], make=lambda: [1, 1])
    assert kept.get([other], make=lambda: [2, 2]) is not kept.get([other], make=lambda: [2, 2])
    assert kept.get([one], make=lambda: [1, 1]) is first
    del one
    gc.collect()
    assert kept.get([other], make=lambda: [2, 2]) is kept.get([other], make=lambda: [2, 2]), "there is room again"


def test_of_no_nouns_nothing_is_kept() -> None:
    kept: KeptWith[list[int]] = KeptWith()
    assert kept.get([], make=lambda: [1]) == [1]
    assert kept.get([], make=lambda: [2]) == [2]
    assert len(kept) == 0
