"""What goes into a Word file for an SME: chosen elements with their quotes, and the request for the SME's word.

In: a module with its documents. Out: the elements ready to be written, the statements that are asked about. Pure.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta

from pipeline.domain import AskedStatement, Channel, Document, Element, Evidence, FactRequest, Module, Status
from pipeline.domain.word import WordPackage
from pipeline.errors import ReviewError, UsageError
from pipeline.library.strings import Strings, strings_for
from pipeline.review.evidence_context import place_in_words
from pipeline.review.fact_statements import passage_of, statement_of
from pipeline.roundtrip.word_write import Outgoing, Quote
from pipeline.store.fact_fold import fact_hash

# No letter that is read as another or as a digit, and no vowel to make words with.
_ALPHABET = "bcdfghjkmnpqrstvwxz23456789"
_CODE_CHARS = 8
_WORD_DAYS = 90
"""How long a Word file may take where no due date is named."""


def new_code() -> str:
    """A code for the visible ids of a new file."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_CHARS))


def chosen(module: Module, named: Sequence[str] | None) -> tuple[Element, ...]:
    """The named elements in the module's order; all that are not rejected where none is named.

    Raises UsageError for an id that is not there, ReviewError where nothing is left to send.
    """
    elements = tuple(module.elements())
    if named is None:
        found = tuple(one for one in elements if one.status is not Status.REJECTED)
    else:
        known = {one.id for one in elements}
        unknown = [one for one in named if one not in known]
        if unknown:
            raise UsageError(
                f"element {unknown[0]!r}", why=f"module {module.id} has no such element",
                mend="see what it has: sme2module show ID",
            )
        found = tuple(one for one in elements if one.id in set(named))
    if not found:
        raise ReviewError(
            f"a Word file of {module.id}", why="there is no element to send", mend="name elements, or reopen one"
        )
    return found


def outgoing(
    elements: Sequence[tuple[Element, int]], module: Module, documents: Mapping[str, Document]
) -> tuple[Outgoing, ...]:
    """The elements, each with its revision, ready to be written."""
    blocks = {
        (name, block.id): (document, block) for name, document in documents.items() for block in document.blocks
    }

    def quote(proof: Evidence) -> Quote:
        document, block = blocks.get((proof.source, proof.block), (documents.get(proof.source), None))
        title = (document.source.title or document.source.path) if document else proof.source
        place = place_in_words(block.anchor) if block is not None else ""
        return Quote(proof.quote, f"{title}, {place}" if place else title)

    made = []
    for element, revision in elements:
        lesson = module.lesson_of(element.id)
        quotes = tuple(dict.fromkeys(quote(proof) for proof in _each_once(element.all_evidence)))
        made.append(Outgoing(element, revision, lesson.title if lesson else "", quotes))
    return tuple(made)


def _each_once(proofs: Sequence[Evidence]) -> list[Evidence]:
    """All of them, without those whose words another one quotes from the same place."""
    return [
        one for one in proofs
        if not any(
            (other.source, other.block) == (one.source, one.block)
            and other.start <= one.start and one.end <= other.end and (other.start, other.end) != (one.start, one.end)
            for other in proofs
        )
    ]


def request_for(
    package: WordPackage, elements: Sequence[tuple[Element, int]], documents: Mapping[str, Document]
) -> FactRequest | None:
    """The request for the SME's word that the file is; None where it is sent to nobody in particular."""
    if package.to is None:
        return None
    say: Strings = strings_for(package.language)
    statements = []
    for number, (element, revision) in enumerate(elements, 1):
        passage = passage_of(element, documents, say)
        statements.append(
            AskedStatement(
                id=f"s{number}", element=element.id, revision=revision, fact_hash=fact_hash(element),
                text=statement_of(element, say), quote=passage.quote if passage else None,
                place=(passage.place or None) if passage else None,
            )
        )
    return FactRequest(
        id=package.id, module=package.module, to=package.to, statements=tuple(statements), by=package.by,
        at=package.at, due=package.due, expires=max(package.due or package.at, package.at + timedelta(days=_WORD_DAYS)),
        channel=Channel.WORD,
    )


def file_name(module: Module, package: WordPackage) -> str:
    """TITLE-review-CODE.docx, from letters and digits of the title."""
    stem = re.sub(r"[^\w]+", "-", module.title.casefold()).strip("-")[:60] or module.id
    return f"{stem}-review-{package.code}.docx"
