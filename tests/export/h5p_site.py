"""A site with H5P, as far as files tell: takes a package or says why not, and plays what a learner would be shown.

The checks are those of H5P's own validator: the libraries it has, the fields of each content type, the elements a field
takes. Drag the Words and Fill in the Blanks are read with their own rules for marks.
"""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

FIELDS = json.loads((Path(__file__).parent.parent / "data" / "h5p" / "fields.json").read_text(encoding="utf-8"))
# What Moodle 4.5 was seen to have, and H5P.Image, which every site has that has any of these.
INSTALLED = {
    "H5P.QuestionSet": (1, 20), "H5P.MultiChoice": (1, 16), "H5P.TrueFalse": (1, 8), "H5P.Blanks": (1, 14),
    "H5P.DragText": (1, 10), "H5P.Column": (1, 18), "H5P.InteractiveBook": (1, 11), "H5P.BranchingScenario": (1, 8),
    "H5P.BranchingQuestion": (1, 0), "H5P.AdvancedText": (1, 1), "H5P.Accordion": (1, 0), "H5P.Question": (1, 5),
    "H5P.JoubelUI": (1, 3), "H5P.Image": (1, 1),
}
_ALWAYS = {"div", "span", "p", "br"}
_IMPLIED = {"ul": {"li"}, "ol": {"li"}, "strong": {"b"}, "em": {"i"}, "del": {"s"}}
_CONTENT_ENDINGS = {"json", "png", "jpg", "jpeg", "gif", "bmp"}
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Taken:
    """A package that the site took."""

    about: dict[str, Any]
    content: dict[str, Any]
    files: dict[str, bytes]

    def pieces(self, library: str = "") -> list[dict[str, Any]]:
        """The pieces of content of that library, in order; all where none is named."""
        return [one for one in pieces_in(self.content) if one["library"].split()[0].startswith(library)]


def take(path: Path) -> Taken:
    """The package, checked as a site does."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    about, content = json.loads(files["h5p.json"]), json.loads(files["content/content.json"])
    for name in files:
        assert name == "h5p.json" or name.startswith("content/"), name
        assert name.rpartition(".")[2] in _CONTENT_ENDINGS, name
    assert 1 <= len(about["title"].encode()) <= 255
    assert "\n" not in about["title"]
    assert re.fullmatch(r"[-a-zA-Z]{1,10}", about["language"])
    assert about["embedTypes"] == ["iframe"]
    needed = {
        one["machineName"]: (one["majorVersion"], one["minorVersion"]) for one in about["preloadedDependencies"]
    }
    assert needed.items() <= INSTALLED.items()
    assert len(needed) == len(about["preloadedDependencies"])
    assert about["mainLibrary"] in needed
    for piece in pieces_in(content):
        assert piece["library"].split()[0] in needed
    main = "{} {}.{}".format(about["mainLibrary"], *needed[about["mainLibrary"]])
    _check(content, FIELDS[main], main, files)
    ids = [piece["subContentId"] for piece in pieces_in(content)]
    assert len(set(ids)) == len(ids)
    assert all(_UUID4.fullmatch(one) for one in ids)
    return Taken(about, content, files)


def pieces_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every piece of content, outer ones first."""
    if isinstance(value, dict):
        if "library" in value and "params" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from pieces_in(one)


