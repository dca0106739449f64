"""Settings: flags ← environment ← sme2module.toml ← defaults. Nothing else reads the environment."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, SecretStr, ValidationError, field_validator

from pipeline.domain.base import Noun
from pipeline.errors import ConfigError

SETTINGS_FILE = "sme2module.toml"
PRICES_FILE = "prices.toml"
INNER_WORKSPACE = ".sme2module"
"""Where `convert` keeps its workspace inside an output folder."""
_PREFIX = "SME2MODULE_"
# What these are called everywhere; the only names without our prefix.
_KNOWN_NAMES = {
    "api_key": "OPENAI_API_KEY",
    "base_url": "OPENAI_BASE_URL",
    "otlp_endpoint": "OTEL_EXPORTER_OTLP_ENDPOINT",
}
# Set by the place a command runs in, so a file in that place cannot set them.
_NOT_IN_FILE = frozenset({"workspace", "api_key"})
CHUNK_TOKENS = {"embedded": 1500, "openai": 4000, "files": 4000}
"""Each engine's default: a model's every question costs its rules and tasks besides the chunk, the embedded engine's
nothing."""


class Settings(Noun):
    """How this run of the product is set up."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace: Path
    """Folder of the workspace; it need not exist yet."""
    database_url: str | None = None
    """Where the records are kept; null is SQLite in the workspace."""
    sources: str | None = None
    """Where the documents' bytes are kept: "database", a folder, or an address such as s3://bucket/prefix; null is the
    workspace's folder on SQLite and the database on PostgreSQL."""
    engine: str = "embedded"
    """Which engine drafts: embedded, openai or files."""
    model: str | None = None
    """The model string for an engine that needs one."""
    api_key: SecretStr | None = None
    """Key of the OpenAI-compatible endpoint."""
    base_url: str | None = None
    """Address of the OpenAI-compatible endpoint; null is OpenAI's own."""
    mailbox: Path | None = None
    """Folder in which the files engine lays its requests and finds their replies."""
    no_revise: bool = False
    """Leave out the pass that mends, after drafting, what the rubrics found."""
    judge_claims: bool = False
    """Ask the engine, where it is a language model, about the claims of a draft that rules leave open."""
    timeout_s: float = Field(default=120.0, gt=0)
    """How long one model call may take, in seconds."""
    runner: Literal["local", "distributed"] | None = None
    """How workers get at documents: local looks into the store, distributed takes Procrastinate's jobs on PostgreSQL;
    null is distributed where that can be used."""
    concurrency: int = Field(default=8, ge=1)
    """Model calls in flight at most, over all workers."""
    requests_per_minute: int | None = Field(default=None, ge=1)
    """Calls a minute at most, over all workers; null is no limit."""
    tokens_per_minute: int | None = Field(default=None, ge=1)
    """Input and output tokens a minute at most, over all workers; null is no limit."""
    parse_timeout_s: float = Field(default=120.0, gt=0)
    """How long the reading of one document may take, in seconds."""
    parse_memory_mb: int = Field(default=2048, ge=128)
    """How much memory the reading of one document may take, in MB; below 128 not even the readers fit."""
    chunk_tokens: int = Field(default_factory=lambda given: CHUNK_TOKENS.get(given.get("engine"), 1500), ge=200)
    """Token budget of a chunk; by default what suits the engine."""
    language: str | None = None
    """BCP 47 tag to draft in; null is the source's own language."""
    rubric_overlays: Path | None = None
    """Folder of the organisation's own rubric files; a relative one begins at the workspace; null is its rubrics/."""
    facts_required: Literal["none", "risky", "all"] = "none"
    """Which elements a release needs an SME's confirmation of: risky are those with a number, a duty or a warning."""
    two_person: bool = False
    """Nobody approves a text of their own: who wrote or edited an element asks somebody else to approve it."""
    outline_gate: bool = False
    """Whether a document uploaded in the browser stops at its objectives, for approval, unless the person says
    otherwise there."""
    hours_per_finished_hour: float = Field(default=40.0, gt=0)
    """Hours that making an hour of self-paced training would take by hand: what the board's estimate of hours saved
    rests on."""
    otlp_endpoint: str | None = None
    """Where spans and metrics of workers are sent (OpenTelemetry); null sends none."""
    reviewer: str | None = None
    """Name that decisions are recorded under; null is the name of the user account."""
    sign_in: bool = False
    """Refuse to serve the review screen unless people sign in; where a secrets file has [auth], they always do."""
    without_sign_in: bool = False
    """Let the review screen listen beyond this machine although nobody signs in: whoever reaches it leads."""
    public_url: str | None = None
    """Address that others reach the server by, such as https://review.example.org: what links begin with."""
    fact_link_days: int = Field(default=14, ge=1, le=90)
    """How long the link of a fact sheet holds, in days."""
    quiet: bool = False
    """No progress and no summary."""
    verbose: bool = False
    """Tracebacks and more log."""
    log_json: bool = False
    """Log lines as JSON."""

    @property
    def overlays(self) -> Path:
        """The folder of the organisation's own rubric files; it need not exist unless it was set."""
        return self.workspace / (self.rubric_overlays or "rubrics")

    @field_validator("public_url")
    @classmethod
    def _is_an_address(cls, given: str | None) -> str | None:
        """The address without the slash at its end."""
        if given is None:
            return None
        parts = urlsplit(given)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            raise ValueError("it is not an address such as https://review.example.org")
        return given.rstrip("/")

    @property
    def is_on_server(self) -> bool:
        """Whether the records are on a database server, which other machines reach too."""
        return (self.database_url or "").partition(":")[0].partition("+")[0] in ("postgresql", "postgres")


