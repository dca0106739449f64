"""Where a batch stands: its state with the reason in words, and its figures."""

from __future__ import annotations

from pathlib import PurePath, PureWindowsPath

from pipeline.domain import BatchState, BatchStatus, ConversionState, DocumentCounts, Via
from pipeline.ui.amounts import about, dollars
from pipeline.ui.markup import Html, el, joined
from pipeline.ui.tags import Share, bar, tile
from pipeline.ui.wording import BATCH_STATE, CONVERSION_STATE, counted

EMBEDDED = "embedded"
"""Asks no endpoint, so it has neither calls nor a price."""


def is_open(status: BatchStatus) -> bool:
    """Whether anything can still happen to the batch."""
    return status.state not in (BatchState.DONE, BatchState.CANCELLED)


def unfinished(counts: DocumentCounts) -> int:
    """Documents that have not come to an end."""
    return counts.queued + counts.running + counts.waiting


def short_name(name: str) -> str:
    """The folder's own name; the name itself where it is no path."""
    path = PureWindowsPath(name) if "\\" in name else PurePath(name)
    return path.name or name


def state_tag(state: BatchState) -> Html:
    """The state as a small label."""
    return el("span", BATCH_STATE[state], class_=f"s2m-tag s2m-{state.value}")


def engine_of(status: BatchStatus) -> str:
    """What drafts the documents."""
    engine = f"{status.engine} engine" if status.model is None else f"{status.engine} engine with {status.model}"
    return f"{engine}, through the Batch API" if status.via is Via.BATCH_API else engine


def reason_of(status: BatchStatus) -> str:
    """Why it is paused, in a sentence that does not name the batch again."""
    why = (status.reason or "somebody paused it").removeprefix(f"batch {status.batch}: ").rstrip(".")
    return f"{why[:1].upper()}{why[1:]}."


def state_line(status: BatchStatus) -> str:
    """What is to be said beside the state: the reason, what to do about it, what is left."""
    counts = status.documents
    left, failed = unfinished(counts), counts.failed
    if status.state is BatchState.PAUSED:
        ending = " Calls that were under way still come in." if counts.running else ""
        return f"{reason_of(status)} {counted(left, 'document')} left.{ending}"
    if status.state is BatchState.CANCELLED:
        dropped = counted(counts.cancelled, "document")
        return f"{dropped} not converted. What was done stays; what was paid for is not asked again."
    if status.state is BatchState.DONE:
        return f"{counted(failed, 'document')} failed." if failed else "Every document is a module."
    if not counts.total:
        return "No document has been put in yet."
    if status.state is BatchState.QUEUED:
        return "No document has been taken up yet."
    return f"{counted(left, 'document')} left, {time_left(status)}."


def time_left(status: BatchStatus) -> str:
    """The forecast as words."""
    if status.eta_seconds is None:
        return "time left unknown"
    return f"{about(status.eta_seconds)} to go"


def document_shares(counts: DocumentCounts) -> tuple[Share, ...]:
    """The parts of the batch's bar."""
    return tuple(
        Share(words, getattr(counts, state.value), state.value) for state, words in CONVERSION_STATE.items()
    )


def documents_bar(counts: DocumentCounts, *, legend: bool = True) -> Html:
    """Documents by where they stand."""
    return bar(document_shares(counts), of="Documents", legend=legend)


def cost(status: BatchStatus) -> tuple[str, str]:
    """What was spent, and what is to be known about it."""
    if status.engine == EMBEDDED:
        return "no cost", "the embedded engine asks no endpoint"
    if status.spent_usd is None:
        model = status.model or "this engine"
        return "unknown", f"no price known for {model}: add it to prices.toml"
    doubt = f"; {dollars(status.in_doubt_usd)} set aside for calls under way" if status.in_doubt_usd > 0 else ""
    if status.budget_usd is None:
        return dollars(status.spent_usd), f"spent; no budget was set{doubt}"
    return f"{dollars(status.spent_usd)} of {dollars(status.budget_usd)}", f"budget spent{doubt}"


def cost_line(status: BatchStatus) -> str:
    """The same in a line."""
    if status.engine == EMBEDDED or status.spent_usd is None:
        amount, said = cost(status)
        return f"Cost {amount}: {said}" if amount == "unknown" else f"{amount.capitalize()}: {said}"
    return " ".join(cost(status))


def figures(status: BatchStatus) -> Html:
    """The tiles and the bar."""
    counts, calls, usage = status.documents, status.calls, status.usage
    tiles = [
        tile(f"{counts.done:,} of {counts.total:,}", "documents done"),
        tile(f"{counts.failed:,}", "failed", tone="s2m-alarm" if counts.failed else ""),
        tile(f"{counts.running:,}", "running"),
        tile(f"{counts.queued:,}", "queued"),
    ]
    if counts.waiting:
        tiles.append(tile(f"{counts.waiting:,}", CONVERSION_STATE[ConversionState.WAITING].lower()))
    if counts.cancelled:
        tiles.append(tile(f"{counts.cancelled:,}", "cancelled"))
    wide = []
    if is_open(status):
        tiles.append(tile(f"{status.workers:,}", "worker running" if status.workers == 1 else "workers running"))
        known = about(status.eta_seconds) if status.eta_seconds is not None else "unknown"
        wide.append(tile(known, "time left, at the present pace"))
    if status.engine != EMBEDDED:
        more = f"{calls.from_cache:,} more from the store, {calls.retried:,} repeated, {calls.failed:,} given up"
        cached = f"{usage.input_tokens:,} in ({usage.cached_input_tokens:,} cached), {usage.output_tokens:,} out"
        wide += [
            tile(f"{calls.made:,}", f"calls made; {more}"),
            tile(f"{usage.input_tokens + usage.output_tokens:,}", f"tokens: {cached}"),
        ]
    wide.append(tile(*cost(status)))
    return joined(
        el("div", *tiles, class_="s2m-tiles"),
        el("div", *wide, class_="s2m-tiles s2m-wide"),
        documents_bar(counts),
    )
