"""Rich text, OpenDocument and old Office files: LibreOffice makes a new Office file of each, which is then read.

LibreOffice runs with a profile of its own that is thrown away: without macros, without a network, without following
links, for a limited time. Where it is not installed, the file is refused with advice.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

from pipeline.errors import EncryptedError, SourceError, UnreadableError, UnsupportedFormatError
from pipeline.ingest import patience
from pipeline.ingest.base import Reader, Reading, Sample
from pipeline.ingest.docx import DocxReader
from pipeline.ingest.pptx import PptxReader
from pipeline.ingest.programs import ProgramError, found, run
from pipeline.ingest.xlsx import XlsxReader
from pipeline.zipped import members_of

# Large reports take LibreOffice half a minute.
_SECONDS: Final = 100.0
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SECTOR: Final = 512
_MAX_TYPE_BYTES: Final = 200
# Where an entry of an OLE file's directory has its class.
_CLASS_AT: Final = 80
_CLASSES: Final = {
    name: tuple(UUID(known).bytes_le for known in classes) for name, classes in (
        ("doc", ("00020906-0000-0000-c000-000000000046", "00020900-0000-0000-c000-000000000046")),
        ("ppt", ("64818d10-4f9b-11cf-86ea-00aa00b929e8", "64818d11-4f9b-11cf-86ea-00aa00b929e8")),
        ("xls", ("00020820-0000-0000-c000-000000000046", "00020810-0000-0000-c000-000000000046")),
    )
}
_TARGETS: Final[dict[str, Reader]] = {"docx": DocxReader(), "pptx": PptxReader(), "xlsx": XlsxReader()}
_SETTINGS: Final = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "2"),
    ("Office.Calc/Content/Update", "Link", "2"),
    # Everything it might fetch goes to a port where nobody listens.
    ("Inet/Settings", "ooInetProxyType", "2"),
    *(
        ("Inet/Settings", f"ooInet{kind}Proxy{what}", value)
        for kind in ("HTTP", "HTTPS", "FTP") for what, value in (("Name", "127.0.0.1"), ("Port", "9"))
    ),
)


@dataclass(frozen=True)
class OfficeReader:
    """One format that LibreOffice opens."""

    name: str
    label: str
    suffixes: tuple[str, ...]
    media_type: str
    target: Literal["docx", "pptx", "xlsx"]
    """The format it is made into."""
    mark: bytes
    """What the head of such a file holds: the beginning of an RTF file, an OpenDocument's type, or the name that an
    old Office file's directory gives to its main stream.
    """

    @property
    def is_old(self) -> bool:
        """Whether it is a format of Office before 2007, kept in an OLE container."""
        return self.media_type in ("application/msword", "application/vnd.ms-powerpoint", "application/vnd.ms-excel")

    def recognises(self, sample: Sample) -> bool:
        """By the mark, at the place where files of its kind have it."""
        if sample.members is not None:
            return "mimetype" in sample.members and _stated_type(sample.path).startswith(self.mark)
        if sample.head.startswith(_OLE):
            return _old_kind(sample.path.read_bytes()) == self.name
        return self.mark.startswith(b"{") and sample.head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(self.mark)

    def read(self, path: Path) -> Reading:
        """What the new Office file holds. Pages are not known; positions count in the file that was made."""
        with tempfile.TemporaryDirectory(prefix="office-") as folder:
            made = self.converted(path, Path(folder))
            try:
                reading = _TARGETS[self.target].read(made)
                # What comes out lazily must be made while the file is there.
                return replace(reading, members=tuple(reading.members))
            except SourceError as error:
                raise type(error)(str(path), why=error.why, mend=error.mend, code=error.code) from error

    def converted(self, path: Path, folder: Path) -> Path:
        """The new Office file, made in the folder; raises SourceError."""
        _refuse_locked(path)
        made = _converted(path, folder, self)
        patience.ask_for_more()
        members_of(made, str(path))
        return made


_OPEN: Final = "application/vnd.oasis.opendocument."
OFFICE_READERS: Final = (
    OfficeReader("rtf", "rich text file", (".rtf",), "application/rtf", "docx", b"{\\rtf"),
    OfficeReader("odt", "OpenDocument text", (".odt", ".ott"), f"{_OPEN}text", "docx", f"{_OPEN}text".encode()),
    OfficeReader(
        "odp", "OpenDocument presentation", (".odp", ".otp"), f"{_OPEN}presentation", "pptx",
        f"{_OPEN}presentation".encode(),
    ),
    OfficeReader(
        "ods", "OpenDocument spreadsheet", (".ods", ".ots"), f"{_OPEN}spreadsheet", "xlsx",
        f"{_OPEN}spreadsheet".encode(),
    ),
    OfficeReader(
        "doc", "Word document of 2003 or earlier", (".doc", ".dot"), "application/msword", "docx",
        "WordDocument".encode("utf-16-le"),
    ),
    OfficeReader(
        "ppt", "PowerPoint presentation of 2003 or earlier", (".ppt", ".pps"), "application/vnd.ms-powerpoint", "pptx",
        "PowerPoint Document".encode("utf-16-le"),
    ),
    OfficeReader(
        "xls", "Excel workbook of 2003 or earlier", (".xls", ".xlt"), "application/vnd.ms-excel", "xlsx",
        "Workbook".encode("utf-16-le"),
    ),
)


def _converted(path: Path, folder: Path, reader: OfficeReader) -> Path:
    """The new Office file, made in the folder.

    Raises:
        SourceError: LibreOffice is not installed (`unsupported`), it cannot open the file (`corrupt`), or needs longer
            than it may (`timeout`).

    """
    program = _program()
    if program is None:
        raise UnsupportedFormatError(
            str(path), why=f"{reader.label} is read by way of LibreOffice, which is not installed",
            mend=f"install LibreOffice (its program soffice must be on the PATH), or save the file as .{reader.target}",
        )
    _write_profile(folder / "profile")
    source = folder / f"source{reader.suffixes[0]}"
    shutil.copyfile(path, source)
    (folder / "made").mkdir()
    command = (
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore", "--nolockcheck",
        "--nodefault", "--nologo", "--convert-to", reader.target, "--outdir", str(folder / "made"), str(source),
    )
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp", "LC_ALL": "C.UTF-8"}
    made = folder / "made" / f"source.{reader.target}"
    for _ in range(2):  # with a new profile it may end at once, and ask by its exit code to be started again
        patience.ask_for_more()
        said = ""
        try:
            run(command, seconds=_SECONDS, environment=environment)
        except TimeoutError as error:
            raise UnreadableError(
                str(path), code="timeout", why=f"LibreOffice took longer than {_SECONDS:g} seconds to open it",
                mend=f"save it as .{reader.target} and read that",
            ) from error
        except ProgramError as error:
            said = f": {error}"
        else:
            break
    if not made.is_file():
        raise UnreadableError(
            str(path), why=f"LibreOffice cannot open it, so it is damaged or has a password{said}"[:300],
            mend=f"open it where it was made, save it as .{reader.target}, and read that",
        )
    return made


def _program() -> str | None:
    """LibreOffice itself where it can be found beside its start script, which would leave it behind when killed."""
    script = found("soffice", "libreoffice")
    if script is None:
        return None
    itself = Path(script).resolve().with_name("soffice.bin")
    return str(itself) if itself.is_file() else script


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{place}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop>'
        "</item>" for place, name, value in _SETTINGS
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>", encoding="utf-8",
    )


def _old_kind(content: bytes) -> str | None:
    """The name of the reader for a file of an old Office version, or None."""
    # The class of the whole file; one that embeds another program's file holds the names of its streams, too.
    at = content.find("Root Entry".encode("utf-16-le"))
    found_class = content[at + _CLASS_AT : at + _CLASS_AT + 16] if at >= 0 else b""
    by_class = next((name for name, known in _CLASSES.items() if found_class in known), None)
    by_stream = (reader.name for reader in OFFICE_READERS if reader.is_old and reader.mark in content)
    return by_class or next(by_stream, None)


def _refuse_locked(path: Path) -> None:
    """Raises EncryptedError where the file says that it needs a password."""
    content = path.read_bytes()
    if content.startswith(b"PK"):
        is_locked = _open_document_is_locked(path)
    else:
        is_locked = content.startswith(_OLE) and _old_file_is_locked(content)
    if is_locked:
        raise EncryptedError(
            str(path), why="the file is encrypted",
            mend="open it with its password, save it without one, and read that",
        )


def _stated_type(path: Path) -> bytes:
    """What a zip archive says it is, as OpenDocument files and EPUB books do."""
    with zipfile.ZipFile(path) as archive, archive.open("mimetype") as stream:
        return stream.read(_MAX_TYPE_BYTES).strip()


def _open_document_is_locked(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        try:
            return b"encryption-data" in archive.read("META-INF/manifest.xml")
        except KeyError:
            return False


def _old_file_is_locked(content: bytes) -> bool:
    """By the first bytes of the main stream: [MS-DOC] 2.5.2 fEncrypted, [MS-XLS] 2.4.117 FilePass, [MS-PPT] 2.3.2."""
    if b"\xdf\xc4\xd1\xf3" in content and "PowerPoint Document".encode("utf-16-le") in content:
        return True
    for at in range(_SECTOR, len(content) - _SECTOR, _SECTOR):
        if content.startswith(b"\xec\xa5", at):
            return bool(content[at + 11] & 1)
        if content.startswith((b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x09\x08\x08\x00\x00\x05\x05\x00"), at):
            after = at + 4 + content[at + 2]
            return content.startswith((b"\x2f\x00", b"\x86\x00\x00\x00\x2f\x00"), after)
    return False
