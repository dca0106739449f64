"""Numbers with their units, and codes such as V-12, read from a text for comparison with its source.

Tolerant of how a number is written (1,000 = 1000; "forty" = 40; 2.50 = 2.5), strict about its value and unit.
Nothing is calculated: a sum the source does not print is not in the source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from pipeline.prose.wordlists import WordLists, words_for

_CODE = re.compile(
    r"(?<![\w-])(?=[\w.-]*\d)(?=[\w.-]*[A-Za-z])[A-Za-z]{1,6}[-.]?\d[\w-]*(?:\.\d+)*(?![\w-])|(?<![\w-])\d+[A-Z]{1,3}-?\d[\w-]*"
)
_NUMBER = re.compile(
    r"(?P<before>[$€£¥]\s?)?"
    r"(?<![\w.])(?P<digits>\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*)"
    r"(?P<after>\s?-?(?:°\s?[CFcf]|[%‰℃℉]|[$€£¥])|\s?-?[^\W\d_]{1,14})?"
)
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]+")
_CURRENCY = {"$": "$", "€": "€", "£": "£", "¥": "¥"}
_SYMBOLS = {"%": "%", "‰": "‰", "°c": "°C", "°f": "°F", "℃": "°C", "℉": "°F"}
# Units written as symbols, the same in every language; case matters (5 m, 5 M).
_SYMBOL_UNITS = frozenset(
    [
        "s",
        "h",
        "d",
        "m",
        "mm",
        "cm",
        "km",
        "g",
        "kg",
        "mg",
        "t",
        "L",
        "l",
        "ml",
        "V",
        "kV",
        "mV",
        "A",
        "mA",
        "W",
        "kW",
        "MW",
        "Hz",
        "kHz",
        "MHz",
        "GHz",
        "bar",
        "psi",
        "Pa",
        "kPa",
        "MPa",
        "N",
        "Nm",
        "J",
        "kJ",
        "dB",
        "KB",
        "MB",
        "GB",
        "TB",
        "kB",
        "C",
        "F",
        "K",
        "ft",
        "lb",
        "oz",
    ]
)
_BLANK = re.compile(r"\{\{\d+\}\}")
_LIST_NUMBER = re.compile(r"^\s*(?:#{1,6}\s+)?\d{1,3}(?:\.\d+)*[.)]\s+")


@dataclass(frozen=True)
class Quantity:
    """A number as printed, what it may mean, and its unit."""

    shown: str
    values: frozenset[Decimal]
    """Usually one value; two where separators leave it open (1.000)."""
    unit: str
    """Normal form; "" for none that is known."""
    is_word: bool = False


def quantities_of(text: str, language: str) -> tuple[Quantity, ...]:
    """Every number of the text in digits or words, in order; list numbers and codes are left out."""
    return _quantities(text, language)


@lru_cache(maxsize=4_000)
def _quantities(text: str, language: str) -> tuple[Quantity, ...]:
    lists = words_for(language)
    found = []
    for raw in text.splitlines():
        line = raw
        if _DIGIT.search(raw):
            line = _LIST_NUMBER.sub("", _BLANK.sub("…", raw))
            line = _CODE.sub(lambda code: " " * len(code[0]), line)
            found += _in_digits(line, lists)
        found += _in_words(line, lists)
    return tuple(found)


@lru_cache(maxsize=4_000)
def codes_of(text: str) -> dict[str, str]:
    """Names made of letters and digits (V-12, DS-7, ISO-9001): lower case without the hyphen → as printed."""
    if not _DIGIT.search(text):
        return {}
    return {
        code.casefold().replace("-", "").strip("."): code.strip(".")
        for code in _CODE.findall(text)
        if not _is_number_with_unit(code)
    }


def _is_number_with_unit(code: str) -> bool:
    found = re.fullmatch(r"\d+([A-Za-z]{1,3})", code)
    return bool(found and found[1] in _SYMBOL_UNITS)


def _in_digits(line: str, lists: WordLists) -> list[Quantity]:
    marks = lists.set("ordinal_marks")
    counted = lists.set("counted")
    found = []
    for match in _NUMBER.finditer(line):
        before = line[: match.start()].rsplit(maxsplit=1)[-1:] or [""]
        after = (match["after"] or "").strip().lstrip("-").strip()
        if before[0].casefold().strip("(.,:*") in marks or after.casefold() in counted:
            continue
        values = _values(match["digits"])
        if values:
            unit = _unit(match["before"], after, lists)
            found.append(Quantity(match[0].strip() if unit else match["digits"], values, unit))
    return found


def _unit(before: str | None, after: str, lists: WordLists) -> str:
    if before:
        return _CURRENCY[before.strip()]
    folded = after.casefold().replace(" ", "")
    if folded in _SYMBOLS:
        return _SYMBOLS[folded]
    if after in _CURRENCY:
        return _CURRENCY[after]
    known = lists.table("units").get(after.casefold())
    if known:
        return known
    return {"l": "L", "kB": "KB"}.get(after, after) if after in _SYMBOL_UNITS else ""


@lru_cache(maxsize=4_000)
def _values(digits: str) -> frozenset[Decimal]:
    """What the digits may mean: "1.000" is a thousand or one, by country."""
    if digits.isdecimal():
        return frozenset({Decimal(digits).normalize()})
    plain = re.sub(r"['’\u00a0\u202f ]", "", digits)
    readings = {plain}
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        readings.add(plain.replace(",", ""))
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", plain):
        readings.add(plain.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d+,\d+", plain):
        readings.add(plain.replace(",", "."))
    values = set()
    for reading in readings:
        try:
            values.add(Decimal(reading).normalize())
        except InvalidOperation:
            # Section numbers, versions and dates (3.2.1): each piece is a number of its own.
            values |= {Decimal(int(piece)) for piece in re.split(r"[.,]", reading) if piece}
    return frozenset(values)


def _in_words(line: str, lists: WordLists) -> list[Quantity]:
    table, units = lists.table("numbers"), lists.table("units")
    # Most lines spell out no number, which is seen far more quickly than what else stands in them.
    if not table or (_is_of_letters(lists) and table.keys().isdisjoint(_LETTERS.findall(line.casefold()))):
        return []
    tokens = line.casefold().replace("-", " ").split()
    tokens = [token.strip(".,;:()\"'“”") for token in tokens]
    if table.keys().isdisjoint(tokens):
        return []
    found: list[Quantity] = []
    place = 0
    while place < len(tokens):
        if tokens[place] not in table:
            place += 1
            continue
        value, end = _spelled(tokens, place, table)
        if value is None:
            place += 1
            continue
        after = tokens[end] if end < len(tokens) else ""
        found.append(
            Quantity(
                " ".join(tokens[place : end + 1]), frozenset({value}), units.get(after, ""), is_word=True
            )
        )
        place = end
    return found


@lru_cache(maxsize=64)
def _is_of_letters(lists: WordLists) -> bool:
    """Whether each of the language's number words is one run of letters; others (with marks) would be cut in pieces."""
    return all(_LETTERS.fullmatch(word) for word in lists.table("numbers"))


def _spelled(tokens: list[str], place: int, table: dict[str, str]) -> tuple[Decimal | None, int]:
    """The number that starts at `place` ("forty five", "two hundred") and the position behind it."""
    total: Decimal | None = None
    while place < len(tokens) and tokens[place] in table:
        value = Decimal(table[tokens[place]])
        if total is None:
            total = value
        elif value in (100, 1000, 1_000_000):
            total *= value
        elif (total >= 20 and value < 10) or total >= 100 > value:
            total += value
        else:
            break
        place += 1
    return total, place
