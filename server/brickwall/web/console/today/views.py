"""The page a secretary opens in the morning."""

from flask import render_template

from brickwall.kernel.permissions import Permission, requires
from brickwall.web.console.blueprint import console_area

area = console_area("today", __name__)


@area.get("/")
@requires(Permission.COMMITMENT_READ)
def index() -> str:
    """Show what waits, what is late, what comes."""
    return render_template("console/today/index.html")
