"""`scorm12`: a SCORM 1.2 package of one SCO, which every LMS takes.

In: a package. Out: a zip with the manifest at its root. Rules and their proofs are in standards.md §0 and §1.
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

# The order inside an item is the schema's: title, then adlcp:masteryscore.
_MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier={identifier} version={version}
  xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
  xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.imsproject.org/xsd/imscp_rootv1p1p2 imscp_rootv1p1p2.xsd \
http://www.adlnet.org/xsd/adlcp_rootv1p2 adlcp_rootv1p2.xsd">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="ORG-1">
    <organization identifier="ORG-1">
      <title>{title}</title>
      <item identifier="ITEM-1" identifierref="RES-1" isvisible="true">
        <title>{title}</title>{mastery}
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="RES-1" type="webcontent" adlcp:scormtype="sco" href="index.html">
{files}
    </resource>
  </resources>
</manifest>
"""


@dataclass(frozen=True)
class Scorm12Exporter(CarriesAll):
    """Writes a SCORM 1.2 package."""

    name: str = "scorm12"
    label: str = "SCORM 1.2 package"
    suffix: str = ".zip"
    media_type: str = "application/zip"
    help: str = "for an LMS: records score, completion and where the learner left off"

    def write(self, package: Package, path: Path) -> None:
        """Write the zip."""
        from pipeline.export.course import course_of

        files = web_files(package, course_of(package), driver="scorm12", format_name=self.name)
        files["imsmanifest.xml"] = manifest(package.module, sorted(files)).encode()
        write_whole(path, zipped(files))


def manifest(module: Module, files: Sequence[str]) -> str:
    """imsmanifest.xml for the module and the package's other files."""
    mastery = f"\n        <adlcp:masteryscore>{pass_percent(module)}</adlcp:masteryscore>" if has_test(module) else ""
    return _MANIFEST.format(
        identifier=quoteattr(f"M-{re.sub(r'[^A-Za-z0-9_.-]', '-', module.id)}"),
        version=quoteattr(str(module.revision)),
        title=escape(short_title(module)),
        mastery=mastery,
        files="\n".join(f"      <file href={quoteattr(name)}/>" for name in files),
    )
