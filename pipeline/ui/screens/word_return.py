"""Word files of a module: one to send to an expert, and what came back, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time

import streamlit as st

from pipeline.domain.word import WordReturn
from pipeline.errors import Sme2ModuleError
from pipeline.review.permissions import Verb
from pipeline.ui import state
from pipeline.ui.desk.stepping import draw_start, draw_step, open_proposals
from pipeline.ui.markup import Html, draw, el
from pipeline.ui.screens.frame import Frame
from pipeline.ui.screens.word_cards import Cards, Names, heading_of
from pipeline.ui.wording import FACT_VERDICT, counted, moment

TITLE = "Word files"
_ENDINGS = ["docx", "odt", "doc", "rtf"]


def show(frame: Frame) -> None:
    """Draws the Word files of the module that the address names."""
    wanted = state.place().module
    draw(el("h1", TITLE))
    if wanted is None:
        draw(el("p", "Choose a module first."))
        st.page_link(frame.pages["modules"], label="To the list of modules")
        return
    summary = frame.services.store.modules.summary(wanted)
    draw(el("p", summary.title, class_="s2m-where"))
    notice = state.notice()
    if notice is not None:
        tone = "s2m-notice" if notice.kind == "done" else f"s2m-notice s2m-{notice.kind}"
        draw(el("p", notice.text, class_=tone, role="status" if notice.kind == "done" else "alert"))
    if frame.services.review.may(state.session().reviewer, Verb.ASK):
        left, right = st.columns(2, gap="large")
        with left:
            _draw_export(frame, wanted)
        with right:
            _draw_import(frame, wanted)
    _draw_sent(frame, wanted)
    _draw_returns(frame, wanted)


def _draw_export(frame: Frame, module_id: str) -> None:
    with st.container(border=True, key="word-export"):
        draw(
            el("h2", "Send a Word file"),
            el("p", "Every text with boxes to tick; Word records what the expert changes.", class_="s2m-where"),
        )
        to = st.text_input("Name of the expert", key="word-to", help="The facts count as asked of this person")
        due = st.date_input("To be sent back by", value=None, min_value="today", key="word-due")
        by = state.session().reviewer

        def content() -> bytes:
            until = datetime.combine(due, time(23, 59, 59), tzinfo=UTC) if due is not None else None
            return frame.services.word.export(module_id, by=by, to=to or None, due=until).content

        st.download_button(
            "Download the Word file", data=content, file_name=f"{module_id}-review.docx", key="word-download",
            mime="application/vnd.openxmlformats-officedocument.wordprocessingml.document", on_click="ignore",
        )


def _draw_import(frame: Frame, module_id: str) -> None:
    with st.container(border=True, key="word-import"):
        draw(
            el("h2", "Take one in that came back"),
            el("p", "Changes become proposals, comments become threads; nothing is changed by itself.",
               class_="s2m-where"),
        )
        given = st.file_uploader("Word file", type=_ENDINGS, key="word-file", label_visibility="collapsed")
        sender = st.text_input(
            "Whose words those are that carry no name", key="word-from",
            help="Left empty: who saved the file last, else whom it was sent to",
        )
        recover = st.checkbox("Read what can be read of a damaged file", key="word-recover")
        if given is not None and st.button("Take it in", type="primary", key="word-take-in"):
            _take_in(frame, given.name, given.getvalue(), sender=sender, recover=recover, shown=module_id)
            st.rerun()


def _take_in(frame: Frame, name: str, content: bytes, *, sender: str, recover: bool, shown: str) -> None:
    try:
        taken = frame.services.word.take_in_upload(
            name, content, by=state.session().reviewer, sender=sender.strip() or None, recover=recover
        )
    except Sme2ModuleError as error:
        state.say("problem", error.line[:1].upper() + error.line[1:])
        return
    report = taken.report
    if report.module != shown:
        state.say("hint", f"{report.name} belongs to the module {report.module}, and was taken in there.")
    elif taken.is_again:
        state.say("hint", f"{report.name} was taken in on {moment(report.at)} by {report.by}: nothing was changed.")
    else:
        state.say(
            "done", f"{report.name}: {counted(len(report.proposals), 'proposal')}, "
            f"{counted(len(report.comments), 'comment')}, {counted(len(report.unmapped), 'row')} to look at.",
        )


def _draw_sent(frame: Frame, module_id: str) -> None:
    sent, came = frame.services.word.sent(module_id), frame.services.word.returns(module_id)
    if not sent:
        return
    rows = [
        (
            one.code, one.to or "–", moment(one.at), one.by, one.due.date().isoformat() if one.due else "–",
            str(len(one.elements)), str(sum(back.package == one.id for back in came)),
        )
        for one in sent
    ]
    with st.expander(f"Sent ({len(sent)})"):
        draw(_table(("Number", "To", "Sent", "By", "Due", "Elements", "Came back"), rows, caption="Files sent"))


def _draw_returns(frame: Frame, module_id: str) -> None:
    came = frame.services.word.returns(module_id)
    draw(el("h2", "What came back"))
    if not came:
        draw(el("p", "Nothing yet."))
        return
    report = came[0]
    if len(came) > 1:
        names = {one.id: f"{one.name}, {moment(one.at)}" for one in came}
        chosen = st.selectbox("File", list(names), format_func=lambda name: names[name], key="word-return")
        report = next(one for one in came if one.id == chosen)
    _draw_report(frame, report)


def _draw_report(frame: Frame, report: WordReturn) -> None:
    review, settling = frame.services.review, frame.services.word.settling
    warnings = (f"{one[:1].upper()}{one[1:]}." for one in report.warnings)
    draw(
        el("p", heading_of(report), class_="s2m-where"),
        *(el("p", warning, class_="s2m-notice s2m-hint") for warning in warnings),
    )
    confirmed = settling.confirmed(report)
    waiting = open_proposals(review, report, confirmed)
    if draw_step(review, report, waiting, frame.pages["review"]):
        return
    if waiting:
        draw_start(report, waiting)
    labels = {one.element_id: one.label for one in review.queue(report.module)}
    names = Names.in_module(frame.services.store.modules.load(report.module), labels)
    Cards(
        report, settling, names, frame.pages["review"], review.may(state.session().reviewer, Verb.ASK), confirmed
    ).draw()
    if report.verdicts:
        rows = [
            (
                names.name(one.element), FACT_VERDICT[one.verdict], one.correction or "–", one.by,
                "recorded" if one.is_recorded else f"not recorded: {one.why}",
            )
            for one in report.verdicts
        ]
        heads = ("Element", "Says", "In words", "By", "What became of it")
        draw(el("h3", "Ticks"), _table(heads, rows, caption="Ticks"))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str) -> Html:
    return el(
        "table",
        el("caption", caption),
        el("thead", el("tr", *(el("th", name, scope="col") for name in head))),
        el("tbody", *(el("tr", *(el("td", cell) for cell in row)) for row in rows)),
        class_="s2m-table",
    )
