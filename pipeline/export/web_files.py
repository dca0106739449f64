"""What every web package of several files holds: the player, its pictures, and what it is.

In: a package, the player's data, a tracking driver and the name of the format. Out: bytes by name, without the
standard's own manifest.
"""

from __future__ import annotations

from typing import Any

from pipeline.domain import Module
from pipeline.export.base import Package
from pipeline.export.figures import files_of
from pipeline.export.player_page import player_files
from pipeline.export.stamp import stamp_files
from pipeline.export.xml_text import xml_safe

# imscp_rootv1p1p2.xsd limits a title to 200 characters; longer ones help nobody elsewhere either.
_LONGEST_TITLE = 200


def web_files(package: Package, course: dict[str, Any], *, driver: str, format_name: str) -> dict[str, bytes]:
    """The files by name; the page to begin with is index.html."""
    player = player_files(course, driver=driver)
    return {
        "index.html": player.page.encode(), "player.css": player.css.encode(), "player.js": player.js.encode(),
        **files_of(package), **stamp_files(package, format_name),
    }


def short_title(module: Module) -> str:
    """The module's title on one line, of characters XML has, as long as the schemas allow and never empty."""
    title = " ".join(xml_safe(module.title).split()) or module.id
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1].rstrip()}…"
