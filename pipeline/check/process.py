"""Process: who let a criterion be broken, and why, is on record."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Element


def waivers_give_a_reason(element: Element, context: Context) -> Iterator[Fault]:
    """Each waiver says why it was given and by whom."""
    for waiver in element.waivers:
        missing = [name for name, value in (("reason", waiver.reason), ("name", waiver.by)) if not value.strip()]
        if missing:
            yield Fault(f"The criterion {waiver.criterion} was waived without a {' and without a '.join(missing)}.")


CHECKS = (Check("waivers_give_a_reason", "text", waivers_give_a_reason),)
