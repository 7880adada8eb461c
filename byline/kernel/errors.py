"""What a service may refuse with. Each kind has one status; each refusal a stable code and a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping


class DomainError(Exception):
    """A refusal that people and programs can read.

    `code` never changes once published; `message` is a sentence; `fields` maps a form field to its sentence.
    """

    status = 400
    title = "That did not work"

    def __init__(
        self, code: str, message: str, *, field: str | None = None, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.fields = dict(fields or ({field: message} if field else {}))


class Invalid(DomainError):
    """What was sent cannot be used as it is."""

    title = "Something needs another look"

    @classmethod
    def of(cls, fields: Mapping[str, str], code: str = "invalid") -> Invalid:
        """Several fields at once, each with its sentence."""
        return cls(code, " ".join(fields.values()), fields=fields)


class NotAuthenticated(DomainError):
    """Only members may do this, and nobody is logged in."""

    status = 401
    title = "Please log in"


class NotAllowed(DomainError):
    """The actor sees the thing but may not do this to it."""

    status = 403
    title = "Not allowed"


class NotFound(DomainError):
    """There is no such thing, or the actor may not know that there is."""

    status = 404
    title = "Not found"

    def __init__(self, code: str = "not-found", message: str = "There is nothing here.") -> None:
        super().__init__(code, message)


class Conflict(DomainError):
    """Somebody else was faster; both versions still exist."""

    status = 409
    title = "Changed meanwhile"


class TooMany(DomainError):
    """Too often in too short a time. `retry_after_seconds` says when to come back."""

    status = 429
    title = "Too many requests"

    def __init__(self, code: str, message: str, *, retry_after_seconds: int = 60) -> None:
        super().__init__(code, message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(DomainError):
    """Something Byline needs is away: the database, the disk, the mail server."""

    status = 503
    title = "Not available right now"
