"""Numbers with units: durations, amounts, temperatures, money. In: a sentence; out: limits with their exact spans.

A number counts only with a unit behind it (or a currency before it), and never as part of a name, date, version or
reference. The sentence with the value blanked out is always given; a question only where its grammar is sure
(`questions`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from pipeline.domain import BlockKind
from pipeline.engines.embedded.facts import Cells, Limit, Span
from pipeline.engines.embedded.grammar import Casing
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.questions import question_for, subject_for
from pipeline.engines.embedded.sentences import one_line
from pipeline.engines.embedded.tables import row_offsets
from pipeline.engines.embedded.wordlists import table

_ONES = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen "
        "fourteen fifteen sixteen seventeen "
        "eighteen nineteen".split()
    )
}
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_WORD_NUMBER = (
    r"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-(?:one|two|three|four|"
    r"five|six|seven|eight|nine))?|" + "|".join(sorted(_ONES, key=len, reverse=True)) + r"|half an?|an?)"
)
_DIGITS = r"[-−]?\d{1,3}(?:[,  ]\d{3})+(?:\.\d+)?|[-−]?\d+(?:[.,]\d+)?"
_COMPARE = (
    r"at least|at most|at the most|no more than|not more than|no less than|no fewer than|no "
    r"later than|more than|less than|fewer than|greater than|up to|about|approximately|around|"
    r"roughly|"
    r"nearly|almost|exactly|a maximum of|a minimum of|the maximum of|a total of|mindestens|"
    r"höchstens|maximal|etwa|bis zu|au moins|au plus|environ|al menos|como máximo|hasta"
)
_PERIOD = (
    r"(?:second|minute|hour|shift|day|week|month|quarter|year|calendar year|person|user|"
    r"incident|customer|item|call|request)"
)


@cache
def _units() -> tuple[dict[str, tuple[str, str]], str]:
    forms: dict[str, tuple[str, str]] = {}
    for kind, units in table("units").items():
        for unit, printed in units.items():
            for form in printed.split():
                forms[form.replace("-", " ") if len(form) > 3 else form] = (kind, unit)
    pattern = "|".join(re.escape(form).replace(r"\ ", r"[\s-]") for form in sorted(forms, key=len, reverse=True))
    return forms, pattern


@cache
def _pattern() -> re.Pattern[str]:
    _, units = _units()
    number = rf"(?:{_DIGITS}|\b{_WORD_NUMBER}(?=[\s-]))"
    return re.compile(
        rf"(?:(?P<compare>\b(?:{_COMPARE}))\s+)?"
        rf"(?:(?P<cur>[$€£¥]|\b(?:USD|EUR|GBP|"
        rf"CHF)\s)\s?(?P<money>{_DIGITS})(?P<scale>\s?(?:million|billion|thousand|k|m|"
        rf"bn))?\b(?:\s(?:per|an?|each|/)\s(?P<each>{_PERIOD})\b)?|"
        rf"(?<![\w.,/§#-])(?P<number>{number})(?:\s?(?:-|–|—|\bto\b|\bor\b|\band\b|"
        rf"\bbis\b)\s?(?P<upper>{number}))?\s?(?:\((?:\d+)\)\s?)?"
        rf"[\s-]?(?P<scaled>(?:hundred|thousand|million)\s)?(?:(?:consecutive|full|calendar|"
        rf"additional|more)\s)?(?P<unit>{units})(?![\w²³])(?:\s(?:per|a|an|each|"
        rf"/)\s(?P<per>{_PERIOD})\b)?)",
        re.IGNORECASE,
    )


_TIMES = re.compile(
    rf"(?P<value>\b(?P<count>once|twice|(?:(?:at least|at most|up to|no more than)\s)?(?:once|"
    rf"twice|(?:{_DIGITS}|two|three|four|five|six) times))\s(?:an?|per|each|"
    rf"every)\s(?P<per>{_PERIOD}))\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    rf"\b(?P<value>every\s(?:(?P<n>{_DIGITS}|"
    rf"{'|'.join(sorted(_ONES, key=len, reverse=True))})\s)?(?P<per>(?:calendar |business |"
    rf"working )?(?:second|minute|hour|shift|day|week|month|quarter|year)s?))\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\b(?P<value>(?P<h>[01]?\d|2[0-3])[:.](?P<m>[0-5]\d)(?:\s?(?P<half>[ap]\.?m\.?)(?!\w))?|"
    r"(?P<h2>1[0-2]|[1-9])\s?(?P<half2>[ap]\.m\.|[ap]m\b))(?![\d:])",
    re.IGNORECASE,
)
_NAME_BEFORE = re.compile(
    r"(?:\b(?:section|chapter|step|figure|fig\.?|table|version|ver\.?|v|model|type|level|page|"
    r"p\.|form|extension|ext\.?|room|article|art\.?|annex|appendix|no\.?|number|item|part|"
    r"class|grade|phase|rule|clause|para|paragraph|line|sev|tier|building|bay|unit|zone|bod|"
    r"sp|iso|nist|rfc|§)[\s-]?)$",
    re.IGNORECASE,
)
_SINGLE_LETTER_UNITS = frozenset("sVAWLlgm")


def limits_of(span: Span, casing: Casing | None) -> tuple[Limit, ...]:
    """The limits of a sentence or table row, in order. Without `casing` (languages other than English) there are no
    questions and no number words.
    """
    text = span.text
    if text.rstrip().endswith(("?", ":", "：")) or not _is_told(span):
        return ()
    quoted = [match.span() for match in re.finditer(r"“[^”]*”|\"[^\"]*\"", text)]
    found = [
        made
        for made in (*_measured(text), *_timed(text))
        if made is not None and not any(start < made.start and made.end < end for start, end in quoted)
    ]
    out: list[_Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if out and (joined := _joined(text, out[-1], one)) is not None:
            out[-1] = joined
        elif not out or one.start >= out[-1].end:
            out.append(one)
    return tuple(_limit(one, span, casing) for one in out if casing is not None or text[one.number_at].isdigit())


# What happened in a year is a story, and its numbers are no limits.
_NARRATIVE = re.compile(
    r"\b[Ii]n (?:(?:January|February|March|April|May|June|July|August|September|October|"
    r"November|December) )?(?:19|20)\d\d\b"
)


# "C = m / V × 100 %": what stands in a formula is part of it, and no figure to keep to.
_FORMULA = re.compile(r"\w\s?=\s?[^.;=]*?(?:\s[/*+−–-]\s|[×÷√^]|\w[*/]\(|\d\s?\*\s?\w)")


def _is_told(span: Span) -> bool:
    """Whether the span is a sentence or an instruction: a fragment of a list can't be asked about."""
    if _NARRATIVE.search(span.text) or _FORMULA.search(span.text):
        return False
    if span.block.kind is BlockKind.TABLE or span.text.rstrip("\"'”’) ").endswith((".", "!", "。", "।", "۔")):
        return True
    return imperative(one_line(span.text)) is not None or (not span.text.isascii() and not span.text[:1].isascii())


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    number: float
    upper: float | None
    unit: str
    kind: str
    number_at: int


