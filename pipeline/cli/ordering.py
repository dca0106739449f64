"""Options of the brief and the engine, shared by convert and draft."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.domain import Order, ResourceKind


def add_order_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares them, in alphabetical order."""
    parser.add_argument("--audience", metavar="T", help="who the training is for (default: proposed by the engine)")
    parser.add_argument("--engine", metavar="E", help="which engine drafts: embedded (default), openai or files")
    parser.add_argument(
        "--goal", metavar="T", help="what the audience does on the job afterwards (default: proposed by the engine)"
    )
    parser.add_argument(
        "--language", metavar="L", help="BCP 47 tag to draft in, such as en or de (default: the source's own)"
    )
    parser.add_argument(
        "--mailbox", metavar="DIR", type=Path, help="folder for the requests and replies of --engine files"
    )
    parser.add_argument(
        "--minutes",
        metavar="N",
        type=int,
        help="what the module may take in all, such as 5; what serves the goal best is kept (default: no limit)",
    )
    parser.add_argument(
        "--model", metavar="M", help="model string for --engine openai; for --engine files who answers, for the record"
    )
    parser.add_argument(
        "--no-revise",
        action="store_true",
        help="do not mend after drafting what the rubrics found (default: once, and only what gets better)",
    )
    parser.add_argument(
        "--prerequisites",
        metavar="T",
        action="append",
        default=[],
        help="something the audience can do already; may be given several times",
    )
    parser.add_argument("--tone", metavar="T", help="tone of the text (default: proposed by the engine)")
    parser.add_argument(
        "--with",
        metavar="KINDS",
        default="",
        help="resources wanted besides job aids and glossary, with commas: video_script, podcast_script, discussion "
        "(default: a discussion where people meet)",
    )


def order_from(args: argparse.Namespace, *, language: str | None, engine: str) -> Order:
    """What was ordered; raises UsageError where the language is not a tag or there are no minutes to fill."""
    from pipeline.domain import Order
    from pipeline.errors import UsageError
    from pipeline.language import is_tag

    if language is not None and not is_tag(language):
        raise UsageError(f"language {language!r}", why="it is not a BCP 47 tag", mend="use one such as en or pt-BR")
    if args.mailbox is not None and engine != "files":
        raise UsageError(f"--mailbox {args.mailbox}", why=f"the {engine} engine has none", mend="add --engine files")
    if args.minutes is not None and args.minutes < 1:
        raise UsageError(f"--minutes {args.minutes}", why="a module takes a minute at least", mend="give 1 or more")
    return Order(
        audience=args.audience,
        performance_goal=args.goal,
        prerequisites=tuple(args.prerequisites),
        tone=args.tone,
        language=language,
        minutes=args.minutes,
        resources=_kinds(getattr(args, "with")),
    )


def _kinds(told: str) -> tuple[ResourceKind, ...]:
    """The kinds of resources named; raises UsageError for one that is not drafted to order."""
    from pipeline.domain import ORDERED_KINDS
    from pipeline.errors import UsageError

    names = [name.strip() for name in told.split(",") if name.strip()]
    known = {kind.value: kind for kind in ORDERED_KINDS}
    for name in names:
        if name not in known:
            raise UsageError(f"--with {name}", why="that is not drafted to order", mend=f"use {', '.join(known)}")
    return tuple(kind for name, kind in known.items() if name in names)


def refuse_order(args: argparse.Namespace) -> None:
    """Raises UsageError where something is ordered that a plan has settled already."""
    from pipeline.errors import UsageError

    for name in ("audience", "goal", "language", "minutes", "prerequisites", "tone", "with"):
        if getattr(args, name):
            raise UsageError(f"--{name}", why="the plan says that already", mend="change it in the plan")
