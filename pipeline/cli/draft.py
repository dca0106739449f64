"""`sme2module draft`: a module a source, or one of several, in the workspace; or first the plan of it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.dry_run import add_dry_run_argument, say_forecast
from pipeline.cli.exits import ATTENTION, print_error, worst
from pipeline.cli.ordering import add_order_arguments, order_from, refuse_order
from pipeline.cli.output import counted, progress, result, result_json, talk, talk_warnings

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.domain import Order, Plan
    from pipeline.run.conversion import Converted
    from pipeline.wiring import Services

NAME = "draft"
HELP = "draft a module from each source, in the workspace"
PLAN_SUFFIX = ".plan.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declares the command's own options."""
    parser.add_argument(
        "named",
        nargs="*",
        metavar="SOURCE",
        help="a file, or a source of the workspace (with --plan: where it is not where the plan says)",
    )
    parser.add_argument("--json", action="store_true", help="with --plan-only: print the plan as JSON, write no file")
    parser.add_argument(
        "--merge",
        action="store_true",
        help="one module of all sources: what they share is taught once, from the first that says it",
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help=f"with --plan-only: where the plan is written (default: NAME{PLAN_SUFFIX} in this folder)",
    )
    planning = parser.add_mutually_exclusive_group()
    planning.add_argument(
        "--from-outline", metavar="ID", help="draft the lessons of an outline whose objectives are all decided"
    )
    planning.add_argument(
        "--outline-first", action="store_true",
        help="stop at the objectives: they are approved in review before lessons are drafted with --from-outline",
    )
    planning.add_argument("--plan", type=Path, metavar="FILE", help="draft exactly what this plan says")
    planning.add_argument(
        "--plan-only", action="store_true", help="write the plan to read and edit, and draft nothing yet"
    )
    add_dry_run_argument(parser)
    add_order_arguments(parser)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Drafts each source's module, or plans it; one that fails is named, and the others are still done."""
    from pipeline.ingest.contained import warm_up

    warm_up()  # first of all, so that it goes on while we load the rest
    from pipeline.errors import ConfigError, Sme2ModuleError, UsageError
    from pipeline.wiring import build_services

    _check_arguments(args)
    if args.plan is not None:
        return _draft_plan(args, settings)
    if args.from_outline is not None:
        return _draft_lessons(args, settings)
    order = order_from(args, language=settings.language, engine=settings.engine)
    if args.dry_run:
        return say_forecast(args.named, order, settings)
    jobs = [tuple(args.named)] if args.merge else [(name,) for name in args.named]
    codes: list[int] = []
    with build_services(settings) as services:
        plan_files = _plan_files(args, jobs)
        for names, file in zip(jobs, plan_files, strict=True):
            try:
                if args.plan_only:
                    with progress(settings, _title(names)) as report:
                        plan = services.conversion.plan(names, order=order, report=report)
                    codes.append(_show(plan, file, args, settings, on_one_line=len(jobs) > 1))
                    continue
                if args.outline_first:
                    codes.append(_outline(names, order, services, settings))
                    continue
                with progress(settings, _title(names)) as report:
                    made = services.conversion.merge(names, order=order, report=report)
            except (ConfigError, UsageError):
                raise  # the same for every source
            except Sme2ModuleError as error:
                codes.append(error.exit_code)
                print_error(error)
                continue
            codes.append(_say(made, ", ".join(names), settings))
    return worst(codes, of=len(jobs))


def _check_arguments(args: argparse.Namespace) -> None:
    """Raises UsageError for options that make no sense together."""
    from pipeline.errors import UsageError

    if args.from_outline is not None and (args.named or args.merge or args.dry_run):
        raise UsageError("--from-outline", why="the outline has its sources", mend="name nothing but the outline")
    if args.plan is None and args.from_outline is None and not args.named:
        raise UsageError("draft", why="no source is named", mend="name a file, or a plan with --plan FILE")
    if not args.plan_only and (args.json or args.output is not None):
        option = "--json" if args.json else "-o"
        raise UsageError(option, why="it belongs to --plan-only", mend="leave it out, or add --plan-only")
    if args.plan is not None and args.merge:
        raise UsageError("--merge", why="the plan says already what is merged", mend="leave it out")


