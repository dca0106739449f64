"""Markdown text before it is parsed: front matter off, admonitions as plain paragraphs, template tags away.

Line numbers stay those of the file: a line is rewritten or blanked, never added or removed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML_MATTER = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"""^(title|lang|language)\s*[:=]\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\n]*?))\s*$""", re.MULTILINE)
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
# MkDocs: `!!! warning "Hot surfaces"` or `??? note`, its text indented by four; the space after the marks is optional.
_MKDOCS = re.compile(r"""^(\s*)(?:!!!|\?\?\?\+?|===\+?)\s*([\w-]+)?[^"\n]*?(?:"([^"\n]*)")?\s*$""")
# Docusaurus, VuePress and Pandoc: `:::warning Hot surfaces` … `:::`.
_COLONS = re.compile(r"^(\s*):{3,}\s*(?:\{?\.?([\w-]+)\}?)?\s*\[?([^\]\n]*?)\]?\s*$")
_BLOCK_ATTRIBUTES = re.compile(r"^\s*\{:?[ #.:][^{}]*\}\s*$|^\s*\{:[^{}]*\}\s*$")
_TEMPLATE_TAG = re.compile(r"^\s*\{%.*%\}\s*$")
_CONTENTS_MARK = re.compile(r"^\s*\[(?:\[_?TOC_?\]|TOC)\]\s*$", re.IGNORECASE)
_STARTS_OTHER_BLOCK = re.compile(r"^\s*(?:[-*+]\s|\d+[.)]\s|#|\||>|```|~~~|!|<)")


class MarkdownSource(NamedTuple):
    """Text that any CommonMark parser reads as meant."""

    text: str
    skipped_lines: int
    """Lines of front matter that were taken off the top."""
    title: str | None
    language: str | None


def prepared(text: str) -> MarkdownSource:
    """The text ready to be parsed, and what its front matter says."""
    fields: dict[str, str] = {}
    skipped = 0
    front = _FRONT_MATTER.match(text) or _TOML_MATTER.match(text)
    if front:
        for match in _FIELD.finditer(front[1]):
            fields[match[1]] = next((group for group in match.groups()[1:] if group), "")
        skipped = front.group().count("\n")
        text = text[front.end() :]
    return MarkdownSource(
        "\n".join(_without_extensions(text.split("\n"))), skipped, fields.get("title") or None,
        fields.get("lang") or fields.get("language") or None,
    )


def _without_extensions(lines: list[str]) -> list[str]:
    made: list[str] = []
    fence = ""
    inside: list[int] = []
    label = ""
    for line in lines:
        indent = len(line) - len(line.lstrip())
        while inside and line.strip() and indent < inside[-1] + 4:
            inside.pop()
        # The text of an admonition is indented by four, which CommonMark would take for code.
        line = line[4 * len(inside) :] if line.strip() else ""  # noqa: PLW2901
        if opened := _FENCE.match(line):
            if not fence:
                fence = opened[1][:3]
            elif line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            made.append(line)
            continue
        if fence:
            made.append(line)
        elif (match := _MKDOCS.match(line)) and (match[2] or match[3]):
            inside.append(indent)
            label = _label(match[2], match[3])
            made.append("")
        elif line.lstrip().startswith(":::") and (match := _COLONS.match(line)):
            label = _label(match[2], match[3]) if match[2] else ""
            made.append("")
        elif _TEMPLATE_TAG.match(line) or _CONTENTS_MARK.match(line) or _BLOCK_ATTRIBUTES.match(line):
            made.append("")
        elif label and line.strip():
            made.append(_labelled(line, label, made))
            label = ""
        else:
            made.append(line)
    return made


def _label(kind: str | None, title: str | None) -> str:
    """Words such as "Warning: Hot surfaces" for `warning "Hot surfaces"`, so that a warning stays one."""
    word = (kind or "").replace("-", " ").capitalize()
    title = (title or "").strip()
    if not title or title.lower() == word.lower():
        return word
    return f"{word}: {title}" if word else title


def _labelled(line: str, label: str, before: list[str]) -> str:
    """The first line of an admonition with its label; where a list or table follows, the label stands above."""
    if _STARTS_OTHER_BLOCK.match(line):
        if before and not before[-1].strip():
            before[-1] = f"{label}:"
            # A paragraph and a table need an empty line between them; a list does not, and lines must not shift.
        return line
    end = "" if label[-1] in ".!?" else "." if ":" in label else ":"
    return f"{label}{end} {line.lstrip()}"
