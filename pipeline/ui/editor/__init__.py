"""The editor that loses nothing, and the announcer: our own two components, with what they are told and what they tell.

In: fields of a card, what was typed before, words. Out: `Message`s, checked here: whatever a browser sends is a claim.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

import streamlit as st

from pipeline.ui import state
from pipeline.ui.cards.field import Field, Value, Values

_HERE = Path(__file__).parent
# Longer texts than any element has; a request that holds more is none of ours.
_MOST_CHARS = 200_000
_MOST_FIELDS = 500
_MOST_NAME_CHARS = 200
_MOST_SELECTED_CHARS = 2_000

WORDS = {
    "name": "Editor",
    "save": "Save · Ctrl+Enter",
    "approve": "Save and approve · Ctrl+Alt+Enter",
    "close": "Close · Esc",
    "close_help": "What you typed is kept until you save or discard it",
    "drop": "Discard",
    "drop_help": "Throws away what you typed since the last save",
    "ready": "What you type is kept as you go.",
    "typing": "Typing …",
    "kept": "Kept, not saved yet.",
    "saving": "Saving …",
    "unsaved": "Not saved; what you typed is kept.",
    "unreachable": "The server cannot be reached. What you type is kept in this browser.",
    "noanswer": "No answer from the server yet. What you typed is kept in this browser; save again.",
    "nostorage": "This browser keeps no copy of what you type; the server does.",
    "recovered": "Text that you had typed and not saved is back.",
    "elsewhere": "This text was changed later in another window of yours.",
    "show": "Show that text",
    "mine": "Keep this one",
}

_editor = st.components.v2.component(
    "sme2module_editor",
    js=(_HERE / "editor.js").read_text(encoding="utf-8"),
    css=(_HERE / "editor.css").read_text(encoding="utf-8"),
)
_announcer = st.components.v2.component(
    "sme2module_announcer", js=(_HERE / "announcer.js").read_text(encoding="utf-8"), isolate_styles=False
)


@dataclass(frozen=True)
class Message:
    """What an editor sends: what was typed, and on which revision."""

    based_on: int
    fields: dict[str, str]
    sequence: int
    approves: bool = False


@dataclass(frozen=True)
class Sheet:
    """What an editor shows."""

    module: str
    element: str
    person: str
    based_on: int
    fields: Sequence[Field]
    typed: Mapping[str, str]
    """What was typed and not saved, as the server keeps it."""
    sequence: int
    """Of what the server keeps; 0 where it keeps nothing."""
    problem: str | None
    """Why the last save did not come about."""
    answer: int
    """Grows with every answer to a save, so that the browser knows which it has heard."""
    may_approve: bool
    suggests: bool
    """A save makes a proposal."""
    pictures: Mapping[str, str]
    """Field name → the picture above it, as a data: address."""

    @property
    def copy_key(self) -> str:
        """The name of the browser's own copy."""
        return copy_key(self.module, self.element, self.person)


def copy_key(module: str, element: str, person: str) -> str:
    """The name under which a browser keeps what a person types into an element."""
    return f"s2m-typed:{module}:{element}:{person}"


def mount(
    sheet: Sheet,
    *,
    on_typed: Callable[[Message], None],
    on_save: Callable[[Message], None],
    on_close: Callable[[Message], None],
    on_discard: Callable[[Message], None],
) -> None:
    """Draws the editor; each callback gets what the browser sent, and is not called where that makes no sense."""
    key = f"editor:{sheet.module}:{sheet.element}"

    def heard(name: str, act: Callable[[Message], None]) -> Callable[[], None]:
        def hear() -> None:
            message = message_of((state.widget(key) or {}).get(name))
            if message is not None:
                act(message)

        return hear

    _editor(
        key=key,
        data={
            "id": f"{sheet.module}/{sheet.element}/{sheet.based_on}/{sheet.person}",
            "key": sheet.copy_key,
            "based_on": sheet.based_on,
            "fields": [
                {
                    "name": field.name, "label": field.label, "value": as_text(field.value), "form": field.form,
                    "group": field.group, "beside": field.beside, "choices": list(field.choices), "help": field.help,
                    "picture": sheet.pictures.get(field.name),
                    "picture_alt": (field.figure.alt or "") if field.figure else "",
                }
                for field in sheet.fields
            ],
            "typed": dict(sheet.typed),
            "sequence": sheet.sequence,
            "problem": sheet.problem,
            "answer": sheet.answer,
            "may_approve": sheet.may_approve,
            "words": WORDS | ({"save": "Suggest · Ctrl+Enter"} if sheet.suggests else {}),
        },
        on_typed_change=heard("typed", on_typed),
        on_save_change=heard("save", on_save),
        on_close_change=heard("close", on_close),
        on_discard_change=heard("discard", on_discard),
    )


