"""The pages of sources as pictures, with the evidence boxed: drawn when asked for, kept in memory for all sessions.

A page costs 70 ms in a process of its own, so pages are drawn when first wanted and the next ones in advance, rather
than all of them when a draft is saved: a module cites few of a long source's pages, and nothing has to be cleared away.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from pipeline.domain import Block, Evidence
from pipeline.errors import Sme2ModuleError, SourceError
from pipeline.ingest.contained import ParseLimits
from pipeline.ingest.page_pictures import DrawnPages, draw_contained
from pipeline.review.quote_places import Box, PageLetters
from pipeline.store import Store

_PDF = "application/pdf"
# Name of the key in the store: servers that share it take each other's addresses.
_KEY = "page_pictures"
_MOST_BYTES = 64 << 20
# Who waits for a picture reads the passage meanwhile; a page that takes longer is not worth the wait.
_MOST_SECONDS = 20.0


@dataclass(frozen=True)
class SourcePage:
    """A page with a piece of evidence on it, and with the others of its block."""

    source: str
    """Id of the source."""
    number: int
    """From 1."""
    seal: str
    """What `picture` asks for along with source and number: who was not shown the page does not have it."""
    boxes: tuple[Box, ...]
    """What to box, as shares of the page: the quotes' lines, or their block where the words cannot be located."""
    is_exact: bool
    """Whether the boxes are the quote's own."""
    width: float
    height: float


@dataclass(frozen=True)
class _Kept:
    picture: bytes
    letters: PageLetters
    width: float
    height: float

    @property
    def size(self) -> int:
        return len(self.picture) + 60_000


