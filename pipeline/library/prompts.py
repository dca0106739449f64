"""Prompt files: `prompts/<id>.md` in, a checked shelf of prompts out.

A file starts with a TOML header between `+++` lines (id, version, inputs, reply, changed), followed by the
text with its `{{slots}}`. `system.md` is the part that every prompt starts with: the rules and the source,
the same for all questions about the same blocks, so that an endpoint can serve it from its prompt cache;
the task comes last. `versions.toml` pins the SHA-256 of every text, so a new wording without a new number
is refused.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import PromptError
from pipeline.library.locate import authored

SYSTEM = "system"
_FENCE = "+++"
# Letters only: the {{1}} that marks a blank of a cloze item is text.
_SLOT = re.compile(r"\{\{\s*([a-z][a-z_]*)\s*\}\}")
_BRACES = re.compile(r"\{\{.*?\}\}")
_BLANK = re.compile(r"\{\{\d+\}\}")


class Header(BaseModel):
    """What a prompt file says about itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """The file's name without its ending, and the name of the task."""
    version: int = Field(ge=1)
    """Raised with every change of the text."""
    inputs: tuple[str, ...]
    """Names of the slots in the text, each used at least once."""
    reply: str | None = None
    """Name of the reply's class in engines/tasks.py; only the system part has none."""
    changed: str = Field(min_length=1)
    """Why the text last changed."""


@dataclass(frozen=True)
class Prompt:
    """What a task says to a language model: two texts with slots."""

    id: str
    version: str
    """Version of the task's text and of the system part, such as "3.1"."""
    reply: str
    """Name of the reply's class."""
    system: str
    user: str
    inputs: tuple[str, ...]
    """Names of the slots of both texts, sorted."""


class PromptShelf:
    """Every prompt, by the name of its task."""

    def __init__(self, prompts: Mapping[str, Prompt]) -> None:
        self._prompts = dict(prompts)

    def __iter__(self) -> Iterator[Prompt]:
        """The prompts, by id."""
        return iter(self._prompts.values())

    def get(self, task_name: str) -> Prompt:
        """The prompt of that task; raises PromptError."""
        if task_name not in self._prompts:
            raise PromptError(f"prompt {task_name}", why="there is no such file", mend=f"write prompts/{task_name}.md")
        return self._prompts[task_name]

    def versions(self) -> dict[str, str]:
        """Prompt id → version, as a module's engine record keeps it."""
        return {prompt.id: prompt.version for prompt in self}


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its slots filled, in one pass: a value that looks like a slot stays as it is."""
    return _SLOT.sub(lambda slot: values[slot.group(1)], text)


def load_prompts(folder: Path | None = None) -> PromptShelf:
    """Every prompt of the folder (default: the product's own); raises PromptError naming file and mistake."""
    folder = authored("prompts") if folder is None else folder
    pins = _pins(folder / "versions.toml")
    files = {path.stem: _load(path, pins) for path in sorted(folder.glob("*.md"))}
    if SYSTEM not in files:
        raise PromptError(f"prompts in {folder}", why=f"{SYSTEM}.md is missing", mend="put it back")
    head, system = files.pop(SYSTEM)
    return PromptShelf(
        {
            name: Prompt(
                id=name,
                version=f"{header.version}.{head.version}",
                reply=header.reply or "",
                system=system,
                user=user,
                inputs=tuple(sorted({*head.inputs, *header.inputs})),
            )
            for name, (header, user) in files.items()
        }
    )


def text_hash(text: str) -> str:
    """What versions.toml pins: the hash of the text below the header."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _load(path: Path, pins: dict[str, Any]) -> tuple[Header, str]:
    header, text = _parse(path)
    if header.id != path.stem:
        raise _wrong(path, f"id is {header.id!r}", f"name the file {header.id}.md")
    if (header.reply is None) != (header.id == SYSTEM):
        raise _wrong(path, "every prompt but system.md names its reply", "mend the header's key `reply`")
    _check_slots(path, header, text)
    pinned = pins.get(header.id, {}).get(str(header.version))
    found = text_hash(text)
    if pinned is None:
        raise _wrong(
            path,
            f"version {header.version} is not pinned",
            f'add {header.version} = "{found}" under [{header.id}] in versions.toml',
        )
    if pinned != found:
        new = header.version + 1
        raise _wrong(
            path,
            f"the text is not the one pinned as version {header.version}",
            f'raise version to {new}, and add {new} = "{found}" in versions.toml',
        )
    return header, text


def _parse(path: Path) -> tuple[Header, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise _wrong(path, "it is not UTF-8", "save it as UTF-8") from error
    fences = [number for number, line in enumerate(lines) if line.strip() == _FENCE]
    if len(fences) < 2 or fences[0] != 0:
        raise _wrong(path, "no header between two +++ lines at the top", "see the other files in prompts/")
    try:
        header = Header.model_validate(tomllib.loads("\n".join(lines[1 : fences[1]])))
    except tomllib.TOMLDecodeError as error:
        raise _wrong(path, f"header: {error}", "write it as TOML") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        problem = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        known = ", ".join(Header.model_fields)
        raise _wrong(path, f"header key {key}: {problem}", f"known: {known}") from error
    return header, "\n".join(lines[fences[1] + 1 :]).strip()


def _check_slots(path: Path, header: Header, text: str) -> None:
    for braces in _BRACES.findall(text):
        if not _SLOT.fullmatch(braces) and not _BLANK.fullmatch(braces):
            raise _wrong(path, f"{braces} is no slot", "name slots in small letters")
    used = set(_SLOT.findall(text))
    for name in sorted(used - set(header.inputs)):
        raise _wrong(path, f"slot {{{{{name}}}}} is not among the inputs", "name it in the header")
    for name in sorted(set(header.inputs) - used):
        raise _wrong(path, f"input {name} is never used", "use it or take it out of the header")


def _pins(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise _wrong(path, str(error), "it pins the hash of every prompt; put it back") from error


def _wrong(path: Path, why: str, mend: str) -> PromptError:
    return PromptError(f"prompt file {path.name}", why=why, mend=mend)
