"""WeChat marks: one person one vote on several phones, risk heard once, forged and old marks refused."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts.models import WechatIdentity
from brickwall.config import Settings
from brickwall.evaluations import devices
from brickwall.evaluations.constants import RatingStanding, RatingValue
from brickwall.evaluations.devices import (
    Device,
    find_device,
    new_device_token,
    new_wechat_token,
    voter_of,
)
from brickwall.evaluations.figures import figures_of
from brickwall.evaluations.leaves import channel_of, leaf_of, opening_of
from brickwall.evaluations.models import EvaluationRound, Rating, RoundSubject, RoundVoter
from brickwall.evaluations.rules import few_or_number, notes_on, standing_of_rank
from brickwall.evaluations.services import close_round
from brickwall.evaluations.services.batches import OTHER_WECHAT_PHONE
from brickwall.kernel import clock
from tests.factories.evaluations import RatedBranch, make_open_round, rate
from tests.support.fake_wechat import FakeWeChat
from tests.support.phones import Mini, MiniProgram

HASH = "ab" * 32
GOOD, BAD = RatingValue.SATISFIED, RatingValue.DISSATISFIED
COUNTED, FLAGGED, SET_ASIDE = RatingStanding


@pytest.fixture
def branch(session: Session, settings: Settings) -> Iterator[RatedBranch]:
    made = make_open_round(session, settings)
    yield made
    made.keys.destroy(made.round_id)


def phone(settings: Settings, who: str, standing: RatingStanding = COUNTED) -> Device:
    """Return a phone of the WeChat user ``who`` with a mark of its own."""
    found = find_device(settings, new_wechat_token(settings, who.encode().hex().ljust(64, "0"), standing))
    assert found is not None
    return found


def mark(phone: MiniProgram, former: str = "") -> str:
    answer = phone.call("POST", "/devices", {"device": former})
    assert answer.status_code == 201
    found: str = answer.get_json()["device"]
    return found


def close(branch: RatedBranch, session: Session) -> EvaluationRound:
    session.rollback()
    assert branch.round is not None
    close_round(session, branch.actor, branch.keys, branch.round, "测试")
    session.commit()
    session.refresh(branch.round)
    return branch.round


def first_subject(branch: RatedBranch, session: Session) -> RoundSubject:
    key = f"member:{branch.members[0].public_id}"
    return session.scalars(select(RoundSubject).where(RoundSubject.key == key)).one()


@pytest.mark.parametrize("standing", list(RatingStanding))
def test_a_mark_says_who_votes_and_what_it_is_worth(settings: Settings, standing: RatingStanding):
    token = new_wechat_token(settings, HASH, standing)
    assert len(token) == devices.WECHAT_TOKEN_LENGTH
    found = find_device(settings, token)
    assert found is not None
    assert (found.voter, found.standing, found.wechat) == (voter_of(settings, HASH), standing, True)
    assert len(found.secret) == 32


def test_one_person_is_one_voter_with_a_secret_on_each_phone(settings: Settings):
    first, second = phone(settings, "alice"), phone(settings, "alice")
    assert first.voter == second.voter != phone(settings, "bob").voter
    assert first.secret != second.secret


def test_a_mark_made_anew_keeps_the_phones_secret_but_nobody_elses(settings: Settings):
    old = new_wechat_token(settings, HASH, FLAGGED)
    fresh = find_device(settings, new_wechat_token(settings, HASH, COUNTED, old))
    before = find_device(settings, old)
    assert before is not None
    assert fresh is not None
    assert (fresh.secret, fresh.standing) == (before.secret, COUNTED)
    other = find_device(settings, new_wechat_token(settings, "cd" * 32, COUNTED, old))
    assert other is not None
    assert other.secret != before.secret
    web = new_device_token(settings)
    assert find_device(settings, new_wechat_token(settings, HASH, COUNTED, web)) is not None


def test_web_marks_of_before_stay_valid(settings: Settings):
    found = find_device(settings, new_device_token(settings))
    assert found is not None
    assert (found.standing, found.wechat) == (COUNTED, False)


@pytest.mark.parametrize("place", [0, 1, 17, 49, 50, 51, 60])
def test_a_forged_mark_is_none(settings: Settings, place: int):
    token = new_wechat_token(settings, HASH, SET_ASIDE)
    raw = bytearray(base64.urlsafe_b64decode(token + "="))
    raw[place] ^= 1
    assert find_device(settings, base64.urlsafe_b64encode(raw).decode().rstrip("=")) is None


@pytest.mark.parametrize("token", ["", "x" * 91, "x" * 86, "好" * 91, "=" * 91, "x" * 5000])
def test_what_is_no_mark_is_none(settings: Settings, token: str):
    assert find_device(settings, token) is None


def test_a_body_of_one_kind_cannot_pass_as_the_other(settings: Settings):
    web = base64.urlsafe_b64decode(new_device_token(settings) + "==")
    longer = base64.urlsafe_b64encode(b"\x02" + web[:-16] + b"\0\0\0" + web[-16:]).decode().rstrip("=")
    assert len(longer) == devices.WECHAT_TOKEN_LENGTH
    assert find_device(settings, longer) is None


def test_a_mark_outlives_the_longest_round_and_a_clock_off_by_an_hour_spoils_none(settings: Settings):
    token = new_wechat_token(settings, HASH, COUNTED)
    now = clock.now()
    for away, good in ((-1 / 24, True), (1 / 24, True), (399, True), (400, False), (-3, False)):
        with time_machine.travel(now + timedelta(days=away)):
            assert (find_device(settings, token) is not None) is good, away


def test_an_old_mark_is_refused_asked_for_anew_and_changes_its_rating_still(
    mini: Mini, branch: RatedBranch, session: Session
):
    session.rollback()
    round_ = session.scalars(select(EvaluationRound)).one()
    round_.closes_at = clock.now() + timedelta(days=500)
    session.commit()
    alice = mini("alice")
    old = mark(alice)
    body = {"subject": branch.codes[0], "round": branch.round_id, "value": "satisfied", "device": old}
    assert alice.call("POST", "/ratings", body).status_code == 201
    with time_machine.travel(clock.now() + timedelta(days=410)):
        alice.sign_in()
        refused = alice.call("POST", "/ratings", {**body, "value": "fair"})
        assert (refused.status_code, refused.get_json()["code"]) == (422, "rating.device_needed")
        changed = {**body, "value": "fair", "device": mark(alice, old)}
        assert alice.call("POST", "/ratings", changed).status_code == 201
    session.rollback()
    values = session.scalars(select(Rating.value).order_by(Rating.version)).all()
    assert values == [GOOD, RatingValue.FAIR]


@pytest.mark.parametrize(
    ("rank", "standing"), [(0, COUNTED), (1, COUNTED), (2, COUNTED), (3, FLAGGED), (4, SET_ASIDE)]
)
def test_the_risk_rank_is_asked_when_the_mark_is_made(
    mini: Mini, wechat: FakeWeChat, wechat_settings: Settings, rank: int, standing: RatingStanding
):
    wechat.control(risk={"o_alice": rank})
    found = find_device(wechat_settings, mark(mini("alice")))
    assert found is not None
    assert (found.standing, standing_of_rank(rank)) == (standing, standing)
    assert wechat.count("risk") == 1


@pytest.mark.parametrize("fault", [{"errcode": -1}, {"errcode": 45009}, {"errcode": 48001}, {"seconds": 4}])
def test_an_unanswered_risk_question_counts_for_the_person_and_keeps_nobody_waiting(
    mini: Mini, wechat: FakeWeChat, wechat_settings: Settings, fault: dict[str, float]
):
    alice = mini("alice")
    wechat.fail("risk", **fault)
    started = clock.now()
    found = find_device(wechat_settings, mark(alice))
    assert found is not None
    assert found.standing is COUNTED
    assert clock.now() - started < timedelta(seconds=3)


def test_a_stale_sign_in_is_401_so_that_the_client_signs_in_again(
    mini: Mini, wechat: FakeWeChat, session: Session
):
    alice = mini("alice")
    with time_machine.travel(clock.now() + timedelta(hours=2)):
        answer = alice.call("POST", "/devices", {})
        assert (answer.status_code, answer.get_json()["code"]) == (401, "accounts.openid_stale")
        alice.sign_in()
        assert alice.call("POST", "/devices", {}).status_code == 201


def test_while_wechat_is_known_to_be_silent_a_stale_sign_in_gets_its_mark(
    mini: Mini, wechat: FakeWeChat, wechat_settings: Settings
):
    alice, bob = mini("alice"), mini("bob")
    wechat.fail("sign_in", hang_up="silent")
    for _ in range(5):
        bob.sign_in()
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=True):
        assert find_device(wechat_settings, mark(alice)) is not None


def test_without_a_bearer_a_phone_gets_a_web_mark_as_before(client: FlaskClient, settings: Settings):
    answer = client.post("/api/v1/devices")
    assert (answer.status_code, len(answer.get_json()["device"])) == (201, devices.TOKEN_LENGTH)
    assert len(client.post("/api/v1/devices", json={}).get_json()["device"]) == devices.TOKEN_LENGTH


def test_a_rating_from_wechat_is_level_c_and_takes_the_fast_lane(
    mini: Mini, branch: RatedBranch, session: Session
):
    alice = mini("alice")
    token = mark(alice)
    alice.token = ""
    body = {"subject": branch.codes[0], "round": branch.round_id, "value": "satisfied", "device": token}
    assert alice.call("POST", "/ratings", body).status_code == 201
    session.rollback()
    row = session.scalars(select(Rating)).one()
    assert (row.level.value, row.standing) == ("c", COUNTED)


def test_a_second_phone_of_the_same_wechat_is_told_and_changes_nothing(
    mini: Mini, branch: RatedBranch, session: Session
):
    first, second = mini("alice"), mini("alice")
    body = {"subject": branch.codes[0], "round": branch.round_id, "value": "satisfied"}
    assert first.call("POST", "/ratings", {**body, "device": mark(first)}).status_code == 201
    answer = second.call("POST", "/ratings", {**body, "value": "dissatisfied", "device": mark(second)})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "rating.lock_mismatch")
    assert answer.get_json()["title"] == OTHER_WECHAT_PHONE
    session.rollback()
    assert [row.value for row in session.scalars(select(Rating))] == [GOOD]


def test_the_standing_is_committed_to_by_the_leaf(branch: RatedBranch, session: Session):
    rate(branch, GOOD, device=phone(branch.settings, "mallory", SET_ASIDE))
    session.rollback()
    row = session.scalars(select(Rating)).one()
    subject = first_subject(branch, session)
    told = {"subject": subject.key, "value": "satisfied", "version": 1, "slot": row.slot, "lock": row.lock}
    assert leaf_of(row.salt, opening_of(channel="c:not_counted", **told)) == row.leaf
    assert leaf_of(row.salt, opening_of(channel="c", **told)) != row.leaf
    assert channel_of("c", "counted") == "c"


@pytest.mark.parametrize("level", ["a", "b"])
def test_the_risk_rank_is_heard_at_level_c_only(branch: RatedBranch, session: Session, level: str):
    session.rollback()
    round_ = session.scalars(select(EvaluationRound)).one()
    round_.level = type(round_.level)(level)
    session.commit()
    rate(branch, GOOD, device=phone(branch.settings, "mallory", SET_ASIDE))
    session.rollback()
    assert session.scalars(select(Rating.standing)).one() is COUNTED


def test_closing_leaves_out_what_wechat_judged_abnormal_and_says_how_many(
    branch: RatedBranch, session: Session
):
    for number in range(12):
        rate(branch, GOOD, device=phone(branch.settings, f"v{number}"))
    for number in range(5):
        rate(branch, BAD, device=phone(branch.settings, f"bot{number}", SET_ASIDE))
    for number in range(4):
        rate(branch, BAD, device=phone(branch.settings, f"odd{number}", FLAGGED))
    round_ = close(branch, session)
    subject = first_subject(branch, session)
    counts = (subject.satisfied, subject.fair, subject.dissatisfied, subject.set_aside)
    assert counts == (12, 0, 4, 5)
    assert (round_.participants, round_.flagged) == (16, 4)
    figures = figures_of(subject)
    assert figures is not None
    assert figures.notes == ("另有 5 份因微信判定为异常账号未计入",)
    assert figures.counts_text == "16 人评：满意 12，一般 0，不满意 4"
    assert len(session.scalars(select(RoundVoter.roll)).all()) == 16


def test_a_change_decides_by_its_last_version_alone(branch: RatedBranch, session: Session):
    device = phone(branch.settings, "alice")
    rate(branch, GOOD, device=device)
    rate(branch, BAD, device=Device(device.voter, device.secret, SET_ASIDE, wechat=True))
    close(branch, session)
    subject = first_subject(branch, session)
    assert (subject.satisfied, subject.dissatisfied, subject.set_aside) == (0, 0, 1)


def test_few_set_aside_are_not_told_apart_and_none_are_not_mentioned():
    assert notes_on((12, 3, 3), None, 0) == ()
    assert notes_on((12, 3, 3), None, 1) == notes_on((12, 3, 3), None, 2)
    assert notes_on((12, 3, 3), None, 2) == ("另有 少于 3 份因微信判定为异常账号未计入",)
    assert [few_or_number(number) for number in range(4)] == ["0", "少于 3", "少于 3", "3"]


def test_too_few_ratings_tell_nothing_of_those_set_aside(branch: RatedBranch, session: Session):
    rate(branch, GOOD, device=phone(branch.settings, "alice"))
    for number in range(5):
        rate(branch, BAD, device=phone(branch.settings, f"bot{number}", SET_ASIDE))
    close(branch, session)
    figures = figures_of(first_subject(branch, session))
    assert figures is not None
    assert (figures.notes, figures.total) == ((), None)


def test_the_voter_of_a_mark_leads_back_to_no_identity(
    mini: Mini, session: Session, wechat_settings: Settings
):
    token = mark(mini("alice"))
    found = find_device(wechat_settings, token)
    assert found is not None
    identity = session.scalars(select(WechatIdentity)).one()
    assert found.voter == voter_of(wechat_settings, identity.openid_hash)
    assert found.voter.hex() not in identity.openid_hash
    elsewhere = replace(wechat_settings, secret_key=b"another secret of more than thirty-two bytes")
    assert voter_of(elsewhere, identity.openid_hash) != found.voter
