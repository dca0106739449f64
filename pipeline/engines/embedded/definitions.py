"""Terms and what they mean. In: the blocks of a section; out: definitions whose meaning fits "TERM means MEANING".

A sentence with "is" defines only if its subject is a short noun phrase of its own and what follows names a kind of
thing and tells it apart; glossaries, term lists and acronyms in brackets are read as such.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.facts import Definition, Span
from pipeline.engines.embedded.grammar import (
    DETERMINERS,
    FINITE,
    PREPOSITIONS,
    PRONOUNS,
    Casing,
    is_balanced,
    points_back,
    tokens_of,
)
from pipeline.engines.embedded.imperatives import imperative
from pipeline.engines.embedded.sentences import one_line, sentences
from pipeline.engines.embedded.tables import cells_of, column, row_offsets

_GLOSSARY = re.compile(
    r"\b(?:glossary|definitions?|terms|terminology|acronyms?|abbreviations?|key terms|"
    r"vocabulary|words we use)\b",
    re.IGNORECASE,
)
_IS = re.compile(
    r"^(?P<term>[^,;:()]{2,60}?(?: ?\([^()]{2,40}\))?),? (?P<verb>is defined as|are defined "
    r"as|is understood as|stands for|refers to|refer to|means|mean|is called|is|are) "
    r"(?P<meaning>.+)$",
    re.DOTALL,
)
_QUESTION = re.compile(r"^what(?:['’]s| is| are) (?:an? |the )?(?P<term>[^?]{2,50})\?$", re.IGNORECASE)
_ENTRY = re.compile(r"^(?P<term>[^:.;?!]{2,60}?)\s*(?::| [–—-]) +(?P<meaning>\S.+)$", re.DOTALL)
_ACRONYM = re.compile(r"(?P<words>(?:[A-Za-z][\w'’/-]* ){1,8})\((?P<short>[A-Z][A-Za-z&-]*[A-Z]s?)\)")
_GENUS = re.compile(
    r"^(?:an?|any|one of|the (?:act|process|practice|ability|degree|period|time|amount|number|"
    r"person|people|set|group|part|place|property|state|measure|soundness|name|point|total|"
    r"level|maximum|minimum|first point|individual|team|role|system|decision))\b",
    re.IGNORECASE,
)
# "energy that stays in the machine", "personal data about health": a kind named without article
_KIND = re.compile(
    r"^(?!that|what|not|very|too|so|as|when|how|why|where|who)[a-z]+(?: [a-z]+)? (?:that|"
    r"which|about|whose)\s",
    re.IGNORECASE,
)
_TELLS_APART = re.compile(
    r"\b(?:that|which|who|whose|where|when|of|for|used|designed|intended|to|in|on|with|"
    r"between|from|by|during|or)\b"
)
_EVALUATES = re.compile(
    r"^(?:an?|any|one of|the) (?:integral|fundamental|central|few|lot|little|good|great|bad|big|large|"
    r"small|important|"
    r"critical|key|common|useful|nice|must|difficult|easy|simple|serious|major|real|clear|"
    r"typical|best|worst|most|minor|new|different|similar|additional|further|"
    r"necessary|possible|valid|better|vital|essential|problem|result|reason|question|matter|"
    r"way|example|variety|number of|couple|series|case|chance|goal|aim|challenge|bit|shared|"
    r"violation of th)\b",
    re.IGNORECASE,
)
_NO_TERM = re.compile(
    r"\b(?:this|that|these|those|it|there|here|he|she|they|we|you|i|what|which|who|purpose|"
    r"goal|aim|objective|scope|reason|result|problem|key|idea|point|answer|question|example|"
    r"way|primary|main|major|common|best|worst|most|first|next|last|only|same|following|thing|"
    r"document|page|section|chapter|guide|policy|procedure|table|figure|everything|nothing|"
    r"something|anything|everyone|someone|one|your|our|my|their|his|her|its|not|all|some|many|"
    r"each|every|if|when|as|so|and|but)\b",
    re.IGNORECASE,
)
_MAX_TERM_WORDS = 6
_MAX_MEANING_WORDS = 60


def definitions_in(blocks: Sequence[Block], path: tuple[str, ...], casing: Casing) -> tuple[Definition, ...]:
    """The section's definitions in order, each term once."""
    in_glossary = any(_GLOSSARY.search(title) for title in path[-2:])
    found: list[Definition] = []
    if in_glossary and len(path) > 1 and _GLOSSARY.search(path[-2]) and not _GLOSSARY.search(path[-1]):
        found += _glossary_entry(blocks, path[-1], casing)
    entries = _entries(blocks, casing, in_glossary=in_glossary)
    for block in blocks:
        if block.kind is BlockKind.TABLE:
            found += _from_table(block)
            continue
        if block.id in entries:
            found.append(entries[block.id])
        spans = sentences(block)
        for number, span in enumerate(spans):
            if block.id in entries and number == 0:
                continue
            made = _from_sentence(span, casing) or _under_its_name(span, path, casing) or _called(span, casing)
            if made is None and number + 1 < len(spans):
                made = _from_question(span, spans[number + 1], casing)
            if made is not None:
                found.append(made)
            found += _acronyms(span)
    unique: dict[str, Definition] = {}
    for definition in found:
        unique.setdefault(definition.term.lower(), definition)
    return tuple(unique.values())


