"""The embedded engine's connective wording, read from `phrases/<language>.toml`: a language is a file, never code.

In: a language tag. Out: a `Phrasebook` that fills a named template; a template with several wordings is varied by
what fills it, so that the same draft always reads the same.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from pipeline.errors import ReplyError
from pipeline.ids import fingerprint
from pipeline.language import base_of

_FOLDER = files("pipeline.engines.embedded").joinpath("phrases")


@dataclass(frozen=True)
class Phrasebook:
    """One language's templates and word lists."""

    language: str
    templates: MappingProxyType[str, tuple[str, ...]]
    words: MappingProxyType[str, tuple[str, ...]]
    """Word lists that the grammar of `wording` needs, such as the pronouns that point back."""
    variant: int = 0
    """Turns to the next wording where something is drafted again."""

    def say(self, key: str, /, **slots: str | int) -> str:
        """The template of that name with its slots filled; raises KeyError for an unknown template or slot."""
        wordings = self.templates[key]
        texts = {name: str(value) for name, value in slots.items()}
        turn = 0 if len(wordings) == 1 else int(fingerprint([key, texts])[:6], 16) + self.variant
        return wordings[turn % len(wordings)].format_map(texts)

    def say_nth(self, key: str, turn: int, /, **slots: str | int) -> str:
        """The template's wording of that turn, so that neighbours are not worded alike."""
        wordings = self.templates[key]
        texts = {name: str(value) for name, value in slots.items()}
        return wordings[(turn + self.variant) % len(wordings)].format_map(texts)

    def has(self, key: str) -> bool:
        """Whether the language words that; an item kind without wording is not drafted."""
        return key in self.templates

    def list_of(self, key: str) -> frozenset[str]:
        """A word list; empty where the language has none."""
        return _as_set(self.words.get(key, ()))


@functools.lru_cache(maxsize=256)
def _as_set(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(words)


def languages() -> tuple[str, ...]:
    """The languages the embedded engine drafts in, sorted."""
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir() if entry.name.endswith(".toml"))
    )


@functools.cache
def phrasebook(language: str) -> Phrasebook:
    """The phrases of a language; raises ReplyError (code "empty") where there are none."""
    base = base_of(language)
    if base not in languages():
        raise ReplyError(
            f"drafting in {language}",
            why=f"the embedded engine drafts in {', '.join(languages())} only",
            mend="use --engine openai, which drafts in any language",
            code="empty",
        )
    raw = tomllib.loads(_FOLDER.joinpath(f"{base}.toml").read_text(encoding="utf-8"))
    words = raw.pop("words", {})
    templates: dict[str, tuple[str, ...]] = {}
    for section, entries in raw.items():
        for name, wording in _wordings(entries):
            templates[f"{section}.{name}"] = wording
    return Phrasebook(
        base,
        MappingProxyType(templates),
        MappingProxyType({key: tuple(value) for key, value in words.items()}),
    )


def _wordings(entries: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    return [(name, (value,) if isinstance(value, str) else tuple(value)) for name, value in entries.items()]
