"""QTI 1.2 items (1EdTech: QTI ASI XML Binding 1.2), as Canvas, Blackboard and Respondus write them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pipeline.bank.entries import parted, with_entries
from pipeline.bank.markup import html_text, local, text_of_element, tidy
from pipeline.domain import BankItem, BankOption, ItemType, NumericAnswer

if TYPE_CHECKING:
    from lxml.etree import _Element

_NO_ITEMS = frozenset({"text_only_question"})
_TO_THE_WHOLE = ("correct_fb", "general_fb", "general_incorrect_fb")
_PLACE = re.compile(r"\[(?P<name>[A-Za-z]\w*)\]")


def items_of_12(root: _Element, place: str, skipped: Counter[str]) -> Iterator[BankItem]:
    """The items below a `questestinterop`, with `row` left to whoever counts; texts without a question are counted."""
    for item in root.iter():
        if local(item) != "item":
            continue
        said = _metadata(item)
        if said in _NO_ITEMS:
            skipped["description"] += 1
            continue
        yield _item(item, said, place)


def _item(item: _Element, said: str, place: str) -> BankItem:
    title = tidy(item.get("title") or item.get("ident") or "")
    where = ", ".join(part for part in (place, f'"{title[:60]}"' if title else "") if part)
    presentation = next(_below(item, "presentation"), None)
    read = BankItem(
        row=1, place=where or "an item without a name", type=None, stem="", id=item.get("ident") or None
    )
    if presentation is None:
        return read.changed(problem="it has no presentation")
    general, entries = parted(_markup(item, "general_fb"))
    read = read.changed(stem=_stem(presentation), general_feedback=general)
    try:
        make = _KINDS.get(said)
        if make is not None:
            return with_entries(make(item, presentation, read), entries)
        if said:
            return read.changed(note=f"no criterion looks at questions of the type {said.removesuffix('_question')!r}")
        return with_entries(_undeclared(item, presentation, read), entries)
    except ValueError as error:
        return read.changed(problem=str(error))


def _undeclared(item: _Element, presentation: _Element, read: BankItem) -> BankItem:
    """By what it is made of."""
    lists = list(_below(presentation, "response_lid"))
    if len(lists) == 1:
        return _choice(item, presentation, read)
    if len(lists) > 1:
        return _match(item, presentation, read)
    if next(_below(presentation, "response_num"), None) is not None:
        return _numeric(item, presentation, read)
    if next(_below(presentation, "response_str"), None) is not None:
        return _short(item, presentation, read) if _rights(item) else read.changed(
            note="no criterion looks at questions of the type 'essay'"
        )
    return read.changed(note="it asks for no answer that could be looked at")


def _choice(item: _Element, presentation: _Element, read: BankItem) -> BankItem:
    lid = next(_below(presentation, "response_lid"), None)
    if lid is None:
        raise ValueError("it has no list of answers")
    is_multiple = (lid.get("rcardinality") or "").lower() == "multiple"
    # Partial credit is for answers that come near; the one key is what earns most.
    right = {value for _, value in _rights(item, only_best=not is_multiple)}
    feedbacks = _feedback_of_choices(item)
    options = tuple(
        BankOption(
            text=_label_text(label), correct=(label.get("ident") or "") in right,
            feedback=feedbacks.get(label.get("ident") or "", ""),
        )
        for label in _below(lid, "response_label")
    )
    return read.changed(type=ItemType.MULTIPLE if is_multiple else ItemType.SINGLE, options=options)


def _true_false(item: _Element, presentation: _Element, read: BankItem) -> BankItem:
    return _choice(item, presentation, read).changed(type=ItemType.TRUE_FALSE)


def _short(item: _Element, presentation: _Element, read: BankItem) -> BankItem:
    accepted = tuple(dict.fromkeys(value for _, value in _rights(item)))
    return read.changed(type=ItemType.SHORT, answer=accepted or None, options=_foreseen(item, accepted))


def _numeric(item: _Element, presentation: _Element, read: BankItem) -> BankItem:
    rights = _rights(item)
    exact = next((value for _, value in rights), None)
    best = next((condition for _, condition in _scoring(item)), None)
    lows = [float(one.text or "") for one in _below(best, "vargte", "vargt")] if best is not None else []
    highs = [float(one.text or "") for one in _below(best, "varlte", "varlt")] if best is not None else []
    low, high = (lows[0], highs[0]) if lows and highs else (None, None)
    if exact is None and (low is None or high is None):
        raise ValueError("no answer earns credit")
    value = float(exact) if exact is not None else ((low or 0.0) + (high or 0.0)) / 2
    tolerance = max(abs(value - low), abs(high - value)) if low is not None and high is not None else 0.0
    return read.changed(type=ItemType.NUMERIC, answer=NumericAnswer(value=value, tolerance=tolerance))


def _match(item: _Element, presentation: _Element, read: BankItem) -> BankItem:
    rights = dict(reversed(_rights(item)))
    pairs = []
    for lid in _below(presentation, "response_lid"):
        targets = {label.get("ident") or "": _label_text(label) for label in _below(lid, "response_label")}
        entry = tidy("\n".join(_material(one) for one in lid if local(one) == "material"))
        target = targets.get(rights.get(lid.get("ident") or "", ""))
        if target is None:
            raise ValueError(f"no target is marked for {entry[:60]!r}")
        pairs.append((entry, target))
    options = tuple(BankOption(text=entry, correct=True) for entry, _ in pairs)
    return read.changed(type=ItemType.MATCH, answer=tuple(pairs) or None, options=options)


def _cloze(item: _Element, presentation: _Element, read: BankItem) -> BankItem:
    """Canvas marks blanks by [name] in the stem, and lists what each accepts."""
    accepted: dict[str, list[str]] = {}
    labels: dict[tuple[str, str], str] = {}
    names: dict[str, str] = {}
    for lid in _below(presentation, "response_lid"):
        name = (lid.get("ident") or "").removeprefix("response_")
        names[lid.get("ident") or ""] = name
        labels |= {(name, label.get("ident") or ""): _label_text(label) for label in _below(lid, "response_label")}
    for response, value in _rights(item):
        name = names.get(response, response)
        accepted.setdefault(name, []).append(labels.get((name, value), value))
    found: list[tuple[str, ...]] = []

    def numbered(match: re.Match[str]) -> str:
        if match["name"] not in accepted and match["name"] not in names.values():
            return match[0]
        found.append(tuple(accepted.get(match["name"], ())))
        return "{{" + str(len(found)) + "}}"

    stem = _PLACE.sub(numbered, read.stem)
    answer = tuple(found) or tuple(tuple(texts) for texts in accepted.values())
    return read.changed(type=ItemType.CLOZE, stem=stem, answer=answer or None)


_KINDS: dict[str, Callable[[_Element, _Element, BankItem], BankItem]] = {
    "multiple_choice_question": _choice,
    "multiple_answers_question": _choice,
    "true_false_question": _true_false,
    "short_answer_question": _short,
    "fill_in_multiple_blanks_question": _cloze,
    "multiple_dropdowns_question": _cloze,
    "matching_question": _match,
    "numerical_question": _numeric,
    "multiple choice": _choice,
    "multiple answer": _choice,
    "true/false": _true_false,
    # What else Common Cartridge knows is told by what it is made of.
    "cc.true_false.v0p1": _true_false,
}


def _metadata(item: _Element) -> str:
    """The question's type as Canvas (question_type) or Blackboard (bbmd_questiontype) writes it, in lower case."""
    for one in _below(item, "qtimetadatafield"):
        parts = {local(part): (part.text or "").strip() for part in one}
        if parts.get("fieldlabel") in ("question_type", "qmd_itemtype"):
            return parts.get("fieldentry", "").lower()
        if parts.get("fieldlabel") == "cc_profile" and parts.get("fieldentry", "").lower() in _KINDS:
            return parts["fieldentry"].lower()
    kind = next(_below(item, "bbmd_questiontype", "qmd_itemtype"), None)
    return (kind.text or "").strip().lower() if kind is not None else ""


