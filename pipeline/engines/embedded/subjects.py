"""What a document, a section or a procedure is about, in words that fit into a sentence.

In: headings and procedures. Out: phrases such as "locking out the machine", "hand washing", "the visitor policy" or
"what to do when something goes wrong": a learner is asked about the work, never about the heading it stands under.
"""

from __future__ import annotations

import re

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.articles import with_the, with_the_object
from pipeline.engines.embedded.facts import Procedure, Reading, Section
from pipeline.engines.embedded.foreign_titles import is_foreign_title
from pipeline.engines.embedded.goals import goal_of_heading
from pipeline.engines.embedded.grammar import DETERMINERS, PREPOSITIONS, Casing
from pipeline.engines.embedded.imperatives import MOSTLY_VERBS
from pipeline.engines.embedded.key_phrase import key_phrase
from pipeline.engines.embedded.material import Material, is_agent, is_role, label_of, title_of
from pipeline.engines.embedded.question_titles import asked_about
from pipeline.engines.embedded.spoken import announced_topic
from pipeline.engines.embedded.unfinished import is_unfinished
from pipeline.engines.embedded.wording import Wording, bare, cap, clean_title, ends_sentence, tidy, words_of

_SUBJECT_WORDS_MAX = 14
_ROLE_WORDS_MAX = 5
# So many documents of an archive are named one by one.
_MEMBERS_NAMED = 3
_FAQ = re.compile(r"\s*[:(–—-]?\s*\b(?:frequently asked questions|faqs?|questions and answers|q ?& ?a)\)?$", re.I)
_COLON = re.compile(r"^(?P<kind>[^:]{3,60}):\s+(?P<rest>\S.{5,})$")
# A noun of this form needs no article when the word "policy" behind it is taken away.
_MASS = re.compile(
    r"(?:tion|sion|ment|ance|ence|ity|ing|ness|ship|sure|hygiene|safety|data|leave|conduct|access|work|waste|s)$"
)


# Verbs that are nouns as well, but not behind another verb and "and".
_QUESTIONS = ("how", "why", "who", "what", "which")
_ABOUT_A_PLACE = ("rules", "policy", "regulations", "code")
_SECOND = frozenset("share test check store use report fix call clean return record document".split())


def document_title(given: str | None, reading: Reading) -> str:
    """The document's own title: what its head says it is about, else its first heading of the highest level, else the
    title its file carries. Several documents in one are named together.
    """
    if (about := reading.about) is not None:
        return cap(clean_title(about))
    if len(titles := member_titles(reading)) > 1:
        return "; ".join(titles) if len(titles) <= _MEMBERS_NAMED or not given else cap(tidy(given))
    headed = [section for section in reading.sections if section.heading is not None]
    headings = [section.heading for section in headed if section.heading is not None]
    levels = [section.heading.level or len(section.path) for section in headed if section.heading is not None]
    highest = [heading for heading, level in zip(headings, levels, strict=True) if level == min(levels)]
    if len(highest) > 1 and all(heading.level is None for heading in highest):
        # Lines above a plain text, the register of which ("Handbook, section 7") is no title.
        named = [one for one in highest if not re.search(r"\d$", tidy(one.text))] or highest
        return cap(clean_title(named[0].text))
    if len(highest) == 1:
        return cap(clean_title(highest[0].text))
    if given and tidy(given):
        return cap(tidy(given))
    if headings:
        return cap(clean_title(headings[0].text))
    first = next((block for section in reading.sections for block in section.blocks), None)
    return cap(" ".join(words_of(first.text)[:8])) if first is not None else "–"


def member_titles(reading: Reading) -> tuple[str, ...]:
    """The titles of the documents that lie in one archive or e-mail, in order; none where there is only one."""
    members: dict[str, str] = {}
    for section in reading.sections:
        blocks = (section.heading, *section.blocks)
        inside = next((block.anchor.inside for block in blocks if block is not None and block.anchor.inside), None)
        if inside is not None and not members.get(inside):
            about = reading.abouts.get(inside) or (section.path[0] if section.path else "")
            members[inside] = cap(clean_title(about))
    return tuple(dict.fromkeys(title for title in members.values() if title)) if len(members) > 1 else ()


