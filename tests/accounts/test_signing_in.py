"""Password, second factor, recovery codes and the lock-out around them."""

import multiprocessing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from brickwall.accounts import passwords, queries, second_factor, services, signing_in
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.models import Account, AuthSession, RecoveryCode
from brickwall.accounts.services import Opened
from brickwall.app import create_app
from brickwall.audit.constants import Tag
from brickwall.audit.models import AuditEntry
from brickwall.config import Mode, Settings
from brickwall.kernel import clock
from brickwall.kernel.db import db, writing
from brickwall.kernel.permissions import SYSTEM
from brickwall.kernel.problems import Invalid, Problem, Refused, TooMany, Unavailable
from tests.accounts.people import PASSWORD, code_of, enrol, make_staff
from tests.factories.organisations import make_organisation


@pytest.fixture
def staff(session: Session) -> Account:
    return make_staff(session, make_organisation(session))


def try_password(
    session: Session, settings: Settings, password: str, login: str = "chen.shuji", address: str = "10.0.0.1"
) -> Opened:
    opened = signing_in.sign_in(session, settings, login, password, address=address, label="Windows 电脑")
    session.commit()
    return opened


def refusal(session: Session, settings: Settings, password: str, **options: str) -> Problem:
    with pytest.raises(Problem) as caught:
        try_password(session, settings, password, **options)
    session.rollback()
    return caught.value


def tags(session: Session) -> list[Tag]:
    return list(session.scalars(select(AuditEntry.tag).order_by(AuditEntry.id)))


def test_a_right_password_waits_for_the_second_factor(session: Session, settings: Settings, staff: Account):
    opened = try_password(session, settings, PASSWORD, login=" Chen.Shuji")
    assert opened.row.second_factor_at is None
    assert Tag.SIGNED_IN not in tags(session)


def test_the_sample_may_go_without_a_second_factor(session: Session, settings: Settings, staff: Account):
    opened = try_password(session, replace(settings, mode=Mode.SAMPLE), PASSWORD)
    assert opened.row.second_factor_at is not None
    assert Tag.SIGNED_IN in tags(session)


def test_the_sample_asks_whoever_has_set_a_second_factor_up(
    session: Session, settings: Settings, staff: Account
):
    enrol(session, settings, staff)
    opened = try_password(session, replace(settings, mode=Mode.SAMPLE), PASSWORD)
    assert opened.row.second_factor_at is None


def test_wrong_login_and_wrong_password_are_told_alike(session: Session, settings: Settings, staff: Account):
    wrong = refusal(session, settings, "not the password")
    unknown = refusal(session, settings, "not the password", login="nobody")
    assert (wrong.title, wrong.code, wrong.status) == (unknown.title, unknown.code, unknown.status)


def test_an_unknown_login_costs_a_verification_too(
    session: Session, settings: Settings, staff: Account, monkeypatch: pytest.MonkeyPatch
):
    verified: list[str] = []
    real = passwords._HASHER.verify

    class Counting:
        def verify(self, hashed: str, password: str) -> bool:
            verified.append(hashed)
            return real(hashed, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting())
    refusal(session, settings, PASSWORD, login="nobody")
    assert len(verified) == 1


def test_an_account_without_password_never_matches():
    assert not passwords.password_matches(None, "")
    assert not passwords.password_matches("not a hash", "x")


def test_a_flood_of_sign_ins_waits_and_is_then_told_to_come_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.05)
    with passwords._slot(), passwords._slot(), pytest.raises(Unavailable) as caught:
        passwords.password_matches(None, "x")
    assert caught.value.retry_after > 0


def test_the_sixth_try_is_locked_even_with_the_right_password(
    session: Session, settings: Settings, staff: Account
):
    for _ in range(5):
        assert isinstance(refusal(session, settings, "wrong password"), Invalid)
    with Session(db.engine) as another_worker:
        locked = refusal(another_worker, settings, PASSWORD, address="10.9.9.9")
    assert isinstance(locked, TooMany)
    assert "15 分钟" in locked.title
    assert locked.retry_after == 900
    assert Tag.ACCOUNT_LOCKED in tags(session)


def test_a_lock_opens_again_after_its_time(session: Session, settings: Settings, staff: Account):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(6):
            refusal(session, settings, "wrong password")
        traveller.shift(timedelta(minutes=15, seconds=1))
        assert try_password(session, settings, PASSWORD).row.account_id == staff.id


