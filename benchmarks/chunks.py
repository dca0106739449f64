"""Our chunks beside those of LangChain's splitters: speed, what is cut that should not be, and topic boundaries.

All splitters get the same text: the blocks of the sample documents, joined by blank lines. A chunk is judged by where
it lies in that text. Topics: textbook modules whose section titles are taken out; Pk is the share of places where two
paragraphs half a section apart are wrongly judged to be in one section or in two (0 is best, .5 is chance).
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipeline import tokens
from pipeline.domain import Anchor, Block, BlockKind, Document, Source
from pipeline.errors import SourceError
from pipeline.ingest import read_document
from pipeline.split import split_blocks, topic_starts

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
FOLDERS = (ROOT / "samples", SHARED / "samples", SHARED / "eval" / "ingest" / "files")
MODULES = SHARED / "eval" / "openstax_modules" / "dev.jsonl"
LIMIT_TOKENS = 500
_ENDINGS = (".docx", ".html", ".md", ".vtt")
_GLUE = "\n\n"
_SEED = 20260101

Range = tuple[int, int]


class Text(NamedTuple):
    """A document's teachable blocks as one text."""

    document: Document
    blocks: tuple[Block, ...]
    text: str
    places: tuple[Range, ...]
    """Where each block lies in the text."""


@dataclass
class Judged:
    """What a splitter did to all texts."""

    seconds: float = 0.0
    chunks: int = 0
    over: int = 0
    orphans: int = 0
    parted_lists: int = 0
    cut_tables: int = 0
    cut_fences: int = 0
    verbatim: int = 0


def run() -> None:
    """Prints two tables: chunks, then topics. The marks: no orphan, table, fence, excess; verbatim all; Pk .38."""
    texts = list(_texts())
    size = sum(len(text.text.encode()) for text in texts)
    tables, fences = _counted(texts)
    print(f"{len(texts)} documents, {size / 1e6:.1f} MB of blocks, {LIMIT_TOKENS} tokens a chunk at most")
    print(
        f"{'':34} MB/s chunks  over  orphan headings  lists parted  tables cut /{tables}  fences cut /{fences}  verbatim"
    )
    tokens.encoding()
    for name, splitter in _splitters().items():
        made = Judged()
        for text in texts:
            _judge(text, splitter, made)
        print(
            f"{name:34} {size / made.seconds / 1e6:4.1f} {made.chunks:6} {made.over:5} {made.orphans:16} "
            f"{made.parted_lists:13} {made.cut_tables:14} {made.cut_fences:14} {made.verbatim / made.chunks:12.3f}"
        )
    if MODULES.is_file():
        _topics()


def _texts() -> Iterator[Text]:
    paths = [path for folder in FOLDERS if folder.is_dir() for path in sorted(folder.iterdir())]
    for path in paths:
        if path.suffix not in _ENDINGS or path.name.startswith("gen-"):
            continue
        try:
            document = read_document(path)
        except SourceError:
            continue
        yield _text(document)


def _text(document: Document) -> Text:
    blocks = tuple(block for block in document.blocks if block.is_teachable)
    places = []
    at = 0
    for block in blocks:
        places.append((at, at + len(block.text)))
        at += len(block.text) + len(_GLUE)
    return Text(document, blocks, _GLUE.join(block.text for block in blocks), tuple(places))


def _splitters() -> dict[str, Callable[[Text], list[tuple[Range | None, str]]]]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    def ours(text: Text) -> list[tuple[Range | None, str]]:
        place = {block.id: start for block, (start, _) in zip(text.blocks, text.places, strict=True)}
        made: list[tuple[Range | None, str]] = []
        for chunk in split_blocks(text.document, budget_tokens=LIMIT_TOKENS):
            first, last = chunk.spans[0], chunk.spans[-1]
            made.append(((place[first.block] + first.start, place[last.block] + last.end), chunk.text))
        return made

    def by_langchain(splitter: RecursiveCharacterTextSplitter) -> Callable[[Text], list[tuple[Range | None, str]]]:
        return lambda text: list(_found(text.text, splitter.split_text(text.text)))

    return {
        "ours": ours,
        "Recursive, 2000 characters": by_langchain(RecursiveCharacterTextSplitter(chunk_size=2000, chunk_overlap=0)),
        # from_tiktoken_encoder fetches its ranks from the network; this is what it does with them.
        "Recursive.from_tiktoken_encoder": by_langchain(
            RecursiveCharacterTextSplitter(
                chunk_size=LIMIT_TOKENS, chunk_overlap=0,
                length_function=lambda text: len(tokens.encoding().encode(text, disallowed_special=())),
            )
        ),
    }


def _found(text: str, chunks: Sequence[str]) -> Iterator[tuple[Range | None, str]]:
    at = 0
    for chunk in chunks:
        start = text.find(chunk, at)
        if start < 0:
            yield None, chunk
        else:
            at = start + len(chunk)
            yield (start, at), chunk


