"""Speech as transcripts have it: what is only said to one another, and what the speakers say they will talk about.

In: sentences and blocks with speakers or times. Out: yes or no, and the topic as it fits behind "on".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.domain import Block
from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.sections import is_spoken
from pipeline.engines.embedded.sentences import sentences
from pipeline.engines.embedded.wording import bare, tidy, words_of

_SMALL_TALK = re.compile(
    r"^(?:(?:okay|ok|so|and|um|uh|well|great|right|yeah|yes|no|cool|alright|all right|perfect|awesome|sure)[,.!]? ?)*"
    r"(?:good (?:question|morning|afternoon|evening|point)|thanks?(?: you| a lot| so much| very much| again| all)*|"
    r"thank you|hi|hello|hey|bye|goodbye|welcome|see you|have a (?:good|nice|great|lovely)|that['’]s (?:it|all)|"
    r"(?:can|could) (?:everybody|everyone|you(?: all)?|people) (?:hear|see)|any (?:more |other )?questions|"
    r"let me (?:share|see|know)|i can see|you['’]re (?:on )?mute|all good|sounds good|no problem|of course|exactly|"
    r"that makes sense|i (?:think|guess|mean) so)?\b(?P<rest>[^.]{0,60})[.!?]*$",
    re.IGNORECASE,
)
_TALK_WORDS_MAX = 9
_ANNOUNCED = re.compile(
    r"\b(?:today|this (?:morning|afternoon|session|call|video|training|module|episode|talk|lecture)|"
    r"in this (?:session|call|video|training|module|episode|talk|lecture|chapter)),? "
    r"(?:we|i|you)(?:['’](?:ll|re|m)| will| are| am| want to| would like to)?(?: be)?(?: going to| gonna)? "
    r"(?:go(?:ing)? (?:through|over)|talk(?:ing)? about|look(?:ing)? at|cover(?:ing)?|learn(?:ing)?(?: about)?|"
    r"discuss(?:ing)?|walk(?:ing)? (?:you )?through|show(?:ing)? you|explain(?:ing)?|speak(?:ing)? about|"
    r"focus(?:ing)? on) "
    r"(?P<topic>[^.,;!?]{6,90})",
    re.IGNORECASE,
)
_HOW = re.compile(r"^how (?:we|you|to|i) (?:should |can |do |need to )?(?P<doing>[a-z]+ .+)$", re.IGNORECASE)
_TOPIC_WORDS = (2, 14)


def is_small_talk(text: str) -> bool:
    """Whether a spoken sentence only greets, thanks, agrees or manages the call."""
    clean = tidy(text)
    match = _SMALL_TALK.match(clean)
    if match is None or len(words_of(clean)) > _TALK_WORDS_MAX:
        return False
    return len(words_of(match["rest"])) < len(words_of(clean))


def announced_topic(blocks: Sequence[Block]) -> str:
    """What somebody says near the beginning that the talk is about: a doing, or a noun phrase; "" where nobody does."""
    for block in [one for one in blocks if is_spoken(one)][:_OPENING_BLOCKS]:
        for span in sentences(block):
            match = _ANNOUNCED.search(tidy(span.text))
            if match is None:
                continue
            topic = re.split(r"\s(?:because|so that|since|as well)\b", bare(match["topic"]))[0]
            how = _HOW.match(topic)
            if how is not None:
                topic = verbs.gerund_phrase(how["doing"]) or ""
            fits = _TOPIC_WORDS[0] <= len(words_of(topic)) <= _TOPIC_WORDS[1]
            if fits and not re.match(r"^(?:it|that|this)\b", topic):
                return topic[:1].lower() + topic[1:] if not topic[1:2].isupper() else topic
    return ""


_OPENING_BLOCKS = 12
