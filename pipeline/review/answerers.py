"""Who answered, by name, and what took the place of an answer that counts no longer.

In: what is recorded of a person, which may be an e-mail address; the answers and revisions of an element. Out: the name
people know the person by; what superseded an answer, and when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.domain import ELEMENT_TYPES, Element, FactAnswer, FactVerdict, Revision
from pipeline.store import Store
from pipeline.store.fact_fold import fact_hash


@dataclass(frozen=True)
class Superseded:
    """What took the place of an answer."""

    verdict: FactVerdict | None
    """Of the person's later answer; None where the text was changed."""
    by: str
    at: datetime
    revision: int
    """Of the element at that."""


class Names:
    """Names of people on a module: of members, and of experts as they were called when they were asked."""

    def __init__(self, store: Store, module_id: str) -> None:
        self._store, self._module = store, module_id
        self._known: dict[str, str] = {}

    def of(self, who: str) -> str:
        """The person's name; `who` itself where nothing else is known, or where it is a name."""
        if "@" not in who:
            return who
        if who not in self._known:
            self._known[who] = self._looked_up(who)
        return self._known[who]

    def _looked_up(self, address: str) -> str:
        member = self._store.members.get(address.casefold())
        if member is not None:
            return member.name
        asked = self._store.facts.requests(self._module)  # newest first
        same = (one.to for one in asked if one.email is not None and one.email.casefold() == address.casefold())
        return next(same, address)


def superseded(
    answer: FactAnswer, rows: Sequence[FactAnswer], revisions: Sequence[Revision], like: Element, names: Names
) -> Superseded | None:
    """What took the place of an answer that is not dismissed; None where nothing did.

    `rows`: the element's answers, `revisions`: its texts, both oldest first; `like`: an element of its kind.
    """
    later = next(
        (
            row for row in rows
            if row.by == answer.by and (row.number or 0) > (answer.number or 0)
            and row.verdict is not FactVerdict.DISMISSED
        ),
        None,
    )
    if later is not None:
        return Superseded(later.verdict, names.of(later.declared_by or later.by), later.at, later.revision)
    kind = ELEMENT_TYPES[like.kind_name]
    for one in revisions:
        if one.number > answer.revision and fact_hash(kind.model_validate(one.content)) != answer.fact_hash:
            return Superseded(None, names.of(one.author.name), one.at, one.number)
    return None
