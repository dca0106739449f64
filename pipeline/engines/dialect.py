"""What an endpoint and model understand of the OpenAI API, learnt from what they refuse, and remembered.

The ladder of reply formats: `json_schema` → `json_object` with the schema in the prompt → plain text with the
schema in the prompt. Temperature and seed are dropped where they are refused, the name of the length limit is
swapped.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, Protocol, get_args

from pipeline.engines.trouble import Trouble

ReplyFormat = Literal["json_schema", "json_object", "text"]
LimitName = Literal["max_completion_tokens", "max_tokens"]

_LADDER: tuple[ReplyFormat, ...] = get_args(ReplyFormat)
_ABOUT_FORMAT = re.compile(
    r"response_?format|json_?schema|json_?object|structured[ _-]?output|json mode|guided|grammar"
    r"|requested parameters",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"(?:at most|up to|less than or equal to|maximum (?:value )?(?:of|is)|limit of)\s*(\d{3,6})",
    re.IGNORECASE,
)
_CONTEXT = re.compile(r"(?:maximum context length|context (?:window|size|length))\D{0,30}?(\d{3,7})", re.IGNORECASE)
_ASKED = re.compile(
    r"(?:has|resulted in|contains?)\s*(\d+)\s*(?:input )?tokens"
    r"|(\d+)\s*(?:tokens )?(?:in the messages|input tokens)",
    re.IGNORECASE,
)
_SHORTEST_REPLY_TOKENS = 400


@dataclass(frozen=True)
class Dialect:
    """How to put a question to one endpoint and model."""

    reply_format: ReplyFormat = "json_schema"
    limit_name: LimitName = "max_tokens"
    takes_temperature: bool = True
    takes_seed: bool = True
    most_tokens: int | None = None
    """The longest reply that may be asked for, where the endpoint told one."""


class DialectMemory(Protocol):
    """Where dialects are remembered."""

    def recall(self, endpoint: str, model: str) -> Dialect | None:
        """What was learnt of that endpoint and model, or None."""
        ...

    def remember(self, endpoint: str, model: str, dialect: Dialect) -> None:
        """Keeps what was learnt."""
        ...


class ProcessMemory:
    """Remembers until the process ends."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Dialect] = {}

    def recall(self, endpoint: str, model: str) -> Dialect | None:
        """What was learnt of that endpoint and model, or None."""
        return self._known.get((endpoint, model))

    def remember(self, endpoint: str, model: str, dialect: Dialect) -> None:
        """Keeps what was learnt."""
        self._known[endpoint, model] = dialect


class FileMemory:
    """Remembers in a small JSON file, complete or absent; one that cannot be read is as good as none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._known: dict[tuple[str, str], Dialect | None] = {}

    def recall(self, endpoint: str, model: str) -> Dialect | None:
        """What was learnt of that endpoint and model, or None; the file is read only where it has changed."""
        seen = self._state()
        if seen != self._seen:
            self._seen, self._known = seen, {}
        if (endpoint, model) not in self._known:
            self._known[endpoint, model] = self._read(endpoint, model)
        return self._known[endpoint, model]

    def remember(self, endpoint: str, model: str, dialect: Dialect) -> None:
        """Keeps what was learnt."""
        self._known.clear()
        known = {**self._all(), f"{endpoint} {model}": asdict(dialect)}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=self._path.parent, prefix=self._path.name, delete=False
        ) as stream:
            json.dump(known, stream, indent=1, sort_keys=True)
        Path(stream.name).replace(self._path)

    def _state(self) -> tuple[int, int] | None:
        """What changes when the file does: every write makes a new one."""
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_ino

    def _read(self, endpoint: str, model: str) -> Dialect | None:
        try:
            return Dialect(**self._all()[f"{endpoint} {model}"])
        except (KeyError, TypeError):
            return None

    def _all(self) -> dict[str, Any]:
        try:
            known = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}


def adaptations(dialect: Dialect, trouble: Trouble) -> Iterator[Dialect]:
    """What to try instead after a refusal, the likeliest first; nothing where it is about something else."""
    if trouble.status not in (400, 404, 422, 500, 501) or trouble.is_unknown_model:
        return
    told = trouble.told.lower()
    if trouble.is_overflow:
        fitting = fitting_reply_tokens(trouble)
        if fitting is not None and fitting != dialect.most_tokens:
            yield replace(dialect, most_tokens=fitting)
        return
    if "temperature" in told and dialect.takes_temperature:
        yield replace(dialect, takes_temperature=False)
    if re.search(r"\bseed\b", told) and dialect.takes_seed:
        yield replace(dialect, takes_seed=False)
    if "max_completion_tokens" in told or "max_tokens" in told:
        most = _MOST.search(trouble.message)
        if most and int(most.group(1)) != dialect.most_tokens:
            yield replace(dialect, most_tokens=int(most.group(1)))
        else:
            other: LimitName = (
                "max_tokens" if dialect.limit_name == "max_completion_tokens" else "max_completion_tokens"
            )
            yield replace(dialect, limit_name=other)
    rung = _LADDER.index(dialect.reply_format)
    if _ABOUT_FORMAT.search(told) and rung + 1 < len(_LADDER):
        yield replace(dialect, reply_format=_LADDER[rung + 1])


def fitting_reply_tokens(trouble: Trouble) -> int | None:
    """How long a reply would still fit beside the question, where the endpoint says enough to tell."""
    context, asked = _CONTEXT.search(trouble.message), _ASKED.search(trouble.message)
    if not context or not asked:
        return None
    room = int(context.group(1)) - int(asked.group(1) or asked.group(2)) - 16
    return room if room >= _SHORTEST_REPLY_TOKENS else None
