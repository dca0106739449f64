"""`anki`: the questions as a deck of cards for spaced repetition, those for after the course in decks by their day.

In: a package. Out: an .apkg file. Decks, note types and notes keep their ids from one export to the next, so that a
second import brings cards up to date, with what a learner's Anki knows about them, instead of adding them once more.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.domain import Evidence, ItemType, ItemUse, Module, NumericAnswer, QuizItem
from pipeline.export.base import Loss, Package
from pipeline.export.course import direction_of, language_of
from pipeline.export.package import write_whole, zipped
from pipeline.export.places import Places
from pipeline.export.questions import (
    accepted_of,
    asked,
    blanks_filled,
    demand_questions,
    entries_in_order,
    html_of,
    items_by_use,
    others_are_left_out,
    pairs_of,
    paragraph,
    plain_number,
    tags_of,
    use_in_words,
)
from pipeline.export.stamp import stamp_files
from pipeline.export.xml_text import xml_safe
from pipeline.library.strings import Strings, strings_for

if TYPE_CHECKING:
    from genanki import Deck, Model  # type: ignore[import-untyped]  # it has no types

# Anki takes a note for newer by its time. Ours is the revision's number in minutes after a fixed day, so that a later
# revision brings a learner's notes up to date and the same one gives the same bytes.
_FIRST_TIME = 1_577_836_800
_STEP = 60
# Anki parts decks and tags of different levels with two colons.
_LEVEL = "::"
_NOT_IN_A_TAG = re.compile(r"[\s\"']+|::+")
# What Anki would play or hand to LaTeX.
_COMMAND = re.compile(r"\[(?=sound:|anki:|/?latex\]|/?\$\$?\])", re.IGNORECASE)
_FIELDS = ("Question", "Options", "Answer", "Reasons", "Source", "Id")
_FRONT = '<div class="question">{{Question}}</div><div class="options">{{Options}}</div>'
_BACK = (
    '{{FrontSide}}<hr id="answer"><div class="answer">{{Answer}}</div><div class="reasons">{{Reasons}}</div>'
    '<div class="source">{{Source}}</div>'
)
_STYLE = """.card{font-family:sans-serif;font-size:18px;line-height:1.5;text-align:start;max-width:40em;margin:0 auto}
.right{font-weight:bold}.source{font-size:14px;opacity:.8}.notice{border:1px solid;padding:.3em}
"""


@dataclass(frozen=True)
class AnkiExporter:
    """Writes a deck for each use and day."""

    name: str = "anki"
    label: str = "Anki deck"
    suffix: str = ".apkg"
    media_type: str = "application/octet-stream"
    help: str = "the questions as cards for spaced repetition in Anki, with a deck for each day after the course"

    def losses(self, package: Package) -> tuple[Loss, ...]:
        """That cards are judged by the learner."""
        if not package.module.items:
            return ()
        found = [Loss(None, "learners judge their answers themselves: there is no score")]
        if graded := sum(item.use is ItemUse.TEST for item in package.module.items):
            what = "the graded test's questions are in it with their answers: hand it out after the test, or delete"
            found.insert(0, Loss(None, f"{what} the deck “{_test_deck(package.module)}”: {graded}"))
        if any(item.day is not None for item in package.module.items):
            found.append(Loss(None, "Anki plans by itself when a card comes back: days are names of decks and tags"))
        return (*others_are_left_out(package), *found)

    def write(self, package: Package, path: Path) -> None:
        """Write the decks; raises ExportError where there would be no card."""
        demand_questions(package, (), label=self.label)
        write_whole(
            path,
            zipped({"collection.anki2": _collection(package), "media": b"{}", **stamp_files(package, self.name)}),
        )


def _collection(package: Package) -> bytes:
    """Anki's database, made in memory: a file of its own would have the clock in it and stay behind."""
    import genanki

    moment = _FIRST_TIME + _STEP * package.module.revision
    database = sqlite3.connect(":memory:")
    try:
        made = genanki.Package(list(_decks(package)))
        made.write_to_db(database.cursor(), float(moment), itertools.count(moment * 1000))
        database.commit()
        return database.serialize()
    finally:
        database.close()


def _decks(package: Package) -> Iterator[Deck]:
    import genanki

    module, say, places = package.module, strings_for(package.module.language), Places(package)
    model = _model(say, is_right_to_left=direction_of(module) == "rtl")
    title = _level(module.title) or _level(module.id)
    about = package.notice or module.brief.performance_goal
    for use, items in items_by_use(module).items():
        for day in sorted({item.day for item in items}, key=lambda day: day or 0):
            name = title + _LEVEL + (_test_deck(module) if use is ItemUse.TEST else _level(use_in_words(module, use)))
            if day is not None:
                # Anki sorts decks by their names: day 7 comes before day 30.
                name += f"{_LEVEL}{day:02} – {_level(say.say('after_days', n=day))}"
            deck = genanki.Deck(_number("deck", module.id, use.value, day), name, html_of(about))
            for place, item in enumerate((one for one in items if one.day == day), start=1):
                deck.add_note(
                    genanki.Note(
                        model=model, fields=_fields(package, item, places), tags=_tags(module, item), due=place,
                        guid=genanki.guid_for("sme2module", module.id, item.id), sort_field=item.id,
                    )
                )
            yield deck


def _test_deck(module: Module) -> str:
    """The name of the deck that gives the test's answers away."""
    return _level(strings_for(module.language)["doc_graded_test"])


