"""Takes a module out of the workspace as a package: a release, its approved elements, or with drafts, marked.

A release is written from what was frozen in it, so it is the same bytes each time. Every export is in the audit trail.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.check.quiz import quiz_findings, with_quiz_gates
from pipeline.domain import Channel, Finding, Module, Rubric, Status
from pipeline.errors import ExportError, ReviewError
from pipeline.export import EXPORTERS, Exporter, Loss, Package, released, select
from pipeline.export.kept import gone_from, kept_in, with_keepers
from pipeline.export.lms_notes import is_for_lms
from pipeline.export.package import write_whole
from pipeline.export.settings_sheet import SUFFIX as SHEET_SUFFIX
from pipeline.export.settings_sheet import PackageFile, settings_sheet
from pipeline.review.acting import Acting
from pipeline.review.overwriting import may_overwrite, may_overwrite_sheet
from pipeline.review.permissions import Verb


@dataclass(frozen=True)
class Written:
    """A package on disk."""

    path: Path
    summary: str
    """What is in it, in one line."""
    findings: tuple[Finding, ...] = ()
    """What is the matter with its quiz as a whole: the approved items alone may be easier to guess than all were."""
    losses: tuple[Loss, ...] = ()
    """What the format does not carry."""
    sha256: str = ""
    """Of the package's bytes."""
    sheet: Path | None = None
    """The settings sheet beside it."""


class Exporting:
    """Writes packages of the modules of one store."""

    def __init__(self, acting: Acting, *, rubrics: Sequence[Rubric] = ()) -> None:
        self._acting, self._store, self._rubrics = acting, acting.store, rubrics

    def formats(self) -> tuple[Exporter, ...]:
        """The formats, in the order they are offered."""
        return tuple(EXPORTERS)

    def may(self, by: str) -> bool:
        """Whether the person may export, for buttons; the export itself asks again."""
        return self._acting.may(by, Verb.EXPORT)

    def losses(self, module_id: str, *, format_name: str, include_drafts: bool, release: int | None = None) -> tuple[
        Loss, ...
    ]:
        """What the format would not carry, before anything is written."""
        _, package = self.package(module_id, include_drafts=include_drafts, release=release)
        return _losses(EXPORTERS.get(format_name), package)

    def export(
        self,
        module_id: str,
        *,
        format: str,  # noqa: A002
        include_drafts: bool,
        by: str,
        release: int | None = None,
        channel: Channel = Channel.APP,
    ) -> tuple[str, bytes]:
        """The package's file name and bytes, for a download; raises as `export_file` does."""
        with tempfile.TemporaryDirectory() as folder:
            written = self.export_file(
                module_id, format_name=format, include_drafts=include_drafts, output=Path(folder), by=by,
                release=release, channel=channel,
            )
            return written.path.name, written.path.read_bytes()

    def export_file(
        self,
        module_id: str,
        *,
        format_name: str,
        include_drafts: bool,
        output: Path | None,
        by: str,
        release: int | None = None,
        channel: Channel = Channel.APP,
        with_sheet: bool = False,
        force: bool = False,
    ) -> Written:
        """Writes the package to `output` (a file, a folder, or here where it is None).

        `release` is the number of a release; without it the elements go out as they stand. `with_sheet` writes the
        settings sheet beside a package that a learning system takes. What somebody else wrote, or may have worked in,
        is overwritten with `force` only. Raises
        NotAllowedError, UsageError for a release that is not there, ReviewError for a retired one, ExportError (code
        "exists" for a file that stays).
        """
        act = self._acting.act(by, Verb.EXPORT, f"exporting {module_id}", channel=channel)
        exporter = EXPORTERS.get(format_name)
        module, package = self.package(module_id, include_drafts=include_drafts, release=release)
        path = _path_for(package, exporter, output)
        losses = _losses(exporter, package)
        sheet = path.with_name(f"{path.stem}{SHEET_SUFFIX}") if with_sheet and is_for_lms(exporter.name) else None
        if not force:
            may_overwrite(path, audit=self._store.audit)
            if sheet is not None:
                may_overwrite_sheet(sheet)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            exporter.write(package, path)
            content_hash = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise ExportError(
                str(path), why=f"it cannot be written ({error.strerror or error})", mend="choose another path with -o"
            ) from error
        self._store.audit.record(
            act, "export", at=self._acting.clock(), module=module_id,
            detail={
                "format": exporter.name, "release": release, "sha256": content_hash,
                "is_preview": package.is_preview, "revision": package.module.revision,
            },
        )
        if sheet is not None:
            page = self._sheet(package, exporter, PackageFile(path.name, content_hash), losses)
            write_whole(sheet, page.encode())
        return Written(
            path, _said(module, package, losses), quiz_findings(kept_in(package, losses)), losses, sha256=content_hash,
            sheet=sheet,
        )

    def settings_sheet(
        self, module_id: str, *, format_name: str, include_drafts: bool, by: str, release: int | None = None
    ) -> tuple[str, bytes] | None:
        """The settings sheet's file name and bytes, for a download; None for a format no learning system takes.

        Raises as `export_file` does.
        """
        self._acting.act(by, Verb.EXPORT, f"exporting {module_id}")
        exporter = EXPORTERS.get(format_name)
        if not is_for_lms(exporter.name):
            return None
        module, package = self.package(module_id, include_drafts=include_drafts, release=release)
        name = file_name(module, exporter, release=release)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            exporter.write(package, path)
            content_hash = hashlib.sha256(path.read_bytes()).hexdigest()
        page = self._sheet(package, exporter, PackageFile(name, content_hash), _losses(exporter, package))
        return f"{Path(name).stem}{SHEET_SUFFIX}", page.encode()

    def _sheet(self, package: Package, exporter: Exporter, file: PackageFile, losses: tuple[Loss, ...]) -> str:
        return settings_sheet(
            package, exporter, file, losses=losses, format_labels={one.name: one.label for one in EXPORTERS},
            read_on=self._store.sources.read_on(source.id for source in package.module.sources),
        )

    def package(
        self, module_id: str, *, include_drafts: bool, release: int | None, even_retired: bool = False
    ) -> tuple[Module, Package]:
        """The module it is of, and what goes out of it; `even_retired` to look at what went out once.

        Raises UsageError for what is not there, ReviewError for a retired release, NothingApprovedError.
        """
        picture = self._store.pictures.read
        if release is not None:
            frozen = self._store.releases.read(module_id, release)
            if frozen.release.state == "retired" and not even_retired:
                raise ReviewError(
                    f"exporting {module_id}@{release}", why="the release is retired",
                    mend="export a later one (see sme2module release ID --list)", code="retired",
                )
            return frozen.content, released(frozen.content, frozen.manifest, picture=picture)
        module = self._store.modules.load(module_id)
        documents = self._store.sources.readings(source.id for source in module.sources)
        package = select(module, include_drafts=include_drafts, picture=picture, documents=documents)
        return module, replace(package, module=with_quiz_gates(package.module, self._rubrics))