def _stem(presentation: _Element) -> str:
    """The materials that belong to no list of answers."""
    pieces = []
    for one in _below(presentation, "material"):
        above = {local(parent) for parent in one.iterancestors()}
        if not above & {"response_label", "response_lid", "response_str", "response_num", "response_grp"}:
            pieces.append(_material(one))
    return tidy("\n".join(pieces))


def _material(material: _Element) -> str:
    pieces = []
    for part in material.iter():
        name = local(part)
        if name in ("mattext", "matemtext"):
            # HTML stands there escaped, or as elements.
            pieces.append(text_of_element(part) if len(part) else html_text(part.text))
        elif name in ("matimage", "matvideo", "mataudio"):
            pieces.append("[image]")
    return tidy("\n".join(pieces))


def _label_text(label: _Element) -> str:
    return tidy("\n".join(_material(one) for one in _below(label, "material")))


def _scoring(item: _Element) -> list[tuple[float, _Element]]:
    """(what it earns, condition) of the conditions that earn something, best first."""
    earning = []
    for condition in _below(item, "respcondition"):
        sets = [one for one in condition if local(one) == "setvar"]
        worth = [_worth(one) for one in sets if (one.get("action") or "Set").lower() in ("set", "add")]
        if worth and max(worth) > 0:
            earning.append((max(worth), condition))
    return sorted(earning, key=lambda one: -one[0])  # of equal ones the first stays first


