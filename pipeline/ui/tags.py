"""Small marks that say where something stands: status, severity, progress bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain import Severity, Status
from pipeline.review.views import Progress
from pipeline.ui.markup import Html, el, joined
from pipeline.ui.wording import SEVERITY, STATUS, counted


@dataclass(frozen=True)
class Share:
    """One part of a bar."""

    name: str
    count: int
    tone: str
    """Ends a class name of theme.py: "approved", "rejected", "draft", "error", …"""


def status_tag(status: Status) -> Html:
    """The status as a small label."""
    return el("span", STATUS[status], class_=f"s2m-tag s2m-{status.value.replace('_', '-')}")


def severity_tag(severity: Severity, count: int | None = None) -> Html:
    """The severity as a small label, with how many of it."""
    name = SEVERITY[severity]
    words = name if count is None else counted(count, name.lower(), "advice" if name == "Advice" else None)
    return el("span", words, class_=f"s2m-tag s2m-{severity.value}")


def bar(shares: Sequence[Share], *, of: str, legend: bool = True) -> Html:
    """A bar of parts with its legend in words; a screen reader hears the legend as its description."""
    present = [share for share in shares if share.count]
    total = sum(share.count for share in present)
    said = ", ".join(f"{share.count} {share.name.lower()}" for share in present) or "nothing"
    pieces = [
        el("span", class_=f"s2m-share s2m-{share.tone}", style=f"width:{100 * share.count / total:.2f}%")
        for share in present
    ]
    drawn = el("div", *pieces, class_="s2m-bar", role="img", aria_label=f"{of}: {said}")
    if not legend:
        return drawn
    keys = [
        el(
            "li",
            el("span", class_=f"s2m-dot s2m-{share.tone}"),
            f"{share.name} ",
            el("strong", f"{share.count:,}"),
        )
        for share in present
    ]
    return joined(drawn, el("ul", *keys, class_="s2m-legend"))


def progress_shares(progress: Progress) -> tuple[Share, ...]:
    """The parts of a module's review."""
    return (
        Share("Approved", progress.approved, "approved"),
        Share("Changes requested", progress.changes_requested, "changes-requested"),
        Share("Rejected", progress.rejected, "rejected"),
        Share("Open", progress.open, "open"),
    )


def tile(value: str, label: str, *, tone: str = "") -> Html:
    """A number with what it counts."""
    return el("div", el("strong", value), el("span", label), class_=f"s2m-tile {tone}".strip())
