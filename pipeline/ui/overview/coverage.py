"""What of the sources is taught, and what is left out for which reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.domain import IngestWarning, Module, OmissionReason
from pipeline.review.coverage import SourceStrip
from pipeline.ui.board.coverage_strip import draw_strips
from pipeline.ui.markup import draw, el
from pipeline.ui.tags import Share, bar
from pipeline.ui.wording import OMISSION, counted


def draw_coverage(module: Module, strips: Sequence[SourceStrip]) -> None:
    """A bar of the sources' blocks: taught, and left out by reason; and the same as a picture of their pages."""
    if module.is_outline:
        # What its objectives quote says little; its plan says what will be taught.
        draw(el("h2", "Source coverage, as planned"))
        draw_strips(strips)
        return
    omitted = Counter(omission.reason for omission in module.omissions)
    shares = [
        Share("Taught", len(module.used_blocks()), "used"),
        *(Share(OMISSION[reason], omitted[reason], reason.value.replace("_", "-")) for reason in OmissionReason),
    ]
    total = sum(share.count for share in shares)
    draw(
        el("h2", "Source coverage"),
        el(
            "p",
            f"{counted(total, 'block')} of {', '.join(_name(one.title, one.path) for one in module.sources)}",
        ),
        bar(shares, of="Source blocks"),
    )
    draw_strips(strips)


def draw_warnings(warnings: Sequence[tuple[str, IngestWarning]]) -> None:
    """What could not be read of the sources, or not surely; nothing where all was."""
    if not warnings:
        return
    names = {name for name, _ in warnings}
    draw(
        el("h2", "From the reading of the sources"),
        el(
            "ul",
            *(
                el("li", *((el("strong", f"{name}: "),) if len(names) > 1 else ()), warning.message)
                for name, warning in warnings
            ),
        ),
    )


def _name(title: str | None, path: str) -> str:
    return title or path
