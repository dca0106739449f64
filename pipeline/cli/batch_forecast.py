"""What a backlog is expected to take, as words."""

from __future__ import annotations

from pipeline.cli.batch_view import duration, failure_lines
from pipeline.domain import Forecast


def forecast_lines(expected: Forecast) -> list[str]:
    """A line a matter; what nobody knows is said to be unknown."""
    seen = "all of them" if expected.sampled >= expected.documents else f"{expected.sampled:,} of them"
    lines = [f"documents  {expected.documents:,} ({seen} looked into)"]
    if expected.duplicates:
        lines.append(f"           {expected.duplicates:,} more with the same content as another, at no cost")
    if expected.pages is not None:
        lines.append(f"pages      {expected.pages:,}")
    lines.append(f"source     {expected.source_tokens:,} tokens")
    if expected.calls:
        told = "as in earlier batches" if expected.basis == "measured" else "by our figures; none were made here yet"
        lines += [
            f"calls      about {expected.calls:,} ({told})",
            f"tokens     about {expected.input_tokens:,} in, {expected.output_tokens:,} out",
            "cost       unknown: nothing in prices.toml says what the model costs"
            if expected.usd is None
            else f"cost       about {expected.usd:.2f} USD",
        ]
    else:
        lines.append("cost       none: the embedded engine makes no calls")
    lines.append(
        "time       unknown: nothing was converted here yet with this engine and model"
        if expected.seconds is None
        else f"time       about {duration(expected.seconds)} at the pace of the last batch"
    )
    if expected.unreadable:
        lines.append(f"cannot be converted: {len(expected.unreadable):,}")
        lines += [f"  {line}" for line in failure_lines(expected.unreadable)]
    return lines
