"""Sign-off: what a module lacks, and the numbered, frozen release of one that lacks nothing.

In: a module's id, and reasons for what is let pass. Out: what is missing in full, or the release with its manifest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from pipeline import __version__
from pipeline.check.quiz import with_quiz_gates
from pipeline.domain import (
    AuthorKind,
    Channel,
    DecisionKind,
    Document,
    Element,
    Manifest,
    Module,
    Release,
    ReviewDecision,
    Rubric,
    SignedAnswer,
    SignedElement,
    SignedRejection,
    SignedSource,
    SignedWaiver,
    Status,
    places_of,
)
from pipeline.errors import ReviewError, UsageError
from pipeline.export import select
from pipeline.ids import fingerprint
from pipeline.review.acting import Acting
from pipeline.review.evidence_context import lost_quotes
from pipeline.review.permissions import Verb
from pipeline.review.signoff import FactsRequired, Missing, missing, outstanding
from pipeline.store.fact_fold import counting, fact_hash
from pipeline.store.fold import in_force
from pipeline.store.releases import Frozen, LatestRevision, Seen, changed_meanwhile

_MOST_KNOWN = 16
"""Modules of which it is remembered how near they are."""


@dataclass(frozen=True)
class Readiness:
    """How near a module is to its release."""

    module_id: str
    title: str
    missing: tuple[Missing, ...]
    """Everything that is missing, also what is waived."""
    outstanding: tuple[Missing, ...]
    """What still holds the release back."""
    approved: int
    rejected: int
    waived: tuple[str, ...]
    """Names given with a reason that let something pass."""
    standing: str
    """Fingerprint of how the module stood; a release may ask that it is still so."""
    released_as: int | None = None
    """Number of the last release, where it is in use and holds exactly this already."""

    @property
    def is_ready(self) -> bool:
        """Whether it may be released."""
        return not self.outstanding


class NotReadyError(ReviewError):
    """A release that lacks something; `readiness` says what, in full."""

    code = "not_ready"

    def __init__(self, readiness: Readiness) -> None:
        self.readiness = readiness
        lacks = readiness.outstanding
        first = lacks[0]
        about = "" if first.is_whole else f"{first.target} ({first.label}): "
        super().__init__(
            f"releasing {readiness.module_id}",
            why=f"{len(lacks)} {'thing is' if len(lacks) == 1 else 'things are'} missing, first {about}{first.text}",
            mend="decide on it in review, or let an element pass with --waive ELEMENT=REASON",
        )


@dataclass(frozen=True)
class Signed:
    """A release as it stands after the command."""

    release: Release
    manifest: Manifest
    is_new: bool
    """False where the last release holds exactly this already."""


@dataclass(frozen=True)
class _Look:
    """The module and all that is said of it, at one moment."""

    seen: Seen
    module: Module
    documents: tuple[Document, ...]
    revisions: Mapping[str, LatestRevision]
    log: tuple[ReviewDecision, ...]
    missing: tuple[Missing, ...]

    @property
    def standing(self) -> str:
        """Fingerprint of how it stood."""
        return fingerprint(asdict(self.seen))


class Releasing:
    """The releases of the modules of one store."""

    def __init__(
        self, acting: Acting, *, rubrics: Sequence[Rubric] = (), facts_required: FactsRequired = "none"
    ) -> None:
        self._acting, self._store = acting, acting.store
        self._rubrics, self._facts_required = rubrics, facts_required
        # A screen asks at every keystroke what has not changed since; with 500 elements the look takes half a second.
        self._known: dict[tuple[str, Seen, tuple[str, ...]], Readiness] = {}

    def may(self, by: str) -> bool:
        """Whether the person may release, for buttons; the release itself asks again."""
        return self._acting.may(by, Verb.RELEASE)

    def readiness(self, module_id: str, *, waived: Mapping[str, str] | None = None) -> Readiness:
        """What is missing; `waived` is element id (or criterion of a finding on the whole module) → reason.

        Raises UsageError for a module, element or criterion that is not there, ReviewError for a blank reason.
        """
        reasons = _reasons(waived)
        if reasons:
            return self._told(self._look(module_id), reasons)
        states = tuple(one.state for one in self._store.releases.of(module_id))
        key = (module_id, self._store.releases.seen(module_id), states)
        known = self._known.get(key)
        if known is None:
            look = self._look(module_id)
            known = self._told(look, reasons)
            if look.seen == key[1]:
                self._known = {**dict(list(self._known.items())[1 - _MOST_KNOWN :]), key: known}
        return known

    def release(
        self,
        module_id: str,
        *,
        by: str,
        waived: Mapping[str, str] | None = None,
        note: str | None = None,
        standing: str | None = None,
        channel: Channel = Channel.APP,
    ) -> Signed:
        """Freezes the approved elements, and those let pass, as the module's next release.

        `note` goes into its manifest. `standing`, of a `Readiness` that a person was shown, holds the release back
        where anything has changed since; None releases what is there now. Raises NotAllowedError, NotReadyError, and
        ReviewError (code "changed") where somebody changed it meanwhile.
        """
        act = self._acting.act(by, Verb.RELEASE, f"releasing {module_id}", channel=channel)
        look = self._look(module_id)
        if standing is not None and standing != look.standing:
            raise changed_meanwhile(module_id)
        written = " ".join((note or "").split()) or None
        reasons = _reasons(waived)
        readiness = self._readiness(look, reasons)
        if not readiness.is_ready:
            raise NotReadyError(readiness)
        reasons = {name: reasons[name] for name in readiness.waived}
        content = self._content(look.module, reasons)
        at = self._acting.clock()
        manifest = self._manifest(look, content, reasons, by=act.by, number=look.seen.releases + 1)
        there = self._the_same(module_id, manifest)
        if there is not None:
            return Signed(there, self.manifest(module_id, there.number), is_new=False)
        manifest = manifest.changed(at=at, note=written)
        detail = {"elements": len(manifest.elements), "waived": reasons}
        release = self._store.releases.freeze(manifest, content, seen=look.seen, act=act, detail=detail)
        return Signed(release, manifest, is_new=True)

    def deprecate(
        self, module_id: str, number: int, *, by: str, reason: str | None = None, channel: Channel = Channel.APP
    ) -> Release:
        """Marks a release as one to use no more for new learners."""
        return self._move(module_id, number, to="deprecated", by=by, reason=reason, channel=channel)

    def retire(
        self, module_id: str, number: int, *, by: str, reason: str | None = None, channel: Channel = Channel.APP
    ) -> Release:
        """Takes a release out of use: it can be looked at and not exported any more."""
        return self._move(module_id, number, to="retired", by=by, reason=reason, channel=channel)

    def of(self, module_id: str) -> tuple[Release, ...]:
        """The module's releases, oldest first."""
        return self._store.releases.of(module_id)

    def read(self, module_id: str, number: int) -> Frozen:
        """One release with what was frozen in it; raises UsageError."""
        return self._store.releases.read(module_id, number)

    def manifest(self, module_id: str, number: int) -> Manifest:
        """What one release holds and whose word it rests on; raises UsageError."""
        return self._store.releases.manifest(module_id, number)

    # How

    def _told(self, look: _Look, reasons: Mapping[str, str]) -> Readiness:
        """The readiness, with the release that holds the same."""
        readiness = self._readiness(look, reasons)
        if not readiness.is_ready or not look.seen.releases:
            return readiness
        content = self._content(look.module, {name: reasons[name] for name in readiness.waived})
        manifest = self._manifest(look, content, reasons, by="", number=look.seen.releases + 1)
        there = self._the_same(look.module.id, manifest)
        return replace(readiness, released_as=there.number if there else None)

    def _move(
        self, module_id: str, number: int, *, to: str, by: str, reason: str | None, channel: Channel
    ) -> Release:
        act = self._acting.act(by, Verb.RELEASE, f"making {module_id}@{number} {to}", channel=channel)
        at = self._acting.clock()
        return self._store.releases.move_on(module_id, number, to=to, act=act, at=at, reason=reason)

    def _look(self, module_id: str) -> _Look:
        seen = self._store.releases.seen(module_id)
        module = self._store.modules.load(module_id)
        module = self._with_gates(module)
        documents = {source.id: self._store.sources.document(source.id) for source in module.sources}
        return _Look(
            seen=seen,
            module=module,
            documents=tuple(documents.values()),
            revisions=self._store.releases.latest_revisions(module_id),
            log=in_force(self._store.decisions.of(module_id)),
            missing=missing(
                module,
                threads=self._store.releases.open_fact_threads(module_id),
                lost=_lost(module, documents),
                facts_required=self._facts_required,
            ),
        )

    def _with_gates(self, module: Module) -> Module:
        """The module with the findings on its quiz as it would go out."""
        keep = {one.id for one in module.elements() if one.status is not Status.REJECTED}
        gated = with_quiz_gates(module.only(keep), self._rubrics)
        return module.model_copy(update={"findings": gated.findings})

    def _readiness(self, look: _Look, reasons: Mapping[str, str]) -> Readiness:
        statuses = {element.id: element.status for element in look.module.elements()}
        criteria = {one.criterion for one in look.missing if one.is_whole and one.is_waivable and one.criterion}
        every_criterion = {criterion.id for rubric in self._rubrics for criterion in rubric.criteria}
        for name in reasons:
            if statuses.get(name) is Status.REJECTED:
                raise ReviewError(
                    f"--waive {name}", why="the element is rejected, so it does not go out",
                    mend="reopen it in review, or leave the waiver out",
                )
            if name not in statuses and name not in criteria | every_criterion:
                raise UsageError(
                    f"--waive {name}", why=f"{look.module.id} has no such element",
                    mend=f"see its elements with sme2module show {look.module.id} --json",
                )
        left = outstanding(look.missing, reasons)
        passed = {one.criterion if one.is_whole else one.target for one in look.missing if one not in left}
        return Readiness(
            module_id=look.module.id,
            title=look.module.title,
            missing=look.missing,
            outstanding=left,
            approved=sum(status is Status.APPROVED for status in statuses.values()),
            rejected=sum(status is Status.REJECTED for status in statuses.values()),
            waived=tuple(name for name in reasons if name in passed),
            standing=look.standing,
        )

    def _content(self, module: Module, reasons: Mapping[str, str]) -> Module:
        """What goes out: the approved elements and those let pass."""
        return with_quiz_gates(select(module, include_drafts=False, waived=reasons).module, self._rubrics)

    def _the_same(self, module_id: str, manifest: Manifest) -> Release | None:
        """The last release, where it is in use and holds exactly this."""
        if manifest.release == 1:
            return None
        last = self._store.releases.of(module_id)[-1]
        if last.state != "released":
            return None
        told = {"release", "at", "by", "note"}
        before = self.manifest(module_id, last.number)
        return last if before.model_dump(exclude=told) == manifest.model_dump(exclude=told) else None

    def _manifest(
        self, look: _Look, content: Module, reasons: Mapping[str, str], *, by: str, number: int
    ) -> Manifest:
        approvals = {
            (one.element, one.content_hash): one for one in look.log if one.kind is DecisionKind.APPROVE
        }
        rejections = {one.element: one for one in look.log if one.kind is DecisionKind.REJECT}

        def signed(element: Element) -> SignedElement:
            latest = look.revisions[element.id]
            is_approved = element.status is Status.APPROVED
            approval = approvals.get((element.id, latest.content_hash)) if is_approved else None
            is_run = latest.author.kind is AuthorKind.RUN
            return SignedElement(
                element=element.id,
                kind=element.kind_name,
                revision=latest.number,
                content_hash=latest.content_hash,
                made_by=latest.author,
                approved_by=approval.by if approval else None,
                approved_at=approval.at if approval else None,
                waived=reasons.get(element.id),
                facts=element.fact_status,
                prompts=dict(latest.prompts) if is_run and latest.prompts != content.engine.prompts else {},
            )

        said = self._store.facts.said(content.id)
        rejected = [one for one in look.module.elements() if one.status is Status.REJECTED]
        kept = {element.id for element in content.elements()}
        return Manifest(
            module=content.id,
            title=content.title,
            release=number,
            by=by,
            at=self._acting.clock(),
            product=__version__,
            engine=content.engine,
            content_hash=fingerprint(content.dump()),
            elements=tuple(signed(element) for element in content.elements()),
            rejected=tuple(
                SignedRejection(
                    element=one.id, kind=one.kind_name, revision=rejections[one.id].revision,
                    by=rejections[one.id].by, at=rejections[one.id].at, reason=rejections[one.id].reason or "",
                )
                for one in rejected
            ),
            waivers=(
                *(
                    SignedWaiver(target=element.id, criterion=one.criterion, by=one.by, reason=one.reason)
                    for element in content.elements()
                    for one in element.waivers
                ),
                *(
                    SignedWaiver(target=content.id, criterion=name, by=by, reason=reason)
                    for name, reason in reasons.items()
                    if name not in kept
                ),
            ),
            answers=tuple(
                SignedAnswer(
                    element=one.element, revision=one.revision, verdict=one.verdict, by=one.by, at=one.at,
                    channel=one.channel,
                )
                for element in content.elements()
                for one in counting(said.answers.get(element.id, ()), fact_hash(element))
            ),
            sources=tuple(
                SignedSource(id=one.id, path=one.path, title=one.title, sha256=one.sha256) for one in content.sources
            ),
            places=places_of(content, look.documents),
        )


def _reasons(waived: Mapping[str, str] | None) -> dict[str, str]:
    reasons = {name.strip(): reason.strip() for name, reason in (waived or {}).items()}
    for name, reason in reasons.items():
        if not name or not reason:
            raise ReviewError(f"--waive {name}", why="it needs a reason", mend="write it as ELEMENT=REASON")
    return reasons


def _lost(module: Module, documents: Mapping[str, Document]) -> dict[str, str]:
    found = {}
    for element in module.elements():
        lost = lost_quotes(element, documents)
        if lost:
            found[element.id] = lost[0].quote
    return found
