"""Reads from a package what it says of itself, and tells where two packages differ.

In: a file. Out: its stamp and, of a release, the manifest that lies in it; None where it is no package of ours. The
file is anybody's: nothing of it is trusted, unpacked to disk or run.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from pipeline.domain import SCHEMA, Manifest, Module, without_manifest
from pipeline.errors import UnreadableError
from pipeline.export.base import Package
from pipeline.export.stamp import (
    MANIFEST_BLOCK,
    MARK,
    OFFICE_SPACE,
    PACKAGE_BLOCK,
    RELEASE_FILE,
    STAMP_FILE,
    Stamp,
    content_hash,
)
from pipeline.ids import fingerprint
from pipeline.zipped import CANNOT_UNPACK, members_of

_ZIP = b"PK\x03\x04"
# A manifest of a thousand elements is less than a megabyte.
_LARGEST_STAMP = 32 << 20
_IN_A_COMMENT = re.compile(rf"^\s*(?://|<!--) {MARK} (?=\{{)", re.MULTILINE)
_IN_A_PART = re.compile(rf'<(?:\w+:)?package\s[^>]*"{re.escape(OFFICE_SPACE)}"[^>]*>(.*?)</', re.DOTALL)
_TAG_TEXTS = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))


@dataclass(frozen=True)
class Carried:
    """What a package says of itself."""

    stamp: Stamp | None
    """None where only the manifest is left of it: packages written before there were stamps."""
    manifest: Manifest | None


@dataclass(frozen=True)
class Difference:
    """One place where a package is not what it should be."""

    member: str | None
    """Name of the file in the archive; None for a file as a whole."""
    what: str
    """missing, added, changed, or packed (the same files in another order or compression)."""
    place: str | None = None
    """Where it begins, in words."""


def carried_by(path: Path) -> Carried | None:
    """What the file says of itself; None where it says nothing that we know.

    Raises:
        SourceError: it cannot be opened, is damaged, too large, or its stamp cannot be read.

    """
    content = _content(path)
    found = _in_archive(path) if content.startswith(_ZIP) else _in_text(content.decode("utf-8-sig", "replace"))
    if not found:
        return None
    try:
        return _carried(found)
    except (ValidationError, ValueError, TypeError) as error:
        raise UnreadableError(
            path.name, why="it says what it is in a way that this version does not know",
            mend="use the version of sme2module that wrote it, or a later one", code="unsupported",
        ) from error


def differences(actual: bytes, expected: bytes) -> tuple[Difference, ...]:
    """Where the first file is not the second, by name of the member; empty for the same bytes."""
    if actual == expected:
        return ()
    if not (actual.startswith(_ZIP) and expected.startswith(_ZIP)):
        return (Difference(None, "changed", _first_place(actual, expected)),)
    mine, theirs = _members(actual), _members(expected)
    if mine is None or theirs is None:
        return (Difference(None, "changed", "the archive is damaged"),)
    found = []
    for name in sorted({*mine, *theirs}):
        if name not in mine:
            found.append(Difference(name, "missing"))
        elif name not in theirs:
            found.append(Difference(name, "added"))
        elif mine[name] is None:
            found.append(Difference(name, "changed", "it cannot be unpacked"))
        elif mine[name] != theirs[name]:
            found.append(Difference(name, "changed", _first_place(mine[name] or b"", theirs[name] or b"")))
    return tuple(found) or (Difference(None, "packed", _first_place(actual, expected)),)


def is_same_content(carried: Carried, package: Package) -> bool:
    """Whether the package's stamp names the content of this one."""
    return carried.stamp is not None and carried.stamp.content_hash == content_hash(package)


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableError(str(path), why="it is a folder", mend="name the package itself", code="unsupported")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableError(
            str(path), why=error.strerror or str(error), mend="check the path", code="missing"
        ) from error


# Each of these gives what it finds: {"stamp": …, "manifest": …}, as JSON values


def _in_archive(path: Path) -> dict[str, Any]:
    names = members_of(path, path.name)
    # The shallowest: a course may hold a file of any name deeper down.
    places = {
        key: min((one for one in names if PurePosixPath(one).name == wanted), key=_depth, default=None)
        for key, wanted in (("stamp", STAMP_FILE), ("manifest", RELEASE_FILE))
    }
    damaged = UnreadableError(
        path.name, why="what it says of itself is damaged", mend="get a fresh copy of the file"
    )
    try:
        with zipfile.ZipFile(path) as archive:
            if not any(places.values()):
                return _in_a_part(archive, names)
            # One of the two is enough to know what the rest should be.
            told = {key: _json_or_none(archive, name) for key, name in places.items() if name is not None}
    except (*CANNOT_UNPACK, OSError, ValueError) as error:
        raise damaged from error
    found = {key: value for key, value in told.items() if value is not None}
    if not found:
        raise damaged
    return found


