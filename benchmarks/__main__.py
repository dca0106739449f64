"""`make bench [ARGS=NAME ...]`: runs the benchmarks and prints a table a benchmark."""

from __future__ import annotations

import sys

from benchmarks import (
    batch_api,
    chunks,
    conversion,
    crashes,
    embedded_backlog,
    exports,
    lanes,
    length,
    makespan,
    played,
    queueing,
    rates,
    readers,
    review,
    review_cpu,
    start,
    tokens,
)

BENCHMARKS = {
    "start": start.run, "conversion": conversion.run, "length": length.run, "tokens": tokens.run, "rates": rates.run,
    "lanes": lanes.run, "makespan": makespan.run, "queueing": queueing.run, "crashes": crashes.run, "batch-api": batch_api.run,
    "embedded": embedded_backlog.run, "readers": readers.run, "chunks": chunks.run, "review": review.run,
    "review-cpu": review_cpu.run,
    "played": played.run,
    "exports": exports.run,
}


def main() -> int:
    """0, or 2 for an unknown name."""
    wanted = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in wanted if name not in BENCHMARKS]
    if unknown:
        sys.stderr.write(f"error: benchmark {unknown[0]}: no such name; known: {', '.join(BENCHMARKS)}\n")
        return 2
    for name in wanted:
        print(f"\n== {name}")
        BENCHMARKS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main())
