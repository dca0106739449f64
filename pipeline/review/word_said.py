"""What a returned Word file says beside its changes: comments in threads, ticks, and remarks in the box column.

In: the file as it was read, with its rows matched. Out: comments and answers as nouns, with ids made of what they say,
so that a newer version of the same file brings each of them once. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.domain import Channel, Comment, CommentKind, FactVerdict
from pipeline.domain.word import ReadComment, ReadWordFile, RowForm, WordPackage, WordRow
from pipeline.ids import short_id
from pipeline.library.strings import Strings
from pipeline.roundtrip.sameness import same_form
from pipeline.roundtrip.word_box import BoxSays, box_says
from pipeline.roundtrip.word_match import Found, Matching


@dataclass(frozen=True)
class Said:
    """Comments of a file."""

    comments: tuple[Comment, ...]
    """Threads before their replies."""
    resolved: tuple[str, ...]
    """Threads that the file says are closed."""


@dataclass(frozen=True)
class Ticked:
    """What the box column says about one element."""

    element: str
    verdict: FactVerdict | None
    why: str | None
    """Why it is no answer; None where it is one."""


def kind_of(text: str) -> CommentKind:
    """A question, or else about the facts, which is what an SME is asked about."""
    return CommentKind.QUESTION if text.rstrip().endswith(("?", "؟", "？")) else CommentKind.FACT


def comments_of(file: ReadWordFile, matching: Matching, package: WordPackage, *, now: datetime) -> Said:
    """The file's comments on the elements their anchors stand in, or on the module where they stand in none."""
    places = _places(matching)
    known = {one.id: one for one in file.comments}
    ids: dict[str, str] = {}
    seen: Counter[str] = Counter()
    first: dict[str, ReadComment] = {}
    for one in file.comments:
        root = _root(one, known)
        sent = places.get(root.id) or places.get(one.id)
        when = one.at.isoformat() if one.at else ""
        name = short_id("c", package.id, sent.place if sent else "", one.author, when, one.text, length=20)
        seen[name] += 1
        ids[one.id] = name if seen[name] == 1 else f"{name}-{seen[name]}"
        first[one.id] = root
    made = []
    for one in sorted(file.comments, key=lambda one: first[one.id] is not one):
        if not one.text.strip():
            continue
        root = first[one.id]
        sent = places.get(root.id)
        made.append(
            Comment(
                id=ids[one.id], module=package.module, element=sent.element if sent else None,
                revision=sent.revision if sent else None, field=_field(sent), quote=root.quote or None,
                kind=kind_of(root.text), text=one.text, by=one.author, at=one.at or now, channel=Channel.WORD,
                thread=ids[root.id],
            )
        )
    spoken = {comment.id for comment in made}
    # A reply to a comment without words begins the thread itself.
    made = [one if one.thread in spoken else one.model_copy(update={"thread": one.id}) for one in made]
    resolved = (ids[one.id] for one in file.comments if one.is_resolved and first[one.id] is one)
    return Said(tuple(made), tuple(name for name in resolved if name in spoken))


def remark(
    package: WordPackage, sent: WordRow, text: str, *, by: str, now: datetime, kind: CommentKind | None = None
) -> Comment:
    """A comment made of something that is none in the file: words in a box, a row that was taken out."""
    name = short_id("c", package.id, sent.place, by, text, length=20)
    return Comment(
        id=name, module=package.module, element=sent.element, revision=sent.revision, field=_field(sent),
        kind=kind or kind_of(text), text=text, by=by, at=now, channel=Channel.WORD, thread=name,
    )


def boxes_of(found: Iterable[Found], package: WordPackage, say: Strings) -> list[tuple[WordRow, BoxSays]]:
    """What the box cells say that are not as they were sent."""
    made = []
    for one in found:
        sent = package.verdict if one.sent.form is RowForm.HEADING else ""
        says = box_says(one.row.box.after, sent, say)
        if says != BoxSays():
            made.append((one.sent, says))
    return made


def ticks_of(
    says: Sequence[tuple[WordRow, BoxSays]], package: WordPackage, changed: Mapping[str, bool]
) -> tuple[Ticked, ...]:
    """The verdict on each element that something is said about.

    What is wrong anywhere is wrong. "OK" counts where it stands for the whole table, and where its text was left as it
    is: who changed it has not confirmed what was sent.
    """
    by_element: dict[str, list[tuple[WordRow, BoxSays]]] = {}
    for sent, one in says:
        if one.verdict is not None or one.is_contradictory:
            by_element.setdefault(sent.element, []).append((sent, one))
    return tuple(_tick(element, rows, package, changed) for element, rows in by_element.items())


def _tick(
    element: str, rows: Sequence[tuple[WordRow, BoxSays]], package: WordPackage, changed: Mapping[str, bool]
) -> Ticked:
    verdicts = {one.verdict for _, one in rows if one.verdict is not None}
    if FactVerdict.WRONG in verdicts:
        return Ticked(element, FactVerdict.WRONG, None)
    if any(one.is_contradictory for _, one in rows):
        return Ticked(element, None, "several boxes are ticked")
    if FactVerdict.UNSURE in verdicts:
        return Ticked(element, FactVerdict.UNSURE, None)
    texts = {
        row.place for row in package.rows
        if row.element == element and row.form in (RowForm.TEXT, RowForm.MARKDOWN)
    }
    ticked = {sent.place for sent, _ in rows}
    is_whole = any(sent.form is RowForm.HEADING for sent, _ in rows) or texts <= ticked
    if not is_whole:
        why = f"OK stands beside {len(texts & ticked)} of its {len(texts)} rows only"
        return Ticked(element, FactVerdict.CORRECT, why)
    if changed.get(element):
        return Ticked(element, FactVerdict.CORRECT, "its text was changed as well: ask again once that is decided")
    return Ticked(element, FactVerdict.CORRECT, None)


def _places(matching: Matching) -> dict[str, WordRow]:
    """Comment id → the sent row it is anchored in, the first where it spans several."""
    places: dict[str, WordRow] = {}
    for one in matching.found:
        for name in one.row.comments:
            places.setdefault(name, one.sent)
    for doubt in matching.doubts:
        for name in doubt.row.comments:
            if doubt.candidate is not None:
                places.setdefault(name, doubt.candidate)
    return places


def _root(comment: ReadComment, known: Mapping[str, ReadComment]) -> ReadComment:
    """The comment that began the thread."""
    seen = set()
    while comment.answers in known and comment.id not in seen:
        seen.add(comment.id)
        comment = known[comment.answers]  # type: ignore[index]
    return comment


def _field(sent: WordRow | None) -> str | None:
    if sent is None or sent.form not in (RowForm.TEXT, RowForm.MARKDOWN) or not same_form(sent.field):
        return None
    return sent.field
