"""Money and time as people read them."""

from __future__ import annotations

from pipeline.ui.wording import counted

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def dollars(usd: float) -> str:
    """US dollars: two digits from a dollar on, below that up to four: a document may cost less than a cent."""
    if usd == 0 or usd >= 1:
        return f"${usd:,.2f}"
    if usd < 0.0001:
        return "under $0.0001"
    cents, rest = f"{usd:.4f}"[:-2], f"{usd:.4f}"[-2:].rstrip("0")
    return f"${cents}{rest}"


def about(seconds: float) -> str:
    """A forecast, no finer than anybody could know it: "about 12 minutes"."""
    if seconds < _MINUTE:
        return "less than a minute"
    for size, name, until in ((_MINUTE, "minute", 90 * _MINUTE), (_HOUR, "hour", 36 * _HOUR), (_DAY, "day", None)):
        if until is None or seconds < until:
            return f"about {counted(round(seconds / size), name)}"
    raise AssertionError("days have no end")


def took(seconds: float) -> str:
    """How long something took: "<0.1 s", "0.4 s", "42 s", "3 min 5 s"."""
    if seconds < 0.1:
        return "<0.1 s"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes:,} min {rest} s" if rest else f"{minutes:,} min"
