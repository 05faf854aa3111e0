"""Fills an empty database with 柳河村: a branch, its wall, a year of promises and what became of them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.commitments import services as verbs
from brickwall.commitments.constants import CommitmentKind, CommitmentState
from brickwall.commitments.models import Commitment
from brickwall.commitments.services.fulfilling import EntryInput
from brickwall.commitments.texts import CommitmentText
from brickwall.config import Settings
from brickwall.evaluations.queries import list_rateable_members
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.permissions import SYSTEM, Actor, Grant
from brickwall.kernel.security import PhoneBox
from brickwall.moderation.services import Origin
from brickwall.organisations.constants import MemberStatus, OrganisationKind, Sector
from brickwall.organisations.models import Member, Organisation
from brickwall.organisations.services.members import change_status, create_member, exempt_member
from brickwall.organisations.services.organisations import create_group, create_organisation
from brickwall.plaques.services import ensure_plaques
from brickwall.sample.people import EXEMPTIONS, GROUPS, MOVED_NAMES, POSTS, wall_names
from brickwall.sample.promises import BRANCH, MEMBERS, PLACES, Promise
from brickwall.sample.rating import hold_rounds
from brickwall.sample.voices import write_in

SEED = 20261121
UNCOVERED = frozenset({57, 66})
SECOND_PROMISE_EVERY = 3
TO_LOOK_AT = "有人来村里推销“稳赚不赔”的理财，陪三位老人问清楚了，都没有交钱。"


@dataclass(frozen=True, slots=True)
class SampleResult:
    """Where to look first: the wall's organisation code and one brick's code."""

    organisation_code: str
    brick_code: str


@dataclass(frozen=True, slots=True)
class Village:
    """What the steps of the loading share. ``codes`` are by member id; None is the branch's own."""

    session: Session
    branch: Organisation
    office: Actor
    members: Sequence[Member]
    codes: Mapping[int | None, str]
    year: int
    dice: random.Random


def load_sample(settings: Settings) -> SampleResult:
    """Write the sample village into an empty database, in transactions of its own.

    Every row comes from the same services people use, at the time it would have happened.
    """
    today = clock.today()
    with transaction() as session:
        village = _village(session, PhoneBox(settings.keys_dir), today)
        _branch_promises(village, today)
        _member_promises(village, today)
        _waiting_promises(village, today)
        _entry_to_look_at(village, settings, today)
        write_in(session, settings, village.office, village.branch, list(village.members))
        rated = [member.id for member in list_rateable_members(session, village.branch.id)]
    codes = [village.codes[each] for each in [*rated, None]]
    hold_rounds(settings, village.office, village.branch, codes, today)
    return SampleResult(village.branch.code, village.codes[village.members[0].id])


def _village(session: Session, box: PhoneBox, today: date) -> Village:
    # Early in a year the sample shows the year before: a year with nothing in it teaches nothing.
    year = (today - timedelta(days=75)).year
    dice = random.Random(SEED)
    with clock.at(_moment(date(year, 1, 8))):
        branch = _branch(session)
        members = _members(session, branch, box, dice)
        plaques = ensure_plaques(session, SYSTEM, branch)
    codes = {plaque.member_id: plaque.code for plaque in plaques}
    office = Actor("支部书记陈凯", grants=(Grant(branch.path, ROLE_PERMISSIONS[Role.SECRETARY]),))
    return Village(session, branch, office, members, codes, year, dice)


def _moment(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), clock.SHANGHAI)


def _branch(session: Session) -> Organisation:
    branch = create_organisation(
        session,
        SYSTEM,
        None,
        name="柳河村党支部",
        short_name="柳河",
        kind=OrganisationKind.BRANCH,
        code="liuhe",
        sector=Sector.VILLAGE,
        resident_count=412,
    )
    for name in GROUPS:
        create_group(session, SYSTEM, branch, name)
    return branch


