"""Articles before phrases that come from headings, which leave them out: told by how the text itself uses the words.

In: a phrase in mid-sentence, and the material it is about. Out: the phrase, with "the" or "a" where it needs one.
"""

from __future__ import annotations

import re
from collections import Counter

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.facts import Procedure
from pipeline.engines.embedded.grammar import DETERMINERS, POSSESSIVES, PREPOSITIONS
from pipeline.engines.embedded.material import Material, goal_of

# Of so many times that a phrase stands in the text it must stand once with an article.
_ARTICLES_FOR_ONE = 3
_ARTICLES_FOR_ONE_THING = 2
_PHRASE_WORDS_MAX = 6
_PARTICLES = frozenset("up down out off back in on over through away together".split())
_SHORT_FORM = re.compile(r"\s*\([^()]*\)$")
_ARTICLE = r"(the|an?|your|our|its|their|each|this|every)"


def with_article(phrase: str, material: Material) -> str:
    """The phrase with an article, where the text itself hardly uses it without one."""
    words = phrase.split(" ")
    if words[0] in DETERMINERS or not phrase:
        return phrase
    if " of " in phrase and not verbs.base_of_gerund(words[0]):
        return f"the {phrase}"
    if words[-1].endswith("s") or not phrase[0].islower():
        return phrase
    said, bare = said_in(material), re.escape(phrase.lower())
    every = len(re.findall(rf"\b{bare}\b", said))
    articles = Counter(re.findall(rf"\b{_ARTICLE}\s+{bare}\b", said))
    if not every or _ARTICLES_FOR_ONE * articles.total() < every:
        return phrase
    kind = max(("a", "an"), key=lambda article: articles[article])
    return f"{kind} {phrase}" if articles[kind] > articles["the"] else f"the {phrase}"


def with_the(phrase: str, material: Material) -> str:
    """The name of one thing with "the": "the password reset runbook", "the Scribe"; where the text never says it so, by
    how it says the thing's last word. What is many, no thing, or done is left as it is.
    """
    bare = _SHORT_FORM.sub("", phrase)
    words = [word.lower() for word in bare.split(" ")]
    is_one_thing = (
        bool(bare)
        and bare[0].isalpha()
        and len(words) <= _PHRASE_WORDS_MAX
        and words[0] not in DETERMINERS | POSSESSIVES | PREPOSITIONS
        and not verbs.base_of_gerund(words[0])
        and not re.search(r"(?<!s)s$|ing$", words[-1])
        and all(word.replace("-", "").isalpha() for word in words)
        and not {"and", "or", "to", "how", "what", "who", "which", "when"} & set(words)
    )
    if not is_one_thing:
        return phrase
    key = (f"the {phrase}", 0)
    if key not in material.memo:
        material.memo[key] = _needs_the(words, said_in(material))
    return f"the {phrase}" if material.memo[key] else phrase


def with_the_object(phrase: str, material: Material) -> str:
    """A doing whose object has the article that its heading left out: "create the incident file"."""
    verb, _, thing = phrase.partition(" ")
    words = [word.lower() for word in thing.split(" ")]
    if not thing or set(words) & (DETERMINERS | PREPOSITIONS | POSSESSIVES | _PARTICLES):
        return phrase
    return f"{verb} {with_the(thing, material)}"


def goal_told(procedure: Procedure, material: Material) -> str | None:
    """What the procedure is for, as a bare infinitive with its articles; None where the source names no doing."""
    goal = goal_of(procedure)
    return None if goal is None else with_the_object(goal, material)


def _needs_the(words: list[str], said: str) -> bool:
    whole, last = r"\s+".join(map(re.escape, words)), re.escape(words[-1])
    for told, between in ((whole, ""), (last, r"(?:[a-z-]+\s+){0,2}?")):
        every = len(re.findall(rf"\b{told}\b", said))
        if every:
            found = len(re.findall(rf"\b{_ARTICLE}\s+{between}{told}\b", said))
            return found * _ARTICLES_FOR_ONE_THING >= every
    return False


def said_in(material: Material) -> str:
    """The document's text in lower case."""
    return material.of_document(
        "said", lambda whole, _: " ".join(block.text.lower() for section in whole.sections for block in section.blocks)
    )
