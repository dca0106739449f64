"""The settings sheet: one printable page for whoever uploads a package, with all that a learning system asks for.

In: a package, its format, and the file that was written. Out: an HTML page without script, the same for the same
package. What the module does not say is said to be unknown or not set, never guessed.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from pipeline.domain import Module
from pipeline.domain.durations import module_minutes
from pipeline.export.base import Exporter, Loss, Package
from pipeline.export.course import language_of
from pipeline.export.lms_notes import COURSES, PARTS, SYSTEMS, System, notes_on
from pipeline.export.questions import html_of
from pipeline.export.scoring import has_test, pass_percent
from pipeline.library.strings import Strings, strings_for

SUFFIX = ".settings.html"

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
        _table(_settings(package, exporter, file, say)),
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
        body="\n".join(pieces),
    )


def _settings(package: Package, exporter: Exporter, file: PackageFile, say: Strings) -> Iterable[tuple[str, str]]:
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
    yield say["doc_sheet_duration"], _duration(module, say)
    if has_test(module):
        yield say["doc_sheet_pass_mark"], _text(say.say("percent", n=pass_percent(module)))
        allowed = settings.attempts
        yield say["doc_sheet_attempts"], _text(str(allowed) if allowed is not None else say["doc_sheet_any_number"])
    else:
        yield say["doc_sheet_pass_mark"], _text(say["doc_sheet_no_test"])
    yield say["doc_sheet_order"], _text(say["doc_sheet_shuffled" if settings.shuffle else "doc_sheet_as_written"])
    yield say["doc_sheet_recorded"], _text(_recorded(module, exporter.name, say))
    yield say["owner"], _text(settings.owner or "") or none
    yield say["review_by"], settings.review_by.isoformat() if settings.review_by else none
    yield say["doc_sheet_contact"], _text(settings.help_contact or "") or none


def _duration(module: Module, say: Strings) -> str:
    """Whole minutes, and what they are made of: each is an estimate by length."""
    lessons = math.ceil(sum(lesson.minutes for lesson in module.lessons))
    total = max(lessons, math.ceil(module_minutes(module)))
    return _text(say.say("doc_sheet_duration_is", n=total, lessons=lessons, rest=total - lessons))


def _languages(module: Module, say: Strings) -> str:
    told = language_of(module) if language_of(module) == module.language else f"{module.language!r}?"
    if language_of(module).split("-")[0] == say.language.split("-")[0]:
        return _text(told)
    return _text(say.say("doc_sheet_interface", content=told, interface=say.language))


def _recorded(module: Module, format_name: str, say: Strings) -> str:
    if format_name in COURSES:
        return say["doc_sheet_recorded_test" if has_test(module) else "doc_sheet_recorded_read"]
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

    takes = [("Courses, best first", system.courses), ("Question banks, best first", system.questions)]
    lines = [f"{what}: {named(formats)}." for what, formats in takes if formats]
    if format_name not in (*system.courses, *system.questions):
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
