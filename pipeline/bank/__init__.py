"""Items and objectives made elsewhere, to a `Bank`: one reader a format, chosen by what the file holds.

`read_bank` is the only door; the product goes through it in a process of its own (a service passes its name to
`ingest.contained`). To add a format, write `<name>.py` with a reader and add its line here.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.bank.aiken import AikenReader
from pipeline.bank.base import BankReader, Sample
from pipeline.bank.gift import GiftReader
from pipeline.bank.lectora import LectoraReader
from pipeline.bank.module_file import ModuleFileReader
from pipeline.bank.moodle_xml import MoodleXmlReader
from pipeline.bank.objectives import ObjectivesReader
from pipeline.bank.opened import opened
from pipeline.bank.qti import QtiReader
from pipeline.bank.rows import CsvRowsReader, JsonRowsReader, XlsxRowsReader
from pipeline.bank.web_course import WebCourseReader
from pipeline.domain import Bank
from pipeline.errors import UnsupportedFormatError
from pipeline.registry import Registry

__all__ = ["BANK_READERS", "BankReader", "Sample", "read_bank"]

BANK_READERS: Registry[BankReader] = Registry(
    "bank format",
    (
        XlsxRowsReader(),
        WebCourseReader(),  # before other packages: a SCORM package holds XML, too
        QtiReader(),  # packages, and single items before any other XML
        MoodleXmlReader(),
        LectoraReader(),  # before all that would take its texts for theirs
        AikenReader(),  # before all that would take its lines for theirs
        ModuleFileReader(),  # before other JSON
        JsonRowsReader(),
        CsvRowsReader(),
        GiftReader(),
        ObjectivesReader(),  # last: it takes any text the others left
    ),
)


def read_bank(path: Path, *, shown_path: str | None = None) -> Bank:
    """The items or objectives in the file.

    Args:
        path: The file.
        shown_path: What to call it in messages; the path as given, by default.

    Raises:
        SourceError: The file is missing, empty, damaged, too large, or of no known format; `code` is the contract's.

    """
    shown = shown_path or str(path)
    sample = opened(path, shown)
    for reader in BANK_READERS:
        if reader.recognises(sample):
            bank = reader.read(sample)
            return bank.changed(warnings=(*([sample.note] if sample.note else ()), *bank.warnings))
    raise UnsupportedFormatError(
        shown, why="it is no question bank and no list of objectives",
        mend="give .csv, .xlsx, .jsonl, Moodle .xml, GIFT or Aiken .txt, a QTI .zip, a package of sme2module, or "
        "objectives, one a line",
    )
