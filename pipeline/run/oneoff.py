"""One call, one result: convert files into folders of packages, or check a module file."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from pipeline.check import check_module
from pipeline.domain import Document, Finding, Module, Order, Plan, PlannedSource, Rubric, without_manifest
from pipeline.draft import Report
from pipeline.engines.ask import Asker
from pipeline.errors import EngineError, UnreadableError
from pipeline.export import EXPORTERS
from pipeline.ids import source_id
from pipeline.ingest.contained import read_contained
from pipeline.run.conversion import Converted, Received, convert_sources, kept_reading, named
from pipeline.run.lint import ReadBank, lint_file
from pipeline.run.outlining import make_outline, save_outline
from pipeline.run.packages import record, write_packages
from pipeline.run.planning import matching, plan_of
from pipeline.run.stages import Tools
from pipeline.run.summary import Summary, open_findings
from pipeline.store import Store

# The ending only helps to say that a file is not what its name says.
_ENDING_CHARS = 12
DEFAULT_FORMATS = ("html", "docx", "scorm12")

__all__ = [
    "DEFAULT_FORMATS",
    "CheckedFile",
    "Conversions",
    "ConvertedFile",
    "Summary",
    "check_file",
    "convert_file",
    "open_findings",
    "output_names",
]


Read = Callable[[Path, str], Document]
"""The document in a file, under the name to show for it; raises SourceError."""


def _read_contained(path: Path, shown_path: str) -> Document:
    return read_contained(path, shown_path=shown_path)


class Conversions:
    """Converts sources in one workspace."""

    def __init__(
        self,
        store: Store,
        *,
        open_asker: Callable[[], AbstractAsyncContextManager[Asker]],
        rubrics: tuple[Rubric, ...],
        chunk_tokens: int,
        concurrency: int,
        clock: Callable[[], datetime],
        revises: bool = True,
        judges: bool = False,
        read: Read = _read_contained,
    ) -> None:
        self._store = store
        self._read = read
        self._open_asker = open_asker
        self._rubrics = rubrics
        self._chunk_tokens = chunk_tokens
        self._concurrency = concurrency
        self._revises = revises
        self._judges = judges
        self._clock = clock

    def picture(self, file: str) -> bytes:
        """The bytes of a figure's file; raises StoreError."""
        return self._store.pictures.read(file)

    def record_written(self, module: Module, written: Mapping[Path, str], *, by: str) -> None:
        """Has the audit trail know the packages, with the format of each, so that they can be verified later."""
        record(self._store, module, written, by=by, at=self._clock())

    def convert(self, name: str, *, order: Order, report: Report) -> Converted:
        """The module of a file, or of a source of the workspace; raises SourceError and EngineError."""
        report("ingest", 0, 1)
        return self.convert_received(self._received(name), order=order, report=report)

    def merge(self, names: Sequence[str], *, order: Order, report: Report) -> Converted:
        """One module of several files or sources, the earlier taking precedence; raises as `convert` does."""
        report("ingest", 0, 1)
        return self._converted(self._each_once(names), order, report)

    def plan(self, names: Sequence[str], *, order: Order, report: Report) -> Plan:
        """What a module of the files or sources would teach; raises SourceError, and EngineError where the engine
        could not say it all.
        """
        report("ingest", 0, 1)
        received = self._each_once(names)
        documents = [kept_reading(one, self._store) for one in received]

        async def planned() -> Plan:
            async with self._open_asker() as asker:
                return await plan_of(documents, order, tools=self._tools(asker, report))

        return asyncio.run(planned())

    def draft_plan(self, plan: Plan, names: Sequence[str] | None, *, report: Report) -> Converted:
        """The module that the plan describes, from its sources: those named, else as the workspace keeps them, else as
        they lie where the plan says. Raises UsageError where they are not what was planned.
        """
        report("ingest", 0, 1)
        received = self._each_once(names) if names else [self._planned(one) for one in plan.sources]
        by_id = {one.document.source.id: one for one in received}
        documents = matching(plan, [one.document for one in received])
        return self._converted([by_id[one.source.id] for one in documents], plan.order, report, plan)

    def outline(self, names: Sequence[str], *, order: Order, report: Report) -> Module:
        """The module of the files or sources as far as its objectives, which are to be approved first; where it is
        there already, as people have left it. Raises as `plan` does.
        """
        report("ingest", 0, 1)
        return self._outlined(self._each_once(names), order, report)

    def draft_settled(self, module_id: str, plan: Plan, *, report: Report) -> Converted:
        """The outline's module with everything that its settled plan says; raises SourceError and EngineError."""
        report("ingest", 0, 1)
        received = [self._kept(one) for one in plan.sources]
        return self._converted(received, plan.order, report, plan, target=module_id)

    def _outlined(self, received: Sequence[Received], order: Order, report: Report) -> Module:
        documents = [kept_reading(one, self._store) for one in received]

        async def outlined() -> str:
            async with self._open_asker() as asker:
                tools = self._tools(asker, report)
                made = await make_outline(documents, order, tools=tools)
                save_outline(made, tools=tools, store=self._store, at=self._clock())
                return made.module.id

        return self._store.modules.load(asyncio.run(outlined()))

    def _kept(self, planned: PlannedSource) -> Received:
        """A source of a plan whose module is in the workspace, and so is the source."""
        source = source_id(planned.sha256)
        document = named(self._store.sources.document(source), planned.path)
        return Received(document, self._store.sources.content(source))

    def _each_once(self, names: Sequence[str]) -> list[Received]:
        received = [self._received(name) for name in names]
        return list({one.document.source.id: one for one in received}.values())

    def _planned(self, planned: PlannedSource) -> Received:
        kept = source_id(planned.sha256)
        # A file that is still there and was changed is not planned any more, whatever the workspace has kept.
        is_kept = not os.path.lexists(planned.path) and self._store.sources.find(kept) is not None
        return self._received(kept if is_kept else planned.path)

    def convert_received(self, received: Received, *, order: Order, report: Report) -> Converted:
        """The module of a document already read."""
        return self._converted([received], order, report)

    def _converted(
        self,
        received: Sequence[Received],
        order: Order,
        report: Report,
        plan: Plan | None = None,
        *,
        target: str | None = None,
    ) -> Converted:
        made: list[Converted] = []

        async def convert() -> None:
            made.append(await self._convert(received, order, report, plan, target=target))

        # Not the task's result: on its way out `asyncio.run` has the task described twice (signal.getsignal looks its
        # handler up in an enum, whose error quotes it), which for a long document's module is megabytes of text.
        asyncio.run(convert())
        return made[0]

    def draft_upload(
        self, name: str, content: bytes, progress: Callable[[int, int, str], None], *, outline_first: bool = False
    ) -> str:
        """The id of the module of an uploaded document, with `outline_first` as far as its objectives; raises
        Sme2ModuleError.

        The name comes from a browser, so it is shown and never used as a path.
        """
        shown = name.replace("\\", "/").rsplit("/", 1)[-1] or "upload"
        ending = Path(shown).suffix if Path(shown).suffix.isascii() and len(Path(shown).suffix) <= _ENDING_CHARS else ""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"upload{ending}"
            path.write_bytes(content)
            document = self._read(path, shown)
        received = Received(document, content)

        def report(stage: str, done: int, total: int) -> None:
            progress(done, total, stage)

        if outline_first:
            return self._outlined([received], Order(), report).id
        made = self.convert_received(received, order=Order(), report=report)
        if made.stopped is not None:
            raise made.stopped
        return made.module.id

    def _received(self, name: str) -> Received:
        path = Path(name)
        if not os.path.lexists(path) and (source := self._store.sources.find(name)) is not None:
            return Received(self._store.sources.document(source), self._store.sources.content(source))
        document = self._read(path, name)
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != document.source.sha256:
            raise UnreadableError(name, why="it changed while it was being read", mend="try again")
        return Received(document, content)

    async def _convert(
        self, received: Sequence[Received], order: Order, report: Report, plan: Plan | None, *, target: str | None
    ) -> Converted:
        async with self._open_asker() as asker:
            return await convert_sources(
                received,
                order,
                tools=self._tools(asker, report),
                store=self._store,
                clock=self._clock,
                plan=plan,
                target=target,
            )

    def _tools(self, asker: Asker, report: Report) -> Tools:
        return Tools(
            asker=asker,
            rubrics=self._rubrics,
            chunk_tokens=self._chunk_tokens,
            concurrency=self._concurrency,
            report=report,
            revises=self._revises,
            judges=self._judges,
        )