def _losses(exporter: Exporter, package: Package) -> tuple[Loss, ...]:
    """What the format does not carry; of what is left out also which format would keep it."""
    return with_keepers(
        exporter.losses(package), package, of=exporter, among=EXPORTERS,
        is_alike=lambda one, other: is_for_lms(one.name) == is_for_lms(other.name),
    )


def _said(module: Module, package: Package, losses: Sequence[Loss]) -> str:
    kept = sum(1 for _ in package.module.elements())
    approved = sum(element.status is Status.APPROVED for element in package.module.elements())
    if package.manifest is not None:
        waived = f", {kept - approved} of them by a waiver" if kept > approved else ""
        rejected = f", {package.left_out} rejected" if package.left_out else ""
        said = f"release {package.manifest.release}: {kept} elements{waived}{rejected}"
    else:
        total = sum(1 for _ in module.elements())
        said = f"no release: {kept} of {total} elements, {approved} of them approved"
    return said + _not_in_file(package, losses)


def _not_in_file(package: Package, losses: Sequence[Loss]) -> str:
    """How much of what was selected the format has no place for; empty where the file holds all."""
    gone = gone_from(losses)
    if not gone:
        return ""
    selected = {element.id for element in package.module.elements()}
    without_form = {loss.element for loss in losses if loss.is_left_out}
    others = len(selected & gone - without_form)
    counts = [f"{len(selected & without_form)} left out that it has no form for"] if selected & without_form else []
    counts += [f"{others} of kinds that it does not hold"] if others else []
    return f"; in this file {len(selected - gone)} ({', '.join(counts)})"


def file_name(module: Module, exporter: Exporter, *, release: int | None = None) -> str:
    """TITLE-FORMAT.EXT, from letters and digits of the title; TITLE-rN-FORMAT.EXT of a release."""
    stem = re.sub(r"[^\w]+", "-", module.title.casefold()).strip("-")[:60] or module.id
    numbered = f"{stem}-r{release}" if release is not None else stem
    return f"{numbered}-{exporter.name}{exporter.suffix}"


def _path_for(package: Package, exporter: Exporter, output: Path | None) -> Path:
    name = file_name(package.module, exporter, release=package.manifest.release if package.manifest else None)
    if output is None:
        return Path.cwd() / name
    if output.is_dir():
        return output / name
    return output
