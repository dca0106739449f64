"""Quizzes in QTI 1.2.1 as Common Cartridge narrows it: choice, true/false and short answers with feedback a choice.

In: items. Out: the XML tree of one assessment (1EdTech: Common Cartridge, QTI profile).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.domain import ItemType, QuizItem
from pipeline.export.foreseen import Told, numbers_told, texts_told
from pipeline.export.qti_item import identifiers
from pipeline.export.questions import BLANK, accepted_of, asked, entries_html, html_of, number_of, paragraph
from pipeline.export.xml_text import xml_safe

if TYPE_CHECKING:
    from lxml.etree import _Element

_SPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PROFILES = {
    ItemType.SINGLE: "cc.multiple_choice.v0p1", ItemType.MULTIPLE: "cc.multiple_response.v0p1",
    ItemType.TRUE_FALSE: "cc.true_false.v0p1", ItemType.SHORT: "cc.fib.v0p1", ItemType.CLOZE: "cc.fib.v0p1",
    ItemType.NUMERIC: "cc.fib.v0p1",
}
_RESPONSE, _GENERAL = "response1", "general_fb"
_LONGEST_TITLE = 120
MOST_ATTEMPTS = 5
"""What the profile has a word for, besides without a limit."""


def why_left_out(item: QuizItem) -> str | None:
    """Why the profile has no place for the item; None where it has."""
    match item.type:
        case ItemType.ORDER | ItemType.MATCH:
            return "a cartridge has only choices and short answers"
        case ItemType.CLOZE if len(accepted_of(item)) > 1:
            return "a cartridge has one blank a question"
        case ItemType.NUMERIC if number_of(item).tolerance:
            return "a cartridge compares numbers as texts and knows no tolerance"
    return None


def assessment(
    items: Sequence[QuizItem], *, ident: str, title: str, attempts: int | None, schema: str
) -> _Element:
    """The quiz of those of the items that have a place in it."""
    from lxml import etree

    root = etree.Element(_tag("questestinterop"), nsmap={None: _SPACE, "xsi": _XSI})
    root.set(f"{{{_XSI}}}schemaLocation", f"{_SPACE} {schema}")
    is_counted = attempts is not None and attempts <= MOST_ATTEMPTS
    quiz = _add(root, "assessment", ident=ident, title=_short(title, ident))
    _fields(
        quiz,
        {
            "cc_profile": "cc.exam.v0p1", "qmd_assessmenttype": "Examination",  # the one kind that the profile knows
            "qmd_scoretype": "Percentage", "qmd_feedbackpermitted": "Yes", "qmd_hintspermitted": "No",
            "qmd_solutionspermitted": "No", "cc_maxattempts": str(attempts) if is_counted else "unlimited",
        },
    )
    section = _add(quiz, "section", ident="root_section")
    names = identifiers([item.id for item in items], prefix="I")
    for item in items:
        if why_left_out(item) is None:
            _item(_add(section, "item", ident=names[item.id], title=_short(item.label, item.id)), item)
    return root


def _item(node: _Element, item: QuizItem) -> None:
    _fields(_add(node, "itemmetadata"), {"cc_profile": _PROFILES[item.type]})
    presentation = _add(node, "presentation")
    stem = BLANK.sub("_____", item.stem) if item.type is ItemType.CLOZE else asked(item)
    _material(presentation, paragraph(stem))
    processing = _add(node, "resprocessing")
    _add(_add(processing, "outcomes"), "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    general = paragraph(item.general_feedback) + (entries_html(item) if item.type is ItemType.CLOZE else "")
    if general:
        always = _add(processing, "respcondition", **{"continue": "Yes"})
        _add(_add(always, "conditionvar"), "other")
        _show(always, _GENERAL)
    if item.options and item.type in (ItemType.SINGLE, ItemType.MULTIPLE, ItemType.TRUE_FALSE):
        _choices(node, presentation, processing, item)
    else:
        field = _add(presentation, "response_str", ident=_RESPONSE, rcardinality="Single")
        _add(field, "render_fib", columns="30", rows="1", prompt="Box")
        _typed(node, processing, item)
    if general:
        _feedback(node, _GENERAL, general)


def _typed(node: _Element, processing: _Element, item: QuizItem) -> None:
    answers = [(told, text) for told in _answers(item) for text in _spellings(item, told.text)]
    # Moodle takes one text of a condition, edX every text up to the first condition that stops.
    last = len(answers) - 1
    names: dict[str, str] = {}
    for at, (told, text) in enumerate(answers):
        condition = _add(processing, "respcondition", **{"continue": "Yes" if at < last else "No"})
        _equal(_add(condition, "conditionvar"), text, case="No")
        _earn(condition)
        if told.feedback:
            _show(condition, names.setdefault(told.text, f"A{len(names) + 1}_fb"))
    for told in dict(answers):
        if told.feedback:
            _feedback(node, names[told.text], paragraph(told.feedback))


def _answers(item: QuizItem) -> tuple[Told, ...]:
    if item.type is ItemType.CLOZE:
        return tuple(Told(text, "0", True, "") for text in accepted_of(item)[0])
    told = numbers_told(item) if item.type is ItemType.NUMERIC else texts_told(item)
    # Canvas takes every text that a condition names for right, whatever it earns.
    return tuple(one for one in told if one.is_right)


def _spellings(item: QuizItem, text: str) -> tuple[str, ...]:
    # Many write a comma.
    return tuple(dict.fromkeys((text, text.replace(".", ",")))) if item.type is ItemType.NUMERIC else (text,)


def _choices(node: _Element, presentation: _Element, processing: _Element, item: QuizItem) -> None:
    is_multiple = item.type is ItemType.MULTIPLE
    names = identifiers([option.id for option in item.options], prefix="C")
    listed = _add(presentation, "response_lid", ident=_RESPONSE, rcardinality="Multiple" if is_multiple else "Single")
    labels = _add(listed, "render_choice", shuffle="No")
    for option in item.options:
        _material(_add(labels, "response_label", ident=names[option.id]), html_of(option.text))
    # What earns the point comes first, and stops: edX takes every choice named up to there for right. It is named once,
    # since Moodle takes the point of the last condition that names it.
    right = _add(processing, "respcondition", **{"continue": "No"})
    condition = _add(right, "conditionvar")
    if is_multiple:
        every = _add(condition, "and")
        for option in item.options:
            _equal(every if option.correct else _add(every, "not"), names[option.id])
    else:
        _equal(condition, names[item.correct_options[0].id])
    _earn(right)
    told = [option for option in item.options if option.feedback.strip()]
    for option in told:
        if option.correct:
            _show(right, f"{names[option.id]}_fb")
    for option in told:
        if is_multiple or not option.correct:
            # Of several choices each has its say; Moodle counts what goes on among the feedback to the whole.
            chosen = _add(processing, "respcondition", **{"continue": "Yes" if is_multiple else "No"})
            _equal(_add(chosen, "conditionvar"), names[option.id])
            _show(chosen, f"{names[option.id]}_fb")
    for option in item.options:
        if option.feedback.strip():
            _feedback(node, f"{names[option.id]}_fb", paragraph(option.feedback))


def _equal(parent: _Element, value: str, *, case: str | None = None) -> None:
    made = _add(parent, "varequal", respident=_RESPONSE, **({"case": case} if case else {}))
    made.text = xml_safe(value)


def _earn(condition: _Element) -> None:
    _add(condition, "setvar", action="Set", varname="SCORE").text = "100"


def _show(condition: _Element, ident: str) -> None:
    _add(condition, "displayfeedback", feedbacktype="Response", linkrefid=ident)


def _feedback(node: _Element, ident: str, markup: str) -> None:
    _material(_add(_add(node, "itemfeedback", ident=ident), "flow_mat"), markup)


def _material(parent: _Element, markup: str) -> None:
    _add(_add(parent, "material"), "mattext", texttype="text/html").text = markup


def _fields(parent: _Element, fields: dict[str, str]) -> None:
    data = _add(parent, "qtimetadata")
    for label, entry in fields.items():
        field = _add(data, "qtimetadatafield")
        _add(field, "fieldlabel").text = label
        _add(field, "fieldentry").text = entry


def _short(text: str, otherwise: str) -> str:
    return " ".join(xml_safe(text).split())[:_LONGEST_TITLE] or otherwise


def _tag(name: str) -> str:
    return f"{{{_SPACE}}}{name}"


def _add(parent: _Element, name: str, **attributes: str) -> _Element:
    from lxml import etree

    return etree.SubElement(parent, _tag(name), attributes)
