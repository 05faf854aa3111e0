"""What stands in the running village's record, and what happens to it behind a villager's back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.commitments.constants import Showing
from brickwall.commitments.models import Commitment, FulfilmentEntry, Photo
from brickwall.evaluations.constants import RoundState
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.models import EvaluationRound, Rating, RatingComment
from brickwall.evaluations.services import close_round
from brickwall.feedback.models import Feedback
from brickwall.feedback.services import answer_feedback
from brickwall.kernel import clock
from brickwall.kernel.images import Size, image_path
from brickwall.kernel.permissions import Actor, Grant
from brickwall.kernel.projections import mark_all_stale, mark_stale
from brickwall.organisations.models import Member, Organisation
from brickwall.plaques.models import Plaque
from brickwall.plaques.services import ensure_plaques, issue_blank_stock, retire_plaque
from tests.factories.organisations import make_member, make_organisation
from tests.factories.pictures import jpeg
from tests.miniprogram.people import database
from tests.support.server import Server, settings_for


def _secretary(organisation: Organisation) -> Actor:
    return Actor("陈支书", grants=(Grant(organisation.path, ROLE_PERMISSIONS[Role.SECRETARY]),))


def ratings(site: Server) -> list[tuple[int, str]]:
    """Return version and value of every rating on record, in no order of arrival."""
    with database(site) as session:
        rows = session.execute(
            select(Rating.version, Rating.value).order_by(Rating.slot, Rating.version)
        ).all()
        return [(version, value.value) for version, value in rows]


def comments(site: Server) -> list[str]:
    """Return the texts of all comments, shown or not."""
    with database(site) as session:
        return list(session.scalars(select(RatingComment.text)))


def complaints(site: Server) -> list[str]:
    """Return the texts of all complaints and suggestions."""
    with database(site) as session:
        return list(session.scalars(select(Feedback.text)))


def answer(site: Server, text: str, words: str) -> None:
    """Answer the complaint with this text."""
    with database(site) as session:
        found = session.scalars(select(Feedback).where(Feedback.text == text)).one()
        answer_feedback(session, _secretary(found.organisation), found, words)


def bricks(site: Server) -> dict[str, str]:
    """Return the code of every member's brick by his name."""
    with database(site) as session:
        rows = session.execute(
            select(Member.name, Plaque.code).join(Plaque, Plaque.member_id == Member.id)
        ).all()
        return {row.name: row.code for row in rows}


def retire(site: Server, code: str) -> None:
    """Take a brick out of use."""
    with database(site) as session:
        plaque = session.scalars(select(Plaque).where(Plaque.code == code)).one()
        retire_plaque(session, _secretary(plaque.organisation), plaque, "砖裂了")


def blank(site: Server, organisation: str) -> str:
    """Return the code of a new brick that nobody has yet."""
    with database(site) as session:
        place = session.scalars(select(Organisation).where(Organisation.code == organisation)).one()
        return issue_blank_stock(session, _secretary(place), place, 1)[0].code


def _open_round(session: Session) -> EvaluationRound:
    return session.scalars(select(EvaluationRound).where(EvaluationRound.state == RoundState.OPEN)).one()


def end_round(site: Server) -> None:
    """Close the open round ahead of time."""
    settings = settings_for(site.var_dir, site.url)
    with database(site) as session:
        round_ = _open_round(session)
        close_round(
            session, _secretary(round_.organisation), RoundKeys(settings.keys_dir), round_, "村里停电"
        )


def add_photo(site: Server, title: str) -> None:
    """Put a photo that everybody may see to the last entry of the promise with this title."""
    settings = settings_for(site.var_dir, site.url)
    with database(site) as session:
        entry = session.scalars(
            select(FulfilmentEntry)
            .join(Commitment, Commitment.id == FulfilmentEntry.commitment_id)
            .where(Commitment.title == title)
            .order_by(FulfilmentEntry.happened_on.desc())
            .limit(1)
        ).one()
        photo = Photo(
            account_id=0, entry_id=entry.id, width=640, height=480, digest="0" * 64, created_at=clock.now()
        )
        photo.showing = Showing.SHOWN
        session.add(photo)
        session.flush()
        for size in Size:
            path = image_path(settings.media_dir, photo.public_id, size)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(jpeg(640, 480))
        mark_stale(session, f"commitment:{entry.commitment_id}", f"member:{entry.commitment.member_id}")


def build_large_wall(site: Server, bricks: int) -> str:
    """Add a branch with this many members to the site and return its code."""
    with database(site) as session:
        village = session.scalars(select(Organisation).order_by(Organisation.id)).first()
        assert village is not None
        branch = make_organisation(session, name="大坪村党支部", code="daping", parent=village.parent)
        for place in range(bricks):
            make_member(session, branch, name=f"党员{place + 1}", wall_position=place + 1)
        ensure_plaques(session, _secretary(branch), branch)
        mark_all_stale(session)
        return branch.code
