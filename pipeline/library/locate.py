"""Where authored files lie: beside `pipeline/` in a checkout, in `pipeline/authored/` of a wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pipeline.errors import ConfigError

_PACKAGE = Path(__file__).resolve().parent.parent

AuthoredName = Literal["prompts", "rubrics", "samples", "app.py"]


def authored(name: AuthoredName, *, package: Path = _PACKAGE) -> Path:
    """The path of the authored folder or file; raises ConfigError where it is not there.

    A wheel's copy wins: beside an installed `pipeline/` is site-packages, where another distribution may
    have put a folder of the same name.
    """
    for place in (package / "authored" / name, package.parent / name):
        if place.exists():
            return place
    raise ConfigError(
        f"authored file {name}",
        why=f"not found in {package / 'authored'} or {package.parent}",
        mend="install the sme2module package again, or run in a complete checkout",
    )
