"""The rows of a returned Word file: a card each, with the element it is about, the words that changed, and what a
person may make of a row that could not be mapped.

In: the report on a file that came back. Out: cards; a press settles a row, which then leaves the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from pipeline.domain import Module
from pipeline.domain.word import NEEDS_A_PERSON, ReturnEntry, ReturnStatus, SettledAs, WordReturn
from pipeline.errors import Sme2ModuleError
from pipeline.review.word_settling import Settling
from pipeline.ui import state
from pipeline.ui.markdown_safe import as_label
from pipeline.ui.markup import Html, draw, el, joined
from pipeline.ui.word_diff import marked_changes
from pipeline.ui.wording import KIND, counted, moment, shortened

_STATUS = {
    ReturnStatus.UNCHANGED: "Unchanged",
    ReturnStatus.TRACKED: "Changed on record",
    ReturnStatus.UNTRACKED: "Changed without record",
    ReturnStatus.DELETED: "Taken out",
    ReturnStatus.MISSING: "Gone without record",
    ReturnStatus.DUPLICATE: "Copied with its number",
    ReturnStatus.NEW: "New",
    ReturnStatus.FUZZY: "Known by its text alone",
    ReturnStatus.UNCLEAR: "Its marks name different rows",
}
_SETTLED = {
    SettledAs.OFFERED: "offered as a change of", SettledAs.SAID: "a comment on", SettledAs.KEPT: "left as it was",
}
_A_PAGE = 50
_AS_COMMENT = ""
"""Stands for no field: what was written becomes a comment."""


@dataclass(frozen=True)
class Names:
    """What the elements of a module are called: kind, lesson, and how each begins."""

    of: Mapping[str, str]

    @classmethod
    def in_module(cls, module: Module, labels: Mapping[str, str]) -> Names:
        """Of a module; `labels`: element id → how it is called in the queue."""
        names = {}
        for element in module.elements():
            lesson = module.lesson_of(element.id)
            pieces = (KIND[element.kind_name], lesson.title if lesson else None, labels.get(element.id, element.label))
            names[element.id] = " · ".join(shortened(piece) for piece in pieces if piece)
        return cls(names)

    def name(self, element_id: str | None) -> str:
        """The element in words."""
        if element_id is None:
            return "no element"
        return self.of.get(element_id, "an element that is no longer in the module")


@dataclass(frozen=True)
class Cards:
    """Draws the rows of one report."""

    report: WordReturn
    settling: Settling
    names: Names
    element_page: object
    may_settle: bool
    confirmed: Mapping[int, str]
    """Numbers of the rows that somebody has made a proposal of."""

    def draw(self) -> None:
        """Those to look at, those that are offered as changes, and those that somebody has settled."""
        unmapped = [one for one in self.report.entries if one.why is not None]
        settled = [one for one in unmapped if one.settled is not None or one.number in self.confirmed]
        left = [one for one in unmapped if one not in settled]
        offered = [one for one in self.report.entries if one.why is None]
        if left:
            draw(el("h3", f"To look at ({len(left)})"))
            for one in _page_of(left, "word-open-page"):
                self._card(one, self._draw_open)
        if offered:
            draw(el("h3", f"Offered as changes ({len(offered)})"))
            for one in _page_of(offered, "word-offered-page"):
                self._card(one)
        if settled:
            with st.expander(f"Settled ({len(settled)})"):
                for one in _page_of(settled, "word-settled-page"):
                    self._card(one, self._draw_settled)

    def _card(self, entry: ReturnEntry, more: Callable[[ReturnEntry], None] = lambda _entry: None) -> None:
        with st.container(border=True, key=f"word-entry-{self.report.id}-{entry.number}"):
            if entry.element is not None and entry.element in self.names.of:
                st.page_link(
                    self.element_page, label=as_label(self.names.name(entry.element)),  # type: ignore[arg-type]  # a page
                    query_params={"module": self.report.module, "element": entry.element},
                )
            elif entry.element is not None:
                draw(el("p", "The element is no longer in the module.", class_="s2m-where"))
            draw(_words(entry))
            more(entry)

    def _draw_settled(self, entry: ReturnEntry) -> None:
        found = entry.settled
        if found is None:
            draw(el("p", "Confirmed: offered as a change.", class_="s2m-where"))
            return
        where = "" if found.how is SettledAs.KEPT else f" {self.names.name(found.element)}"
        draw(el("p", f"Settled by {found.by}, {moment(found.at)}: {_SETTLED[found.how]}{where}.", class_="s2m-where"))

    def _draw_open(self, entry: ReturnEntry) -> None:
        if not self.may_settle:
            return
        report, number, settling = self.report.id, entry.number, self.settling
        key = f"{report}-{number}"
        is_gone = entry.status is ReturnStatus.MISSING
        with st.container(horizontal=True):
            if entry.status in NEEDS_A_PERSON and entry.element is not None and entry.field is not None:
                st.button(
                    "It belongs there", key=f"word-confirm-{key}", on_click=self._do,
                    help="Makes a proposal of this text for the row named here",
                    args=(lambda by: settling.confirm(report, number, by=by), "Offered as a change."),
                )
            if is_gone and entry.element in self.names.of:
                st.button(
                    "Deleted on purpose", key=f"word-gone-{key}",
                    help="Makes a proposal without it, or a comment where the element needs it",
                    on_click=self._do,
                    args=(lambda by: settling.taken_out(report, number, by=by), "Noted as taken out."),
                )
            st.button(
                "Keep what stands", key=f"word-keep-{key}", type="tertiary",
                help="Makes nothing of this row; it leaves the list and stays under “Settled”",
                on_click=self._do, args=(lambda by: settling.keep(report, number, by=by), "Left as it was."),
            )
        if not is_gone and entry.after.strip() and st.checkbox("Put it somewhere else", key=f"word-else-{key}"):
            self._draw_choice(entry, key)

    def _draw_choice(self, entry: ReturnEntry, key: str) -> None:
        ids = list(self.names.of)
        at = ids.index(entry.element) if entry.element is not None and entry.element in ids else 0
        element = st.selectbox(
            "Element", ids, index=at, format_func=self.names.name, key=f"word-element-{key}",
        )
        if element is None:
            return
        try:
            fields = {one.field: one.label for one in self.settling.fields(self.report, element)}
        except Sme2ModuleError as error:
            draw(el("p", _sentence(error), class_="s2m-notice s2m-problem", role="alert"))
            return
        field = st.selectbox(
            "As", [_AS_COMMENT, *fields], key=f"word-field-{key}-{element}",
            format_func=lambda name: f"The new text of: {fields[name]}" if name else "A comment on it",
        )
        number, report = entry.number, self.report.id
        st.button(
            "Put it there", key=f"word-place-{key}", type="primary", on_click=self._do,
            args=(
                lambda by: self.settling.place(report, number, element=element, field=field or None, by=by),
                f"Put to {self.names.name(element)}.",
            ),
        )

    def _do(self, act: Callable[[str], object], said: str) -> None:
        try:
            act(state.session().reviewer)
        except Sme2ModuleError as error:
            state.say("problem", _sentence(error))
            return
        state.say("done", said)


def heading_of(report: WordReturn) -> str:
    """What a file brought, in a line."""
    unchanged = report.counts.get(ReturnStatus.UNCHANGED.value, 0)
    return (
        f"{report.name}, taken in {moment(report.at)} by {report.by}: {counted(len(report.proposals), 'proposal')}, "
        f"{counted(len(report.comments), 'comment')}, {counted(unchanged, 'row')} unchanged."
    )


def _page_of(entries: Sequence[ReturnEntry], key: str) -> Sequence[ReturnEntry]:
    pages = -(-len(entries) // _A_PAGE)
    number = int(st.number_input(f"Page, of {pages}", 1, pages, 1, key=key)) if pages > 1 else 1
    return entries[(number - 1) * _A_PAGE : number * _A_PAGE]


def _words(entry: ReturnEntry) -> Html:
    """A row: what it is, who changed it, the words that changed, why it could not be mapped."""
    notes = [_STATUS[entry.status]]
    notes += ["moved"] if entry.is_moved else []
    notes += ["without its number"] if entry.lost_its_id else []
    notes += [", ".join(entry.who)] if entry.who else []
    notes += [moment(entry.at)] if entry.at else []
    words = marked_changes(entry.before, entry.after) if entry.before and entry.after else None
    lost = el("del", entry.before) if entry.before and not entry.after else None
    return joined(
        el("p", el("strong", entry.label or "A row that was not sent"), f" · {' · '.join(notes)}"),
        el("p", words or lost or el("ins", entry.after)) if entry.before or entry.after else None,
        el("p", f"Not taken over: {entry.why}.", class_="s2m-where") if entry.why else None,
    )


def _sentence(error: Sme2ModuleError) -> str:
    return error.line[:1].upper() + error.line[1:]
