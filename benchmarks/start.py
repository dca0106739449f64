"""How long a person waits for `sme2module --help`, beside an interpreter that does nothing."""

from __future__ import annotations

import statistics
import sys

from benchmarks.processes import SME2MODULE, timed


def run() -> None:
    """Prints both and their ratio; the mark is 0.5 s."""
    ours = timed([*SME2MODULE, "--help"], runs=5)
    bound = timed([sys.executable, "-c", "pass"], runs=5)
    ratio = statistics.median(ours.seconds) / statistics.median(bound.seconds)
    print(f"sme2module --help    {ours} (mark: under 0.5 s)")
    print(f"python -c pass       {bound}")
    print(f"ratio                {ratio:.1f}")
