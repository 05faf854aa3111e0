"""One commitment as its owner or his branch reads it on a phone."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from brickwall.commitments import queries
from brickwall.commitments.chain import ChainLink, read_chain
from brickwall.commitments.constants import Showing
from brickwall.commitments.models import Commitment
from brickwall.commitments.texts import text_of
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor
from brickwall.publicity.builders.chains import facts_of, link_of
from brickwall.publicity.words import keep_measures
from brickwall.web.member.cards import Card, card_of, read_card


def read_own(session: Session, actor: Actor, commitment: Commitment) -> dict[str, Any]:
    """Return a commitment with its words and its whole chain, the newest link first.

    Args:
        commitment: one that ``actor`` may read before publication.
    """
    card = read_card(session, actor, commitment)
    today = clock.today()
    links = reversed(read_chain(session, commitment, public=False))
    return {
        "card": card,
        "words": text_of(commitment),
        "facts": [
            {"label": label, "value": keep_measures(value)} for label, value in facts_of(text_of(commitment))
        ],
        "chain": [_link(link, card, today) for link in links],
    }


def _link(link: ChainLink, card: Card, today: date) -> dict[str, Any]:
    told = link_of(_with_open_photos(link), today)
    correctable = card.may_correct and link.entry is not None and not link.entry.superseded
    return {
        "notice": link.entry.notice if link.entry else "",
        **{name: keep_measures(getattr(told, name)) for name in ("day", "sentence", "text", "reason")},
        "exact": told.exact,
        "tone": told.tone,
        "struck": told.struck,
        "pictures": told.pictures,
        "entry": link.entry if correctable else None,
    }


def _with_open_photos(link: ChainLink) -> ChainLink:
    """Leave out pictures nobody may see yet: a phone asks for pictures without saying who it is."""
    if link.entry is None:
        return link
    shown = [photo for photo in link.entry.photos if photo.showing is Showing.SHOWN]
    return replace(link, entry=replace(link.entry, photos=shown))


def read_cards(session: Session, actor: Actor, rows: list[Commitment]) -> list[Card]:
    """Return the cards of several commitments with one query for their newest entries."""
    latest = queries.latest_entries(session, [row.id for row in rows], hidden=True)
    today = clock.today()
    return [card_of(session, actor, row, latest.get(row.id), today) for row in rows]
