"""`commoncartridge` and `commoncartridge13`: pages, discussions and quizzes for course builders of learning systems.

In: a package. Out: an .imscc (1EdTech: Common Cartridge 1.1 and 1.3). Both hold the same in other namespaces: Moodle
restores 1.1 and no later one, Canvas, Brightspace and Blackboard take 1.3.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.domain import ItemType, ItemUse, QuizItem, Resource, ResourceKind
from pipeline.export.base import Loss, Package
from pipeline.export.course import direction_of, language_of
from pipeline.export.discussions import answers_left_out, discussion_of
from pipeline.export.figures import files_of
from pipeline.export.foreseen import foreseen_of, unforeseen
from pipeline.export.markdown_html import parse, render
from pipeline.export.package import write_whole, zipped
from pipeline.export.qti12 import MOST_ATTEMPTS, assessment, why_left_out
from pipeline.export.questions import losses_by_item
from pipeline.export.stamp import stamp_files
from pipeline.export.static_pages import (
    StaticPage,
    document,
    file_names,
    lesson_page,
    overview_page,
    resource_page,
    scenario_page,
)
from pipeline.export.xml_text import xml_safe
from pipeline.library.strings import strings_for

if TYPE_CHECKING:
    from lxml.etree import _Element

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LONGEST_TITLE = 200
_MANY_ATTEMPTS = "a cartridge counts attempts up to 5: the test's {} are without a limit in it"
_NO_KEY = "Moodle takes no key for several right options from a cartridge; bring the question in as Moodle XML"


@dataclass(frozen=True)
class _Entry:
    """One thing a learner opens."""

    title: str
    kind: str
    """Type of its resource."""
    files: dict[str, bytes] = field(default_factory=dict)
    """The first is where it begins."""


@dataclass(frozen=True)
class CommonCartridgeExporter:
    """Writes a cartridge of one version."""

    version: str
    """1.1 or 1.3."""
    name: str
    label: str
    help: str
    suffix: str = ".imscc"
    media_type: str = "application/vnd.ims.imsccv1p1"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """Questions and hints that the cartridge's quizzes have no place for."""
        hinted = [item for item in package.module.items if item.hint and why_left_out(item) is None]
        hints = (Loss(None, f"a cartridge has no place for hints: {len(hinted)} are not in it"),) if hinted else ()
        stories = (
            (Loss(None, "stories are pages whose choices unfold: nothing of them is scored"),)
            if package.module.scenarios
            else ()
        )
        silent = (*unforeseen(package, why_left_out), *_unsaid(package))
        told = {ItemType.MULTIPLE: _NO_KEY} if self.version == "1.1" else {}
        attempts = package.module.settings.attempts or 0
        many = (Loss(None, _MANY_ATTEMPTS.format(attempts)),) if attempts > MOST_ATTEMPTS else ()
        items = losses_by_item(package, why_left_out, told=told)
        return (*items, *hints, *stories, *silent, *many, *answers_left_out(package))

    def write(self, package: Package, path: Path) -> None:
        """Write the cartridge."""
        groups = list(self._groups(package))
        files = dict(files_of(package))
        for _, entries in groups:
            for entry in entries:
                files |= entry.files
        stamps = stamp_files(package, self.name)
        files |= stamps
        files["imsmanifest.xml"] = _bytes(self._manifest(package, groups, stamps=sorted(stamps)))
        write_whole(path, zipped(files))

    # What is in it

    def _groups(self, package: Package) -> Iterator[tuple[str, list[_Entry]]]:
        """(heading, entries) in the order of the course."""
        module, say = package.module, strings_for(package.module.language)
        yield module.title, [self._page(package, overview_page(package))]
        known = {lesson.id for lesson in module.lessons}
        for number, lesson in enumerate(module.lessons, start=1):
            practice = [
                item for item in module.items if item.lesson_id == lesson.id and item.use is ItemUse.PRACTICE
            ]
            entries = [self._page(package, lesson_page(package, lesson))]
            entries += self._quiz(package, f"practice-{number}", f"{say['doc_use_practice']}: {lesson.title}", practice)
            yield f"{number}. {lesson.title}", entries
        loose = [item for item in module.items if item.use is ItemUse.PRACTICE and item.lesson_id not in known]
        yield say["doc_use_practice"], self._quiz(package, "practice", say["doc_use_practice"], loose)
        if module.scenarios:
            yield say["doc_scenarios"], [self._page(package, scenario_page(package, one)) for one in module.scenarios]
        test = [item for item in module.items if item.use is ItemUse.TEST]
        yield say["test"], self._quiz(package, "test", f"{say['test']}: {module.title}", test)
        if module.resources:
            yield say["resources"], [
                self._discussion(package, one)
                if one.kind is ResourceKind.DISCUSSION
                else self._page(package, resource_page(package, one))
                for one in module.resources
            ]
        days = sorted({item.day or 0 for item in module.items if item.use is ItemUse.FOLLOW_UP})
        later: list[_Entry] = []
        for day in days:
            items = [item for item in module.items if item.use is ItemUse.FOLLOW_UP and (item.day or 0) == day]
            title = f"{say['follow_up']}: {say.say('after_days', n=day)}" if day else say["follow_up"]
            later += self._quiz(package, f"follow-up-{day}", title, items)
        yield say["follow_up"], later

    def _page(self, package: Package, page: StaticPage) -> _Entry:
        name = _pages(package)[page.id]
        text = document(page, language=language_of(package.module), direction=direction_of(package.module))
        return _Entry(page.title, "webcontent", {name: text.encode()})

    def _quiz(self, package: Package, ident: str, title: str, items: list[QuizItem]) -> list[_Entry]:
        if not any(why_left_out(item) is None for item in items):
            return []
        is_exam = ident == "test"
        number = self.version.replace(".", "p")
        tree = assessment(
            items, ident=f"QUIZ-{ident}", title=_short(package, title),
            attempts=package.module.settings.attempts if is_exam else None,
            schema=f"http://www.imsglobal.org/profile/cc/ccv{number}/ccv{number}_qtiasiv1p2p1_v1p0.xsd",
        )
        kind = f"imsqti_xmlv1p2/imscc_xmlv{number}/assessment"
        return [_Entry(_short(package, title), kind, {f"quizzes/{ident}.xml": _bytes(tree)})]

    def _discussion(self, package: Package, resource: Resource) -> _Entry:
        from lxml import etree

        number = self.version.replace(".", "p")
        space = f"http://www.imsglobal.org/xsd/imsccv{number}/imsdt_v{number}"
        topic = etree.Element(f"{{{space}}}topic", nsmap={None: space, "xsi": _XSI})
        schema = f"http://www.imsglobal.org/profile/cc/ccv{number}/ccv{number}_imsdt_v{number}.xsd"
        topic.set(f"{{{_XSI}}}schemaLocation", f"{space} {schema}")
        etree.SubElement(topic, f"{{{space}}}title").text = _short(package, resource.title)
        text = etree.SubElement(topic, f"{{{space}}}text", texttype="text/html")
        talk = discussion_of(resource, strings_for(package.module.language))
        # A forum shows what it is given to everybody, folded or not.
        text.text = render(talk.prompts if talk else parse(xml_safe(resource.markdown)), heading_level=2)
        place = [one.id for one in package.module.resources].index(resource.id) + 1
        return _Entry(resource.title, f"imsdt_xmlv{number}", {f"discussions/topic-{place:03}.xml": _bytes(topic)})

    # Its manifest

    def _manifest(self, package: Package, groups: list[tuple[str, list[_Entry]]], *, stamps: list[str]) -> _Element:
        from lxml import etree

        number = self.version.replace(".", "p")
        space = f"http://www.imsglobal.org/xsd/imsccv{number}/imscp_v1p1"
        about = f"http://ltsc.ieee.org/xsd/imsccv{number}/LOM/manifest"
        base = f"http://www.imsglobal.org/profile/cc/ccv{number}"

        def add(parent: _Element, name: str, text: str | None = None, **attributes: str) -> _Element:
            made = etree.SubElement(parent, f"{{{space}}}{name}", attributes)
            made.text = text
            return made

        root = etree.Element(
            f"{{{space}}}manifest", {"identifier": "CARTRIDGE-1"},
            nsmap={None: space, "lomimscc": about, "xsi": _XSI},
        )
        root.set(
            f"{{{_XSI}}}schemaLocation",
            f"{space} {base}/ccv{number}_imscp_v1p2_v1p0.xsd {about} {base}/LOM/ccv{number}_lommanifest_v1p0.xsd",
        )
        metadata = add(root, "metadata")
        add(metadata, "schema", "IMS Common Cartridge")
        add(metadata, "schemaversion", f"{self.version}.0")
        general = etree.SubElement(etree.SubElement(metadata, f"{{{about}}}lom"), f"{{{about}}}general")
        for name, text in (("title", package.module.title), ("description", package.module.brief.performance_goal)):
            if text.strip():
                said = etree.SubElement(etree.SubElement(general, f"{{{about}}}{name}"), f"{{{about}}}string")
                said.set("language", language_of(package.module))
                said.text = _short(package, text)
        organization = add(
            add(root, "organizations"), "organization", identifier="ORG-1", structure="rooted-hierarchy"
        )
        top = add(organization, "item", identifier="ROOT")
        resources = add(root, "resources")
        told = add(resources, "resource", identifier="RES-ABOUT", type="webcontent")
        for name in stamps:
            add(told, "file", href=name)
        pictures = sorted(package.pictures)
        if pictures:
            shared = add(resources, "resource", identifier="RES-PICTURES", type="webcontent")
            for name in pictures:
                add(shared, "file", href=name)
        count = 0
        for place, (title, entries) in enumerate(groups, start=1):
            if not entries:
                continue
            folder = add(top, "item", identifier=f"FOLDER-{place}")
            add(folder, "title", _short(package, title))
            for entry in entries:
                count += 1
                item = add(folder, "item", identifier=f"ITEM-{count}", identifierref=f"RES-{count}")
                add(item, "title", _short(package, entry.title))
                first = next(iter(entry.files))
                starts = {"href": first} if entry.kind == "webcontent" else {}
                one = add(resources, "resource", identifier=f"RES-{count}", type=entry.kind, **starts)
                for name in entry.files:
                    add(one, "file", href=name)
                if pictures and entry.kind == "webcontent":
                    add(one, "dependency", identifierref="RES-PICTURES")
        return root


