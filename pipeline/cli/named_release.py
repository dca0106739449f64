"""`ID@N`: a module, and which of its releases is meant."""

from __future__ import annotations

import re
from typing import NamedTuple

_RELEASE = re.compile(r"(?P<module>.+)@(?P<number>[0-9]{1,9})\Z", re.DOTALL)


class Named(NamedTuple):
    """What was named on the command line."""

    module: str
    """An id, its beginning, or a title."""
    release: int | None
    """None: the module as it stands."""


def named(asked: str) -> Named:
    """The module and the release's number; an `@` that no number follows belongs to the name."""
    found = _RELEASE.match(asked)
    return Named(found["module"], int(found["number"])) if found else Named(asked, None)
