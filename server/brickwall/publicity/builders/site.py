"""What every builder needs: a session to read with, the day, the address to trust."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from brickwall.evaluations.queries import has_rounds
from brickwall.publicity.view_models import (
    BrickPage,
    ChainPage,
    Chrome,
    NoticePage,
    WallListPage,
    WallPage,
)


@dataclass(frozen=True, slots=True)
class Site:
    """Where and when pages are built. ``host`` is printed on plaques and shown on every page."""

    session: Session
    host: str
    today: date

    def chrome(self, path: str, title: str) -> Chrome:
        """Return the frame of the page at ``path``."""
        return Chrome(path, title, self.host, has_rounds(self.session))


@dataclass(frozen=True, slots=True)
class Built:
    """A view model, what it shows (``subject``), and when it must be looked at again."""

    page: BrickPage | WallPage | WallListPage | ChainPage | NoticePage
    subject: str
    fresh_until: datetime