def main_subject(material: Material) -> str:
    """What the whole document is about; "" where its title names nothing."""
    return material.of_document("subject", _main_subject)


def _main_subject(whole: Reading, wording: Wording) -> str:
    if len(members := member_titles(whole)) > 1:
        abouts = [about_title(title, wording) for title in members]
        return wording.listed(abouts) if len(members) <= _MEMBERS_NAMED and all(abouts) else ""
    titles = [whole.about] if whole.about else [section.path[0] for section in whole.sections if section.path]
    if not whole.about and not any(section.heading for section in whole.sections) and not _is_titled(whole):
        blocks = [block for section in whole.sections for block in section.blocks]
        return announced_topic(blocks) or key_phrase(blocks)
    title = titles[0] if titles and len(set(titles)) == 1 else document_title(None, whole)
    title = re.sub(r"\s*(?:\b(?:for|of|at|by)\b)?\s*\{\{.*?\}\}", "", title)
    return "" if is_kind_of_section(clean_title(title), wording) else about_title(title, wording)


def _is_titled(reading: Reading) -> bool:
    """Whether a text without headings begins with a line that may be its title."""
    first = next((block for section in reading.sections for block in section.blocks), None)
    return first is not None and len(words_of(first.text)) <= _SUBJECT_WORDS_MAX and not ends_sentence(first.text)


def subject_of(section: Section, material: Material) -> str:
    """What a section is about; a heading that only names a kind of section is completed by the document's subject."""
    if not section.path and not section.title:
        own = announced_topic(section.blocks) or key_phrase(section.blocks)
        if own:
            return own
    key = (f"about {section.heading.id if section.heading else ''} {section.path} {section.title}", 0)
    if key not in material.memo:
        material.memo[key] = _subject_of(section, material)
    found: str = material.memo[key]
    return found


def _subject_of(section: Section, material: Material) -> str:
    wording = material.wording
    title = title_of(section)
    whole = _subject_of_member(section, material) or main_subject(material)
    if not title or is_kind_of_section(title, wording):
        above = clean_title(section.path[-2]) if len(section.path) > 2 else ""
        if above and not is_kind_of_section(above, wording):
            return about_title(above, wording)
        if not title:
            return whole or wording.say("subject.unnamed")
        return whole or about_title(title, wording) or wording.named(title)
    first = words_of(title)[0].lower() if words_of(title) else ""
    if len(words_of(title)) == 1 and verbs.base_of_gerund(first) and whole.split(" ", 1)[0] == first:
        return whole
    if first == "for" and is_agent(title.split(" ", 1)[-1], wording):
        return wording.say("subject.tasks", name=wording.lower_title(title.split(" ", 1)[1]))
    if is_role(title, wording) and len(words_of(title)) <= _ROLE_WORDS_MAX and not _is_many(title):
        return wording.say("subject.role", name=with_the(about_title(title, wording), material))
    if first in PREPOSITIONS and first not in ("before", "after", "during"):
        is_doing = not whole or verbs.base_of_gerund(whole.split(" ", 1)[0]) is not None
        place = wording.lower_title(title)
        return wording.say("subject.case", case=place) if is_doing else f"{whole} {place}"
    return with_the(about_title(title, wording), material) or wording.named(title)


def _is_many(title: str) -> bool:
    """Whether a heading names several, whose tasks are told apart below it."""
    return bool(re.search(r"(?<!s)s$|\b(?:and|or)\b|[,&/]", re.sub(r"\s*\([^)]*\)$", "", title)))


def _subject_of_member(section: Section, material: Material) -> str:
    """What the archive's document is about that the section stands in; "" where there is only one document."""
    if len(material.of_document("members", lambda whole, _: member_titles(whole))) < 2:
        return ""
    blocks = (section.heading, *section.blocks)
    inside = next((block.anchor.inside for block in blocks if block is not None), None)
    title = material.whole.abouts.get(inside) or (section.path[0] if section.path else "")
    return about_title(title, material.wording)


