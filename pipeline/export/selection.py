"""Which elements of a module go out: the approved ones, or, in a preview, everything but the rejected.

In: a module. Out: a `Package`. Whoever exports asks here, so no format can let an unapproved element slip through.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from pipeline.domain import Document, Finding, Manifest, Module, Status, places_of
from pipeline.errors import NothingApprovedError
from pipeline.export.base import Package
from pipeline.library.strings import strings_for


def select(
    module: Module,
    *,
    include_drafts: bool,
    waived: Collection[str] = (),
    documents: Sequence[Document] = (),
    picture: Callable[[str], bytes] | None = None,
) -> Package:
    """The package of a module's approved elements.

    Items stay even where their lesson or objective was not approved; the formats place them after the lessons.

    Args:
        module: The module as it stands.
        include_drafts: Add the elements nobody approved (never the rejected ones). The package then carries a notice
            for every page, unless it turns out that everything in it is approved.
        waived: Ids of elements that a sign-off lets pass; a rejected one stays out.
        documents: The module's sources as read, so that quotes can be given with their place.
        picture: Gives the bytes of a figure's file; without it figures are left out. What it raises goes through.

    Raises:
        NothingApprovedError: no element is approved and drafts were not asked for.

    """
    wanted = {status for status in Status if status is not Status.REJECTED} if include_drafts else {Status.APPROVED}
    elements = list(module.elements())
    keep = {
        element.id
        for element in elements
        if element.status in wanted or (element.id in waived and element.status is not Status.REJECTED)
    }
    if not keep and not include_drafts:
        raise NothingApprovedError(
            f"exporting {module.id}",
            why=f"none of its {len(elements)} elements is approved",
            mend="approve elements in `sme2module review`, or add --include-drafts for a marked preview",
        )
    unapproved = not keep or any(e.status is not Status.APPROVED for e in elements if e.id in keep)
    is_preview = include_drafts and unapproved
    selected = module.only(keep)
    return Package(
        module=selected.model_copy(
            update={"findings": _findings_on(selected, keep, dropped={e.id for e in elements} - keep)}
        ),
        is_preview=is_preview,
        notice=strings_for(module.language)["draft_notice"] if is_preview else None,
        left_out=len(elements) - len(keep),
        waiting=tuple(one for one in elements if one.id not in keep and one.status is not Status.REJECTED),
        places=places_of(selected, documents),
        pictures={file: picture(file) for file in _files(selected)} if picture else {},
    )


def released(
    content: Module, manifest: Manifest, *, picture: Callable[[str], bytes] | None = None
) -> Package:
    """The package of a release, from what was frozen in it, the places of its quotes among it."""
    return Package(
        module=content,
        is_preview=False,
        notice=None,
        left_out=len(manifest.rejected),
        pictures={file: picture(file) for file in _files(content)} if picture else {},
        places=manifest.places,
        manifest=manifest,
    )


def _files(module: Module) -> list[str]:
    figures = (figure for lesson in module.lessons for part in lesson.parts for figure in part.figures)
    return list(dict.fromkeys(figure.file for figure in figures))


def _findings_on(module: Module, keep: set[str], *, dropped: set[str]) -> tuple[Finding, ...]:
    """Findings on what stayed; those on lessons and on the module as a whole stay too."""
    return tuple(finding for finding in module.findings if finding.target in keep or finding.target not in dropped)
