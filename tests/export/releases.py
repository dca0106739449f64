"""A released package without a store: the rich module, signed by names that are made up."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.domain import Manifest, Module
from pipeline.domain.manifests import SignedElement, SignedSource
from pipeline.domain.review import Author, AuthorKind
from pipeline.export import Package, released
from pipeline.ids import fingerprint

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def a_release(module: Module, *, by: str = "Lea -- ]]> <b>") -> Package:
    """The module as release 3, with every element approved."""
    author = Author(kind=AuthorKind.RUN, name="embedded")
    manifest = Manifest(
        module=module.id, title=module.title, release=3, by=by, at=AT, product="0.0.9", engine=module.engine,
        content_hash=fingerprint(module.dump()),
        elements=tuple(
            SignedElement(
                element=one.id, kind=one.kind_name, revision=1, content_hash=fingerprint(str(one.content())), made_by=author, approved_by="Ada",
                approved_at=AT,
            )
            for one in module.elements()
        ),
        sources=tuple(
            SignedSource(id=one.id, path=one.path, title=one.title, sha256=one.sha256) for one in module.sources
        ),
    )
    return released(module, manifest)
