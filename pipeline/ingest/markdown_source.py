"""Markdown text before it is parsed: front matter off, admonitions as plain paragraphs, template tags away.

Line numbers stay those of the file: a line is rewritten or blanked, never added or removed.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML_MATTER = re.compile(r"\A\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"""^(title|lang|language)\s*[:=]\s*(?:"([^"\n]*)"|'([^'\n]*)'|([^\n]*?))\s*$""", re.MULTILINE)
_MATTER_LINE = re.compile(r"""^(?:\s|-|#|$|["']?[\w.@/ -]{1,60}["']?\s*[:=]|[\]}\[{>|])""")
_NOTE = re.compile(r"^\[\^[^\]\s]+\]:")
# Up to the end where nothing closes it: such a one is left, but must not be looked for again and again.
_COMMENT = re.compile(
    r"`+[^`\n]*`+|<!--(?:-?>|.*?(?:-->|\Z))|\{/\*.*?(?:\*/\}|\Z)|\{#\s[^\n]*?\s#\}"
    r"|\{%-?\s*comment\s*-?%\}.*?(?:\{%-?\s*endcomment\s*-?%\}|\Z)",
    re.DOTALL,
)
_COMMENT_ENDS = ("-->", "<!-->", "*/}", "#}", "%}")
# The directives of MyST that are boxes of text and no code.
_MYST = re.compile(
    r"^\s*(`{3,}|~{3,})\{(note|warning|tip|important|caution|danger|hint|attention|error|seealso|admonition)\}\s*(.*?)\s*$"
)
_MYST_OPTION = re.compile(r"^\s*:[\w-]+:(?:\s|$)")
_CONTENTS_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\S{1,20}(?:\s\S{1,20}){0,2}\s*$")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
# MkDocs: `!!! warning "Hot surfaces"` or `??? note`, its text indented by four; the space after the marks is optional.
_MKDOCS = re.compile(r"""^(\s*)(?:!!!|\?\?\?\+?|===\+?)\s*([\w-]+)?[^"\n]*?(?:"([^"\n]*)")?\s*$""")
# Docusaurus, VuePress and Pandoc: `:::warning Hot surfaces` … `:::`.
_COLONS = re.compile(r"^(\s*):{3,}\s*(?:\{?\.?([\w-]+)\}?)?\s*\[?([^\]\n]*?)\]?\s*$")
_BLOCK_ATTRIBUTES = re.compile(r"^\s*\{:?[ #.:][^{}]*\}\s*$|^\s*\{:[^{}]*\}\s*$")
_TEMPLATE_TAG = re.compile(r"^\s*(?:\{%.*%\}|\{\{[<%].*[>%]\}\})\s*$")
_CONTENTS_ATTRIBUTE = re.compile(r"^\s*\{:\s?\.?toc\b")
_CONTENTS_MARK = re.compile(r"^\s*\[(?:\[_?TOC_?\]|TOC)\]\s*$", re.IGNORECASE)
# The parser looks for the end of a link from each bracket that opens: thousands that never close would take it hours.
_UNCLOSED_BRACKETS = 1_000
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
    if front and all(_MATTER_LINE.match(line) for line in front[1].split("\n")) and re.search("[:=]", front[1]):
        for match in _FIELD.finditer(front[1]):
            fields[match[1]] = next((group for group in match.groups()[1:] if group), "")
        skipped = front.group().count("\n")
        text = text[front.end() :]
    if text.count("[") > text.count("]") + _UNCLOSED_BRACKETS:
        text = text.replace("[", "\\[")
    return MarkdownSource(
        "\n".join(_without_extensions(_without_comments(text).split("\n"))), skipped, fields.get("title") or None,
        fields.get("lang") or fields.get("language") or None,
    )


def _without_comments(text: str) -> str:
    """The text without HTML, MDX and template comments, but for what stands in code; lines stay where they are."""
    if not any(mark in text for mark in ("<!--", "{/*", "{# ", "comment")):
        return text
    made: list[str] = []
    run: list[str] = []
    fence = ""
    is_open = False
    for line in text.split("\n"):
        opened = _FENCE.match(line)
        if fence:
            made.append(line)
            if opened and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif opened and not is_open:
            made += _uncommented(run)
            run = []
            fence = opened[1]
            made.append(line)
        else:
            is_open = line.rfind("<!--") > line.rfind("-->") or (is_open and "-->" not in line)
            run.append(line)
    return "\n".join([*made, *_uncommented(run)])


def _uncommented(lines: list[str]) -> list[str]:
    return _COMMENT.sub(_blank, "\n".join(lines)).split("\n") if lines else []


def _blank(match: re.Match[str]) -> str:
    """Nothing in place of a comment; code, and what begins a line as indented code does, stays."""
    found = match[0]
    line_start = match.string.rfind("\n", 0, match.start()) + 1
    is_code = found.startswith("`") or match.string[line_start : line_start + 4].isspace()
    return found if is_code or not found.endswith(_COMMENT_ENDS) else "\n" * found.count("\n")


def _without_extensions(lines: list[str]) -> list[str]:
    made: list[str] = []
    fence = ""
    myst = ""
    inside: list[int] = []
    label = ""
    in_note = False
    for line in lines:
        indent = len(line) - len(line.lstrip())
        while inside and line.strip() and indent < inside[-1] + 4:
            inside.pop()
        # The text of an admonition is indented by four, which CommonMark would take for code.
        line = line[4 * len(inside) :] if line.strip() else ""  # noqa: PLW2901
        if in_note and line.strip():
            # What goes on in a footnote is indented as well.
            in_note = line.startswith(("  ", "\t"))
            line = line[4:].lstrip() if in_note and line[:4].isspace() else line  # noqa: PLW2901
        if not fence and (box := _MYST.match(line)):
            myst = box[1]
            label = _label(None if box[2] == "admonition" else box[2], box[3])
            made.append("")
            continue
        if myst and (line.strip() == myst or _MYST_OPTION.match(line)):
            myst = "" if line.strip() == myst else myst
            made.append("")
            continue
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
        elif _NOTE.match(line):
            # Where it is one word or an address, a parser takes it for the target of a link.
            in_note = True
            made.append(f"\\{line}")
        elif _CONTENTS_ATTRIBUTE.match(line):
            # Kramdown puts its table of contents in the place of the item before.
            if made and _CONTENTS_ITEM.match(made[-1]):
                made[-1] = ""
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
