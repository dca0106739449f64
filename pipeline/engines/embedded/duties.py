"""Who is responsible for what. In: a sentence, or a table with roles; out: duties as third-person verb phrases."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.engines.embedded import verbs
from pipeline.engines.embedded.clauses import clause_of, parts_of
from pipeline.engines.embedded.facts import Cells, Duty, Rule, Span
from pipeline.engines.embedded.grammar import (
    FINITE,
    PREPOSITIONS,
    RELATIVES,
    Casing,
    is_actor,
    is_plural,
    points_back,
    tokens_of,
)
from pipeline.engines.embedded.modals import NEW_CLAUSE, is_subject
from pipeline.engines.embedded.sentences import one_line
from pipeline.engines.embedded.soundness import refers_to_condition
from pipeline.engines.embedded.tables import column, row_offsets

_RESPONSIBLE = re.compile(
    r"^(?P<who>[^,]{2,60}?) (?:is|are) (?:also |ultimately |jointly |solely )?(?:responsible|"
    r"accountable) for (?P<what>.+)$",
    re.IGNORECASE,
)
_NO_DUTY = frozenset(
    "be have need want know feel see seem appear become mean like love hate think believe "
    "remain exist belong expect understand prefer lack own include contain consist require "
    "receive get find experience suspect use face recommend encourage believe ask suggest "
    "advise allow help enable offer intend determine try tend wish agree disagree vary "
    "differ depend suffer benefit".split()
)
_ANYBODY = frozenset(
    "organisations organizations people users customers individuals researchers reporters "
    "companies employees members persons visitors guests children patients".split()
)


_NAMED = re.compile(r"^(?P<who>[A-Z][A-Za-z -]{1,40}?)\s*[:–—]\s+(?P<what>[A-Za-z].{8,200}?)[.;]?$")


def duty_behind_colon(span: Span) -> Duty | None:
    """Such as "HR: keeps the leave records", as a list of roles has it; None where no verb follows the role."""
    match = _NAMED.match(one_line(span.text))
    if match is None or not is_actor(match["who"]):
        return None
    who, what = match["who"], match["what"][0].lower() + match["what"][1:]
    first = what.split(" ", 1)[0]
    if verbs.base_of_third(first):
        return Duty(who, what, span)
    if not verbs.is_base(first):
        return None
    phrase = what if is_plural(who) else in_third_person(what)
    return Duty(who, phrase, span) if phrase is not None else None


def duties_of(span: Span, rules: Sequence[Rule], casing: Casing) -> tuple[Duty, ...]:
    """The duties a sentence states; those its rules lay on a named role are among them."""
    found = [duty for rule in rules if (duty := _from_rule(rule)) is not None]
    if found:
        return tuple(found)
    if rules:
        return ()
    for part in parts_of(one_line(span.text)):
        clause = clause_of(part)
        if clause is None or part.endswith(("?", ":")):
            continue
        duty = _responsible(clause.text, span, casing) or _present(clause.text, clause.condition, span, casing)
        if duty is not None:
            found.append(duty)
    return tuple(found)


def _from_rule(rule: Rule) -> Duty | None:
    if rule.actor is None or rule.modality != "must" or not is_actor(rule.actor) or refers_to_condition(rule):
        return None
    if (
        rule.actor.split()[0].lower() in {"anyone", "everyone", "everybody", "anybody", "you"}
        or points_back(rule.actor)
        or _open(rule.action)
        # "A fitter who has not done a lockout for 6 months" is a case, not a role.
        or RELATIVES & set(rule.actor.lower().split())
    ):
        return None
    phrase = _in_plural(rule.action) if is_plural(rule.actor) else in_third_person(rule.action)
    if phrase is None:
        return None
    return Duty(
        rule.actor,
        f"{phrase} {rule.condition}" if rule.condition and not points_back(rule.condition) else phrase,
        rule.span,
    )


def _in_plural(action: str) -> str:
    """The action as several people do it: "are bare below the elbows" of "be bare below the elbows"."""
    return f"are{action[2:]}" if action.startswith("be ") else action


def _open(phrase: str) -> bool:
    """Whether the first pronoun comes before any noun it could stand for."""
    words = phrase.lower().split()
    return any(word.strip(",.") in {"it", "them", "this", "these", "they", "he", "she"} for word in words[:3])


_OBJECT_OPENERS = frozenset("the a an any all each every that to with whether their its".split())


def in_third_person(action: str) -> str | None:
    """The action in the third person, each verb of an enumeration: "checks the lock and signs the form"; None where it
    isn't sure which words are the verbs.
    """
    lead = re.match(r"^(first|immediately|promptly|always|also) (.+)$", action)
    head, body = (lead[1] + " ", lead[2]) if lead else ("", action)
    first, _, rest = body.partition(" ")
    if not verbs.is_base(first):
        return None
    out = [verbs.third_person(first.lower())]
    words = rest.split()
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        joined = before in {"and", "or"} or before.endswith(",")
        plain = word.rstrip(",")
        following = words[index + 1].lower() if index + 1 < len(words) else ""
        if (
            joined
            and plain in verbs.ALL_VERBS
            and (following in _OBJECT_OPENERS or plain in verbs.VERBS_ONLY or (index == 1 and before in {"and", "or"}))
        ):
            if re.search(r"\b(?:that|who|which|whether|to|how|what)\b", " ".join(words[:index])):
                return None
            out.append(verbs.third_person(plain) + word[len(plain) :])
        else:
            out.append(word)
    return head + " ".join(out)


def _responsible(main: str, span: Span, casing: Casing) -> Duty | None:
    match = _RESPONSIBLE.match(main)
    if match is None or not is_subject(match["who"]) or not is_actor(match["who"]) or points_back(match["who"]):
        return None
    who, what = casing.lower_first(match["who"]), match["what"]
    first = what.split(" ", 1)[0]
    base = verbs.base_of_gerund(first)
    verb = "are" if is_plural(who) else "is"
    if base and " " in what and not re.search(r"\b(?:and|or) [a-z]+ing\b|, [a-z]+ing\b", what):
        rest = what.partition(" ")[2]
        return Duty(who, f"{base if is_plural(who) else verbs.third_person(base)} {rest}".rstrip(" ."), span)
    return Duty(who, f"{verb} responsible for {what}".rstrip(" ."), span) if not points_back(what) else None


def _present(main: str, condition: str | None, span: Span, casing: Casing) -> Duty | None:
    """From "The EHS coordinator audits each authorized employee once a year": a role, then its verb."""
    toks = tokens_of(main)
    for index, token in enumerate(toks[:9]):
        if index == 0:
            continue
        if token.lower in FINITE | RELATIVES or token.text in ",:;(" or token.lower in PREPOSITIONS:
            return None
        base = verbs.base_of_third(token.text) if token.text.islower() else None
        subject = main[: token.start].strip()
        plural = is_plural(subject)
        if base is None and plural and token.text in verbs.VERBS_ONLY:
            base = token.text
        if (
            not plural
            and not re.match(r"^(?:the|an?|each|every|your|our|any|one)\b", subject, re.IGNORECASE)
            and not subject.split()[-1].isupper()
        ):
            continue  # "Team leads grant access": no role is named without article
        if base is None or base in _NO_DUTY or not is_actor(subject) or not is_subject(subject):
            continue
        following = toks[index + 1] if index + 1 < len(toks) else None
        if plural and subject.split()[0].lower() in _ANYBODY:
            return None
        if following is None or points_back(subject) or (plural and token.text != base):
            return None
        if base not in verbs.VERBS_ONLY and following.lower in {"of", "and", "or"} | FINITE:
            return None
        phrase = re.sub(r",? (?:so that|because|which)\b.*$", "", NEW_CLAUSE.sub("", main[token.start :])).rstrip(" .,")
        if _open(phrase):
            return None
        if condition and not points_back(condition):
            phrase = f"{phrase} {casing.lower_first(condition)}"
        return Duty(casing.lower_first(subject), phrase, span)
    return None


def duties_in_table(cells: Cells) -> list[Duty]:
    """From "Role | Responsibility" rows; a RACI matrix gives who carries out and who answers for each task."""
    role = column(cells, "role", "roles", "who", "position", "title", "owner", "responsible", "actor", "party", "team")
    what = column(
        cells,
        "responsibility",
        "responsibilities",
        "duty",
        "duties",
        "task",
        "tasks",
        "does",
        "what",
        "action",
        "actions",
        "activity",
    )
    if role is None or what is None or role == what:
        return []
    out = []
    for row, (start, end) in zip(cells.rows, row_offsets(cells), strict=True):
        who, phrase = row[role], row[what].rstrip(" .")
        if not end or not who or not is_actor(who) or len(phrase.split()) < 2:
            continue
        sentences = re.split(r"(?<=[.;])\s+", phrase)
        first = sentences[0].split(" ", 1)[0]
        if len(sentences) > 1:
            continue
        if verbs.is_base(first):
            said = phrase[0].lower() + phrase[1:] if is_plural(who) else in_third_person(phrase[0].lower() + phrase[1:])
        elif verbs.base_of_third(first):
            said = phrase[0].lower() + phrase[1:]
        elif (base := verbs.base_of_gerund(first)) and " and " not in phrase:
            said = f"{base if is_plural(who) else verbs.third_person(base)} {phrase.split(' ', 1)[1]}"
        else:
            said = None
        if said:
            lowered = who if who.split()[0].isupper() else who[0].lower() + who[1:]
            article = "" if is_plural(who) or re.match(r"^(?:the|an?|each|every)\b", lowered) else "the "
            out.append(Duty(article + lowered, said, Span(cells.block, start, end)))
    return out