@dataclass(frozen=True)
class SignIn:
    """Where sign-in by OpenID Connect is set up."""

    file: Path
    """The secrets file, as Streamlit reads it."""
    providers: tuple[str, ...]
    """Names of the sign-ins to choose between; none where the file sets up just one."""


def secrets_files(settings: Settings, *, start: Path, home: Path) -> tuple[Path, ...]:
    """Where sign-in may be set up, in this order: `.streamlit/secrets.toml` in the workspace, in the folder above it
    (`convert -o DIR` puts the workspace into DIR/.sme2module), where the command runs, at home. They need not exist.
    """
    workspace = settings.workspace
    folders = dict.fromkeys((workspace, workspace.parent, start, home))
    return tuple(folder / ".streamlit" / "secrets.toml" for folder in folders)


def find_sign_in(settings: Settings, *, start: Path, home: Path) -> SignIn | None:
    """How people sign in: [auth] of the first of the `secrets_files` that has it.

    None where there is none; raises ConfigError where it cannot work, or where it is demanded.
    """
    for file in secrets_files(settings, start=start, home=home):
        auth = _read_toml(file).get("auth") if file.is_file() else None
        if auth is not None:
            return SignIn(file, _providers(auth, file))
    if settings.sign_in:
        raise ConfigError(
            "sign-in", why="it is demanded, and no .streamlit/secrets.toml has [auth]",
            mend=f"write {settings.workspace / '.streamlit' / 'secrets.toml'} as docs/teams.md says",
        )
    return None


def _providers(auth: Any, file: Path) -> tuple[str, ...]:
    def wrong(why: str, mend: str) -> ConfigError:
        return ConfigError(f"{file}: [auth]", why=why, mend=mend)

    if not isinstance(auth, dict):
        raise wrong("it is no table", "write it as docs/teams.md says")
    if not auth.get("cookie_secret"):
        raise wrong("cookie_secret is missing", "put a long random text there")
    if not str(auth.get("redirect_uri", "")).endswith("/oauth2callback"):
        raise wrong("redirect_uri does not end in /oauth2callback", "write https://ADDRESS/oauth2callback")
    named = tuple(name for name, value in auth.items() if isinstance(value, dict) and "client_id" in value)
    if "client_id" in auth:
        return ()
    if not named:
        raise wrong("client_id is missing", "register the product with the provider and write its client_id there")
    return named


def is_this_machine(address: str) -> bool:
    """Whether the address or name is this machine's own, which nobody else can reach."""
    if address.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def demand_a_closed_door(settings: Settings, *, address: str | None, signs_in: bool) -> None:
    """Raises ConfigError where the server would let in whoever reaches it; an address of None is every address."""
    if signs_in or settings.without_sign_in or is_this_machine(address or ""):
        return
    raise ConfigError(
        f"listening on {address or 'every address'}", why="nobody signs in, so whoever reaches it would lead",
        mend="set up sign-in (docs/teams.md), or say --without-sign-in",
    )


def variable_of(setting: str) -> str:
    """The environment variable of a setting."""
    return _KNOWN_NAMES.get(setting, _PREFIX + setting.upper())


def find_workspace(start: Path) -> Path | None:
    """The nearest directory upwards from `start` that holds sme2module.toml; None where there is none."""
    for folder in (start, *start.parents):
        if (folder / SETTINGS_FILE).is_file():
            return folder
    return None


def _inside(folder: Path) -> Path:
    """The workspace that `convert` made inside an output folder, where the folder is none itself."""
    inner = folder / INNER_WORKSPACE
    return inner if not (folder / SETTINGS_FILE).is_file() and (inner / SETTINGS_FILE).is_file() else folder


def load_settings(flags: Mapping[str, Any], environment: Mapping[str, str], *, start: Path) -> Settings:
    """The settings in force; a flag that is None was not given. Raises ConfigError that names the wrong one."""
    given = {name: value for name, value in flags.items() if value is not None and name in Settings.model_fields}
    from_environment = {
        name: value
        for name in Settings.model_fields
        if (value := environment.get(variable_of(name)))
    }
    where = given.get("workspace") or from_environment.get("workspace") or find_workspace(start) or start
    workspace = _inside(Path(where).expanduser().absolute())
    values = {**_from_file(workspace / SETTINGS_FILE), **from_environment, **given, "workspace": workspace}
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "settings"
        raise ConfigError(
            f"setting {name}",
            why=first["msg"].removeprefix("Value error, ").lower(),
            mend=f"mend the flag, {variable_of(name)} or {SETTINGS_FILE}",
        ) from error


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(str(path), why=f"it cannot be read ({error})", mend="mend the file") from error


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    values = _read_toml(path)
    for name in values:
        if name in _NOT_IN_FILE:
            raise ConfigError(
                f"{path}: {name}", why="this setting is not read from a file", mend="use the environment instead"
            )
        if name not in Settings.model_fields:
            known = ", ".join(sorted(set(Settings.model_fields) - _NOT_IN_FILE))
            raise ConfigError(f"{path}: {name}", why="no such setting", mend=f"known: {known}")
    return values
