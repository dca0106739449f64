"""The terms that replies collect → the module's glossary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.domain import Evidence, Resource, ResourceKind
from pipeline.engines.quotes import QuoteFinder
from pipeline.engines.shown import Shown
from pipeline.engines.tasks import TermDraft
from pipeline.ids import normalised, short_id
from pipeline.library.strings import strings_for

# Fewer terms are explained where they are used.
FEWEST_TERMS = 3
_MARKS = "*_`#|<>[]"


@dataclass(frozen=True)
class Term:
    """A term with its meaning and the words of the source that give it."""

    term: str
    meaning: str
    evidence: tuple[Evidence, ...]


def terms_of(drafts: Iterable[TermDraft], *, shown: Shown, finder: QuoteFinder) -> tuple[Term, ...]:
    """The drafts that say something and can be traced to the source."""
    found = []
    for draft in drafts:
        evidence = finder.all_evidence(draft.quotes, shown=shown)
        if evidence and draft.term.strip() and draft.meaning.strip():
            found.append(Term(_plain(draft.term), _plain(draft.meaning), evidence))
    return tuple(found)


def glossary(terms: Sequence[Term], *, language: str) -> Resource | None:
    """All terms in alphabetical order, each once as first explained; None where they are too few to look up."""
    first: dict[str, Term] = {}
    for term in terms:
        first.setdefault(normalised(term.term), term)
    if len(first) < FEWEST_TERMS:
        return None
    listed = [first[key] for key in sorted(first, key=lambda key: (key, first[key].term))]
    return Resource(
        id=short_id("r", "glossary", language),
        kind=ResourceKind.GLOSSARY,
        title=strings_for(language)["resource_glossary"],
        markdown="\n".join(f"- **{_headed(one.term)}**: {one.meaning}" for one in listed),
        evidence=tuple(dict.fromkeys(proof for one in listed for proof in one.evidence)),
    )


def _headed(term: str) -> str:
    return term[:1].upper() + term[1:] if term.islower() else term


def _plain(text: str) -> str:
    """Words as they stand, whatever Markdown would make of them; a meaning ends like a sentence."""
    escaped = "".join(f"\\{char}" if char in _MARKS else char for char in " ".join(text.split()))
    return escaped.rstrip(" .;:,")
