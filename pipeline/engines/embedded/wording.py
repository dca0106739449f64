"""How the embedded engine builds sentences: casing, punctuation, quoting, restating a rule in the second person.

In: words of the source and a phrasebook. Out: text a learner reads. Source words stay verbatim; only the case of a
first letter, the final stop and what Markdown would misread are touched.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.domain import Block, BlockKind
from pipeline.engines.embedded.facts import Rule, Span
from pipeline.engines.embedded.foreign_titles import is_foreign_title
from pipeline.engines.embedded.grammar import is_balanced
from pipeline.engines.embedded.phrasebook import Phrasebook
from pipeline.engines.embedded.sentences import without_footnote_marks
from pipeline.engines.embedded.soundness import told_to_actor
from pipeline.engines.embedded.unfinished import is_unfinished

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_MARKDOWN = re.compile(r"(?<!\\)([*_`#\[\]<>|~])")
_NUMBERING = re.compile(
    r"^(?:(?:section|chapter|part|appendix|step)\s+)?(?:[0-9]+(?:\.[0-9]+)*|[A-Z]|[ivx]+)[.):]\s+|^[0-9]+(?:\.[0-9]+)+\s+",
    re.IGNORECASE,
)
# "1 Purpose", "2 Roles and duties", "3 Means of transport", but not "5 Moments for hand hygiene", which counts them.
_BARE_NUMBER = re.compile(
    r"^(?:1?[0-9]|20)\s+(?=[A-Z])(?!(?!Means\b|Basis\b|Analysis\b|Status\b)[A-Z]\w*[^\Ws]s\s+(?!and\b|&))"
)
# What only says what kind of page follows.
_LABEL = re.compile(
    r"^(?:reference|playbook|role|note|appendix|annex|referenz|référence|referencia):\s+(?=\S)", re.IGNORECASE
)
# What a mail program or a document register puts in front of a title.
_CODE = re.compile(
    r"^(?:(?:re|aw|fw|fwd|wg|tr|sv|vs)\s*:\s*)+(?=\S)|"
    r"^(?:SOP|WI|POL|PRO|PROC|QP|QMS|DOC|STD|INS|MAN|HSE|EHS)[-–\s]?\d[\d.]*[a-z]?(?:\s*[:–—-])?\s+(?=\S)",
    re.IGNORECASE,
)
_ENDS = ".!?…"
_CLOSERS = "”’\"')]»"
_QUOTE_WORDS_MAX = 45
_ORDER_WORDS = 3


def tidy(text: str) -> str:
    """Text with its white space collapsed, without the number of a footnote at its end."""
    clean = " ".join(text.split())
    return without_footnote_marks(clean) if clean[-1:].isdigit() else clean


def words_of(text: str) -> list[str]:
    """The words of a text, in order, as written."""
    return _WORD.findall(text)


def bare(text: str) -> str:
    """Text without white space around it and without the punctuation that ends or continues a clause."""
    return tidy(text).rstrip(" .;:,")


def cap(text: str) -> str:
    """Text with its first letter in upper case, unless its first word is spelled its own way, such as iPhone."""
    first = text.split(" ", 1)[0]
    if any(char.isupper() for char in first[1:]) or "@" in first or "/" in first or "." in first[:-1]:
        return text
    for index, char in enumerate(text):
        if char.isalnum():
            return text[:index] + char.upper() + text[index + 1 :]
    return text


def ends_sentence(text: str) -> bool:
    """Whether the text ends like a sentence, closing quotes and brackets aside."""
    return text.rstrip(_CLOSERS + " ")[-1:] in tuple(_ENDS) if text.strip() else False


def sentence(text: str) -> str:
    """Text as a sentence: upper-case start, one end mark."""
    clean = cap(tidy(text))
    if ends_sentence(clean):
        return clean
    return clean.rstrip(" ;:,-–—") + "."


def escape(text: str) -> str:
    """Source text whose characters Markdown would read as markup are shown as they are."""
    escaped = _MARKDOWN.sub(r"\\\1", tidy(text))
    return re.sub(r"^(\d+)([.)])(?=\s)", r"\1\\\2", re.sub(r"^([-+])(?=\s)", r"\\\1", escaped))


def clean_title(text: str) -> str:
    """A heading without its number, its document code or "Re:", and without punctuation at its end."""
    return tidy(_LABEL.sub("", _BARE_NUMBER.sub("", _NUMBERING.sub("", _CODE.sub("", tidy(text)))))).rstrip(" .:;,")


def clean_sentence(text: str) -> bool:
    """Whether a learner can read the text as a whole sentence: no template slot, no dangling colon, not shouted."""
    clean = tidy(text)
    words = words_of(clean)
    if len(words) < 3 or not ends_sentence(clean) or is_unfinished(clean):
        return False
    return not clean[0].islower() and sum(word.isupper() for word in words) * 2 <= len(words)


def beginning(text: str) -> str:
    """The first words of a long sentence, up to where one of its parts ends if there is such a place far enough on."""
    found = list(_WORD.finditer(text))
    whole = tidy(text[: found[_QUOTE_WORDS_MAX - 1].end()]) if len(found) > _QUOTE_WORDS_MAX else tidy(text)
    parts = [match.start() for match in re.finditer(r"[;:,](?=\s)|\s[–—](?=\s)", whole)]
    far = [at for at in parts if len(words_of(whole[:at])) * 2 >= _QUOTE_WORDS_MAX and is_balanced(whole[:at])]
    return whole[: far[-1]] if far else whole


@dataclass(frozen=True)
class Wording:
    """Sentences in one language about one document."""

    book: Phrasebook
    proper: frozenset[str] = frozenset()
    """Words, and pairs of words, that the document never writes in lower case: they keep their capital in mid-sentence.
    Of "Incident Commander" the first word alone may well be written small elsewhere.
    """
    learners: frozenset[str] = frozenset()
    """What the document calls the audience, in lower case: rules for them are rules for "you"."""
    markdown: bool = False
    """Whether the text is read as Markdown (lesson parts) or as it stands (items, objectives)."""
    judged: dict[tuple[str, int], tuple[Rule, bool]] = field(default_factory=dict, compare=False, repr=False)
    """What was found about a rule: every question asks it again. The copies of `turned` and `in_markdown` share it,
    since a rule is no other for being worded otherwise; the rule is kept with it, so that no other gets its `id`.
    """

    def once(self, kind: str, rule: Rule, judge: Callable[[Rule, Wording], bool]) -> bool:
        """What `judge` says about the rule, worked out once."""
        key = (kind, id(rule))
        known = self.judged.get(key)
        if known is None:
            known = self.judged[key] = (rule, judge(rule, self))
        return known[1]

    def say(self, key: str, /, **slots: str | int) -> str:
        """A phrase with its slots filled."""
        return self.book.say(key, **slots)

    def say_nth(self, key: str, turn: int, /, **slots: str | int) -> str:
        """The phrase's wording of that turn."""
        return self.book.say_nth(key, turn, **slots)

    def turned(self, variant: int) -> Wording:
        """The same with the next wording of every phrase."""
        return replace(self, book=replace(self.book, variant=variant))

    def in_markdown(self) -> Wording:
        """The same for text that is read as Markdown."""
        return replace(self, markdown=True)

    def safe(self, text: str) -> str:
        """Source text as it may stand in what is drafted."""
        return escape(text) if self.markdown else tidy(text)

    def lower(self, text: str) -> str:
        """Text as it stands in mid-sentence: a lower-case start unless its first word is a name or an acronym."""
        clean = tidy(text)
        match = _WORD.search(clean)
        if match is None or clean[: match.start()].strip("“\"'(‘"):
            return clean
        first = match.group()
        second = _WORD.match(clean, match.end() + 1)
        if second is not None and f"{first} {second.group()}" in self.proper:
            return clean
        if first in self.proper or any(char.isupper() or char.isdigit() for char in first[1:]):
            return clean
        if len(first) == 1 and first not in ("A",):
            return clean
        return clean[: match.start()] + first[0].lower() + clean[match.start() + 1 :]

    def lower_title(self, text: str) -> str:
        """A heading as it stands in mid-sentence: every word small that is no name and no acronym; one in another
        language in quotation marks.
        """
        clean = tidy(text)
        if is_foreign_title(clean, self.book.language):
            return self.named(clean)
        words = words_of(clean)
        paired = {word for pair in pairwise(words) if " ".join(pair) in self.proper for word in pair}
        return _WORD.sub(lambda one: one.group() if one.group() in paired else self._small(one.group()), clean)

    def _small(self, word: str) -> str:
        if "-" in word and word.istitle() and word not in self.proper:
            return word.lower()  # "Start-Ups" is written like a title as a whole
        kept = word in self.proper or any(char.isupper() or char.isdigit() for char in word[1:]) or len(word) == 1
        return word if kept and word != "A" else word[:1].lower() + word[1:]

    def keep_names(self, written: str, lowered: str) -> str:
        """The lower-cased phrase with the capitals of the names it was written with."""
        names = {word.lower(): word for word in words_of(written) if self._small(word) == word}
        return _WORD.sub(lambda match: names.get(match.group().lower(), match.group()), lowered)

    def quote(self, text: str) -> str:
        """A sentence of the source in quotation marks, with its own end mark inside."""
        inner = self.safe(text)
        return self.say("mark.quote", text=inner if ends_sentence(inner) else inner.rstrip(" ,;:") + ".")

    def named(self, text: str) -> str:
        """A name or a few words in quotation marks, without an end mark."""
        return self.say("mark.quote", text=self.safe(bare(text)))

    def cite(self, span: Span) -> str:
        """A colon and the sentence in quotation marks; of one too long to quote in passing, its beginning."""
        if len(words_of(span.text)) > _QUOTE_WORDS_MAX:
            return ": " + self.say("mark.quote", text=self.safe(beginning(span.text)) + " …")
        return ": " + self.quote(span.text)

    def option(self, text: str) -> str:
        """Text as an answer option: upper-case start, no final stop."""
        return cap(self.safe(bare(text)))

    def listed(self, parts: Sequence[str]) -> str:
        """Parts as "a, b and c"."""
        if len(parts) < 2:
            return "".join(parts)
        return self.say("mark.and", first=", ".join(parts[:-1]), last=parts[-1])

    def number(self, count: int) -> str:
        """A count in words up to twelve, then in figures."""
        names = self.book.words.get("numbers", ())
        return names[count] if 0 <= count < len(names) else str(count)

    def ordinal(self, position: int) -> str:
        """A position from 1 in words up to twelve, then in figures."""
        names = self.book.words.get("ordinals", ())
        return names[position] if 0 < position < len(names) else self.say("mark.ordinal", number=position)

    def speaks_to_learner(self, rule: Rule) -> bool:
        """Whether the rule binds the reader."""
        return rule.actor is None or self.actor_key(rule.actor) in self.learners | {"you"}

    def actor_key(self, actor: str) -> str:
        """An actor's name for comparison: lower case, without article or quantifier."""
        words = tidy(actor).lower().split()
        while words and words[0] in self.book.list_of("determiners"):
            words = words[1:]
        return " ".join(words)

    def subject(self, rule: Rule) -> str:
        """Who the rule binds, in mid-sentence."""
        if rule.actor is None or self.speaks_to_learner(rule):
            return self.say("rule.you")
        return self.safe(self.lower(rule.actor))

    def clause(self, rule: Rule) -> str:
        """The rule restated as one clause in mid-sentence, with the strength the source gives it."""
        if rule.modality == "only":
            return self._only(rule)
        key = f"rule.told_{rule.modality}" if self.is_imperative(rule) else f"rule.{rule.modality}"
        return self._conditional(rule, self.say(key, subject=self.subject(rule), action=self.action(rule)))

    def _only(self, rule: Rule) -> str:
        """A rule with "only", which stands before what it limits: the condition, or else who may do it.

        "When all readings are zero, you may only open a guard" would forbid everything but opening guards.
        """
        said = " ".join(rule.span.text.lower().split())
        condition = self.condition(rule)
        limits_condition = bool(condition) and (
            rule.actor is None or f"only {' '.join((rule.condition or '').lower().split()[:2])}" in said
        )
        if limits_condition:
            return self.say("rule.only_if", subject=self.subject(rule), action=self.action(rule), condition=condition)
        who = self.safe(self.lower(rule.actor)) if rule.actor else self.say("rule.you")
        return self._conditional(rule, self.say("rule.only_who", who=who, action=self.action(rule)))

    def norm(self, rule: Rule) -> str:
        """The rule restated as a sentence; what the source says as an imperative stays one."""
        if self.is_imperative(rule):
            said = self.say(f"rule.norm_{rule.modality}", action=self.action(rule))
            return sentence(self._conditional(rule, said))
        return sentence(self.clause(rule))

    def _conditional(self, rule: Rule, said: str) -> str:
        condition = self.condition(rule)
        return self.say("rule.conditional", condition=condition, clause=said) if condition else said

    def is_imperative(self, rule: Rule) -> bool:
        """Whether the source tells the reader to do it without a word of strength such as "must"."""
        if not self.book.has(f"rule.told_{rule.modality}") or not self.speaks_to_learner(rule):
            return False
        said = " " + " ".join(word.lower() for word in words_of(rule.span.text)) + " "
        opening = " " + " ".join(word.lower() for word in words_of(rule.action)[:_ORDER_WORDS])
        # What stands behind the order ("Offer the room, which must be free") says nothing of how binding it is.
        said = said.partition(opening)[0] + " " if opening in said else said
        marks = self.book.words.get("strength", ())
        if rule.modality == "must_not":
            marks += self.book.words.get("strength_not", ())
        return not any(f" {mark} " in said for mark in marks)

    def action(self, rule: Rule) -> str:
        """What the rule asks, as a bare infinitive in mid-sentence."""
        told = told_to_actor(rule) if rule.actor and self.speaks_to_learner(rule) else rule.action
        return self.safe(bare(self.lower(told)))

    def condition(self, rule: Rule) -> str:
        """The rule's condition in mid-sentence without a comma, or ""."""
        return self.safe(bare(self.lower(rule.condition))) if rule.condition else ""

    def points_back(self, text: str) -> bool:
        """Whether the text opens with a word whose meaning lies in an earlier sentence (it, this, they, such…)."""
        words = [word.lower() for word in words_of(text)[:3]]
        if not words:
            return True
        if words[0] in self.book.list_of("answers"):
            return True  # "Yes, for every item": says nothing without its question
        openers = self.book.list_of("openers")
        rest = words[1:] if words[0] in openers else words
        return bool(rest) and rest[0] in self.book.list_of("pointers")

    def dangles(self, text: str) -> bool:
        """Whether the text needs an earlier sentence: it points back, or is an order about "it" or "them"."""
        words = [word.lower() for word in words_of(text)[:2]]
        return self.points_back(text) or words[1:] in (["it"], ["them"])

    def is_talk(self, text: str) -> bool:
        """Whether the sentence talks about the document ("This section explains…", "See page 4")."""
        cues = self.book.words.get("talk", ())
        return bool(cues) and re.match("|".join(cues), tidy(text).lower()) is not None

    def linked(self, text: str) -> bool:
        """Whether the text opens by carrying on from what stood before it (however, also, and…)."""
        words = words_of(text)
        return bool(words) and words[0].lower() in self.book.list_of("connectives")


