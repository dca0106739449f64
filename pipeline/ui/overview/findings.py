"""How many findings a module has, by severity and by criterion."""

from __future__ import annotations

from collections import Counter

from pipeline.domain import Finding, Severity
from pipeline.review.views import ModuleView
from pipeline.ui.markup import Html, draw, el, joined
from pipeline.ui.tags import severity_tag
from pipeline.ui.wording import named

_MOST = 10


def draw_summary(view: ModuleView) -> None:
    """Counts, and a bar for every criterion that is not met, most severe and most frequent first."""
    module = view.module
    elements = {element.id: element for element in module.elements()}
    found = [
        finding
        for finding in module.findings
        if finding.target not in elements or not elements[finding.target].waived(finding.criterion)
    ]
    draw(el("h2", "Findings"))
    if not found:
        draw(el("p", "No open findings.", class_="s2m-where"))
        return
    severities = Counter(finding.severity for finding in found)
    tags = [severity_tag(severity, severities[severity]) for severity in Severity if severities[severity]]
    draw(el("p", joined(*tags, between=" ")), _bars(found))
    whole = [finding for finding in found if finding.target not in elements]
    if whole:
        draw(
            el("h3", "On the module as a whole"),
            el("ul", *(el("li", severity_tag(one.severity), " ", one.message) for one in whole)),
        )


def _bars(found: list[Finding]) -> Html:
    order = list(Severity)
    worst = {finding.criterion: finding.severity for finding in found}
    counts = Counter(finding.criterion for finding in found)
    ranked = sorted(counts, key=lambda name: (order.index(worst[name]), -counts[name], name))
    most = max(counts.values())
    cells = [
        cell
        for name in ranked[:_MOST]
        for cell in (
            el("span", named(name)),
            el(
                "span",
                el(
                    "span",
                    class_=f"s2m-share s2m-{worst[name].value}",
                    style=f"width:{100 * counts[name] / most:.1f}%",
                ),
                class_="s2m-bar",
                aria_hidden="true",
            ),
            el("strong", str(counts[name])),
        )
    ]
    more = len(ranked) - _MOST
    return joined(
        el("div", *cells, class_="s2m-rows"),
        el("p", f"and {more} more criteria", class_="s2m-where") if more > 0 else None,
    )
