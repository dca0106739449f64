"""Going through what a Word file proposed, one change at a time: accept, decline, next, by button or key.

In: the report on a file that came back. Everything it proposed that nobody has answered is gone through in the file's
order; what changes the same words as somebody's later edit is never taken by the key alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from pipeline.domain import Proposal
from pipeline.domain.word import WordReturn
from pipeline.review.comparing import Keep
from pipeline.review.permissions import Verb
from pipeline.review.proposals import Offer
from pipeline.review.service import ReviewService
from pipeline.ui import state
from pipeline.ui.desk import keys
from pipeline.ui.desk.attempt import attempted, has_reason
from pipeline.ui.desk.proposals import drawn_offer
from pipeline.ui.markup import draw, el
from pipeline.ui.wording import counted, shortened


def open_proposals(review: ReviewService, report: WordReturn, confirmed: Mapping[int, str]) -> tuple[Proposal, ...]:
    """What the file proposed and nobody has answered, in the file's order."""
    ordered = [name for entry in report.entries for name in (*entry.proposals, confirmed.get(entry.number, ""))]
    there = {one.id: one for one in review.proposals.waiting(report.module)}
    return tuple(there[name] for name in dict.fromkeys([*ordered, *report.proposals]) if name in there)


def draw_start(report: WordReturn, waiting: Sequence[Proposal]) -> None:
    """The way in."""
    st.button(
        f"Go through {counted(len(waiting), 'proposal')} one by one", type="primary", key=f"steps:{report.id}",
        on_click=_stand_on, args=(report.id, waiting[0].id),
    )


def draw_step(review: ReviewService, report: WordReturn, waiting: Sequence[Proposal], element_page: object) -> bool:
    """The proposal that the person has come to; False where they are not going through this file."""
    stands = state.session().stepping
    if stands is None or stands[0] != report.id:
        return False
    if not waiting:
        draw(el("p", f"Every proposal of {report.name} is answered.", class_="s2m-notice"))
        st.button("Back to the list", key="step-end", on_click=_leave)
        return True
    ids = [one.id for one in waiting]
    at = ids.index(stands[1]) if stands[1] in ids else 0
    proposal = waiting[at]
    offers = review.proposals.of(report.module, proposal.element)
    offer = next((one for one in offers if one.proposal.id == proposal.id), None)
    before, after = ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None
    with st.container(border=True, key="step"):
        draw(el("h2", f"Proposal {at + 1} of {len(ids)} · {shortened(_label(review, report, proposal))}"))
        if offer is None:
            draw(el("p", "The element has no place in the module any more."))
        else:
            draw(drawn_offer(offer))
            if review.may(state.reviewer(), Verb.EDIT):
                _draw_verbs(review, report, offer, then=after or before)
        with st.container(horizontal=True):
            _move("Previous", "K", report, before)
            _move("Next", "J", report, after)
            st.page_link(
                element_page, label="To the element",  # type: ignore[arg-type]  # a page of the navigation
                query_params={"module": report.module, "element": proposal.element},
            )
            st.button("Back to the list", key="step-end", type="tertiary", on_click=_leave)
    state.came_up(proposal.id, offer.latest if offer else 0)
    return True


def _draw_verbs(review: ReviewService, report: WordReturn, offer: Offer, *, then: str | None) -> None:
    name = offer.proposal.id
    if state.session().declining == name:
        reason = f"step-reason:{name}"
        st.text_input("Why not?", key=reason)
        with st.container(horizontal=True):
            st.button(
                "Decline", key=f"step-decline-do:{name}", type="primary", on_click=_decline,
                args=(review, report, name, reason, then),
            )
            st.button("Cancel", key=f"step-decline-end:{name}", on_click=_declining, args=(None,))
        return
    with st.container(horizontal=True):
        if offer.merged is not None:
            st.button(
                "Accept", key=f"step-accept:{name}:{offer.latest}", type="primary", shortcut=keys.shortcut("A"),
                on_click=_accept, args=(review, report, offer, Keep.MERGED, then),
                help="Makes a new revision, a draft until it is approved",
            )
        else:
            # No key: somebody's later words would be written over.
            st.button(
                "Take the proposed text", key=f"step-accept:{name}:{offer.latest}", on_click=_accept,
                args=(review, report, offer, Keep.MINE, then),
                help="The words that somebody changed since stay in the history",
            )
        st.button(
            "Decline …", key=f"step-decline:{name}", shortcut=keys.shortcut("X"), on_click=_declining, args=(name,)
        )


def _move(label: str, command: str, report: WordReturn, to: str | None) -> None:
    st.button(
        label, key=f"step-{label.lower()}", type="tertiary", disabled=to is None, on_click=_stand_on,
        args=(report.id, to), shortcut=keys.shortcut(command) if to else None,
    )


def _accept(review: ReviewService, report: WordReturn, offer: Offer, keep: Keep, then: str | None) -> None:
    name = offer.proposal.id
    if not state.was_looked_at(name, offer.latest):
        state.say("hint", "Not accepted: the proposal had only just come up. Look at it, then press again.")
        return
    if attempted(lambda by: review.proposals.accept(name, revision=offer.latest, by=by, keep=keep)):
        state.say("done", "Accepted. The text is a draft until it is approved.")
        _go(report.id, then)


def _decline(review: ReviewService, report: WordReturn, name: str, reason_key: str, then: str | None) -> None:
    reason = str(state.widget(reason_key) or "")
    if has_reason(reason) and attempted(
        lambda by: review.proposals.decline(name, reason=reason.strip(), by=by)
    ) is not None:
        state.session().declining = None
        state.say("done", "Declined; whoever sent it can be told your reason.")
        _go(report.id, then)


def _declining(name: str | None) -> None:
    state.session().declining = name


def _stand_on(report: str, proposal: str | None) -> None:
    state.session().notice = None
    _go(report, proposal)


def _go(report: str, proposal: str | None) -> None:
    state.session().stepping = (report, proposal or "")


def _leave() -> None:
    state.session().stepping = None


def _label(review: ReviewService, report: WordReturn, proposal: Proposal) -> str:
    return next(
        (one.label for one in review.queue(report.module) if one.element_id == proposal.element), proposal.element
    )
