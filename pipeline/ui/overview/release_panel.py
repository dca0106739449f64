"""Sign-off on the overview: what is missing in full, what is let pass and why, and the releases there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from pipeline.domain import Release
from pipeline.errors import Sme2ModuleError
from pipeline.review.releasing import Readiness
from pipeline.review.signoff import Lack, Missing
from pipeline.review.views import ModuleView
from pipeline.ui import state
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import counted, moment, shortened

LACK = {
    Lack.OUTLINE: "Only the outline is drafted",
    Lack.NOTHING: "Nothing goes out",
    Lack.UNDECIDED: "Not decided",
    Lack.CHANGES_REQUESTED: "Changes requested",
    Lack.FINDING: "Open error",
    Lack.QUOTE: "Quote not found",
    Lack.FACTS_WRONG: "Wrong, says an SME",
    Lack.FACTS_OPEN: "Facts not confirmed",
    Lack.FACT_COMMENT: "Open comment about facts",
}
_STATE = {"released": "In use", "deprecated": "Deprecated", "retired": "Retired"}


def draw_release(view: ModuleView, frame: Frame) -> None:
    """What is missing or the button, and the list of releases."""
    releasing, by = frame.services.releasing, state.session().reviewer
    with st.container(border=True, key="release"):
        draw(el("h2", "Sign-off and releases"))
        releases = releasing.of(view.module.id)
        if st.toggle("Show what a release still needs", key="release-open", value=False):
            _draw_sign_off(view, frame, by)
        if releases:
            _draw_releases(releases, view.module.id, frame, by)
        else:
            draw(el("p", "No release yet.", class_="s2m-where"))


def _draw_sign_off(view: ModuleView, frame: Frame, by: str) -> None:
    readiness = frame.services.releasing.readiness(view.module.id)
    left = readiness.outstanding
    if readiness.is_ready:
        out = f"{counted(readiness.approved, 'approved element')} go out, {readiness.rejected} rejected are left out."
        draw(el("p", f"Nothing is missing. {out}"))
    else:
        counts = Counter(one.lack for one in left)
        told = el("ul", *(el("li", f"{LACK[lack]}: {count:,}") for lack, count in counts.items()))
        draw(el("p", el("strong", f"{counted(len(left), 'thing')} missing:")), told)
        with st.expander("All that is missing"):
            draw(_list(left))
    if not frame.services.releasing.may(by):
        draw(el("p", "A lead signs off.", class_="s2m-where"))
        return
    waivable = {(one.criterion if one.is_whole else one.target) or "": one for one in left if one.is_waivable}
    typed = ""
    if waivable:
        typed = st.text_area(
            "Let pass, one a line, as ELEMENT = why",
            key=f"waive:{view.module.id}",
            height=90,
            help="What is let pass goes out, and the manifest names it with your reason. An open error, a lost quote, "
            "an open comment about facts and a wrong fact are mended in review instead.",
        )
    st.button(
        "Release", type="primary", key="release-now", on_click=_release, args=(readiness, typed, frame, by),
        disabled=not readiness.is_ready and not waivable,
    )
    failed = state.widget("release-failed")
    if failed:
        draw(el("p", str(failed), class_="s2m-notice s2m-problem", role="alert"))


def _list(left: Sequence[Missing]) -> Html:
    return el(
        "ul",
        *(
            el(
                "li",
                el("strong", f"{LACK[one.lack]}: "),
                *((el("code", one.target), " ", shortened(one.label), ": ") if not one.is_whole else ()),
                one.text,
            )
            for one in left
        ),
    )


def waivers_in(typed: str) -> dict[str, str]:
    """Element (or criterion) → reason, from lines ELEMENT = why; a line without a reason has an empty one."""
    lines = (line.partition("=") for line in typed.splitlines() if line.strip())
    return {name.strip(): reason.strip() for name, _, reason in lines}


def _release(readiness: Readiness, _typed: str, frame: Frame, by: str) -> None:
    # What the field holds now: the argument is what it held when the page was drawn.
    typed = str(state.widget(f"waive:{readiness.module_id}") or "")
    state.set_widget("release-failed", None)
    try:
        signed = frame.services.releasing.release(readiness.module_id, by=by, waived=waivers_in(typed))
    except Sme2ModuleError as error:
        state.set_widget("release-failed", error.line)
        return
    state.forget_widget(f"waive:{readiness.module_id}")
    number = signed.release.number
    said = f"Release {number} made" if signed.is_new else f"Release {number} holds exactly this already"
    state.say("done", said)


def _draw_releases(releases: Sequence[Release], module_id: str, frame: Frame, by: str) -> None:
    draw(
        el(
            "ul",
            *(
                el(
                    "li",
                    el("strong", f"Release {one.number}"),
                    f" · {_STATE[one.state]} · {counted(len(one.revisions), 'element')} · {one.by}, {moment(one.at)}",
                )
                for one in reversed(releases)
            ),
        )
    )
    in_use = [one.number for one in releases if one.state != "retired"]
    if not in_use or not frame.services.releasing.may(by):
        return
    with st.expander("Take a release out of use"):
        number = st.selectbox("Release", in_use[::-1], key="release-number")
        left, right = st.columns(2)
        is_deprecated = any(one.number == number and one.state == "deprecated" for one in releases)
        left.button(
            "Deprecate", key="deprecate", disabled=is_deprecated, on_click=_move, args=(module_id, number, frame, by),
            kwargs={"is_final": False}, help="Not for new learners any more; it can still be exported",
        )
        right.button(
            "Retire", key="retire", on_click=_move, args=(module_id, number, frame, by), kwargs={"is_final": True},
            help="It can be looked at and not exported any more",
        )


def _move(module_id: str, number: int, frame: Frame, by: str, *, is_final: bool) -> None:
    releasing = frame.services.releasing
    try:
        if is_final:
            releasing.retire(module_id, number, by=by)
        else:
            releasing.deprecate(module_id, number, by=by)
    except Sme2ModuleError as error:
        state.say("problem", error.line)
        return
    state.say("done", f"Release {number} is {'retired' if is_final else 'deprecated'}")
