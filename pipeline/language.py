"""BCP 47 language tags, and a guess at the language of a text from its script and commonest words."""

from __future__ import annotations

import re
from collections import Counter

# The commonest words of a language that its neighbours lack or use less; enough to tell it from a sentence or two on.
_FUNCTION_WORDS: dict[str, frozenset[str]] = {
    tag: frozenset(words.split())
    for tag, words in {
        "en": "the of and to in is that for it with as on be this are by or from must you not have was at which "
        "when your",
        "de": "der die das und ist nicht mit ein eine zu von den im auf für werden sich dem sie wird bei oder als auch "
        "einer nach aus wie es an bis durch sind",
        "fr": "le la les des et est une dans pour que qui sur pas au avec du être en ce sont par ne il plus vous "
        "aux cette "
        "ou un se doit avant",
        "es": "el la los las de y en que es por con para una del se no al como un su sus lo más debe antes son esta "
        "pero si",
        "it": "il di che e la per non un una con del della sono gli nel alla è i da al le si dei delle essere deve "
        "anche "
        "lo ha prima",
        "pt": "o de que e a do da em um para com não uma os no se na por as dos das ao é deve mais ser são está "
        "antes foi",
        "nl": "de het een van en in is dat op te voor met niet zijn aan er wordt worden door bij of als om deze u "
        "naar ook",
        "sv": "och att det i en som är på för med av den inte till ett om har de var kan ska vid eller från du måste",
        "da": "og at det i en som er på for med af den ikke til et om har de der kan skal ved eller fra du før",
        "nb": "og at det i en som er på for med av den ikke til et om har de kan skal ved eller fra du må før blir",
        "fi": "ja on ei että se ovat joka sekä tai kun oli myös jos niin mutta kuin ole voi pitää ennen siitä",
        "pl": "i w na z do nie się że jest o to jak przez po za od dla przed są może oraz należy być przy lub",
        "cs": "a v na se je že s z do o k pro ve by za po jako jsou musí být nebo před při od které není",
        "sk": "a v na sa je že s z do o k pre vo by za po ako sú musí byť alebo pred pri od ktoré nie",
        "hu": "a az és hogy nem egy is van ez meg el kell vagy csak mint azt minden be lehet után előtt ki de ha",
        "ro": "și de în la cu a nu o să pe din este că care pentru un se sunt trebuie mai sau prin fi ce au după",
        "hr": "i u je na se da su za od s o ne koji kao se biti mora prije ili bi što iz nije kada",
        "sl": "in v je na se da so za od z o ne ki kot biti mora pred ali bi kar iz ni ko pri tudi",
        "tr": "ve bir bu için ile da de olarak çok daha olan gibi ne kadar sonra her önce veya değil olduğu en ise "
        "bunu",
        "id": "yang dan di untuk dengan dari pada ini tidak dalam itu adalah akan ke harus sebelum atau oleh karena "
        "bisa",
        "vi": "và của là có các được trong cho không một với những phải khi trước này để người đã từ",
        "ru": "и в не на что с по это как к из у за от для так же но то он она при его или до перед быть",
        "uk": "і в не на що з до це як у за від для та але то він при його або перед бути є й",
        "bg": "и на се да за от е с в не са по като че при или до който трябва преди това бъде ще си",
        "sr": "и у је на се да су за од с о не који као бити мора пре или би што из није када",
        "ar": "في من على أن إلى التي هذا هذه عن مع قبل كل لا ما أو كان ذلك الذي بعد يجب",
        "fa": "و در به از که این را با است برای آن یک تا می های شود باید بر پیش هر",
        "ur": "کے میں کی سے اور ہے کو کا یہ پر کہ نہیں ہیں اس نے بھی ایک سے پہلے",
        "hi": "के में है की से और को का यह पर कि नहीं हैं इस ने भी एक पहले लिए करें",
        "mr": "आणि आहे या च्या ते हे मध्ये नाही करा आहेत एक साठी व पूर्वी असे",
    }.items()
}
_TAGS_OF: dict[str, list[str]] = {}
for _tag, _words in _FUNCTION_WORDS.items():
    for _word in _words:
        _TAGS_OF.setdefault(_word, []).append(_tag)