def _in_a_part(archive: zipfile.ZipFile, names: Collection[str]) -> dict[str, Any]:
    for name in sorted(one for one in names if one.startswith("customXml/") and one.endswith(".xml")):
        part = _IN_A_PART.search(_read(archive, name).decode("utf-8", "replace"))
        if part is not None:
            return {"stamp": json.loads(_untagged(part[1]))}
    return {}


def _depth(name: str) -> tuple[int, str]:
    return name.count("/"), name


def _json_or_none(archive: zipfile.ZipFile, name: str) -> Any:
    try:
        return json.loads(_read(archive, name).decode())
    except (*CANNOT_UNPACK, ValueError):
        return None


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > _LARGEST_STAMP:
        raise ValueError(name)
    return archive.read(name)


def _untagged(text: str) -> str:
    for tag, char in _TAG_TEXTS:
        text = text.replace(tag, char)
    return text


def _in_text(text: str) -> dict[str, Any]:
    if text.lstrip()[:1] == "{":
        return _in_json(text)
    blocks = dict(_blocks(text))
    if blocks:
        return blocks
    for found in _IN_A_COMMENT.finditer(text):
        stamp = _first_value(text, found.end())
        if stamp is not None:
            return {"stamp": stamp}
    return {}


def _in_json(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if told.get("schema") == SCHEMA:
        return {"module": told}
    return {"stamp": told["package"]} if isinstance(told.get("package"), dict) else {}


def _blocks(text: str) -> Iterator[tuple[str, Any]]:
    for key, name in (("stamp", PACKAGE_BLOCK), ("manifest", MANIFEST_BLOCK)):
        found = re.search(rf'<script type="application/json" id="{name}">', text)
        value = _first_value(text, found.end()) if found else None
        if value is not None:
            yield key, value


def _first_value(text: str, at: int) -> Any:
    try:
        return json.JSONDecoder().raw_decode(text, at)[0]
    except (ValueError, RecursionError):
        return None


def _carried(found: dict[str, Any]) -> Carried:
    if "module" in found:
        return _of_module_file(found["module"])
    stamp = Stamp.model_validate(found["stamp"]) if "stamp" in found else None
    manifest = Manifest.model_validate(found["manifest"]) if "manifest" in found else None
    if manifest is None and stamp is not None:
        manifest = stamp.manifest
    return Carried(stamp, manifest)


def _of_module_file(told: dict[str, Any]) -> Carried:
    """The module JSON has no place for a stamp and needs none: it is the module."""
    manifest = Manifest.model_validate(told["manifest"]) if told.get("manifest") else None
    module = Module.model_validate(without_manifest(told))
    draft = Package(module=module, is_preview=False, notice=None)
    return Carried(
        Stamp(
            format="json", module=module.id, title=module.title, revision=module.revision,
            release=manifest.release if manifest else None,
            is_preview=manifest is None and any(one.status != "approved" for one in module.elements()),
            content_hash=fingerprint(without_manifest(told)) if manifest else content_hash(draft),
            product=manifest.product if manifest else "", sources={one.id: one.sha256 for one in module.sources},
        ),
        manifest,
    )


def _members(content: bytes) -> dict[str, bytes | None] | None:
    """Name → bytes of each file; None for one that cannot be unpacked, None altogether where the archive is damaged."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    members: dict[str, bytes | None] = {}
    with archive:
        for one in archive.infolist():
            if one.is_dir():
                continue
            try:
                members[one.filename] = archive.read(one)
            except CANNOT_UNPACK:
                members[one.filename] = None
    return members


def _common(actual: bytes, expected: bytes) -> int:
    """How many bytes both begin with, found by halves: packages have megabytes."""
    low, high = 0, min(len(actual), len(expected))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if actual[low:middle] == expected[low:middle] else (low, middle - 1)
    return low


def _first_place(actual: bytes, expected: bytes) -> str:
    at = _common(actual, expected)
    try:
        before = actual[:at].decode()
    except UnicodeDecodeError:
        return f"byte {at + 1:,}"
    return f"line {before.count(chr(10)) + 1:,}, column {len(before) - before.rfind(chr(10)):,}"
