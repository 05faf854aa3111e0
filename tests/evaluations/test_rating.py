"""One rating: double taps, changes, retries, refusals, and what is never stored."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from brickwall.config import Settings
from brickwall.evaluations import leaves
from brickwall.evaluations.constants import MAX_COMMENT, RatingValue
from brickwall.evaluations.devices import Device
from brickwall.evaluations.models import Rating, RatingComment, RatingNonce, RoundVoter
from brickwall.evaluations.services import close_round
from brickwall.kernel import clock
from brickwall.kernel.problems import Invalid, NotFound, Refused, TooMany, Unavailable
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.models import Plaque
from tests.factories.evaluations import RatedBranch, new_device, rate

GOOD, FAIR, BAD = RatingValue.SATISFIED, RatingValue.FAIR, RatingValue.DISSATISFIED


@pytest.fixture
def phone(settings: Settings) -> Device:
    return new_device(settings)


def rows(session: Session) -> list[Rating]:
    session.rollback()
    return list(session.scalars(select(Rating).order_by(Rating.version)).all())


def count(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_rating_is_stored_as_its_leaf_says(branch: RatedBranch, session: Session, phone: Device) -> None:
    receipt = rate(branch, FAIR, device=phone)
    (row,) = rows(session)
    key = branch.keys.read(branch.round_id)
    subject = f"member:{branch.members[0].public_id}"
    opening = leaves.opening_of(
        subject=subject, value="fair", channel="c", version=1, slot=row.slot, lock=row.lock
    )
    assert row.slot == leaves.slot_of(key, phone.voter, subject)
    assert row.leaf == leaves.leaf_of(row.salt, opening)
    assert row.receipt == receipt.code == leaves.receipt_of(row.leaf)
    assert row.reveal is None
    assert row.lock == leaves.lock_of(leaves.lock_secret(phone.secret, branch.round_id, subject, 1))


def test_a_double_tap_is_one_rating_with_one_receipt(
    branch: RatedBranch, session: Session, phone: Device
) -> None:
    receipts = {rate(branch, GOOD, device=phone).code for _ in range(3)}
    assert len(receipts) == 1
    assert len(rows(session)) == 1


def test_a_change_is_a_new_version_that_reveals_the_lock(
    branch: RatedBranch, session: Session, phone: Device
) -> None:
    first, second = rate(branch, GOOD, device=phone), rate(branch, BAD, device=phone)
    old, new = rows(session)
    assert first.code != second.code
    assert (old.version, new.version, old.slot == new.slot) == (1, 2, True)
    assert new.reveal is not None
    assert leaves.lock_of(new.reveal) == old.lock
    assert rate(branch, GOOD, device=phone).code not in {first.code, second.code}
    assert [row.version for row in rows(session)] == [1, 2, 3]


def test_nobody_changes_a_rating_without_the_phones_secret(
    branch: RatedBranch, session: Session, phone: Device
) -> None:
    rate(branch, GOOD, device=phone)
    forger = replace(phone, secret=b"0" * 32)
    with pytest.raises(Refused, match="对不上") as refusal:
        rate(branch, BAD, device=forger)
    assert refusal.value.code == "rating.lock_mismatch"
    assert [row.value for row in rows(session)] == [GOOD]


def test_phones_and_subjects_have_slots_of_their_own(
    branch: RatedBranch, session: Session, phone: Device
) -> None:
    rate(branch, device=phone, at=0)
    rate(branch, device=phone, at=1)
    rate(branch, at=0)
    assert len({row.slot for row in rows(session)}) == 3
    assert count(session, RoundVoter) == 2, "two people, three ratings"


def test_the_branch_itself_can_be_rated(branch: RatedBranch, session: Session) -> None:
    branch.codes.append(branch.branch_code)
    rate(branch, at=len(branch.codes) - 1)
    (row,) = rows(session)
    opening = leaves.opening_of(
        subject="organisation:liuhe", value="satisfied", channel="c", version=1, slot=row.slot, lock=row.lock
    )
    assert row.leaf == leaves.leaf_of(row.salt, opening)


def test_a_retry_under_its_key_gets_the_first_answer(
    branch: RatedBranch, session: Session, phone: Device
) -> None:
    first = rate(branch, GOOD, device=phone, request_key="tap-1")
    rate(branch, BAD, device=phone, request_key="tap-2")
    late = rate(branch, GOOD, device=phone, request_key="tap-1")
    assert late.code == first.code
    assert [row.value for row in rows(session)] == [GOOD, BAD], "the late retry changed nothing"


def test_a_tap_that_comes_after_its_successor_changes_nothing(
    branch: RatedBranch, session: Session, phone: Device
) -> None:
    newer = rate(branch, BAD, device=phone, request_key="tap-2", supersedes=("tap-1",))
    late = rate(branch, GOOD, device=phone, request_key="tap-1")
    assert late.code == newer.code
    assert [row.value for row in rows(session)] == [BAD]


def test_one_key_for_two_values_is_refused(branch: RatedBranch, session: Session, phone: Device) -> None:
    rate(branch, GOOD, device=phone, request_key="tap-1")
    with pytest.raises(Refused) as refusal:
        rate(branch, BAD, device=phone, request_key="tap-1")
    assert refusal.value.code == "idempotency.key_reused"
    assert [row.value for row in rows(session)] == [GOOD]


def test_keys_of_two_phones_never_meet(branch: RatedBranch, session: Session) -> None:
    first = rate(branch, GOOD, request_key="1")
    second = rate(branch, BAD, request_key="1")
    assert first.code != second.code
    assert count(session, RatingNonce) == 2


def test_keys_that_are_too_long_or_too_many_are_refused(branch: RatedBranch) -> None:
    for more in ({"request_key": "x" * 129}, {"supersedes": ("x" * 129,)}, {"supersedes": ("x",) * 9}):
        with pytest.raises(Invalid, match="太长"):
            rate(branch, **more)


def test_after_the_closing_time_nothing_counts_even_if_nobody_closed(
    branch: RatedBranch, session: Session, phone: Device
) -> None:
    with time_machine.travel(clock.now() + timedelta(days=8)), pytest.raises(Refused, match="已经结束"):
        rate(branch, device=phone)
    assert rows(session) == []


def test_a_closed_round_refuses(branch: RatedBranch, session: Session) -> None:
    assert branch.round is not None
    close_round(session, branch.actor, branch.keys, branch.round, "提前")
    session.commit()
    with pytest.raises(Refused) as refusal:
        rate(branch)
    assert refusal.value.code == "round.closed"


@pytest.mark.parametrize("code", ["", "zzzzzzzz", "7k3m9qx", "！", "7k3m9qx2" * 40])
def test_a_code_that_is_no_brick_of_the_round_is_not_found(branch: RatedBranch, code: str) -> None:
    branch.codes[0] = code
    with pytest.raises(NotFound, match="再扫一次"):
        rate(branch)


def test_codes_are_read_as_people_write_them(branch: RatedBranch, session: Session) -> None:
    branch.codes[0] = f" {branch.codes[0][:4].upper()}-{branch.codes[0][4:]} "
    rate(branch)
    assert len(rows(session)) == 1


@pytest.mark.parametrize("state", [PlaqueState.RETIRED])
def test_a_retired_brick_takes_no_rating(branch: RatedBranch, session: Session, state: PlaqueState) -> None:
    session.execute(update(Plaque).where(Plaque.code == branch.codes[0]).values(state=state))
    session.commit()
    with pytest.raises(NotFound):
        rate(branch)


def test_another_rounds_name_is_not_found(branch: RatedBranch) -> None:
    branch.round_id = "zzzzzzzzzzzz"
    with pytest.raises(NotFound):
        rate(branch)


def test_without_the_key_nothing_is_stored(branch: RatedBranch, session: Session) -> None:
    branch.keys.destroy(branch.round_id)
    with pytest.raises(Unavailable, match="钥匙"):
        rate(branch)
    assert rows(session) == []


def test_endless_changing_ends(
    branch: RatedBranch, session: Session, phone: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brickwall.evaluations.services.batches.MAX_VERSIONS", 3)
    for value in (GOOD, FAIR, BAD):
        rate(branch, value, device=phone)
    with pytest.raises(TooMany, match="最后一次"):
        rate(branch, GOOD, device=phone)
    assert rate(branch, BAD, device=phone).code == rows(session)[-1].receipt


def test_a_comment_waits_for_review_and_is_kept_once(
    branch: RatedBranch, session: Session, phone: Device
) -> None:
    for _ in range(2):
        rate(branch, device=phone, comment="  水渠修得\x00不错\u202e ")
    session.rollback()
    (comment,) = session.scalars(select(RatingComment)).all()
    assert comment.text == "水渠修得不错"
    assert comment.state == "held"


def test_a_comment_that_is_too_long_is_refused_with_the_rating(branch: RatedBranch, session: Session) -> None:
    with pytest.raises(Invalid, match=f"{MAX_COMMENT} 字"):
        rate(branch, comment="好" * (MAX_COMMENT + 1))
    assert rows(session) == []
    rate(branch, comment="好" * MAX_COMMENT)
    assert count(session, RatingComment) == 1
