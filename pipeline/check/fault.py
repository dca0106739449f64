"""What a check is made of: the criterion it decides, the kind of thing it looks at, and the faults it names.

A check function takes one target and the `Context` and yields a `Fault` for every place where its criterion
is not met. Severity is the criterion's, unless the case is a milder one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.check.context import Context
from pipeline.domain import Severity


@dataclass(frozen=True)
class Fault:
    """One place where a criterion is not met."""

    message: str
    """What is wrong and where, in plain words."""
    suggestion: str | None = None
    """How to mend this one; None takes the criterion's own suggestion."""
    target: str | None = None
    """Id of the element it is about; None is the target the check was given."""
    severity: Severity | None = None
    """Milder than the criterion's own; None takes the criterion's."""


CheckFunction = Callable[[Any, Context], Iterator[Fault]]


@dataclass(frozen=True)
class Check:
    """The function that decides a criterion."""

    criterion: str
    kind: str
    """objective, part, item, scenario, resource, text (any of these), lesson or module."""
    find: CheckFunction
    needs: tuple[str, ...] = ()
    """Word lists it cannot do without: the check is left out for a language that lacks one."""
