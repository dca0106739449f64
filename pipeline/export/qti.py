"""`qti21`, `qti22`, `qti30`: the questions as a QTI package of items and a test that orders them.

In: a package. Out: a zip with its manifest at the root (1EdTech: QTI Content Packaging).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.domain import ItemUse, Module, QuizItem
from pipeline.export.base import Loss, Package
from pipeline.export.course import language_of
from pipeline.export.foreseen import unforeseen
from pipeline.export.package import write_whole, zipped
from pipeline.export.qti_item import identifiers, item_tree
from pipeline.export.qti_xml import QTI_21, QTI_22, QTI_30, Version
from pipeline.export.questions import demand_questions, items_by_use, others_are_left_out, use_in_words
from pipeline.export.stamp import stamp_files
from pipeline.export.xml_text import xml_safe

if TYPE_CHECKING:
    from lxml.etree import _Element

_TEST = "assessment.xml"
_TOTAL = "TOTAL"
_SECTION = {ItemUse.PRACTICE: "PRACTICE", ItemUse.TEST: "TEST", ItemUse.FOLLOW_UP: "FOLLOW_UP"}


@dataclass(frozen=True)
class QtiExporter:
    """Writes a QTI package of one version."""

    version: Version
    name: str
    label: str
    help: str
    suffix: str = ".zip"
    media_type: str = "application/zip"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """Hints: QTI has none that every player shows."""
        hinted = sum(bool(item.hint) for item in package.module.items)
        hints = (Loss(None, f"QTI has no place for hints: {hinted} are not in it"),) if hinted else ()
        silent = unforeseen(package, lambda item: None)
        return (*others_are_left_out(package), *hints, *silent)

    def write(self, package: Package, path: Path) -> None:
        """Write the zip; raises ExportError where it would hold no question."""
        demand_questions(package, (), label=self.label)
        module = package.module
        names = identifiers([item.id for item in module.items], prefix="I")
        hrefs = {item.id: f"items/{names[item.id]}.xml" for item in module.items}
        # Two names that differ in case only are one file on some servers.
        folded = Counter(href.casefold() for href in hrefs.values())
        for number, (key, href) in enumerate(hrefs.items(), start=1):
            if folded[href.casefold()] > 1:
                hrefs[key] = href.replace(".xml", f"-{number}.xml")
        files = {
            hrefs[item.id]: _bytes(
                item_tree(
                    self.version, item, names[item.id], language=language_of(module), shuffle=module.settings.shuffle
                )
            )
            for item in module.items
        }
        files[_TEST] = _bytes(_test(self.version, package, names, hrefs))
        about = stamp_files(package, self.name)
        files |= about
        files["imsmanifest.xml"] = _bytes(_manifest(self.version, module, names, hrefs, about=sorted(about)))
        write_whole(path, zipped(files))


QTI_EXPORTERS = (
    QtiExporter(QTI_21, "qti21", "QTI 2.1 package", "the questions for Canvas, Blackboard, OpenOlat, Inspera and TAO"),
    QtiExporter(QTI_22, "qti22", "QTI 2.2 package", "the questions for TAO and other systems that take QTI 2.2"),
    QtiExporter(QTI_30, "qti30", "QTI 3.0 package", "the questions for systems that take QTI 3"),
)


def _test(version: Version, package: Package, names: Mapping[str, str], hrefs: Mapping[str, str]) -> _Element:
    module = package.module
    add = version.add
    root = version.root("assessmentTest", identifier="TEST_1", title=_title(package), toolName="sme2module")
    total = add(root, "outcomeDeclaration", identifier=_TOTAL, cardinality="single", baseType="float")
    add(add(total, "defaultValue"), "value", "0")
    for use, items in items_by_use(module).items():
        section = _SECTION[use]
        # What is practised may be tried again and again; feedback comes with each answer.
        part = add(
            root, "testPart", identifier=f"PART_{section}", navigationMode="nonlinear", submissionMode="individual"
        )
        attempts = (module.settings.attempts or 0) if use is ItemUse.TEST else 0
        add(part, "itemSessionControl", maxAttempts=str(attempts), showFeedback="true")
        held = add(part, "assessmentSection", identifier=section, title=use_in_words(module, use), visible="true")
        for item in items:
            add(held, "assessmentItemRef", identifier=names[item.id], href=hrefs[item.id])
    value = add(add(root, "outcomeProcessing"), "setOutcomeValue", identifier=_TOTAL)
    counted: dict[str, str] = {"variableIdentifier": "SCORE"}
    if any(item.use is ItemUse.TEST for item in module.items):
        counted["sectionIdentifier"] = _SECTION[ItemUse.TEST]
    add(add(value, "sum"), "testVariables", **counted)
    return root


def _manifest(
    version: Version, module: Module, names: Mapping[str, str], hrefs: Mapping[str, str], *, about: Sequence[str]
) -> _Element:
    from lxml import etree

    space = version.manifest_namespace

    def add(parent: _Element, name: str, text: str | None = None, **attributes: str) -> _Element:
        made = etree.SubElement(parent, f"{{{space}}}{name}", attributes)
        made.text = text
        return made

    root = etree.Element(f"{{{space}}}manifest", {"identifier": "MANIFEST-1"}, nsmap={None: space})
    schema, number = version.manifest_schema.split("|")
    metadata = add(root, "metadata")
    add(metadata, "schema", schema)
    add(metadata, "schemaversion", number)
    add(root, "organizations")
    resources = add(root, "resources")
    test = add(resources, "resource", identifier="RES-TEST", type=f"imsqti_test_xml{version.kind}", href=_TEST)
    for name in (_TEST, *about):
        add(test, "file", href=name)
    for item in _in_order(module):
        add(test, "dependency", identifierref=f"RES-{names[item.id]}")
    for item in _in_order(module):
        href = hrefs[item.id]
        one = add(
            resources, "resource", identifier=f"RES-{names[item.id]}", type=f"imsqti_item_xml{version.kind}", href=href
        )
        add(one, "file", href=href)
    return root


def _in_order(module: Module) -> list[QuizItem]:
    return [item for items in items_by_use(module).values() for item in items]


def _title(package: Package) -> str:
    title = " ".join(xml_safe(package.module.title).split()) or package.module.id
    return f"{title} ({package.notice})" if package.notice else title


def _bytes(root: _Element) -> bytes:
    from lxml import etree

    # Never indented: white space counts between words.
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return content + b"\n"
