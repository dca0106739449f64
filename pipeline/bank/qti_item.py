"""One QTI 2.1, 2.2 or 3.0 item (1EdTech: QTI ASI Information Model) to a bank's item."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.bank.entries import Entry, with_entries
from pipeline.bank.markup import local, text_of_element, tidy
from pipeline.bank.qti_foreseen import foreseen
from pipeline.bank.qti_names import attribute, below, first_below, plain_name
from pipeline.domain import ENTRY_CLASS, TYPE_CLASS, UNIT_CLASS, BankItem, BankOption, ItemType, NumericAnswer

if TYPE_CHECKING:
    from lxml.etree import _Element

# Read by themselves, so no part of the stem; by lower-case local names of all versions.
_NOT_STEM = frozenset(
    f"{prefix}{name}"
    for names in (
        ("choiceinteraction", "choice-interaction"), ("orderinteraction", "order-interaction"),
        ("matchinteraction", "match-interaction"), ("associateinteraction", "associate-interaction"),
        ("extendedtextinteraction", "extended-text-interaction"), ("uploadinteraction", "upload-interaction"),
        ("graphicgapmatchinteraction", "graphic-gap-match-interaction"), ("hotspotinteraction", "hotspot-interaction"),
        ("sliderinteraction", "slider-interaction"), ("custominteraction", "custom-interaction"),
        ("portablecustominteraction", "portable-custom-interaction"), ("drawinginteraction", "drawing-interaction"),
        ("selectpointinteraction", "select-point-interaction"), ("mediainteraction", "media-interaction"),
        ("graphicorderinteraction", "graphic-order-interaction"), ("endattemptinteraction", "end-attempt-interaction"),
        ("rubricblock", "rubric-block"), ("feedbackblock", "feedback-block"), ("feedbackinline", "feedback-inline"),
        ("gaptext", "gap-text"), ("gapimg", "gap-img"), ("inlinechoice", "inline-choice"), ("stylesheet", "stylesheet"),
    )
    for name in names
    for prefix in ("", "qti-")
)
_FEEDBACK = frozenset({"feedbackinline", "qti-feedback-inline", "feedbackblock", "qti-feedback-block"})
_BLANKS = ("textentryinteraction", "inlinechoiceinteraction", "gap")
_KNOWN = (
    "choiceinteraction", "orderinteraction", "matchinteraction", "associateinteraction", "gapmatchinteraction",
    "inlinechoiceinteraction", "textentryinteraction", "extendedtextinteraction", "hottextinteraction",
)
_NUMBERS = frozenset({"integer", "float"})


# The outcome under which packages of ours say what belongs to the item as a whole.
_GENERAL = "GENERAL"


@dataclass(frozen=True)
class _Response:
    """What a response declaration says is right."""

    cardinality: str = "single"
    base_type: str = ""
    correct: tuple[str, ...] = ()
    mapped: dict[str, float] = field(default_factory=dict)

    @property
    def accepted(self) -> tuple[str, ...]:
        """What is right in full: the correct values, else those that the mapping gives most for."""
        if self.correct or not self.mapped:
            return self.correct
        return self._mapped_best

    @property
    def all_accepted(self) -> tuple[str, ...]:
        """For texts, of which the correct value is only the first of several."""
        return tuple(dict.fromkeys((*self.correct, *self._mapped_best)))

    @property
    def _mapped_best(self) -> tuple[str, ...]:
        most = max(self.mapped.values(), default=0.0)
        return tuple(key for key, value in self.mapped.items() if value == most and value > 0)


def item_of_2(root: _Element, place: str) -> BankItem:
    """The item; its `row` is set by whoever counts."""
    title = tidy(root.get("title") or "")
    label = root.get("label") or root.get("identifier") or None
    read = BankItem(row=1, place=f'{place}, "{title[:60]}"' if title else place, type=None, stem="", id=label)
    body = first_below(root, "itembody")
    if body is None:
        return read.changed(problem="it has no item body")
    responses = {attribute(one, "identifier"): _response(one) for one in below(root, "responsedeclaration")}
    interactions = [one for one in body.iter() if plain_name(one).endswith("interaction")]
    for span in below(body, "span"):
        if span.get("class") == UNIT_CLASS:
            span.text = None
    general, entries = _general(root)
    read = read.changed(stem=_stem(body), general_feedback=general)
    if not interactions:
        return read.changed(note="it asks for no answer that could be looked at")
    try:
        answered = _answered(root, read, body, interactions, responses)
        is_truth = answered.type is ItemType.SINGLE and len(answered.options) == 2
        if is_truth and _is_ours(body, ItemType.TRUE_FALSE):
            answered = answered.changed(type=ItemType.TRUE_FALSE)
        return with_entries(answered, entries)
    except ValueError as error:
        return read.changed(problem=str(error))


def _is_ours(body: _Element, kind: ItemType) -> bool:
    """Whether a package of ours says that the item is of that type."""
    return f"{TYPE_CLASS}{kind.value}" in (body.get("class") or "").split()


def _answered(
    root: _Element, read: BankItem, body: _Element, interactions: list[_Element], responses: dict[str, _Response]
) -> BankItem:
    kinds = [plain_name(one) for one in interactions]
    first = interactions[0]
    response = responses.get(attribute(first, "responseIdentifier"), _Response())
    if set(kinds) <= {"textentryinteraction", "inlinechoiceinteraction"}:
        return _blanks(root, read, body, interactions, responses)
    if len(interactions) > 1:
        return read.changed(note=f"no criterion looks at items with {len(interactions)} interactions")
    if kinds[0] == "choiceinteraction":
        return _choice(root, read, first, response)
    if kinds[0] == "orderinteraction":
        texts = {attribute(one, "identifier"): _own_text(one) for one in below(first, "simplechoice")}
        order = [name for name in response.correct if name in texts]
        order += [name for name in texts if name not in order]
        options = tuple(BankOption(text=texts[name], correct=True, id=name) for name in order)
        return read.changed(type=ItemType.ORDER, options=options)
    if kinds[0] in ("matchinteraction", "associateinteraction"):
        return _match(read, first, response)
    if kinds[0] == "gapmatchinteraction":
        return _gap_match(read, body, first, response)
    name = kinds[0].removesuffix("interaction")
    said = "essay" if name == "extendedtext" else name
    return read.changed(note=f"no criterion looks at questions of the type {said!r}")


def _choice(root: _Element, read: BankItem, interaction: _Element, response: _Response) -> BankItem:
    right = set(response.accepted)
    if response.cardinality == "multiple" and not response.correct:
        right = {key for key, value in response.mapped.items() if value > 0}
    options = []
    for choice in below(interaction, "simplechoice"):
        name = attribute(choice, "identifier")
        inline = " ".join(text_of_element(one) for one in below(choice, "feedbackinline", "feedbackblock"))
        feedback = inline or _modal(root, name)
        options.append(BankOption(text=_own_text(choice), correct=name in right, feedback=feedback, id=name or None))
    is_multiple = response.cardinality == "multiple" and attribute(interaction, "maxChoices") != "1"
    kind = ItemType.MULTIPLE if is_multiple else ItemType.SINGLE
    return read.changed(type=kind, options=tuple(options))


def _match(read: BankItem, interaction: _Element, response: _Response) -> BankItem:
    texts = {
        attribute(one, "identifier"): _own_text(one) for one in below(interaction, "simpleassociablechoice")
    }
    pairs = []
    for value in response.accepted:
        names = value.split()
        if len(names) != 2 or not set(names) <= texts.keys():
            raise ValueError(f"the right answer pairs {value[:60]!r}, which its choices don't hold")
        pairs.append((texts[names[0]], texts[names[1]]))
    options = tuple(BankOption(text=entry, correct=True) for entry, _ in pairs)
    return read.changed(type=ItemType.MATCH, answer=tuple(pairs) or None, options=options)


def _gap_match(read: BankItem, body: _Element, interaction: _Element, response: _Response) -> BankItem:
    words = {attribute(one, "identifier"): text_of_element(one) for one in below(interaction, "gaptext", "gapimg")}
    filled = {gap: word for word, _, gap in (value.partition(" ") for value in response.accepted)}
    gaps = [attribute(one, "identifier") for one in below(interaction, "gap")]
    answer = tuple((words.get(filled.get(gap, ""), ""),) for gap in gaps)
    return read.changed(type=ItemType.CLOZE, stem=_with_blanks(body), answer=answer or None)


def _blanks(
    root: _Element, read: BankItem, body: _Element, interactions: list[_Element], responses: dict[str, _Response]
) -> BankItem:
    accepted: list[tuple[str, ...]] = []
    for one in interactions:
        response = responses.get(attribute(one, "responseIdentifier"), _Response())
        words = {attribute(choice, "identifier"): text_of_element(choice) for choice in below(one, "inlinechoice")}
        accepted.append(tuple(words.get(value, value) for value in response.all_accepted))
    first = responses.get(attribute(interactions[0], "responseIdentifier"), _Response())
    is_alone = len(interactions) == 1 and plain_name(interactions[0]) == "textentryinteraction"
    is_alone = is_alone and not _is_ours(body, ItemType.CLOZE)
    stem = _with_blanks(body)
    if is_alone and stem.rstrip().endswith("{{1}}"):
        stem = stem.rstrip().removesuffix("{{1}}").rstrip()
        if first.base_type in _NUMBERS and first.accepted:
            # A placeholder is mostly an instruction; ours say where it is the unit.
            is_unit = interactions[0].get("class") == UNIT_CLASS
            unit = (attribute(interactions[0], "placeholderText") or None) if is_unit else None
            value = float(first.accepted[0])
            answer = NumericAnswer(value=value, tolerance=_tolerance(root, value), unit=unit)
            told = foreseen(root, key=first.accepted[0])
            return read.changed(type=ItemType.NUMERIC, stem=stem, answer=answer, options=told)
        return read.changed(type=ItemType.SHORT, stem=stem, answer=accepted[0] or None, options=foreseen(root))
    options = tuple(BankOption(text=texts[0], correct=True) for texts in accepted if texts)
    return read.changed(
        type=ItemType.CLOZE, stem=stem, answer=tuple(accepted),
        options=options if len(options) == len(accepted) else (),
    )


def _tolerance(root: _Element, value: float) -> float:
    """What a number may be off by: to the bounds it is compared with, else the first of the two that `equal` names."""
    bounds = [_bound(one) for one in below(root, "gte", "lte")]
    known = [bound for bound in bounds if bound is not None]
    if known:
        return round(max(abs(bound - value) for bound in known), 10)
    equal = first_below(root, "equal")
    if equal is None or attribute(equal, "toleranceMode") != "absolute":
        return 0.0
    try:
        return abs(float(attribute(equal, "tolerance").split()[0]))
    except (ValueError, IndexError):
        return 0.0


def _bound(comparison: _Element) -> float | None:
    """The number in a comparison of a response with a number; None in any other."""
    number, response = first_below(comparison, "basevalue"), first_below(comparison, "variable")
    if number is None or response is None or len(comparison) != 2:
        return None
    try:
        return float((number.text or "").strip())
    except ValueError:
        return None


def _stem(body: _Element) -> str:
    """The words around the interactions, then their prompts."""
    prompts = (
        text_of_element(prompt)
        for prompt in below(body, "prompt")
        if (parent := prompt.getparent()) is not None and local(parent).lower() in _NOT_STEM
    )
    return tidy("\n".join([text_of_element(body, without=_NOT_STEM), *prompts]))


def _with_blanks(body: _Element) -> str:
    """The stem with {{1}}, {{2}}, … where a blank stands; the tree gets them for good, nobody else reads it."""
    for number, blank in enumerate([one for one in body.iter() if plain_name(one) in _BLANKS], start=1):
        for child in list(blank):
            blank.remove(child)
        blank.text = " {{" + str(number) + "}} "
    return _stem(body)


def _own_text(choice: _Element) -> str:
    return text_of_element(choice, without=_FEEDBACK)


def _general(root: _Element) -> tuple[str, tuple[Entry, ...]]:
    """What is said whatever is answered, and what of it belongs to one entry.

    Packages of ours show it under an outcome of its own; for those of others it can't be told, so nothing.
    """
    shown = [one for one in below(root, "modalfeedback") if attribute(one, "outcomeIdentifier") == _GENERAL]
    entries, words = [], []
    for one in shown:
        for line in below(one, "p"):
            name = line.get("label") or line.get("data-option")
            if line.get("class") == ENTRY_CLASS and name:
                said = first_below(line, "strong"), first_below(line, "span")
                text, feedback = (text_of_element(part) if part is not None else "" for part in said)
                entries.append(Entry(name, text, feedback))
            else:
                words.append(text_of_element(line))
    return tidy("\n".join(words)), tuple(entries)


def _modal(root: _Element, identifier: str) -> str:
    """The modal feedback shown for that choice."""
    found = (one for one in below(root, "modalfeedback") if attribute(one, "identifier") == identifier)
    return tidy("\n".join(text_of_element(one) for one in found))


def _response(declaration: _Element) -> _Response:
    correct = first_below(declaration, "correctresponse")
    mapped = {}
    for entry in below(declaration, "mapentry"):
        try:
            mapped[attribute(entry, "mapKey")] = float(attribute(entry, "mappedValue") or 0)
        except ValueError:
            continue
    return _Response(
        cardinality=attribute(declaration, "cardinality") or "single",
        base_type=attribute(declaration, "baseType"),
        correct=tuple((one.text or "").strip() for one in below(correct, "value")) if correct is not None else (),
        mapped=mapped,
    )
