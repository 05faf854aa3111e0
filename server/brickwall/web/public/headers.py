"""Headers of finished pages; the same from the fast lane and from the views behind it."""

from brickwall.kernel.http import content_security_policy
from brickwall.kernel.projections import Page
from brickwall.publicity.rendering import in_big_letters

# Phones ask again each time and get 304; nginx keeps a page for seconds (deploy/nginx).
CACHED = "public, max-age=0, must-revalidate"
FIXED = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", CACHED),
    ("Content-Security-Policy", content_security_policy()),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "geolocation=(), microphone=(), payment=()"),
)
JSON_TYPE = ("Content-Type", "application/json")
STRICT = ("Strict-Transport-Security", "max-age=31536000")
STATUSES = {200: "200 OK", 404: "404 NOT FOUND", 410: "410 GONE"}


def variant(page: Page, *, big: bool) -> tuple[bytes, str]:
    """Return body and quoted ETag of a page in the visitor's size of letters.

    The two variants have ETags of their own, and every use asks back, so one cache may keep
    either without ``Vary: Cookie`` (which would end all sharing).
    """
    if big:
        return in_big_letters(page.body), f'"{page.etag}-big"'
    return page.body, f'"{page.etag}"'


def is_unchanged(if_none_match: str, etag: str) -> bool:
    """Tell whether the visitor has this very page; nginx turns ETags weak when it compresses."""
    return bool(if_none_match) and (etag in if_none_match or if_none_match.strip() == "*")