def _clean_meaning(text: str) -> str:
    meaning = re.sub(r"\[(\w)\]", r"\1", one_line(text)).rstrip(" .;,")
    quoted = re.match(r"^(?P<article>(?:an?|the) )?“(?P<inner>[^“”]+?)[.,]?”[.]?$", meaning)
    return (quoted["article"] or "") + quoted["inner"] if quoted else meaning


def _is_term(term: str) -> bool:
    words = term.split()
    if not 1 <= len(words) <= _MAX_TERM_WORDS or not is_balanced(term) or _NO_TERM.search(term):
        return False
    lowered = [token.lower for token in tokens_of(term)]
    if any(word in FINITE or word in PRONOUNS for word in lowered) or lowered[-1] in PREPOSITIONS | DETERMINERS:
        return False
    return (
        lowered[0] not in {"of", "in", "on", "at", "for", "to", "with", "by", "from", "as", "per"}
        and not lowered[0].endswith("ly")
        and not (verbs.base_of_gerund(lowered[0]) and len(lowered) > 2)
    )


def _bare_term(text: str, casing: Casing) -> str:
    term = one_line(text).strip(' "“”‘’*_')
    term = re.sub(r"^(?:an?|the|any)\s+", "", term, flags=re.IGNORECASE).strip('"“”‘’*_ ')
    term = re.sub(r" ?\([^()]*\)$", "", term)
    quoted = re.match(r"^[“\"]?([^”\"]+)[”\"] or [“\"]([^”\"]+)[”\"]?$", term)
    if quoted:
        term = quoted[1]
    return _entry_term(term, casing)


def _from_sentence(span: Span, casing: Casing) -> Definition | None:
    text = one_line(span.text)
    if text.endswith(("?", ":", "!")):
        return None
    text = re.sub(
        r"^(?:in (?:this|the) [^,]{3,60}|for the purposes? of [^,]{3,60}|here),\s+", "", text, flags=re.IGNORECASE
    )
    match = _IS.match(text)
    if match is None:
        return None
    term = _bare_term(match["term"], casing)
    meaning = _clean_meaning(re.sub(r"\s[-–—]\s", " – ", match["meaning"]))
    if not _is_term(term) or len(meaning.split()) > _MAX_MEANING_WORDS or not is_balanced(meaning):
        return None
    verb = match["verb"].lower()
    if verb in {
        "means",
        "mean",
        "refers to",
        "refer to",
        "stands for",
        "is defined as",
        "are defined as",
        "is understood as",
    }:
        if len(meaning.split()) < 2 or re.match(r"^(?:more|less|it|not|nothing|you|we|they)\b", meaning):
            return None
        return Definition(term, meaning, span)
    if verb in {"is called", "are"} or not (_GENUS.match(meaning) or _KIND.match(meaning)) or _EVALUATES.match(meaning):
        return None
    if verbs.base_of_gerund(meaning.split(" ", 1)[0]) or verbs.base_of_participle(meaning.split(" ", 1)[0]):
        return None
    rest = meaning.split(" ", 1)[1] if " " in meaning else ""
    if re.search(r"\b(?:that|which) (?:is|are) (?:[a-z]+est|best|most|very|more)\b", meaning):
        return None
    if (
        len(rest.split()) < 3
        or not _TELLS_APART.search(rest)
        or re.search(
            r"\b(?:you|your|we|our|this|these|those|it|they|he|she)\b", " ".join(meaning.split()[:4]), re.IGNORECASE
        )
    ):
        return None
    if re.match(r"^(?:the|that|this)\b", match["term"], re.IGNORECASE) and not _is_name_like(term):
        return None  # "the sealer is a machine that …" tells of one thing, not of a kind
    return Definition(term, meaning, span)


