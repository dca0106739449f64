"""The other axis of approval: whether the SME says that it is true, and saying so here."""

from __future__ import annotations

import functools

from pipeline.domain import FactVerdict
from pipeline.review.answerers import Superseded
from pipeline.review.facts import Facts, Said
from pipeline.review.permissions import Verb
from pipeline.review.views import ElementView
from pipeline.ui import state
from pipeline.ui.buttons import Group, draw_buttons
from pipeline.ui.desk.actions import quiet
from pipeline.ui.desk.attempt import attempted
from pipeline.ui.desk.verbs import Verbs
from pipeline.ui.markup import draw, el
from pipeline.ui.wording import FACT_VERDICT, moment


def draw_facts(view: ElementView, facts: Facts, verbs: Verbs) -> None:
    """What SMEs said about the element's facts, newest first, and the buttons of who may say."""
    said = facts.standing(view.module_id, view.element.id)
    entries = []
    for one in said:
        answer = one.answer
        still = "" if one.counts else f" · {_why_not(one)}"
        entries.append(
            el(
                "li",
                el("strong", FACT_VERDICT[answer.verdict]),
                f" says {one.name}",
                el("small", f"{moment(answer.at)} · revision {answer.revision}{still}"),
                el("p", f"“{answer.correction}”", dir="auto") if answer.correction else None,
            )
        )
    by = state.reviewer()
    may = bool(by) and verbs.review.may(by, Verb.ANSWER)
    if not entries and not may:
        return
    nobody = el("p", "No SME has answered yet.", class_="s2m-where")
    draw(el("h2", "Facts"), el("ul", *entries, class_="s2m-log") if entries else nobody)
    if not may:
        return
    # S is Later for whoever decides; an SME who does not decide has no other use for it.
    later = verbs.review.may(by, Verb.DECIDE)
    answers = [
        quiet(label, key, functools.partial(_answer, view, facts, verdict))
        for label, key, verdict in (
            ("Correct", "Y", FactVerdict.CORRECT),
            ("Wrong or out of date", "N", FactVerdict.WRONG),
            ("Not my area", None if later else "S", FactVerdict.UNSURE),
        )
    ]
    draw_buttons("facts", verbs.seen.key("facts"), ((Group("Is it true?", answers),),))


def _why_not(said: Said) -> str:
    """Why an answer does not count."""
    if said.dismissed_by is None:
        return "superseded" if said.superseded is None else _superseded(said.superseded)
    if said.reason is None:
        return "taken back"
    return f"dismissed by {said.dismissed_by}: {said.reason}"


def _superseded(what: Superseded) -> str:
    """By what an answer was superseded, and when."""
    if what.verdict is None:
        return f"superseded by revision {what.revision} of {what.by}, {moment(what.at)}, which changed the facts"
    return f"superseded by “{FACT_VERDICT[what.verdict]}” of {what.by}, {moment(what.at)}, on revision {what.revision}"


def _answer(view: ElementView, facts: Facts, verdict: FactVerdict) -> None:
    if not state.was_looked_at(view.element.id, view.revision):
        state.say("hint", "Not recorded: the text had only just come up. Look at it, then press again.")
        return
    if attempted(
        lambda by: facts.answer(view.module_id, view.element.id, verdict, revision=view.revision, by=by)
    ):
        state.say("done", f"Recorded: {FACT_VERDICT[verdict].lower()}. A comment can say what should stand there.")
