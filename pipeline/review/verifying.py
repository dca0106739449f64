"""Holds a package against the workspace it says it comes from: is it what was released, and does that still stand?

In: a file. Out: the verdict, with every place where the file is not what the workspace would write. The release is
written anew in the same format and compared byte by byte, since one release gives one set of bytes; what an older
version of the product wrote is known by the audit trail, which has the hash of every export.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline import __version__
from pipeline.domain import AuditEntry, Element, FactStatus, Manifest, Module, Status
from pipeline.errors import ExportError, NothingApprovedError, ReviewError, UnreadableError
from pipeline.export import EXPORTERS, Exporter, Package, select
from pipeline.export.carried import Carried, Difference, carried_by, differences, is_same_content
from pipeline.export.settings_sheet import sheet_of
from pipeline.review.release import Exporting
from pipeline.store import Store

# Of one package written again to be compared; more would only repeat what the first say.
_MOST_FORMATS = 12


class Verdict(StrEnum):
    """What a package turned out to be."""

    VERIFIED = "verified"
    """Byte for byte what the workspace holds, or what it once wrote."""
    DIFFERS = "differs"
    """It is not, and no other version of the product explains it."""
    OTHER_VERSION = "other_version"
    """Another version of the product wrote it, in other bytes; it cannot be compared."""


@dataclass(frozen=True)
class SourceNow:
    """A document the package rests on, and whether it is still the latest."""

    id: str
    title: str
    sha256: str
    state: str
    """current, newer_read (another version of the file was read since), changed_on_disk or unknown (not read here)."""


@dataclass(frozen=True)
class Verified:
    """What was found out about a package."""

    path: Path
    sha256: str
    verdict: Verdict
    why: str
    """One sentence without its full stop."""
    format: str | None
    """None where it cannot be told."""
    module: str
    title: str
    release: int | None
    """None for elements as they stood."""
    state: str | None
    """Of the release: released, deprecated or retired."""
    revision: int | None
    is_preview: bool
    product: str | None
    """Version that wrote the package, where it says so."""
    manifest: Manifest | None
    """As the workspace holds it."""
    exported: AuditEntry | None
    """When exactly these bytes were exported from this workspace."""
    differences: tuple[Difference, ...] = ()
    sources: tuple[SourceNow, ...] = ()
    notes: tuple[str, ...] = ()
    """What has changed since, a sentence each; empty where all still stands."""


@dataclass(frozen=True)
class _Claim:
    """What the file, or the audit trail about it, says that it is."""

    module: str
    release: int | None
    format: str | None
    revision: int | None
    is_preview: bool
    product: str | None


class Verifying:
    """Verifies packages against one store."""

    def __init__(self, store: Store, exporting: Exporting) -> None:
        self._store, self._exporting = store, exporting

    def verify(self, path: Path) -> Verified:
        """What the file is.

        Raises:
            SourceError: it cannot be read, or is no package of ours.
            ReviewError: it is of another workspace (code other_workspace), or the release was tampered with here.

        """
        carried = carried_by(path)
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        exported = self._store.audit.last_export(sha256)
        claim = _claim(path, carried, exported)
        known = {one.id: one.title for one in self._store.modules.list()}
        if claim.module not in known:
            raise _foreign(path, f"it holds module {claim.module}, which this workspace does not have")
        if claim.release is None:
            return self._draft(path, content, claim, carried, exported, title=known[claim.module])
        return self._released(path, content, claim, carried, exported)

    # A release

    def _released(
        self, path: Path, content: bytes, claim: _Claim, carried: Carried | None, exported: AuditEntry | None
    ) -> Verified:
        assert claim.release is not None
        numbers = {one.number: one for one in self._store.releases.of(claim.module)}
        if claim.release not in numbers:
            raise _foreign(
                path, f"it holds release {claim.release} of {claim.module}, which this workspace does not have"
            )
        module, package = self._exporting.package(
            claim.module, include_drafts=False, release=claim.release, even_retired=True
        )
        manifest = package.manifest
        assert manifest is not None
        release = numbers[claim.release]
        said = f"release {claim.release} of {claim.module}"
        name, found = (claim.format, ()) if exported else self._compared(content, path, claim, package)
        told = carried.manifest if carried else None
        verdict, why = Verdict.VERIFIED, f"it is {said}, byte for byte"
        if told is not None and told != manifest and exported is None:
            verdict, why = Verdict.DIFFERS, _other_manifest(told, manifest, said)
        elif found and claim.product not in (None, __version__):
            verdict = Verdict.OTHER_VERSION
            why = f"it was made by version {claim.product} and this is {__version__}, which writes other bytes"
            why += f": its manifest is that of {said}, and the rest cannot be compared" if told else ""
        elif found:
            verdict, why = Verdict.DIFFERS, f"it says that it is {said}, and was changed after it was written"
        sources = self._sources(module, manifest)
        notes = [*_state_notes(release.state, claim.release, max(numbers)), *self._edited(module), *_told(sources)]
        return Verified(
            path=path, sha256=_sha(content), verdict=verdict, why=why, format=name, module=claim.module,
            title=manifest.title, release=claim.release, state=release.state, revision=module.revision,
            is_preview=False, product=claim.product, manifest=manifest, exported=exported, differences=found,
            sources=sources, notes=tuple(notes),
        )

    def _edited(self, frozen: Module) -> list[str]:
        now = self._store.modules.load(frozen.id).revision
        if now == frozen.revision:
            return []
        return [f"the module was edited since: it is at revision {now}, and the release holds {frozen.revision}"]

    # Elements as they stood

    def _draft(
        self, path: Path, content: bytes, claim: _Claim, carried: Carried | None, exported: AuditEntry | None, *,
        title: str,
    ) -> Verified:
        sources: tuple[SourceNow, ...] = ()
        notes: list[str] = []
        found: tuple[Difference, ...] = ()
        verdict, why, name = Verdict.VERIFIED, "", claim.format
        module = self._store.modules.load(claim.module)
        held = "an unreviewed draft" if claim.is_preview else "the approved elements"
        said = f"no release: {held} of {claim.module}, as of revision {claim.revision}"
        changed = f"the module has changed since: it is at revision {module.revision}"
        try:
            _, package = self._exporting.package(claim.module, include_drafts=claim.is_preview, release=None)
            name, found = self._compared(content, path, claim, package)
            is_same = carried is not None and is_same_content(carried, package)
        except NothingApprovedError:
            found, is_same = (Difference(None, "changed", "nothing of the module is approved now"),), False
        if exported is not None:
            why = f"it is {said}, byte for byte"
            notes += [changed] if found else []
            found = ()
        elif not found:
            why = f"it is {said}, which is how the module stands now"
        elif (before := self._before_decisions(content, module, claim, carried)) is not None:
            if before:
                verdict, found = Verdict.DIFFERS, before
                why = "its content is that of the draft before anybody decided on it, but the file was changed"
            else:
                found = ()
                why = f"it is {said}, as it stood before anybody decided on it"
            notes.append("people have decided on the module since")
        elif is_same and claim.product not in (None, __version__):
            verdict = Verdict.OTHER_VERSION
            why = f"it was made by version {claim.product} and this is {__version__}, which writes other bytes"
        elif is_same:
            verdict, why = Verdict.DIFFERS, "its content is that of the module, but the file was changed or packed anew"
        else:
            verdict = Verdict.DIFFERS
            why = f"it says that it is {said}, and was not exported from this workspace as it is: " + (
                f"the module is at revision {module.revision} here"
                if claim.revision != module.revision
                else "what is approved or set here is another, it comes from another workspace, or it was changed"
            ) + "; only releases are kept to be compared"
            notes += _other_sources(carried, module)
        sources = self._sources(module, None)
        return Verified(
            path=path, sha256=_sha(content), verdict=verdict, why=why, format=name, module=claim.module, title=title,
            release=None, state=None, revision=claim.revision, is_preview=claim.is_preview, product=claim.product,
            manifest=None, exported=exported, differences=found, sources=sources, notes=(*notes, *_told(sources)),
        )

    def _before_decisions(
        self, content: bytes, module: Module, claim: _Claim, carried: Carried | None
    ) -> tuple[Difference, ...] | None:
        """Where the file is not the draft of this revision as it was before people approved or rejected anything of it;
        None where it holds other content than that.
        """
        if not claim.is_preview or claim.revision != module.revision or claim.format not in EXPORTERS.names:
            return None
        package = select(
            _undecided(module), include_drafts=True, picture=self._store.pictures.read,
            documents=self._store.sources.readings(source.id for source in module.sources),
        )
        if carried is None or not is_same_content(carried, package):
            return None
        expected = _bytes_of(EXPORTERS.get(claim.format or ""), package)
        return differences(content, expected) if expected is not None else None

    # What both need

    def _compared(
        self, content: bytes, path: Path, claim: _Claim, package: Package
    ) -> tuple[str | None, tuple[Difference, ...]]:
        """The format and the differences from what would be written now; fewest where the format is not said."""
        best: tuple[str | None, tuple[Difference, ...]] | None = None
        for exporter in _formats(path, claim):
            expected = _bytes_of(exporter, package)
            found = differences(content, expected) if expected is not None else None
            if found is not None and (best is None or len(found) < len(best[1])):
                best = (exporter.name, found)
            if best is not None and not best[1]:
                break
        if best is None:
            return claim.format, (Difference(None, "changed", "the format cannot hold this content"),)
        return best

    def _sources(self, module: Module, manifest: Manifest | None) -> tuple[SourceNow, ...]:
        signed = manifest.sources if manifest is not None else ()
        named = [(one.id, one.title or one.path, one.path, one.sha256) for one in (signed or module.sources)]
        known = {one.id for one in self._store.sources.all()}
        return tuple(
            SourceNow(name, title, sha256, self._state(name, path, sha256, known))
            for name, title, path, sha256 in named
        )

    def _state(self, name: str, path: str, sha256: str, known: set[str]) -> str:
        if name not in known:
            return "unknown"
        if self._store.sources.find(path) not in (name, None):
            return "newer_read"
        try:
            on_disk = hashlib.sha256(Path(path).read_bytes()).hexdigest() if Path(path).is_file() else sha256
        except OSError:
            return "current"
        return "current" if on_disk == sha256 else "changed_on_disk"


def _undecided(module: Module) -> Module:
    """The module as if nobody had said a word to it yet."""

    def fresh(elements: Sequence[Element]) -> tuple[Element, ...]:
        update = {"status": Status.DRAFT, "fact_status": FactStatus.NOT_ASKED, "waivers": ()}
        return tuple(element.model_copy(update=update) for element in elements)

    return module.model_copy(
        update={
            "status": Status.DRAFT,
            "objectives": fresh(module.objectives),
            "lessons": tuple(lesson.model_copy(update={"parts": fresh(lesson.parts)}) for lesson in module.lessons),
            "items": fresh(module.items),
            "scenarios": fresh(module.scenarios),
            "resources": fresh(module.resources),
        }
    )


def _other_sources(carried: Carried | None, module: Module) -> Iterable[str]:
    if carried is None or carried.stamp is None:
        return
    here = {source.sha256 for source in module.sources}
    if set(carried.stamp.sources.values()) == here:
        yield "it was made from the same documents as the module here"
    else:
        yield "it was made from other documents, or other versions of them, than the module here"


def _claim(path: Path, carried: Carried | None, exported: AuditEntry | None) -> _Claim:
    stamp, manifest = (carried.stamp, carried.manifest) if carried else (None, None)
    if stamp is not None:
        return _Claim(
            module=stamp.module, release=stamp.release, format=stamp.format, revision=stamp.revision,
            is_preview=stamp.is_preview, product=stamp.product or None,
        )
    if manifest is not None:
        # Of what was written before there were stamps, or where the stamp is damaged.
        written_as = exported.detail.get("format") if exported else None
        return _Claim(
            module=manifest.module, release=manifest.release, format=written_as, revision=None, is_preview=False,
            product=None,
        )
    if exported is not None and exported.module is not None:
        detail = exported.detail
        return _Claim(
            module=exported.module, release=detail.get("release"), format=detail.get("format"),
            revision=detail.get("revision"), is_preview=bool(detail.get("is_preview")), product=None,
        )
    if (of_module := sheet_of(path.read_bytes())) is not None:
        raise UnreadableError(
            path.name, code="unsupported",
            why=f"it is the settings sheet of {of_module}, the page for whoever uploads a package, and no package",
            mend="give the package that it names",
        )
    raise UnreadableError(
        path.name, code="unsupported",
        why="nothing in it says that sme2module wrote it, and it was not exported from this workspace as it is",
        mend="give the package as it was written; formats without room for a manifest are known by their bytes alone",
    )


def _formats(path: Path, claim: _Claim) -> list[Exporter]:
    if claim.format is None:
        return [one for one in EXPORTERS if path.name.casefold().endswith(one.suffix)][:_MOST_FORMATS]
    if claim.format not in EXPORTERS.names:
        raise UnreadableError(
            path.name, code="unsupported", why=f"its format {claim.format!r} is not known to this version",
            mend="use the version of sme2module that wrote it, or a later one",
        )
    return [EXPORTERS.get(claim.format)]


def _bytes_of(exporter: Exporter, package: Package) -> bytes | None:
    """What the exporter writes now; None where it has no form for the package."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"again{exporter.suffix}"
        try:
            exporter.write(package, path)
        except ExportError:
            return None
        return path.read_bytes()


