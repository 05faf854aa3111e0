"""The member's pocket: what he promised, what is due, and a note of what he did, on his phone."""

from flask import Flask

from brickwall.web.member.blueprint import pocket, threshold
from brickwall.web.member.views import activation, commitments, corrections, devices, files, inbox, proposals

__all__ = [
    "activation",
    "commitments",
    "corrections",
    "devices",
    "files",
    "inbox",
    "proposals",
    "set_up_pocket",
]


def set_up_pocket(app: Flask) -> None:
    """Register the pocket (``/my``) and its threshold (``/activate``)."""
    app.register_blueprint(threshold)
    app.register_blueprint(pocket)
