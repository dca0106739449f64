"""A workspace with a module of 500 elements from a PDF: the samples' text, drafted by the embedded engine."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.conversion import twenty_pages
from pipeline.config import Settings
from pipeline.domain import Author, AuthorKind, Element, Module, Severity
from pipeline.wiring import build_services, now

ELEMENTS = 500
_WORDS = re.compile(r"[^\W\d_][^\W\d_ ]*(?: [^\W\d_]+)+")


@dataclass(frozen=True)
class Subject:
    """What is reviewed."""

    workspace: Path
    module: str
    texts: dict[str, str]
    """Element id → words of it that stand on its screen, letters alone; in the order of the queue."""

    @property
    def ids(self) -> list[str]:
        """The elements in the order of the queue."""
        return list(self.texts)


def subject(folder: Path) -> Subject:
    """A new workspace in the folder; takes half a minute."""
    source, workspace = folder / "handbook.pdf", folder / "workspace"
    twenty_pages(source)
    done = subprocess.run(
        [
            sys.executable, "-m", "pipeline.cli", "convert", str(source), "-o", str(folder / "packages"),
            "--workspace", str(workspace), "--quiet",
        ],
        check=False, capture_output=True, text=True,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"the handbook was not converted: {done.stderr}")
    with build_services(Settings(workspace=workspace)) as services:
        (drafted,) = services.store.modules.list()
        module = _cut(services.store.modules.load(drafted.id))
        services.store.modules.save_draft(module, author=Author(kind=AuthorKind.RUN, name="embedded"), at=now())
    return Subject(workspace, module.id, {one.id: _letters(one) for one in module.elements()})


def _cut(module: Module) -> Module:
    """The module with as many of its elements as are wanted, none of them with an error finding: what is timed is
    approving, and nothing may hold it back.
    """
    bad = {one.target for one in module.findings if one.severity is Severity.ERROR}
    kept: set[str] = {one.id for one in (*module.scenarios, *module.resources)} - bad
    for one in module.elements():
        if len(kept) < ELEMENTS and one.id not in bad:
            kept.add(one.id)
    if len(kept) != ELEMENTS:
        raise SystemExit(f"the handbook became only {len(kept)} elements")
    lessons = (one.changed(parts=tuple(part for part in one.parts if part.id in kept)) for one in module.lessons)
    return module.changed(
        id="m-bench",
        objectives=tuple(one for one in module.objectives if one.id in kept),
        lessons=tuple(one for one in lessons if one.parts),
        items=tuple(one for one in module.items if one.id in kept),
        findings=tuple(one for one in module.findings if one.target in kept),
    )


def _letters(element: Element) -> str:
    """The longest run of words, as the screen shows it whatever its markup, without what is not a letter."""
    content = element.content()
    text = next(str(content[name]) for name in ("stem", "markdown", "text", "title") if content.get(name))
    longest = max(_WORDS.findall(text) or [text], key=len)
    return re.sub(r"[\W\d_]", "", longest)[:60]
