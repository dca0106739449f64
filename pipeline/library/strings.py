"""Interface strings of exported packages: `strings/<tag>.toml` in, a mapping of key → text out.

A language is there as a whole or not at all: where its file is missing, everything is English, so that no
learner meets a screen in two languages. Texts hold named places such as `{number}`, filled by `Strings.say`. A text
whose noun changes with the number at `{n}` has a form for each plural category (`minutes.few`, `minutes.other`);
"other" is the one that is always there.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.language import base_of, is_right_to_left
from pipeline.library.plurals import CATEGORIES, OTHER, category

FALLBACK = "en"
_FOLDER = Path(__file__).resolve().parent / "strings"


class Strings(Mapping[str, str]):
    """The interface strings of one language."""

    def __init__(self, language: str, texts: Mapping[str, str | Mapping[str, str]]) -> None:
        self.language = language
        """The language the texts are in, which may be the fallback."""
        self.forms = {key: dict(text) for key, text in texts.items() if not isinstance(text, str)}
        """Of each text with plural forms: category → text."""
        self._texts = {key: text if isinstance(text, str) else text[OTHER] for key, text in texts.items()}

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    @property
    def direction(self) -> str:
        """What HTML's `dir` takes: ltr or rtl."""
        return "rtl" if is_right_to_left(self.language) else "ltr"

    def say(self, key: str, **values: object) -> str:
        """The text of the key with its places filled, in the form for `n`; raises KeyError where one is missing."""
        text = self._texts[key]
        if key in self.forms:
            text = self.forms[key].get(category(self.language, values["n"]), text)
        return text.format_map(values)


def languages() -> tuple[str, ...]:
    """The languages that have a file, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def strings_for(tag: str) -> Strings:
    """The strings for a BCP 47 tag: of the tag itself, else of its base language, else English."""
    known = languages()
    for name in (tag, base_of(tag), FALLBACK):
        if name in known:
            return _load(name)
    raise ConfigError(
        "interface strings", why=f"{FALLBACK}.toml is missing in {_FOLDER}", mend="install the package again"
    )


@functools.cache
def _load(name: str) -> Strings:
    path = _FOLDER / f"{name}.toml"
    try:
        texts = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"interface strings {path.name}", why=str(error), mend="mend the file") from error
    for key, text in texts.items():
        if not isinstance(text, str) and not _are_forms(text):
            raise ConfigError(
                f"interface strings {path.name}", why=f"{key} is neither a text nor the plural forms of one",
                mend="mend the file",
            )
    return Strings(name, texts)


def _are_forms(text: object) -> bool:
    return (
        isinstance(text, dict) and OTHER in text and set(text) <= set(CATEGORIES)
        and all(isinstance(form, str) for form in text.values())
    )