_CALLED = re.compile(
    r"^(?P<meaning>(?:an?|the) [^,;:()]{10,140}?),? (?:is|are) (?:also )?(?:called|known as|termed|named) "
    r"(?:an?|the)? ?[“\"]?(?P<term>[a-z][a-z -]{2,40}?)[”\"]?$",
    re.IGNORECASE,
)


def _called(span: Span, casing: Casing) -> Definition | None:
    """From "The difference between two regions is called the gradient": what stands in front is what it means."""
    match = _CALLED.match(one_line(span.text).rstrip(" ."))
    if match is None or not _is_term(term := _bare_term(match["term"], casing)):
        return None
    meaning = match["meaning"]
    if any(token.lower in FINITE | PRONOUNS for token in tokens_of(meaning)) or not is_balanced(meaning):
        return None
    return Definition(term, casing.lower_first(meaning), span)


def _under_its_name(span: Span, path: tuple[str, ...], casing: Casing) -> Definition | None:
    """The sentence under the heading "Osmosis" that says what osmosis is: any noun phrase will do there."""
    match = _IS.match(one_line(span.text))
    if match is None or match["verb"].lower() not in ("is", "are") or not path:
        return None
    term = _bare_term(match["term"], casing)
    meaning = _clean_meaning(match["meaning"])
    named = re.sub(r"^[\d.\s]+", "", path[-1]).lower()
    if not _is_term(term) or term.lower().rstrip("s") != named.rstrip("s") or _EVALUATES.match(meaning):
        return None
    fits = re.match(r"^(?:an?|the) [a-z]", meaning) and 5 <= len(meaning.split()) <= _MAX_MEANING_WORDS
    return Definition(term, meaning, span) if fits and is_balanced(meaning) and not points_back(meaning) else None


def _is_name_like(term: str) -> bool:
    return all(word[:1].isupper() for word in term.split() if len(word) > 3)


def _from_question(question: Span, answer: Span, casing: Casing) -> Definition | None:
    """From "What is an incident? An occurrence that …": the answer's noun phrase is the meaning."""
    match = _QUESTION.match(one_line(question.text).strip("*_ "))
    meaning = _clean_meaning(answer.text)
    if match is None or not _is_term(match["term"]) or not re.match(r"^(?:an?|any|the)\s", meaning, re.IGNORECASE):
        return None
    head = re.split(r"\b(?:that|which|who|whose)\b", meaning)[0]
    if any(token.lower in FINITE for token in tokens_of(head)) or len(meaning.split()) > _MAX_MEANING_WORDS:
        return None
    return Definition(casing.lower_first(match["term"]), casing.lower_first(meaning), answer)


def _glossary_entry(blocks: Sequence[Block], term: str, casing: Casing) -> list[Definition]:
    """A heading under "Glossary" and the first sentence below it."""
    first = next((block for block in blocks if block.kind is BlockKind.PARAGRAPH), None)
    if first is None or len(term.split()) > _MAX_TERM_WORDS:
        return []
    span = sentences(first)[0]
    meaning = re.sub(r"^(?:means|refers to|is)\s+", "", one_line(span.text), flags=re.IGNORECASE)
    toks = tokens_of(meaning)
    if not re.match(r"^(?:an?|any|the|one)\s", meaning, re.IGNORECASE) or len(meaning.split()) > _MAX_MEANING_WORDS:
        return []
    head = re.split(r"\b(?:that|which|who|whose|we|you)\b", meaning)[0]
    if meaning == one_line(span.text) and any(token.lower in FINITE for token in tokens_of(head)):
        return []
    if term.lower() in meaning.lower().split()[:4]:
        return []  # "Availability: the availability of …" explains nothing
    return [Definition(casing.lower_first(term), _clean_meaning(toks[0].lower + meaning[toks[0].end :]), span)]