def _members(session: Session, branch: Organisation, box: PhoneBox, dice: random.Random) -> list[Member]:
    groups = list(session.query(Organisation).filter_by(parent_id=branch.id).order_by(Organisation.id))
    members = [
        create_member(
            session,
            SYSTEM,
            box,
            branch,
            name=name,
            post=POSTS.get(number, ""),
            group_id=groups[number % len(groups)].id,
            joined_on=f"{dice.randint(1972, 2022)}-{dice.randint(1, 12):02d}",
            phone=f"1990000{number:04d}",
        )
        for number, name in enumerate([*wall_names(), *MOVED_NAMES])
    ]
    for number, reason in EXEMPTIONS.items():
        exempt_member(session, SYSTEM, members[number], reason)
    for moved in members[-len(MOVED_NAMES) :]:
        change_status(session, SYSTEM, moved, MemberStatus.MOVED, "组织关系转到青石镇社区党支部")
    return members[: -len(MOVED_NAMES)]


def _member_actor(village: Village, member: Member) -> Actor:
    grant = Grant(village.branch.path, ROLE_PERMISSIONS[Role.MEMBER])
    return Actor(member.name, member_id=member.id, grants=(grant,))


def _text(promise: Promise, place: str, year: int) -> CommitmentText:
    return CommitmentText(
        title=promise.title.format(place=place),
        measures=promise.measures,
        beneficiary=promise.gains.format(place=place),
        category=promise.category,
        kind=promise.kind,
        target_amount=promise.amount,
        unit=promise.unit,
        due_on=date(year, *promise.due) if promise.due else None,
    )


def _publish(village: Village, promise: Promise, member: Member | None, place: str) -> Commitment:
    actor = _member_actor(village, member) if member else village.office
    first = date(village.year, 1, 10) + timedelta(days=village.dice.randint(0, 25))
    with clock.at(_moment(first)):
        commitment = verbs.propose_commitment(
            village.session,
            actor,
            _text(promise, place, village.year),
            organisation=village.branch,
            member=member,
            year=village.year,
            submit=True,
        )
    with clock.at(_moment(first + timedelta(days=village.dice.randint(2, 9)))):
        verbs.approve_and_publish(village.session, village.office, commitment)
    return commitment


def _branch_promises(village: Village, today: date) -> None:
    for number, promise in enumerate(BRANCH):
        commitment = _publish(village, promise, None, "")
        _fulfil(
            village, commitment, promise, village.office, today, share=(1.0, 1.0, 1.0, 0.7, 0.9, 0.5)[number]
        )


def _member_promises(village: Village, today: date) -> None:
    # The order is drawn, not counted off: neighbours on the wall should differ.
    drawn = [promise for _ in range(3) for promise in village.dice.sample(MEMBERS, k=len(MEMBERS))]
    for number, member in enumerate(village.members):
        if member.exempt or number in UNCOVERED:
            continue
        for _ in range(2 if number % SECOND_PROMISE_EVERY == 0 else 1):
            promise, place = drawn.pop(), village.dice.choice(PLACES)
            commitment = _publish(village, promise, member, place)
            share = _share(village, promise, today)
            _fulfil(village, commitment, promise, _member_actor(village, member), today, share=share)


def _share(village: Village, promise: Promise, today: date) -> float:
    """Return how much of a promise is done by today: most keep their day, one in ten is late."""
    due = date(village.year, *promise.due) if promise.due else date(village.year, 12, 31)
    if due < today:
        return village.dice.choice((1.0,) * 9 + (0.6,))
    passed = (today - date(village.year, 1, 20)).days / max(1, (due - date(village.year, 1, 20)).days)
    return min(1.0, max(0.2, passed * village.dice.choice((1.15, 1.0, 0.95, 0.9))))


def _entry_days(village: Village, promise: Promise, today: date, count: int) -> Iterator[date]:
    first = date(village.year, 2, 12)
    last = min(today - timedelta(days=2), date(village.year, *promise.due) if promise.due else today)
    span = max(1, (last - first).days)
    for number in range(count):
        yield first + timedelta(days=round(span * (number + 0.5) / count))


