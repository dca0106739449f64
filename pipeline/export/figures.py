"""The pictures of a package: where they lie in it, and what browsers are told of them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import PurePosixPath

from pipeline.export.base import Package

Src = Callable[[str], str]
"""The address of a picture in the page, by its path in the workspace."""

_MEDIA_TYPES = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".svg": "image/svg+xml", ".bmp": "image/bmp",
}


def files_of(package: Package) -> dict[str, bytes]:
    """The pictures as files of a package, by their path in it."""
    return dict(package.pictures)


def in_files(file: str) -> str:
    """The address of a picture that lies in the package under its own path."""
    return file


def in_page(package: Package) -> Src:
    """Addresses that hold the pictures themselves, for a page that is a single file."""

    def src(file: str) -> str:
        kind = _MEDIA_TYPES.get(PurePosixPath(file).suffix, "application/octet-stream")
        return f"data:{kind};base64,{base64.b64encode(package.pictures[file]).decode()}"

    return src