class SourcePages:
    """The pages of a workspace's sources. Safe to share between threads."""

    def __init__(self, store: Store, *, limits: ParseLimits) -> None:
        self._store = store
        self._limits = ParseLimits(seconds=min(limits.seconds, _MOST_SECONDS), memory_mb=limits.memory_mb)
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], _Kept | SourceError] = OrderedDict()
        self._drawing: dict[tuple[str, int], Future[_Kept]] = {}
        self._is_ahead = False
        self._next_wish: Callable[[], Iterable[Evidence]] | None = None
        self._ahead = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pages")

    def has_page(self, proof: Evidence) -> bool:
        """Whether the evidence stands on a page of a PDF."""
        return bool(self._numbers(self._block(proof)))

    def is_ready(self, proof: Evidence) -> bool:
        """Whether its page is drawn already."""
        numbers = self._numbers(self._block(proof))
        with self._lock:
            return bool(numbers) and (proof.source, numbers[0]) in self._kept

    def page(self, proof: Evidence, *, also: Sequence[Evidence] = ()) -> SourcePage | None:
        """The page that the evidence stands on; None where its source has no pages to draw.

        `also` are other quotes of the same block, which are boxed too where they stand on that page.

        Raises SourceError where the page cannot be drawn, StoreError where the source's bytes are gone.
        """
        block = self._block(proof)
        numbers = self._numbers(block)
        if block is None or not numbers:
            return None
        best: SourcePage | None = None
        for number in numbers:
            kept = self._page(proof.source, number)
            near = _share(block, kept) if number == block.anchor.page else None
            boxes = kept.letters.places_of_all([proof.quote, *(one.quote for one in also)], near=near)
            seal = self._seal(proof.source, number)
            if boxes:
                return SourcePage(proof.source, number, seal, boxes, True, kept.width, kept.height)
            if best is None:
                block_box = (near,) if near else ()
                best = SourcePage(proof.source, number, seal, block_box, False, kept.width, kept.height)
        return best

    def picture(self, source: str, number: int, seal: str) -> bytes | None:
        """The page as a JPEG; None where the seal is not that page's. Raises as `page`.

        A source's id is its content's, so that the picture of one address never changes.
        """
        if not hmac.compare_digest(seal.encode(), self._seal(source, number).encode()):
            return None
        return self._page(source, number).picture

    def _seal(self, source: str, number: int) -> str:
        said = f"sme2module page picture 1\n{source}\n{number}".encode()
        return hmac.new(self._store.keys.get(_KEY), said, hashlib.sha256).hexdigest()

    def draw_ahead(self, evidence: Callable[[], Iterable[Evidence]]) -> None:
        """Begins to draw the pages of evidence that somebody is about to look at, and does not wait.

        What `evidence` finds out is found out in the background, too.
        """
        with self._lock:
            if self._is_ahead:  # the person goes faster than pages can be drawn: the next wish counts
                self._next_wish = evidence
                return
            self._is_ahead = True
        try:
            self._ahead.submit(self._draw_wished, evidence)
        except RuntimeError:  # closed meanwhile
            return

    def _draw_wished(self, evidence: Callable[[], Iterable[Evidence]]) -> None:
        wish: Callable[[], Iterable[Evidence]] | None = evidence
        try:
            while wish is not None:
                # Who comes to look is told what is wrong with a page.
                with contextlib.suppress(Sme2ModuleError):
                    for proof in wish():
                        for number in self._numbers(self._block(proof))[:1]:
                            self._page(proof.source, number)
                with self._lock:
                    wish, self._next_wish = self._next_wish, None
                    self._is_ahead = wish is not None
        finally:
            if wish is not None:  # it failed otherwise
                with self._lock:
                    self._is_ahead = False

    def close(self) -> None:
        """Ends what is being drawn ahead."""
        self._ahead.shutdown(wait=True, cancel_futures=True)

    def _block(self, proof: Evidence) -> Block | None:
        try:
            document = self._store.sources.document(proof.source)
        except Sme2ModuleError:  # a source that is gone is said to be missing where the quote is shown
            return None
        if document.source.media_type != _PDF:
            return None
        return next((block for block in document.blocks if block.id == proof.block), None)

    @staticmethod
    def _numbers(block: Block | None) -> tuple[int, ...]:
        if block is None or block.anchor.inside or block.anchor.page is None:
            return ()
        first, last = block.anchor.pages or (block.anchor.page, block.anchor.page)
        return tuple(dict.fromkeys((block.anchor.page, *range(first, last + 1))))

    def _page(self, source: str, number: int) -> _Kept:
        key = (source, number)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            waiting = self._drawing.get(key)
            if kept is None and waiting is None:
                mine = self._drawing[key] = Future()
        if isinstance(kept, SourceError):
            raise kept
        if kept is not None:
            return kept
        if waiting is not None:
            return waiting.result()
        try:
            made = self._drawn(source, number)
        except BaseException as error:
            if isinstance(error, SourceError):
                self._keep(key, error)
            mine.set_exception(error)
            raise
        else:
            self._keep(key, made)
            mine.set_result(made)
            return made
        finally:
            with self._lock:
                self._drawing.pop(key, None)

    def _keep(self, key: tuple[str, int], made: _Kept | SourceError) -> None:
        with self._lock:
            self._kept[key] = made
            total = sum(one.size for one in self._kept.values() if isinstance(one, _Kept))
            while total > _MOST_BYTES and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                total -= gone.size if isinstance(gone, _Kept) else 0

    def _drawn(self, source: str, number: int) -> _Kept:
        drawn: DrawnPages = draw_contained(self._store.sources.content(source), (number,), limits=self._limits)
        if not drawn.pages:
            raise SourceError(
                f"page {number}", why="it is damaged and cannot be drawn", mend="read the passage as text",
                code="corrupt",
            )
        page = drawn.pages[0]
        return _Kept(base64.b64decode(page.picture), PageLetters(page), page.width, page.height)


def _share(block: Block, page: _Kept) -> Box | None:
    """Where the block stands, as shares of the page."""
    if block.anchor.bbox is None:
        return None
    x0, y0, x1, y1 = block.anchor.bbox
    share = (max(0.0, x0 / page.width), max(0.0, y0 / page.height), x1 / page.width, y1 / page.height)
    return (share[0], share[1], min(1.0, share[2]), min(1.0, share[3]))