def core_of(action: str, wording: Wording) -> str:
    """The action without the reason that trails it ("…, because it can catch fire"): a reason would mark the key."""
    lowered = action.lower()
    cuts = [at for mark in wording.book.list_of("reasons") if (at := lowered.find(mark)) > 0]
    kept = bare(action[: min(cuts)]) if cuts else bare(action)
    return kept if len(words_of(kept)) >= 2 and is_balanced(kept) else bare(action)


def names_in(blocks: Iterable[Block]) -> frozenset[str]:
    """Words and pairs of words that stand capitalised within a sentence and hardly ever in lower case: names, products,
    departments, offices such as "Incident Commander".
    """
    upper: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    paired: Counter[str] = Counter()
    for block in blocks:
        if block.kind is BlockKind.HEADING or block.rows:
            continue
        last: re.Match[str] | None = None
        for match in _WORD.finditer(block.text):
            word = match.group()
            pair = f"{last.group()} {word}" if last is not None and match.start() == last.end() + 1 else ""
            if word[0].islower():
                lower[word.capitalize()] += 1
                if pair:
                    lower[pair.title()] += 1
            elif _stands_within(block.text, match.start()):
                upper[word] += 1
                if pair and last and last.group()[0].isupper() and _stands_within(block.text, last.start()):
                    upper[pair] += 1
                    paired.update((last.group(), word))
            last = match
    # A word written small elsewhere is a name only where it stands alone: not "Commander" of "Incident Commander".
    return frozenset(
        word for word, count in upper.items() if count - (paired[word] if lower[word] else 0) > lower[word]
    )


def _stands_within(text: str, at: int) -> bool:
    """Whether a capital there is not owed to the start of a sentence."""
    before = text[:at].rstrip()
    return bool(before) and before[-1] not in '.!?:;•“"(‘—–-|'
