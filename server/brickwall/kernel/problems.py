"""What may go wrong, as errors that carry a Chinese sentence and a stable code (RFC 9457)."""

from collections.abc import Mapping


class Problem(Exception):
    """A refusal that people are told about.

    Args:
        title: one Chinese sentence a villager understands, with the next step.
        code: stable machine name, ``area.reason``.
        fields: messages by field name, for forms.
    """

    status = 500
    default_code = "internal"

    def __init__(
        self, title: str, code: str = "", *, fields: Mapping[str, str] | None = None, retry_after: int = 0
    ) -> None:
        super().__init__(title)
        self.title = title
        self.code = code or self.default_code
        self.fields = dict(fields or {})
        self.retry_after = retry_after


class Invalid(Problem):
    """What was sent cannot be used as it is."""

    status = 422
    default_code = "invalid"


class SignInRequired(Problem):
    """Nobody is signed in, or the session has ended."""

    status = 401
    default_code = "sign_in_required"


class Forbidden(Problem):
    """The signed-in person may not do this on a thing he may see."""

    status = 403
    default_code = "forbidden"


class NotFound(Problem):
    """There is no such thing, or it belongs to somebody else."""

    status = 404
    default_code = "not_found"


class Refused(Problem):
    """The thing's present state does not allow this."""

    status = 409
    default_code = "refused"


class TooLarge(Problem):
    """The body is larger than the limit."""

    status = 413
    default_code = "too_large"


class TooMany(Problem):
    """Too many tries in too short a time."""

    status = 429
    default_code = "too_many"


class Unavailable(Problem):
    """The store cannot be written just now (disk full, locked); nothing was lost."""

    status = 503
    default_code = "unavailable"
