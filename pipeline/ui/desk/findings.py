"""The findings on an element: principle, why it matters, what to do, and a waiver with a reason."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pipeline.domain import Criterion, DecisionKind, Finding, Severity, Waiver
from pipeline.review.permissions import Verb
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.desk.forms import Form
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.tags import severity_tag
from pipeline.ui.wording import counted

Criteria = Mapping[str, Criterion]
"""Criterion id → the criterion."""


def draw_findings(view: ElementView, criteria: Criteria, verbs: Verbs) -> None:
    """All findings on the element, open ones first, and what was mended before anybody saw it."""
    if view.mended:
        told = ", ".join(name.replace("_", " ") for name in view.mended)
        draw(el("p", f"Written again once after a first check, which found: {told}.", class_="s2m-where"))
    if not view.findings:
        draw(el("p", "No findings: every criterion that applies here is met.", class_="s2m-where"))
        return
    waivers = {waiver.criterion: waiver for waiver in view.element.waivers}
    still_open = sum(finding.criterion not in waivers for finding in view.findings)
    waived = len(view.findings) - still_open
    title = (counted(still_open, "finding") if still_open else "No open findings") + (
        f", {waived} waived" if waived else ""
    )
    draw(el("h2", title))
    offered: set[str] = set()
    for finding in view.findings:
        waiver = waivers.get(finding.criterion)
        with st.container(gap="xsmall"):
            draw(_drawn(finding, criteria.get(finding.criterion), waiver))
            # A waiver is for the criterion, so two findings of one criterion share its button.
            if finding.criterion not in offered:
                offered.add(finding.criterion)
                _draw_waiving(view, finding, waiver, verbs)


def draw_open_findings(view: ElementView, criteria: Criteria) -> None:
    """What is to be mended, for whoever is about to: without a verb, since the editor is what mends it."""
    still_open = [finding for finding in view.findings if not view.element.waived(finding.criterion)]
    if not still_open:
        return
    draw(
        el("h2", counted(len(still_open), "finding")),
        *(_drawn(finding, criteria.get(finding.criterion), None) for finding in still_open),
    )


def _drawn(finding: Finding, criterion: Criterion | None, waiver: Waiver | None) -> Html:
    suggestion = finding.suggestion or (criterion.suggestion if criterion else None)
    return el(
        "div",
        el("p", severity_tag(finding.severity), " ", el("strong", finding.message)),
        el("p", el("strong", "To do: "), suggestion) if suggestion and not waiver else None,
        el("small", f"{finding.principle} · {finding.criterion.replace('_', ' ')}"),
        el("small", f"Why it matters: {criterion.reason} ({criterion.source})") if criterion and not waiver else None,
        el("p", f"Waived by {waiver.by}: {waiver.reason}") if waiver else None,
        class_=f"s2m-finding s2m-{'waived' if waiver else finding.severity.value}",
    )


def _draw_waiving(view: ElementView, finding: Finding, waiver: Waiver | None, verbs: Verbs) -> None:
    name = finding.criterion
    demanded = Verb.WAIVE_ERROR if finding.severity is Severity.ERROR else Verb.WAIVE_WARNING
    if not verbs.review.may(state.reviewer(), demanded):
        return
    key = f"{verbs.seen.element}:{verbs.seen.revision}:{name}"
    if (DecisionKind.UNWAIVE if waiver else DecisionKind.WAIVE) not in view.actions:
        return
    if waiver:
        st.button(
            "Take the waiver back",
            key=f"unwaive:{key}",
            type="tertiary",
            on_click=verbs.unwaive,
            args=(name,),
        )
        return
    if state.session().waiving != (view.element.id, name):
        st.button("Waive with a reason", key=f"waive:{key}", type="tertiary", on_click=_begin, args=(view, name))
        return
    form = verbs.form(f"waive:{name}", {"text": f"waive-reason:{key}"})
    form.open()
    st.text_input("Why may it stay as it is?", key=form.widgets["text"], on_change=form.keep, args=("text",))
    with st.container(horizontal=True):
        st.button("Waive", key=f"waive-do:{key}", on_click=_waive, args=(verbs, name, form))
        st.button("Cancel", key=f"waive-cancel:{key}", on_click=_end, args=(form,))


def _begin(view: ElementView, criterion: str) -> None:
    state.session().waiving = (view.element.id, criterion)


def _end(form: Form) -> None:
    form.close()
    state.session().waiving = None


def _waive(verbs: Verbs, criterion: str, form: Form) -> None:
    verbs.waive(criterion, form.text("text"))
