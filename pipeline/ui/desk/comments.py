"""What people say about an element, in threads by kind; writing, answering, closing."""

from __future__ import annotations

import streamlit as st

from pipeline.domain import Comment, CommentKind
from pipeline.review.field_names import field_name
from pipeline.review.permissions import Verb
from pipeline.review.pins import LONGEST_QUOTE_CHARS, pin_of
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.cards import card_of
from pipeline.ui.desk.attempt import attempted
from pipeline.ui.desk.forms import Form
from pipeline.ui.desk.pinned import numbers
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.wording import COMMENT_KIND, COMMENT_KIND_HELP, moment

_WHOLE = ""


def draw_comments(view: ElementView, verbs: Verbs) -> None:
    """The open threads, a form for a new one, then the closed threads."""
    may = verbs.review.may(state.reviewer(), Verb.COMMENT)
    still_open = [thread for thread in view.threads if thread.is_open]
    closed = [thread for thread in view.threads if not thread.is_open]
    if not view.threads:
        draw(el("p", "Nobody has commented on this element.", class_="s2m-where"))
    for thread in still_open:
        draw(_drawn(thread.first, thread.replies, view))
        if may:
            _draw_thread_verbs(thread.first, verbs)
    if may:
        _draw_form(view, verbs)
    if closed:
        draw(el("h2", "Closed"))
    for thread in closed:
        draw(_drawn(thread.first, thread.replies, view))
        if may:
            st.button(
                "Open again", key=f"comment-reopen:{thread.first.id}", type="tertiary",
                on_click=_reopen, args=(verbs, thread.first.id),
            )


def _drawn(first: Comment, replies: tuple[Comment, ...], view: ElementView) -> Html:
    about = f" · {field_name(first.field, view.element.content())}" if first.field else ""
    closed = (
        el("small", f"Closed by {first.resolved_by}")
        if first.resolved_by is not None
        else None
    )
    return el(
        "section",
        el(
            "p",
            el("span", str(numbers(view)[first.id]), class_="s2m-letter"),
            el("span", COMMENT_KIND[first.kind], class_=f"s2m-tag s2m-comment-{first.kind.value}"),
            el("strong", f" {first.by}"),
            el("span", f"{about} · {moment(first.at)} · revision {first.revision}", class_="s2m-where"),
        ),
        _pinned(first, view) if first.quote else None,
        el("p", first.text, class_="s2m-passage-text", dir="auto"),
        *(
            el(
                "div",
                el("p", el("strong", one.by), el("span", f" · {moment(one.at)}", class_="s2m-where")),
                el("p", one.text, class_="s2m-passage-text", dir="auto"),
                class_="s2m-reply",
            )
            for one in replies
        ),
        closed,
        class_="s2m-thread",
    )


def _pinned(first: Comment, view: ElementView) -> Html:
    """The words that the comment is pinned to, where they stand now."""
    quote = first.quote or ""
    pin = pin_of(view.element.content(), quote, field=first.field)
    if pin is None:
        return el("p", f"“{quote}” ", el("small", "The words are gone."), dir="auto")
    return el("p", pin.before, el("mark", pin.words), pin.after, class_="s2m-passage-text", dir="auto")


def _draw_thread_verbs(first: Comment, verbs: Verbs) -> None:
    if state.session().replying == first.id:
        form = verbs.form(f"reply:{first.id}", {"text": f"reply:{first.id}"})
        form.open()
        st.text_area("Your answer", key=form.widgets["text"], height=80, on_change=form.keep, args=("text",))
        with st.container(horizontal=True):
            do = f"reply-do:{first.id}"
            st.button("Answer", key=do, type="primary", on_click=_reply, args=(verbs, first.id, form))
            st.button("Cancel", key=f"reply-cancel:{first.id}", on_click=_cancel_reply, args=(form,))
        return
    with st.container(horizontal=True):
        st.button("Answer", key=f"reply-open:{first.id}", type="tertiary", on_click=_replying, args=(first.id,))
        st.button("Close", key=f"resolve:{first.id}", type="tertiary", on_click=_resolve, args=(verbs, first.id))


def _draw_form(view: ElementView, verbs: Verbs) -> None:
    with st.container(key="new-comment"):
        _draw_fields(view, verbs)


def _draw_fields(view: ElementView, verbs: Verbs) -> None:
    names = {field.name: field.label for field in card_of(view.element).fields(view.element) if field.form != "flag"}
    key = f"comment:{view.element.id}:{len(view.threads)}"
    form = verbs.form(
        "comment", {name: f"{key}:{name}" for name in ("kind", "field", "quote", "text")}, kind=CommentKind.WORDING
    )
    form.open()
    if (state.widget(form.widgets["field"]) or _WHOLE) not in (_WHOLE, *names):
        state.set_widget(form.widgets["field"], _WHOLE)  # the field is gone since
    draw(el("h2", "New comment"))
    st.pills(
        "Kind", list(CommentKind), format_func=lambda kind: COMMENT_KIND[kind], key=form.widgets["kind"],
        help=COMMENT_KIND_HELP, on_change=form.keep, args=("kind",),
    )
    st.selectbox(
        "About", [_WHOLE, *names], format_func=lambda name: names.get(name, "The whole element"),
        key=form.widgets["field"], on_change=form.keep, args=("field",),
    )
    selected = state.session().selected
    if selected is not None and selected[0] == view.element.id:
        state.session().selected = None
        state.set_widget(form.widgets["quote"], selected[1][:LONGEST_QUOTE_CHARS])
    st.text_input(
        "The words it is about (optional)", key=form.widgets["quote"], max_chars=LONGEST_QUOTE_CHARS,
        help="Select words of the element, and they stand here", on_change=form.keep, args=("quote",),
    )
    # A field that is not drawn is forgotten by the screen; whoever looks at the source meanwhile goes on afterwards.
    st.text_area("Comment", key=form.widgets["text"], height=80, on_change=form.keep, args=("text",))
    st.button("Comment", key=f"{key}:do", on_click=_say, args=(view, verbs, form))


def _say(view: ElementView, verbs: Verbs, form: Form) -> None:
    text = form.text("text")
    if not text:
        state.say("problem", "Write the comment first.")
        return
    kind = state.widget(form.widgets["kind"]) or CommentKind.WORDING
    said = attempted(
        lambda by: verbs.review.comments.say(
            view.module_id, element_id=view.element.id, kind=CommentKind(kind), text=text, by=by,
            revision=view.revision, field=form.text("field") or None, quote=form.text("quote") or None,
        )
    )
    if said:
        form.close()
        state.say("done", "Comment kept.")


def _reply(verbs: Verbs, thread: str, form: Form) -> None:
    text = form.text("text")
    if not text:
        state.say("problem", "Write the answer first.")
    elif attempted(lambda by: verbs.review.comments.reply(thread, text, by=by)):
        _cancel_reply(form)
        state.say("done", "Answer kept.")


def _cancel_reply(form: Form) -> None:
    form.close()
    state.session().replying = None


def _replying(thread: str) -> None:
    state.session().replying = thread


def _resolve(verbs: Verbs, thread: str) -> None:
    if attempted(lambda by: verbs.review.comments.resolve(thread, by=by)):
        state.say("done", "Comment closed.")


def _reopen(verbs: Verbs, thread: str) -> None:
    if attempted(lambda by: verbs.review.comments.reopen(thread, by=by)):
        state.say("done", "Comment open again.")
