"""What people type into a blank that wants a value: "6 months", "6month", "six months", "6".

In: the limit and its amount as the source prints it. Out: the texts to accept, the source's own first. A form stands
there only where it surely means the same value; case, outer white space and a closing full stop are the player's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.engines.embedded.facts import Limit
from pipeline.engines.embedded.wording import tidy
from pipeline.engines.embedded.wordlists import table

_FORMS_MAX = 20
_FIGURE = re.compile(r"[-−]?\d+(?:[.,\u00a0\u202f]\d+)*")
_THOUSANDS = re.compile(r"^\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?$")
_SHORT_DECIMAL = re.compile(r"^(\d+)\.(\d{1,2})$")
_CLOCK = re.compile(
    r"^(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])?\.?(?(half)m\.?)$", re.IGNORECASE
)
_FREQUENCY = re.compile(r"^(?P<often>once|twice|(?P<count>\w+) times) (?P<rest>(?:an?|per|each|every) .+)$", re.I)
_RANGES = (" to ", "-", " - ", "–", " – ")
_NOON = 12


def typed_forms(limit: Limit, shown: str, language: str) -> tuple[str, ...]:
    """The texts to accept, at most twenty; `shown` is the amount as it stands in the source and comes first."""
    text = tidy(shown)
    if limit.kind == "time":
        found = [*_clock(text)]
    elif limit.upper is not None:
        found = [*_range(limit, text)]
    elif match := _FREQUENCY.match(text):
        found = [*_frequency(match, language)]
    elif limit.kind == "money":
        found = [*_money(limit, text)]
    else:
        found = [*_amount(limit, text, language)]
    kept: dict[str, str] = {}
    for form in (text, *map(tidy, found)):
        kept.setdefault(form.casefold(), form)
    return tuple(form for form in kept.values() if form)[:_FORMS_MAX]


def _amount(limit: Limit, text: str, language: str) -> Iterator[str]:
    """A number with its unit: in figures and in words, with and without a space, in every way to write the unit."""
    figures = _FIGURE.findall(text)
    if len(figures) > 1 or (not float(limit.number).is_integer() and not figures):
        return
    written = _figures(figures[0]) if figures else [f"{limit.number:g}"]
    said = _words(limit.number, language)
    printed = _unit_in(text, figures)
    units = _units(limit.unit, printed)
    own = units[:2]
    yield from written
    for number in written:
        yield from (f"{number} {unit}" for unit in own)
    yield from (f"{word} {unit}" for word in said[:1] for unit in own if unit.isascii() and unit[0].isalpha())
    for number in written[:1]:
        yield from (f"{number}{unit}" for unit in own)
    yield from said
    for number in written[:1]:
        yield from (f"{number} {unit}" for unit in units[2:])
        yield from (f"{number}{unit}" for unit in units[2:] if len(unit.strip(".")) <= 3)
    for number in written[1:]:
        yield from (f"{number} {unit}" for unit in units[2:])
        yield from (f"{number}{unit}" for unit in own)


def _unit_in(text: str, figures: Sequence[str]) -> str:
    """The unit as the source prints it: what stands behind the figure, or behind the number word."""
    behind = text.split(figures[0], 1)[1] if figures else text.partition(" ")[2]
    return behind.strip(" -–")


def _units(unit: str, printed: str) -> list[str]:
    """The ways to write a unit, the source's own and its singular or plural first; only the own one where the unit is
    one that nobody shortens ("litres per hour").
    """
    typed = table("typed")
    forms: list[str] = []
    for units in table("units").values():
        for form in units.get(unit, "").split():
            forms.append(form.replace("-", " ") if len(form) > 3 else form)
    unsure = frozenset(typed["unsure"].get(unit, "").split())
    known = [form for form in (*forms, *typed["also"].get(unit, "").split()) if form not in unsure]
    if printed.casefold() not in {form.casefold() for form in (*known, *unsure)}:
        return [printed] if printed else []
    stem = printed.casefold().removesuffix("s")
    kin = [form for form in known if form.casefold().removesuffix("s") == stem and form != printed]
    return list(dict.fromkeys([printed, *kin[:1], *known]))


def _figures(figure: str) -> list[str]:
    """Ways to write a figure: with and without a mark between thousands, with a decimal point or comma."""
    found = [figure]
    if _THOUSANDS.match(figure):
        found.append(re.sub(r"[,\u00a0\u202f]", "", figure))
    elif match := _SHORT_DECIMAL.match(figure):
        found.append(f"{match[1]},{match[2]}")
        if not match[2].strip("0"):
            found.append(match[1])
        elif match[2].endswith("0"):
            found.append(figure.rstrip("0"))
    elif figure.isdigit() and len(figure) > 3:
        found.append(f"{int(figure):,}")
    return found


def _words(number: float, language: str) -> list[str]:
    """The number in words, up to twelve; none where it is no such number or the language has none here."""
    typed, base = table("typed"), language.split("-", 1)[0].lower()
    names = typed["numbers"].get(base, "").split()
    if not float(number).is_integer() or not 0 <= number < len(names):
        return []
    others = typed["number_forms"].get(base, {}).get(str(int(number)), "").split()
    return [names[int(number)], *others]


def _money(limit: Limit, text: str) -> Iterator[str]:
    figures = _FIGURE.findall(text)
    known = table("typed")["currency"].get(limit.unit.partition(" a ")[0], "")
    if len(figures) != 1 or _has_more(text, figures[0]):
        return
    before, _, behind = known.partition("|")
    for figure in _figures(figures[0]):
        yield figure
        yield from (f"{sign} {figure}" if sign.isalpha() else f"{sign}{figure}" for sign in before.split())
        yield from (f"{figure} {name}" for name in behind.split())


def _has_more(text: str, figure: str) -> bool:
    """Whether something else stands beside the figure that the bare number would leave out: "€2 million"."""
    return bool(re.search(r"\b(?:million|billion|thousand|bn|k|m)\b", text.split(figure, 1)[1], re.IGNORECASE))


def _range(limit: Limit, text: str) -> Iterator[str]:
    figures = _FIGURE.findall(text)
    if len(figures) != 2 or limit.upper is None:
        return
    low, high = (figure.lstrip("-−") if at else figure for at, figure in enumerate(figures))
    unit = text.rpartition(figures[1])[2].strip()
    for between in (*_RANGES, *([" and "] if " and " in text else [])):
        yield f"{low}{between}{high}"
        yield f"{low}{between}{high} {unit}"


def _frequency(match: re.Match[str], language: str) -> Iterator[str]:
    """How often, in other words: "2 times a month" and "2x a month" of "twice a month"."""
    often, rest = match["often"].lower(), match["rest"]
    names = table("typed")["numbers"].get(language.split("-", 1)[0].lower(), "").split()
    named = match["count"] or ("one" if often == "once" else "two")
    figure = named if named.isdigit() else str(names.index(named)) if named in names else ""
    if not figure:
        return
    said = names[int(figure)] if int(figure) < len(names) else ""
    times = "time" if figure == "1" else "times"
    period = rest.partition(" ")[2]
    for opening in dict.fromkeys([rest, f"a {period}", f"per {period}"]):
        yield from (f"{one} {opening}" for one in {"1": ["once"], "2": ["twice"]}.get(figure, []))
        yield f"{figure} {times} {opening}"
        if said:
            yield f"{said} {times} {opening}"
        yield f"{figure}x {opening}"


def _clock(text: str) -> Iterator[str]:
    """A time of day with a colon or a full stop, by 24 hours and by twice twelve."""
    match = _CLOCK.match(text)
    if match is None:
        return
    hour, minute, half = int(match["hour"]), match["minute"] or "00", (match["half"] or "").lower()
    if half:
        hour = hour % _NOON + (_NOON if half == "p" else 0)
    sure = bool(half) or hour > _NOON or match["hour"].startswith("0")
    for mark in (":", "."):
        yield f"{hour}{mark}{minute}"
        yield f"{hour:02d}{mark}{minute}"
    if not sure:
        return
    short = hour % _NOON or _NOON
    end = "pm" if hour >= _NOON else "am"
    for clock in ([f"{short}"] if minute == "00" else []) + [f"{short}:{minute}", f"{short}.{minute}"]:
        yield from (f"{clock} {end}", f"{clock}{end}", f"{clock} {end[0]}.m.")
