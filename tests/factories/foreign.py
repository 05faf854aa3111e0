"""A branch that is not yours, with one of everything; and your own, empty but for a member."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.models import AuthSession
from brickwall.commitments.constants import CommitmentState
from brickwall.commitments.models import FulfilmentEntry, Photo
from brickwall.config import Settings
from brickwall.evaluations.models import EvaluationRound, RatingComment, RoundSubject
from brickwall.evaluations.services import RoundPlan, open_round
from brickwall.feedback.models import Feedback
from brickwall.kernel import clock
from brickwall.kernel.imports import Import, ImportKind
from brickwall.kernel.jobs import enqueue
from brickwall.moderation.constants import CheckState, ContentKind
from brickwall.moderation.models import ContentCheck
from brickwall.organisations.models import Member, Organisation
from tests.factories.commitments import make_commitment, make_village
from tests.factories.evaluations import make_branch
from tests.factories.organisations import make_member
from tests.factories.plaques import make_plaque
from tests.support.people import make_account, open_session


@dataclass
class Foreign:
    """Ids of the foreign branch's things by the address segments before them."""

    own_branch: Organisation
    own_member: Member
    ids: dict[str, str]
    choices: dict[tuple[str, str], str]


def make_foreign_branch(session: Session, settings: Settings) -> Foreign:
    """Add a village's branch with one of everything, beside an own branch; commit."""
    village = make_village(session)
    account = make_account(session, Role.SECRETARY, village.branch, login="somebody")
    commitment = make_commitment(session, village, CommitmentState.DONE_CLAIMED)
    entry = session.scalars(
        select(FulfilmentEntry).where(FulfilmentEntry.commitment_id == commitment.id)
    ).first()
    assert entry is not None
    photo, feedback = _photo_and_feedback(session, account.id, village.branch)
    batches = {kind: _import(session, village.branch, kind) for kind in ImportKind}
    job = enqueue(session, "test.nothing", {}, account_id=account.id)
    plaque = make_plaque(session, village.branch, village.member)
    round_id = _round(session, settings)
    comment = _comment(session, round_id)
    check = _check(session, entry, village.branch)
    own_member = make_member(session, village.other, "何木生")
    open_session(session, account, SessionKind.CONSOLE)
    auth = session.scalars(select(AuthSession).where(AuthSession.account_id == account.id)).one()
    session.commit()
    ids = {
        "accounts": account.public_id,
        "activation": village.member.public_id,
        "commitments": commitment.public_id,
        "entries": entry.public_id,
        "commitments/import": batches[ImportKind.COMMITMENTS].public_id,
        "roster": batches[ImportKind.ROSTER].public_id,
        "jobs": job.public_id,
        "plaques/printed": job.public_id,
        "members": village.member.public_id,
        "members/new": village.branch.code,
        "members/order": village.branch.code,
        "organisations": village.branch.code,
        "plaques": plaque.code,
        "my/sessions": auth.public_id,
        "sessions": auth.public_id,
        "uploads": photo.public_id,
        "feedback": feedback.public_id,
        "rounds": round_id,
        "comments": comment.public_id,
        "rating-comments": comment.public_id,
        "devices": auth.public_id,
        "moderation": check.public_id,
    }
    return Foreign(village.other, own_member, ids, {("<name>", "state"): "on"})


def _photo_and_feedback(session: Session, account_id: int, branch: Organisation) -> tuple[Photo, Feedback]:
    photo = Photo(account_id=account_id, width=8, height=8, digest="0" * 64, created_at=clock.now())
    feedback = Feedback(
        code_hash="0" * 64, organisation_id=branch.id, text="村口垃圾点三天没人收", created_at=clock.now()
    )
    session.add_all([photo, feedback])
    session.flush()
    return photo, feedback


def _check(session: Session, entry: FulfilmentEntry, branch: Organisation) -> ContentCheck:
    check = ContentCheck(
        kind=ContentKind.ENTRY,
        subject=entry.public_id,
        organisation_id=branch.id,
        state=CheckState.HELD,
        since=clock.now(),
    )
    session.add(check)
    session.flush()
    return check


def _import(session: Session, branch: Organisation, kind: ImportKind) -> Import:
    batch = Import(
        kind=kind,
        organisation_id=branch.id,
        file_name="名册.xlsx",
        stored_as="nowhere",
        summary={},
        created_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    return batch


def _round(session: Session, settings: Settings) -> str:
    rated = make_branch(session, settings, code="yuanfang", name="远方村党支部", short_name="远方")
    plan = RoundPlan("2026 年第四季度评议", clock.now() + timedelta(days=7))
    return open_round(session, rated.actor, rated.keys, rated.organisation, plan).public_id


def _comment(session: Session, round_id: str) -> RatingComment:
    subject = session.scalars(
        select(RoundSubject).join(EvaluationRound).where(EvaluationRound.public_id == round_id)
    ).first()
    assert subject is not None
    comment = RatingComment(subject_id=subject.id, text="说到做到")
    session.add(comment)
    session.flush()
    return comment