def _model(say: Strings, *, is_right_to_left: bool) -> Model:
    """Our own note type: one for each writing direction, the same for all modules."""
    import genanki

    direction = "rtl" if is_right_to_left else "ltr"

    def framed(markup: str) -> str:
        return f'<div dir="{direction}">{markup}</div>'

    return genanki.Model(
        _number("note type", direction),
        "sme2module question" + (" (right to left)" if is_right_to_left else ""),
        fields=[{"name": name, "rtl": is_right_to_left} for name in _FIELDS],
        templates=[{"name": "Card 1", "qfmt": framed(_FRONT), "afmt": framed(_BACK)}],
        css=_STYLE,
    )


def _fields(package: Package, item: QuizItem, places: Places) -> list[str]:
    module = package.module
    say = strings_for(module.language)
    notice = package.notice if package.needs_mark(item) else None
    head = f'<p class="notice">{html_of(notice)}</p>' if notice else ""
    head += f'<p class="notice">{html_of(say[f"mark_{item.status.value}"])}</p>' if package.needs_mark(item) else ""
    hint = f"<p><em>{html_of(say['hint'])}: {html_of(item.hint)}</em></p>" if item.hint and item.hint.strip() else ""
    texts = [
        head + _stem(item), _options(item, say) + hint, _answer(item, say),
        _reasons(item) + paragraph(item.general_feedback), _sources(places, item, say), html_of(item.id),
    ]
    language = language_of(module)
    return [f'<div lang="{language}">{_COMMAND.sub("&#91;", text)}</div>' if text else "" for text in texts]


def _stem(item: QuizItem) -> str:
    if item.type is not ItemType.CLOZE:
        return paragraph(asked(item))
    return paragraph(blanks_filled(item.stem, lambda at: f"____ ({at + 1})", str, len(accepted_of(item))))


def _options(item: QuizItem, say: Strings) -> str:
    """What the learner chooses from, in the order of the item; the targets of a match beside its entries."""
    if item.type is ItemType.MATCH:
        targets = sorted({target for _, target in pairs_of(item)})
        return (
            f"<p>{html_of(say['match_each'])}</p>{_list(one.text for one in item.options)}{_list(targets, kind='ul')}"
        )
    if item.type in (ItemType.NUMERIC, ItemType.SHORT, ItemType.CLOZE):
        return ""
    tasks = {ItemType.MULTIPLE: "choose_all", ItemType.ORDER: "put_in_order"}
    task = f"<p>{html_of(say[tasks[item.type]])}</p>" if item.type in tasks else ""
    return task + _list(one.text for one in item.options)


def _answer(item: QuizItem, say: Strings) -> str:
    head = f'<p class="right">{html_of(say["right_answer"])}</p>'
    if item.type is ItemType.ORDER:
        return head + _list((one.text for one in entries_in_order(item)), kind='ol type="1"')
    if item.type is ItemType.MATCH:
        return head + _list((f"{one.text} → {target}" for one, target in pairs_of(item)), kind="ul")
    if isinstance(item.answer, NumericAnswer):
        told = plain_number(item.answer.value)
        told += f" ± {plain_number(item.answer.tolerance)}" if item.answer.tolerance else ""
        return head + paragraph(f"{told} {item.answer.unit or ''}")
    if item.type in (ItemType.CLOZE, ItemType.SHORT):
        blanks = accepted_of(item)
        texts = [accepted[0] for accepted in blanks]  # the others are other ways to write it
        return head + (_list(texts, kind='ol type="1"') if len(texts) > 1 else paragraph(texts[0]))
    letters = [chr(ord("A") + at) if at < 26 else str(at + 1) for at in range(len(item.options))]
    right = (f"{letter}. {one.text}" for letter, one in zip(letters, item.options, strict=True) if one.correct)
    return head + "".join(paragraph(text) for text in right)


def _reasons(item: QuizItem) -> str:
    """What there is to say to every option, in the order they were shown or belong in."""
    told = [
        f'<li dir="auto"><strong>{html_of(one.text)}</strong>: {html_of(one.feedback)}</li>'
        for one in entries_in_order(item)
        if one.feedback.strip()
    ]
    return f"<ul>{''.join(told)}</ul>" if told else ""


def _sources(places: Places, item: QuizItem, say: Strings) -> str:

    def told(proof: Evidence) -> str:
        return f"{html_of(places.of(proof))}: <q>{html_of(proof.quote)}</q>"

    proofs = dict.fromkeys(told(proof) for proof in item.evidence or item.all_evidence)
    if not proofs:
        return ""
    listed = "".join(f'<li dir="auto">{one}</li>' for one in proofs)
    return f"<p>{html_of(say['doc_evidence'])}</p><ul>{listed}</ul>"


def _tags(module: Module, item: QuizItem) -> list[str]:
    """The item's tags as Anki's levels: objective::o-1, day::7."""
    return [_LEVEL.join(_tag(part) for part in tag.split(":", maxsplit=1)) for tag in tags_of(module, item)]


def _tag(text: str) -> str:
    return _NOT_IN_A_TAG.sub("_", xml_safe(text)).strip("_") or "_"


def _level(text: str) -> str:
    """One level of a deck's name."""
    return " ".join(xml_safe(text).replace(_LEVEL, ": ").split())


def _list(texts: Iterable[str], *, kind: str = 'ol type="A"') -> str:
    lines = "".join(f'<li dir="auto">{html_of(text)}</li>' for text in texts)
    return f"<{kind}>{lines}</{kind[:2]}>"


def _number(*names: Any) -> int:
    """An id for Anki, the same for the same names: below 2**53, since Anki's own pages count with doubles."""
    digest = hashlib.sha256("/".join(str(name) for name in names).encode("utf-8", "surrogatepass")).digest()
    return (1 << 48) + int.from_bytes(digest[:6])
