"""What a module still lacks before it may be released. Pure.

In: the module as it stands, what SMEs said, open threads about facts, quotes that are not in their source, and what is
waived for this release. Out: everything that is missing, in full, so that one look is enough to go and mend it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from pipeline.domain import Comment, Element, FactStatus, Finding, Module, Severity, Status
from pipeline.review.risk import risks_of

FactsRequired = Literal["none", "risky", "all"]


class Lack(StrEnum):
    """What can be missing."""

    OUTLINE = "outline"
    """The lessons are not drafted yet."""
    NOTHING = "nothing"
    """No element would go out."""
    UNDECIDED = "undecided"
    CHANGES_REQUESTED = "changes_requested"
    FINDING = "finding"
    """An open finding of severity error."""
    QUOTE = "quote"
    """A quote is not in its source where it says."""
    FACTS_WRONG = "facts_wrong"
    FACTS_OPEN = "facts_open"
    """The setting `facts_required` demands an SME's confirmation."""
    FACT_COMMENT = "fact_comment"


WAIVABLE = frozenset({Lack.UNDECIDED, Lack.CHANGES_REQUESTED, Lack.FACTS_OPEN})
"""What naming the element lets pass. What is known to be wrong is mended, or waived by its criterion in review."""


@dataclass(frozen=True)
class Missing:
    """One thing that is missing."""

    target: str
    """Id of the element, or of the module for what is about the whole."""
    lack: Lack
    text: str
    """In words, as a sentence without its full stop."""
    label: str = ""
    """The element in a few words; empty for the module."""
    criterion: str | None = None
    is_whole: bool = False
    """Whether it is about the module as a whole."""

    @property
    def is_waivable(self) -> bool:
        """Whether a waiver of this release lets it pass: of the element, or of the criterion on the whole module."""
        return self.lack in WAIVABLE or (self.lack is Lack.FINDING and self.is_whole)


def missing(
    module: Module,
    *,
    threads: Sequence[Comment],
    lost: Mapping[str, str],
    facts_required: FactsRequired,
) -> tuple[Missing, ...]:
    """Everything that is missing, in the module's order, waived or not.

    Args:
        module: as it stands, with the statuses that its decisions add up to, and with the findings on its quiz as a
            set as they are for what would go out.
        threads: first comments of the open threads about facts.
        lost: element id → its first quote that is not in its source.
        facts_required: which elements need an SME's confirmation.

    """
    found: list[Missing] = []
    if module.is_outline:
        found.append(Missing(module.id, Lack.OUTLINE, "its lessons are not drafted yet", is_whole=True))
    kept = [element for element in module.elements() if element.status is not Status.REJECTED]
    if not kept:
        found.append(Missing(module.id, Lack.NOTHING, "every element is rejected", is_whole=True))
    on_element: dict[str, list[Finding]] = {}
    for finding in module.findings:
        on_element.setdefault(finding.target, []).append(finding)
    for element in kept:
        found += _about(element, on_element.get(element.id, ()), lost, module.language, facts_required)
    known = {element.id for element in module.elements()}
    labels = {element.id: element.label for element in kept}
    for thread in threads:
        if thread.element in known and thread.element not in labels:
            continue  # its element is left out
        said = " ".join(thread.text.split())
        found.append(
            Missing(
                thread.element or module.id,
                Lack.FACT_COMMENT,
                f"{thread.by} says about its facts, and nobody has closed it: “{said[:80]}”",
                labels.get(thread.element or "", ""),
                is_whole=thread.element not in labels,
            )
        )
    found += [
        Missing(module.id, Lack.FINDING, finding.message, criterion=finding.criterion, is_whole=True)
        for finding in module.findings
        if finding.severity is Severity.ERROR and finding.target not in known
    ]
    return tuple(found)


def _about(
    element: Element, findings: Sequence[Finding], lost: Mapping[str, str], language: str, facts_required: FactsRequired
) -> Iterator[Missing]:
    def lacks(lack: Lack, text: str, criterion: str | None = None) -> Missing:
        return Missing(element.id, lack, text, element.label, criterion)

    if element.status is Status.CHANGES_REQUESTED:
        yield lacks(Lack.CHANGES_REQUESTED, "changes were requested and not made")
    elif element.status is Status.STALE:
        yield lacks(Lack.UNDECIDED, "its source has changed and nobody has looked at it since")
    elif element.status is not Status.APPROVED:
        yield lacks(Lack.UNDECIDED, "nobody has approved or rejected it")
    for finding in findings:
        if finding.severity is Severity.ERROR and not element.waived(finding.criterion):
            yield lacks(Lack.FINDING, finding.message, finding.criterion)
    if element.id in lost:
        yield lacks(Lack.QUOTE, f"its evidence “{lost[element.id][:60]}” is not in the source where it says")
    if element.fact_status is FactStatus.WRONG:
        yield lacks(Lack.FACTS_WRONG, "an SME said that it is wrong")
    elif element.fact_status is not FactStatus.CONFIRMED and facts_required != "none":
        risks = risks_of(element, language)
        if facts_required == "all" or risks:
            because = f" ({', '.join(risks)})" if facts_required == "risky" else ""
            yield lacks(Lack.FACTS_OPEN, f"no SME has confirmed its facts{because}")


def outstanding(found: Sequence[Missing], waived: Collection[str]) -> tuple[Missing, ...]:
    """What is missing and not waived; `waived` are element ids, and criteria of findings on the module as a whole."""

    def passes(one: Missing) -> bool:
        return one.is_waivable and (one.criterion if one.lack is Lack.FINDING else one.target) in waived

    return tuple(one for one in found if not passes(one))
