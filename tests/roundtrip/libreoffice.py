"""LibreOffice for tests: edits files as a person would and saves them, by a macro in a profile of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from tests.needs import require

_SECONDS = 180
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
# As LibreOffice itself chooses them by the ending.
_FILTERS = {"docx": "MS Word 2007 XML", "odt": "writer8", "doc": "MS Word 97", "rtf": "Rich Text Format"}
_LIBRARY = "http://openoffice.org/2000/library"
# Text in the cell of a table whose first column holds the id; the rest is the API's.
_HELPERS = """
Function OpenIt(url As String) As Object
  Dim args(0) As New com.sun.star.beans.PropertyValue
  args(0).Name = "Hidden" : args(0).Value = True
  OpenIt = StarDesktop.loadComponentFromURL(url, "_blank", 0, args())
End Function

Function CellOf(doc As Object, place As String, column As String) As Object
  Dim tables As Object, one As Object, row As Long, i As Long
  tables = doc.TextTables
  For i = 0 To tables.Count - 1
    one = tables.getByIndex(i)
    For row = 1 To one.Rows.Count
      If InStr(one.getCellByName("A" & row).String, "-" & place & "]") > 0 Then
        CellOf = one.getCellByName(column & row)
        Exit Function
      End If
    Next row
  Next i
End Function

Sub Insert(doc As Object, place As String, words As String)
  Dim cell As Object
  cell = CellOf(doc, place, "B")
  cell.insertString(cell.getEnd(), words, False)
End Sub

Sub Delete(doc As Object, place As String, words As String)
  Dim cell As Object, cursor As Object, at As Long
  cell = CellOf(doc, place, "B")
  at = InStr(cell.String, words)
  cursor = cell.createTextCursor()
  cursor.gotoStart(False)
  cursor.goRight(at - 1, False)
  cursor.goRight(Len(words), True)
  cursor.setString("")
End Sub

Sub Comment(doc As Object, place As String, words As String)
  Dim cell As Object, cursor As Object, note As Object
  cell = CellOf(doc, place, "B")
  cursor = cell.createTextCursor()
  cursor.gotoStart(False)
  cursor.gotoEnd(True)
  note = doc.createInstance("com.sun.star.text.textfield.Annotation")
  note.Author = "Ada" : note.Content = words
  cell.insertTextContent(cursor, note, True)
End Sub

Sub DropRow(doc As Object, place As String)
  Dim tables As Object, one As Object, row As Long, i As Long
  tables = doc.TextTables
  For i = 0 To tables.Count - 1
    one = tables.getByIndex(i)
    For row = one.Rows.Count To 1 Step -1
      If InStr(one.getCellByName("A" & row).String, "-" & place & "]") > 0 Then one.Rows.removeByIndex(row - 1, 1)
    Next row
  Next i
End Sub

Sub SaveIt(doc As Object, url As String, filter As String)
  Dim args(0) As New com.sun.star.beans.PropertyValue
  args(0).Name = "FilterName" : args(0).Value = filter
  doc.storeToURL(url, args())
  doc.close(True)
End Sub
"""


@dataclass(frozen=True)
class Edit:
    """A file, what somebody does to it, and how they save it."""

    file: Path
    ending: str = "docx"
    """One of docx, odt, doc and rtf."""
    steps: str = ""
    """Basic statements on `doc`."""


def edited(folder: Path, edits: Sequence[Edit]) -> tuple[Path, ...]:
    """The files after their edits, in one LibreOffice: to start it takes seconds."""
    made = tuple(folder / f"edited-{number}.{edit.ending}" for number, edit in enumerate(edits))
    tasks = "\n".join(
        f'  doc = OpenIt("{edit.file.as_uri()}")\n{edit.steps}\n  SaveIt(doc, "{path.as_uri()}", "{_FILTERS[edit.ending]}")'
        for edit, path in zip(edits, made, strict=True)
    )
    program = f"{_HELPERS}\nSub Main\n  Dim doc As Object\n{tasks}\nEnd Sub\n"
    for _ in range(2):  # a new profile's first start puts its own library in the place of ours
        _write_library(_profile(folder) / "user" / "basic", program)
        _run(folder, "macro:///Standard.Steps.Main")
        if all(path.is_file() for path in made):
            return made
    pytest.fail("LibreOffice did not carry the steps out")


def _write_library(basic: Path, program: str) -> None:
    """A library with one module, as LibreOffice keeps it in a profile."""
    standard = basic / "Standard"
    standard.mkdir(parents=True, exist_ok=True)
    doctype = '<!DOCTYPE library:{0} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{1}.dtd">'
    for kind in ("script", "dialog"):
        (basic / f"{kind}.xlc").write_text(
            f"{_HEAD}{doctype.format('libraries', 'libraries')}\n"
            f'<library:libraries xmlns:library="{_LIBRARY}" xmlns:xlink="http://www.w3.org/1999/xlink">'
            f'<library:library library:name="Standard" xlink:href="$(USER)/basic/Standard/{kind}.xlb/" '
            'xlink:type="simple" library:link="false"/></library:libraries>', encoding="utf-8",
        )
    module = '<library:element library:name="Steps"/>'
    for kind, inner in (("script", module), ("dialog", "")):
        (standard / f"{kind}.xlb").write_text(
            f"{_HEAD}{doctype.format('library', 'library')}\n"
            f'<library:library xmlns:library="{_LIBRARY}" library:name="Standard" library:readonly="false" '
            f'library:passwordprotected="false">{inner}</library:library>', encoding="utf-8",
        )
    (standard / "Steps.xba").write_text(
        f'{_HEAD}<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">\n'
        '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Steps" '
        f'script:language="StarBasic">{escape(program)}</script:module>', encoding="utf-8",
    )


def _profile(folder: Path) -> Path:
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    return profile


def _run(folder: Path, *arguments: str) -> None:
    program = require("libreoffice")
    subprocess.run(
        [str(program), f"-env:UserInstallation={_profile(folder).as_uri()}", "--headless", "--norestore", "--nologo",
         "--nodefault", *arguments],
        check=True, capture_output=True, timeout=_SECONDS,
        env={"HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp", "LC_ALL": "C.UTF-8",
             "PATH": "/usr/bin:/bin"},
    )
