"""What of each source a module teaches, page by page, as a strip that can be drawn. Pure.

In: the module and its documents. Out: a strip a source, with a cell for each page, slide, sheet, part of the recording
or section, in order, and how many of its passages are taught, parked, left out for another reason, or unread.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pipeline.domain import Anchor, BlockKind, Document, Module, OmissionReason, Plan, Status

_MINUTES_A_CELL = 5
# Fewer cells than these are no picture.
_FEW_SECTIONS = 3
_UNREAD = frozenset({OmissionReason.UNREADABLE})
_BESIDE = frozenset({OmissionReason.FURNITURE})


@dataclass(frozen=True)
class Cell:
    """One page, or what stands for one."""

    name: str
    """"Page 3", "Slide 2", "Sheet Prices", "0–5 min", or the heading of a section."""
    taught: int
    parked: int
    """Could be taught and is kept for later."""
    left_out: int
    """Said elsewhere, or nothing to teach."""
    unread: int
    """Unreadable, or in no element and on no list: nobody has looked at it."""

    @property
    def passages(self) -> int:
        """All of them."""
        return self.taught + self.parked + self.left_out + self.unread

    @property
    def words(self) -> str:
        """The cell as a sentence."""
        said = [
            f"{count} {name}"
            for count, name in (
                (self.taught, "taught"), (self.parked, "parked"), (self.left_out, "left out"), (self.unread, "unread"),
            )
            if count
        ]
        return f"{self.name}: {', '.join(said) or 'nothing to teach'}"


@dataclass(frozen=True)
class SourceStrip:
    """One source."""

    id: str
    title: str
    cells: tuple[Cell, ...]

    @property
    def total(self) -> Cell:
        """All cells added up, under the source's title."""
        return Cell(
            self.title,
            taught=sum(one.taught for one in self.cells),
            parked=sum(one.parked for one in self.cells),
            left_out=sum(one.left_out for one in self.cells),
            unread=sum(one.unread for one in self.cells),
        )


def strips_of(
    module: Module, documents: Mapping[str, Document], *, plan: Plan | None = None
) -> tuple[SourceStrip, ...]:
    """A strip a source of the module, in the module's order. What only a rejected element taught counts as unread.

    Of an outline, what its `plan` will teach counts as taught.
    """
    kept = {element.id for element in module.elements() if element.status is not Status.REJECTED}
    taught = module.only(kept).used_blocks()
    if module.is_outline and plan is not None:
        taught |= _planned(module, plan, kept)
    omitted = {(one.source, one.block): one.reason for one in module.omissions}
    strips = []
    for source in module.sources:
        cells: dict[str, list[int]] = {}
        unit, depth = _unit_of(documents[source.id]), _depth_of(documents[source.id])
        for block in documents[source.id].blocks:
            name = _name(block.anchor, unit, depth)
            counts = cells.setdefault(name, [0, 0, 0, 0])
            where = (source.id, block.id)
            reason = omitted.get(where)
            is_taught = where in taught
            if not is_taught and (reason in _BESIDE or not block.is_teachable or block.kind is BlockKind.HEADING):
                continue
            if is_taught:
                place = 0
            elif reason is OmissionReason.PARKED:
                place = 1
            else:
                place = 3 if reason is None or reason in _UNREAD else 2
            counts[place] += 1
        strips.append(
            SourceStrip(
                source.id, source.title or source.path, tuple(Cell(name, *counts) for name, counts in cells.items())
            )
        )
    return tuple(strips)


def _planned(module: Module, plan: Plan, kept: Collection[str]) -> set[tuple[str, str]]:
    """(source, block) of what the plan's lessons teach for the objectives that were not rejected."""
    found = set()
    for objective in plan.objectives:
        if objective.id not in kept:
            continue
        for block in objective.lesson.blocks:
            # A block of one of several sources says whose it is, by name or path.
            own = [one for one in module.sources if block.source in (None, one.path.rsplit("/", 1)[-1], one.path)]
            found |= {(source.id, block.id) for source in own}
    return found


def _unit_of(document: Document) -> str:
    """What the source's cells are: the first of these that its blocks say."""
    for unit in ("page", "slide", "sheet", "start", "inside"):
        if any(getattr(block.anchor, unit) is not None for block in document.blocks):
            return unit
    return "section"


def _depth_of(document: Document) -> int:
    """How many levels of headings make a cell: as many as it takes to tell several apart, since the first is often the
    document's title alone.
    """
    sections = {block.anchor.section for block in document.blocks}
    deepest = max((len(section) for section in sections), default=0)
    enough = (depth for depth in range(1, deepest) if len({one[:depth] for one in sections}) > _FEW_SECTIONS)
    return next(enough, max(1, deepest))


def _name(anchor: Anchor, unit: str, depth: int) -> str:
    inside = f"{anchor.inside}, " if anchor.inside and unit != "inside" else ""
    if unit == "page" and anchor.page is not None:
        return f"{inside}Page {anchor.page_label or anchor.page}"
    if unit == "slide" and anchor.slide is not None:
        return f"{inside}Slide {anchor.slide}"
    if unit == "sheet" and anchor.sheet is not None:
        return f"{inside}Sheet {anchor.sheet}"
    if unit == "start" and anchor.start is not None:
        minute = int(anchor.start // 60) // _MINUTES_A_CELL * _MINUTES_A_CELL
        return f"{inside}{minute}–{minute + _MINUTES_A_CELL} min"
    if unit == "inside" and anchor.inside:
        return anchor.inside
    return " › ".join(anchor.section[max(0, depth - 2) : depth]) if anchor.section else "Beginning"
