"""The player's files, put together for one package: a page, a style sheet, a script and a tracking driver.

In: the course data of `course.course_of` and the name of a driver in `player/drivers/`. Out: the texts of index.html,
player.css and player.js, or one page with all of them inside. To add a standard, add its driver and an exporter.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

Json = dict[str, Any]

_FOLDER = Path(__file__).parent / "player"

# In the order they need one another; all share one function scope.
_SCRIPTS = (
    "dom.js",
    "phrases.js",
    "course.js",
    "answers.js",
    "scoring.js",
    "bits.js",
    "state.js",
    "inputs.js",
    "progress.js",
    "results.js",
    "items.js",
    "bookmarks.js",
    "search.js",
    "lookup.js",
    "return.js",
    "next.js",
    "pages.js",
    "test.js",
    "scenario.js",
    "shell.js",
    "reports.js",
)
_LAST = "main.js"

# Nothing off the package. An LMS may serve a package in its own ways, so it is trusted with inline code; the file that
# is opened from disk is not.
_PACKAGE_POLICY = "default-src 'self' 'unsafe-inline' data:; object-src 'none'; form-action 'none'"
_ONE_FILE_POLICY = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; form-action 'none'"
)


class Player(NamedTuple):
    """A player whose script and style sheet are files of their own."""

    page: str
    css: str
    js: str


def player_files(course: Json, *, driver: str) -> Player:
    """The player as three files, for packages."""
    page = _page(
        course,
        policy=_PACKAGE_POLICY,
        style='<link rel="stylesheet" href="player.css">',
        script='<script src="player.js"></script>',
    )
    return Player(page, _read("player.css"), _script(driver))


def player_in_one_page(course: Json, *, driver: str, about: Mapping[str, Json] | None = None) -> str:
    """The player as one page that works from disk; what the page is lies in it as blocks of data, by their id."""
    css, js = _read("player.css"), _script(driver)
    return _page(
        course,
        policy=_ONE_FILE_POLICY.format(script=_hash(js), style=_hash(css)),
        style=f"<style>{css}</style>",
        script=f"<script>{js}</script>",
        about=about,
    )


def _page(course: Json, *, policy: str, style: str, script: str, about: Mapping[str, Json] | None = None) -> str:
    strings = course["strings"]
    notice = course["notice"]
    slots = {
        "language": html.escape(course["language"]),
        "dir": course["dir"],
        "policy": html.escape(policy, quote=True).replace("&#x27;", "'"),
        "title": html.escape(course["title"]),
        "notice": f'<p class="notice" id="notice">{html.escape(notice)}</p>' if notice else "",
        "noscript": html.escape(strings["needs_javascript"]),
        "skip": html.escape(strings["skip_to_content"]),
        "course": json_in_html(course),
        "about": "".join(
            f'<script type="application/json" id="{name}">{json_in_html(told)}</script>\n'
            for name, told in (about or {}).items()
        ),
        "style": style,
        "script": script,
    }
    # One pass over the template, so that a slot's name inside a text is never filled in turn.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: slots[found.group(1)], _read("index.html"))


def json_in_html(value: Json) -> str:
    """JSON that can stand inside a script element: no "<" that could end it, no line ends old parsers choke on."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


@cache
def _script(driver: str) -> str:
    pieces = [_read(name) for name in (*_SCRIPTS, f"drivers/{driver}.js", _LAST)]
    return '(() => {\n"use strict";\n' + "\n".join(pieces) + "})();\n"


@cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
