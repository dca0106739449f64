"""How long each format takes to write a module of 300 items with its lessons and pictures, and where it goes.

Beside each: the lower bound, which is dumping the module as JSON and zipping as many bytes as the package has. CPU time
of this process, so that what else the machine does is no part of it; the first run, with what it loads, is apart.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import struct
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

from pipeline.domain import ItemUse, Module, Status
from pipeline.domain.lessons import Figure
from pipeline.export import EXPORTERS, Exporter, Package, select
from pipeline.export.carried import carried_by
from pipeline.export.package import zipped

ITEMS, LESSONS, PICTURES = 300, 40, 40
MARK_S = 3.0
_RUNS = 3
_PIXELS = 180


def run() -> None:
    """Prints seconds, size and the bound for every format; names those beyond the mark."""
    package = subject()
    module = package.module
    parts = sum(len(lesson.parts) for lesson in module.lessons)
    pictures = sum(map(len, package.pictures.values()))
    print(
        f"{len(module.items)} items, {len(module.lessons)} lessons of {parts} parts, {len(package.pictures)} pictures "
        f"({pictures / 1e6:.1f} MB); mark {MARK_S:g} s"
    )
    slow = []
    for exporter in EXPORTERS:
        told, seconds = _timed(exporter, package)
        print(told)
        if seconds > MARK_S:
            slow.append(exporter.name)
    print(f"beyond the mark: {', '.join(slow)}" if slow else "none is beyond the mark")


def subject() -> Package:
    """The module, all approved, with pictures that cannot be compressed."""
    from tests.export.conftest import a_rich_module, every_item_type, rich_document

    document, rich, dice = rich_document(), a_rich_module(), random.Random(7)
    pictures = {}
    for _ in range(PICTURES):
        content = _png(dice.randbytes(_PIXELS * _PIXELS * 3))
        pictures[f"figures/{hashlib.sha256(content).hexdigest()}.png"] = content
    lessons, items = [], []
    for number in range(LESSONS):
        source, picture = rich.lessons[number % len(rich.lessons)], list(pictures)[number % PICTURES]
        figure = Figure(source=document.source.id, block=document.blocks[0].id, file=picture, alt="A part of the line")
        shown = tuple(
            part.changed(
                id=f"p-{number}-{at}", markdown=f"{part.markdown}\n\n{_prose(dice)}", figures=(figure,) if at == 1 else ()
            )
            for at, part in enumerate(source.parts)
        )
        lessons.append(source.changed(id=f"l-{number}", title=f"{source.title}, line {number}", parts=shown))
        for use in (ItemUse.PRACTICE, ItemUse.TEST):
            made = every_item_type(document, prefix=f"{use.value}-{number}", use=use, lesson_id=f"l-{number}")
            items += [item.changed(stem=f"Line {number}: {item.stem}", status=Status.APPROVED) for item in made]
    module: Module = rich.changed(lessons=tuple(lessons), items=tuple(items[:ITEMS]), findings=(), gaps=())
    return select(module, include_drafts=False, documents=(document,), picture=pictures.__getitem__)


def _timed(exporter: Exporter, package: Package) -> tuple[str, float]:
    """The line to print, and the seconds of the fastest run but the first."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"package{exporter.suffix}"
        seconds = []
        for _ in range(_RUNS):
            began = time.process_time()
            exporter.write(package, path)
            seconds.append(time.process_time() - began)
        content = path.read_bytes()
        began = time.process_time()
        carried_by(path)
        reading = time.process_time() - began
    bound = _bound(package.module, content)
    best = min(seconds[1:])
    return (
        f"{exporter.name:18} {best:6.2f} s CPU (first {seconds[0]:5.2f} s)   {len(content) / 1e6:6.2f} MB   "
        f"bound {bound:5.2f} s, {best / bound:5.1f} times   stamp read in {reading * 1000:4.0f} ms"
    ), max(best, seconds[0])


def _bound(module: Module, content: bytes) -> float:
    files = _files(content)
    began = time.process_time()
    json.dumps(module.dump(), ensure_ascii=False)
    zipped(files)
    return time.process_time() - began


def _files(content: bytes) -> dict[str, bytes]:
    if not content.startswith(b"PK"):
        return {"file": content}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _prose(dice: random.Random) -> str:
    words = ("gauge", "valve", "before", "the", "belt", "stops", "and", "a", "padlock", "is", "on", "wait", "for", "air")
    return "\n\n".join(" ".join(dice.choice(words) for _ in range(60)).capitalize() + "." for _ in range(2))


def _png(pixels: bytes) -> bytes:
    """An RGB picture of those pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + pixels[at : at + _PIXELS * 3] for at in range(0, len(pixels), _PIXELS * 3))
    head = struct.pack(">IIBBBBB", _PIXELS, _PIXELS, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