def _worth(setvar: _Element) -> float:
    said = (setvar.text or "").strip()
    try:
        return float(said)
    except ValueError:
        return 1.0 if said else 0.0  # "SCORE.max"


def _rights(item: _Element, *, only_best: bool = False) -> list[tuple[str, str]]:
    """(response, value) of each `varequal` that earns something, or most, without those under a `not`."""
    found: list[tuple[str, str]] = []
    scoring = _scoring(item)
    for worth, condition in scoring:
        if only_best and worth < scoring[0][0]:
            continue
        for one in _below(condition, "varequal"):
            if not any(local(parent) == "not" for parent in one.iterancestors()):
                found.append((one.get("respident") or "", (one.text or "").strip()))
    return list(dict.fromkeys(found))


def _foreseen(item: _Element, accepted: tuple[str, ...]) -> tuple[BankOption, ...]:
    """Texts with feedback of their own; of several ways to write one the first."""
    found: dict[str, BankOption] = {}
    for condition in _below(item, "respcondition"):
        values = [(one.text or "").strip() for one in _below(condition, "varequal")]
        for link in [one.get("linkrefid") or "" for one in _below(condition, "displayfeedback")]:
            text = _feedback(item, link) if len(values) == 1 and link not in _TO_THE_WHOLE else ""
            if text:
                found.setdefault(link, BankOption(text=values[0], correct=values[0] in accepted, feedback=text))
    return tuple(found.values())


def _feedback_of_choices(item: _Element) -> dict[str, str]:
    """Choice → its feedback, by the conditions that show one."""
    found: dict[str, str] = {}
    for condition in _below(item, "respcondition"):
        values = [(one.text or "").strip() for one in _below(condition, "varequal")]
        links = [one.get("linkrefid") or "" for one in _below(condition, "displayfeedback")]
        if len(values) == 1 and links:
            text = tidy("\n".join(_feedback(item, link) for link in links if link not in _TO_THE_WHOLE))
            if text:
                found.setdefault(values[0], text)
    return found


def _feedback(item: _Element, ident: str) -> str:
    for one in _below(item, "itemfeedback"):
        if one.get("ident") == ident:
            return tidy("\n".join(_material(material) for material in _below(one, "material")))
    return ""


def _markup(item: _Element, ident: str) -> str:
    """The feedback as HTML, where it stands there escaped; else as text."""
    told = next((one for one in _below(item, "itemfeedback") if one.get("ident") == ident), None)
    texts = list(_below(told, "mattext")) if told is not None else []
    if len(texts) == 1 and not len(texts[0]):
        return texts[0].text or ""
    return _feedback(item, ident)


def _below(element: _Element, *names: str) -> Iterator[_Element]:
    return (one for one in element.iter() if one is not element and local(one) in names)
