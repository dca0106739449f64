"""Words and word groups of English: tokens with offsets, and judgements about noun phrases.

In: text; out: tokens, or yes/no. Without a tagger a phrase can only be judged by its closed-class words, its ending and
the verb list; every test here errs on the side of "no".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.sentences import sentence_offsets
from pipeline.engines.embedded.wordlists import words

_TOKEN = re.compile(r"[^\W_]+(?:[-'’./@&][^\W_]+)*|\S")

DETERMINERS = frozenset(
    "the a an this that these those each every any all some no both either neither another "
    "such your my our their his "
    "her its one's several many few most more enough other".split()
)
POSSESSIVES = frozenset("your my our their his her its".split())
PRONOUNS = frozenset(
    "i you he she it we they me him us them this that these those one ones himself herself "
    "itself themselves who which "
    "what there here mine yours hers ours theirs".split()
)
DANGLING = frozenset(
    "it its they them their theirs he him his she her hers this that these those such itself themselves so".split()
)
"""Words that point back to something: in a phrase shown alone they point at nothing."""
PREPOSITIONS = frozenset(
    "of in on at to for from with without by about into onto over under through during "
    "between among against within "
    "across after before behind below above beside besides beyond despite except inside "
    "outside near off per since "
    "until till toward towards upon via along around as like following regarding concerning "
    "including throughout out".split()
)
CONJUNCTIONS = frozenset("and or but nor so yet".split())
SUBORDINATORS = frozenset(
    "if when whenever unless until till before after once while where wherever whereas "
    "because although though since "
    "whether as provided lest".split()
)
RELATIVES = frozenset("who whom whose which that".split())
MODALS = frozenset("must shall should may might can could will would cannot ought".split())
BE = frozenset("is are was were be been being am isn't aren't wasn't weren't isn’t aren’t wasn’t weren’t".split())
HAVE_DO = frozenset("has have had does did do doesn't don't didn't hasn't haven't doesn’t don’t didn’t".split())
FINITE = (
    (BE - {"be", "been", "being"}) | MODALS | {"has", "had", "does", "did", "doesn't", "doesn’t", "didn't", "didn’t"}
)
ADVERBS = frozenset(
    "always never immediately only also then first next finally now again promptly please "
    "just simply either not at-once "
    "still soon further otherwise instead therefore already together ideally once twice right back".split()
)
NUMBER_WORDS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred "
    "thousand million half".split()
)

PEOPLE = words("roles_en", "people")
ORGANISATIONS = words("roles_en", "organisations")
THINGS = words("roles_en", "things")
_AGENT_ENDING = re.compile(r"(?:er|or|ist|ian|ee|ant)$")


@dataclass(frozen=True)
class Token:
    """A word, number or mark, and where it stands."""

    text: str
    start: int
    end: int
    lower: str = field(init=False, compare=False)
    """Lower case, straight apostrophes."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "lower", self.text.lower().replace("’", "'"))

    @property
    def is_word(self) -> bool:
        """Whether it has a letter."""
        return any(char.isalpha() for char in self.text)


@lru_cache(maxsize=2048)  # each reader of a sentence asks for its tokens again
def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a text, in order."""
    return tuple(Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(text))


def is_balanced(text: str) -> bool:
    """Whether brackets and double quotation marks come in pairs."""
    return (
        text.count("(") == text.count(")")
        and text.count("[") == text.count("]")
        and text.count("“") == text.count("”")
        and text.count('"') % 2 == 0
    )


def singular(noun: str) -> str:
    """The singular of a regular plural; others unchanged."""
    lower = noun.lower()
    if lower in {"people", "persons"}:
        return "person"
    if lower.endswith("men"):
        return noun[:-2] + "an"
    if lower.endswith("ies") and len(lower) > 4:
        return noun[:-3] + "y"
    if re.search(r"(?:s|x|z|ch|sh)es$", lower):
        return noun[:-2]
    if lower.endswith("s") and not lower.endswith(("ss", "us", "is")):
        return noun[:-1]
    return noun


def plural_of(noun: str) -> str:
    """The regular plural of a noun phrase's last word."""
    parts = re.split(r"(?= (?:of|in|on|at|for|from|with|who|that)\b)", noun, maxsplit=1)
    if len(parts) > 1:
        return plural_of(parts[0]) + parts[1]
    if noun.lower().endswith(("staff", "personnel", "people")):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


def head_noun(phrase: str) -> str:
    """The last word before the first preposition, relative clause, participle or bracket: "coordinator" of "the EHS
    coordinator at the site".
    """
    head = ""
    toks = tokens_of(phrase)
    for position, token in enumerate(toks):
        if position and (token.lower in PREPOSITIONS or token.lower in RELATIVES or token.text in "(,:;"):
            break
        follows_noun = head and head.lower() not in DETERMINERS and toks[position + 1 : position + 2]
        if follows_noun and toks[position + 1].lower in PREPOSITIONS and verbs.base_of_participle(token.lower):
            break  # "employees involved in the work"
        if token.is_word:
            head = token.text
    return head