def shown(markup: str) -> str:
    """What a field looks like in the page: its words, without elements."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


@dataclass(frozen=True)
class Place:
    """A blank, or a place to drag to."""

    accepted: tuple[str, ...]
    tip: str | None
    right: str | None = None
    wrong: str | None = None


def blanks_of(question: str) -> tuple[str, list[Place]]:
    """Fill in the Blanks: the text around its blanks, with ___ for each, and the blanks (blanks.js: parseSolution)."""
    places = []
    for solution in re.findall(r"\*(.+?)\*", question):
        accepted, _, tip = solution.partition(":")
        places.append(Place(tuple(html.unescape(one.strip()) for one in accepted.split("/")), shown(tip) or None))
    return shown(re.sub(r"\*(.+?)\*", "___", question)), places


def drags_of(text: str) -> tuple[str, list[Place]]:
    """Drag the Words: the text around its places, with ___ for each, and the places (drag-text: lex)."""
    places = []
    for part in re.findall(r"\*.*?\*", text):
        solution = part[1:-1]
        found = {
            "tip": re.search(r":([^\\*]+)", solution), "right": re.search(r"\\\+([^\\*:]+)", solution),
            "wrong": re.search(r"\\-([^\\*:]+)", solution),
        }
        for one in found.values():
            solution = solution.replace(one[0], "", 1) if one else solution
        told = {name: shown(one[1]) if one else None for name, one in found.items()}
        places.append(Place((html.unescape(solution.strip()),), **told))
    return shown(re.sub(r"\*.*?\*", "___", text)), places


def _check(value: Any, spec: Any, where: str, files: dict[str, bytes]) -> None:
    if isinstance(spec, dict):
        names = {name.rstrip("?"): one for name, one in spec.items()}
        assert value.keys() <= names.keys(), f"{where}: {value.keys() - names.keys()} is dropped without a word"
        missing = {name for name in spec if not name.endswith("?")} - value.keys()
        assert not missing, f"{where}: {missing} is missing"
        for name, one in value.items():
            _check(one, names[name], f"{where}.{name}", files)
    elif isinstance(spec, list):
        assert isinstance(value, list), where
        assert value, f"{where} is empty"
        for number, one in enumerate(value):
            _check(one, spec[0], f"{where}[{number}]", files)
    else:
        kind, _, rest = spec.partition(" ")
        _CHECKS[kind](value, rest, where, files)


def _text(value: Any, rest: str, where: str, files: dict[str, bytes]) -> None:
    assert isinstance(value, str), where
    # It is put into the page as HTML, so nothing in it may be read as such.
    assert "<" not in value, f"{where}: {value!r}"
    assert not re.search(r"&(?!(?:amp|lt|gt|quot|#\d+);)", value), f"{where}: {value!r}"


def _html(value: Any, rest: str, where: str, files: dict[str, bytes]) -> None:
    assert isinstance(value, str), where
    allowed = {*_ALWAYS, *rest.split()}
    allowed |= {one for name in allowed & _IMPLIED.keys() for one in _IMPLIED[name]}
    found = _Elements()
    found.feed(value)
    assert found.names <= allowed, f"{where}: {found.names - allowed}"
    assert not found.open, f"{where}: {found.open} is not closed"


def _library(value: Any, rest: str, where: str, files: dict[str, bytes]) -> None:
    assert value.keys() == {"library", "params", "subContentId", "metadata"}, where
    assert value["library"] in rest.split("|"), f"{where} takes no {value['library']}"
    assert value["metadata"]["license"] == "U"
    assert 1 <= len(value["metadata"]["title"].encode()) <= 255
    _text(value["metadata"]["title"], "", f"{where}.title", files)
    _check(value["params"], FIELDS[value["library"]], value["library"], files)


def _image(value: Any, rest: str, where: str, files: dict[str, bytes]) -> None:
    assert f"content/{value['path']}" in files, where
    assert value["mime"].startswith("image/"), where


def _select(value: Any, rest: str, where: str, files: dict[str, bytes]) -> None:
    assert value in rest.split(), where


def _boolean(value: Any, rest: str, where: str, files: dict[str, bytes]) -> None:
    assert isinstance(value, bool), where


def _number(value: Any, rest: str, where: str, files: dict[str, bytes]) -> None:
    assert isinstance(value, int), where


_CHECKS = {
    "text": _text, "html": _html, "library": _library, "image": _image, "select": _select, "boolean": _boolean,
    "number": _number,
}


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        assert not any(name.startswith("on") or name in ("style", "src", "href") for name, _ in attrs), attrs
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("br", "hr"):
            assert self.open.pop() == tag
