"""The labelled set of documents: what each file holds, made without any reader under test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Sentence(_Part):
    """A sentence of the body."""

    text: str
    page: int | None = None
    """Page or slide, from 1."""
    start: float | None = None
    """Seconds."""
    end: float | None = None
    speaker: str | None = None
    tag: str = "body"
    unordered: bool = False


class HeadingTruth(_Part):
    """A heading."""

    text: str
    level: int


class TableTruth(_Part):
    """A table; a cell that is null may hold anything."""

    rows: tuple[tuple[str | None, ...], ...]


class Noise(_Part):
    """A running head or foot, as a regular expression between one character each side, and on how many pages it is."""

    pattern: str
    pages: int


class Broken(_Part):
    """A word broken over a line, whole, with its neighbours."""

    ctx: str


class Expected(_Part):
    """What should come of a damaged or hostile file."""

    type: str
    """error, any, text or warn_no_text."""
    allow_empty: bool = False
    must_not: tuple[str, ...] = ()
    max_s: float | None = None
    kinds: tuple[str, ...] = Field(default=(), alias="class")


class Truth(_Part):
    """One file and what it holds."""

    file: str
    fmt: str
    sentences: tuple[Sentence, ...] = ()
    headings: tuple[HeadingTruth, ...] = ()
    tables: tuple[TableTruth, ...] = ()
    noise: tuple[Noise, ...] = ()
    hyphen: tuple[Broken, ...] = ()
    must_not: tuple[str, ...] = ()
    code_lines: tuple[str, ...] = ()
    no_order: bool = False
    order_pages: bool = False
    expect: Expected | None = None


def load_truth(manifest: Path) -> list[Truth]:
    """The lines of the manifest, in order."""
    with manifest.open(encoding="utf-8") as lines:
        rows: list[Any] = [json.loads(line) for line in lines if line.strip()]
    return [Truth.model_validate(row) for row in rows]