def subject_of_sections(sections: tuple[Section, ...], material: Material) -> str:
    """What a lesson on several sections is about: its weightiest section, with the next one where both are short."""
    named: dict[str, int] = {}
    for section in sections:
        if section.blocks:
            subject = subject_of(section, material)
            named[subject] = named.get(subject, 0) + _heft(section)
    own = {one: heft for one, heft in named.items() if heft}
    specific = {one: heft for one, heft in own.items() if one != main_subject(material)} or own or named
    if not specific:
        return main_subject(material)
    ranked = sorted(specific, key=lambda one: -specific[one])[:2]
    if len(ranked) == 2 and specific[ranked[1]] * 2 >= specific[ranked[0]] and len(words_of(" ".join(ranked))) <= 7:
        return material.wording.listed([one for one in specific if one in ranked])
    return ranked[0]


def _heft(section: Section) -> int:
    facts = (section.rules, section.duties, section.definitions, section.limits)
    steps = sum(len(one.steps) for one in section.procedures)
    return sum(map(len, facts)) + steps + sum(len(one.rows) for one in section.tables)


def is_kind_of_section(title: str, wording: Wording) -> bool:
    """Whether the heading says what kind of section follows ("Roles", "Scope") instead of what it is about."""
    lists = (
        "generic_headings",
        "role_headings",
        "context_headings",
        "term_headings",
        "example_headings",
        "prerequisite_headings",
        "reference_headings",
    )
    kinds = frozenset().union(*(wording.book.list_of(name) for name in lists))
    parts = [part.strip() for part in re.split(r"\s+and\s+|\s*[&,/]\s*", title.lower()) if part.strip()]
    return title.lower() in kinds or (bool(parts) and all(part in kinds for part in parts))


def about_title(title: str, wording: Wording) -> str:
    """A title as it fits behind "on" and "of": a gerund, a noun phrase, or "what to do when …"; "" where it is none."""
    clean = clean_title(title)
    clean = _FAQ.sub("", clean)
    if is_unfinished(clean) or not words_of(clean):
        return ""
    if is_foreign_title(clean, wording.book.language):
        return wording.named(clean)
    if asked := asked_about(clean):
        return wording.keep_names(clean, asked)
    if title.rstrip().endswith("?"):
        return ""
    match = _COLON.match(clean)
    if match and words_of(match["kind"]) and _is_paper(match["kind"], wording):
        clean = match["rest"]
    if ends_sentence(clean) and not clean.endswith("?"):
        clean = clean[:-1]
    if re.match(r"^you (?:must|should|can|may|need to|have to) ", clean, re.I):
        clean = re.sub(r"^you (?:must|should|can|may|need to|have to) ", "", clean, flags=re.I)
        return gerunds(clean) or ""
    words = words_of(clean)
    if len(words) > _SUBJECT_WORDS_MAX:
        return ""
    first = words[0].lower()
    lowered = wording.lower_title(clean)
    if first == "during" and len(words) > 1:
        rest = lowered.split(" ", 1)[1]
        return rest if rest.split(" ", 1)[0] in DETERMINERS else f"the {rest}"
    if first in wording.book.list_of("case_openers") and len(words) > 2:
        return wording.say("subject.case", case=lowered)
    if len(words) == 1 and first in verbs.VERBS_ONLY | MOSTLY_VERBS:
        return verbs.gerund(first)
    if verbs.base_of_gerund(first) and len(words) > 1 and words[1].lower() != "of":
        return lowered
    paper = next((one for one in sorted(wording.book.list_of("papers"), key=len) if lowered.endswith(f" {one}")), None)
    if first in _QUESTIONS and not re.match(r"^(?:how to|what to|what you)\b", clean, re.I):
        return ""
    is_order = verbs.is_base(first) and len(words) > 2
    if (paper is None or is_order) and (goal := goal_of_heading(clean, Casing([]))) is not None:
        goal = wording.keep_names(clean, goal)
        if goal.startswith("carry out ") and paper is None:
            return goal.removeprefix("carry out ")
        if goal != "prepare" and not goal.startswith("carry out "):
            return gerunds(goal) or lowered
    if paper is not None:
        rest = lowered.removesuffix(f" {paper}").strip()
        if rest and _MASS.search(rest) and not rest.endswith("ss"):
            return rest
        if rest and is_agent(rest, wording):
            return rest + "s"
        return wording.say("subject.paper", name=rest if rest and paper in _ABOUT_A_PLACE else lowered)
    return lowered


