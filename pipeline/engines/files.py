"""Replies by file: every question is one readable file in a folder, the mailbox, and its reply is laid beside it.

In: requests. Out: the replies that lie in the mailbox; for a question without one, NAME.md is written and ParkedError
raised, so that everything that can be asked now is asked in one go. Whoever answers (a model in a closed network, a
colleague with another tool, a recording) needs nothing of ours. The mailbox is the only record: a reply that could not
be used gets NAME.problem.txt beside it and is read again at the next run, so mending it in place is enough.
"""

from __future__ import annotations

import codecs
import os
import re
import tempfile
from pathlib import Path

from pipeline.domain import Usage
from pipeline.engines.base import Completion, Request
from pipeline.engines.files_page import page_of
from pipeline.errors import ConfigError, ParkedError, UsageError
from pipeline.tokens import count

REPLY_ENDINGS = (".reply.json", ".reply.md", ".reply.txt")
"""What may follow a request's name in the name of its reply."""
REQUEST_ENDING = ".md"
PROBLEM_ENDING = ".problem.txt"
# Of the key in the name: enough that no two of a million requests share a name.
_KEY_CHARS = 12
_REQUEST = re.compile(rf"[a-z-]+-[0-9a-f]{{{_KEY_CHARS}}}")
# The longest reply that any task allows is a hundredth of it; more is another file laid there by mistake.
_MOST_REPLY_BYTES = 4_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class FilesEngine:
    """Asks and is answered through the files of one folder."""

    name = "files"
    reads_inputs = False

    def __init__(self, mailbox: Path | None, *, model: str | None = None) -> None:
        """Takes the folder, which is made with the first request, and who answers, for the record.

        Raises ConfigError where there is no folder, UsageError where a file is in its place.
        """
        if mailbox is None:
            raise ConfigError(
                "engine files",
                why="it needs a folder for requests and replies",
                mend="name one with --mailbox DIR (SME2MODULE_MAILBOX)",
            )
        if mailbox.exists() and not mailbox.is_dir():
            raise UsageError(str(mailbox), why="it is a file, not a folder", mend="name another with --mailbox")
        self.model = model
        self.mailbox = mailbox
        self._waiting: dict[str, bool] = {}
        """Name → whether a reply lies there that cannot be used."""

    def request_key(self, request: Request) -> str:
        """The call's identity: what is asked, whoever answers."""
        return request.key(engine=self.name, model=None, endpoint=None, settings={})

    def name_of(self, request: Request) -> str:
        """What the request's files are called, without their endings."""
        return f"{request.task}-{self.request_key(request)[:_KEY_CHARS]}"

    async def complete(self, request: Request) -> Completion:
        """The reply that lies in the mailbox; raises ParkedError where there is none that can be used, after the
        request was written, and UsageError where the folder cannot be read or written.
        """
        if request.again is not None:
            # The same question with the last reply in it is for models that are asked again at once: a person sees
            # the reply that is wrong and mends it.
            raise self._refused(self.name_of(request.again.first), request.again.problem)
        name = self.name_of(request)
        try:
            found = [path for ending in REPLY_ENDINGS if (path := self.mailbox / f"{name}{ending}").is_file()]
            if len(found) > 1:
                raise self._refused(name, f"there are {len(found)} replies to it; leave one")
            said = self._read(found[0]) if found else ""
            if not said.strip():
                self._ask(name, request)
                raise self._parked(name)
            (self.mailbox / f"{name}{PROBLEM_ENDING}").unlink(missing_ok=True)
        except _NoTextError as problem:
            raise self._refused(name, str(problem)) from problem
        except OSError as error:
            raise _no_access(self.mailbox, error) from error
        asked = sum(count(message.content) for message in request.messages)
        # What it cost is known to whoever answered.
        return Completion(said, usage=Usage(calls=1, input_tokens=asked, output_tokens=count(said), usd=None))

    def waiting(self) -> ParkedError:
        """What to say at the end of a run: how many of its requests wait for a reply."""
        asked, refused = len(self._waiting), sum(self._waiting.values())
        why = f"NAME{PROBLEM_ENDING} says why {_counted(refused, 'reply', 'replies')} cannot be used" if refused else (
            "no reply that can be used lies there yet"
        )
        return ParkedError(
            f"{_counted(asked, 'request is', 'requests are')} waiting in {self.mailbox}",
            why=why,
            mend=f"lay each reply beside its request as NAME{REPLY_ENDINGS[0]} and run the same command again",
        )

    async def describe(self) -> str:
        """How full the mailbox is."""
        if not self.mailbox.is_dir():
            return f"{self.mailbox} is made with the first request"
        asked = [path.stem for path in self.mailbox.glob(f"*{REQUEST_ENDING}") if _REQUEST.fullmatch(path.stem)]
        answered = sum(any((self.mailbox / f"{name}{end}").is_file() for end in REPLY_ENDINGS) for name in asked)
        return f"{_counted(len(asked), 'request', 'requests')} in {self.mailbox}, {answered} with a reply"

    async def aclose(self) -> None:
        """It holds nothing."""

    def _ask(self, name: str, request: Request) -> None:
        """Writes the request where it does not lie there yet."""
        path = self.mailbox / f"{name}{REQUEST_ENDING}"
        if not path.is_file():
            self.mailbox.mkdir(parents=True, exist_ok=True)
            _write(path, page_of(request, name=name, key=self.request_key(request), reply=f"{name}{REPLY_ENDINGS[0]}"))

    def _parked(self, name: str) -> ParkedError:
        self._waiting.setdefault(name, False)
        return self.waiting()

    def _refused(self, name: str, problem: str) -> ParkedError:
        self._waiting[name] = True
        told = f"The reply to {name} cannot be used: {problem}.\nMend it and run the same command again.\n"
        try:
            _write(self.mailbox / f"{name}{PROBLEM_ENDING}", told)
        except OSError as error:
            raise _no_access(self.mailbox, error) from error
        return self.waiting()

    def _read(self, path: Path) -> str:
        """The reply's text; raises _NoTextError."""
        if path.stat().st_size > _MOST_REPLY_BYTES:
            raise _NoTextError(f"it is larger than {_MOST_REPLY_BYTES // 1_000_000} MB, which no reply is")
        content = path.read_bytes()
        encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
        try:
            # Line ends of another system would stand in the texts of a module that is the same elsewhere.
            return content.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise _NoTextError(f"it is not {encoding.upper().removesuffix('-SIG')} text; save it as UTF-8") from error


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


class _NoTextError(Exception):
    """A reply's file holds no text."""


def _write(path: Path, text: str) -> None:
    """Writes the file whole or not at all, whoever else writes the same."""
    handle, made = tempfile.mkstemp(prefix=f".{path.name[:24]}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
    # mkstemp lets nobody else read it, and who answers may be somebody else.
    path.chmod(0o644)


def _no_access(mailbox: Path, error: OSError) -> UsageError:
    return UsageError(
        f"mailbox {mailbox}",
        why=f"it cannot be read or written ({error.strerror or error})",
        mend="see to the folder's permissions, or name another with --mailbox",
    )
