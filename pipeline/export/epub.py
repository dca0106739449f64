"""`epub`: the course as an accessible e-book: lessons with their practice, stories, test,
questions for the days after, resources, and behind them the answers.

In: a package. Out: an EPUB 3.3 file: mimetype first and stored, navigation, accessibility metadata.
"""

from __future__ import annotations

import html
import io
import uuid
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.export.base import Loss, Package
from pipeline.export.course import direction_of, language_of
from pipeline.export.epub_questions import ANSWERS, QuestionPages
from pipeline.export.figures import files_of
from pipeline.export.package import write_whole
from pipeline.export.questions import html_of
from pipeline.export.stamp import stamp_files
from pipeline.export.static_pages import (
    STYLE,
    StaticPage,
    file_names,
    lesson_page,
    overview_page,
    resource_page,
    scenario_page,
)
from pipeline.library.strings import strings_for

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_MODIFIED = "2000-01-01T00:00:00Z"
_FOLDER = "EPUB"
_MEDIA = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles>
    <rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""
_PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="{language}" \
xml:lang="{language}" dir="{direction}">
<head>
<title>{title}</title>
<link rel="stylesheet" type="text/css" href="style.css"/>
</head>
<body>
<main>{body}</main>
</body>
</html>
"""
_PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book" xml:lang="{language}" \
dir="{direction}">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="book">urn:uuid:{identifier}</dc:identifier>
    <dc:title>{title}</dc:title>
    <dc:language>{language}</dc:language>{creator}
    <meta property="dcterms:modified">{modified}</meta>
    <meta property="schema:accessMode">textual</meta>{visual}
    <meta property="schema:accessModeSufficient">textual</meta>
    <meta property="schema:accessibilityFeature">structuralNavigation</meta>
    <meta property="schema:accessibilityFeature">tableOfContents</meta>
    <meta property="schema:accessibilityFeature">readingOrder</meta>{described}
    <meta property="schema:accessibilityHazard">none</meta>
    <meta property="schema:accessibilitySummary">{summary}</meta>
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="style" href="style.css" media-type="text/css"/>
{items}
  </manifest>
  <spine page-progression-direction="{direction}">
{spine}
  </spine>
</package>
"""


@dataclass(frozen=True)
class EpubExporter:
    """Writes an e-book."""

    name: str = "epub"
    label: str = "E-book (EPUB)"
    suffix: str = ".epub"
    media_type: str = "application/epub+zip"
    help: str = "an accessible e-book to read anywhere: lessons, job aids and questions with their answers behind them"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """That a book keeps no score."""
        if not package.module.items:
            return ()
        return (Loss(None, "questions are read with their answers at the end: nothing is scored or recorded"),)

    def write(self, package: Package, path: Path) -> None:
        """Write the book."""
        pages = _pages(package)
        names = file_names(pages, ending=".xhtml")
        language, direction = language_of(package.module), direction_of(package.module)
        pictures = {
            name: content for name, content in files_of(package).items() if PurePosixPath(name).suffix in _MEDIA
        }
        files = {f"{_FOLDER}/{name}": content for name, content in pictures.items()}
        for page in pages:
            text = _PAGE.format(
                language=language, direction=direction, title=html_of(" ".join(page.title.split())), body=page.body
            )
            # As XML has it; in texts the sign is escaped.
            files[f"{_FOLDER}/{names[page.id]}"] = text.replace("<br>", "<br/>").encode()
        files[f"{_FOLDER}/style.css"] = STYLE.encode()
        files[f"{_FOLDER}/nav.xhtml"] = _navigation(package, pages, names).encode()
        files[f"{_FOLDER}/package.opf"] = _opf(package, pages, names, sorted(pictures)).encode()
        files["META-INF/container.xml"] = _CONTAINER.encode()
        # What lies in META-INF and is not one of its own files is nothing a reading system looks at (OCF 4.2.5).
        files |= stamp_files(package, self.name, folder="META-INF/")
        write_whole(path, _zipped(files))


def _pages(package: Package) -> list[StaticPage]:
    module = package.module
    questions = QuestionPages(package)
    ids = ["overview", *(one.id for one in module.lessons), *(one.id for one in module.scenarios), *questions.ids]
    ids += [one.id for one in module.resources]
    ids += [ANSWERS] if module.items else []
    questions.find_in(file_names([StaticPage(one, "", "") for one in ids], ending=".xhtml"))
    pages = [overview_page(package)]
    pages += [questions.below(lesson_page(package, lesson), lesson) for lesson in module.lessons]
    pages += [scenario_page(package, scenario) for scenario in module.scenarios]
    pages += questions.pages()
    pages += [resource_page(package, resource) for resource in module.resources]
    return [*pages, *questions.answers()]


def _navigation(package: Package, pages: list[StaticPage], names: dict[str, str]) -> str:
    say = strings_for(package.module.language)
    lines = "".join(
        f'<li><a href="{names[page.id]}">{html_of(" ".join(page.title.split()))}</a></li>' for page in pages
    )
    contents = html_of(say["contents"])
    body = f'<nav epub:type="toc" id="toc"><h1>{contents}</h1><ol>{lines}</ol></nav>'
    return _PAGE.format(
        language=language_of(package.module), direction=direction_of(package.module), title=contents, body=body
    ).replace("<main>", "").replace("</main>", "")


def _opf(package: Package, pages: list[StaticPage], names: dict[str, str], pictures: list[str]) -> str:
    module = package.module
    owner = f"\n    <dc:creator>{html_of(module.settings.owner)}</dc:creator>" if module.settings.owner else ""
    shown = [one for lesson in module.lessons for part in lesson.parts for one in part.figures if one.file in pictures]
    described = bool(shown) and all(one.alt for one in shown)
    pictured = "; pictures are described in words" if described else "; some pictures are not described"
    pictured = pictured if shown else ""
    items = [
        f'    <item id="p{number}" href="{names[page.id]}" media-type="application/xhtml+xml"/>'
        for number, page in enumerate(pages, start=1)
    ]
    items += [
        f'    <item id="i{number}" href="{html.escape(name)}" media-type="{_MEDIA[PurePosixPath(name).suffix]}"/>'
        for number, name in enumerate(pictures, start=1)
    ]
    return _PACKAGE.format(
        language=html.escape(language_of(module)), direction=direction_of(module),
        identifier=uuid.uuid5(uuid.NAMESPACE_URL, f"sme2module:{module.id}@{module.revision}"),
        title=html_of(" ".join(module.title.split()) or module.id), creator=owner, modified=_MODIFIED,
        visual='\n    <meta property="schema:accessMode">visual</meta>' if shown else "",
        described='\n    <meta property="schema:accessibilityFeature">alternativeText</meta>' if described else "",
        summary=html_of(f"Text with headings, lists and tables in reading order{pictured}"),
        items="\n".join(items),
        spine="\n".join(f'    <itemref idref="p{number}"/>' for number in range(1, len(pages) + 1)),
    )


def _zipped(files: dict[str, bytes]) -> bytes:
    """The container: the media type first and not compressed, all else sorted, no clock."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in [("mimetype", b"application/epub+zip"), *sorted(files.items())]:
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
