"""Offered changes: seen beside what stands, taken over (also where the text has moved on), or declined with a reason.

In: ids of proposals, who decides. Out: `Offer`, the revision that came of it. Nothing offered is ever taken over by
itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from pipeline.domain import (
    Author,
    AuthorKind,
    Channel,
    DecisionKind,
    Element,
    Proposal,
    Revision,
)
from pipeline.errors import ReviewError, StaleRevisionError
from pipeline.ids import fingerprint, short_id
from pipeline.review.acting import Acting
from pipeline.review.changes import Changes
from pipeline.review.comparing import Comparing, Conflict, Keep, element_from
from pipeline.review.field_names import field_name
from pipeline.review.fitting import fitted
from pipeline.review.guards import demanded_reason
from pipeline.review.merging import FieldMerge, differing_fields
from pipeline.review.permissions import Verb
from pipeline.store.modules import Decided
from pipeline.store.proposals import OPEN, change_state


@dataclass(frozen=True)
class Offer:
    """A proposal beside the text that stands."""

    proposal: Proposal
    fields: tuple[FieldMerge, ...]
    """Fields in which they differ: base is the revision the offer was made against, theirs what stands, mine what is
    offered.
    """
    latest: int
    offered: Element
    merged: Element | None
    """What stands with the offered changes in it; None where somebody has changed the same places since."""
    is_moved_on: bool
    """Whether the element has a later revision than the one the offer was made against."""
    rivals: tuple[str, ...]
    """Ids of other open proposals that change one of the same fields."""


class Offers:
    """The proposals of a workspace."""

    def __init__(self, acting: Acting, changes: Changes, comparing: Comparing) -> None:
        self._acting = acting
        self._store = acting.store
        self._changes = changes
        self._comparing = comparing

    def of(self, module_id: str, element_id: str | None = None, *, open_only: bool = True) -> tuple[Offer, ...]:
        """The proposals on a module or on one element, oldest first; not those on elements without a place."""
        found = self._store.proposals.of(module_id, element_id, states=OPEN if open_only else None)
        here = set(self._store.glances.of(module_id).order)
        standing = [one for one in found if one.element in here]
        changed = {one.id: self._changed_fields(one) for one in standing if one.state == "open"}
        offers = []
        for proposal in standing:
            own = changed.get(proposal.id, set())
            rivals = tuple(
                other.id
                for other in standing
                if other.id != proposal.id and other.element == proposal.element and changed.get(other.id, set()) & own
            )
            offers.append(self._offer(proposal, rivals=rivals))
        return tuple(offers)

    def waiting(self, module_id: str) -> tuple[Proposal, ...]:
        """The proposals on a module that nobody has answered, oldest first, without a look at what they change."""
        return self._store.proposals.of(module_id, states=OPEN)

    def suggest(
        self,
        module_id: str,
        element: Element,
        *,
        based_on: int,
        by: str,
        note: str | None = None,
        channel: Channel = Channel.APP,
    ) -> Proposal:
        """Offers a change of an element, which changes nothing by itself.

        Raises ReviewError where it does not fit the module, or changes nothing. The same offer again is the one there.
        """
        doing = f"suggesting a change to {element.id}"
        act = self._acting.act(by, Verb.SUGGEST, doing, channel=channel)
        module = self._store.modules.load(module_id)
        base = self._comparing.conflict(module_id, element, based_on=based_on).base
        element = fitted(element, former=base, module=module, documents=self._changes.documents(module))
        if element.content() == base.content():
            raise ReviewError(
                doing, why="it changes nothing", mend="change the text, or say it in a comment", code="unchanged"
            )
        hashed = fingerprint(element.content())
        proposal = Proposal(
            id=short_id("x", module_id, element.id, based_on, hashed, act.by), module=module_id, element=element.id,
            based_on=based_on, content=element.content(), by=Author(kind=AuthorKind.PERSON, name=act.by),
            at=self._acting.clock(), note=note, channel=channel,
        )
        self._store.proposals.add((proposal,), act=act)
        return self._store.proposals.get(proposal.id)

    def accept(
        self,
        proposal_id: str,
        *,
        revision: int,
        by: str,
        edited: Element | None = None,
        keep: Keep = Keep.MERGED,
        channel: Channel = Channel.APP,
    ) -> Revision:
        """Takes an offer over as a new revision.

        Args:
            proposal_id: the offer.
            revision: the latest revision of the element, as seen.
            by: who takes it over.
            edited: the text to save instead of the offered one.
            keep: MERGED puts the offered changes into what stands; MINE lets the offer count where they overlap.
            channel: how the person's word came in.

        Raises:
            ReviewError: code "conflict" where the element was changed in the same places since.
            StaleRevisionError: `revision` is not the latest.
            TransitionError: the offer is closed, or the element's status does not allow it.

        """
        proposal = self._store.proposals.get(proposal_id)
        doing = f"accepting proposal {proposal_id} for {proposal.element}"
        act = self._acting.act(by, Verb.EDIT, doing, channel=channel)
        state = self._store.modules.element_state(proposal.module, proposal.element)
        if state.revision != revision:
            raise StaleRevisionError(proposal.element, based_on=revision, latest=state.revision)
        element = edited
        if element is None:
            offered = element_from(proposal.content, state.element)
            if keep is Keep.MINE:
                element = self._comparing.with_mine(proposal.module, offered, based_on=proposal.based_on)
            else:
                element = self._merged(proposal, offered, doing)
        at = self._acting.clock()
        close = partial(change_state, proposal_id=proposal_id, state="accepted", by=act.by, at=at)
        is_as_offered = element.content() == proposal.content
        saved = self._changes.revise(
            proposal.module,
            element,
            based_on=revision,
            author=proposal.by if is_as_offered else Author(kind=AuthorKind.PERSON, name=act.by),
            reason=proposal.note,
            decided=Decided(DecisionKind.ACCEPT_PROPOSAL, act.by, act=act, detail={"proposal": proposal_id}),
            within=close,
            at=at,
        )
        return saved.revision

    def decline(
        self, proposal_id: str, *, reason: str, by: str, channel: Channel = Channel.APP
    ) -> Proposal:
        """Closes an offer without taking it over; raises TransitionError without a reason, or where it is closed."""
        doing = f"declining proposal {proposal_id}"
        act = self._acting.act(by, Verb.EDIT, doing, channel=channel)
        why = demanded_reason(reason, doing)
        return self._store.proposals.set_state(
            proposal_id, "declined", act=act, at=self._acting.clock(), reason=why
        )

    def reopen(self, proposal_id: str, *, by: str, channel: Channel = Channel.APP) -> Proposal:
        """Opens a declined offer again; raises TransitionError where it is not declined."""
        act = self._acting.act(by, Verb.EDIT, f"opening proposal {proposal_id}", channel=channel)
        return self._store.proposals.set_state(proposal_id, "open", act=act, at=self._acting.clock())

    def _merged(self, proposal: Proposal, offered: Element, doing: str) -> Element:
        conflict: Conflict = self._comparing.conflict(proposal.module, offered, based_on=proposal.based_on)
        if conflict.merged is not None:
            return conflict.merged
        contents = (conflict.base.content(), conflict.theirs.content(), offered.content())
        places = [field_name(one.field, *contents) for one in conflict.fields if one.merged is None]
        raise ReviewError(
            doing, why=f"{conflict.by} has changed the same since ({', '.join(places) or 'the item as a whole'})",
            mend="choose which text is to stand, or edit it", code="conflict",
        )

    def _offer(self, proposal: Proposal, *, rivals: tuple[str, ...]) -> Offer:
        state = self._store.modules.element_state(proposal.module, proposal.element)
        offered = element_from(proposal.content, state.element)
        conflict = self._comparing.conflict(proposal.module, offered, based_on=proposal.based_on)
        return Offer(
            proposal=proposal, fields=conflict.fields, latest=conflict.latest, offered=offered,
            merged=conflict.merged, is_moved_on=conflict.latest != proposal.based_on, rivals=rivals,
        )

    def _changed_fields(self, proposal: Proposal) -> set[str]:
        base = self._comparing.revisions(proposal.module, proposal.element)[proposal.based_on]
        return set(differing_fields(base.content, proposal.content))
