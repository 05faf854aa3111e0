"""Where the text or photo of this web request comes from."""

from brickwall.accounts.identities import current_identity, fresh_openid
from brickwall.kernel.http import settings
from brickwall.moderation.services import Origin


def current_origin() -> Origin:
    """Return the origin of what this request writes: with an openid seen within two hours, or none."""
    site = settings()
    return Origin(site, fresh_openid(site, current_identity()) or "")
