"""E-mail messages (RFC 5322, MIME): what was written, and what is attached."""

from __future__ import annotations

import email
import email.policy
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.message import EmailMessage, MIMEPart
from pathlib import Path

from pipeline.domain import Anchor, BlockKind, IngestWarning
from pipeline.ingest.base import Member, Piece, Reading, Sample
from pipeline.ingest.html import HtmlReader
from pipeline.ingest.text import TextReader

_HEADERS = re.compile(r"\A(?:From \S.*\n)?(?:[A-Z][\w-]*:.*\n(?:[ \t].*\n)*){2,}", re.IGNORECASE)
_TELLING = re.compile(
    r"^(?:received|mime-version|message-id|return-path|x-mailer|from|to|date|subject|content-type):",
    re.IGNORECASE | re.MULTILINE,
)
_FEW_CHARS = 8_000
# RFC 3676 §4.3: what follows this line is the sender's card.
_SIGNATURE = re.compile(r"^-- $", re.MULTILINE)
_QUOTED = re.compile(r"^(?:>[ \t]?)+", re.MULTILINE)
_SHOWN_HEADERS = ("From", "To", "Cc", "Date")


@dataclass(frozen=True)
class MailReader:
    """One message, as mail programs save it."""

    name: str = "eml"
    label: str = "e-mail message"
    suffixes: tuple[str, ...] = (".eml",)
    media_type: str = "message/rfc822"

    def recognises(self, sample: Sample) -> bool:
        """It begins with header fields, at least three of them such as only messages have."""
        text = (sample.text or "")[:_FEW_CHARS].replace("\r\n", "\n")
        found = {match.lower() for match in _TELLING.findall(text)}
        return bool(_HEADERS.match(text)) and len(found) >= (2 if sample.suffix == ".eml" else 3)

    def read(self, path: Path) -> Reading:
        """The subject, the body and the attachments, which are read as files of their own."""
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        subject = _header(message, "Subject")
        pieces = [Piece(BlockKind.HEADING, subject, level=1)] if subject else []
        pieces += [
            Piece(BlockKind.FURNITURE, f"{name}: {value}")
            for name in _SHOWN_HEADERS
            if (value := _header(message, name))
        ]
        body, warnings = _body(message)
        return Reading(
            pieces=(*pieces, *body.pieces), title=subject or None, language=body.language,
            warnings=(*warnings, *body.warnings), members=_attached(message),
        )


def _header(message: EmailMessage, name: str) -> str:
    """The field's words, decoded; "" where there is none or it is broken."""
    try:
        return " ".join(str(message[name] or "").split())
    except (ValueError, IndexError, AttributeError, TypeError, LookupError):  # the parser fails on some broken fields
        return ""


def _body(message: EmailMessage) -> tuple[Reading, list[IngestWarning]]:
    """What was written: as HTML where it has a table, which the plain text beside it garbles."""
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    if html is not None and (plain is None or "<table" in _text(html)[0].lower()):
        text, problems = _text(html)
        return _read_as(HtmlReader(), text, ".html"), problems
    if plain is not None:
        text, problems = _text(plain)
        return _plain(text), problems
    return Reading(pieces=()), []


def _text(part: MIMEPart) -> tuple[str, list[IngestWarning]]:
    try:
        return str(part.get_content()), []
    except (LookupError, ValueError, KeyError, AssertionError):  # a character set nobody knows, a broken encoding
        content = part.get_payload(decode=True)
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
        message = "the message states an unknown or wrong character set; some letters may be wrong"
        return text, [IngestWarning(code="encoding", message=message)]


def _plain(text: str) -> Reading:
    """The text's blocks: what is quoted from an earlier message is marked, and so is the sender's card."""
    text = text.replace("\r\n", "\n")
    signature = _SIGNATURE.search(text)
    card = text[signature.end() :] if signature else ""
    # Below the card often stands the message that this one answers.
    answered = next((line.start() for line in _QUOTED.finditer(card)), len(card))
    card, rest = card[:answered], card[answered:]
    pieces: list[Piece] = []
    warnings: list[IngestWarning] = []
    for is_quoted, part in _runs(f"{text[: signature.start()]}\n{rest}" if signature else text):
        reading = _read_as(TextReader(), part, ".txt")
        warnings += reading.warnings
        pieces += (replace(piece, kind=BlockKind.QUOTE, level=None) if is_quoted else piece for piece in reading.pieces)
    if card.strip():
        pieces.append(Piece(BlockKind.FURNITURE, " ".join(card.split())))
    return Reading(pieces=tuple(pieces), warnings=tuple(warnings))


def _runs(text: str) -> Iterator[tuple[bool, str]]:
    """Neighbouring lines that are all quoted, or all not, without the quote marks."""
    run: list[str] = []
    was_quoted = False
    for line in text.split("\n"):
        is_quoted = bool(_QUOTED.match(line))
        if is_quoted != was_quoted and run:
            yield was_quoted, "\n".join(run)
            run = []
        run.append(_QUOTED.sub("", line) if is_quoted else line)
        was_quoted = is_quoted
    if run:
        yield was_quoted, "\n".join(run)


def _read_as(reader: HtmlReader | TextReader, text: str, ending: str) -> Reading:
    if not text.strip():
        return Reading(pieces=())
    with tempfile.TemporaryDirectory(prefix="message-") as folder:
        path = Path(folder) / f"body{ending}"
        path.write_bytes(("\ufeff" + text).encode("utf-8", "replace"))
        reading = reader.read(path)
    # Lines and element paths of a file that nobody has would only mislead.
    return replace(reading, pieces=tuple(replace(piece, anchor=Anchor()) for piece in reading.pieces))


def _attached(message: EmailMessage) -> Iterator[Member]:
    for number, part in enumerate(message.iter_attachments(), 1):
        name = part.get_filename() or _unnamed(part, number)
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload()
            one = inner[0] if isinstance(inner, list) and inner else None
            yield Member(name, one.as_bytes() if isinstance(one, EmailMessage) else b"")
            continue
        content = part.get_payload(decode=True)
        yield Member(name, content if isinstance(content, bytes) else b"")


def _unnamed(part: EmailMessage, number: int) -> str:
    ending = {"message/rfc822": ".eml", "text/plain": ".txt", "text/html": ".html", "application/pdf": ".pdf"}
    return f"attachment {number}{ending.get(part.get_content_type(), '')}"
