"""Which paragraphs of a Word file are in another language than the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline import language

if TYPE_CHECKING:
    from pipeline.ingest.base import Piece
    from pipeline.ingest.docx_runs import Runs
    from pipeline.ingest.docx_styles import Style, Styles


class Languages:
    """What the file's own marks say. They serve its spelling check, and authors set them by accident: a mark counts
    where the words themselves agree with it.
    """

    def __init__(self, styles: Styles) -> None:
        self._default = language.base_of(styles.language or "")
        self._chars: Counter[str] = Counter()
        self._bases: dict[str, str] = {}

    def of(self, runs: Runs, style: Style, text: str) -> str | None:
        """The paragraph's language where it is not the file's default, else None."""
        count = len(text)
        stated = style.language or ""
        if runs.languages:
            most = max(runs.languages, key=lambda tag: runs.languages[tag])
            if 2 * runs.languages[most] > count:
                stated = most
        base = self._bases.get(stated)
        if base is None:
            base = self._bases[stated] = language.base_of(stated)
        self._chars[base] += count
        if base == self._default or not language.is_tag(stated):
            return None
        guessed = language.guess(text)
        return stated if guessed and language.base_of(guessed) == base else None

    def settled(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """The pieces, those in the language of most of the text without a mark of their own."""
        most = self._chars.most_common(1)
        main = most[0][0] if most else ""
        for piece in pieces:
            is_main = piece.language is not None and language.base_of(piece.language) == main
            yield replace(piece, language=None) if is_main else piece