def _joined(text: str, first: _Found, second: _Found) -> _Found | None:
    """Takes "between 2 °C and 8 °C" as one range."""
    before = re.search(r"\b(?:between|from)\s+$", text[: first.start], re.IGNORECASE)
    if (
        before is None
        or first.kind != second.kind
        or not re.fullmatch(r"\s*(?:and|to|–|-)\s*", text[first.end : second.start])
    ):
        return None
    return replace(first, start=before.start(), end=second.end, upper=second.number)


def _measured(text: str) -> list[_Found | None]:
    forms, _ = _units()
    out: list[_Found | None] = []
    for match in _pattern().finditer(text):
        if match["cur"]:
            number = (
                _value(match["money"])
                * {"": 1, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}[
                    (match["scale"] or "").strip().lower()
                ]
            )
            unit = {
                "$": "dollar",
                "€": "euro",
                "£": "pound",
                "¥": "yen",
                "USD": "dollar",
                "EUR": "euro",
                "GBP": "pound",
                "CHF": "franc",
            }[match["cur"].strip().upper()]
            unit = f"{unit} a {match['each'].lower()}" if match["each"] else unit
            out.append(_Found(match.start(), match.end(), number, None, unit, "money", match.start("money")))
            continue
        out.append(_counted(text, match, forms))
    return out


