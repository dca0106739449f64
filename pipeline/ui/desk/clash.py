"""Two texts of one element: what both began from, what somebody saved, what was typed, and what both make together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pipeline.review.comparing import Keep
from pipeline.review.field_names import field_name
from pipeline.review.merging import FieldMerge
from pipeline.ui import state
from pipeline.ui.desk.texts import Texts
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.word_diff import marked_changes
from pipeline.ui.wording import moment


def draw_clash(texts: Texts, clash: state.Clash) -> None:
    """Both texts side by side, with the three ways out; nothing is lost whichever is chosen."""
    conflict = clash.conflict
    merges = conflict.merged is not None
    draw(
        el(
            "div",
            el("p", el("strong", f"Not saved yet: {conflict.by} saved revision {conflict.latest} while you wrote.")),
            el("p", f"You began from revision {conflict.based_on}; theirs is of {moment(conflict.at)}."),
            class_="s2m-notice s2m-problem",
            role="alert",
        ),
        merges_table(
            conflict.fields,
            ("Before", f"{conflict.by}’s text", "Your text", "Both together"),
            clash.mine.content(), texts.view.element.content(),
        ),
        el(
            "p",
            "Both changes fit together: “Both together” is what would be saved."
            if merges
            else "You both changed the same words, so one of the texts must be chosen, or yours edited further.",
            class_="s2m-where",
        ),
    )
    key = f"{texts.view.element.id}:{conflict.latest}"
    with st.container(key="verbs", horizontal=True):
        if merges:
            st.button(
                "Use merged", key=f"merged:{key}", type="primary", on_click=texts.settle, args=(Keep.MERGED,)
            )
        st.button("Keep theirs", key=f"theirs:{key}", on_click=texts.settle, args=(Keep.THEIRS,))
        st.button(
            "Use mine", key=f"mine:{key}", on_click=texts.settle, args=(Keep.MINE,),
            help="Theirs stays in the history, and your decision names it",
        )
        st.button("Back to my text", key=f"back:{key}", type="tertiary", on_click=texts.back)


def merges_table(
    fields: tuple[FieldMerge, ...], names: tuple[str, str, str, str], *contents: Mapping[str, Any]
) -> Html:
    """A row a field: base, theirs, mine with their changes marked, and both together; `contents` say what is whose."""
    rows = [
        el(
            "tr",
            el("th", field_name(one.field, *contents), scope="row"),
            el("td", one.base or "—"),
            el("td", marked_changes(one.base, one.theirs)),
            el("td", marked_changes(one.base, one.mine)),
            el("td", "—" if one.merged is None else marked_changes(one.base, one.merged)),
        )
        for one in fields
    ]
    if not rows:
        return el("p", "The two texts do not differ.")
    heads = (el("span", "Field", class_="s2m-unseen"), *names)
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in heads)))
    return el("div", el("table", head, el("tbody", *rows), class_="s2m-grid s2m-texts"), class_="s2m-scroll")
