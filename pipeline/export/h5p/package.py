"""What every H5P file is: libraries in pinned versions, pieces of content with ids of their own, `h5p.json`.

In: the content of the main library. Out: the bytes of a content-only package (h5p.org: .h5p specification). The
libraries themselves are the site's: it refuses a file that needs a version it lacks, so they are the versions that
Moodle 4.5 and other sites of H5P core 1.27 have.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.domain import Module
from pipeline.export.base import Package
from pipeline.export.course import language_of
from pipeline.export.h5p.texts import LONGEST_TITLE, inner_title, title
from pipeline.export.package import zipped
from pipeline.export.stamp import stamp_files

Json = dict[str, Any]

# h5p.classes.php takes nothing else for a language: es-419 is none.
_LANGUAGE = re.compile(r"[-a-zA-Z]{1,10}")


@dataclass(frozen=True)
class Library:
    """A content type in the version we write for."""

    name: str
    kind: str
    """What its pieces are called, in H5P's own words."""
    major: int
    minor: int

    @property
    def reference(self) -> str:
        """As content names it: "H5P.Blanks 1.14"."""
        return f"{self.name} {self.major}.{self.minor}"


ACCORDION = Library("H5P.Accordion", "Accordion", 1, 0)
ADVANCED_TEXT = Library("H5P.AdvancedText", "Text", 1, 1)
BLANKS = Library("H5P.Blanks", "Fill in the Blanks", 1, 14)
BRANCHING_QUESTION = Library("H5P.BranchingQuestion", "Branching Question", 1, 0)
BRANCHING_SCENARIO = Library("H5P.BranchingScenario", "Branching Scenario", 1, 8)
COLUMN = Library("H5P.Column", "Column", 1, 18)
DRAG_TEXT = Library("H5P.DragText", "Drag the Words", 1, 10)
IMAGE = Library("H5P.Image", "Image", 1, 1)
INTERACTIVE_BOOK = Library("H5P.InteractiveBook", "Interactive Book", 1, 11)
JOUBEL_UI = Library("H5P.JoubelUI", "Joubel UI", 1, 3)
MULTI_CHOICE = Library("H5P.MultiChoice", "Multiple Choice", 1, 16)
QUESTION = Library("H5P.Question", "Question", 1, 5)
QUESTION_SET = Library("H5P.QuestionSet", "Question Set", 1, 20)
TRUE_FALSE = Library("H5P.TrueFalse", "True/False Question", 1, 8)

LIBRARIES: Mapping[str, Library] = {
    one.reference: one
    for one in (
        ACCORDION, ADVANCED_TEXT, BLANKS, BRANCHING_QUESTION, BRANCHING_SCENARIO, COLUMN, DRAG_TEXT, IMAGE,
        INTERACTIVE_BOOK, JOUBEL_UI, MULTI_CHOICE, QUESTION, QUESTION_SET, TRUE_FALSE,
    )
}
_QUESTIONS = {BLANKS, DRAG_TEXT, MULTI_CHOICE, TRUE_FALSE}
_WITHOUT_INTERFACE = {ADVANCED_TEXT, BRANCHING_QUESTION, COLUMN, IMAGE, ACCORDION}


class Pieces:
    """Makes the pieces of content of one file; each has an id that no other piece of it has."""

    def __init__(self, module: Module, format_name: str) -> None:
        self._seed = f"{module.id}/{format_name}"
        self._made: set[str] = set()

    def piece(self, library: Library, params: Json, name: str, *, key: str) -> Json:
        """A piece of content: the same key gives the same id in every export, so results find their question again.

        Args:
            library: Its content type.
            params: What the content type takes.
            name: Its title, as plain text.
            key: What tells it from all others in the file.

        """
        assert key not in self._made, key
        self._made.add(key)
        digest = hashlib.sha256(f"{self._seed}/{key}".encode("utf-8", "surrogatepass")).digest()
        return {
            "library": library.reference,
            "params": params,
            "subContentId": str(uuid.UUID(bytes=digest[:16], version=4)),
            "metadata": {"contentType": library.kind, "license": "U", "title": inner_title(name, library.kind)},
        }

    def text(self, markup: str, name: str, *, key: str) -> Json:
        """A piece of text."""
        return self.piece(ADVANCED_TEXT, {"text": markup}, name, key=key)


def h5p_file(
    package: Package, main: Library, content: Json, *, format_name: str, pictures: Mapping[str, bytes] | None = None,
    name: str | None = None,
) -> bytes:
    """The whole file; `pictures` by their path in `content/`, `name` in place of the module's title."""
    module = package.module
    heading = name if name is not None else module.title
    if package.notice:
        heading = f"{heading} ({package.notice})"
    about = {
        "title": title(heading, module.id[:LONGEST_TITLE]),
        "language": h5p_language(module),
        "defaultLanguage": h5p_language(module),
        "mainLibrary": main.name,
        "embedTypes": ["iframe"],
        "license": "U",
        "preloadedDependencies": [
            {"machineName": one.name, "majorVersion": one.major, "minorVersion": one.minor}
            for one in dependencies(main, content)
        ],
    }
    return zipped(
        {
            "h5p.json": _bytes(about),
            "content/content.json": _bytes(content),
            **{f"content/{path}": picture for path, picture in (pictures or {}).items()},
            **stamp_files(package, format_name, folder="content/"),
        }
    )


def h5p_language(module: Module) -> str:
    """The module's language as H5P takes it: letters and hyphens, at most ten."""
    tag = language_of(module)
    return tag if _LANGUAGE.fullmatch(tag) else tag.split("-", maxsplit=1)[0]


def dependencies(main: Library, content: Json) -> list[Library]:
    """The main library first, then every library of the content and what those rest on, by name."""
    used = {LIBRARIES[reference] for reference in _references(content)} - {main}
    if used & _QUESTIONS:
        used.add(QUESTION)
    if (used | {main}) - _WITHOUT_INTERFACE:
        used.add(JOUBEL_UI)
    return [main, *sorted(used, key=lambda one: one.name)]


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("library"), str):
            yield value["library"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _references(one)


def _bytes(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
