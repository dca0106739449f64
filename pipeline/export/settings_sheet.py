"""The settings sheet: one printable page for whoever uploads a package, with all that a learning system asks for.

In: a package, its format, and the file that was written. Out: an HTML page without script, the same for the same
package. What the module does not say is said to be unknown or not set, never guessed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from pipeline.domain import Module, seat_time
from pipeline.export.base import Exporter, Loss, Package
from pipeline.export.course import language_of
from pipeline.export.duration import duration_said
from pipeline.export.kept import kept_in
from pipeline.export.lms_notes import COURSES, PARTS, STORIES, SYSTEMS, System, notes_on
from pipeline.export.questions import html_of
from pipeline.export.scoring import has_test, pass_percent
from pipeline.library.strings import Strings, strings_for

SUFFIX = ".settings.html"
SHEET_MARK = "sme2module-settings-sheet"
"""Name of the page's data that says what it is and, as its content, of which module."""

_MARKED = re.compile(rf'<meta name="{SHEET_MARK}" content="([^"]*)">'.encode())
_LONGEST_HEAD = 4_096
_STYLE = """
body{font-family:system-ui,sans-serif;line-height:1.45;max-width:52em;margin:0 auto;padding:1em;color:#1a1a1a}
table{border-collapse:collapse;width:100%}
th,td{border:1px solid #767676;padding:.3em .6em;text-align:start;vertical-align:top}
th{width:14em}thead th{width:auto}code{overflow-wrap:anywhere;font-size:.9em}
.notice{border:2px solid #8a3b00;padding:.4em .8em}h3{margin-bottom:.2em}
@media print{body{max-width:none;padding:0}tr,section{break-inside:avoid}}
"""
_PAGE = """<!DOCTYPE html>
<html lang="{language}" dir="{direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="{mark}" content="{module}">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


class PackageFile(NamedTuple):
    """The file that the sheet goes with."""

    name: str
    sha256: str


def settings_sheet(
    package: Package,
    exporter: Exporter,
    file: PackageFile,
    *,
    losses: Sequence[Loss] = (),
    read_on: Mapping[str, date] | None = None,
    format_labels: Mapping[str, str] | None = None,
) -> str:
    """The page.

    Args:
        package: What was exported.
        exporter: In which format.
        file: The package's file.
        losses: What the format does not carry of it.
        read_on: Source id → the day it was read into the workspace, where known.
        format_labels: What to call our other formats, by their name.

    """
    module = package.module
    say = strings_for(module.language)
    title = f"{say['doc_sheet_title']}: {' '.join(module.title.split()) or module.id}"
    pieces = [f'<h1 dir="auto">{html_of(title)}</h1>']
    if package.notice:
        pieces.append(f'<p class="notice" dir="auto">{html_of(package.notice)}</p>')
    pieces += [
        _table(_settings(package, kept_in(package, losses), exporter, file, say)),
        f"<h2>{html_of(say['sources'])}</h2>",
        _sources(module, say, read_on or {}),
    ]
    if losses:
        lines = "".join(f'<li dir="auto">{html_of(one.what)}.</li>' for one in losses)
        pieces.append(f"<h2>{html_of(say['doc_sheet_losses'])}</h2><ul lang=\"en\" dir=\"ltr\">{lines}</ul>")
    labels = {**(format_labels or {}), exporter.name: exporter.label}
    pieces.append(f"<h2>{html_of(say['doc_sheet_uploading'])}</h2>")
    if say.language != "en":
        pieces.append(f"<p>{html_of(say['doc_sheet_in_english'])}</p>")
    pieces += [_system(one, exporter.name, labels) for one in SYSTEMS]
    return _PAGE.format(
        language=html.escape(say.language), direction=say.direction, title=html_of(title), style=_STYLE,
        mark=SHEET_MARK, module=html.escape(module.id),
        body="\n".join(pieces),
    )


def sheet_of(content: bytes) -> str | None:
    """The id of the module whose settings sheet the file is; None where it is none of ours."""
    found = _MARKED.search(content[:_LONGEST_HEAD])
    return html.unescape(found[1].decode("utf-8", "replace")) if found else None


def _settings(
    package: Package, kept: Module, exporter: Exporter, file: PackageFile, say: Strings
) -> Iterable[tuple[str, str]]:
    """`kept` is the module as the file holds it."""
    module, none = package.module, say["doc_sheet_not_set"]
    settings, manifest = module.settings, package.manifest
    code = f"<code>SHA-256 {file.sha256}</code>"
    yield say["doc_sheet_package"], f"{_text(file.name)}<br>{_text(exporter.label)}<br>{code}"
    yield say["doc_module"], f"<code>{_text(module.id)}</code>"
    if manifest is not None:
        day = manifest.at.date().isoformat()
        yield say["release"], _text(say.say("doc_sheet_signed", n=manifest.release, by=manifest.by, day=day))
    else:
        yield say["release"], _text(say.say("doc_sheet_no_release", n=module.revision))
    yield say["word_title"], _text(module.title) or none
    yield say["doc_sheet_description"], _text(module.brief.performance_goal) or none
    yield say["audience"], _text(module.brief.audience) or none
    yield say["prerequisites"], _text("; ".join(module.brief.prerequisites)) or none
    yield say["doc_language"], _languages(module, say)
    yield say["doc_sheet_duration"], _duration(kept, say) or none
    if has_test(kept):
        yield say["doc_sheet_pass_mark"], _text(say.say("percent", n=pass_percent(module)))
        allowed = settings.attempts
        yield say["doc_sheet_attempts"], _text(str(allowed) if allowed is not None else say["doc_sheet_any_number"])
    elif exporter.name not in STORIES:
        yield say["doc_sheet_pass_mark"], _text(say["doc_sheet_no_test"])
    if kept.items:
        yield say["doc_sheet_order"], _text(say["doc_sheet_shuffled" if settings.shuffle else "doc_sheet_as_written"])
    yield say["doc_sheet_recorded"], _text(_recorded(kept, exporter.name, say))
    not_set = _text(say.say("doc_sheet_set_by", command=f"sme2module settings {module.id}"))
    yield say["owner"], _text(settings.owner or "") or not_set
    yield say["review_by"], settings.review_by.isoformat() if settings.review_by else not_set
    yield say["doc_sheet_contact"], _text(settings.help_contact or "") or not_set


def _duration(kept: Module, say: Strings) -> str:
    """Of what is in the file, with what is counted in: all of it is an estimate by length."""
    time = duration_said(seat_time(kept), say)
    return _text(say.say("doc_sheet_estimated", time=time)) if time else ""


def _languages(module: Module, say: Strings) -> str:
    told = language_of(module) if language_of(module) == module.language else f"{module.language!r}?"
    if language_of(module).split("-")[0] == say.language.split("-")[0]:
        return _text(told)
    return _text(say.say("doc_sheet_interface", content=told, interface=say.language))


def _recorded(module: Module, format_name: str, say: Strings) -> str:
    if format_name in COURSES:
        return say["doc_sheet_recorded_test" if has_test(module) else "doc_sheet_recorded_read"]
    if format_name in STORIES:
        return say["doc_sheet_recorded_story"]
    return say["doc_sheet_recorded_parts" if format_name in PARTS else "doc_sheet_recorded_questions"]


def _sources(module: Module, say: Strings, read_on: Mapping[str, date]) -> str:
    if not module.sources:
        return f"<p>{html_of(say['doc_none'])}</p>"
    unknown = say["doc_sheet_unknown"]
    rows = "".join(
        f'<tr><td dir="auto">{_text(one.title or one.path)}</td><td><code>{html_of(one.sha256)}</code></td>'
        f"<td>{read_on[one.id].isoformat() if one.id in read_on else html_of(unknown)}</td></tr>"
        for one in module.sources
    )
    heads = (say["word_title"], "SHA-256", say["doc_sheet_read_on"])
    head = "".join(f'<th scope="col">{html_of(one)}</th>' for one in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _system(system: System, format_name: str, labels: Mapping[str, str]) -> str:
    """One system's section, in English."""

    def named(formats: Iterable[str]) -> str:
        return ", ".join(labels.get(one, one) + (" (this package)" if one == format_name else "") for one in formats)

    takes = [
        ("Courses, best first", system.courses), ("Question banks, best first", system.questions),
        ("It also takes", system.others),
    ]
    lines = [f"{what}: {named(formats)}." for what, formats in takes if formats]
    if not system.takes(format_name):
        lines.append("This package's format is not among those we know it to take.")
    lines += [
        f"{one.text}{'' if one.is_verified else ' (Not verified by us.)'}" for one in notes_on(system, format_name)
    ]
    told = "".join(f"<li>{html_of(line)}</li>" for line in lines)
    return f'<section lang="en" dir="ltr"><h3>{html_of(system.name)}</h3><ul>{told}</ul></section>'


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(f'<tr><th scope="row">{html_of(name)}</th><td dir="auto">{told}</td></tr>' for name, told in rows)
    return f"<table><tbody>{lines}</tbody></table>"


def _text(text: str) -> str:
    return html_of(" ".join(text.split()))
