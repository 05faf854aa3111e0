"""JSON logs with a request id, and never a secret in them."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

HIDDEN = "（已隐去）"
_SECRET_KEYS = re.compile(
    r"token|secret|password|openid|phone|cookie|authorization|session_key|slip|receipt|rating|totp", re.I
)
_LONG_TOKENS = re.compile(r"\b(?:1[3-9]\d{9}|[A-Za-z0-9_-]{40,})\b")


def hide_secrets(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Replace values of secret-sounding keys, phone numbers and long tokens in every text."""
    for key, value in event.items():
        if _SECRET_KEYS.search(key):
            event[key] = HIDDEN
        elif isinstance(value, str) and key != "error":
            event[key] = _LONG_TOKENS.sub(HIDDEN, value)
    return event


def set_up_logging(level: int = logging.INFO) -> None:
    """Send every log line to stderr as one JSON object."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    structlog.configure(
        processors=[*processors, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
