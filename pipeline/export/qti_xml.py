"""QTI's names over its versions: elements are built once, in 2.x's spelling, and written in the version's own.

In 3.0 `choiceInteraction responseIdentifier` is `qti-choice-interaction response-identifier`; HTML keeps its names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pipeline.export.xml_text import xml_safe

if TYPE_CHECKING:
    from lxml.etree import _Element

_XML = "http://www.w3.org/XML/1998/namespace"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_HTML = frozenset({"p", "br", "strong", "span", "div"})
_HUMP = re.compile("[A-Z]")


@dataclass(frozen=True)
class Version:
    """One version of the standard."""

    number: str
    """2.1, 2.2 or 3.0."""
    namespace: str
    schema: str
    manifest_namespace: str
    manifest_schema: str
    """What `schema` and `schemaversion` of the manifest say, parted by a bar."""
    kind: str
    """As resource types end: v2p1, v2p2, v3p0."""

    @property
    def is_3(self) -> bool:
        """Whether names are hyphened."""
        return self.number.startswith("3")

    def root(self, name: str, **attributes: str) -> _Element:
        """A root element with the version's namespace and schema location."""
        from lxml import etree

        made = etree.Element(self._tag(name), nsmap={None: self.namespace, "xsi": _XSI})
        made.set(f"{{{_XSI}}}schemaLocation", f"{self.namespace} {self.schema}")
        self._put(made, attributes)
        return made

    def add(self, parent: _Element, name: str, text: str | None = None, /, **attributes: str) -> _Element:
        """A new last child; `xml_lang` is `xml:lang`, a trailing underscore keeps a name off Python's own."""
        from lxml import etree

        made = etree.SubElement(parent, self._tag(name))
        self._put(made, attributes)
        if text is not None:
            made.text = xml_safe(text)
        return made

    def words(self, parent: _Element, text: str) -> None:
        """Text behind what the element holds already, a line end as <br/>."""
        first, *rest = xml_safe(text).replace("\r\n", "\n").split("\n")
        _append(parent, first)
        for line in rest:
            self.add(parent, "br").tail = line

    def _tag(self, name: str) -> str:
        return f"{{{self.namespace}}}{_hyphened(name) if self.is_3 else name}"

    def _put(self, element: _Element, attributes: dict[str, str]) -> None:
        for given, value in attributes.items():
            name = given.rstrip("_")
            if name == "xml_lang":
                name = f"{{{_XML}}}lang"
            elif self.is_3:
                name = _HUMP.sub(lambda found: f"-{found[0].lower()}", name)
            element.set(name, xml_safe(value))


@cache
def _hyphened(name: str) -> str:
    if name in _HTML:
        return name
    return "qti-" + _HUMP.sub(lambda found: f"-{found[0].lower()}", name)


def _append(element: _Element, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


QTI_21 = Version(
    "2.1", "http://www.imsglobal.org/xsd/imsqti_v2p1", "http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd",
    "http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.1 Package|1.0.0", "v2p1",
)
QTI_22 = Version(
    "2.2", "http://www.imsglobal.org/xsd/imsqti_v2p2", "http://www.imsglobal.org/xsd/qti/qtiv2p2/imsqti_v2p2.xsd",
    "http://www.imsglobal.org/xsd/imscp_v1p1", "QTIv2.2 Package|1.0.0", "v2p2",
)
QTI_30 = Version(
    "3.0", "http://www.imsglobal.org/xsd/imsqtiasi_v3p0",
    "https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
    "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "QTI Package|3.0.0", "v3p0",
)
