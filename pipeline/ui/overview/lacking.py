"""What stands in the way of a release, a row each with the way to it, and letting rows pass with a reason.

In: what a module lacks, of the review service. Out: rows on the screen, and the reasons given so far, which the session
remembers until the release is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import streamlit as st

from pipeline.review.signoff import Lack, Missing
from pipeline.review.views import ModuleView
from pipeline.ui import state
from pipeline.ui.markdown_safe import as_label
from pipeline.ui.markup import draw, el
from pipeline.ui.screens.frame import Frame
from pipeline.ui.wording import KIND, counted, named, shortened

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
_A_PAGE = 6


def passed(module_id: str, found: Sequence[Missing]) -> dict[str, str]:
    """Element (or criterion) → why it is let pass, of what was chosen here and still lacks something."""
    there = set(waivable(found))
    kept: Mapping[str, str] = state.widget(_key(module_id)) or {}
    return {name: reason for name, reason in kept.items() if name in there}


def forget_passed(module_id: str) -> None:
    """Forgets the reasons given: they are in a release now."""
    state.forget_widget(_key(module_id))


def waivable(found: Sequence[Missing]) -> dict[str, list[Missing]]:
    """Name that a waiver goes by → what it lets pass, in the module's order.

    An element that also lacks what no waiver lets pass is not among them: the release would wait for it all the same.
    """
    groups: dict[str, list[Missing]] = {}
    for one in found:
        groups.setdefault(_name(one), []).append(one)
    return {name: group for name, group in groups.items() if all(one.is_waivable for one in group)}


def draw_lacking(left: Sequence[Missing], view: ModuleView, frame: Frame) -> None:
    """How much is missing of each kind, and row by row what it is, with the way to where it is mended."""
    counts = Counter(one.lack for one in left)
    told = el("ul", *(el("li", f"{LACK[lack]}: {count:,}") for lack, count in counts.items()))
    draw(el("p", el("strong", f"{counted(len(left), 'thing')} missing:")), told)
    rows: dict[str, list[Missing]] = {}
    for one in left:
        rows.setdefault(_name(one), []).append(one)
    names = list(rows)
    pages = -(-len(names) // _A_PAGE)
    number = 1
    if pages > 1:
        key = f"lacking-page:{view.module.id}"
        state.set_widget(key, min(int(state.widget(key) or 1), pages))
        number = int(st.number_input(f"Page, of {pages}", 1, pages, key=key))
    for name in names[(number - 1) * _A_PAGE : number * _A_PAGE]:
        _draw_row(name, rows[name], view, frame)


def _draw_row(name: str, group: Sequence[Missing], view: ModuleView, frame: Frame) -> None:
    with st.container(key=f"lacks-{name}", gap=None):
        if not group[0].is_whole:
            st.page_link(
                frame.pages["review"], label=as_label(_said(group[0], view)),
                query_params={"module": view.module.id, "element": group[0].target},
            )
        draw(el("ul", *(el("li", el("strong", f"{LACK[one.lack]}: "), one.text) for one in group)))


def draw_passing(left: Sequence[Missing], reasons: Mapping[str, str], view: ModuleView) -> None:
    """What may be let pass with a reason, and what is let pass so far."""
    module_id, offered = view.module.id, waivable(left)
    if offered:
        with st.expander("Let something pass, with a reason"):
            draw(
                el(
                    "p",
                    "What is let pass goes out, and the manifest names it with your reason. An open error, a lost "
                    "quote, an open comment about facts and a wrong fact are mended in review instead.",
                    class_="s2m-where",
                )
            )
            every = len(offered) > 1 and st.checkbox(f"All {len(offered):,} that may pass", key=f"pass-all:{module_id}")
            st.multiselect(
                "What may pass", list(offered), key=f"pass:{module_id}", disabled=every,
                format_func=lambda name: _offered(name, offered, view), placeholder="Choose one or more",
            )
            st.text_input("Why", key=f"pass-why:{module_id}")
            st.button("Let pass", key="pass-do", on_click=_pass, args=(module_id, tuple(offered)))
    for reason, names in _by_reason(reasons):
        said = ", ".join(_spoken(name, view) for name in names[:3])
        more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            draw(el("p", el("strong", "Let pass: "), f"{said}{more}. “{reason}”"))
            st.button(
                "Take back", key=f"pass-back:{names[0]}", type="tertiary", on_click=_take_back, args=(module_id, names)
            )


def _by_reason(reasons: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for reason in dict.fromkeys(reasons.values()):
        yield reason, tuple(name for name, why in reasons.items() if why == reason)


def _name(one: Missing) -> str:
    """What a waiver of it goes by: a criterion for a finding on the module as a whole, else its target."""
    return (one.criterion if one.is_whole else None) or one.target


def _offered(name: str, offered: Mapping[str, Sequence[Missing]], view: ModuleView) -> str:
    group = offered.get(name)
    if group is None:
        return name  # it was chosen before somebody decided on it
    return f"{_spoken(name, view)}: {', '.join(LACK[one.lack].lower() for one in group)}"


def _said(one: Missing, view: ModuleView) -> str:
    return f"{_kind(one.target, view)}: {shortened(one.label, 44)}"


def _spoken(name: str, view: ModuleView) -> str:
    entry = next((one for one in view.queue if one.element_id == name), None)
    return named(name) if entry is None else f"{KIND.get(entry.kind, entry.kind)} “{shortened(entry.label, 50)}”"


def _kind(element: str, view: ModuleView) -> str:
    kind = next((one.kind for one in view.queue if one.element_id == element), "element")
    return KIND.get(kind, named(kind))


def _pass(module_id: str, offered: tuple[str, ...]) -> None:
    reason = " ".join(str(state.widget(f"pass-why:{module_id}") or "").split())
    chosen = set(state.widget(f"pass:{module_id}") or ())
    is_every = bool(state.widget(f"pass-all:{module_id}"))
    names = [name for name in offered if is_every or name in chosen]
    if not names:
        state.say("problem", "Choose what may pass first.")
        return
    if not reason:
        state.say("problem", "Say why it may pass: the manifest names it with your reason.")
        return
    state.set_widget(_key(module_id), {**(state.widget(_key(module_id)) or {}), **dict.fromkeys(names, reason)})
    for key in ("pass", "pass-why", "pass-all"):
        state.forget_widget(f"{key}:{module_id}")
    state.say("done", f"{counted(len(names), 'element')} let pass in the next release")


def _take_back(module_id: str, names: tuple[str, ...]) -> None:
    kept: Mapping[str, str] = state.widget(_key(module_id)) or {}
    state.set_widget(_key(module_id), {name: reason for name, reason in kept.items() if name not in names})


def _key(module_id: str) -> str:
    return f"let-pass:{module_id}"