def _draft_plan(args: argparse.Namespace, settings: Settings) -> int:
    from pipeline.run.planning import read_plan
    from pipeline.wiring import build_services

    refuse_order(args)
    plan = read_plan(args.plan)
    with build_services(settings) as services, progress(settings, args.plan.name) as report:
        made = services.conversion.draft_plan(plan, args.named, report=report)
    return _say(made, str(args.plan), settings)


def _draft_lessons(args: argparse.Namespace, settings: Settings) -> int:
    """The lessons of an approved outline."""
    from pipeline.domain import Channel
    from pipeline.wiring import build_services

    refuse_order(args)
    with build_services(settings) as services:
        module = services.store.modules.resolve(args.from_outline)
        plan = services.gate.settle(module, by=services.reviewer, channel=Channel.CLI)
        with progress(settings, plan.title) as report:
            made = services.conversion.draft_settled(module, plan, report=report)
    return _say(made, args.from_outline, settings)


def _outline(names: Sequence[str], order: Order, services: Services, settings: Settings) -> int:
    """Drafts the objectives alone and says what comes next; the exit code."""
    with progress(settings, _title(names)) as report:
        module = services.conversion.outline(names, order=order, report=report)
    result(module.id)
    if not module.is_outline:
        talk(f"{module.id} has its lessons already", settings)
        return 0
    said = counted(len(module.objectives), "objective")
    talk(
        f"{said} to approve in sme2module review; then sme2module draft --from-outline {module.id}", settings
    )
    return ATTENTION if module.gaps else 0


def _say(made: Converted, name: str, settings: Settings) -> int:
    """Prints what was made; its exit code."""
    from pipeline.run.oneoff import Summary

    talk_warnings(name, made.documents, settings)
    summary = Summary.of(made.module, made.documents)
    result(made.module.id)
    talk(summary.line, settings)
    if made.stopped is not None:
        print_error(made.stopped)
        return made.stopped.exit_code
    return ATTENTION if summary.needs_attention else 0


def _plan_files(args: argparse.Namespace, jobs: Sequence[Sequence[str]]) -> list[Path | None]:
    """Where each plan goes; None for one that is only printed. Raises UsageError where -o names one file for many."""
    from pipeline.errors import UsageError
    from pipeline.run.oneoff import output_names

    if not args.plan_only or (args.json and args.output is None):
        return [None for _ in jobs]
    if args.output is not None and not args.output.is_dir():
        if len(jobs) > 1:
            raise UsageError(
                str(args.output),
                why=f"it is one file, and {len(jobs)} sources make {len(jobs)} plans",
                mend="name a folder that exists, or plan one module of them all with --merge",
            )
        return [args.output]
    folder = args.output or Path()
    return [folder / f"{name}{PLAN_SUFFIX}" for _, name in output_names([Path(names[0]) for names in jobs])]


def _show(
    plan: Plan, file: Path | None, args: argparse.Namespace, settings: Settings, *, on_one_line: bool
) -> int:
    """Writes and prints a plan; its exit code."""
    from pipeline.run.planning import plan_lines

    if file is not None:
        _write(plan, file, may_replace=args.output is not None)
    if args.json:
        result_json(plan.dump(), on_one_line=on_one_line)
    else:
        for line in plan_lines(plan):
            result(line)
        result("")
    if file is not None:
        talk(f"the plan is in {file}: edit it, then sme2module draft --plan {file}", settings)
    return ATTENTION if plan.gaps else 0


def _write(plan: Plan, file: Path, *, may_replace: bool) -> None:
    """Writes the plan, whole or not at all; raises ExportError where another one, perhaps edited, is there already."""
    from pipeline.errors import ExportError
    from pipeline.run.planning import plan_text

    text = plan_text(plan)
    try:
        if not may_replace and file.exists() and file.read_text(encoding="utf-8", errors="replace") != text:
            raise ExportError(
                str(file),
                why="another plan is there already, perhaps an edited one",
                mend=f"draft it with --plan, or write the new one elsewhere with -o (-o {file} replaces it)",
            )
        made = file.with_name(f".{file.name}.part")
        made.write_text(text, encoding="utf-8")
        made.replace(file)
    except OSError as error:
        raise ExportError(
            str(file), why=f"it cannot be written ({error.strerror or error})", mend="choose another file with -o"
        ) from error


def _title(names: Sequence[str]) -> str:
    first = Path(names[0]).name
    return first if len(names) == 1 else f"{first} and {len(names) - 1} more"
