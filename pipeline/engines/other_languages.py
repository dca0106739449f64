"""Which blocks are in another language than the one that is drafted in: an engine of one language can't read them.

In: blocks in reading order and a language. Out: the language of each block that is surely in another one. What a file
says of its own language is not enough: many an English text was typed into a German template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline import language
from pipeline.domain import Block, BlockKind

_NAMES = dict(
    pair.split("=")
    for pair in (
        "ar=Arabic bg=Bulgarian bn=Bengali cs=Czech da=Danish de=German el=Greek en=English es=Spanish fa=Persian "
        "fi=Finnish fr=French gu=Gujarati he=Hebrew hi=Hindi hr=Croatian hu=Hungarian hy=Armenian id=Indonesian "
        "it=Italian ja=Japanese ka=Georgian km=Khmer kn=Kannada ko=Korean ml=Malayalam mr=Marathi nb=Norwegian "
        "nl=Dutch pa=Punjabi pl=Polish pt=Portuguese ro=Romanian ru=Russian sk=Slovak sl=Slovene sr=Serbian sv=Swedish "
        "ta=Tamil te=Telugu th=Thai tr=Turkish uk=Ukrainian ur=Urdu vi=Vietnamese zh=Chinese"
    ).split()
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_COMMON_MIN = 3
# No prose: a few words of a cell or of a command tell nothing.
_WORDLESS = (BlockKind.CODE, BlockKind.TABLE, BlockKind.FURNITURE, BlockKind.COMMENT)


def language_name(tag: str) -> str:
    """The language's English name; the tag itself where there is none here."""
    return _NAMES.get(language.base_of(tag), tag)


def in_other_languages(blocks: Iterable[Block], home: str) -> dict[str, str]:
    """Block id → language tag, for each block that is surely not in the language `home`; neighbours that are too short
    to tell by themselves are told together. Headings are left out: a title may well be a name.
    """
    found: dict[str, str] = {}
    short: list[Block] = []

    def settle() -> None:
        if len(short) > 1 and (tag := _surely(" ".join(one.text for one in short), home)) is not None:
            found.update((one.id, tag) for one in short if _speaks(one, tag, home))
        short.clear()

    for block in blocks:
        if block.kind in _WORDLESS or block.kind is BlockKind.HEADING or block.hidden:
            settle()
        elif (tag := _surely(block.text, home)) is not None:
            settle()
            found[block.id] = tag
        elif _is_untold(block.text):
            short.append(block)
        else:
            settle()
    settle()
    return found


def _surely(text: str, home: str) -> str | None:
    """The other language that the text is in; a word or two that both languages have ("no") make no other one."""
    tag = language.foreign(text, home)
    if tag is None or len(_LATIN.findall(text)) * 2 < sum(map(str.isalpha, text)):
        return tag
    return tag if len(language.known_words(text, tag)) >= _COMMON_MIN else None


def _is_untold(text: str) -> bool:
    """Whether the text is too short for its language to be told."""
    return language.guess(text) is None


def _speaks(block: Block, tag: str, home: str) -> bool:
    """Whether a short text has more common words of the other language than of the one drafted in."""
    return len(language.known_words(block.text, tag)) > len(language.known_words(block.text, home))