def announce(
    *, said: str, number: int, focus: str | None, forget: tuple[str, int] | None, person: str, keys_on: bool,
    keys_chosen: bool, on_keys: Callable[[bool], None], own_keys: str, own_keys_chosen: bool,
    on_own_keys: Callable[[object], None], names_person: bool, name_chosen: bool,
    on_name: Callable[[str], None], listens_on: str | None, on_selected: Callable[[str, str], None],
    write_in: str, writings: int, forgettings: int, forms: str, forms_known: int, on_forms: Callable[[object], None],
) -> None:
    """Speaks `said` once a `number`, moves the focus to the element `focus`, drops the browser's copy `forget`, and
    tells which words of the element `listens_on` (None: of none) are selected.

    Once a number `forgettings`, `forget` is dropped. Of the browser's own copies of forms, whose names begin with
    `forms`, `on_forms` gets those with a higher number than `forms_known`.

    Once a number `writings`, the cursor goes to the first field of the container `write_in`.

    A browser remembers whether its person wants letters as keys, which letters, and without a sign-in (`names_person`)
    the name; the callbacks get what it remembers where nothing else was chosen in this session.
    """
    key = "announcer"

    def hear() -> None:
        on_keys((state.widget(key) or {}).get("keys") != "off")

    def hear_own_keys() -> None:
        on_own_keys((state.widget(key) or {}).get("own_keys"))

    def hear_name() -> None:
        name = (state.widget(key) or {}).get("name")
        if isinstance(name, str) and 0 < len(name.strip()) <= _MOST_NAME_CHARS:
            on_name(name.strip())

    def hear_selected() -> None:
        sent = (state.widget(key) or {}).get("selected")
        if not isinstance(sent, Mapping):
            return
        element, words = sent.get("element"), sent.get("words")
        if isinstance(element, str) and isinstance(words, str) and 0 < len(words.strip()) <= _MOST_SELECTED_CHARS:
            on_selected(element, " ".join(words.split()))

    def hear_forms() -> None:
        on_forms((state.widget(key) or {}).get("forms"))

    _announcer(
        key=key,
        data={
            "said": said, "number": number, "focus": focus, "person": person, "keys_on": keys_on,
            "keys_chosen": keys_chosen, "own_keys": own_keys, "own_keys_chosen": own_keys_chosen,
            "names_person": names_person, "name_chosen": name_chosen,
            "listens_on": listens_on, "write_in": write_in, "writings": writings,
            "forgettings": forgettings, "forms": forms, "forms_known": forms_known,
            "forget": None if forget is None else {"key": forget[0], "sequence": forget[1]},
        },
        on_keys_change=hear,
        on_own_keys_change=hear_own_keys,
        on_name_change=hear_name,
        on_selected_change=hear_selected,
        on_forms_change=hear_forms,
    )


def message_of(sent: Any) -> Message | None:
    """What a browser sent, where it is what an editor sends."""
    if not isinstance(sent, Mapping):
        return None
    fields, based_on, sequence = sent.get("fields"), sent.get("based_on"), sent.get("sequence")
    if not isinstance(fields, Mapping) or len(fields) > _MOST_FIELDS:
        return None
    if not all(isinstance(name, str) and isinstance(value, str) for name, value in fields.items()):
        return None
    if sum(len(value) for value in fields.values()) > _MOST_CHARS:
        return None
    if not _is_number(based_on) or not _is_number(sequence) or not 0 <= sequence <= 2**62 or based_on < 1:
        return None
    return Message(int(based_on), dict(fields), int(sequence), sent.get("approve") is True)


def as_text(value: Value) -> str:
    """A field's value as an editor holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def values_of(fields: Sequence[Field], typed: Mapping[str, str]) -> Values:
    """The card's values: what was typed over what was there; raises ValueError for a number that is none."""
    values: dict[str, Value] = {}
    for field in fields:
        text = typed.get(field.name)
        if text is None or text == as_text(field.value):
            values[field.name] = field.value
        elif field.form == "flag":
            values[field.name] = text == "true"
        elif field.form == "number":
            values[field.name] = _number(text, field.label)
        elif field.form == "choice" and text not in field.choices:
            raise ValueError(f"{field.label}: {text!r} is none of the choices")
        else:
            values[field.name] = text.replace("\r\n", "\n")
    return values


def _number(text: str, label: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise ValueError(f"{label}: {text!r} is no number") from None


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
