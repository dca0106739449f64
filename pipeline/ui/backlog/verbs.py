"""What a person can do with a batch: each verb one call of the service, and a notice that says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pipeline.domain import BatchState, BatchStatus
from pipeline.errors import Sme2ModuleError
from pipeline.review.ordering import Ordering
from pipeline.run.batch import Backlogs
from pipeline.run.hire import Hiring
from pipeline.ui import state
from pipeline.ui.amounts import dollars
from pipeline.ui.backlog.standing import is_open, unfinished
from pipeline.ui.markup import draw, el
from pipeline.ui.wording import counted

_BUDGET = "batch-budget"


@dataclass(frozen=True)
class Verbs:
    """The verbs on one batch."""

    ordering: Ordering
    backlogs: Backlogs
    hiring: Hiring
    batch: str

    @property
    def may(self) -> bool:
        """Whether the person at the screen may do any of it; who has given no name yet is told so."""
        by = state.session().reviewer
        return not by or self.ordering.may(by)

    def pause(self) -> None:
        """No further document is taken up."""
        paused: list[bool] = []
        if self._attempt(lambda: paused.append(self.ordering.pause(self.batch, by=state.session().reviewer))):
            done = "Paused: no further document is taken up and no further call made."
            state.say("done" if paused[0] else "hint", done if paused[0] else "It was not running any more.")

    def resume(self) -> None:
        """Goes on, with the budget that was typed where one was."""
        budget, by = state.widget(_BUDGET), state.session().reviewer
        if self._attempt(lambda: self.ordering.resume(self.batch, by=by, budget_usd=budget)):
            state.set_widget(_BUDGET, None)
            state.say("done", f"Resumed with a budget of {dollars(budget)}." if budget is not None else "Resumed.")

    def cancel(self) -> None:
        """Ends the batch."""
        ended: list[int] = []
        if self._attempt(lambda: ended.append(self.ordering.cancel(self.batch, by=state.session().reviewer))):
            state.say("done", f"Cancelled: {counted(ended[0], 'document')} not converted. What was done stays.")

    def retry(self) -> None:
        """Puts the failed documents back."""
        back: list[int] = []
        if self._attempt(lambda: back.append(self.ordering.retry(self.batch, by=state.session().reviewer))):
            state.say("done", f"{counted(back[0], 'document')} put back in the queue.")

    def start_worker(self) -> None:
        """Starts the command's worker as a process of its own."""
        if self._attempt(lambda: self.ordering.start_worker(self.batch, by=state.session().reviewer)):
            log = self.hiring.log
            state.say("done", f"A worker is starting. It goes on when this page is closed; its log is {log}")

    def _attempt(self, action: Callable[[], object]) -> bool:
        """Whether the service did it; otherwise its own words are left as the notice."""
        try:
            action()
        except Sme2ModuleError as error:
            state.say("problem", error.line[:1].upper() + error.line[1:])
            return False
        return True


def draw_verbs(verbs: Verbs, status: BatchStatus) -> None:
    """A button for everything that can be done now, who works on it, and what the last verb did.

    While the batch is open, pausing or resuming comes first and cancelling second: an open question keeps its place on
    the screen while rows change underneath, whatever else comes and goes.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="batch-verbs"):
        if verbs.may and is_open(status):
            _draw_switch(verbs, status)
            _draw_cancel(verbs, status)
        if verbs.may and status.state is not BatchState.CANCELLED and status.documents.failed:
            _draw_retry(verbs, status)
        if status.state in (BatchState.QUEUED, BatchState.RUNNING) and unfinished(status.documents):
            _draw_workers(verbs, status)
    notice = state.notice()
    kind, words = (notice.kind, notice.text) if notice else ("quiet", "")
    draw(el("div", words, class_=f"s2m-notice s2m-{kind}", role="status"))


def _draw_switch(verbs: Verbs, status: BatchStatus) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content", key="batch-switch"):
        if status.state is not BatchState.PAUSED:
            st.button(
                "Pause",
                key="batch-pause",
                on_click=verbs.pause,
                help="No further document is taken up and no further call made; calls under way come in",
            )
            return
        if status.budget_usd is not None:
            st.number_input(
                "New budget in US dollars",
                min_value=0.01,
                value=None,
                step=1.0,
                placeholder=f"as it is: {dollars(status.budget_usd)}",
                key=_BUDGET,
                width=220,
            )
        st.button("Resume", key="batch-resume", type="primary", on_click=verbs.resume)


def _draw_cancel(verbs: Verbs, status: BatchStatus) -> None:
    left = counted(unfinished(status.documents), "document")
    with st.popover("Cancel the batch", key="batch-cancel"):
        draw(
            el("h2", "Cancel this batch?"),
            el(
                "p",
                f"{left} would not be converted. What is done stays. A cancelled batch cannot be resumed; to go on "
                "later, pause it instead.",
            ),
        )
        st.button("Cancel it for good", key="batch-cancel-do", type="primary", on_click=verbs.cancel)
        draw(el("p", "Escape, or a click beside this, leaves it as it is.", class_="s2m-where"))


def _draw_retry(verbs: Verbs, status: BatchStatus) -> None:
    number = verbs.backlogs.retryable(status.batch)
    if not number:
        draw(
            el(
                "p",
                "Nothing to retry: these files are duplicates or cannot be read. Mend them, then put the folder in "
                "again with sme2module batch run.",
                class_="s2m-where",
            )
        )
        return
    others = status.documents.failed - number
    kept = f"; {counted(others, 'duplicate or unreadable file')} stay as they are" if others else ""
    st.button(
        f"Retry {counted(number, 'failed document')}",
        key="batch-retry",
        on_click=verbs.retry,
        help=f"Puts them back in the queue{kept}. What was paid for is not asked again",
    )


def _draw_workers(verbs: Verbs, status: BatchStatus) -> None:
    if status.workers:
        words = f"{counted(status.workers, 'worker')} running"
        draw(el("p", words, class_="s2m-where s2m-beside"))
    elif verbs.hiring.is_under_way:
        draw(el("p", "A worker is starting …", class_="s2m-where s2m-beside"))
    elif verbs.may:
        st.button(
            "Start a worker",
            key="batch-worker",
            type="primary",
            on_click=verbs.start_worker,
            help="Nobody is working on it. The worker runs on this machine, with the settings and the key this screen "
            "was started with, until nothing is left to do",
        )


def draw_idle(verbs: Verbs, status: BatchStatus) -> None:
    """What is to be known where nobody works on an open batch."""
    if status.workers or not unfinished(status.documents):
        return
    trouble = verbs.hiring.trouble
    if trouble:
        draw(el("p", f"The last worker started here gave up: {trouble}", class_="s2m-notice s2m-problem", role="alert"))
    elif status.state in (BatchState.QUEUED, BatchState.RUNNING) and not verbs.hiring.is_under_way:
        draw(
            el(
                "p",
                "Nobody is working on it: no worker is running. Start one here, or in a terminal with "
                "sme2module worker.",
                class_="s2m-notice s2m-hint",
            )
        )
