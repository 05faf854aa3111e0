"""Where an account is at home, and the organisations it may choose from."""

from collections.abc import Sequence

from flask import g
from sqlalchemy import select

from brickwall.kernel.db import db
from brickwall.kernel.permissions import Actor, Permission
from brickwall.organisations import queries
from brickwall.organisations.models import Organisation

EVERYTHING = "/"


def find_home(actor: Actor) -> Organisation | None:
    """Return the highest organisation the actor has a role at, or None for the whole system.

    Read once per request: every page names it in the sidebar.
    """
    if "console_home" not in g:
        paths = sorted((grant.path for grant in actor.grants), key=len)
        query = select(Organisation).where(Organisation.path == paths[0]) if paths else None
        g.console_home = db.session.scalar(query) if query is not None else None
    home: Organisation | None = g.console_home
    return home


def home_name(actor: Actor) -> str:
    """Return the name that heads the sidebar."""
    home = find_home(actor)
    return home.name if home else "全部党组织"


def home_path(actor: Actor) -> str:
    """Return the path that an act on no single organisation is recorded under."""
    home = find_home(actor)
    return home.path if home else EVERYTHING


def list_places(actor: Actor, permission: Permission) -> Sequence[Organisation]:
    """Return the organisations at which ``actor`` holds ``permission``, parents before children."""
    return db.session.scalars(queries.organisations_below(actor.paths(permission))).all()


def get_place(actor: Actor, permission: Permission, code: str) -> Organisation:
    """Return the organisation with ``code`` if ``actor`` holds ``permission`` there.

    Raises:
        NotFound: when there is none, or it is somebody else's.
    """
    return queries.get_organisation_for(db.session(), actor, permission, code)
