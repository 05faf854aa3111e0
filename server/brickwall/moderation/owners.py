"""Who owns what is looked at: each domain says how to read, show and hide its own.

Filled when the owners are imported, as the list of jobs is; moderation imports none of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from brickwall.moderation.constants import ContentKind


@dataclass(frozen=True, slots=True)
class Described:
    """What people see of it: the words, whom and what it is about, photos, the page it stands on.

    ``photos`` are public ids; ``commitment`` is the public id of the commitment it belongs to.
    """

    text: str
    about: str
    who: str = ""
    photos: Sequence[str] = field(default=())
    commitment: str = ""


@dataclass(frozen=True, slots=True)
class Owner:
    """What an owner does with one of his things, named by its public id.

    ``read`` returns the text to be checked (a photo's public id), None when it is gone;
    ``release`` lets everybody see it; ``refuse`` hides it, the reason is a person's or empty;
    ``describe`` returns what the 审看 page shows, by public id, for many at once.
    """

    read: Callable[[Session, str], str | None]
    release: Callable[[Session, str], None]
    refuse: Callable[[Session, str, str], None]
    describe: Callable[[Session, Sequence[str]], dict[str, Described]]


_OWNERS: dict[ContentKind, Owner] = {}


def register(kind: ContentKind, owner: Owner) -> None:
    """Say who owns the things of a kind; called once, when the owner is imported."""
    _OWNERS[kind] = owner


def owner_of(kind: ContentKind) -> Owner:
    """Return who owns the things of a kind.

    Raises:
        KeyError: when its domain has not been imported.
    """
    return _OWNERS[kind]
