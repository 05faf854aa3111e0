"""The area's blueprint, and the plaque a page is about."""

from __future__ import annotations

from brickwall.kernel.db import db
from brickwall.kernel.permissions import Permission, current_actor
from brickwall.plaques import queries
from brickwall.plaques.models import Plaque
from brickwall.web.console.blueprint import console_area

area = console_area("plaques", __name__)


def own_plaque(code: str, permission: Permission = Permission.PLAQUE_READ) -> Plaque:
    """Return a plaque of the actor's own branches.

    Raises:
        NotFound: none, or somebody else's.
    """
    return queries.get_plaque_for(db.session(), current_actor(), permission, code)
