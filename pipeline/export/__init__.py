"""Writers of the formats a module leaves in; a new format is its own file and its line here."""

from pipeline.export.aiken import AikenExporter
from pipeline.export.anki import AnkiExporter
from pipeline.export.base import Exporter, Loss, Package
from pipeline.export.cmi5 import Cmi5Exporter
from pipeline.export.common_cartridge import COMMON_CARTRIDGES
from pipeline.export.docx import DocxExporter
from pipeline.export.epub import EpubExporter
from pipeline.export.gift import GiftExporter
from pipeline.export.h5p import H5P_EXPORTERS
from pipeline.export.html import HtmlExporter
from pipeline.export.json_file import JsonExporter
from pipeline.export.lectora_csv import LectoraCsvExporter
from pipeline.export.markdown_file import MarkdownExporter
from pipeline.export.moodle_xml import MoodleXmlExporter
from pipeline.export.pptx import PptxExporter
from pipeline.export.qti import QTI_EXPORTERS
from pipeline.export.scorm12 import Scorm12Exporter
from pipeline.export.scorm2004 import SCORM_2004
from pipeline.export.selection import released, select
from pipeline.export.xapi import XapiExporter
from pipeline.export.xlsx import TOOL_SHEETS, XlsxExporter
from pipeline.registry import Registry

EXPORTERS: Registry[Exporter] = Registry(
    "format",
    (
        JsonExporter(), HtmlExporter(), DocxExporter(), Scorm12Exporter(), *SCORM_2004, Cmi5Exporter(),
        MoodleXmlExporter(), GiftExporter(), AikenExporter(), MarkdownExporter(), EpubExporter(), XapiExporter(),
        *QTI_EXPORTERS, *COMMON_CARTRIDGES,
        *H5P_EXPORTERS, AnkiExporter(),
        XlsxExporter(), *TOOL_SHEETS, LectoraCsvExporter(), PptxExporter(),
    ),
    in_any_case=True,
)

__all__ = ["EXPORTERS", "Exporter", "Loss", "Package", "released", "select"]
