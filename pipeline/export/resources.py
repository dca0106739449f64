"""What is looked up, cut into the pieces a player shows: the terms of a glossary, the scenes of a script.

In: the Markdown of a resource. Out: plain data of the player, with rendered Markdown, and scenes for other formats.
What does not have the shape of a glossary or a script is left as it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from markdown_it.token import Token

from pipeline.export.markdown_html import parse, render

Json = dict[str, Any]

PAUSE = "‖"
"""Begins a paragraph of a script that is a pause with its question."""
# The pace of a speaker who is understood at once.
_WORDS_PER_MIN = 150
_MARK = re.compile(r"^\s*[:：–—-]\s*")


class ScriptLine(NamedTuple):
    """A line of a script."""

    kind: Literal["screen", "spoken", "pause"]
    """What a viewer sees, what is said, or a question to stop at."""
    tokens: tuple[Token, ...]
    answer: tuple[Token, ...] = ()
    """Of a pause, where there is one."""


class Scene(NamedTuple):
    """A scene of a script."""

    title: str | None
    lines: tuple[ScriptLine, ...]


def terms_of(markdown: str) -> list[Json]:
    """The terms of a glossary in its own order, each with its meaning; empty where something in it is no entry."""
    found = []
    for block in _blocks(parse(markdown)):
        if block[0].type == "heading_open":
            continue
        for inline in (token for token in block if token.type == "inline"):
            entry = _entry(inline)
            if entry is None:
                return []
            found.append(entry)
    return found


def _entry(inline: Token) -> Json | None:
    """A term in bold and what follows it; None where the line has another shape."""
    children = [one for one in inline.children or [] if one.type != "text" or one.content]
    if not children or children[0].type != "strong_open":
        return None
    end = next((at for at, one in enumerate(children) if one.type == "strong_close"), 0)
    term = "".join(one.content for one in children[1:end]).strip().rstrip(":：").strip()
    rest = children[end + 1 :]
    if rest and rest[0].type == "text":
        rest = [rest[0].copy(content=_MARK.sub("", rest[0].content)), *rest[1:]]
    if not term or not any(one.content.strip() for one in rest):
        return None
    return {"term": term, "html": render(_paragraph(rest))}


def _paragraph(children: Sequence[Token]) -> list[Token]:
    return [
        Token(type="paragraph_open", tag="p", nesting=1, block=True),
        Token(type="inline", tag="", nesting=0, children=list(children)),
        Token(type="paragraph_close", tag="p", nesting=-1, block=True),
    ]


def script_of(markdown: str) -> Json | None:
    """The scenes of a script and how long it is when spoken; None where it has neither scenes nor pauses.

    A scene is a title (or None) and its lines in order: `screen` is what a viewer sees, `spoken` what is said, `pause`
    a question to stop at, with its answer where there is one.
    """
    scenes = scenes_of(markdown)
    if not any(scene.title or any(line.kind != "spoken" for line in scene.lines) for scene in scenes):
        return None
    spoken_words = sum(
        len(_words(tokens).split())
        for scene in scenes
        for line in scene.lines
        for tokens in (line.tokens if line.kind == "spoken" else (), line.answer)
    )
    return {
        "minutes": max(1, math.ceil(spoken_words / _WORDS_PER_MIN)),
        "scenes": [{"title": scene.title, "lines": [_shown(line) for line in scene.lines]} for scene in scenes],
    }


def scenes_of(markdown: str) -> tuple[Scene, ...]:
    """The scenes of a script in order; one without a title where it has none."""
    scenes: list[tuple[str | None, list[ScriptLine]]] = []
    is_asked = False
    for block in _blocks(parse(markdown)):
        if block[0].type == "heading_open":
            scenes.append((block[1].content, []))
            is_asked = False
            continue
        if not scenes:
            scenes.append((None, []))
        lines = scenes[-1][1]
        if _words(block).startswith(PAUSE):
            lines.append(ScriptLine("pause", tuple(_without_sign(block))))
            is_asked = True
        elif block[0].type == "blockquote_open":
            lines.append(ScriptLine("screen", tuple(block[1:-1])))
        elif is_asked:
            at = next(at for at in range(len(lines) - 1, -1, -1) if lines[at].kind == "pause")
            lines[at], is_asked = lines[at]._replace(answer=tuple(block)), False
        else:
            lines.append(ScriptLine("spoken", tuple(block)))
    return tuple(Scene(title, tuple(lines)) for title, lines in scenes)


def _shown(line: ScriptLine) -> Json:
    """A line as the player takes it."""
    shown: Json = {"kind": line.kind, "html": render(line.tokens)}
    if line.kind == "pause":
        shown["answer"] = render(line.answer) if line.answer else None
    return shown


def _words(tokens: Sequence[Token]) -> str:
    return " ".join(token.content for token in tokens if token.type == "inline")


def _without_sign(block: Sequence[Token]) -> list[Token]:
    """The block without the sign that makes it a pause."""
    made = list(block)
    at = next(index for index, token in enumerate(made) if token.type == "inline")
    first, *others = made[at].children or []
    made[at] = made[at].copy(children=[first.copy(content=first.content.lstrip(f"{PAUSE} ")), *others])
    return made


def _blocks(tokens: Sequence[Token]) -> list[list[Token]]:
    """The tokens of each block of the top level."""
    found: list[list[Token]] = []
    for token in tokens:
        if token.level == 0 and token.nesting >= 0:
            found.append([])
        found[-1].append(token)
    return found