def is_plural(phrase: str) -> bool | None:
    """Whether the noun phrase takes "are"; None where that can't be told."""
    toks = [token for token in tokens_of(phrase) if token.is_word]
    if not toks:
        return None
    first = toks[0].lower
    if first in {
        "each",
        "every",
        "a",
        "an",
        "this",
        "that",
        "another",
        "either",
        "neither",
        "one",
        "everyone",
        "anyone",
    }:
        return False
    before_modifier = re.split(r"\s(?:of|in|on|at|for|from|with|by|to|who|that|which)\s", phrase)[0]
    if re.search(r"\sand\s|\s&\s", before_modifier):
        return True
    if first in {"these", "those", "both", "several", "many", "few", "two", "three", "four", "five"}:
        return True
    head = head_noun(phrase).lower()
    if head in {"people", "personnel", "staff", "police", "men", "women", "children", "data", "media", "criteria"}:
        return head not in {"data", "media"}
    if first in {"all", "some", "any"} and not head.endswith("s"):
        return False
    if head.endswith("s") and not head.endswith(("ss", "us", "is", "ics", "'s", "news", "gas")):
        return True
    if not head.endswith("s"):
        return False
    return None


def is_actor(phrase: str) -> bool:
    """Whether a noun phrase names people, a role or an organisation."""
    toks = [token for token in tokens_of(phrase) if token.is_word]
    if not toks:
        return False
    head = head_noun(phrase)
    lower = singular(head).lower()
    if lower in THINGS:
        return False
    if lower in PEOPLE or lower in ORGANISATIONS:
        return True
    if lower.endswith(("person", "man", "woman", "members", "people")):
        return True
    if re.fullmatch(r"[A-Z]{2,6}s?", head) and len(toks) <= 2:
        return toks[0].lower != "no" and head.rstrip("s") in {
            "IC",
            "HR",
            "IT",
            "CEO",
            "CIO",
            "CISO",
            "CTO",
            "COO",
            "CFO",
            "DPO",
            "SME",
            "ISSO",
            "ISSM",
            "GSA",
            "CISA",
            "EHS",
            "QA",
        }
    return (
        len(lower) > 5
        and bool(_AGENT_ENDING.search(lower))
        and not verbs.is_base(lower)
        and lower.endswith(
            (
                "ler",
                "ner",
                "ter",
                "der",
                "ger",
                "ker",
                "per",
                "ser",
                "ver",
                "yer",
                "ator",
                "itor",
                "isor",
                "utor",
                "ctor",
                "ist",
                "ician",
                "yee",
                "inee",
            )
        )
    )


def points_back(phrase: str) -> bool:
    """Whether the phrase holds a word whose meaning stands elsewhere ("it", "these", "such")."""
    toks = tokens_of(phrase)
    for index, token in enumerate(toks):
        if token.lower not in DANGLING or token.text == "IT":
            continue
        following = toks[index + 1].lower if index + 1 < len(toks) else ""
        if token.lower == "that" and not _is_demonstrative(toks, index):
            continue  # a relative or a conjunction
        if token.lower in {"so", "such"} and following in {"that", "as"}:
            continue
        return True
    return False


def _is_demonstrative(toks: Sequence[Token], index: int) -> bool:
    before = toks[index - 1].lower if index else ""
    return index == 0 or before in PREPOSITIONS - {"so"} or (verbs.is_base(before) and index + 1 == len(toks))


# Behind these a capital says nothing about the word.
_OPENS = frozenset(':.!?“"‘(–—-|•/')


class Casing:
    """Which words a text writes with a capital wherever they stand: names keep it when a phrase is lower-cased."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        capital: set[str] = set()
        lower: set[str] = set()
        for block in blocks:
            if block.kind in (BlockKind.HEADING, BlockKind.TABLE, BlockKind.CODE):
                continue
            for start, end in sentence_offsets(block.text):
                before = ":"
                for token in tokens_of(block.text[start:end]):
                    if token.text[0].islower():
                        lower.add(token.text.lower())
                    elif before not in _OPENS and token.text[0].isupper():
                        capital.add(token.text)
                    before = token.text
        self._names = frozenset(word for word in capital if word.lower() not in lower)

    def is_name(self, word: str) -> bool:
        """Whether the word keeps its capitals in running text."""
        return (
            word in self._names
            or any(char.isupper() for char in word[1:])
            or any(char.isdigit() for char in word)
            or word in {"I", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
        )

    def lower_first(self, phrase: str) -> str:
        """The phrase with its first letter small, unless its first word is a name, or part of one."""
        toks = tokens_of(phrase)
        if not toks or not toks[0].text[0].isupper():
            return phrase
        first = toks[0].text
        if first.lower() in DETERMINERS | PRONOUNS | SUBORDINATORS | PREPOSITIONS | ADVERBS:
            return phrase if first == "I" else phrase[: toks[0].start] + first[0].lower() + phrase[toks[0].start + 1 :]
        follower = toks[1].text if len(toks) > 1 else ""
        in_name = follower[:1].isupper() and self.is_name(follower) and not verbs.is_base(first)
        if self.is_name(first) or in_name:
            return phrase
        return phrase[: toks[0].start] + first[0].lower() + phrase[toks[0].start + 1 :]

    def lower_title(self, phrase: str) -> str:
        """A heading as running text: every word small that is no name."""
        if phrase.isupper() and len(phrase) > 6:
            words = (word if word in self._names else word.capitalize() for word in phrase.split())
            phrase = " ".join(words)
        out, at = [], 0
        for token in tokens_of(phrase):
            out.append(phrase[at : token.start])
            keep = self.is_name(token.text) and not (
                not out[:-1] and token.text[1:].islower() and verbs.is_base(token.text)
            )
            out.append(token.text if keep else token.text[:1].lower() + token.text[1:])
            at = token.end
        out.append(phrase[at:])
        return "".join(out)


def upper_first(phrase: str) -> str:
    """The phrase with a capital first letter."""
    return phrase[:1].upper() + phrase[1:]
