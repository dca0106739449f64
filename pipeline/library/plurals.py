"""Which form a noun takes beside a number: the plural categories of Unicode CLDR for the languages that have strings.

In: a language's tag and what stands beside the noun. Out: one of `CATEGORIES`. Browsers know the same rules as
`Intl.PluralRules`. Source: unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html (cardinals).
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.language import base_of

OTHER = "other"
CATEGORIES = ("zero", "one", "two", "few", "many", OTHER)


def category(language: str, number: object) -> str:
    """The form beside `number`; "other" beside what is no whole number, such as a place that is filled later."""
    rule = _RULES.get(base_of(language))
    if rule is None or not isinstance(number, int):
        return OTHER
    return rule(number)


def categories(language: str) -> tuple[str, ...]:
    """The forms that the language has for whole numbers; only "other" where its rules are not known here."""
    rule = _RULES.get(base_of(language))
    found = {OTHER} if rule is None else {rule(number) for number in range(201)}
    return tuple(one for one in CATEGORIES if one in found)


def _one_or_more(number: int) -> str:
    return "one" if number == 1 else OTHER


def _arabic(number: int) -> str:
    if number in (0, 1, 2):
        return CATEGORIES[number]
    last = number % 100
    return "few" if 3 <= last <= 10 else "many" if last >= 11 else OTHER


_RULES: dict[str, Callable[[int], str]] = {"ar": _arabic, "de": _one_or_more, "en": _one_or_more}
