"""Lessons, stories and resources as pages without a script, for systems with a frame of their own: cartridges, e-books.

In: a package. Out: the inside of each page as well-formed HTML with a title; all text is escaped, pictures are the
package's own.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import Element, Lesson, Part, PartKind, Resource, ResourceKind, Scenario
from pipeline.export.base import Package
from pipeline.export.discussions import discussion_of
from pipeline.export.figures import Src, in_files
from pipeline.export.markdown_html import render, split_answer, to_html
from pipeline.export.places import Places
from pipeline.export.questions import html_of, paragraph
from pipeline.export.xml_text import xml_safe
from pipeline.library.strings import Strings, strings_for

_FRAME = re.compile(r'<div class="table-frame"[^>]*>(?P<table><table>.*?</table>)</div>', re.DOTALL)
_HEAD_CELL = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
# Cells keep their own direction and stand on the side of the page's, so that a column has one.
STYLE = """body{font-family:system-ui,sans-serif;line-height:1.5;max-width:44em;margin:0 auto;padding:1em;color:#1a1a1a}
table{border-collapse:collapse}th,td{border:1px solid #767676;padding:.3em .6em;text-align:start}
html[dir="ltr"] th,html[dir="ltr"] td{text-align:left}html[dir="rtl"] th,html[dir="rtl"] td{text-align:right}
.table-frame{overflow-x:auto}img{max-width:100%;height:auto}.notice{border:2px solid #8a3b00;padding:.4em .8em}
.mark{display:table;border:1px solid #8a3b00;padding:0 .5em;font-size:.85em;color:#8a3b00}
details{margin:1em 0}summary,dt{font-weight:600}dd{margin-inline-start:0;margin-bottom:.6em}
.task{list-style:none;margin-inline-start:-1em;text-indent:-1.25em}.task>*{text-indent:0}
"""


@dataclass(frozen=True)
class StaticPage:
    """One page."""

    id: str
    """Of the lesson, scenario or resource."""
    title: str
    body: str
    """What stands inside `main`, with its h1."""


def overview_page(package: Package) -> StaticPage:
    """What the module is about, for whom, and what one can do after it."""
    module, say = package.module, strings_for(package.module.language)
    facts = [(say["goal"].rstrip(":"), module.brief.performance_goal), (say["audience"], module.brief.audience)]
    facts.append((say["prerequisites"], "; ".join(module.brief.prerequisites)))
    listed = "".join(f'<li dir="auto">{html_of(one.text)}</li>' for one in module.objectives)
    told = "".join(
        f"<dt>{html_of(name)}</dt><dd dir=\"auto\">{html_of(value)}</dd>" for name, value in facts if value.strip()
    )
    body = _head(package, module.title) + (f"<dl>{told}</dl>" if told else "")
    if listed:
        body += f"<h2>{html_of(say['you_will'])}</h2><ul>{listed}</ul>"
    return StaticPage("overview", module.title, body)


def lesson_page(package: Package, lesson: Lesson, src: Src = in_files) -> StaticPage:
    """A lesson with its parts; what a practice part is compared with unfolds on demand."""
    say = strings_for(package.module.language)
    pieces, places = [_head(package, lesson.title)], Places(package)
    for part in lesson.parts:
        pieces.append(f"<h2>{html_of(say[f'part_{part.kind.value}'])}</h2>{_mark(package, part)}")
        if part.kind is PartKind.PRACTICE:
            practice = split_answer(xml_safe(part.markdown), ("check yourself", say["check_yourself"]))
            pieces.append(render(practice.prompt))
            if practice.answer:
                pieces.append(
                    f"<details><summary>{html_of(say['check_yourself'])}</summary>{render(practice.answer)}</details>"
                )
        else:
            pieces.append(to_html(xml_safe(part.markdown)))
        pieces += _figures(package, part, src)
        if part.kind is PartKind.JOB_AID:
            pieces.append(_from(package, part, places))
    return StaticPage(lesson.id, lesson.title, with_named_tables("".join(pieces), say))


def scenario_page(package: Package, scenario: Scenario) -> StaticPage:
    """A story in which each choice unfolds into its consequence and leads on by a link."""
    say = strings_for(package.module.language)
    places = {node.id: f"s{number}" for number, node in enumerate(scenario.nodes, start=1)}
    pieces = [_head(package, scenario.title), _mark(package, scenario)]
    nodes = sorted(scenario.nodes, key=lambda node: node.id != scenario.start)
    for number, node in enumerate(nodes, start=1):
        pieces.append(f'<section id="{places[node.id]}"><h2>{number}. {html_of(say["scenario"])}</h2>')
        pieces.append(paragraph(node.situation))
        if node.is_decision:
            pieces.append(f"<p><strong>{html_of(say['what_do_you_do'])}</strong></p>")
        for choice in node.choices:
            leads = (
                f'<p><a href="#{places[choice.next]}">{html_of(say["go_on"])}</a></p>'
                if choice.next in places
                else f"<p>{html_of(say['story_ends'])}</p>"
            )
            verdict = html_of(say[f"quality_{choice.quality}"]) if node.is_decision else ""
            pieces.append(
                f'<details><summary dir="auto">{html_of(choice.text)}</summary>{paragraph(choice.consequence)}'
                + (f"<p><strong>{verdict}</strong></p>" if verdict else "")
                + f"{paragraph(choice.feedback)}{leads}</details>"
            )
        if not node.choices:
            pieces.append(f"<p>{html_of(say['story_ends'])}</p>")
        pieces.append("</section>")
    return StaticPage(scenario.id, scenario.title, "".join(pieces))


def resource_page(package: Package, resource: Resource) -> StaticPage:
    """A job aid, script, discussion or glossary; what a discussion is to bring out unfolds below each prompt."""
    say = strings_for(package.module.language)
    kind = say[f"resource_{resource.kind.value}"]
    talk = discussion_of(resource, say)
    told = render(talk.unfolding, heading_level=2) if talk else to_html(xml_safe(resource.markdown), heading_level=2)
    # A glossary mostly is called just that.
    is_named = " ".join(resource.title.split()).casefold() == kind.casefold()
    body = _head(package, resource.title) + ("" if is_named else f"<p>{html_of(kind)}</p>")
    body += _mark(package, resource) + told
    if resource.kind is ResourceKind.JOB_AID:
        body += _from(package, resource, Places(package))
    return StaticPage(resource.id, resource.title, with_named_tables(body, say))


def with_named_tables(body: str, say: Strings) -> str:
    """The page with a name for each table's frame, made of its heads: what the keyboard reaches says what it is."""

    def named(found: re.Match[str]) -> str:
        heads = (html.unescape(_TAG.sub("", one)) for one in _HEAD_CELL.findall(found["table"]))
        listed = ", ".join(words for one in heads if (words := " ".join(one.split())))
        name = html.escape(say.say("table_named", heads=listed).strip(" :："), quote=True)
        return f'<div class="table-frame" role="region" aria-label="{name}" tabindex="0">{found["table"]}</div>'

    return _FRAME.sub(named, body)


def document(page: StaticPage, *, language: str, direction: str) -> str:
    """The page as an HTML document of its own."""
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(language)}" dir="{direction}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html_of(' '.join(page.title.split()))}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<main>{page.body}</main>\n</body>\n</html>\n"
    )


def file_names(pages: Sequence[StaticPage], *, ending: str = ".html") -> dict[str, str]:
    """Page id → an ASCII file name, by its number, so that no two differ in case only."""
    return {page.id: f"page-{number:03}{ending}" for number, page in enumerate(pages, start=1)}


def _head(package: Package, title: str) -> str:
    notice = f'<p class="notice">{html_of(package.notice)}</p>' if package.notice else ""
    return f'{notice}<h1 dir="auto">{html_of(" ".join(title.split()))}</h1>'


def _mark(package: Package, element: Element) -> str:
    if not package.needs_mark(element):
        return ""
    say = strings_for(package.module.language)
    return f'<p class="mark">{html_of(say[f"mark_{element.status.value}"])}</p>'


def _from(package: Package, element: Element, places: Places) -> str:
    """Where a sheet for the job is from: who holds it at work can look it up."""
    told = "; ".join(places.in_print(element.all_evidence))
    label = html_of(strings_for(package.module.language)["sources"])
    return f'<p class="from"><small>{label}: <bdi>{html_of(told)}</bdi></small></p>' if told else ""


def _figures(package: Package, part: Part, src: Src) -> list[str]:
    shown = []
    for figure in part.figures:
        if figure.file in package.pictures:
            caption = f'<figcaption dir="auto">{html_of(figure.caption)}</figcaption>' if figure.caption else ""
            alt = html.escape(xml_safe(figure.alt or ""), quote=True)
            shown.append(f'<figure><img src="{html.escape(src(figure.file))}" alt="{alt}" />{caption}</figure>')
    return shown
