"""Two people at one element: what each changed since the revision both began with, and what stands in the end.

In: my text and the revision it was made from. Out: a `Conflict` to show, or the element that is to be saved. Nothing
here changes anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import ValidationError

from pipeline.domain import ELEMENT_TYPES, AuthorKind, Element, Revision
from pipeline.errors import UsageError
from pipeline.review.merging import FieldMerge, merged_content
from pipeline.store import Store


class Keep(StrEnum):
    """What is to stand where two versions differ."""

    MERGED = "merged"
    """Both changes."""
    MINE = "mine"
    """My changes; theirs only where I changed nothing in the same field."""
    THEIRS = "theirs"


@dataclass(frozen=True)
class Conflict:
    """My text beside what somebody saved since the revision it was made from."""

    module_id: str
    element_id: str
    based_on: int
    latest: int
    content_hash: str
    by: str
    """Who saved the latest revision."""
    at: datetime
    fields: tuple[FieldMerge, ...]
    """The fields in which mine and theirs differ."""
    base: Element
    theirs: Element
    mine: Element
    merged: Element | None
    """Both changes; None where they overlap, or together are not well formed."""


class Comparing:
    """Compares texts with what stands."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def conflict(self, module_id: str, mine: Element, *, based_on: int) -> Conflict:
        """My text beside the latest; raises UsageError where there is no such element or revision."""
        revisions = self.revisions(module_id, mine.id)
        base, latest = _numbered(revisions, based_on, mine.id), revisions[max(revisions)]
        merge = merged_content(base.content, latest.content, mine.content())
        return Conflict(
            module_id=module_id,
            element_id=mine.id,
            based_on=based_on,
            latest=latest.number,
            content_hash=latest.content_hash,
            by=latest.author.name,
            at=latest.at,
            fields=merge.fields,
            base=element_from(base.content, mine),
            theirs=element_from(latest.content, mine),
            mine=mine,
            merged=_well_formed(merge.content, mine),
        )

    def with_mine(self, module_id: str, mine: Element, *, based_on: int) -> Element:
        """The latest text with my changes in it: mine counts where both changed the same place of a field."""
        revisions = self.revisions(module_id, mine.id)
        base, latest = _numbered(revisions, based_on, mine.id), revisions[max(revisions)]
        merge = merged_content(base.content, latest.content, mine.content(), mine_counts=True)
        return _well_formed(merge.content, mine) or mine

    def revisions(self, module_id: str, element_id: str) -> Mapping[int, Revision]:
        """Every revision of an element by its number; raises UsageError where there is no such element."""
        found = {one.number: one for one in self._store.modules.revisions(module_id, element_id)}
        if not found:
            self._store.modules.element_state(module_id, element_id)  # says what is missing
        return found

    def is_all_own(self, module_id: str, element_id: str, *, since: int, by: str) -> bool:
        """Whether every revision after `since` was saved by that person."""
        later = [one for number, one in self.revisions(module_id, element_id).items() if number > since]
        return all(one.author.kind is AuthorKind.PERSON and one.author.name == by for one in later)


def element_from(content: Mapping[str, Any], like: Element) -> Element:
    """The content of a revision as an element of that kind, without status and waivers."""
    return ELEMENT_TYPES[like.kind_name].model_validate(content)


def _well_formed(content: Mapping[str, Any] | None, like: Element) -> Element | None:
    if content is None:
        return None
    try:
        return element_from(content, like)
    except ValidationError:
        # Each change alone kept the element whole; together they may leave an item with two keys.
        return None


def _numbered(revisions: Mapping[int, Revision], number: int, element_id: str) -> Revision:
    if number not in revisions:
        raise UsageError(
            f"revision {number} of {element_id}", why=f"its latest is {max(revisions)}",
            mend="look at the element again",
        )
    return revisions[number]
