"""`sme2module board`: where all modules stand, and how drafts fare with people."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.output import counted, result, result_json, table, talk

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.review.board import BoardView

NAME = "board"
HELP = "where all modules stand and how drafts fare with reviewers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a row a module to this file")
    parser.add_argument("--json", action="store_true", help="print the whole board as one JSON value")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Prints the board."""
    from pipeline.export.package import write_whole
    from pipeline.wiring import build_services

    with build_services(settings) as services:
        board = services.board.view(by=services.reviewer)
    if args.csv is not None:
        # Excel takes a file without the mark for the machine's own code page.
        write_whole(args.csv, board.csv().encode("utf-8-sig"))
        talk(f"{counted(len(board.modules), 'module')} in {args.csv}", settings)
    if args.json:
        result_json(board.dump())
    elif args.csv is None:
        _print(board, settings)
    return 0


def _print(board: BoardView, settings: Settings) -> None:
    if not board.modules:
        talk("no modules yet; next: sme2module draft FILE", settings)
        return
    table(
        [
            (
                one.id, one.title, one.state.value, f"{one.days_in_state:g}", f"{one.decided} of {one.elements}",
                str(one.error_findings), str(one.findings), f"{one.active_minutes:g}",
                "" if one.release is None else f"{one.release} {one.release_state}",
            )
            for one in board.modules
        ],
        head=("ID", "TITLE", "STATE", "DAYS", "DECIDED", "ERRORS", "FINDINGS", "ACTIVE MIN", "RELEASE"),
    )
    for line in told(board):
        result(line)


def told(board: BoardView) -> list[str]:
    """The measures, a line each; what there is nothing to measure of is left out."""
    measures, lines = board.measures, []
    if measures is not None:
        if measures.accept_rate is not None:
            untouched = f"{measures.approved_untouched} of {measures.approved}"
            lines.append(f"approved untouched     {measures.accept_rate:.0%} ({untouched})")
        if measures.word_edit_ratio is not None:
            newest = ", of the newest edited elements" if measures.is_ratio_of_newest else ""
            lines.append(f"words changed          {measures.word_edit_ratio:.1%} of the draft{newest}")
        lines.append(f"drafted again          {counted(measures.regenerations, 'time')}")
        if measures.active_minutes_per_element is not None:
            each = f"{measures.active_minutes_per_element:.1f} an element"
            lines.append(f"active minutes         {measures.active_minutes:g}, {each}")
        lines.append(f"overdue SME requests   {measures.overdue_requests}")
        if measures.wrong_share is not None:
            lines.append(f"SMEs said wrong        {measures.wrong_share:.0%} of {measures.answers} answers")
        if measures.team_answers:
            lines.append(f"answers of the team    {measures.team_answers}, given in review and not counted as SMEs'")
        lines.append(f"hours saved, estimate  {board.formula}")
    if board.people is not None:
        people = board.people
        pace = people.median_seconds_per_decision
        seconds = "" if pace is None else f", {pace:g} s for each"
        typical = f"median {people.median_decisions:g} decisions{seconds}"
        lines.append(f"reviewers              {people.reviewers}; {typical}")
    if board.own is not None:
        lines.append(f"your own               {counted(board.own.decisions, 'decision')}")
    return lines
