"""One claim against its sources: supported or not, how surely, by which sentences, and what does not agree."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain import Claim, Document, Evidence, Grounding, Problem, ProblemKind
from pipeline.ground.compared import Mismatch
from pipeline.ground.features import Sentence, features_of, sentences_of
from pipeline.ground.passages import Passages
from pipeline.ground.weights import SUPPORTED, score_of

# Nobody is quite sure of anything that was read by rules.
VERBATIM = 0.99
# A quote that shares less than this with the claim's sentence shows nothing.
_TELLING = 0.15
_WORDS_NAMED = 8


def ground_claim(claim: Claim, source: Passages | Sequence[Document]) -> Grounding:
    """Whether the source supports the claim, and where.

    The score is a likelihood from 0 to 1, `supported` from .5 on. Evidence are the sentences that hold most of the
    claim, each exactly where it stands; they are given for an unsupported claim too, as what comes nearest to it.
    Numbers, names, denial, opposites, strength and order are compared exactly; one that does not agree is a problem
    and makes the claim unsupported. In a language without word lists only numbers, names and wording are compared.
    """
    passages = source if isinstance(source, Passages) else Passages.of(source)
    if quoted := verbatim(claim.text, passages):
        return quoted
    sentences = sentences_of(claim.text, passages)
    if not passages.all or not any(sentence.compared.reading.words for sentence in sentences):
        why = "the source has no text" if not passages.all else "the claim has no words"
        problem = Problem(kind=ProblemKind.UNSUPPORTED, text=why)
        return Grounding(claim=claim.text, supported=False, score=0.0, problems=(problem,))
    score = score_of(features_of(sentences))
    problems = tuple(dict.fromkeys(problem_of(one) for sentence in sentences for one in sentence.mismatches))
    is_supported = score >= SUPPORTED and not problems
    if not is_supported and not problems:
        problems = (unsupported(sentences),)
    return Grounding(
        claim=claim.text,
        supported=is_supported,
        score=round(score, 4),
        evidence=evidence_of(sentences),
        problems=problems,
    )


def verbatim(claim: str, passages: Passages) -> Grounding | None:
    """The grounding of a claim that the source makes in the same words; None for any other."""
    found = passages.verbatim(claim)
    if not found:
        return None
    evidence = tuple(dict.fromkeys(passage.evidence for passage in found))
    return Grounding(claim=claim, supported=True, score=VERBATIM, evidence=evidence)


def evidence_of(sentences: Sequence[Sentence]) -> tuple[Evidence, ...]:
    """The source's sentences that hold most of the claim, the most telling first, each once."""
    return tuple(
        dict.fromkeys(
            passage.evidence
            for sentence in sentences
            for passage in sentence.compared.aligned
            if len(passage.reading.stems & sentence.compared.reading.stems)
            >= _TELLING * len(sentence.compared.reading.stems)
        )
    )


def problem_of(mismatch: Mismatch) -> Problem:
    """The mismatch in words."""
    said, against = f'"{mismatch.words}"', f'"{mismatch.against}"'
    instead = f"; the source says {against}" if mismatch.against else ""
    kind, text = {
        "number": (ProblemKind.NUMBER, f"{said} is not in the source{instead}"),
        "name": (ProblemKind.ENTITY, f"{said} is not in the source"),
        "other_name": (ProblemKind.ENTITY, f"{said} is not in the source, the name beside it is"),
        "denial": (ProblemKind.NEGATION, f"{said} is denied here and not in the source"),
        "lost_denial": (ProblemKind.NEGATION, f"the source denies it: {against}"),
        "opposite": (ProblemKind.CONTRADICTION, f"{said} is not in the source; the source says {against}"),
        "strength": (ProblemKind.CONTRADICTION, f"it says {said}; the source says {against}"),
        "order": (ProblemKind.CONTRADICTION, f"{said} comes after {against} in the source"),
    }[mismatch.kind]
    return Problem(kind=kind, text=text)


def unsupported(sentences: Sequence[Sentence]) -> Problem:
    """That the source does not say it, with the words that it does not have."""
    unknown = list(dict.fromkeys(word for sentence in sentences for word in sentence.likeness.unknown))
    if not unknown:
        return Problem(kind=ProblemKind.UNSUPPORTED, text="no passage of the source says this")
    named = ", ".join(unknown[:_WORDS_NAMED]) + (", …" if len(unknown) > _WORDS_NAMED else "")
    return Problem(kind=ProblemKind.UNSUPPORTED, text=f"the source does not speak of: {named}")
