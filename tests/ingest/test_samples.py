from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize("name", ["lockout-procedure.docx", "customer-data-policy.pdf"])
def test_the_built_samples_are_what_their_script_makes(tmp_path: Path, name: str) -> None:
    script = [sys.executable, "-B", str(SAMPLES / "make_samples.py"), str(tmp_path)]
    subprocess.run(script, check=True, capture_output=True)
    assert (tmp_path / name).read_bytes() == (SAMPLES / name).read_bytes()
