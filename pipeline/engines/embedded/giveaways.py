"""Feedback of wrong options that keeps the key to itself: who chose wrong is told why, and can still find out what is
right.

In: a drafted item, or what a wrong option's feedback would quote. Out: whether the key is given away, and the quotation
that does not.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline import prose
from pipeline.engines.embedded.facts import Span
from pipeline.engines.embedded.wording import Wording, sentence
from pipeline.engines.tasks import ItemDraft

# "You must …" in front of what the option says already adds nothing to it.
_ADDED_WORDS_MIN = 3


def quoted(span: Span, wording: Wording, *, keys: Sequence[str], option: str = "") -> str:
    """The source's sentence as `Wording.cite` gives it, or a full stop alone where it names a key or says nothing that
    the option has not said.
    """
    cited = wording.cite(span)
    return wording.say("mark.stop") if _is_idle(cited, keys, option) else cited


def restated(norm: str, wording: Wording, *, keys: Sequence[str], option: str = "") -> str:
    """A rule restated behind a colon, or a full stop alone, as in `quoted`."""
    return wording.say("mark.stop") if _is_idle(norm, keys, option) else f": {sentence(norm)}"


def gives_away(draft: ItemDraft) -> bool:
    """Whether a wrong option's feedback names a key that stands neither in the stem nor in that option."""
    return any(
        prose.gives_key_away(
            one.feedback,
            key=draft.options[key].text,
            stem=draft.stem,
            option=one.text,
        )
        for key in (draft.correct if draft.type in ("single", "multiple") else ())
        for at, one in enumerate(draft.options)
        if at not in draft.correct
    )


def _is_idle(said: str, keys: Sequence[str], option: str) -> bool:
    if any(prose.gives_key_away(said, key=key, stem="", option=option) for key in keys):
        return True
    words, own = prose.words(said), prose.words(option)
    return bool(own) and words[-len(own) :] == own and len(words) - len(own) < _ADDED_WORDS_MIN
