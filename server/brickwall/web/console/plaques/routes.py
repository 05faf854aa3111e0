"""The area with all of its views; fixed addresses are registered before those with a code."""

from __future__ import annotations

from brickwall.web.console.plaques import acts, ordering, views
from brickwall.web.console.plaques.area import area

__all__ = ["acts", "area", "ordering", "views"]
