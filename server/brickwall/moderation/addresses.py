"""The short-lived address under which WeChat fetches a picture that nobody else may see yet."""

import hmac
from datetime import datetime

from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.security import keyed_hash
from brickwall.moderation.rules import ANSWER_WITHIN

SIGNATURE_LENGTH = 32
_PURPOSE = "photo-for-check"


def _signature(settings: Settings, photo_id: str, expires: int) -> str:
    return keyed_hash(settings, _PURPOSE, f"{photo_id} {expires}")[:SIGNATURE_LENGTH]


def check_address(settings: Settings, photo_id: str) -> str:
    """Return a full address of the picture, good for the half hour in which WeChat answers."""
    expires = int((clock.now() + ANSWER_WITHIN).timestamp())
    name = f"{photo_id}-{expires}-{_signature(settings, photo_id, expires)}.jpg"
    return f"{settings.base_url}/media/check/{name}"


def is_check_address(
    settings: Settings, photo_id: str, expires: int, signature: str, now: datetime | None = None
) -> bool:
    """Tell whether an address was made here and is still good."""
    moment = int((now or clock.now()).timestamp())
    expected = _signature(settings, photo_id, expires)
    return moment < expires and hmac.compare_digest(expected.encode(), signature.encode())
