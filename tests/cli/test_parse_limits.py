"""Commands read each document in a process of its own, within the limits of the settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def test_a_document_that_takes_too_long_is_one_clear_line(
    run: Run, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SME2MODULE_PARSE_TIMEOUT_S", "0.001")
    ran = run("ingest", "--json", samples / "lockout-procedure.docx")
    assert ran.code == 2
    assert json.loads(ran.out)["error"]["code"] == "timeout"
    assert len(ran.errors) == 1
    assert "SME2MODULE_PARSE_TIMEOUT_S" in ran.errors[0]


def test_documents_are_printed_in_the_order_they_were_named(run: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.pdf").write_bytes(b"%PDF-1.7 cut")
    names = [str(samples / "customer-data-policy.pdf"), "cut.pdf", str(samples / "return-a-parcel.md")]
    ran = run("ingest", "--json", *names)
    assert ran.code == 1
    assert [json.loads(line)["source"]["path"] for line in ran.out.splitlines()] == names
