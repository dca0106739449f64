"""Every error of the product.

Sme2ModuleError            code · what · why · mend
├─ ConfigError · PromptError · RubricError · UsageError             exit 2
├─ SourceError             UnsupportedFormatError · UnreadableError · EncryptedError · NoTextError ·
│                        NothingToTeachError                        exit 2, or 1 of many
├─ ReviewError             StaleRevisionError · TransitionError · NotAllowedError     exit 2
├─ ExportError             NothingApprovedError · InvalidPackageError     exit 2
├─ EngineError             UnavailableError* · RateLimitError* · BudgetError · ParkedError · ReplyError
│                                                                   exit 3  (* may be retried)
└─ StoreError              WorkspaceLockedError · NewerSchemaError · DatabaseError*         exit 3

Trouble with content is a Finding, a warning or a Gap: data. Trouble with running is one of these, raised where it is
known and caught only at an entrance or at a batch's per-source border.
"""

from __future__ import annotations


class Sme2ModuleError(Exception):
    """What happened to which thing, why, and how to mend it; printed as `error: WHAT: WHY; HOW TO MEND`."""

    code = "error"
    """Leads to the error's paragraph in docs/errors.md."""
    exit_code = 2
    """The contract's exit code: 2 wrong usage or unusable input, 3 a service that is needed failed."""
    may_be_retried = False

    def __init__(self, what: str, *, why: str, mend: str, code: str | None = None) -> None:
        self.what, self.why, self.mend = what, why, mend
        if code is not None:
            self.code = code
        super().__init__(self.line)

    @property
    def line(self) -> str:
        """The error as one line, without "error:"."""
        return " ".join(f"{self.what}: {self.why}; {self.mend}".split())


class ConfigError(Sme2ModuleError):
    """A setting is wrong or missing."""

    code = "config"


class UsageError(Sme2ModuleError):
    """A command was asked for something that is not there or makes no sense."""

    code = "usage"


class PromptError(Sme2ModuleError):
    """One of the prompt files is wrong."""

    code = "prompt"


class RubricError(Sme2ModuleError):
    """One of the rubric files is wrong."""

    code = "rubric"


class SourceError(Sme2ModuleError):
    """A source file cannot be used. `code` is the contract's: encrypted, corrupt, empty, unsupported, too_large,
    timeout, no_text or missing.
    """

    code = "corrupt"


class UnsupportedFormatError(SourceError):
    """No reader takes this kind of file."""

    code = "unsupported"


class UnreadableError(SourceError):
    """The file is damaged, empty, too large, missing, or took too long; pass `code` where it isn't corrupt."""

    code = "corrupt"


class EncryptedError(SourceError):
    """The file needs a password."""

    code = "encrypted"


class NoTextError(SourceError):
    """The file can be opened but holds no text: a scan, or pictures only."""

    code = "no_text"


class NothingToTeachError(SourceError):
    """The file can be read, but an engine found nothing in it that somebody could learn to do."""

    code = "nothing_to_teach"


class ReviewError(Sme2ModuleError):
    """A reviewer's verb cannot be carried out."""

    code = "review"


class StaleRevisionError(ReviewError):
    """Somebody saved a later revision than the one this was based on."""

    code = "stale_revision"

    def __init__(self, element: str, *, based_on: int, latest: int) -> None:
        self.element, self.based_on, self.latest = element, based_on, latest
        super().__init__(
            f"saving {element}",
            why=f"it was based on revision {based_on}, and revision {latest} has been saved since",
            mend="look at the latest text and decide again",
        )


class TransitionError(ReviewError):
    """The element's status, or an open error finding, does not allow the decision."""

    code = "transition"


class NotAllowedError(ReviewError):
    """The person's role does not allow the verb."""

    code = "not_allowed"


class ExportError(Sme2ModuleError):
    """A package cannot be written."""

    code = "export"


class NothingApprovedError(ExportError):
    """The module has no approved element."""

    code = "nothing_approved"


class InvalidPackageError(ExportError):
    """What was written would not be accepted by a consumer of the format."""

    code = "invalid_package"


class EngineError(Sme2ModuleError):
    """A language model, or the embedded engine, could not do what was asked."""

    code = "engine"
    exit_code = 3
    attempts = 1
    """Calls that were made before it was given up."""
    is_interruption = False
    """Nothing failed: the question is asked later."""
    pauses_batch = False
    """Whether every other document would fail alike: the key, the quota, the model or the address is wrong."""


class UnavailableError(EngineError):
    """The endpoint cannot be reached, hangs, refuses the key or does not know the model. `code` is one of
    unreachable, timeout, unauthorised, unknown_model, not_found, server_error, bad_request.
    """

    code = "unreachable"
    may_be_retried = True


class RateLimitError(EngineError):
    """The endpoint asks for a pause, or the quota is used up (`code` "quota")."""

    code = "rate_limit"
    may_be_retried = True

    def __init__(
        self, what: str, *, why: str, mend: str, code: str | None = None, after_s: float | None = None
    ) -> None:
        self.after_s = after_s
        super().__init__(what, why=why, mend=mend, code=code)


class BudgetError(EngineError):
    """The next call would pass the budget."""

    code = "budget"
    is_interruption = True


class ParkedError(EngineError):
    """The reply comes later (Batch API, replies by file); the work is taken up again when it is there."""

    code = "parked"
    exit_code = 1
    """Everything that could be asked was asked; it needs replies, not mending."""
    is_interruption = True


class ReplyError(EngineError):
    """A reply cannot be used, however often it was asked again. `code` is one of truncated, not_json, off_schema,
    rejected, refused, empty, too_long (question and reply do not fit the model's context).
    """

    code = "off_schema"


class StoreError(Sme2ModuleError):
    """The workspace or its database cannot be used."""

    code = "store"
    exit_code = 3


class WorkspaceLockedError(StoreError):
    """Another process holds the workspace."""

    code = "locked"


class NewerSchemaError(StoreError):
    """The database was written by a newer version."""

    code = "newer_schema"


class DatabaseError(StoreError):
    """The database cannot be reached or refused a statement."""

    code = "database"
    may_be_retried = True
