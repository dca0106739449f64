"""Changes that others offered, from a Word file, another draft or an SME: shown, to be taken or turned down."""

from __future__ import annotations

import streamlit as st

from pipeline.domain import AuthorKind, DecisionKind
from pipeline.errors import Sme2ModuleError
from pipeline.review.comparing import Keep
from pipeline.review.field_names import field_name
from pipeline.review.permissions import Verb
from pipeline.review.proposals import Offer
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.cards import card_of
from pipeline.ui.desk.attempt import attempted, has_reason, in_words
from pipeline.ui.desk.clash import merges_table
from pipeline.ui.desk.forms import Form
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.editor import as_text
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.word_diff import marked_changes
from pipeline.ui.wording import CHANNEL, counted, moment


def draw_proposals(view: ElementView, verbs: Verbs) -> None:
    """The open proposals, oldest first; two for the same words stand one after the other and say so."""
    if not view.proposals:
        return
    offers = verbs.review.proposals.of(view.module_id, view.element.id)
    if not offers:
        return
    draw(el("h2", counted(len(offers), "proposal")))
    may = verbs.review.may(state.reviewer(), Verb.EDIT) and DecisionKind.EDIT in view.actions
    for offer in offers:
        draw(drawn_offer(offer))
        if may:
            _draw_verbs(offer, view, verbs)


def drawn_offer(offer: Offer) -> Html:
    """Who offers what, beside what stands."""
    proposal = offer.proposal
    way = f" · {CHANNEL[proposal.channel]}" if proposal.channel else ""
    who = f"Another draft by {proposal.by.name}" if proposal.by.kind is AuthorKind.RUN else proposal.by.name
    changes: Html
    contents = [one.content() for one in (offer.merged, offer.offered) if one is not None]
    if offer.is_moved_on:
        changes = merges_table(offer.fields, ("When it was sent", "Now", "Proposed", "Both together"), *contents)
    else:
        changes = el(
            "table",
            el(
                "tbody",
                *(
                    el(
                        "tr", el("th", field_name(one.field, *contents), scope="row"),
                        el("td", marked_changes(one.base, one.mine)),
                    )
                    for one in offer.fields
                ),
            ),
            class_="s2m-facts s2m-texts",
        )
    rivals = (
        el("p", f"{counted(len(offer.rivals), 'other proposal')} would change the same words.", class_="s2m-where")
        if offer.rivals
        else None
    )
    return el(
        "section",
        el("p", el("strong", who), el("span", f"{way} · {moment(proposal.at)}", class_="s2m-where")),
        el("p", f"“{proposal.note}”", dir="auto") if proposal.note else None,
        changes,
        rivals,
        class_="s2m-thread",
    )


def _draw_verbs(offer: Offer, view: ElementView, verbs: Verbs) -> None:
    key, memory = offer.proposal.id, state.session()
    if memory.declining == key:
        form = verbs.form(f"decline:{key}", {"text": f"decline-reason:{key}"})
        form.open()
        st.text_input("Why not?", key=form.widgets["text"], on_change=form.keep, args=("text",))
        with st.container(horizontal=True):
            st.button("Decline", key=f"decline-do:{key}", type="primary", on_click=_decline, args=(verbs, key, form))
            st.button("Cancel", key=f"decline-cancel:{key}", on_click=_end, args=(form,))
        return
    with st.container(horizontal=True):
        if offer.merged is not None:
            st.button(
                "Accept", key=f"accept:{key}", on_click=_accept, args=(verbs, offer, Keep.MERGED),
                help="Makes a new revision, a draft until it is approved",
            )
        else:
            st.button(
                "Take the proposed text", key=f"accept:{key}", on_click=_accept, args=(verbs, offer, Keep.MINE),
                help="The words that somebody changed since stay in the history",
            )
        st.button("Edit first", key=f"accept-edit:{key}", on_click=_edit, args=(verbs, offer, view))
        st.button("Decline", key=f"decline:{key}", type="tertiary", on_click=_declining, args=(key,))


def _accept(verbs: Verbs, offer: Offer, keep: Keep) -> None:
    if attempted(
        lambda by: verbs.review.proposals.accept(offer.proposal.id, revision=offer.latest, by=by, keep=keep)
    ):
        state.say("done", "Proposal accepted. The text is a draft until it is approved.")


def _edit(verbs: Verbs, offer: Offer, view: ElementView) -> None:
    """Opens the editor with the proposed text in it."""
    by = state.reviewer()
    card = card_of(view.element)
    offered = offer.merged or view.element.model_validate({**view.element.dump(), **offer.proposal.content})
    now = {field.name: as_text(field.value) for field in card.fields(view.element)}
    wanted = {field.name: as_text(field.value) for field in card.fields(offered)}
    typed = {name: value for name, value in wanted.items() if now.get(name) != value and name in now}
    if not by or not typed:
        state.say("problem", "This proposal changes what the editor does not show: accept or decline it as it is.")
        return
    try:
        kept = verbs.review.typed.load(view.module_id, view.element.id, by=by)
        if kept is not None:
            state.say("problem", "You have typed text here that is not saved: save or discard it first.")
            return
        verbs.review.typed.save(
            view.module_id, view.element.id, by=by, based_on=view.revision, fields=typed,
            sequence=int(offer.proposal.at.timestamp() * 1000),
        )
    except Sme2ModuleError as error:
        state.say("problem", in_words(error))
        return
    state.session().offer = (view.element.id, offer.proposal.id)
    state.open_panel("edit", view.element.id)


def _decline(verbs: Verbs, proposal: str, form: Form) -> None:
    reason = form.text("text")
    if has_reason(reason) and attempted(
        lambda by: verbs.review.proposals.decline(proposal, reason=reason, by=by)
    ) is not None:
        _end(form)
        state.say("done", "Proposal declined; whoever sent it can be told your reason.")


def _end(form: Form) -> None:
    form.close()
    state.session().declining = None


def _declining(proposal: str) -> None:
    state.session().declining = proposal
