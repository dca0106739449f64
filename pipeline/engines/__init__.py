"""Engines: what drafts. The list is what `--engine` takes; each is imported when it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import Price
from pipeline.engines.base import Engine, Limiter
from pipeline.registry import Registry


@dataclass(frozen=True)
class EngineSettings:
    """What an engine may need to know; each takes what it knows of."""

    model: str | None = None
    api_key: str | None = None
    base_url: str | None = None
    timeout_s: float = 120.0
    remember_in: Path | None = None
    """File for what an endpoint was found to understand; None remembers until the process ends."""
    price: Price | None = None
    """What the model costs; None where nobody knows."""
    limiter: Limiter | None = None
    """Gives leave for every call; None lets all through."""
    mailbox: Path | None = None
    """Folder for requests and replies by file."""


@dataclass(frozen=True)
class EngineChoice:
    """An engine that can be asked for."""

    name: str
    label: str
    help: str
    needs_model: bool
    make: Callable[[EngineSettings], Engine]


def _embedded(settings: EngineSettings) -> Engine:
    from pipeline.engines.embedded import EmbeddedEngine

    return EmbeddedEngine()


def _openai(settings: EngineSettings) -> Engine:
    from pipeline.engines.dialect import FileMemory
    from pipeline.engines.openai_compatible import OpenAiEngine

    return OpenAiEngine(
        model=settings.model,
        api_key=settings.api_key,
        base_url=settings.base_url,
        timeout_s=settings.timeout_s,
        price=settings.price,
        limiter=settings.limiter,
        memory=FileMemory(settings.remember_in) if settings.remember_in else None,
    )


def _files(settings: EngineSettings) -> Engine:
    from pipeline.engines.files import FilesEngine

    return FilesEngine(settings.mailbox, model=settings.model)


ENGINES: Registry[EngineChoice] = Registry(
    "engine",
    [
        EngineChoice(
            "embedded",
            "Embedded",
            "offline, without a key; the same input gives the same draft",
            False,
            _embedded,
        ),
        EngineChoice(
            "openai",
            "OpenAI-compatible endpoint",
            "any endpoint that speaks the OpenAI API (OPENAI_API_KEY, OPENAI_BASE_URL, --model)",
            True,
            _openai,
        ),
        EngineChoice(
            "files",
            "Replies by file",
            "writes each question into a folder and reads the replies laid beside them (--mailbox)",
            False,
            _files,
        ),
    ],
)


def create_engine(
    name: str,
    *,
    model: str | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    timeout_s: float = 120.0,
    remember_in: Path | None = None,
    price: Price | None = None,
    limiter: Limiter | None = None,
    mailbox: Path | None = None,
) -> Engine:
    """The engine of that name; raises UsageError (unknown name) and ConfigError (a setting is missing)."""
    settings = EngineSettings(
        model=model,
        api_key=api_key,
        base_url=base_url,
        timeout_s=timeout_s,
        remember_in=remember_in,
        price=price,
        limiter=limiter,
        mailbox=mailbox,
    )
    return ENGINES.get(name).make(settings)


__all__ = ["ENGINES", "Engine", "EngineChoice", "EngineSettings", "create_engine"]