def _entries(blocks: Sequence[Block], casing: Casing, *, in_glossary: bool) -> dict[str, Definition]:
    """The "Term: meaning" items, by block: in a glossary, or where several items of a list have that shape."""
    made: dict[str, Definition] = {}
    candidates = [
        block
        for block in blocks
        if block.kind is BlockKind.LIST_ITEM or (in_glossary and block.kind is BlockKind.PARAGRAPH)
    ]
    for block in candidates:
        spans = sentences(block)
        if not spans:
            continue
        match = _ENTRY.match(one_line(spans[0].text))
        if match is None or not _is_term(match["term"].strip("*_ ")) or imperative(match["meaning"]) is not None:
            continue
        meaning = _clean_meaning(match["meaning"])
        toks = tokens_of(meaning)
        starts = bool(re.match(r"^(?:an?|the|any)\s", meaning, re.IGNORECASE) and not _EVALUATES.match(meaning)) or (
            in_glossary and not re.match(r"^(?:see|think)\b", meaning, re.IGNORECASE)
        )
        head = re.split(r"\b(?:that|which|who|whose|where|when)\b", meaning)[0]
        if any(token.lower in FINITE for token in tokens_of(head)):
            continue
        if not starts or not 2 <= len(meaning.split()) <= _MAX_MEANING_WORDS:
            continue
        if toks[0].lower in DETERMINERS:
            meaning = toks[0].lower + meaning[toks[0].end :]
        made[block.id] = Definition(_entry_term(match["term"].strip("*_ "), casing), meaning, spans[0])
    return made if in_glossary or len(made) >= 2 else {}


def _entry_term(term: str, casing: Casing) -> str:
    """A term set like a title ("General Ledger") as it stands in running text."""
    words = term.split()
    titled = len(words) > 1 and all(word[:1].isupper() for word in words if len(word) > 3)
    if not titled:
        return casing.lower_first(term)
    small = casing.lower_title(term)
    return term if any(word[0].isupper() for word in small.split()) else small


def _from_table(block: Block) -> list[Definition]:
    cells = cells_of(block)
    if cells is None:
        return []
    term, meaning = (
        column(cells, "term", "acronym", "abbreviation", "word"),
        column(cells, "definition", "meaning", "description", "stands", "explanation"),
    )
    if term is None or meaning is None or term == meaning:
        return []
    out = []
    for row, (start, end) in zip(cells.rows, row_offsets(cells), strict=True):
        if end and row[term] and row[meaning] and len(row[term].split()) <= _MAX_TERM_WORDS:
            text = _clean_meaning(row[meaning])
            toks = tokens_of(text)
            if toks and toks[0].lower in DETERMINERS:
                text = toks[0].lower + text[toks[0].end :]
            out.append(Definition(row[term], text, Span(block, start, end)))
    return out


def _acronyms(span: Span) -> list[Definition]:
    """From "personally identifiable information (PII)": the words whose initials the short form is."""
    out = []
    for match in _ACRONYM.finditer(one_line(span.text)):
        short = (
            match["short"].removesuffix("s")
            if match["short"][-1] == "s" and match["short"][:-1].isupper()
            else match["short"]
        )
        letters = [letter for letter in short if letter.isupper()]
        words = match["words"].split()
        expansion = _expand(words, letters)
        if expansion and not " ".join(expansion).isupper() and len(expansion) >= 2 and len(letters) >= 2:
            out.append(Definition(short, " ".join(expansion), span))
    return out


_SMALL = frozenset("of and for the in to on".split())


def _expand(words: list[str], letters: list[str]) -> list[str] | None:
    """The last words whose initials spell the letters; small words count ("Department of Transportation (DOT)") only
    where the letters can't be spelt without them.
    """
    return _spelt(words, letters, count_small=False) or _spelt(words, letters, count_small=True)


def _spelt(words: list[str], letters: list[str], *, count_small: bool) -> list[str] | None:
    at = len(letters) - 1
    for index in range(len(words) - 1, -1, -1):
        small = words[index].lower() in _SMALL
        initials = "".join(piece[0] for piece in re.split(r"[-/]", words[index]) if piece).upper()
        if small and not count_small:
            continue
        if len(initials) == 1 and initials == letters[at].upper():
            at -= 1
        elif len(initials) > 1 and "".join(letters[max(0, at - len(initials) + 1) : at + 1]).upper() == initials:
            at -= len(initials)
        elif not small:
            return None
        if at < 0:
            return words[index:]
    return None
