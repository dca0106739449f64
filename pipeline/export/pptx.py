"""`pptx`: the facilitator's deck, for what people learn together: live, blended, or a briefing before a course.

In: a package. Out: one .pptx with what is done together, and answers, instructions and sources in the notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import ItemUse, Verdict
from pipeline.export.base import Loss, Package
from pipeline.export.package import write_whole
from pipeline.export.stamp import with_stamp_part
from pipeline.library.strings import strings_for


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
        from pipeline.export.pptx_plan import HANDED_OUT, plan_of

        module = package.module
        plan = plan_of(module, strings_for(module.language))
        said: list[Loss] = []
        if module.suitability.verdict is Verdict.ASYNC:
            what = "the content was judged fit for self-paced training: the slides are for a briefing beside it"
            said.append(Loss(None, what))
        if tests := frozenset(item.id for item in module.items if item.use is ItemUse.TEST):
            said.append(
                Loss(
                    None, f"questions of the test are not in it, so that nobody sees them before: {len(tests)}",
                    absent=tests,
                )
            )
        if plan.before:
            alone = {lesson.id for lesson in plan.before}
            absent = {part.id for lesson in plan.before for part in lesson.parts}
            absent |= {item.id for item in module.items if item.use is ItemUse.PRACTICE and item.lesson_id in alone}
            what = f"lessons to learn alone beforehand are only listed: {len(plan.before)}"
            said.append(Loss(None, what, absent=frozenset(absent)))
        talks = {resource.id for resource, _ in plan.talks}
        if named := sum(one.kind in HANDED_OUT for one in module.resources):
            said.append(Loss(None, f"job aids and glossaries are only named at its end, to be handed out: {named}"))
        scripts = frozenset(one.id for one in module.resources if one.kind not in HANDED_OUT and one.id not in talks)
        if scripts:
            said.append(Loss(None, f"scripts are not in it: {len(scripts)}", absent=scripts))
        return tuple(said)

    def write(self, package: Package, path: Path) -> None:
        """Write the deck."""
        from pipeline.export.pptx_content import deck

        write_whole(path, with_stamp_part(deck(package), package, self.name))
