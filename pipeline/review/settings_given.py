"""A module's settings as people write and read them: on the command line and on the screen alike.

In: what somebody typed. Out: `ModuleSettings`, or the setting that cannot be so, in one line; and settings in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.domain import ModuleSettings
from pipeline.errors import ReviewError, UsageError

WITHOUT_LIMIT = "any"
"""Typed for attempts: as many as the learner likes."""
LABELS: Mapping[str, str] = {
    "pass_mark": "pass mark", "attempts": "attempts", "shuffle": "shuffle", "owner": "owner", "review_by": "review by",
    "help_contact": "contact",
}
"""Setting → its name for people, in the order they are shown."""


@dataclass(frozen=True)
class Given:
    """What somebody typed; None is what was not given and stays as it is."""

    pass_mark: str | None = None
    """In percent, with or without its sign."""
    attempts: str | None = None
    """A number from 1, or `WITHOUT_LIMIT`."""
    shuffle: bool | None = None
    owner: str | None = None
    """Empty: nobody."""
    review_by: str | None = None
    """As 2027-01-31; empty: no day."""
    help_contact: str | None = None
    """Empty: nobody."""

    def applied(self, now: ModuleSettings, *, names: Mapping[str, str] = LABELS) -> ModuleSettings:
        """The settings with what was given; raises UsageError for what no setting can be.

        `names` are what an error calls the settings: by their labels, or by the options of a command.
        """
        changes: dict[str, Any] = {}
        if self.attempts is not None:
            changes["attempts"] = _attempts(self.attempts, names["attempts"])
        if self.pass_mark is not None:
            changes["pass_mark"] = _pass_mark(self.pass_mark, names["pass_mark"])
        if self.review_by is not None:
            changes["review_by"] = _day(self.review_by, names["review_by"])
        if self.owner is not None:
            changes["owner"] = " ".join(self.owner.split()) or None
        if self.help_contact is not None:
            changes["help_contact"] = " ".join(self.help_contact.split()) or None
        if self.shuffle is not None:
            changes["shuffle"] = self.shuffle
        return now.changed(**changes)


def typed(settings: ModuleSettings) -> Given:
    """The settings as somebody would type them."""
    return Given(
        pass_mark=f"{round(settings.pass_mark * 100, 4):g}%",
        attempts=WITHOUT_LIMIT if settings.attempts is None else str(settings.attempts),
        shuffle=settings.shuffle,
        owner=settings.owner or "",
        review_by=settings.review_by.isoformat() if settings.review_by else "",
        help_contact=settings.help_contact or "",
    )


def in_words(settings: ModuleSettings) -> dict[str, str]:
    """Setting → what it is, in words, in the order they are shown."""
    told = typed(settings)
    words = {name: getattr(told, name) for name in LABELS}
    return {**{name: value or "not set" for name, value in words.items()}, "shuffle": "yes" if told.shuffle else "no"}


def merged(now: ModuleSettings, wanted: ModuleSettings, *, based_on: ModuleSettings, doing: str) -> ModuleSettings:
    """`now` with what differs between `based_on` and `wanted`.

    Raises ReviewError (code "changed") where a setting among these is not what it was, nor what is wanted.
    """
    old, new, there = dict(based_on), dict(wanted), dict(now)
    changes = {name: value for name, value in new.items() if value != old[name]}
    for name, value in changes.items():
        if there[name] not in (old[name], value):
            raise ReviewError(
                doing, why=f"somebody has set {LABELS[name]} to {in_words(now)[name]} meanwhile",
                mend="save again to set yours, or leave it", code="changed",
            )
    return now.changed(**changes)


def _attempts(text: str, name: str) -> int | None:
    if text.strip().casefold() == WITHOUT_LIMIT:
        return None
    if not text.strip().isdecimal() or int(text) < 1:
        raise UsageError(
            f"{name} {text}", why="it is no number of attempts", mend=f'give 1 or more, or "{WITHOUT_LIMIT}"'
        )
    return int(text)


def _pass_mark(text: str, name: str) -> float:
    try:
        percent = float(text.strip().removesuffix("%"))
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:
        raise UsageError(f"{name} {text}", why="it is no percentage", mend="give a number from 0 to 100")
    return percent / 100


def _day(text: str, name: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"{name} {text}", why="it is no date", mend="write it as 2027-01-31") from error
