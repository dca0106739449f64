"""What a lesson is called: a title that says what it is about without the ones around it.

In: the sections of one lesson, its focus and the titles already given. Out: the title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.distractors import content_words
from pipeline.engines.embedded.facts import Reading, Section
from pipeline.engines.embedded.focus import Focus, heft_of, weight
from pipeline.engines.embedded.key_phrase import key_phrase
from pipeline.engines.embedded.material import Material, cut, goal_of, is_abbreviation, is_sound, label_of
from pipeline.engines.embedded.part_headings import topic_of
from pipeline.engines.embedded.spoken import announced_topic
from pipeline.engines.embedded.subjects import about_title, is_kind_of_section, main_subject, subject_of
from pipeline.engines.embedded.wording import Wording, cap, clean_title, words_of
from pipeline.ids import normalised

# A section with less than this lends its lesson no name of its own.
_SMALL = 3
_SHARED_MIN = 2
_STEPS_MIN = 2
_TITLE_WORDS_MAX = 12
# Sections that weigh this much are named in the title of a lesson they share.
_HEAVY = 2
_NAMES_MAX = 3
_REPEATED = 2
_ACTION_WORDS_MAX = 8
_ASKED = ("must", "should")
# A topic said once still tells more of a lesson than the name of the one before.
_SAID_AT_LEAST = (2, 1)


def title_of_lesson(group: Sequence[Section], focus: Focus, material: Material, taken: set[str]) -> str:
    """A title that says what the lesson is about without the ones around it."""
    wording = material.wording
    repeated = material.of_document("titles", titles_used)
    main = max(group, key=lambda section: weight(section, wording))
    candidates: list[str] = []
    shared = _common_path([section.path for section in group])
    paths = [main.path] if len(group) == 1 or weight(group[0], wording) >= _SMALL else [shared, main.path]
    if len(paths) > 1 and shared and main.path and is_kind_of_section(clean_title(shared[-1]), wording):
        paths.sort(key=lambda path: is_kind_of_section(clean_title(path[-1]), wording) if path else True)
    for path in paths:
        if path:
            candidates.append(_own_title(path, main, focus, material, repeated))
    if len(group) > 1:
        heavy = [section for section in group if weight(section, wording) >= _HEAVY and section.path]
        names = list(dict.fromkeys(clean_title(section.path[-1]) for section in heavy))
        names = [name for name in names if not is_kind_of_section(name, wording)]
        if 1 < len(names) <= _NAMES_MAX:
            candidates.insert(0, _joined(names, wording))
    candidates += [label_of(procedure) for section in group for procedure in section.procedures]
    if not any(section.path for section in group):
        blocks = [block for section in group for block in section.blocks]
        is_whole = len(blocks) * 2 > sum(len(section.blocks) for section in material.whole.sections)
        # What the whole text talks of tells none of its lessons apart.
        common = () if is_whole else (main_subject(material),)
        phrase = key_phrase(blocks, without=(*common, *taken))
        candidates.append(cap((announced_topic(blocks) or phrase).removeprefix("the ")))
    candidates += [clean_title(section.path[-1]) for section in group if section.path]
    asked = (rule for section in group for rule in section.rules if rule.modality in _ASKED and is_sound(rule, wording))
    candidates += [rule.action for rule in asked if len(words_of(rule.action)) <= _ACTION_WORDS_MAX][:1]
    candidates += [main_subject(material).removeprefix("the "), wording.say("lesson.title_fallback")]
    for candidate in candidates:
        title = cap(candidate)
        if title and normalised(title) not in taken and len(words_of(title)) <= _TITLE_WORDS_MAX:
            return title
    return cap(candidates[0] or wording.say("lesson.title_fallback"))


def _joined(names: list[str], wording: Wording) -> str:
    """Headings as one title: those of several words side by side as they are, short ones as "Fees and approval"."""
    if any(len(words_of(name)) > 2 for name in names):
        return "; ".join(names)
    if any(word[:1].isupper() for name in names for word in words_of(name)[1:]):
        return wording.listed(names)  # title case stays title case
    return wording.listed([names[0], *(wording.lower(name) for name in names[1:])])


def _own_title(path: tuple[str, ...], main: Section, focus: Focus, material: Material, repeated: Counter[str]) -> str:
    """The section's heading; one that only names a kind of section says what it holds instead."""
    wording = material.wording
    own = clean_title(path[-1])
    parent = clean_title(path[-2]) if len(path) > 1 else ""
    if _comes_back(path, main, material):
        return own
    if is_kind_of_section(own, wording) or own.lower() in wording.book.list_of("term_headings"):
        subject = subject_of(main, material) if path == main.path else _subject_above(path, material)
        goals = [goal for one in main.procedures if (goal := goal_of(one)) and len(one.steps) >= _STEPS_MIN]
        if focus == "procedure" and goals and not goals[0].startswith("carry out"):
            return cap(goals[0])
        if focus == "duties":
            return wording.say("lesson.title_duties", subject=subject)
        terms = [wording.lower(one.term) for one in main.definitions[:_NAMES_MAX] if not is_abbreviation(one)]
        if focus == "terms" and terms:
            return wording.say("lesson.title_terms", terms=wording.listed(terms))
        if subject and own.lower() in wording.book.list_of("letter_headings"):
            return cap(subject)
        if verbs.is_base(own) and repeated[normalised(own)] < _REPEATED and subject == main_subject(material):
            pass  # "Assess" says what is done; behind a colon the document's title would seem to be what is assessed
        elif _says_more(subject, own) and not subject.startswith(("“", verbs.gerund(own.lower()))):
            own = f"{own}: {subject}"
    elif repeated[normalised(own)] >= _REPEATED and parent:
        own = _within_parent(own, path, repeated)
    return _continued(own, main, material) if path == main.path else own