def gerunds(goal: str) -> str | None:
    """The goal with its verbs as gerunds: "shutting down and isolating" of "shut down and isolate"."""
    phrase = verbs.gerund_phrase(goal)
    if phrase is None:
        return None
    words = phrase.split(" ")
    # Verbs that share one object stand side by side, so what follows there is a verb too: "notify and update staff".
    at = 1
    while at + 2 < len(words) and words[at] in ("and", "or") and verbs.is_base(words[at + 1]):
        words[at + 1] = verbs.gerund(words[at + 1])
        at += 2
    return re.sub(
        r"(?<= and )[a-z]+",
        lambda match: verbs.gerund(match.group()) if match.group() in verbs.VERBS_ONLY | _SECOND else match.group(),
        " ".join(words),
    )


def within(about: str, wording: Wording) -> str:
    """The subject as a place in the work: "in hand washing", or just "when something goes wrong"."""
    opening = wording.say("subject.case", case="")
    return about.removeprefix(opening) if about.startswith(opening) else wording.say("subject.within", about=about)


def doing_of(procedure: Procedure, material: Material) -> str:
    """What somebody does who follows the procedure, fitting "in the middle of …"."""
    wording = material.wording
    goal = bare(procedure.goal)
    section = material.section_of(procedure.steps[0].span)
    if goal and not re.match(r"^carry out the steps (?:for|of|in) “", goal):
        if goal.startswith("carry out "):
            return goal.removeprefix("carry out ")
        doing = gerunds(goal)
        whole = main_subject(material)
        if doing and " " not in doing and whole.startswith(f"{doing} "):
            return whole
        if doing and (" " in doing or doing != "preparing"):
            told = _told_apart(doing, section, material) if " " not in doing else with_the_object(doing, material)
            return wording.safe(told)
    own = clean_title(section.path[-1]) if section is not None and section.path else ""
    if len(words_of(own)) == 1 and own.lower() in verbs.VERBS_ONLY | MOSTLY_VERBS:
        return wording.safe(_told_apart(verbs.gerund(own.lower()), section, material))
    subject = subject_of(section, material) if section is not None else ""
    subject = subject.removeprefix(wording.say("subject.role", name=""))
    if subject.startswith(wording.say("subject.case", case="")):
        return wording.say("subject.work", case=subject.removeprefix(wording.say("subject.case", case="")))
    title = wording.lower_title(clean_title(section.path[-1])) if section is not None and section.path else ""
    for paper in sorted(wording.book.list_of("papers")):
        if title.endswith(f" {paper}") and (rest := title.removesuffix(f" {paper}").strip()):
            return wording.say("subject.procedure", name=rest)
    return subject or wording.named(label_of(procedure))


def _told_apart(doing: str, section: Section | None, material: Material) -> str:
    """A doing whose heading comes back in the document ("Recover" of every playbook), with what it is done about."""
    if section is None or len(section.path) < 2:
        return doing
    own = title_of(section).lower()
    alike = {one.path for one in material.whole.sections if one.path and title_of(one).lower() == own}
    about = about_title(clean_title(section.path[-2]), material.wording)
    is_thing = about and about.split(" ", 1)[0] not in DETERMINERS and not verbs.base_of_gerund(about.split(" ", 1)[0])
    if len(alike) < 2 or not is_thing or is_kind_of_section(clean_title(section.path[-2]), material.wording):
        return doing
    return material.wording.say("subject.in_case", doing=doing, about=about)


def _is_paper(kind: str, wording: Wording) -> bool:
    lowered = {word.lower() for word in words_of(kind)}
    return bool(lowered & wording.book.list_of("papers"))
