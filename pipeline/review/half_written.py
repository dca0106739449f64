"""What a person has written into the forms of an element and not sent: comments, reasons, questions, instructions.

In: module, element, form, and the texts of its fields. Out: the same, until they are sent or cancelled. A form is named
as the screen names it: "reject", "comment", "reply:c-1". Each person sees their own alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.errors import ReviewError, UsageError
from pipeline.review.acting import Acting
from pipeline.review.permissions import Verb

_FORM = re.compile(r"[a-z_]+(:[^\s:]+)?")
_FIELD = re.compile(r"[a-z_]+")
# Kept beside the element's own text, under a name that no element has.
_SHELF = "{}#forms"
_LONGEST_CHARS = 20_000
_MOST_FORMS = 200
_HIGHEST_SEQUENCE = 2**62

Texts = Mapping[str, str]
"""Field of a form → what stands in it."""


@dataclass(frozen=True)
class HalfWritten:
    """What one person has not sent on one element."""

    forms: Mapping[str, Texts] = field(default_factory=dict)
    """Form → its fields; those with nothing in them are missing."""
    sequence: int = 0
    """The highest number known: what is kept next needs a higher one."""


class WritingForms:
    """Keeps what stands in forms. Safe to share between threads."""

    def __init__(self, acting: Acting) -> None:
        self._acting = acting
        self._typed = acting.store.typed

    def keep(
        self, module_id: str, element_id: str, form: str, texts: Texts, *, by: str, revision: int,
        sequence: int | None = None,
    ) -> None:
        """Keeps the fields' texts where they are newer than what is known.

        `sequence` grows from call to call (milliseconds do); None is newer than all before. Raises ReviewError for what
        is no form or too long, UsageError where there is no such element, NotAllowedError for who may not comment.
        """
        doing = f"keeping what is written on {element_id}"
        act = self._acting.act(by, Verb.COMMENT, doing)
        if not _FORM.fullmatch(form) or not all(_FIELD.fullmatch(name) for name in texts):
            raise ReviewError(doing, why=f"{form!r} is no form", mend="open the form again")
        if sum(len(text) for text in texts.values()) > _LONGEST_CHARS:
            raise ReviewError(doing, why=f"it has more than {_LONGEST_CHARS} characters", mend="shorten it")
        if sequence is not None and not 0 < sequence <= _HIGHEST_SEQUENCE:
            raise ReviewError(doing, why=f"{sequence} is no number", mend="number what is kept from 1 upwards")
        if element_id not in self._acting.store.glances.of(module_id).order:
            raise UsageError(
                f"element {element_id!r}", why=f"module {module_id} has no such element", mend="copy the text elsewhere"
            )
        known = self.of(module_id, element_id, by=by)
        if form not in known.forms and len(known.forms) >= _MOST_FORMS:
            raise ReviewError(doing, why=f"{_MOST_FORMS} forms are half written", mend="send or cancel some of them")
        self._typed.save(
            module_id, _SHELF.format(element_id), act.by, based_on=revision,
            fields={f"{form} {name}": text for name, text in texts.items()},
            sequence=known.sequence + 1 if sequence is None else sequence,
        )

    def of(self, module_id: str, element_id: str, *, by: str) -> HalfWritten:
        """What the person has not sent there."""
        kept = self._typed.load(module_id, _SHELF.format(element_id), by.strip()) if by.strip() else None
        if kept is None:
            return HalfWritten()
        forms: dict[str, dict[str, str]] = defaultdict(dict)
        for name, text in kept.fields.items():
            if text:
                form, _, one = name.rpartition(" ")
                forms[form][one] = text
        return HalfWritten(dict(forms), kept.sequence)

    def drop(self, module_id: str, element_id: str, form: str, *, by: str) -> None:
        """Lets what stands in the form go: it was sent, or its writer wishes so."""
        self._acting.act(by, Verb.COMMENT, f"dropping what is written on {element_id}")
        known = self.of(module_id, element_id, by=by)
        if form not in known.forms:
            return
        self._typed.save(
            module_id, _SHELF.format(element_id), by.strip(), based_on=1,
            fields={f"{form} {name}": "" for name in known.forms[form]}, sequence=known.sequence + 1,
        )
