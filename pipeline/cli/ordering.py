"""Options of the brief and the engine, shared by convert and draft."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.domain import Order


def add_order_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares them, in alphabetical order."""
    parser.add_argument("--audience", metavar="T", help="who the training is for (default: proposed by the engine)")
    parser.add_argument("--engine", metavar="E", help="which engine drafts: embedded (default) or openai")
    parser.add_argument(
        "--goal", metavar="T", help="what the audience does on the job afterwards (default: proposed by the engine)"
    )
    parser.add_argument(
        "--language", metavar="L", help="BCP 47 tag to draft in, such as en or de (default: the source's own)"
    )
    parser.add_argument("--model", metavar="M", help="model string for --engine openai")
    parser.add_argument(
        "--prerequisites",
        metavar="T",
        action="append",
        default=[],
        help="something the audience can do already; may be given several times",
    )
    parser.add_argument("--tone", metavar="T", help="tone of the text (default: proposed by the engine)")


def order_from(args: argparse.Namespace, *, language: str | None) -> Order:
    """What was ordered; raises ConfigError where the language is not a tag."""
    from pipeline.domain import Order
    from pipeline.errors import UsageError
    from pipeline.language import is_tag

    if language is not None and not is_tag(language):
        raise UsageError(f"language {language!r}", why="it is not a BCP 47 tag", mend="use one such as en or pt-BR")
    return Order(
        audience=args.audience,
        performance_goal=args.goal,
        prerequisites=tuple(args.prerequisites),
        tone=args.tone,
        language=language,
    )
