"""Word lists the checks read, one TOML file a language; a list that is not there is never guessed."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from pipeline.language import base_of


class WordLists:
    """The lists of one language by name, each as tuple of lower-case words or phrases in the file's order."""

    def __init__(self, lists: dict[str, tuple[str, ...]], tables: dict[str, dict[str, str]]) -> None:
        self._lists, self._tables = lists, tables
        self._sets = {name: frozenset(found) for name, found in lists.items()}
        self._unions: dict[tuple[str, ...], frozenset[str]] = {}
        self._phrases: dict[str, tuple[tuple[str, str, str], ...]] = {}

    def __contains__(self, name: object) -> bool:
        """Whether the language has that list or table."""
        return name in self._lists or name in self._tables

    def list(self, name: str) -> tuple[str, ...]:
        """The list; empty where the language has none."""
        return self._lists.get(name, ())

    def set(self, name: str) -> frozenset[str]:
        """The list as a set."""
        return self._sets.get(name, frozenset())

    def openings(self, name: str) -> frozenset[str]:
        """The first words of the list's phrases."""
        key = (name, "openings")
        if key not in self._unions:
            self._unions[key] = frozenset(phrase.split(maxsplit=1)[0] for phrase in self.list(name))
        return self._unions[key]

    def phrase_in(self, name: str, found: tuple[str, ...]) -> str | None:
        """The first phrase of the list that stands in the words, or None."""
        # Most texts hold no phrase's first word, which is far quicker to see than that they hold no phrase.
        if self.openings(name).isdisjoint(found):
            return None
        said, words = f" {' '.join(found)} ", frozenset(found)
        return next((one for one, first, within in self._openings_of(name) if first in words and within in said), None)

    def _openings_of(self, name: str) -> tuple[tuple[str, str, str], ...]:
        """(phrase, its first word, the phrase between blanks) of the list."""
        known = self._phrases.get(name)
        if known is None:
            listed = self.list(name)
            known = self._phrases[name] = tuple((one, one.split(maxsplit=1)[0], f" {one} ") for one in listed)
        return known

    def union(self, *names: str) -> frozenset[str]:
        """Everything in any of the lists."""
        if names not in self._unions:
            self._unions[names] = frozenset().union(*(self.set(name) for name in names))
        return self._unions[names]

    def table(self, name: str) -> dict[str, str]:
        """A table of words, such as unit → its normal form; empty where the language has none."""
        return self._tables.get(name, {})


@lru_cache(maxsize=64)
def words_for(tag: str) -> WordLists:
    """The lists of a BCP 47 tag's language; no list at all for a language without a file."""
    found = files(__package__).joinpath(f"{base_of(tag)}.toml")
    if not base_of(tag).isalpha() or not found.is_file():
        return WordLists({}, {})
    raw = tomllib.loads(found.read_text(encoding="utf-8"))
    lists = {
        name: tuple(value.split("|") if "|" in value else value.split())
        for name, value in raw["lists"].items()
    }
    lists = {name: tuple(" ".join(word.split()) for word in value) for name, value in lists.items()}
    return WordLists(lists, raw["tables"])
