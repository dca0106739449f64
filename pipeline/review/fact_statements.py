"""What an SME is asked to vouch for: an element as a statement that can be read without the module around it.

In: an element, its documents, the language's strings. Out: plain text, the words of the SME's document behind it and
where they stand. Everything that `fact_hash` covers is in the text: nobody vouches for what was not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.domain import (
    Anchor,
    Document,
    Element,
    Evidence,
    Finding,
    ItemType,
    NumericAnswer,
    Objective,
    Option,
    Part,
    PartKind,
    QuizItem,
    Resource,
    Scenario,
)
from pipeline.library.strings import Strings
from pipeline.prose import lines
from pipeline.review.risk import risks_of

_QUOTE_CHARS = 900
"""Of all quotes together: more is read in the document."""
_FIDELITY = "source-fidelity"
"""The rubric that says what a source does not bear out."""
STEPS, UNGROUNDED = "steps", "ungrounded"
_WEIGHTS = {"number": 2, "duty": 2, "warning": 3, STEPS: 2, UNGROUNDED: 5}


@dataclass(frozen=True)
class Passage:
    """The words of the SME's document behind a statement."""

    quote: str
    place: str
    """In words, such as "page 3"; empty where none can tell."""


def statement_of(element: Element, strings: Strings) -> str:
    """The element in plain text, a line a paragraph."""
    return "\n".join(line for line in _lines(element, strings) if line.strip())


def _lines(element: Element, say: Strings) -> Iterator[str]:
    match element:
        case Objective():
            yield element.text
            said = element.text.casefold()
            yield from (one for one in (element.condition, element.degree) if one.casefold() not in said)
        case Part():
            yield from _plain(element.markdown)
            yield from (figure.caption for figure in element.figures if figure.caption)
        case QuizItem():
            yield from _item(element, say)
        case Scenario():
            yield from _story(element, say)
        case Resource():
            yield element.title
            yield from _plain(element.markdown)
        case _:
            yield element.label


def _plain(markdown: str) -> Iterator[str]:
    for line in lines(markdown):
        mark = f"{line.number}. " if line.number is not None else "• " if line.kind == "item" else ""
        yield mark + line.text


def _item(item: QuizItem, say: Strings) -> Iterator[str]:
    texts = {option.id: option.text for option in item.options}
    match item.answer:
        case None if item.type is ItemType.TRUE_FALSE:
            yield from _plain(item.stem)
        case answer if item.type is ItemType.CLOZE and isinstance(answer, tuple):
            stem = item.stem
            for number, blank in enumerate(answer, 1):
                stem = stem.replace(f"{{{{{number}}}}}", f"[{' / '.join(blank)}]")
            yield say.say("sme_true", text=stem)
        case _:
            yield say.say("sme_question", text=item.stem)
    match item.answer:
        case NumericAnswer() as numeric:
            value = f"{numeric.value:g} {numeric.unit or ''}".strip()
            told = value if not numeric.tolerance else say.say(
                "sme_tolerance", value=value, tolerance=f"{numeric.tolerance:g}"
            )
            yield say.say("sme_answer_is", text=told)
        case tuple() as answer if item.type is ItemType.ORDER:
            order = (f"{place}. {texts.get(str(one), '')}" for place, one in enumerate(answer, 1))
            yield say.say("sme_order", text=" ".join(order))
        case tuple() as answer if item.type is ItemType.MATCH:
            yield from (say.say("sme_pair", left=texts.get(pair[0], ""), right=pair[1]) for pair in answer)
        case tuple() as answer if item.type is ItemType.SHORT:
            yield say.say("sme_answer_is", text=" / ".join(str(one) for one in answer))
        case _:
            pass
    is_choice = item.answer is None
    for option in sorted(item.options, key=lambda one: not one.correct):
        yield from _option(option, say, is_choice=is_choice)
    if item.general_feedback:
        yield say.say("sme_feedback", text=item.general_feedback)


def _option(option: Option, say: Strings, *, is_choice: bool) -> Iterator[str]:
    if is_choice:
        yield say.say("sme_right" if option.correct else "sme_not_right", text=option.text)
    if option.feedback:
        yield say.say("sme_feedback", text=option.feedback if is_choice else f"{option.text}: {option.feedback}")


def _story(scenario: Scenario, say: Strings) -> Iterator[str]:
    yield scenario.title
    for node in scenario.nodes:
        yield say.say("sme_situation", text=node.situation)
        for choice in node.choices:
            yield f"{say.say('sme_choice', text=choice.text)} ({say[f'sme_quality_{choice.quality}']})"
            yield say.say("sme_consequence", text=choice.consequence)
            if choice.feedback:
                yield say.say("sme_feedback", text=choice.feedback)


def passage_of(element: Element, documents: Mapping[str, Document], strings: Strings) -> Passage | None:
    """The quotes behind the element as they stand in its documents, in order; None where it has none."""
    kept: list[Evidence] = []
    room = _QUOTE_CHARS
    for proof in element.all_evidence:
        if any(proof.quote in one.quote for one in kept):
            continue
        if kept and len(proof.quote) > room:
            break
        kept.append(proof)
        room -= len(proof.quote)
    if not kept:
        return None
    places = dict.fromkeys(filter(None, (_place(proof, documents, strings) for proof in kept)))
    return Passage(quote="\n".join(proof.quote for proof in kept), place="; ".join(places))


def _place(proof: Evidence, documents: Mapping[str, Document], say: Strings) -> str:
    """Document and place, such as "Lockout, page 3"."""
    document = documents.get(proof.source)
    if document is None:
        return ""
    name = document.source.title or document.source.path
    anchor = next((block.anchor for block in document.blocks if block.id == proof.block), Anchor())
    places = [
        say.say("doc_place_page", n=anchor.page_label or anchor.page) if anchor.page else None,
        say.say("doc_place_slide", n=anchor.slide) if anchor.slide else None,
        say.say("doc_place_sheet", n=f"{anchor.sheet} {anchor.cells or ''}".strip()) if anchor.sheet else None,
        say.say("doc_place_lines", first=anchor.lines[0], last=anchor.lines[1]) if anchor.lines else None,
        say.say("doc_place_section", n=" › ".join(anchor.section)) if anchor.section else None,
    ]
    return ", ".join([name, *(place for place in places if place)])


def dangers_of(element: Element, language: str, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Why the element is worth an SME's time: number, duty, warning, steps, ungrounded; none for a plain text.

    `findings` are those on the element that nobody waived.
    """
    found = list(risks_of(element, language))
    has_steps = isinstance(element, Part) and element.kind in (PartKind.PROCEDURE, PartKind.JOB_AID)
    if has_steps or (isinstance(element, QuizItem) and element.type is ItemType.ORDER):
        found.append(STEPS)
    if any(finding.rubric == _FIDELITY for finding in findings):
        found.append(UNGROUNDED)
    return tuple(found)


def weight_of(dangers: Iterable[str]) -> int:
    """How much the dangers count together."""
    return sum(_WEIGHTS[danger] for danger in dangers)
