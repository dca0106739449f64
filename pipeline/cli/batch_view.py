"""A batch's figures as words, for a terminal."""

from __future__ import annotations

from pipeline.domain import BatchState, BatchStatus, Failure

_FAILURES_SHOWN = 20


def status_lines(status: BatchStatus) -> list[str]:
    """How the batch stands, a line a matter."""
    documents, calls, usage = status.documents, status.calls, status.usage
    engine = f"{status.engine} {status.model}" if status.model else status.engine
    lines = [
        f"batch {status.batch}: {status.state.value}{told_left(status)}",
        f"  folder     {status.name}",
        f"  documents  {progress_of(status)}",
    ]
    if status.reason:
        lines.insert(1, f"  because    {status.reason}")
    if status.engine != "embedded":
        lines += [
            f"  calls      {calls.made:,} made, {calls.from_cache:,} from the store, {calls.retried:,} repeated, "
            f"{calls.failed:,} given up",
            f"  tokens     {usage.input_tokens:,} in ({usage.cached_input_tokens:,} cached), "
            f"{usage.output_tokens:,} out",
            f"  cost       {cost_of(status)}",
        ]
    lines.append(f"  engine     {engine}{', via the Batch API' if status.via.value == 'batch-api' else ''}")
    lines.append(f"  workers    {status.workers or 'none'} alive")
    if documents.failed:
        lines += ["  failed:", *(f"    {line}" for line in failure_lines(status.failures))]
    return lines


def progress_of(status: BatchStatus) -> str:
    """Documents by where they stand."""
    counts = status.documents
    parts = [f"{counts.done:,} of {counts.total:,} done"]
    for name in ("failed", "running", "waiting", "queued", "cancelled"):
        if number := getattr(counts, name):
            parts.append(f"{number:,} {name}")
    return ", ".join(parts)


def failure_lines(failures: tuple[Failure, ...]) -> list[str]:
    """A line a failed document; the first of many."""
    lines = [f"{one.path}: {one.code}: {_said(one)}" for one in failures[:_FAILURES_SHOWN]]
    if len(failures) > _FAILURES_SHOWN:
        lines.append(f"and {len(failures) - _FAILURES_SHOWN:,} more: sme2module batch status --json")
    return lines


def cost_of(status: BatchStatus) -> str:
    """What was spent, against the budget where there is one."""
    if status.spent_usd is None:
        return "unknown: the model has no price in prices.toml"
    spent = f"{status.spent_usd:.4f} USD"
    if status.budget_usd is not None:
        spent += f" of {status.budget_usd:g}"
    if status.in_doubt_usd > 0:
        spent += f", {status.in_doubt_usd:.4f} set aside or in doubt"
    return spent


def row_of(status: BatchStatus) -> list[str]:
    """The batch in a table."""
    counts = status.documents
    cost = "" if status.engine == "embedded" else "unknown" if status.spent_usd is None else f"{status.spent_usd:.2f}"
    return [
        status.batch, status.state.value, f"{counts.done}", f"{counts.failed}", f"{counts.total}", cost, status.name,
    ]


def counted(number: int, noun: str) -> str:
    """So many of them."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86400:.1f} days"


def told_left(status: BatchStatus) -> str:
    """How long it will still take, where somebody can say."""
    if status.state is not BatchState.RUNNING or status.eta_seconds is None:
        return ""
    return f", about {duration(status.eta_seconds)} left"


def _said(failure: Failure) -> str:
    """The message without the path it begins with."""
    return failure.message.removeprefix(f"{failure.path}: ")
