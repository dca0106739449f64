"""What people are told of a course's duration, the same words in every format: how long, and what is counted in.

In: a seat time. Out: one line in the package's language.
"""

from __future__ import annotations

from pipeline.domain import SeatTime, whole_minutes
from pipeline.library.strings import Strings


def duration_said(time: SeatTime, say: Strings) -> str:
    """"about 45 min: lessons 24, practice 9, test 12"; empty where there is nothing to sit at."""
    if not time.total:
        return ""
    return f"{say.say('minutes', n=whole_minutes(time.total))}: {parts_said(time, say)}"


def parts_said(time: SeatTime, say: Strings) -> str:
    """"lessons 24, practice 9, test 12"; parts of no whole minute are left out."""
    counted = ((name, minutes) for name, minutes in time.whole.items() if minutes)
    return say["doc_time_comma"].join(say.say(f"doc_time_{name}", n=minutes) for name, minutes in counted)
