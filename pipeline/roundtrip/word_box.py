"""What an SME's box column says: a tick before a word, a word left standing, or a word typed.

In: the cell as it came back, the words of the file's language. Out: a verdict, and what else was written there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.domain import FactVerdict
from pipeline.library.strings import Strings
from pipeline.roundtrip.sameness import is_same, lines_of, same_form

_TICK = re.compile(r"[☒☑✓✔✗✘×xX+]")
_EMPTY_BOX = re.compile("[\u2610\u25a1\u2b1c\\[\\]()\\s:.,;!/|-]+")
# What people type into an empty cell, whatever the language of the file.
_TYPED = {
    FactVerdict.CORRECT: {"ok", "okay", "o.k.", "yes", "correct", "right", "true", "✓", "✔", "☑", "y", "agreed"},
    FactVerdict.WRONG: {"wrong", "no", "not ok", "incorrect", "false", "outdated", "out of date", "✗", "✘", "n"},
    FactVerdict.UNSURE: {"not my area", "n/a", "na", "unsure", "not sure", "don't know", "do not know", "?"},
}
_KEYS = {FactVerdict.CORRECT: "word_ok", FactVerdict.WRONG: "word_wrong", FactVerdict.UNSURE: "word_unsure"}


@dataclass(frozen=True)
class BoxSays:
    """What the cell says."""

    verdict: FactVerdict | None = None
    remark: str = ""
    """Words beside the boxes."""
    is_contradictory: bool = False
    """Several boxes are ticked."""


def box_says(text: str, sent: str, say: Strings) -> BoxSays:
    """What stands in a box cell in which `sent` stood."""
    if is_same(text, sent):
        return BoxSays()
    words = {verdict: same_form(say[key]).casefold() for verdict, key in _KEYS.items()}
    ticked: list[FactVerdict] = []
    standing: list[FactVerdict] = []
    typed: list[FactVerdict] = []
    remarks: list[str] = []
    for line in lines_of(text):
        plain = same_form(line).casefold()
        found = _named(plain, words)
        if found is None:
            bare = _EMPTY_BOX.sub(" ", plain).strip()
            known = next((one for one, all_ in _TYPED.items() if plain in all_ or bare in all_), None)
            if known is not None:
                typed.append(known)
            elif bare:
                remarks.append(line.strip())
            continue
        rest = _EMPTY_BOX.sub("", plain.replace(words[found], " ", 1))
        if not rest:
            standing.append(found)
        elif _TICK.sub("", rest) == "":
            ticked.append(found)
        else:
            remarks.append(line.strip())
    chosen = ticked or typed or (standing if len(standing) == 1 and sent.strip() else [])
    if not sent.strip():
        chosen = [*ticked, *typed, *standing]
    verdicts = list(dict.fromkeys(chosen))
    return BoxSays(
        verdict=verdicts[0] if len(verdicts) == 1 else None, remark="\n".join(remarks),
        is_contradictory=len(verdicts) > 1,
    )


def _named(line: str, words: dict[FactVerdict, str]) -> FactVerdict | None:
    """The one choice whose words the line holds."""
    found = [verdict for verdict, text in words.items() if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", line)]
    # "x OK" may be written close: "xok".
    close = [verdict for verdict, text in words.items() if re.fullmatch(rf"x{re.escape(text)}", line)]
    return found[0] if len(found) == 1 else close[0] if len(close) == 1 else None