# Letters that only one language of a script uses.
_OWN_LETTERS: tuple[tuple[str, str], ...] = (
    ("uk", "іїєґІЇЄҐ"), ("sr", "јљњђћџЈЉЊЂЋЏ"), ("ur", "ٹڈڑںے"), ("fa", "پچژگکی"),
)
# A script, its letters, and its language where no words tell; None for a script that several languages share.
_SCRIPTS: tuple[tuple[str, str, str], ...] = (
    ("latin", "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff", ""),
    ("cyrillic", "\u0400-\u052f", "ru"),
    ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc", "ar"),
    ("kana", "\u3040-\u30ff\uff66-\uff9d", "ja"),
    ("han", "\u3400-\u9fff\uf900-\ufaff", "zh"),
    ("hangul", "\uac00-\ud7af\u1100-\u11ff", "ko"),
    ("hebrew", "\u0590-\u05ff", "he"),
    ("greek", "\u0370-\u03ff\u1f00-\u1fff", "el"),
    ("devanagari", "\u0900-\u097f", "hi"),
    ("bengali", "\u0980-\u09ff", "bn"),
    ("gurmukhi", "\u0a00-\u0a7f", "pa"),
    ("gujarati", "\u0a80-\u0aff", "gu"),
    ("tamil", "\u0b80-\u0bff", "ta"),
    ("telugu", "\u0c00-\u0c7f", "te"),
    ("kannada", "\u0c80-\u0cff", "kn"),
    ("malayalam", "\u0d00-\u0d7f", "ml"),
    ("thai", "\u0e00-\u0e7f", "th"),
    ("georgian", "\u10a0-\u10ff", "ka"),
    ("armenian", "\u0530-\u058f", "hy"),
    ("khmer", "\u1780-\u17ff", "km"),
)
_LETTERS = {name: re.compile(f"[{letters}]") for name, letters, _ in _SCRIPTS}
_ALONE = {name: tag for name, _, tag in _SCRIPTS}
_WORD = re.compile(r"[^\W\d_]+")
_TAG = re.compile(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "sd"})
_SAMPLE_CHARS = 20_000
_PASSAGE_CHARS = 8_000


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
    script = _script(sample, least=0.4)
    if script is None:
        return None
    scores = _scores(sample, script)
    best = max(scores, key=lambda tag: scores[tag], default=None)
    if script == "latin":
        return best if best and scores[best] >= 0.08 else None
    return best if best and scores[best] >= 0.02 else _ALONE[script]


def foreign(text: str, to: str | None) -> str | None:
    """The language of a passage that is surely not in the language `to`, or None: a quotation, the other half of a
    bilingual manual. A short or mixed text is not judged, and names and numbers in it tell nothing.
    """
    sample = text[:_PASSAGE_CHARS]
    script = _script(sample, least=0.8)
    if script is None:
        return None
    home = base_of(to) if to else None
    home = "nb" if home == "no" else home
    scores = _scores(sample, script)
    best = max(scores, key=lambda tag: scores[tag], default=None)
    if script == "latin" or best:
        is_clear = best is not None and scores[best] >= 0.2 and scores[best] >= 2 * scores.get(home or "", 0.0)
        if script == "latin" or is_clear:
            others = sorted(scores.values(), reverse=True)[1:2]
            # Neighbours such as Danish and Norwegian share most words: then it is neither that is named.
            return best if is_clear and best != home and others[0] < 0.85 * scores[best or ""] else None
    found = _ALONE[script]
    # Chinese characters alone may be a Japanese heading.
    is_home = home is None or found == home or (script == "han" and home in ("ja", "ko", "zh"))
    return None if is_home or home in _written_in(script) else found


def known_words(text: str, tag: str) -> frozenset[str]:
    """The text's words that are common ones of the language, in lower case; single letters tell nothing."""
    common = _FUNCTION_WORDS.get(base_of(tag), frozenset())
    return frozenset(word for word in _WORD.findall(text.lower()) if word in common and len(word) > 1)


def share_of_known_words(text: str) -> float:
    """The share of the text's words that are common ones of one language, 0..1: how much it looks like language."""
    return max(_scores(text[:_SAMPLE_CHARS], None).values(), default=0.0)


def _written_in(script: str) -> frozenset[str]:
    """The languages that are told by their words within the script."""
    letters = _LETTERS[script]
    return frozenset(tag for tag, words in _FUNCTION_WORDS.items() if letters.match(next(iter(words))))


def _script(text: str, *, least: float) -> str | None:
    """The script of at least that share of the letters, where there are 20 of them; fewer do in Chinese."""
    if text.isascii():
        counts = {"latin": len(_LETTERS["latin"].findall(text))}
    else:
        counts = {name: len(letters.findall(text)) for name, letters in _LETTERS.items()}
    total = sum(counts.values())
    if total < 20:
        return None
    if counts.get("kana", 0) > 0.05 * total and counts["kana"] + counts["han"] > least * total:
        return "kana"
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] > least * total else None


def _scores(text: str, script: str | None) -> dict[str, float]:
    """The share of known words a language; {} where there are too few words."""
    words = _WORD.findall(text.lower())
    if len(words) < 8:
        return {}
    scores: Counter[str] = Counter()
    for word in words:
        for tag in _TAGS_OF.get(word, ()):
            scores[tag] += 1
    if script in ("cyrillic", "arabic"):
        for tag, letters in _OWN_LETTERS:
            if any(letter in text for letter in letters):
                scores[tag] += len(words) // 10
    return {tag: scores[tag] / len(words) for tag in _FUNCTION_WORDS}
