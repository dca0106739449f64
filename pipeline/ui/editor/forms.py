"""The keeper of forms, in the browser: our component that tells the server of what is written before a field is left.

In: which fields stand open, and whose they are. Out: what was written, checked here: whatever a browser sends is a
claim.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st

from pipeline.ui import state

_HERE = Path(__file__).parent
_MOST_CHARS = 20_000
_MOST_FORMS = 50
_HIGHEST_SEQUENCE = 2**62

_keeper = st.components.v2.component("sme2module_forms", js=(_HERE / "forms.js").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class KeptField:
    """A field that is watched."""

    form: str
    field: str
    widget: str
    """Its key, which changes with the text that the form is about."""


@dataclass(frozen=True)
class Written:
    """What a browser says was written."""

    texts: Mapping[str, str]
    """Widget → its text; of what a browser brings back, field of the form → its text."""
    sequence: int
    form: str = ""
    """Of what a browser brings back."""


def copies_of(module: str, element: str, person: str) -> str:
    """What the names of the browser's own copies begin with; the form's name follows."""
    return f"s2m-form:{module}:{element}:{person}:"


def keep(of: str, fields: Sequence[KeptField], *, heard: int, on_written: Callable[[Written], None]) -> None:
    """Watches the fields; `of` begins the names of the browser's copies, `heard` is the last number that was kept."""
    key = "keeper"

    def hear() -> None:
        sent = (state.widget(key) or {}).get("written")
        if not isinstance(sent, Mapping) or sent.get("of") != of:
            return
        written = _written(sent)
        if written is not None:
            on_written(written)

    _keeper(
        key=key,
        data={
            "id": of, "heard": heard,
            "fields": [
                {"form": one.form, "field": one.field, "widget": one.widget, "css": _css(one.widget)} for one in fields
            ],
        },
        on_written_change=hear,
    )


def brought_back(sent: Any, of: str) -> tuple[Written, ...]:
    """What a browser kept of forms whose copies' names begin with `of`."""
    found = sent.get("found") if isinstance(sent, Mapping) and sent.get("of") == of else None
    if not isinstance(found, list) or len(found) > _MOST_FORMS:
        return ()
    read = (_written(one) for one in found if isinstance(one, Mapping))
    return tuple(one for one in read if one is not None and one.form)


def _written(sent: Mapping[Any, Any]) -> Written | None:
    texts, sequence, form = sent.get("texts"), sent.get("sequence"), sent.get("form", "")
    if not isinstance(texts, Mapping) or not isinstance(form, str):
        return None
    if not all(isinstance(name, str) and isinstance(text, str) for name, text in texts.items()):
        return None
    if sum(len(name) + len(text) for name, text in texts.items()) > _MOST_CHARS:
        return None
    if not isinstance(sequence, int | float) or isinstance(sequence, bool) or not 0 < sequence <= _HIGHEST_SEQUENCE:
        return None
    return Written(dict(texts), int(sequence), form)


def _css(widget: str) -> str:
    """The class that Streamlit gives what it draws under that key."""
    return "st-key-" + re.sub("[^a-zA-Z0-9_-]", "-", widget.strip())