@dataclass(frozen=True)
class ConvertedFile:
    """A file's module and what stands in its folder."""

    module: Module
    documents: tuple[Document, ...]
    stopped: EngineError | None
    """Where a service failed nothing is written to the folder; the module is in the workspace, with gaps."""
    from_store: bool

    @property
    def summary(self) -> Summary:
        """What was made."""
        return Summary.of(self.module, self.documents)


def output_names(files: Sequence[Path]) -> list[tuple[Path, str]]:
    """Each file with the name of its folder: its own name without ending; where that is taken, NAME-2, NAME-3, …"""
    taken: set[str] = set()
    named = []
    for file in files:
        name, number = file.stem or file.name, 1
        # Folders that differ in case only are one folder on Windows and macOS.
        while (candidate := name if number == 1 else f"{name}-{number}").casefold() in taken:
            number += 1
        taken.add(candidate.casefold())
        named.append((file, candidate))
    return named


def convert_file(
    file: Path, folder: Path, *, order: Order, formats: Sequence[str], services: Conversions, report: Report, by: str
) -> ConvertedFile:
    """The file's module, with module.json and a package a format in `folder`, all of them or none; `by` is who asked
    for them, for the audit trail.
    """
    made = services.convert(str(file), order=order, report=report)
    if made.stopped is None:
        report("export", 0, 1)
        written = write_packages(
            made.module, folder, [EXPORTERS.get(name) for name in formats], documents=made.documents,
            picture=services.picture,
        )
        services.record_written(made.module, written, by=by)
    return ConvertedFile(made.module, made.documents, made.stopped, made.from_store)


