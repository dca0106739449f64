"""Takes a module out of the workspace as a package: its approved elements, or with drafts, marked."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.check.quiz import quiz_findings, with_quiz_gates
from pipeline.domain import Finding, Module, Rubric, Status
from pipeline.errors import ExportError
from pipeline.export import EXPORTERS, Exporter, select
from pipeline.store import Store


@dataclass(frozen=True)
class Written:
    """A package on disk."""

    path: Path
    summary: str
    """What is in it, in one line."""
    findings: tuple[Finding, ...] = ()
    """What is the matter with its quiz as a whole: the approved items alone may be easier to guess than all were."""


class Exporting:
    """Writes packages of the modules of one store."""

    def __init__(self, store: Store, *, rubrics: Sequence[Rubric] = ()) -> None:
        self._store, self._rubrics = store, rubrics

    def formats(self) -> tuple[Exporter, ...]:
        """The formats, in the order they are offered."""
        return tuple(EXPORTERS)

    def export(self, module_id: str, *, format: str, include_drafts: bool) -> tuple[str, bytes]:  # noqa: A002
        """The package's file name and bytes, for a download; raises ExportError."""
        with tempfile.TemporaryDirectory() as folder:
            written = self.export_file(
                module_id, format_name=format, include_drafts=include_drafts, output=Path(folder)
            )
            return written.path.name, written.path.read_bytes()

    def export_file(self, module_id: str, *, format_name: str, include_drafts: bool, output: Path | None) -> Written:
        """Writes the package to `output` (a file, a folder, or here where it is None); raises ExportError."""
        exporter = EXPORTERS.get(format_name)
        module = self._store.modules.load(module_id)
        package = select(module, include_drafts=include_drafts, picture=self._store.pictures.read)
        package = replace(package, module=with_quiz_gates(package.module, self._rubrics))
        path = _path_for(module, exporter, output)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            exporter.write(package, path)
        except OSError as error:
            raise ExportError(
                str(path), why=f"it cannot be written ({error.strerror or error})", mend="choose another path with -o"
            ) from error
        kept = sum(1 for _ in package.module.elements())
        approved = sum(element.status is Status.APPROVED for element in package.module.elements())
        total = sum(1 for _ in module.elements())
        said = f"{kept} of {total} elements, {approved} of them approved"
        return Written(path, said, quiz_findings(package.module))


def file_name(module: Module, exporter: Exporter) -> str:
    """TITLE-FORMAT.EXT, from letters and digits of the title."""
    stem = re.sub(r"[^\w]+", "-", module.title.casefold()).strip("-")[:60] or module.id
    return f"{stem}-{exporter.name}{exporter.suffix}"


def _path_for(module: Module, exporter: Exporter, output: Path | None) -> Path:
    if output is None:
        return Path.cwd() / file_name(module, exporter)
    if output.is_dir():
        return output / file_name(module, exporter)
    return output
