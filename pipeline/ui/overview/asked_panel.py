"""Questions to experts on the overview: who was asked, how far each is, the message once more, the link taken back."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pipeline.domain import Channel
from pipeline.review.fact_requests import Asked, RequestState
from pipeline.review.facts import Facts
from pipeline.review.views import ModuleView
from pipeline.ui import state
from pipeline.ui.desk.attempt import attempted
from pipeline.ui.expert_links import ExpertLinks
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import REQUEST_STATE, counted, day

_MESSAGE, _REVOKING = "asked-message", "asked-revoking"
_ENDED = (RequestState.REVOKED, RequestState.EXPIRED)


def draw_asked(view: ModuleView, frame: Frame) -> None:
    """The list, and for who may ask what can be done about a request."""
    facts = frame.services.facts
    found = facts.requests(view.module.id)
    with st.container(border=True, key="asked"):
        draw(el("h2", "Questions to experts"))
        if not found:
            draw(el("p", "No expert was asked yet; in review, F asks one about an element.", class_="s2m-where"))
            return
        draw(el("ul", *(_line(one) for one in found)))
        by_link = [one for one in found if _has_link(one)]
        if by_link and facts.may_ask(state.session().reviewer):
            _draw_verbs(by_link, facts, view, ExpertLinks(frame.services.settings.public_url))


def _line(one: Asked) -> Html:
    request = one.request
    told = [
        REQUEST_STATE[one.state],
        f"{one.answered} of {len(request.statements)} answered",
        *([f"due {day(request.due)}"] if request.due else []),
        f"asked {day(request.at)} by {request.by}",
        *([f"last answer {day(one.last_answer)}"] if one.last_answer else []),
        *([] if _has_link(one) else ["in a Word file"]),
    ]
    return el("li", el("strong", request.to), f" · {' · '.join(told)}")


def _has_link(one: Asked) -> bool:
    return one.request.channel is Channel.LINK


def _draw_verbs(found: Sequence[Asked], facts: Facts, view: ModuleView, links: ExpertLinks) -> None:
    by_id = {one.request.id: one for one in found}
    chosen = by_id[
        st.selectbox(
            "Request", list(by_id), key=_chosen(view), format_func=lambda name: _name(by_id[name]), on_change=_forget
        )
    ]
    request = chosen.request
    if state.widget(_REVOKING) == request.id:
        _draw_question(chosen, facts)
        return
    told = state.widget(_MESSAGE)
    if told is not None and told[0] == request.id:
        links.draw(told[1])
        st.button("Done", key="asked-done", type="primary", on_click=_forget)
        return
    with st.container(horizontal=True):
        if chosen.is_open:
            st.button(
                "Show the message again", key="asked-again", on_click=_show, args=(request.id, facts, view, links)
            )
            st.button("Revoke …", key="asked-revoke", on_click=state.set_widget, args=(_REVOKING, request.id))
        if chosen.state in _ENDED and chosen.answered < len(request.statements):
            st.button(
                "Ask again", key="asked-anew", on_click=_ask_again, args=(request.id, facts, view, links),
                help="A new link to the same expert, for what has no answer yet",
            )


def _chosen(view: ModuleView) -> str:
    """Key of what is chosen, a module: no other module has the request."""
    return f"asked-request:{view.module.id}"


def _name(one: Asked) -> str:
    return f"{one.request.to}, {day(one.request.at)}: {REQUEST_STATE[one.state].lower()}"


def _draw_question(chosen: Asked, facts: Facts) -> None:
    told = f"Take the link of {chosen.request.to} back? It opens no page to answer on any more. "
    kept = f"{counted(chosen.answered, 'answer')} stay." if chosen.answered != 1 else "1 answer stays."
    draw(el("p", told + (kept if chosen.answered else "Nothing was answered yet."), role="alert"))
    with st.container(horizontal=True):
        st.button(
            "Take it back", key="asked-revoke-do", type="primary", on_click=_revoke, args=(chosen.request.id, facts)
        )
        st.button("Keep it", key="asked-revoke-not", on_click=_forget)


def _show(request_id: str, facts: Facts, view: ModuleView, links: ExpertLinks) -> None:
    found = attempted(lambda by: facts.link_again(request_id, by=by))
    if found is not None:
        request, path = found
        _say(request.id, links.message(request, path, title=view.module.title, language=view.module.language))


def _ask_again(request_id: str, facts: Facts, view: ModuleView, links: ExpertLinks) -> None:
    request = attempted(lambda by: facts.ask_again(request_id, by=by))
    if request is not None:
        path, module = facts.link(request), view.module
        state.set_widget(_chosen(view), request.id)
        _say(request.id, links.message(request, path, title=module.title, language=module.language))
        state.say("done", f"Asked: {request.to}. Send the message with the new link.")


def _revoke(request_id: str, facts: Facts) -> None:
    request = attempted(lambda by: facts.revoke(request_id, by=by))
    _forget()
    if request is not None:
        state.say("done", f"The link of {request.to} was taken back.")


def _say(request_id: str, message: str) -> None:
    state.set_widget(_MESSAGE, (request_id, message))


def _forget() -> None:
    state.forget_widget(_MESSAGE)
    state.forget_widget(_REVOKING)
