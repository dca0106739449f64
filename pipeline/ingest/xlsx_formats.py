"""Numbers of a workbook as its sheets show them: dates, times, percentages, decimals, units.

Formats are written as ECMA-376 part 1, 18.8.31 has it. What goes beyond that (fractions, conditions, colours) is shown
as the plain number.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_ISO_DATE, _ISO_TIME = "yyyy\\-mm\\-dd", "hh:mm:ss"
# Formats that files name by number only (18.8.30). Those that follow the reader's country are shown as ISO dates.
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 14: _ISO_DATE,
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: f"{_ISO_DATE} hh:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss", 48: "##0.0E+0", 49: "@",
    **dict.fromkeys((27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58), _ISO_DATE),
    **dict.fromkeys((32, 33, 34, 35, 55, 56), _ISO_TIME),
}
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?P<bracket>[^\]]*)\]|_.|\*.|(?P<ampm>AM/PM|A/P)|(?P<date>[ymdhsYMDHS]+)'
    r"|(?P<number>[#0?][#0?,.]*)|(?P<exponent>E[+-])|(?P<other>.)",
    re.DOTALL,
)
_CURRENCY = re.compile(r"^\$([^-]*)(?:-[0-9A-Fa-f]+)?$")
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
# Day 0 of the two calendars. Lotus took 1900 for a leap year, and Excel keeps its 29 February.
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_MAX_DAYS = 2_958_465
_MAX_DECIMALS = 15


class NumberFormat:
    """One format code, ready to show numbers with."""

    def __init__(self, code: str) -> None:
        self._sections = [list(_TOKEN.finditer(section)) for section in _sections(code)]
        first = self._sections[0]
        self.is_date = _is_date(first)
        self._is_plain = "General" in code or code in ("", "@") or len(self._sections) > 4 or any(
            (token["bracket"] or "")[:1] in ("<", ">", "=") or (token["other"] == "/" and not self.is_date)
            for section in self._sections for token in section
        )

    def shown(self, value: str, *, is_1904: bool = False) -> str:
        """The number, written as in the file, as the sheet shows it."""
        try:
            number = Decimal(value)
        except InvalidOperation:
            return value
        if not number.is_finite():
            return value
        if self.is_date:
            return _date(number, self._sections[0], is_1904=is_1904) or _general(number)
        return _general(number) if self._is_plain else self._number(number)

    def _number(self, number: Decimal) -> str:
        sections = self._sections
        section = sections[0]
        if number < 0 and len(sections) > 1:
            section, number = sections[1], -number
        elif number == 0 and len(sections) > 2:
            section = sections[2]
        digits = [token["number"] for token in section if token["number"]]
        if not digits:
            # Nothing but words, such as "n/a", or nothing at all, which hides the value from the sheet's readers.
            literal = "".join(_literal(token) for token in section)
            return literal.strip() or _general(number)
        if any(token["exponent"] for token in section):
            return _general(number)
        number *= 100 ** sum(token["other"] == "%" for token in section)
        pattern = "".join(digits)
        whole, _, decimals = pattern.partition(".")
        number /= 1000 ** (len(whole) - len(whole.rstrip(",")))
        shown = _fixed(number, decimals.rstrip(","), has_groups="," in whole.rstrip(","), width=whole.count("0"))
        made, is_placed = "", False
        for token in section:
            if token["number"]:
                made, is_placed = made + ("" if is_placed else shown), True
            else:
                made += _literal(token)
        return made.strip()


def format_of(number: int, codes: dict[int, str]) -> NumberFormat:
    """The format with that number, of those the file defines or the standard names."""
    return NumberFormat(codes.get(number) or _BUILT_IN.get(number, "General"))


def _is_date(section: list[re.Match[str]]) -> bool:
    """Whether there are parts of a date or time, and no digits but those of a second's parts."""
    follows_point = False
    for token in section:
        if token["number"] and not follows_point:
            return False
        follows_point = token["other"] == "."
    return any(
        token["date"] or token["ampm"] or (token["bracket"] or "").lower() in ("h", "hh", "m", "mm", "s", "ss")
        for token in section
    )