def test_a_reset_password_unlocks_the_login(session: Session, settings: Settings, staff: Account):
    for _ in range(6):
        refusal(session, settings, "wrong password")
    password = services.reset_password(session, settings, SYSTEM, staff)
    session.commit()
    assert try_password(session, settings, password).row.account_id == staff.id


def test_a_cleared_second_factor_unlocks_the_next_one(session: Session, settings: Settings, staff: Account):
    enrol(session, settings, staff)
    waiting = try_password(session, settings, PASSWORD)
    for _ in range(6):
        with pytest.raises(Problem):
            signing_in.pass_second_factor(session, settings, waiting.row, "000000")
    services.reset_second_factor(session, settings, SYSTEM, staff)
    session.commit()
    secret, _ = enrol(session, settings, staff)
    waiting = try_password(session, settings, PASSWORD)
    assert signing_in.pass_second_factor(session, settings, waiting.row, code_of(secret)).token


def test_one_address_trying_many_logins_is_locked(
    session: Session, settings: Settings, staff: Account, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(signing_in.passwords, "password_matches", lambda known, typed: False)
    for number in range(100):
        assert isinstance(refusal(session, settings, "x", login=f"guess{number}"), Invalid)
    assert isinstance(refusal(session, settings, "x", login="guess100"), TooMany)
    assert isinstance(refusal(session, settings, "x", login="guess101", address="10.0.0.2"), Invalid)


def test_right_passwords_do_not_use_up_the_villages_address(
    session: Session, settings: Settings, staff: Account, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(signing_in.passwords, "password_matches", lambda known, typed: known is not None)
    for _ in range(110):
        try_password(session, settings, PASSWORD)
    assert try_password(session, settings, PASSWORD).row.id


def _guess(url: str, secret: bytes, keys: str, results: "multiprocessing.Queue[str]") -> None:
    """Run in a process of its own, as another gunicorn worker would."""
    worker = Settings(Mode.TEST, Path(keys), url, "http://localhost", secret)
    # As at the request's edge: a write waits for its turn from its first statement on.
    with create_app(worker).app_context(), writing(), Session(db.engine) as session:
        try:
            signing_in.sign_in(session, worker, "chen.shuji", "wrong password", address="10.0.0.7", label="")
        except Problem as problem:
            results.put(problem.code)


def test_the_lock_is_counted_across_processes(session: Session, settings: Settings, staff: Account):
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[str] = context.Queue()
    arguments = (settings.database_url, settings.secret_key, str(settings.var_dir), results)
    workers = [context.Process(target=_guess, args=arguments) for _ in range(2)]
    for _ in range(4):
        refusal(session, settings, "wrong password")
    for worker in workers:
        worker.start()
    codes = sorted(results.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join()
    assert codes == ["accounts.locked", "accounts.wrong_password"]


def test_a_disabled_account_is_told_so_only_with_the_right_password(
    session: Session, settings: Settings, staff: Account
):
    staff.disabled_at = clock.now()
    session.commit()
    assert isinstance(refusal(session, settings, PASSWORD), Refused)
    assert isinstance(refusal(session, settings, "wrong password"), Invalid)


def test_the_token_changes_at_every_step(session: Session, settings: Settings, staff: Account):
    secret, _ = enrol(session, settings, staff)
    waiting = try_password(session, settings, PASSWORD)
    done = signing_in.pass_second_factor(session, settings, waiting.row, code_of(secret))
    session.commit()
    assert done.token != waiting.token
    assert queries.find_session(session, waiting.token, [SessionKind.CONSOLE]) is None
    found = queries.find_session(session, done.token, [SessionKind.CONSOLE])
    assert found is not None
    assert found.second_factor_at is not None
    assert tags(session)[-1] is Tag.SIGNED_IN


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_holds_half_a_minute_early_or_late(
    session: Session, settings: Settings, staff: Account, steps: int
):
    secret = services.begin_enrolment(session, settings, staff)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        services.confirm_enrolment(session, settings, staff, code_of(secret))
        traveller.shift(timedelta(minutes=5))
        assert services.use_second_factor(session, settings, staff, code_of(secret, steps))
        assert not services.use_second_factor(session, settings, staff, code_of(secret, 2))
        assert not services.use_second_factor(session, settings, staff, code_of(secret, -2))


def test_a_code_works_once_and_never_an_older_one_after_it(
    session: Session, settings: Settings, staff: Account
):
    secret = services.begin_enrolment(session, settings, staff)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        services.confirm_enrolment(session, settings, staff, code_of(secret))
        traveller.shift(timedelta(minutes=5))
        assert services.use_second_factor(session, settings, staff, code_of(secret))
        assert not services.use_second_factor(session, settings, staff, code_of(secret))
        assert not services.use_second_factor(session, settings, staff, code_of(secret, -1))


def test_two_workers_with_the_same_code_let_one_in(session: Session, settings: Settings, staff: Account):
    secret = services.begin_enrolment(session, settings, staff)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        services.confirm_enrolment(session, settings, staff, code_of(secret))
        session.commit()
        traveller.shift(timedelta(minutes=5))
        with Session(db.engine) as other:
            stale = other.get_one(Account, staff.id)
            assert services.use_second_factor(session, settings, staff, code_of(secret))
            session.commit()
            other.rollback()
            assert not services.use_second_factor(other, settings, stale, code_of(secret))


def test_five_wrong_codes_lock_the_second_factor(session: Session, settings: Settings, staff: Account):
    secret, _ = enrol(session, settings, staff)
    waiting = try_password(session, settings, PASSWORD)
    for _ in range(5):
        with pytest.raises(Invalid):
            signing_in.pass_second_factor(session, settings, waiting.row, "000000")
    with pytest.raises(TooMany):
        signing_in.pass_second_factor(session, settings, waiting.row, code_of(secret))


def test_full_width_digits_and_spaces_are_read(session: Session, settings: Settings, staff: Account):
    secret = services.begin_enrolment(session, settings, staff)
    code = code_of(secret)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in f"{code[:3]}") + f"　{code[3:]} "
    assert len(services.confirm_enrolment(session, settings, staff, wide)) == 10


def test_each_recovery_code_opens_once(session: Session, settings: Settings, staff: Account):
    _, codes = enrol(session, settings, staff)
    assert len(set(codes)) == 10
    typed = f"{codes[3][:4]}-{codes[3][4:8]} {codes[3][8:]}".upper()
    assert services.use_second_factor(session, settings, staff, typed)
    assert not services.use_second_factor(session, settings, staff, typed)
    assert queries.count_recovery_codes(session, staff.id) == 9
    assert Tag.RECOVERY_CODE_USED in tags(session)


def test_only_hashes_and_sealed_bytes_are_kept(session: Session, settings: Settings, staff: Account):
    secret, codes = enrol(session, settings, staff)
    kept = set(session.scalars(select(RecoveryCode.code_hash)))
    assert not kept & set(codes)
    assert staff.totp_sealed is not None
    assert secret.encode() not in staff.totp_sealed
    opened = try_password(session, settings, PASSWORD)
    assert opened.token not in set(session.scalars(select(AuthSession.token_hash)))
    assert PASSWORD not in (staff.password_hash or "")
    assert (staff.password_hash or "").startswith("$argon2id$")


def test_a_sealed_secret_of_one_account_opens_for_no_other(
    session: Session, settings: Settings, staff: Account
):
    enrol(session, settings, staff)
    assert staff.totp_sealed is not None
    with pytest.raises(KeyError):
        second_factor.open_secret(settings, "another-account", staff.totp_sealed)


def test_enrolment_shows_the_same_secret_until_confirmed_and_then_never(
    session: Session, settings: Settings, staff: Account
):
    first = services.begin_enrolment(session, settings, staff)
    assert services.begin_enrolment(session, settings, staff) == first
    with pytest.raises(Invalid):
        services.confirm_enrolment(session, settings, staff, "000000")
    services.confirm_enrolment(session, settings, staff, code_of(first))
    with pytest.raises(Refused):
        services.begin_enrolment(session, settings, staff)


def test_changing_the_password_asks_for_the_old_one_and_counts_tries(
    session: Session, settings: Settings, staff: Account
):
    signing_in.confirm_password(session, settings, staff, PASSWORD)
    for _ in range(5):
        with pytest.raises(Invalid):
            signing_in.confirm_password(session, settings, staff, "wrong password")
    with pytest.raises(TooMany):
        signing_in.confirm_password(session, settings, staff, PASSWORD)
