"""`pptx`: the facilitator's deck, for what people learn together: live, blended, or a briefing before a course.

In: a package. Out: one .pptx with a slide a part, and answers, instructions and sources in the notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import ItemUse, Verdict
from pipeline.export.base import Loss, Package
from pipeline.export.package import write_whole
from pipeline.export.stamp import with_stamp_part


@dataclass(frozen=True)
class PptxExporter:
    """Writes the deck."""

    name: str = "pptx"
    label: str = "PowerPoint deck for a facilitator"
    suffix: str = ".pptx"
    media_type: str = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    help: str = "slides for a live or blended session: answers, what to do and the sources stand in the notes"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """What a live session has no use for; that the content was judged fit for learning alone."""
        from pipeline.export.pptx_content import SHOWN_RESOURCES

        module = package.module
        said = []
        if module.suitability.verdict is Verdict.ASYNC:
            said.append("the content was judged fit for self-paced training: the slides are for a briefing beside it")
        if tests := sum(item.use is ItemUse.TEST for item in module.items):
            said.append(f"questions of the test are not in it, so that nobody sees them before: {tests}")
        if others := sum(one.kind not in SHOWN_RESOURCES for one in module.resources):
            said.append(f"scripts and glossaries are only named at its end: {others}")
        return tuple(Loss(None, one) for one in said)

    def write(self, package: Package, path: Path) -> None:
        """Write the deck."""
        from pipeline.export.pptx_content import deck

        write_whole(path, with_stamp_part(deck(package), package, self.name))
