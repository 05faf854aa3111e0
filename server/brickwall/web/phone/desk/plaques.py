"""A plaque in a clerk's hand: whose it is, and what can happen to it now."""

from typing import Any

from brickwall.kernel.ids import group_code
from brickwall.plaques.constants import PlaqueEventKind
from brickwall.plaques.models import Plaque
from brickwall.plaques.rules import ALLOWED, may, refusal
from brickwall.plaques.services import holder_name


class HeldPlaque:
    """A plaque as schemas read it, with ``holder``, ``acts`` and ``install_refusal`` beside its columns."""

    def __init__(self, plaque: Plaque) -> None:
        self.plaque = plaque
        self.holder = holder_name(plaque)
        self.acts = [kind for kind in ALLOWED if may(plaque.state, kind)]
        code = group_code(plaque.code)
        installing = PlaqueEventKind.INSTALLED
        self.install_refusal = "" if installing in self.acts else refusal(plaque.state, installing, code)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plaque, name)
