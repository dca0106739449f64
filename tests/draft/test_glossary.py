"""The glossary: terms of all replies, in order, each with its evidence."""

from __future__ import annotations

from typing import Any

from pipeline.domain import ResourceKind
from pipeline.engines.base import Request
from pipeline.engines.tasks import Quote, TermDraft
from tests.draft.telling import told
from tests.drafting import TaskEngine, a_lesson_reply, first_quote


def with_terms(*terms: tuple[str, str], quote: str | None = None) -> Any:
    def reply(request: Request) -> Any:
        proof = first_quote(request) if quote is None else Quote(block="1", text=quote)
        drafts = tuple(TermDraft(term=term, meaning=meaning, quotes=(proof,)) for term, meaning in terms)
        return a_lesson_reply(request).model_copy(update={"terms": drafts})

    made = told(TaskEngine(lesson=reply))
    return next((one for one in made.resources if one.kind is ResourceKind.GLOSSARY), None)


def test_terms_stand_in_alphabetical_order_each_once() -> None:
    glossary = with_terms(("tag", "a label."), ("Bolt", "a pin"), ("DS-7", "the *main* switch"), ("bolt", "a rod"))
    assert glossary is not None
    assert glossary.title == "Glossary"
    assert glossary.markdown.splitlines() == [
        "- **Bolt**: a pin",
        "- **DS-7**: the \\*main\\* switch",
        "- **Tag**: a label",
    ]
    assert len(glossary.evidence) == 1


def test_two_terms_are_no_glossary_and_neither_are_terms_that_the_source_does_not_explain() -> None:
    assert with_terms(("tag", "a label"), ("bolt", "a pin")) is None
    assert with_terms(("a", "x"), ("b", "y"), ("c", "z"), quote="words of nobody at all") is None