def _foreign(path: Path, why: str) -> ReviewError:
    return ReviewError(
        path.name, why=f"{why}: it is of another workspace", code="other_workspace",
        mend="verify it in the workspace it was exported from (--workspace DIR)",
    )


def _other_manifest(told: Manifest, manifest: Manifest, said: str) -> str:
    if told.content_hash != manifest.content_hash or (told.by, told.at) != (manifest.by, manifest.at):
        return (
            f"it says that it is {said}, signed by {told.by} at {told.at.isoformat(timespec='seconds')}; here that was "
            f"signed by {manifest.by} at {manifest.at.isoformat(timespec='seconds')}: "
            "it is of another workspace, or its manifest was changed"
        )
    return f"it says that it is {said}, and its manifest was changed"


def _state_notes(state: str, number: int, latest: int) -> Iterable[str]:
    if state != "released":
        yield f"release {number} is {state}"
    if latest > number:
        yield f"release {latest} is the latest"


def _told(sources: Iterable[SourceNow]) -> Iterable[str]:
    words = {
        "newer_read": "a newer version of it was read since",
        "changed_on_disk": "the file has changed since it was read",
        "unknown": "the workspace has no such document any more",
    }
    for one in sources:
        if one.state in words:
            yield f"source {one.title}: {words[one.state]}"


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