def _counted(text: str, match: re.Match[str], forms: dict[str, tuple[str, str]]) -> _Found | None:
    printed = re.sub(r"[\s-]+", " ", match["unit"])
    known = forms.get(printed) or (forms.get(printed.lower()) if len(printed) > 2 else None)
    if known is None:
        return None
    word = match["number"].lower()
    kind, unit = known
    if _NAME_BEFORE.search(text[: match.start("number")]):
        return None
    if word in {"a", "an", "half a", "half an", "one"} and kind not in {"duration"}:
        return None
    if (
        word in {"a", "an"}
        and not match["compare"]
        and not re.search(r"\b(?:within|for|after|in|under|over)\s$", text[: match.start("number")], re.IGNORECASE)
    ):
        return None
    if (
        kind == "amount"
        and not match["compare"]
        and not word[0].isdigit()
        and not re.search(
            r"\b(?:within|after|than|maximum|minimum|limit)\b.{0,25}$", text[: match.start("number")], re.IGNORECASE
        )
    ):
        return None
    if match["unit"] in _SINGLE_LETTER_UNITS and not word[0].isdigit():
        return None
    if kind == "amount" and word.isdigit() and 1900 <= int(word) <= 2100:
        return None
    number = (
        _value(word)
        * {"": 1, "hundred": 100, "thousand": 1000, "million": 1e6}[(match["scaled"] or "").strip().lower()]
    )
    if kind == "size" and not word.strip("0"):
        return None  # "0MB" is a badly read name
    upper = _value(match["upper"]) if match["upper"] else None
    if upper is not None and upper <= number and re.search(r"-", match["upper"]):
        upper = abs(upper)
    if match["per"]:
        unit = f"{unit} a {match['per'].lower()}"
    return _Found(match.start(), match.end(), number, upper, unit, kind, match.start("number"))


_DATE_BEHIND = re.compile(
    r"^[\s,]*(?:[A-Z]{2,4}[\s,]+)?(?:on )?(?:\w+day, )?(?:January|February|March|April|May|June|July|"
    r"August|September|"
    r"October|November|December|\d{1,2} [A-Z])"
)


def _timed(text: str) -> list[_Found | None]:
    out: list[_Found | None] = []
    for match in _TIMES.finditer(text):
        count = match["count"].lower().split()
        number = {"once": 1.0, "twice": 2.0}.get(count[-1]) or _value(count[-2])
        out.append(
            _Found(
                match.start(), match.end(), number, None, f"time a {match['per'].lower()}", "frequency", match.start()
            )
        )
    for match in _EVERY.finditer(text):
        number = _value(match["n"].lower()) if match["n"] else 1.0
        if match["n"] is None and match["per"].lower() == "day" and text[match.end() :].startswith("-"):
            continue
        unit = re.sub(r"^calendar ", "", match["per"].lower()).removesuffix("s")
        out.append(_Found(match.start(), match.end(), number, None, unit, "frequency", match.start()))
    for match in _CLOCK.finditer(text):
        if _DATE_BEHIND.match(text[match.end() :]):
            continue
        half = (match["half"] or match["half2"] or "").lower().replace(".", "")
        if half and not re.search(
            r"\b(?:at|by|from|until|till|before|after|to|and|between|than)\s$|[-–—]\s?$",
            text[: match.start()],
            re.IGNORECASE,
        ):
            continue
        if not half and (
            (match.start() and text[match.start() - 1] in ".:/")
            or "." in match["value"]
            or not re.search(
                r"\b(?:at|by|from|until|before|after|to|and|between)\s$", text[: match.start()], re.IGNORECASE
            )
        ):
            continue
        hour = int(match["h"] or match["h2"])
        hour = hour % 12 + 12 if half == "pm" else hour % 12 if half == "am" else hour
        end = match.end()
        out.append(_Found(match.start(), end, hour + int(match["m"] or 0) / 60, None, "o'clock", "time", match.start()))
    return out


