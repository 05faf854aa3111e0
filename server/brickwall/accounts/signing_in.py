"""The steps of a sign-in that need commits of their own between them.

This is edge code: a try must be counted for good before it is examined (a refusal rolls the
rest back), and argon2 must not run while the one writer's place in SQLite is held.
"""

from enum import StrEnum

from sqlalchemy.orm import Session

from brickwall.accounts import passwords, queries, services, throttling
from brickwall.accounts.constants import SessionKind
from brickwall.accounts.models import Account, ActivationSlip, AuthSession
from brickwall.accounts.rules import clean_login
from brickwall.accounts.services import Opened
from brickwall.accounts.services.sessions import home_path, note_sign_in
from brickwall.accounts.throttling import ADDRESS, LOGIN, SECOND_FACTOR, SLIP_ADDRESS, Tally
from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.config import Mode, Settings
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Invalid, Refused

WRONG_PASSWORD = "登录名或密码不对，请检查后再输一次"
WRONG_CODE = "验证码不对。请输手机上新出的 6 位数字，或一个没用过的备用码"
DESK_FIRST = "这个账号还没设好密码或动态验证码，请先在办公电脑上登录一次，设好再用手机"
ASK_FOR_RESET = "，或请管理账号的人重设密码"


def second_factor_needed(settings: Settings, account: Account) -> bool:
    """Tell whether a sign-in must wait for a second factor; only the sample may go without."""
    return account.totp_confirmed_at is not None or settings.mode is not Mode.SAMPLE


def sign_in(
    session: Session, settings: Settings, login: str, password: str, *, address: str, label: str
) -> Opened:
    """Examine a login and password and open a console session, waiting for its second factor.

    An unknown login costs as much time as a known one and gets the same answer.

    Args:
        address: of the network the try comes from; counted beside the login.

    Raises:
        TooMany: when login or address are locked, with how long.
        Invalid: when login or password are wrong.
        Refused: when the account is disabled.
        Unavailable: when too many sign in at once.
    """
    account = _examine_password(session, settings, login, password, address)
    return _open(session, settings, account, SessionKind.CONSOLE, label)


def sign_in_on_phone(
    session: Session, settings: Settings, login: str, password: str, *, address: str, label: str
) -> Opened:
    """Examine a login and password and open staff's sign-in on a phone, waiting for its second factor.

    Setting up (an own password, the second factor) is done at the desk, where there is a screen
    to show a QR code and a printer for the recovery codes.

    Raises:
        TooMany, Invalid, Unavailable: as :func:`sign_in`.
        Refused: when the account is disabled, or must be set up at the desk first.
    """
    account = _examine_password(session, settings, login, password, address)
    unfinished = second_factor_needed(settings, account) and account.totp_confirmed_at is None
    if unfinished or account.must_change_password:
        # The password was right: its tries stay forgotten although the sign-in is refused.
        session.commit()
        raise Refused(DESK_FIRST, "accounts.desk_first")
    return _open(session, settings, account, SessionKind.STAFF_PHONE, label)


def _examine_password(
    session: Session, settings: Settings, login: str, password: str, address: str
) -> Account:
    by_login = throttling.subject_of(settings, LOGIN, clean_login(login))
    by_address = throttling.subject_of(settings, ADDRESS, throttling.network_of(address))
    account = queries.find_account_by_login(session, login)
    known_hash = account.password_hash if account else None
    tallies = (
        throttling.count_try(session, by_address, ADDRESS),
        throttling.count_try(session, by_login, LOGIN),
    )
    _refuse_locked(session, account, tallies)
    if not passwords.password_matches(known_hash, password) or account is None:
        _note_failure(session, account)
        raise Invalid(WRONG_PASSWORD, "accounts.wrong_password")
    if account.disabled_at is not None:
        raise Refused("这个账号已停用，请找管理账号的人", "accounts.disabled")
    throttling.forget_tries(session, by_login)
    throttling.give_back(session, by_address)
    return account


def _open(session: Session, settings: Settings, account: Account, kind: SessionKind, label: str) -> Opened:
    complete = not second_factor_needed(settings, account)
    opened = services.open_session(session, account, kind, label=label, complete=complete)
    note_sign_in(session, opened.row)
    return opened


class Step(StrEnum):
    """What a staff sign-in asks for next."""

    SECOND_FACTOR = "second_factor"
    PASSWORD = "password"
    ENROLMENT = "enrolment"
    DONE = "done"


