"""The HTML of the SME's page. In: a fact sheet and its strings. Out: whole documents; every text is escaped here."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pipeline.domain import FactVerdict
from pipeline.library.strings import Strings
from pipeline.review.corrections import CORRECTION_CHARS
from pipeline.review.fact_messages import minutes_for, moment
from pipeline.review.fact_sheets import FactSheet, Given, LinkState, SheetStatement

_STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
"""What a Content-Security-Policy lets this one style in by."""
CHOICES = (
    (FactVerdict.CORRECT, "sme_correct"), (FactVerdict.WRONG, "sme_wrong"), (FactVerdict.UNSURE, "sme_unsure"),
)


@dataclass(frozen=True)
class Happened:
    """What the SME's last sending came to."""

    recorded: int | None = None
    """Answers that were new; None where nothing was sent."""
    problem: str | None = None
    """Why nothing was saved."""
    typed: Mapping[str, Given] | None = None
    """What was sent and not saved, to be shown again."""


def sheet_page(sheet: FactSheet, say: Strings, *, action: str, happened: Happened) -> str:
    """The sheet to be answered; `action` is where the form goes, relative to the page."""
    request, expires = sheet.request, moment(sheet.request.expires, say)
    intro = [_p(say.say("sme_intro", by=sheet.asked_by, title=sheet.title, n=minutes_for(request.statements)))]
    if happened.problem is not None:
        intro.append(_p(say.say("sme_error", why=happened.problem), "problem", role="alert"))
    elif happened.recorded is not None:
        intro.append(_p(say["sme_saved" if happened.recorded else "sme_nothing_new"], "notice", role="status"))
    if sheet.answered:
        intro.append(_p(_receipt(sheet, say)))
    if request.done_at is not None:
        intro.append(_p(say.say("sme_finished", expires=expires), "notice"))
    else:
        intro += [_p(say.say("sme_how", expires=expires)), _p(say["sme_out_of_scope"])]
        if request.due is not None:
            intro.append(_p(say.say("sme_due", due=moment(request.due, say))))
    if request.note:
        intro.append(_p(f"{say.say('sme_note', by=sheet.asked_by)} {request.note}"))
    intro.append(_p(say.say("sme_by", name=request.to)))
    typed = happened.typed or {}
    cards = [
        _card(one, number, len(sheet.statements), say, typed.get(one.asked.id))
        for number, one in enumerate(sheet.statements, 1)
    ]
    buttons = (
        f'<div class="do"><button name="do" value="save">{escape(say["sme_save"])}</button>'
        f'<button class="second" name="do" value="done">{escape(say["sme_done"])}</button></div>'
    )
    form = f'<form method="post" action="{escape(action)}" accept-charset="utf-8">{"".join(cards)}{buttons}</form>'
    return _document(say, say["sme_title"], "".join(intro) + form)


def closed_page(sheet: FactSheet, say: Strings) -> str:
    """The page of a link that has expired or was taken back."""
    name = "sme_expired" if sheet.state is LinkState.EXPIRED else "sme_revoked"
    told = say.say(name, expires=moment(sheet.request.expires, say), by=sheet.asked_by)
    receipt = _p(_receipt(sheet, say)) if sheet.answered else ""
    return _document(say, say[f"{name}_title"], _p(told) + receipt)


def plain_page(say: Strings, name: str) -> str:
    """A page that only says what the strings `NAME_title` and `NAME` do."""
    return _document(say, say[f"{name}_title"], _p(say[name]))


def _receipt(sheet: FactSheet, say: Strings) -> str:
    return say.say(
        "sme_receipt", answered=sheet.answered, of=len(sheet.statements),
        **{verdict.value: sheet.given(verdict) for verdict, _ in CHOICES},
    )


def _card(one: SheetStatement, number: int, of: int, say: Strings, typed: Given | None) -> str:
    key = escape(one.asked.id)
    verdict = typed.verdict if typed else one.answer.verdict if one.answer else None
    words = typed.correction if typed else (one.answer.correction or "") if one.answer else ""
    hint = "sme_gone" if one.is_gone else "sme_changed" if one.is_changed else None
    changed = "" if hint is None else _p(say[hint], "hint")
    text = "".join(f'<p dir="auto">{escape(line)}</p>' for line in one.asked.text.splitlines())
    choices = "".join(
        f'<label class="choice"><input type="radio" name="{key}" value="{choice.value}"'
        f'{" checked" if choice is verdict else ""}>{escape(say[label])}</label>'
        for choice, label in CHOICES
    )
    return (
        f'<section class="card" aria-labelledby="{key}-head"><h2 id="{key}-head">'
        f'{escape(say.say("sme_statement", n=number, of=of))}</h2>{changed}'
        f'<div class="statement" id="{key}-text">{text}</div>{_quote(one, say)}'
        f'<fieldset aria-describedby="{key}-text"><legend>{escape(say["sme_answer"])}</legend>{choices}</fieldset>'
        f'<label class="text" for="{key}-correction">{escape(say["sme_correction"])}</label>'
        f'<textarea id="{key}-correction" name="{key}-correction" rows="2" maxlength="{CORRECTION_CHARS}" dir="auto">'
        # HTML drops one line end right after the tag.
        f"\n{escape(words)}</textarea></section>"
    )


def _quote(one: SheetStatement, say: Strings) -> str:
    if one.asked.quote is None:
        return _p(say["sme_no_quote"])
    place = one.asked.place
    head = say.say("sme_quote", place=place) if place else say["sme_quote_only"]
    return (
        f'<figure><figcaption>{escape(head)}</figcaption>'
        f'<blockquote dir="auto">{escape(one.asked.quote)}</blockquote></figure>'
    )


def _p(text: str, kind: str = "", *, role: str = "") -> str:
    attributes = (f' class="{kind}"' if kind else "") + (f' role="{role}"' if role else "")
    return f"<p{attributes}>{escape(text)}</p>"


def _document(say: Strings, title: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="{escape(say.language)}" dir="{say.direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>\n"
    )