def _value(text: str) -> float:
    word = text.strip().lower().replace("−", "-")
    if word in {"half a", "half an"}:
        return 0.5
    if word in {"a", "an"}:
        return 1.0
    if word in _ONES:
        return float(_ONES[word])
    if word in _TENS:
        return float(_TENS[word])
    if word.split("-")[0] in _TENS:
        tens, _, ones = word.partition("-")
        return float(_TENS[tens] + _ONES[ones])
    digits = re.sub(r"[  ]", "", word)
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits):
        return float(digits.replace(",", ""))
    return float(digits.replace(",", "."))


def _limit(found: _Found, span: Span, casing: Casing | None) -> Limit:
    block, text = span.block, span.text
    value = one_line(text[found.start : found.end])
    blanked = one_line(text[: found.start] + "_____" + text[found.end :])
    question, subject = None, ""
    if casing is not None and block.kind is not BlockKind.TABLE:
        question = question_for(text, found.start, found.end, kind=found.kind, casing=casing)
        subject = subject_for(text, found.start, found.end, casing)
    return Limit(
        value=value,
        number=found.number,
        unit=found.unit,
        subject=subject,
        value_span=Span(block, span.start + found.start, span.start + found.end),
        span=span,
        kind=found.kind,
        upper=found.upper,
        question=question,
        blanked=blanked,
    )


def limits_in_table(cells: Cells, casing: Casing) -> list[Limit]:
    """The limits in a table's cells, in order; a cell that is nothing but its value gets a question from its column's
    head and its row's name.
    """
    out: list[Limit] = []
    for row, (start, end) in zip(cells.rows, row_offsets(cells), strict=True):
        span = Span(cells.block, start, end)
        if not end or not row[0]:
            continue
        for limit in limits_of(span, casing):
            column = span.text[: limit.value_span.start - start].count(" | ")
            if column == 0 or column >= len(row):
                continue
            head = cells.header[column]
            head = head if head[1:2].isupper() else head[:1].lower() + head[1:]
            found = _with_bound(limit, row[column])
            asked = (
                row[column].strip(" .") == found.value
                and re.fullmatch(r"[A-Za-z][A-Za-z -]*", head)
                and _NOUN_END.search(head) is None
            )
            out.append(
                replace(
                    found,
                    subject=f"{row[0]} ({head})",
                    question=f"Which {head} goes with “{row[0]}”?" if asked else None,
                    blanked=f"{row[0]} – {head}: {row[column].replace(found.value, '_____', 1)}",
                )
            )
    return out


def _with_bound(limit: Limit, cell: str) -> Limit:
    """The limit of a cell such as "over 120 cm", whose bound is part of what is to be known."""
    match = re.fullmatch(
        r"(?P<bound>over|above|under|below|from|within|after|max\.?|min\.?|≤|≥|<|>|±)\s?(?P<value>.+)",
        cell.strip(" ."),
        re.IGNORECASE,
    )
    span = limit.value_span
    if match is None or match["value"] != limit.value:
        return limit
    start = span.block.text.rfind(match["bound"], limit.span.start, span.start)
    if start < 0 or one_line(span.block.text[start : span.end]) != one_line(match.group()):
        return limit
    return replace(limit, value=one_line(match.group()), value_span=Span(span.block, start, span.end))


# Heads that are no noun phrases: "Kept for", "Made safe when".
_NOUN_END = re.compile(
    r"\b(?:for|in|on|at|to|by|with|of|when|if|after|before|than|is|are)$|^(?:when|where|how|"
    r"what|who|why|may|must|kept|made|is|are)\b",
    re.IGNORECASE,
)
