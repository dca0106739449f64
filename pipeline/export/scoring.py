"""When a learner has passed: the one number that page, player and LMS manifest compare with."""

from __future__ import annotations

import math

from pipeline.domain import ItemUse, Module


def pass_percent(module: Module) -> int:
    """The pass mark as whole percent, rounded down as the player rounds scores, so that nobody is passed by one of
    them and failed by another.
    """
    return math.floor(module.settings.pass_mark * 100 + 1e-9)


def has_test(module: Module) -> bool:
    """Whether there is anything to score."""
    return any(item.use is ItemUse.TEST for item in module.items)
