"""`cmi5`: a cmi5 course of one assignable unit, with the same player as SCORM.

In: a package. Out: a zip with cmi5.xml at its root (cmi5, Quartz, 1st edition).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from pipeline.export.base import CarriesAll, Package
from pipeline.export.course import course_of, language_of
from pipeline.export.package import write_whole, zipped
from pipeline.export.scoring import has_test, pass_percent
from pipeline.export.web_files import short_title, web_files
from pipeline.export.xapi import iri_of, question_activity
from pipeline.export.xml_text import xml_safe

_STRUCTURE = """<?xml version="1.0" encoding="UTF-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
  <course id={course}>
    <title>{title}</title>
    <description>{description}</description>
  </course>{objectives}
  <au id={unit} moveOn={move_on}{mastery} launchMethod="AnyWindow">
    <title>{title}</title>
    <description>{description}</description>{aims}
    <url>index.html</url>
  </au>
</courseStructure>
"""


@dataclass(frozen=True)
class Cmi5Exporter(CarriesAll):
    """Writes a cmi5 package."""

    name: str = "cmi5"
    label: str = "cmi5 package (xAPI)"
    suffix: str = ".zip"
    media_type: str = "application/zip"
    help: str = "for an LMS with cmi5: statements of every answer in its record store, place and result"

    def write(self, package: Package, path: Path) -> None:
        """Write the zip."""
        course = course_of(package)
        for told, item in zip(course["items"], package.module.items, strict=True):
            told["ids"] = [option.id for option in item.options]
            told["activity"] = question_activity(package.module, item)
        files = web_files(package, course, driver="cmi5", format_name=self.name)
        files["cmi5.xml"] = structure(package).encode()
        write_whole(path, zipped(files))


def structure(package: Package) -> str:
    """cmi5.xml: passing moves on where there is a test, completing where there is none; never just opening it."""
    module = package.module
    language = language_of(module)

    def said(text: str) -> str:
        line = " ".join(xml_safe(text).split()) or module.id
        return f"<langstring lang={quoteattr(language)}>{escape(line)}</langstring>"

    goals = [
        f"\n    <objective id={quoteattr(iri_of(module, one.id))}>"
        f"\n      <title>{said(one.behaviour or one.text)}</title>"
        f"\n      <description>{said(one.text)}</description>\n    </objective>"
        for one in module.objectives
    ]
    aims = [f"\n      <objective idref={quoteattr(iri_of(module, one.id))}/>" for one in module.objectives]
    scored = has_test(module)
    return _STRUCTURE.format(
        course=quoteattr(iri_of(module, "course")),
        unit=quoteattr(iri_of(module)),
        title=said(short_title(module)),
        description=said(module.brief.performance_goal or module.title),
        objectives=f"\n  <objectives>{''.join(goals)}\n  </objectives>" if goals else "",
        aims=f"\n    <objectives>{''.join(aims)}\n    </objectives>" if aims else "",
        move_on=quoteattr("Passed" if scored else "Completed"),
        mastery=f' masteryScore="{pass_percent(module) / 100:g}"' if scored else "",
    )
