"""BCP 47 language tags, and a guess at the language of a text from its script and commonest words."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

# A dozen function words a language; enough to tell them apart from a paragraph on.
_FUNCTION_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset("the of and to in is that for it with as on be this are by or from must".split()),
    "de": frozenset("der die das und ist nicht mit ein eine zu von den im auf für werden sich dem".split()),
    "fr": frozenset("le la les des et est une dans pour que qui sur pas au avec du être".split()),
    "es": frozenset("el la los las de y en que es por con para una del se no al como".split()),
    "it": frozenset("il di che e la per non un una con del della sono gli nel alla".split()),
    "pt": frozenset("o de que e a do da em um para com não uma os no se na por".split()),
    "nl": frozenset("de het een van en in is dat op te voor met niet zijn aan er".split()),
}
_SCRIPTS: tuple[tuple[str, str], ...] = (
    ("ARABIC", "ar"),
    ("HEBREW", "he"),
    ("CYRILLIC", "ru"),
    ("GREEK", "el"),
    ("HANGUL", "ko"),
    ("HIRAGANA", "ja"),
    ("KATAKANA", "ja"),
    ("DEVANAGARI", "hi"),
    ("THAI", "th"),
    ("CJK", "zh"),
)
_TAG = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "sd"})
_SAMPLE_CHARS = 20_000


def is_tag(text: str) -> bool:
    """Whether the text is shaped like a BCP 47 tag."""
    return bool(_TAG.match(text))


def base_of(tag: str) -> str:
    """The primary language of a tag: "pt" of "pt-BR"."""
    return tag.split("-", maxsplit=1)[0].lower()


def is_right_to_left(tag: str) -> bool:
    """Whether the language is written from right to left."""
    return base_of(tag) in _RIGHT_TO_LEFT


def guess(text: str) -> str | None:
    """The text's language, or None where there is too little to tell."""
    sample = text[:_SAMPLE_CHARS]
    letters = [char for char in sample if char.isalpha()]
    if len(letters) < 20:
        return None
    scripts = Counter(unicodedata.name(char, "?").split()[0] for char in letters[:2000])
    total = sum(scripts.values())
    if scripts["HIRAGANA"] + scripts["KATAKANA"] > 0.05 * total:
        return "ja"
    for script, tag in _SCRIPTS:
        if scripts[script] > 0.4 * total:
            return tag
    words = Counter(re.findall(r"[^\W\d_]+", sample.lower()))
    count = sum(words.values())
    if count < 8:
        return None
    scores = {tag: sum(words[word] for word in known) / count for tag, known in _FUNCTION_WORDS.items()}
    best = max(scores, key=lambda tag: scores[tag])
    return best if scores[best] >= 0.08 else None