def _says_more(subject: str, own: str) -> bool:
    return bool(subject) and subject.lower().removeprefix("the ") != own.lower()


def _continued(own: str, main: Section, material: Material) -> str:
    """The title of a section that began in an earlier lesson, which bears its name, with what this part talks of where
    there is such a thing.
    """
    wording = material.wording
    whole = next((one for one in material.whole.sections if one.path == main.path and one.blocks), None)
    ids = [block.id for block in whole.blocks] if whole is not None else []
    began = set(ids[: ids.index(main.blocks[0].id)]) if main.blocks and main.blocks[0].id in ids else set()
    earlier = cut(whole, lambda block: block.id in began) if whole is not None and began else None
    if earlier is None or heft_of(earlier, material) < _SHARED_MIN:
        return own
    phrase = key_phrase(main.blocks, without=(main_subject(material),)).removeprefix("the ")
    if len(words_of(phrase)) < 2 or content_words(phrase) <= content_words(own):
        texts = [block.text for block in main.blocks]
        told = [block.text for block in earlier.blocks]
        named = [own, main_subject(material)]
        found = (topic_of(texts, named, wording, before=told, least=least) for least in _SAID_AT_LEAST)
        phrase = wording.lower(next(filter(None, found), ""))
    if not phrase or content_words(phrase) <= content_words(own):
        return own
    return f"{own} {cap(phrase)}" if own.endswith("?") else f"{own}, {phrase}" if ":" in own else f"{own}: {phrase}"


def _comes_back(path: tuple[str, ...], main: Section, material: Material) -> bool:
    """Whether an earlier heading stands under the very same headings: one between them has been lost, so that what
    stands above may name another subject.
    """
    if main.heading is None or path != main.path:
        return False
    first = next(one for one in material.whole.sections if one.heading is not None and one.path == path)
    return first.heading != main.heading


def _within_parent(own: str, path: tuple[str, ...], repeated: Counter[str]) -> str:
    """A heading that comes back, told apart by the nearest heading above that does not."""
    above = [clean_title(title) for title in reversed(path[:-1])]
    parent = next((one for one in above if repeated[normalised(one)] < _REPEATED), above[0])
    return f"{own}: {parent}" if ":" not in parent else f"{own} ({parent})"


def _subject_above(path: tuple[str, ...], material: Material) -> str:
    """What the headings above a kind of section are about: the nearest that names something, else the document."""
    for title in map(clean_title, reversed(path[1:-1])):
        if not is_kind_of_section(title, material.wording) and (about := about_title(title, material.wording)):
            return about
    return main_subject(material)


def _common_path(paths: list[tuple[str, ...]]) -> tuple[str, ...]:
    shared = paths[0]
    for path in paths[1:]:
        length = 0
        while length < min(len(shared), len(path)) and shared[length] == path[length]:
            length += 1
        shared = shared[:length]
    # The document's own title names no lesson unless it is all there is.
    return shared if len(shared) > 1 or len({path[:1] for path in paths}) > 1 else (shared if len(paths) == 1 else ())


def titles_used(whole: Reading, wording: Wording) -> Counter[str]:
    """How often the document uses a heading."""
    return Counter(normalised(clean_title(section.heading.text)) for section in whole.sections if section.heading)