def _judge(text: Text, splitter: Callable[[Text], list[tuple[Range | None, str]]], made: Judged) -> None:
    before = time.process_time()
    chunks = splitter(text)
    made.seconds += time.process_time() - before
    made.chunks += len(chunks)
    made.over += sum(tokens.count(chunk) > LIMIT_TOKENS for _, chunk in chunks)
    made.verbatim += sum(where is not None and text.text[where[0] : where[1]] == chunk for where, chunk in chunks)
    ranges = [where for where, _ in chunks if where]
    holders = [_holder(place, ranges) for place in text.places]
    lasts = {end for _, end in ranges[:-1]}
    for index, (block, place) in enumerate(zip(text.blocks, text.places, strict=True)):
        if block.kind is BlockKind.HEADING:
            made.orphans += any(place[0] < end <= place[1] for end in lasts)
        elif holders[index] is None and tokens.count(block.text) <= LIMIT_TOKENS:
            made.cut_tables += block.kind is BlockKind.TABLE
            made.cut_fences += block.kind is BlockKind.CODE
        following = text.blocks[index + 1] if index + 1 < len(text.blocks) else None
        if following and following.kind is BlockKind.LIST_ITEM and block.text.endswith(":"):
            made.parted_lists += any(place[1] <= end < text.places[index + 1][0] for end in lasts)


def _holder(place: Range, ranges: Sequence[Range]) -> int | None:
    """The chunk that holds the place whole."""
    return next((number for number, (start, end) in enumerate(ranges) if start <= place[0] and place[1] <= end), None)


def _counted(texts: Sequence[Text]) -> tuple[int, int]:
    short = [
        block.kind for text in texts for block in text.blocks
        if block.kind in (BlockKind.TABLE, BlockKind.CODE) and tokens.count(block.text) <= LIMIT_TOKENS
    ]
    return short.count(BlockKind.TABLE), short.count(BlockKind.CODE)


def _topics() -> None:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    modules = [_module(json.loads(line)) for line in MODULES.read_text(encoding="utf-8").splitlines()]
    modules = [(texts, sections) for texts, sections in modules if len(set(sections)) > 1]
    chance = random.Random(_SEED)

    def by_size(texts: Sequence[str], chars: int) -> tuple[int, ...]:
        made = _GLUE.join(texts)
        splitter = RecursiveCharacterTextSplitter(chunk_size=chars, chunk_overlap=0)
        starts = [where[0] for where, _ in _found(made, splitter.split_text(made)) if where]
        ends = [sum(len(text) + len(_GLUE) for text in texts[: index + 1]) for index in range(len(texts))]
        return tuple(sorted({sum(end <= start for end in ends) for start in starts} - {0}))

    def by_chance(texts: Sequence[str], sections: Sequence[int]) -> tuple[int, ...]:
        return tuple(sorted(chance.sample(range(1, len(texts)), min(len(set(sections)), len(texts)) - 1)))

    print(f"\n{len(modules)} textbook modules without their section titles{'':8}Pk  boundaries found / true")
    rows: dict[str, Callable[[Sequence[str], Sequence[int]], tuple[int, ...]]] = {
        "ours, topics": lambda texts, _: topic_starts(texts),
        "ours, chunks of 1500 tokens": lambda texts, _: _chunk_starts(texts, 1500),
        "Recursive, 2000 characters": lambda texts, _: by_size(texts, 2000),
        "Recursive, 4000 characters": lambda texts, _: by_size(texts, 4000),
        "at random, as many as true": by_chance,
        "none": lambda texts, _: (),
    }
    for name, cut in rows.items():
        cuts = [cut(texts, sections) for texts, sections in modules]
        scores = [pk(sections, found) for (_, sections), found in zip(modules, cuts, strict=True)]
        true = sum(len(set(sections)) - 1 for _, sections in modules)
        print(f"{name:48} {sum(scores) / len(scores):5.3f}  {sum(map(len, cuts))} / {true}")


def _module(row: dict[str, object]) -> tuple[list[str], list[int]]:
    """The paragraphs of a module, and the section of each."""
    blocks = row["blocks"]
    assert isinstance(blocks, list)
    kept = [block for block in blocks if block["s"] >= 0 and block["k"] != "h" and block["text"].strip()]
    return [block["text"] for block in kept], [block["s"] for block in kept]


def _chunk_starts(texts: Sequence[str], budget: int) -> tuple[int, ...]:
    blocks = tuple(
        Block(id=f"b-{number}", kind=BlockKind.PARAGRAPH, text=text, anchor=Anchor(paragraph=number + 1))
        for number, text in enumerate(texts)
    )
    source = Source(id="s-0", path="module.txt", sha256="0" * 64, media_type="text/plain", bytes=1)
    chunks = split_blocks(Document(source=source, blocks=blocks), budget_tokens=budget)
    return tuple(sorted({int(chunk.spans[0].block[2:]) for chunk in chunks} - {0}))


def pk(sections: Sequence[int], starts: Sequence[int]) -> float:
    """Beeferman's Pk of the boundaries found, with half the mean true section as its window."""
    found = [sum(start <= index for start in starts) for index in range(len(sections))]
    window = max(1, round(len(sections) / len(set(sections)) / 2))
    pairs = range(len(sections) - window)
    wrong = sum((sections[at] == sections[at + window]) != (found[at] == found[at + window]) for at in pairs)
    return wrong / max(1, len(pairs))
