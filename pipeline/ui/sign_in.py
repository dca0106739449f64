"""Who is at the screen where a team signs in: known by a verified e-mail address, let in by the members' table.

In: what Streamlit's sign-in says of the person, and the members. Out: the member, or a page that says why not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from pipeline.domain import Member, Role
from pipeline.ui.markup import draw, el

if TYPE_CHECKING:
    from pipeline.wiring import Services


ROLE_NAMES = {Role.DESIGNER: "designer", Role.SME: "subject-matter expert", Role.LEAD: "lead", Role.VIEWER: "viewer"}


def admitted(services: Services, *, providers: Sequence[str] = ()) -> Member | None:
    """The member at the screen; None where there is none, and the page says so.

    `providers` are the names of the sign-ins to choose between; none where there is just one.
    """
    told = st.user.to_dict()
    if not told.get("is_logged_in"):
        _ask_to_sign_in(providers)
        return None
    email = told.get("email")
    if not isinstance(email, str) or not email.strip() or told.get("email_verified") not in (True, "true"):
        _turn_away(
            "Your e-mail address is not verified",
            "The sign-in did not say that the address belongs to you, so nobody can be let in by it. "
            "Ask whoever looks after the sign-in to send email and email_verified.",
        )
        return None
    member = services.store.members.get(email)
    if member is None or not member.is_active:
        _turn_away(
            "You are not a member of this workspace",
            f"You are signed in as {email.strip()}. Ask a lead to add this address; then reload this page.",
        )
        return None
    return member


def _ask_to_sign_in(providers: Sequence[str]) -> None:
    draw(
        el("h1", "Sign in to review"),
        el("p", "This workspace is open to its members. You come back to the page you wanted."),
    )
    if not providers:
        st.button("Sign in", type="primary", on_click=st.login)
    for name in providers:
        st.button(f"Sign in with {name}", type="primary", on_click=st.login, args=(name,), key=f"sign-in-{name}")


def _turn_away(title: str, why: str) -> None:
    draw(el("h1", title), el("p", why, role="alert"))
    st.button("Sign out", on_click=st.logout)
