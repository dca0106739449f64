"""One quiz item as a QTI item: right as a whole for one point, every option with its own feedback.

In: an item and a version. Out: the item's XML tree (1EdTech: QTI ASI Information Model). An entry's feedback in order,
match and cloze items, and what is said to the item as a whole, is one modal feedback shown with any answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pipeline.domain import ENTRY_CLASS, TYPE_CLASS, UNIT_CLASS, ItemType, QuizItem
from pipeline.export.foreseen import Foreseen, foreseen_of
from pipeline.export.qti_xml import Version
from pipeline.export.questions import (
    BLANK,
    accepted_of,
    bounds_of,
    entries_in_order,
    number_of,
    pairs_of,
    plain_number,
    unit_beside,
)
from pipeline.library.strings import strings_for

if TYPE_CHECKING:
    from lxml.etree import _Element

RESPONSE, SCORE, FEEDBACK, GENERAL = "RESPONSE", "SCORE", "FEEDBACK", "GENERAL"
"""Names of the item's variables; GENERAL is also the identifier of what is said to the item as a whole."""

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,30}")
_TAKEN = {RESPONSE, SCORE, FEEDBACK, GENERAL, "MAXSCORE"}
_LONGEST_TITLE = 120
_ENTRY_TYPES = (ItemType.ORDER, ItemType.MATCH, ItemType.CLOZE)


def item_tree(version: Version, item: QuizItem, identifier: str, *, language: str, shuffle: bool) -> _Element:
    """The item's tree."""
    return _Writer(version, item, language=language, shuffle=shuffle).item(identifier, language)


def identifiers(ids: Sequence[str], *, prefix: str) -> dict[str, str]:
    """Id → an identifier that QTI takes: the id itself where it does, else one made of its number."""
    made: dict[str, str] = {}
    for number, one in enumerate(ids, start=1):
        name = one if _IDENTIFIER.fullmatch(one) and one not in _TAKEN else f"{prefix}{number}"
        made[one] = name if name not in made.values() else f"{prefix}_{number}"
    return made


