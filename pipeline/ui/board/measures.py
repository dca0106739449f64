"""How drafts fare with people: the measures of the board, each with what it means."""

from __future__ import annotations

from pipeline.review.board import BoardView
from pipeline.review.metrics import FEWEST_PEOPLE
from pipeline.review.titles import told_apart
from pipeline.ui.board.tables import draw_table
from pipeline.ui.markup import draw, el, screen_link
from pipeline.ui.tags import tile
from pipeline.ui.wording import counted, moment


def draw_measures(board: BoardView) -> None:
    """Tiles, and beneath them what each of them means; a person's own figures for who may see only those."""
    told = board.measures
    if told is not None:
        draw(
            el("h2", "How drafts fare"),
            el(
                "div",
                tile(_share(told.accept_rate), "approved as drafted"),
                tile(_share(told.word_edit_ratio, digits=1), "of the words changed"),
                tile(f"{told.regenerations:,}", "drafted again"),
                tile(_number(told.active_minutes_per_element), "active minutes an element"),
                tile(_share(told.wrong_share), "wrong, say SMEs"),
                tile(
                    str(told.overdue_requests), "requests to SMEs overdue",
                    tone="s2m-alarm" if told.overdue_requests else "",
                ),
                tile(f"≈ {told.hours_saved:,.0f} h", "saved, an estimate"),
                class_="s2m-tiles",
            ),
            el(
                "ul",
                el(
                    "li",
                    f"Approved as drafted: {told.approved_untouched:,} of {told.approved:,} approved elements have the "
                    "text that a run drafted.",
                ),
                el(
                    "li",
                    "Words changed: between the last draft of a run and the approved text, of the draft's words; "
                    "an element that nobody edited counts as 0."
                    + (" Only the newest of the edited elements were compared." if told.is_ratio_of_newest else ""),
                ),
                el(
                    "li",
                    f"Active minutes: {told.active_minutes:,.0f} in all that elements were on somebody's screen; "
                    "pauses of more than two minutes are not counted.",
                ),
                el(
                    "li",
                    f"Wrong: of {counted(told.answers, 'answer')} of SMEs, those that said right or wrong."
                    + (f" {_of_team(told.team_answers)}" if told.team_answers else ""),
                ),
                el(
                    "li",
                    f"Hours saved: {board.formula}. Published figures for the work by hand go from 40 to 180 hours for "
                    "an hour of training; the setting hours_per_finished_hour holds yours.",
                ),
            ),
        )
        _draw_people(board)
    if board.own is not None:
        own = board.own
        said = f"{counted(own.decisions, 'decision')}, {own.active_minutes:g} active minutes."
        draw(el("h2", "Your own review"), el("p", said))
    if board.overdue:
        draw(el("h2", "Overdue requests to SMEs"))
        titles = told_apart(board.modules)
        draw_table(
            ("To", "Module", "Due"),
            [
                (
                    one.to, screen_link(titles.get(one.module, one.module), "module", module=one.module),
                    moment(one.due),
                )
                for one in board.overdue
            ],
            caption="Requests past their day",
        )


def _draw_people(board: BoardView) -> None:
    people = board.people
    if people is None:
        said = f"Figures on people are shown of {FEWEST_PEOPLE} reviewers or more together."
        draw(el("p", said, class_="s2m-where"))
        return
    pace = people.median_seconds_per_decision
    seconds = "" if pace is None else f" and {pace:g} seconds for each decision"
    draw(
        el(
            "p",
            f"{people.reviewers} reviewers together: the median is {people.median_decisions:g} decisions, "
            f"{people.median_active_minutes:g} active minutes{seconds}.",
        )
    )


def _of_team(answers: int) -> str:
    gave = f"{counted(answers, 'more answer')} {'was' if answers == 1 else 'were'} given in review"
    return f"{gave} by others of the team, and not counted here."


def _share(value: float | None, *, digits: int = 0) -> str:
    return "–" if value is None else f"{value:.{digits}%}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"
