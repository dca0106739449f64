"""Whether a module fits the minutes that were ordered."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.check.context import Context
from pipeline.check.fault import Check, Fault
from pipeline.domain import Module, module_minutes


def module_fits_its_minutes(module: Module, context: Context) -> Iterator[Fault]:
    """Lessons, items and scenarios together take no longer than was ordered."""
    ordered = module.brief.minutes
    if ordered is None:
        return
    takes = module_minutes(module)
    if takes > ordered:
        lessons = f"its {len(module.lessons)} lessons" if len(module.lessons) != 1 else "even its one lesson"
        yield Fault(f"The module takes about {takes:.1f} minutes with {lessons}, and {ordered} were ordered.")


CHECKS = (Check("module_fits_its_minutes", "module", module_fits_its_minutes),)