def next_step(row: AuthSession) -> Step:
    """Return what a staff sign-in still waits for.

    A known second factor comes before the password is changed: a one-time password that
    somebody else has read is worth nothing without it.
    """
    if row.second_factor_at is None and row.owner.totp_confirmed_at is not None:
        return Step.SECOND_FACTOR
    if row.owner.must_change_password:
        return Step.PASSWORD
    return Step.ENROLMENT if row.second_factor_at is None else Step.DONE


def _person(account: Account) -> Actor:
    return Actor(account.display_name, account.id)


def _refuse_locked(session: Session, account: Account | None, tallies: tuple[Tally, ...]) -> None:
    """Keep the counts, leave the writer's place, and raise when one of them locks."""
    if account is not None and any(tally.just_locked for tally in tallies):
        _note(session, account, Tag.ACCOUNT_LOCKED)
    session.commit()
    wait = max(tally.wait for tally in tallies)
    if wait:
        raise throttling.locked(wait, ASK_FOR_RESET)


def _note_failure(session: Session, account: Account | None) -> None:
    """Log a failed try of a known account; an unknown login may be a password in the wrong field."""
    if account is not None:
        _note(session, account, Tag.SIGN_IN_FAILED)
        session.commit()


def _note(session: Session, account: Account, tag: Tag) -> None:
    record(session, _person(account), tag, path=home_path(account), subject=account.display_name)


def pass_second_factor(session: Session, settings: Settings, waiting: AuthSession, typed: str) -> Opened:
    """Examine the second factor of a waiting sign-in and complete it under a new token.

    Raises:
        TooMany: after five wrong codes, with how long to wait.
        Invalid: when the code is wrong, too old, or was used before.
    """
    account = waiting.owner
    subject = throttling.subject_of(settings, SECOND_FACTOR, account.public_id)
    _refuse_locked(session, account, (throttling.count_try(session, subject, SECOND_FACTOR),))
    if not services.use_second_factor(session, settings, account, typed):
        _note_failure(session, account)
        raise Invalid(WRONG_CODE, "accounts.wrong_code", fields={"code": WRONG_CODE})
    throttling.forget_tries(session, subject)
    return services.finish_sign_in(session, waiting)


def confirm_password(session: Session, settings: Settings, account: Account, password: str) -> None:
    """Make sure that somebody signed in knows his password, before he changes it.

    Raises:
        TooMany: after five wrong tries, with how long to wait.
        Invalid: when the password is wrong.
    """
    subject = throttling.subject_of(settings, LOGIN, account.login or account.public_id)
    _refuse_locked(session, account, (throttling.count_try(session, subject, LOGIN),))
    if not passwords.password_matches(account.password_hash, password):
        wrong = "现在的密码不对"
        raise Invalid("密码没有改，请看提示", "accounts.wrong_password", fields={"current": wrong})
    throttling.forget_tries(session, subject)


def _count_slip_try(session: Session, settings: Settings, address: str) -> str:
    subject = throttling.subject_of(settings, SLIP_ADDRESS, throttling.network_of(address))
    tally = throttling.count_try(session, subject, SLIP_ADDRESS)
    session.commit()
    if tally.wait:
        raise throttling.locked(tally.wait, "，或请支部帮您看看激活条")
    return subject


def examine_slip(session: Session, settings: Settings, typed: str, *, address: str) -> ActivationSlip:
    """Return the unused slip of a code, counting tries by network, so that its bearer can check the name.

    Raises:
        TooMany: after forty wrong codes from one network within an hour.
        Invalid, Refused: as :func:`brickwall.accounts.services.examine_slip`.
    """
    subject = _count_slip_try(session, settings, address)
    slip = services.examine_slip(session, settings, typed)
    throttling.give_back(session, subject)
    return slip


def activate(
    session: Session,
    settings: Settings,
    typed: str,
    *,
    address: str,
    label: str,
    identity_id: int | None = None,
) -> Opened:
    """Open a member's pocket with a slip's code, counting tries by network.

    Args:
        identity_id: of the WeChat that brings the code, which is bound to the member.

    Raises:
        TooMany, Invalid, Refused: as :func:`examine_slip`.
        Refused: when the WeChat is bound to another member.
    """
    subject = _count_slip_try(session, settings, address)
    opened = services.activate_member(session, settings, typed, label, identity_id)
    throttling.give_back(session, subject)
    return opened
