"""The keys of the review screen: what each does, and the letters a person has chosen instead.

In: a command, named by the letter it has by default. Out: the letter it has for this person, as buttons print it. Which
letters are a person's own is remembered by the browser; whatever a browser says is a claim, and is checked here.
"""

from __future__ import annotations

import json
import string
from collections.abc import Mapping

from pipeline.ui import state

KEYS = {
    "A": "Approve and go to the next open element",
    "E": "Edit in place",
    "Q": "Request changes, with a reason",
    "X": "Reject, with a reason",
    "G": "Have the engine draft it again",
    "M": "Comment",
    "S": "Decide later: go to the next open element",
    "J": "Next element",
    "K": "Previous element",
    "U": "Undo what you did last: a decision, an edit, a move, an answer",
    "Z": "What you did last, to open or to take back",
    "D": "Show or hide what changed",
    "V": "Next piece of evidence",
    "P": "Enlarge the page, or make it small again",
    "L": "History",
    "F": "Ask an expert whether it is true",
    "T": "Split the text in two",
    "B": "Merge with the next part",
    "I": "Move up",
    "O": "Move down",
    "W": "Move to another lesson",
    "Y": "The facts are correct (who answers for them)",
    "N": "The facts are wrong or out of date (who answers for them)",
    "H": "Show or hide this help",
}
"""Default letter → what it does. C and R belong to Streamlit; keys with Ctrl or Alt would fire inside text fields, so
only the editor has some."""

FIXED_KEYS = {
    "1–9": "That piece of evidence",
    "Ctrl+Enter": "In the editor: save",
    "Ctrl+Alt+Enter": "In the editor: save and approve",
    "Esc": "In the editor: close; what you typed is kept",
}
"""What cannot be changed."""

LETTERS = tuple(letter for letter in string.ascii_uppercase if letter not in "CR")
"""What a command can have."""

_LONGEST_CLAIM_CHARS = 1_000


def letter_of(command: str) -> str:
    """The letter that the command has for this person."""
    return state.session().own_keys.get(command, command)


def shortcut(command: str) -> str | None:
    """The same for a button; None where keys are switched off."""
    return letter_of(command) if are_on() else None


def are_on() -> bool:
    """Whether letters press buttons: the person wants it so, and no form is open that they might be meant for."""
    element = state.place().element
    return state.session().keys_on and (element is None or state.panel_on(element) not in state.FORMS)


def choose(command: str, letter: str) -> str | None:
    """Gives the command that letter; what had it gets the letter that is free now, and is returned."""
    memory = state.session()
    letters = {one: letter_of(one) for one in KEYS}
    other = next((one for one, has in letters.items() if has == letter and one != command), None)
    if other is not None:
        letters[other] = letters[command]
    letters[command] = letter
    memory.own_keys = {one: has for one, has in letters.items() if one != has}
    memory.own_keys_chosen = True
    return other


def forget_own() -> None:
    """Gives every command its default letter again."""
    memory = state.session()
    memory.own_keys, memory.own_keys_chosen = {}, True


def as_claim(own: Mapping[str, str]) -> str:
    """The person's own letters as a browser keeps them."""
    return json.dumps(dict(own), sort_keys=True)


def from_claim(said: object) -> dict[str, str] | None:
    """The letters that a browser says are the person's; None where no two commands could live with them."""
    if not isinstance(said, str) or len(said) > _LONGEST_CLAIM_CHARS:
        return None
    try:
        own = json.loads(said)
    except (ValueError, RecursionError):
        return None
    if not isinstance(own, dict) or not set(own) <= set(KEYS):
        return None
    if not all(isinstance(letter, str) and letter in LETTERS for letter in own.values()):
        return None
    letters = [own.get(one, one) for one in KEYS]
    return {one: has for one, has in own.items() if one != has} if len(set(letters)) == len(letters) else None