class _Writer:
    """Builds one item."""

    def __init__(self, version: Version, item: QuizItem, *, language: str, shuffle: bool) -> None:
        self._version, self._item, self._shuffle = version, item, shuffle
        self._say = strings_for(language)
        self._add = version.add
        self._names = identifiers([option.id for option in item.options], prefix="C")
        self._told = foreseen_of(item)

    def item(self, identifier: str, language: str) -> _Element:
        item = self._item
        root = self._version.root(
            "assessmentItem", identifier=identifier, title=" ".join(item.label.split())[:_LONGEST_TITLE] or identifier,
            label=item.id, adaptive="false", timeDependent="false", xml_lang=language, toolName="sme2module",
        )
        kinds: dict[ItemType, tuple[Callable[[_Element], None], Callable[[_Element], None]]] = {
            ItemType.SINGLE: (self._declare_choice, self._choice),
            ItemType.TRUE_FALSE: (self._declare_choice, self._choice),
            ItemType.MULTIPLE: (self._declare_choice, self._choice),
            ItemType.ORDER: (self._declare_order, self._order),
            ItemType.MATCH: (self._declare_match, self._match),
            ItemType.CLOZE: (self._declare_texts, self._cloze),
            ItemType.SHORT: (self._declare_texts, self._line),
            ItemType.NUMERIC: (self._declare_number, self._line),
        }
        declare, body = kinds[item.type]
        declare(root)
        self._outcomes(root)
        # Two of our types share an interaction with another one.
        body(self._add(root, "itemBody", class_=f"{TYPE_CLASS}{item.type.value}"))
        self._process(self._add(root, "responseProcessing"))
        self._modal(root)
        return root

    # What is right

    def _declare(self, root: _Element, name: str, cardinality: str, base: str, right: Sequence[str]) -> _Element:
        declared = self._add(root, "responseDeclaration", identifier=name, cardinality=cardinality, baseType=base)
        correct = self._add(declared, "correctResponse")
        for value in right:
            self._add(correct, "value", value)
        return declared

    def _declare_choice(self, root: _Element) -> None:
        right = [self._names[option.id] for option in self._item.correct_options]
        self._declare(root, RESPONSE, self._cardinality, "identifier", right)

    def _declare_order(self, root: _Element) -> None:
        right = [self._names[option.id] for option in entries_in_order(self._item)]
        self._declare(root, RESPONSE, "ordered", "identifier", right)

    def _declare_match(self, root: _Element) -> None:
        targets = self._targets()
        right = [f"{self._names[option.id]} {targets[target]}" for option, target in pairs_of(self._item)]
        self._declare(root, RESPONSE, "multiple", "directedPair", right)

    def _declare_texts(self, root: _Element) -> None:
        for name, texts in self._fields():
            declared = self._declare(root, name, "single", "string", texts[:1])
            mapping = self._add(declared, "mapping", defaultValue="0")
            for text in dict.fromkeys(texts):
                self._add(mapping, "mapEntry", mapKey=text, mappedValue="1", caseSensitive="false")

    def _declare_number(self, root: _Element) -> None:
        self._declare(root, RESPONSE, "single", "float", [plain_number(number_of(self._item).value)])

    def _outcomes(self, root: _Element) -> None:
        score = self._add(
            root, "outcomeDeclaration", identifier=SCORE, cardinality="single", baseType="float", normalMaximum="1"
        )
        self._add(self._add(score, "defaultValue"), "value", "0")
        most = self._add(root, "outcomeDeclaration", identifier="MAXSCORE", cardinality="single", baseType="float")
        self._add(self._add(most, "defaultValue"), "value", "1")
        if self._is_choice or self._told:
            self._add(
                root, "outcomeDeclaration", identifier=FEEDBACK, cardinality=self._cardinality, baseType="identifier"
            )
        if self._has_general:
            self._add(root, "outcomeDeclaration", identifier=GENERAL, cardinality="single", baseType="identifier")

    # What is seen

    def _prompt(self, interaction: _Element) -> None:
        self._version.words(self._add(interaction, "prompt"), self._item.stem)

    def _choice(self, body: _Element) -> None:
        is_multiple = self._item.type is ItemType.MULTIPLE
        interaction = self._add(
            body, "choiceInteraction", responseIdentifier=RESPONSE, shuffle=_bool(self._shuffle),
            maxChoices="0" if is_multiple else "1",
        )
        self._prompt(interaction)
        for option in self._item.options:
            choice = self._add(interaction, "simpleChoice", identifier=self._names[option.id])
            self._version.words(choice, option.text)
            if is_multiple and option.feedback.strip():
                # Several modal feedbacks at once are more than some players show.
                said = self._add(
                    choice, "feedbackInline", outcomeIdentifier=FEEDBACK, identifier=self._names[option.id],
                    showHide="show",
                )
                self._version.words(said, f" {option.feedback.strip()}")

    def _order(self, body: _Element) -> None:
        interaction = self._add(body, "orderInteraction", responseIdentifier=RESPONSE, shuffle="true")
        self._prompt(interaction)
        for option in self._item.options:
            choice = self._add(interaction, "simpleChoice", identifier=self._names[option.id])
            self._version.words(choice, option.text)

    def _match(self, body: _Element) -> None:
        targets = self._targets()
        pairs = pairs_of(self._item)
        interaction = self._add(
            body, "matchInteraction", responseIdentifier=RESPONSE, shuffle=_bool(self._shuffle),
            maxAssociations=str(len(pairs)),
        )
        self._prompt(interaction)
        entries, others = (self._add(interaction, "simpleMatchSet") for _ in range(2))
        for option, _ in pairs:
            one = self._add(entries, "simpleAssociableChoice", identifier=self._names[option.id], matchMax="1")
            self._version.words(one, option.text)
        for target, name in targets.items():
            one = self._add(others, "simpleAssociableChoice", identifier=name, matchMax=str(len(pairs)))
            self._version.words(one, target)

    def _cloze(self, body: _Element) -> None:
        line = self._add(body, "p")
        fields = dict(enumerate(self._fields(), start=1))
        at = 0
        for found in BLANK.finditer(self._item.stem):
            number = int(found[1])
            field = fields.pop(number, None)
            if field is None:
                continue
            self._version.words(line, self._item.stem[at : found.start()])
            self._entry(line, *field, label=self._say.say("blank_n", n=number))
            at = found.end()
        self._version.words(line, self._item.stem[at:])
        for number, field in fields.items():
            self._version.words(line, " ")
            self._entry(line, *field, label=self._say.say("blank_n", n=number))

    def _line(self, body: _Element) -> None:
        line = self._add(body, "p")
        self._version.words(line, f"{self._item.stem.rstrip()} ")
        if unit := unit_beside(self._item):
            self._version.words(self._add(line, "span", class_=UNIT_CLASS), f"({unit})")
            self._version.words(line, " ")
        if self._item.type is ItemType.NUMERIC:
            number = number_of(self._item)
            field = self._entry(
                line, RESPONSE, (plain_number(number.value),), label=number.unit or self._say["your_number"]
            )
            if number.unit:
                field.set("class", UNIT_CLASS)
            return
        self._entry(line, *self._fields()[0], label=self._say["your_answer"])

    def _entry(self, line: _Element, name: str, texts: Sequence[str], *, label: str) -> _Element:
        # Players name a field by its placeholder and by nothing else; without one it has no name for a screen reader.
        longest = max([len(text) for text in texts], default=1)
        return self._add(
            line, "textEntryInteraction", responseIdentifier=name, expectedLength=str(max(longest, 4)),
            placeholderText=label,
        )

    # What follows

    def _process(self, processing: _Element) -> None:
        rule = self._add(processing, "responseCondition")
        condition = self._add(rule, "responseIf")
        if self._is_typed:
            # Players differ in what they make of an empty field that is compared: one counts it as 0, one stops.
            self._is_empty(condition)
            self._set(condition, SCORE, ("baseValue", {"baseType": "float"}, "0"))
            for one in self._told:
                if not one.is_key:
                    self._is_foreseen(rule, one)
            condition = self._add(rule, "responseElseIf")
        self._is_right(condition)
        self._set(condition, SCORE, ("baseValue", {"baseType": "float"}, "1"))
        for one in self._told:
            if one.is_key:
                self._tell(condition, one)
        if self._is_choice:
            self._set(processing, FEEDBACK, ("variable", {"identifier": RESPONSE}, None))
        if self._has_general:
            self._set(processing, GENERAL, ("baseValue", {"baseType": "identifier"}, GENERAL))

    def _is_empty(self, parent: _Element) -> None:
        names = [RESPONSE] if self._item.type is ItemType.NUMERIC else [name for name, _ in self._fields()]
        any_of = self._add(parent, "or") if len(names) > 1 else parent
        for name in names:
            self._add(self._add(any_of, "isNull"), "variable", identifier=name)

    def _is_foreseen(self, rule: _Element, one: Foreseen) -> None:
        condition = self._add(rule, "responseElseIf")
        if self._item.type is ItemType.NUMERIC:
            same, base = self._add(condition, "equal", toleranceMode="exact"), "float"
        else:
            same, base = self._add(condition, "stringMatch", caseSensitive="false"), "string"
        self._add(same, "variable", identifier=RESPONSE)
        self._add(same, "baseValue", one.text, baseType=base)
        self._set(condition, SCORE, ("baseValue", {"baseType": "float"}, "1" if one.is_right else "0"))
        self._tell(condition, one)

    def _tell(self, condition: _Element, one: Foreseen) -> None:
        self._set(condition, FEEDBACK, ("baseValue", {"baseType": "identifier"}, self._names[one.option.id]))

    def _is_right(self, parent: _Element) -> None:
        if self._item.type is ItemType.NUMERIC:
            # By its bounds: not every player knows the tolerance that `equal` may have.
            within = self._add(parent, "and")
            low, high = bounds_of(number_of(self._item))
            for name, bound in (("gte", low), ("lte", high)):
                compared = self._add(within, name)
                self._add(compared, "variable", identifier=RESPONSE)
                self._add(compared, "baseValue", bound, baseType="float")
        elif self._item.type in (ItemType.CLOZE, ItemType.SHORT):
            fields = self._fields()
            every = self._add(parent, "and") if len(fields) > 1 else parent
            for name, texts in fields:
                known = tuple(dict.fromkeys(texts))
                any_of = self._add(every, "or") if len(known) > 1 else every
                for text in known:
                    same = self._add(any_of, "stringMatch", caseSensitive="false")
                    self._add(same, "variable", identifier=name)
                    self._add(same, "baseValue", text, baseType="string")
        else:
            match = self._add(parent, "match")
            self._add(match, "variable", identifier=RESPONSE)
            self._add(match, "correct", identifier=RESPONSE)

    def _set(self, parent: _Element, outcome: str, value: tuple[str, dict[str, str], str | None]) -> None:
        name, attributes, text = value
        self._add(self._add(parent, "setOutcomeValue", identifier=outcome), name, text, **attributes)

    def _modal(self, root: _Element) -> None:
        is_one = self._item.type in (ItemType.SINGLE, ItemType.TRUE_FALSE)
        for option in self._item.options if is_one else [one.option for one in self._told]:
            if option.feedback.strip():
                shown = self._shown(root, FEEDBACK, self._names[option.id])
                self._version.words(self._add(shown, "p"), option.feedback.strip())
        if not self._has_general:
            return
        shown = self._shown(root, GENERAL, GENERAL)
        if self._item.general_feedback.strip():
            self._version.words(self._add(shown, "p"), self._item.general_feedback.strip())
        if self._item.type in _ENTRY_TYPES:
            for option in entries_in_order(self._item):
                if option.feedback.strip():
                    # 2.x knows no data-… attributes, and 3.0 no label here.
                    name = {"data-option": option.id} if self._version.is_3 else {"label": option.id}
                    line = self._add(shown, "p", class_=ENTRY_CLASS, **name)
                    self._version.words(self._add(line, "strong"), option.text)
                    self._version.words(line, ": ")
                    self._version.words(self._add(line, "span"), option.feedback.strip())

    def _shown(self, root: _Element, outcome: str, identifier: str) -> _Element:
        made = self._add(root, "modalFeedback", outcomeIdentifier=outcome, identifier=identifier, showHide="show")
        return self._add(made, "contentBody") if self._version.is_3 else made

    # Names

    @property
    def _is_choice(self) -> bool:
        return self._item.type in (ItemType.SINGLE, ItemType.TRUE_FALSE, ItemType.MULTIPLE)

    @property
    def _is_typed(self) -> bool:
        return self._item.type in (ItemType.NUMERIC, ItemType.CLOZE, ItemType.SHORT)

    @property
    def _cardinality(self) -> str:
        return "multiple" if self._item.type is ItemType.MULTIPLE else "single"

    @property
    def _has_general(self) -> bool:
        has_entries = self._item.type in _ENTRY_TYPES and any(one.feedback.strip() for one in self._item.options)
        return has_entries or bool(self._item.general_feedback.strip())

    def _targets(self) -> dict[str, str]:
        """Target text → its identifier, which no entry has."""
        texts = dict.fromkeys(target for _, target in pairs_of(self._item))
        return {text: f"T{number}_" for number, text in enumerate(texts, start=1)}

    def _fields(self) -> list[tuple[str, tuple[str, ...]]]:
        """(name, accepted texts) of each text field."""
        accepted = accepted_of(self._item)
        if len(accepted) == 1:
            return [(RESPONSE, accepted[0])]
        return [(f"{RESPONSE}_{number}", texts) for number, texts in enumerate(accepted, start=1)]


def _bool(value: bool) -> str:
    return "true" if value else "false"
