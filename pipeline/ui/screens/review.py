"""The review screen: one element beside its source, in one fragment: a decision redraws nothing else."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import streamlit as st

from pipeline.domain import Element, Evidence, Module, Part, Status
from pipeline.errors import Sme2ModuleError, UsageError
from pipeline.review.service import ReviewService
from pipeline.review.views import ElementView, QueueEntry
from pipeline.ui import editor, state
from pipeline.ui.cards import card_of
from pipeline.ui.desk import history, keys, queue
from pipeline.ui.desk.actions import draw_actions
from pipeline.ui.desk.asking import Asking
from pipeline.ui.desk.clash import draw_clash
from pipeline.ui.desk.comments import draw_comments
from pipeline.ui.desk.editor import DESK, draw_editor
from pipeline.ui.desk.facts import draw_facts
from pipeline.ui.desk.findings import draw_findings
from pipeline.ui.desk.last import draw_last
from pipeline.ui.desk.panels import draw_panel
from pipeline.ui.desk.proposals import draw_proposals
from pipeline.ui.desk.seen import Seen, note_look
from pipeline.ui.desk.source import draw_source
from pipeline.ui.desk.surroundings import surroundings
from pipeline.ui.desk.texts import Texts
from pipeline.ui.desk.verbs import Verbs, last_action
from pipeline.ui.figures import figures
from pipeline.ui.markup import draw, el, joined
from pipeline.ui.preview import draw_preview_link
from pipeline.ui.screens.frame import Frame
from pipeline.ui.tags import bar, progress_shares, status_tag
from pipeline.ui.wording import KIND, age, counted

TITLE = "Review"


def show(frame: Frame) -> None:
    """Draws the element that the address names, or the next open one."""
    if state.place().module is None:
        draw(el("h1", "Review"), el("p", "Choose a module first."))
        st.page_link(frame.pages["modules"], label="To the list of modules")
        return
    _desk(frame)


@st.fragment(key=DESK)
def _desk(frame: Frame) -> None:
    review, place, by = frame.services.review, state.place(), state.reviewer()
    assert place.module is not None
    try:
        with review.steady():
            module = surroundings(frame.services, place.module)
            entries = review.queue(place.module)
            element = place.element or review.next_open(place.module, by=by or None)
    except UsageError as error:
        # A fragment draws its own errors: the page around it is not there to catch them.
        draw(
            el("h1", "There is no such module"),
            el("p", f"{error.what}: {error.why}.", class_="s2m-notice s2m-problem", role="alert"),
        )
        st.page_link(frame.pages["modules"], label="To the list of modules")
        return
    if element is None:
        note_look(review, None)
        _draw_complete(frame, module, entries)
        return
    try:
        view = review.element(place.module, element, by=by or None)
    except UsageError:
        draw(
            el("h1", "There is no such element"),
            el(
                "p",
                f"There is no element {element} in this module.",
                class_="s2m-notice s2m-problem",
                role="alert",
            )
        )
        st.page_link(frame.pages["review"], label="To the next open element", query_params={"module": place.module})
        return
    state.go_to(view.element.id)
    view = _drafted_again(frame, view)
    verbs, texts = Verbs(review, Seen.of(view)), Texts(review, view)
    if by:
        review.presence.hold(view.module_id, view.element.id, by=by)
    with review.steady():  # one look at the database instead of one a piece of the screen
        _draw_head(module, entries, view, review)
        left, right = st.columns([36, 64] if state.session().is_zoomed else [55, 45], gap="large")
        with left:
            is_panel_open = _draw_element(frame, module, view, verbs, texts)
        with right, st.container(key="source"):
            picture = _draw_beside(frame, entries, view, verbs, texts)
        if not is_panel_open:
            draw_actions(view, entries, module, verbs)
        _announce(module, view)
    picture()  # the last and heaviest: the words are there to be read meanwhile
    state.came_up(view.element.id, view.revision)
    note_look(review, verbs.seen)
    frame.services.pages.draw_ahead(functools.partial(_evidence_after, review, entries, view))


def _evidence_after(review: ReviewService, entries: Sequence[QueueEntry], view: ElementView) -> Sequence[Evidence]:
    """The evidence of the element that most likely comes next."""
    after = queue.next_open(entries, "all", view.element.id)
    if after is None or after == view.element.id:
        return ()
    return review.evidence(view.module_id, after)


def _drafted_again(frame: Frame, view: ElementView) -> ElementView:
    """Asks the engine where the reviewer wished for a new draft; the element as it is then."""
    memory = state.session()
    wish, memory.regenerating = memory.regenerating, None
    if wish is None or wish[0] != view.element.id:
        return view
    _, instruction, based_on = wish
    with st.spinner("Asking the engine for another draft"):
        Verbs(frame.services.review, Seen.of(view)).draft_again(instruction, based_on)
    return frame.services.review.element(view.module_id, view.element.id, by=state.reviewer() or None)


def _draw_head(module: Module, entries: Sequence[QueueEntry], view: ElementView, review: ReviewService) -> None:
    progress = review.progress(view.module_id)
    left, right = st.columns([2, 3], gap="large", vertical_alignment="bottom")
    with left:
        draw(
            el(
                "p",
                f"{module.title} · {progress.decided} of {progress.total} decided",
                class_="s2m-where",
            ),
            bar(progress_shares(progress), of="Review", legend=False),
        )
    with right:
        labels = queue.chips(entries)
        chip = state.session().chip if state.session().chip in labels else "all"
        state.session().chip = chip
        state.set_widget("chip", chip)
        st.pills(
            "Show",
            list(labels),
            format_func=lambda name: labels[name],
            key="chip",
            label_visibility="collapsed",
            wrap=True,
            on_change=_choose_chip,
            args=(entries, view.element.id),
        )
    notice = state.notice()
    kind, words = (notice.kind, notice.text) if notice else ("quiet", "")
    # Spoken by the announcer: a status that is drawn anew is not heard everywhere.
    draw(el("div", words, class_=f"s2m-notice s2m-{kind}", role="status", aria_live="off"))


def _choose_chip(entries: Sequence[QueueEntry], element: str) -> None:
    chosen = state.widget("chip") or "all"
    state.session().chip = chosen
    entry = next((entry for entry in entries if entry.element_id == element), None)
    if entry is None or not queue.matches(entry, chosen):
        state.go_to(queue.step(entries, chosen, element, 1) or queue.step(entries, chosen, element, -1))


def _draw_element(frame: Frame, module: Module, view: ElementView, verbs: Verbs, texts: Texts) -> bool:
    """The element with its findings; whether a panel stands open that takes the place of the verbs."""
    element, card, memory = view.element, card_of(view.element), state.session()
    draw(
        el(
            "div",
            el("strong", KIND.get(element.kind_name, element.kind_name)),
            el("span", f"{view.position} of {view.total}"),
            status_tag(element.status),
            el("span", history.origin(view.revisions[0]) if view.revisions else ""),
            el("span", f"revision {view.revision}"),
            class_="s2m-kicker",
            data_element=element.id,
        ),
        el("h1", card.heading(element, module), class_="s2m-element", tabindex="-1"),
    )
    _draw_others(view)
    if memory.clash is not None and memory.clash.mine.id == element.id:
        draw_clash(texts, memory.clash)
        return True
    if state.panel_on(element.id) == "edit":
        draw_editor(texts)
        return True
    against = history.decision_against(view)
    if against:
        draw(el("p", against, class_="s2m-notice s2m-hint"))
    _draw_typed(texts)
    with st.container(border=True):
        draw(card.body(element, module))
        if isinstance(element, Part) and element.figures:
            draw(figures(element, frame.services.review.picture))
        if element.status is not Status.REJECTED:
            draw_preview_link(view.module_id, element.id)
    if memory.compares and (since := history.changes_since(view)):
        draw(el("h2", since[0]), since[1])
    draw_proposals(view, verbs)
    draw_findings(view, frame.criteria, verbs)
    draw_facts(view, frame.services.facts, verbs)
    return draw_panel(view, module, verbs, Asking(frame.services.facts, frame.services.settings.public_url, module))


def _draw_others(view: ElementView) -> None:
    """Who else is at the element."""
    here = view.presence
    if here is None:
        return
    said = []
    if here.typing:
        said.append(f"{', '.join(here.typing)} is typing here.")
    elif here.holder:
        said.append(f"{here.holder} is looking at this. You can go on; whoever saves later sees both texts.")
    if said:
        draw(el("p", " ".join(said), class_="s2m-notice s2m-hint"))


def _draw_typed(texts: Texts) -> None:
    """What the reviewer typed here before and never saved."""
    kept = texts.typed()
    if kept is None:
        return
    element = texts.view.element.id
    draw(
        el(
            "p",
            f"You typed text here that is not saved ({age(kept.at.isoformat(), state.now())}).",
            class_="s2m-notice s2m-hint",
        )
    )
    with st.container(horizontal=True):
        st.button("Go on editing", key=f"typed-open:{element}", on_click=state.open_panel, args=("edit", element))
        st.button(
            "Discard it", key=f"typed-drop:{element}", type="tertiary", on_click=_discard, args=(texts, kept.sequence)
        )


def _discard(texts: Texts, sequence: int) -> None:
    texts.forget(sequence)
    state.say("done", "What you had typed and not saved is discarded.")


_BESIDE: dict[state.Beside, str] = {
    "source": "Source", "comments": "Comments", "history": "History", "texts": "Earlier texts", "around": "Neighbours",
    "mine": "Decided last",
}


def _draw_beside(
    frame: Frame, entries: Sequence[QueueEntry], view: ElementView, verbs: Verbs, texts: Texts
) -> Callable[[], None]:
    """What stands beside the element; returns what is drawn last of all."""
    memory = state.session()
    waiting = sum(thread.is_open for thread in view.threads)
    state.set_widget("beside", memory.beside)
    st.segmented_control(
        "Beside the element",
        list(_BESIDE),
        format_func=lambda name: f"{_BESIDE[name]} {waiting}" if name == "comments" and waiting else _BESIDE[name],
        key="beside",
        label_visibility="collapsed",
        on_change=_choose_beside,
    )
    if memory.beside == "comments":
        draw_comments(view, verbs)
    elif memory.beside == "history":
        history.draw_history(view)
    elif memory.beside == "texts":
        history.draw_revisions(view, _typed_element(texts))
    elif memory.beside == "mine":
        draw_last(view, verbs)
    elif memory.beside == "around":
        history.draw_neighbours(view, entries)
    else:
        return draw_source(view, frame.services.pages)
    return _nothing


def _typed_element(texts: Texts) -> Element | None:
    """The element as it would be with what is typed; None where that is nothing, or makes no element."""
    kept = texts.typed()
    if kept is None:
        return None
    try:
        base = texts.base(kept.based_on)
        card = card_of(base)
        return card.rebuilt(base, editor.values_of(card.fields(base), kept.fields))
    except (ValueError, Sme2ModuleError):
        return None


def _choose_beside() -> None:
    state.session().beside = state.widget("beside") or "source"


def _announce(module: Module, view: ElementView) -> None:
    """Tells whoever cannot see it what happened and what is on the screen; the focus goes to its heading."""
    memory, notice, element = state.session(), state.notice(), view.element
    found = sum(not element.waived(one.criterion) for one in view.findings)
    here = (element.id, view.revision)
    said = [notice.text] if notice else []
    is_first = not memory.stands
    moved = memory.stands[:2] != here
    if moved:
        heading = card_of(element).heading(element, module)
        said.append(
            f"Now {KIND.get(element.kind_name, element.kind_name).lower()} {view.position} of {view.total}: {heading}"
            + (f", {counted(found, 'finding')}." if found else ", no findings.")
        )
    number = state.announcement((*here, notice.text if notice else "", memory.answers))
    editor.announce(
        said=" ".join(said), number=number, focus=element.id if moved and not is_first else None, forget=memory.forget,
        person=state.reviewer(), keys_on=memory.keys_on, keys_chosen=memory.keys_chosen, on_keys=_switch_keys,
        own_keys=keys.as_claim(memory.own_keys), own_keys_chosen=memory.own_keys_chosen, on_own_keys=_take_own_keys,
        names_person=not memory.is_signed_in, name_chosen=memory.name_chosen, on_name=_rename,
        listens_on=element.id if memory.beside == "comments" else None, on_selected=_take_selected,
    )


def _switch_keys(on: bool) -> None:
    memory = state.session()
    memory.keys_on, memory.keys_chosen = on, True
    state.set_widget("keys-on", on)
    st.rerun()


def _take_own_keys(said: object) -> None:
    own = keys.from_claim(said)
    if own is not None:
        memory = state.session()
        memory.own_keys, memory.own_keys_chosen = own, True


def _take_selected(element: str, words: str) -> None:
    if element == state.place().element:
        state.session().selected = (element, words)


def _rename(name: str) -> None:
    memory = state.session()
    if not memory.is_signed_in:
        memory.reviewer, memory.name_chosen = name, True
        state.set_widget("reviewer-name", name)
    st.rerun()


def _nothing() -> None:
    """Nothing is left to draw."""


def _draw_complete(frame: Frame, module: Module, entries: Sequence[QueueEntry]) -> None:
    """What a reviewer sees when every element is decided."""
    review = frame.services.review
    progress = review.progress(module.id)
    notice = state.notice()
    if notice:
        draw(el("div", notice.text, class_=f"s2m-notice s2m-{notice.kind}", role="status"))
    waiting = [
        f"{counted(count, 'element')} {what}"
        for count, what in (
            (
                progress.changes_requested,
                "with changes requested: each comes back here once it has a new text",
            ),
            (progress.rejected, "rejected: left out of every package"),
        )
        if count
    ]
    draw(
        el("h1", "Review complete" if not progress.changes_requested else "Every element is decided"),
        el("p", f"{progress.approved} of {progress.total} elements of “{module.title}” are approved."),
        bar(progress_shares(progress), of="Review"),
        *([el("ul", *(el("li", line) for line in waiting))] if waiting else []),
        joined(el("h2", "Next steps")),
        el(
            "p",
            "Take the package from the overview, or look through again and reopen what should change.",
        ),
    )
    here = {"module": module.id}
    with st.container(horizontal=True):
        st.page_link(frame.pages["module"], label="Overview and export", query_params=here)
        if entries:
            st.button("Look through again", key="again", on_click=state.go_to, args=(entries[0].element_id,))
        undoes = last_action(review, module.id)
        if undoes and entries:
            seen = Seen.of(review.element(module.id, entries[-1].element_id))
            st.button(
                "Undo",
                key="undo-complete",
                on_click=Verbs(review, seen).undo,
                help=f"Takes back: {undoes}",
                shortcut=keys.shortcut("U"),
            )