def _fulfil(
    village: Village, commitment: Commitment, promise: Promise, actor: Actor, today: date, *, share: float
) -> None:
    """Write entries for ``share`` of the promise; a finished one is claimed, and mostly closed out."""
    count = _entry_count(promise, share)
    amounts = _amounts(promise, share, count)
    place = commitment.title[:3]
    for number, day in enumerate(_entry_days(village, promise, today, count)):
        said = promise.entries[min(number * len(promise.entries) // max(1, count), len(promise.entries) - 1)]
        with clock.at(_moment(day, 19)):
            entry = EntryInput(said.format(place=place), happened_on=day, amount=amounts[number])
            verbs.record_entry(village.session, actor, commitment, entry)
    over = commitment.due_on is not None and commitment.due_on < today
    if share >= 1.0 and (promise.kind is not CommitmentKind.STANDING or over):
        _finish(village, commitment, actor, today)


def _entry_count(promise: Promise, share: float) -> int:
    if promise.kind is CommitmentKind.COUNTED and promise.amount:
        return max(1, min(12, round(promise.amount * share)))
    return (
        max(1, round(len(promise.entries) * 2 * share))
        if promise.kind is CommitmentKind.STANDING
        else (max(1, round(len(promise.entries) * share)))
    )


def _amounts(promise: Promise, share: float, count: int) -> list[int | None]:
    if promise.kind is not CommitmentKind.COUNTED or not promise.amount:
        return [None] * count
    total = max(count, round(promise.amount * share))
    return [total // count + (1 if number < total % count else 0) for number in range(count)]


def _finish(village: Village, commitment: Commitment, actor: Actor, today: date) -> None:
    """Claim it done; of ten, seven are closed out, one is sent back and two still wait."""
    last = commitment.last_entry_at or _moment(today)
    claimed = min(clock.local(last).date() + timedelta(days=1), today)
    with clock.at(_moment(claimed, 20)):
        verbs.claim_done(village.session, actor, commitment)
    lot = village.dice.randint(0, 9) if commitment.member_id else 0
    with clock.at(_moment(min(claimed + timedelta(days=4), today), 10)):
        if lot < 7:
            verbs.close_out(village.session, village.office, commitment, "支部到现场看过，属实。")
        elif lot == 7:
            verbs.send_back(village.session, village.office, commitment, "还差一处没有做完，请补上再报。")


def _waiting_promises(village: Village, today: date) -> None:
    """Leave work on the desk: drafts, things to vet, one returned, one vetted, one withdrawn."""
    with clock.at(_moment(today - timedelta(days=3), 20)):
        for number, member in enumerate(village.members[5:13]):
            if member.exempt:
                continue
            promise = MEMBERS[(number * 5 + 3) % len(MEMBERS)]
            text = _text(promise._replace(due=(12, 31)), PLACES[number], village.year)
            actor = _member_actor(village, member)
            row = verbs.propose_commitment(
                village.session,
                actor,
                text,
                organisation=village.branch,
                member=member,
                year=village.year,
                submit=number > 1,
            )
            if number == 2:
                verbs.return_commitment(
                    village.session, village.office, row, "请写明哪几户受益、什么时候做完。"
                )
            if number == 3:
                verbs.approve_commitment(village.session, village.office, row)
        promise = MEMBERS[13]
        withdrawn = _publish(village, promise, village.members[-1], PLACES[0])
        upper = Actor("青石镇党委", grants=(Grant(village.branch.path, ROLE_PERMISSIONS[Role.SUPERIOR]),))
        verbs.withdraw_commitment(village.session, upper, withdrawn, "学校已开通校车，不再需要接送。")


def _entry_to_look_at(village: Village, settings: Settings, today: date) -> None:
    """Leave one entry for 审看: innocent, but with a word of the list in it."""
    going = select(Commitment).where(
        Commitment.state == CommitmentState.PUBLISHED,
        Commitment.kind != CommitmentKind.COUNTED,
        Commitment.member_id.is_not(None),
    )
    commitment = village.session.scalars(going.order_by(Commitment.id).limit(1)).first()
    if commitment is None:
        return
    member = next(each for each in village.members if each.id == commitment.member_id)
    with clock.at(_moment(today - timedelta(days=1), 19)):
        entry, origin = EntryInput(TO_LOOK_AT), Origin(settings)
        verbs.record_entry(village.session, _member_actor(village, member), commitment, entry, origin=origin)