def _sections(code: str) -> list[str]:
    """Positive; negative; zero; text."""
    found, start = [], 0
    for match in re.finditer(r'"[^"]*"|\\.|;', code):
        if match.group() == ";":
            found.append(code[start : match.start()])
            start = match.end()
    return [*found, code[start:]]


def _literal(token: re.Match[str]) -> str:
    if token["bracket"] is not None:
        currency = _CURRENCY.match(token["bracket"])
        return currency[1] if currency else ""
    if token.group()[:1] in ("_", "*"):
        return " " if token.group()[0] == "_" else ""
    return token["quoted"] or token["escaped"] or token["other"] or token["exponent"] or token["date"] or ""


def _general(number: Decimal) -> str:
    """The number without the tail that binary fractions leave, as cells without a format show it."""
    if number == number.to_integral_value() and abs(number) < 10**15:
        return str(int(number))
    return f"{float(number):.12g}"


def _fixed(number: Decimal, decimals: str, *, has_groups: bool, width: int) -> str:
    least, most = decimals.count("0"), min(len(decimals), _MAX_DECIMALS)
    if abs(number) >= 10**20:
        return _general(number)
    rounded = number.quantize(Decimal(1).scaleb(-most), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):{',' if has_groups else ''}.{most}f}"
    whole, _, rest = text.partition(".")
    while len(rest) > least and rest.endswith("0"):
        rest = rest[:-1]
    whole = whole if len(whole) >= width else whole.zfill(width)
    sign = "-" if rounded < 0 else ""
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def _date(number: Decimal, section: list[re.Match[str]], *, is_1904: bool) -> str | None:
    """The day and time, or None where the number is none."""
    if not 0 <= number <= _MAX_DAYS:
        return None
    days = float(number)
    if not is_1904 and days < 60:
        days += 1 if days >= 1 else 0
    # Times are kept as parts of a day: without rounding, 10:30 becomes 10:29:59.99.
    moment = (_EPOCH_1904 if is_1904 else _EPOCH) + timedelta(seconds=round(days * 86_400))
    has_half_days = any(token["ampm"] for token in section)
    made, previous = [], ""
    for at, token in enumerate(section):
        part = (token["date"] or "").lower()
        span = (token["bracket"] or "").lower()
        if part:
            is_minute = part[0] == "m" and (previous in ("h", "[h]") or _next_part(section, at) == "s")
            made.append(_part(moment, part, is_minute=is_minute, has_half_days=has_half_days))
            previous = part[0]
        elif token["ampm"]:
            made.append("AM" if moment.hour < 12 else "PM")
        elif span in ("h", "hh", "m", "mm", "s", "ss"):
            seconds = round(float(number) * 86_400)
            made.append(str(seconds // {"h": 3600, "m": 60, "s": 1}[span[0]]))
            previous = f"[{span[0]}]"
        elif token["number"]:
            continue  # parts of a second
        elif token["other"] != ".":
            made.append(_literal(token))
    return "".join(made).strip()


def _next_part(section: list[re.Match[str]], at: int) -> str:
    return next((token["date"][0].lower() for token in section[at + 1 :] if token["date"]), "")


def _part(moment: datetime, part: str, *, is_minute: bool, has_half_days: bool) -> str:
    letter, width = part[0], len(part)
    if letter == "y":
        return f"{moment.year:04}" if width > 2 else f"{moment.year % 100:02}"
    if letter == "m" and not is_minute:
        name = _MONTHS[moment.month - 1]
        return {1: str(moment.month), 2: f"{moment.month:02}", 3: name[:3], 5: name[0]}.get(width, name)
    if letter == "d":
        name = _DAYS[moment.weekday()]
        return {1: str(moment.day), 2: f"{moment.day:02}", 3: name[:3]}.get(width, name)
    hour = (moment.hour % 12 or 12) if has_half_days else moment.hour
    value = {"h": hour, "m": moment.minute, "s": moment.second}[letter]
    return f"{value:02}" if width > 1 else str(value)
