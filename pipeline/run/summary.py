"""What a conversion made, in numbers and in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from pipeline.domain import BlockKind, Document, Finding, Module, ResourceKind, SeatTime, Severity, seat_time
from pipeline.export.duration import duration_said
from pipeline.library.strings import strings_for


def open_findings(findings: Sequence[Finding], module: Module) -> list[Finding]:
    """The findings that nobody waived, worst first."""
    waived = {(element.id, waiver.criterion) for element in module.elements() for waiver in element.waivers}
    rank = list(Severity)
    return sorted(
        (finding for finding in findings if (finding.target, finding.criterion) not in waived),
        key=lambda finding: rank.index(finding.severity),
    )


@dataclass(frozen=True)
class Summary:
    """Counts of a module, and how much of its sources it teaches."""

    title: str
    module_id: str
    objectives: int
    lessons: int
    time: SeatTime
    practice: int
    test: int
    follow_ups: int
    scenarios: int
    job_aids: int
    resources: tuple[str, ...]
    """Kinds of the resources that are no job aids, as stored."""
    findings: dict[str, int]
    """Open findings by severity."""
    gaps: int
    blocks: int
    """Source blocks that could be taught: without furniture, headings, hidden and empty ones."""
    used: int
    """Those that some element quotes."""

    @classmethod
    def of(cls, module: Module, documents: Sequence[Document]) -> Self:
        """The summary of a module made from the documents."""
        used = module.used_blocks()
        teachable = [
            (document.source.id, block.id)
            for document in documents
            for block in document.blocks
            if block.is_teachable and block.kind is not BlockKind.HEADING
        ]
        found = open_findings(module.findings, module)
        return cls(
            title=module.title,
            module_id=module.id,
            objectives=len(module.objectives),
            lessons=len(module.lessons),
            time=seat_time(module),
            practice=sum(item.use.value == "practice" for item in module.items),
            test=sum(item.use.value == "test" for item in module.items),
            follow_ups=sum(item.use.value == "follow_up" for item in module.items),
            scenarios=len(module.scenarios),
            job_aids=sum(one.kind is ResourceKind.JOB_AID for one in module.resources),
            resources=tuple(one.kind.value for one in module.resources if one.kind is not ResourceKind.JOB_AID),
            findings={one.value: sum(finding.severity is one for finding in found) for one in Severity},
            gaps=len(module.gaps),
            blocks=len(teachable),
            used=sum(place in used for place in teachable),
        )

    @property
    def needs_attention(self) -> bool:
        """Whether the module has gaps or error findings."""
        return bool(self.gaps or self.findings["error"])

    @property
    def coverage_pct(self) -> int:
        """Share of the teachable blocks that are quoted, in whole per cent."""
        return round(100 * self.used / self.blocks) if self.blocks else 0

    @property
    def line(self) -> str:
        """One line for the terminal."""
        return (
            f"{self.title}: {_of(self.objectives, 'objective')}, {_of(self.lessons, 'lesson')}, "
            f"{_of(self.practice + self.test, 'item')}, {_of(self.findings['error'], 'error')}, "
            f"{_of(self.findings['warning'], 'warning')}, {_of(self.gaps, 'gap')}, "
            f"{self.coverage_pct}% of the source used ({self.module_id})"
        )

    @property
    def lines(self) -> tuple[str, ...]:
        """A few lines for a first look."""
        found = self.findings
        others = ", ".join(kind.replace("_", " ") for kind in self.resources)
        return (
            f"module       {self.title} ({self.module_id})",
            f"objectives   {self.objectives}",
            f"lessons      {self.lessons}",
            f"duration     {duration_said(self.time, strings_for('en')) or 'nothing to learn yet'}",
            f"items        {self.practice + self.test} ({self.practice} practice, {self.test} test)",
            f"follow-ups   {self.follow_ups}",
            f"scenarios    {self.scenarios}",
            f"job aids     {self.job_aids}",
            *([f"resources    {others}"] if others else []),
            f"findings     {_of(found['error'], 'error')}, {_of(found['warning'], 'warning')}, "
            f"{found['advice']} advice",
            f"gaps         {self.gaps}",
            f"coverage     {self.coverage_pct}% of {self.blocks} source blocks used; "
            "the rest is listed with the reason",
        )


def _of(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
