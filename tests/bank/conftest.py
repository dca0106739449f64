"""Reads a bank from what a test writes down."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pipeline.bank import read_bank
from pipeline.domain import Bank

ReadText = Callable[..., Bank]


@pytest.fixture
def read_text(tmp_path: Path) -> ReadText:
    """`read_text(content, "bank.csv")`: the bank in a file of that content."""

    def read(content: str | bytes, name: str) -> Bank:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_bank(path)

    return read


@pytest.fixture
def read_zip(tmp_path: Path) -> ReadText:
    """`read_zip({"item.xml": …})`: the bank in an archive of those members."""

    def read(members: Mapping[str, str]) -> Bank:
        path = tmp_path / "package.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return read_bank(path)

    return read
