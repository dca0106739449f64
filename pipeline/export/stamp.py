"""What every package says of itself: which module, revision or release it holds, and which version wrote it.

In: a package and the name of its format. Out: the stamp as files for archives, as a part of an Office file, or as one
line for a comment or a block of data. With a release the manifest goes along: as `release.json` in archives, inside the
stamp elsewhere. No clock and no machine is in it. Reading it back is `carried`'s.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any, Literal
from xml.sax.saxutils import escape

from pydantic import ConfigDict, Field

from pipeline import __version__
from pipeline.domain import Manifest
from pipeline.domain.base import Noun
from pipeline.errors import ExportError
from pipeline.export.base import Package
from pipeline.export.package import zipped
from pipeline.ids import fingerprint

# History of the public shape: 1 = the first.
STAMP_SCHEMA: Literal["sme2module/package/1"] = "sme2module/package/1"
STAMP_FILE = "sme2module.json"
RELEASE_FILE = "release.json"
"""The manifest of the release, where there is one."""
MARK = "sme2module-package"
"""What stands before the stamp in a comment."""
PACKAGE_BLOCK, MANIFEST_BLOCK = "package", "manifest"
"""Ids of the blocks of data in a web page."""
OFFICE_SPACE = "urn:sme2module:package"
"""XML namespace of the part of an Office file."""

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ENDS_A_COMMENT = re.compile("--+|[<>]")
_MAIN = re.compile(rf'<Relationship\b[^>]*Type="{re.escape(_RELATION)}/officeDocument"[^>]*>')
_TARGET = re.compile(r'Target="/?([^"]+)"')
_NO_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


class Stamp(Noun):
    """What a package says of itself."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    schema_: Literal["sme2module/package/1"] = Field(
        default=STAMP_SCHEMA, alias="schema", serialization_alias="schema"
    )
    format: str
    module: str
    title: str
    revision: int
    release: int | None
    """None for elements as they stood."""
    is_preview: bool
    """Whether it holds what nobody approved."""
    content_hash: str
    """Of a release the manifest's; else SHA-256 of the selected module without findings, in canonical JSON."""
    product: str
    """Version of the product that wrote the package."""
    sources: dict[str, str]
    """Source id → SHA-256 of the document."""
    manifest: Manifest | None = None
    """Of a release, where it does not lie beside the stamp."""

    def dump(self) -> dict[str, Any]:
        """The stamp JSON, without the manifest where there is none."""
        told = self.model_dump(mode="json", by_alias=True, exclude={"manifest"})
        return told if self.manifest is None else {**told, "manifest": self.manifest.dump()}


def content_hash(package: Package) -> str:
    """What the stamp names the package's content by; findings about a draft come and go with the rubrics."""
    if package.manifest is not None:
        return package.manifest.content_hash
    return fingerprint(package.module.model_copy(update={"findings": ()}).dump())


def stamp_of(package: Package, format_name: str, *, with_manifest: bool) -> Stamp:
    """The stamp of the package in that format."""
    module = package.module
    return Stamp(
        format=format_name, module=module.id, title=module.title, revision=module.revision,
        release=package.manifest.release if package.manifest is not None else None,
        is_preview=package.is_preview, content_hash=content_hash(package), product=__version__,
        sources={source.id: source.sha256 for source in module.sources},
        manifest=package.manifest if with_manifest else None,
    )


def stamp_files(package: Package, format_name: str, *, folder: str = "") -> dict[str, bytes]:
    """The files for an archive: `sme2module.json`, and of a release `release.json`; `folder` ends in a slash."""
    stamp = stamp_of(package, format_name, with_manifest=False)
    files = {f"{folder}{STAMP_FILE}": (json.dumps(stamp.dump(), ensure_ascii=False, indent=1) + "\n").encode()}
    if package.manifest is not None:
        files[f"{folder}{RELEASE_FILE}"] = package.manifest.text.encode()
    return files


def stamp_line(package: Package, format_name: str) -> str:
    """The mark and the stamp with its manifest on one line of ASCII, fit for a comment: without `--`, `<` and `>`."""
    stamp = stamp_of(package, format_name, with_manifest=True)
    text = json.dumps(stamp.dump(), separators=(",", ":"))
    # These end comments; in JSON they stand only inside texts, where their codes mean the same.
    return f"{MARK} {_ENDS_A_COMMENT.sub(lambda found: _coded(found[0]), text)}"


def _coded(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in text)


def with_stamp_part(content: bytes, package: Package, format_name: str) -> bytes:
    """The Office file (docx, xlsx, pptx) with the stamp as a custom XML part, which Office keeps when it saves.

    The zip comes back sorted and without a clock. Raises ExportError where the file has no main part.
    """
    stamp = stamp_of(package, format_name, with_manifest=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {one.filename: archive.read(one) for one in archive.infolist() if not one.is_dir()}
    main = _MAIN.search(files.get("_rels/.rels", b"").decode())
    target = _TARGET.search(main[0]) if main else None
    if target is None:
        raise ExportError("the Office file", why="its main part is not named", mend="report this as a bug")
    folder, _, name = target[1].rpartition("/")
    number = next(n for n in range(1, 1000) if f"customXml/item{n}.xml" not in files)
    part = f"customXml/item{number}.xml"
    text = json.dumps(stamp.dump(), ensure_ascii=True, separators=(",", ":"))
    files[part] = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<package xmlns="{OFFICE_SPACE}">{escape(text)}</package>'.encode()
    )
    relations = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    up = "../" * (folder.count("/") + 1) if folder else ""
    one = f'<Relationship Id="rIdSme2module" Type="{_RELATION}/customXml" Target="{up}{part}"/></Relationships>'
    files[relations] = files.get(relations, _NO_RELATIONS.encode()).replace(b"</Relationships>", one.encode())
    types = files["[Content_Types].xml"]
    if not re.search(rb'<Default\b[^>]*Extension="xml"', types):
        default = b'<Default Extension="xml" ContentType="application/xml"/></Types>'
        files["[Content_Types].xml"] = types.replace(b"</Types>", default)
    return zipped(files)
