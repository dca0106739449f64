"""The lines of a PDF's pages to pieces: furniture set apart, paragraphs made whole, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.domain import Anchor, BlockKind
from pipeline.ingest.base import Piece
from pipeline.ingest.clean import vocabulary
from pipeline.ingest.pdf_blocks import Group, across_pages, groups_of, parted, trusting, typography
from pipeline.ingest.pdf_content import PageContent, Run, displayed
from pipeline.ingest.pdf_figures import Figure, FigureFiles
from pipeline.ingest.pdf_furniture import Page, furniture, note_marks, notes, without_marks
from pipeline.ingest.pdf_headings import classify
from pipeline.ingest.pdf_lines import Line
from pipeline.ingest.pdf_native import Box, OutlineEntry
from pipeline.ingest.pdf_pages import in_lines, lines_on

# Text across or along the outermost strip of a page is a stamp or a mark of the printer's.
_EDGE_SHARE = 0.07


class Assembly:
    """Makes the pieces of a document, once all of its pages are known."""

    def __init__(
        self, contents: Mapping[int, PageContent], figures: Mapping[int, Sequence[Figure]], files: FigureFiles, *,
        outline: Sequence[OutlineEntry], labels: Sequence[str],
    ) -> None:
        self._contents = contents
        self._figures = figures
        self._files = files
        self._labels = labels
        pages = [
            Page(number, content.width, content.height, tuple(lines_on(content, number, figures.get(number, ()))))
            for number, content in contents.items()
        ]
        if not trusting([line for page in pages for line in page.lines]):
            pages = [
                page._replace(lines=tuple(_without_paragraph(line) for line in page.lines)) for page in pages
            ]
        self._words = vocabulary([line.text for page in pages for line in page.lines])
        self._margins: dict[int, list[Line]] = {}
        groups: list[Group] = []
        outside = furniture(pages)
        look = typography([line for page in pages for line in page.words if id(line) not in outside])
        for page in pages:
            self._margins[page.number] = [line for line in page.lines if id(line) in outside]
            inside = [line for line in page.lines if id(line) not in outside]
            inside = without_marks(inside, note_marks(inside, look, page.height))
            found = groups_of(inside, look)
            marks = notes(found, look, page.height)
            for group in found:
                if id(group) in marks:
                    mark, length = marks[id(group)]
                    group.kind, group.marker = BlockKind.NOTE, mark or None
                    group.text = " ".join(line.text for line in group.lines)[length:]
            groups += found
        whole = across_pages(groups)
        classify(whole, look, outline, self._words)
        self._groups: dict[int, list[Group]] = {}
        for group in whole:
            for part in parted(group, self._words):
                self._groups.setdefault(part.page, []).append(part)

    def pieces(self) -> Iterator[Piece]:
        """In reading order."""
        for number, content in self._contents.items():
            margin = self._margins[number]
            middle = 0.5 * content.height
            yield from self._all((Group([line], BlockKind.FURNITURE) for line in margin if line.base < middle), content)
            yield from self._all(self._groups.get(number, ()), content)
            yield from self._sideways(number, content)
            yield from self._hidden(number, content)
            for comment in content.comments:
                anchor = self._anchor(number, comment.box, content).model_copy(
                    update={"speaker": comment.author.strip() or None}
                )
                yield Piece(BlockKind.COMMENT, comment.text, anchor=anchor)
            feet = (Group([line], BlockKind.FURNITURE) for line in margin if line.base >= middle)
            yield from self._all(feet, content)

    def _all(self, groups: Iterable[Group], content: PageContent) -> Iterator[Piece]:
        for group in groups:
            yield self._piece(group, content)

    def _piece(self, group: Group, content: PageContent) -> Piece:
        first, last = group.page, group.lines[-1].page
        if group.kind is BlockKind.FIGURE:
            figure = self._figures[first][group.lines[0].figure]
            picture = self._files.file(first, figure)
            return Piece(
                BlockKind.FIGURE, "", alt=figure.alt, picture=picture, anchor=self._anchor(first, figure.box, content)
            )
        here = [line for line in group.lines if line.page == first]
        box = (
            min(line.x0 for line in here), min(line.top for line in here),
            max(line.x1 for line in here), max(line.bottom for line in here),
        )
        anchor = self._anchor(first, box, content)
        if last > first:
            anchor = anchor.model_copy(update={"pages": (first, last)})
        return Piece(
            group.kind, "" if group.table else group.words(self._words), level=group.level, marker=group.marker,
            rows=group.table.rows if group.table else None, anchor=anchor, confidence=_confidence(group.lines),
        )

    def _anchor(self, number: int, box: Box, content: PageContent) -> Anchor:
        label = self._labels[number - 1] if number <= len(self._labels) else ""
        x0, y0, x1, y1 = displayed(box, content)
        return Anchor(
            page=number, page_label=label if label not in ("", str(number)) else None,
            bbox=(round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1)),
        )

    def _sideways(self, number: int, content: PageContent) -> Iterator[Piece]:
        """Text that is turned against the rest of its page."""
        edge = _EDGE_SHARE * content.width
        for line in in_lines([run for run in content.sideways if not run.is_hidden]):
            box = _box(line)
            is_stamp = box[2] < edge or box[0] > content.width - edge or all(run.is_artifact for run in line)
            kind = BlockKind.FURNITURE if is_stamp else BlockKind.PARAGRAPH
            yield Piece(kind, _text(line), anchor=self._anchor(number, box, content))

    def _hidden(self, number: int, content: PageContent) -> Iterator[Piece]:
        """What is in the file, but not to be seen on the page."""
        hidden = [run for run in (*content.runs, *content.sideways) if run.is_hidden]
        if hidden:
            text = " ".join(_text(line) for line in in_lines(hidden))
            yield Piece(
                BlockKind.PARAGRAPH, text, hidden=True, anchor=self._anchor(number, _box(hidden), content)
            )


def _without_paragraph(line: Line) -> Line:
    return line._replace(block=-1) if line.role == "P" else line


def _box(runs: Sequence[Run]) -> Box:
    return (
        min(run.x0 for run in runs), min(run.base - run.size for run in runs),
        max(run.x1 for run in runs), max(run.base for run in runs),
    )


def _confidence(lines: Sequence[Line]) -> float | None:
    """How surely the words were recognised, each weighing as many as its letters; None where they were written."""
    runs = [run for line in lines for run in line.runs if run.confidence is not None]
    weight = sum(len(run.text) for run in runs)
    return round(sum((run.confidence or 0) * len(run.text) for run in runs) / weight, 3) if weight else None


def _text(line: Sequence[Run]) -> str:
    return "".join(run.text if run.joint == "" else f" {run.text}" for run in line).strip()
