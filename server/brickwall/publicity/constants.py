"""Addresses of the public pages, and the names under which the record marks them."""

from datetime import timedelta

HOME = "/"
# Pages that gather from many records look again after this long, even when nobody marked them.
GATHERED_FRESH = timedelta(minutes=10)
MAX_PATH_LENGTH = 120


def brick_path(code: str) -> str:
    """Return the address that a plaque's QR code holds."""
    return f"/q/{code}"


def wall_path(organisation_code: str) -> str:
    """Return the address of an organisation's wall."""
    return f"/w/{organisation_code}"


def chain_path(public_id: str) -> str:
    """Return the address of a commitment's whole chain."""
    return f"/c/{public_id}"


def photo_path(public_id: str, size: str) -> str:
    """Return the address of a photo; ``size`` is ``s`` (small) or ``l`` (large)."""
    return f"/media/{public_id}-{size}.jpg"
