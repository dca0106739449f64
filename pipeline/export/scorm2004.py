"""`scorm2004` and `scorm2004-3`: a SCORM 2004 package of one SCO, 4th or 3rd edition, with the player of SCORM 1.2.

In: a package. Out: a zip with the manifest at its root. Sequencing is kept to a mastery score: no more of it is
implemented alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from pipeline.domain import Module
from pipeline.export.base import CarriesAll, Package
from pipeline.export.package import write_whole, zipped
from pipeline.export.scoring import has_test, pass_percent
from pipeline.export.web_files import short_title, web_files

# The order inside an item is the schema's: title, then imsss:sequencing.
_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier={identifier} version={version}
  xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"
  xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3"
  xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3"
  xmlns:imsss="http://www.imsglobal.org/xsd/imsss"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.imsglobal.org/xsd/imscp_v1p1 imscp_v1p1.xsd \
http://www.adlnet.org/xsd/adlcp_v1p3 adlcp_v1p3.xsd http://www.adlnet.org/xsd/adlseq_v1p3 adlseq_v1p3.xsd \
http://www.adlnet.org/xsd/adlnav_v1p3 adlnav_v1p3.xsd http://www.imsglobal.org/xsd/imsss imsss_v1p0.xsd">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>{edition}</schemaversion>
  </metadata>
  <organizations default="ORG-1">
    <organization identifier="ORG-1">
      <title>{title}</title>
      <item identifier="ITEM-1" identifierref="RES-1" isvisible="true">
        <title>{title}</title>
        <imsss:sequencing>{mastery}
          <imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>
        </imsss:sequencing>
      </item>
      <imsss:sequencing>
        <imsss:controlMode choice="true" flow="true"/>
      </imsss:sequencing>
    </organization>
  </organizations>
  <resources>
    <resource identifier="RES-1" type="webcontent" adlcp:scormType="sco" href="index.html">
{files}
    </resource>
  </resources>
</manifest>
"""
_MASTERY = """
          <imsss:objectives>
            <imsss:primaryObjective objectiveID="PRIMARY" satisfiedByMeasure="true">
              <imsss:minNormalizedMeasure>{share}</imsss:minNormalizedMeasure>
            </imsss:primaryObjective>
          </imsss:objectives>"""


@dataclass(frozen=True)
class Scorm2004Exporter(CarriesAll):
    """Writes a SCORM 2004 package of one edition."""

    edition: str
    """As the manifest's schemaversion says it."""
    name: str
    label: str
    help: str
    suffix: str = ".zip"
    media_type: str = "application/zip"

    def write(self, package: Package, path: Path) -> None:
        """Write the zip."""
        from pipeline.export.course import course_of

        files = web_files(package, course_of(package), driver="scorm2004", format_name=self.name)
        files["imsmanifest.xml"] = manifest(package.module, sorted(files), edition=self.edition).encode()
        write_whole(path, zipped(files))


SCORM_2004 = (
    Scorm2004Exporter(
        "2004 4th Edition", "scorm2004", "SCORM 2004 package (4th edition)",
        "for an LMS with SCORM 2004: completion, success and score apart, place and answers",
    ),
    Scorm2004Exporter(
        "2004 3rd Edition", "scorm2004-3", "SCORM 2004 package (3rd edition)",
        "the same for an LMS that stops at the 3rd edition, such as Docebo",
    ),
)


def manifest(module: Module, files: Sequence[str], *, edition: str) -> str:
    """imsmanifest.xml for the module and the package's other files."""
    mastery = _MASTERY.format(share=f"{pass_percent(module) / 100:g}") if has_test(module) else ""
    return _MANIFEST.format(
        identifier=quoteattr(f"M-{re.sub(r'[^A-Za-z0-9_.-]', '-', module.id)}"),
        version=quoteattr(str(module.revision)),
        edition=edition,
        title=escape(short_title(module)),
        mastery=mastery,
        files="\n".join(f"      <file href={quoteattr(name)}/>" for name in files),
    )