COMMON_CARTRIDGES = (
    CommonCartridgeExporter(
        "1.1", "commoncartridge", "Common Cartridge 1.1",
        "pages, discussions and quizzes for Moodle and others that restore cartridges up to 1.1",
    ),
    CommonCartridgeExporter(
        "1.3", "commoncartridge13", "Common Cartridge 1.3",
        "pages, discussions and quizzes for Canvas, Brightspace and Blackboard",
    ),
)


def _unsaid(package: Package) -> Iterator[Loss]:
    """Wrong answers to typed items that something is said to: Canvas would take them for right."""
    for item in package.module.items:
        wrong = [one.text for one in foreseen_of(item) if not one.is_right]
        if wrong and why_left_out(item) is None:
            texts = ", ".join(f"“{text}”" for text in wrong)
            why = "Canvas would take it for right"
            yield Loss(item.id, f"“{item.label}”: what it says to {texts} is not in it, since {why}")


def _pages(package: Package) -> dict[str, str]:
    """Page id → its file."""
    module = package.module
    ids = ["overview", *(one.id for one in module.lessons)]
    ids += [one.id for one in (*module.scenarios, *module.resources)]
    return file_names([StaticPage(one, "", "") for one in ids])


def _short(package: Package, text: str) -> str:
    line = " ".join(xml_safe(text).split()) or package.module.id
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1].rstrip()}…"


def _bytes(root: _Element) -> bytes:
    from lxml import etree

    buffer = io.BytesIO()
    etree.ElementTree(root).write(buffer, xml_declaration=True, encoding="UTF-8")
    return buffer.getvalue() + b"\n"