class CheckedFile(NamedTuple):
    """The open findings on a file, worst first, and the rows of a bank that could not be read, a line each."""

    findings: Sequence[Finding]
    problems: Sequence[str] = ()


def check_file(path: Path, rubrics: Sequence[Rubric], *, read_bank: ReadBank) -> CheckedFile:
    """What the rubrics say of a module JSON file, or of a question bank or list of objectives.

    Quotes can't be looked up without the sources. Raises SourceError for any other file.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableError(str(path), why=str(error.strerror), mend="check the path") from error
    if not _may_be_module(content):
        return _check_bank_file(path, rubrics, read_bank)
    try:
        module = Module.model_validate(without_manifest(_object(content)))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or "the file"
        raise UnreadableError(
            str(path),
            why=f"it is not a module JSON file: {place}: {first['msg'].lower()}",
            mend="give a file written by sme2module, or the id of a module",
        ) from error
    return CheckedFile(open_findings(check_module(module, (), rubrics), module))


def _object(content: bytes) -> dict[str, Any]:
    """The JSON object; whatever else it is, pydantic says so."""
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        Module.model_validate_json(content)
        raise
    return value if isinstance(value, dict) else {}


def _may_be_module(content: bytes) -> bool:
    """Whether the file begins like one JSON object over several lines, or is one that is no item."""
    text = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"{"):
        return False
    try:
        first = json.loads(text.partition(b"\n")[0])
    except (ValueError, RecursionError):
        return True
    return isinstance(first, dict) and "schema" in first


def _check_bank_file(path: Path, rubrics: Sequence[Rubric], read_bank: ReadBank) -> CheckedFile:
    bank, checked = lint_file(path, rubrics, read=read_bank)
    return CheckedFile(checked.findings, bank.problems)
