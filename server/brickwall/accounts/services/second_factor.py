"""Setting up, using and clearing the second factor."""

from sqlalchemy import delete, or_, update
from sqlalchemy.orm import Session

from brickwall.accounts import second_factor, throttling
from brickwall.accounts.models import Account, RecoveryCode
from brickwall.accounts.services.sessions import end_sessions_of, home_path
from brickwall.accounts.services.staff import require_managing
from brickwall.accounts.throttling import SECOND_FACTOR
from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.config import Settings
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor
from brickwall.kernel.problems import Invalid, Refused


def begin_enrolment(session: Session, settings: Settings, account: Account) -> str:
    """Return the secret to be put into an authenticator, the same one until it is confirmed.

    Raises:
        Refused: when the account has a confirmed second factor already.
    """
    if account.totp_confirmed_at is not None:
        raise Refused("动态验证码已经设好了。换手机请找管理员清除后重设", "accounts.second_factor_set")
    if account.totp_sealed is not None:
        return second_factor.open_secret(settings, account.public_id, account.totp_sealed)
    secret = second_factor.new_secret()
    account.totp_sealed = second_factor.seal_secret(settings, account.public_id, secret)
    account.totp_last_step = None
    session.flush()
    return secret


def confirm_enrolment(session: Session, settings: Settings, account: Account, code: str) -> list[str]:
    """Confirm the second factor with its first code; return ten recovery codes, shown only now.

    Raises:
        Invalid: when the code does not belong to the secret.
    """
    if account.totp_confirmed_at is not None or not _use_code(session, settings, account, code):
        raise Invalid(
            "验证码不对。请看手机上新出的 6 位数字，再输一次",
            "accounts.wrong_code",
            fields={"code": "验证码不对"},
        )
    account.totp_confirmed_at = clock.now()
    codes = second_factor.new_recovery_codes()
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    for each in codes:
        hashed = second_factor.recovery_hash(settings, account.public_id, each)
        session.add(RecoveryCode(account_id=account.id, code_hash=hashed))
    actor = Actor(account.display_name, account.id)
    record(session, actor, Tag.SECOND_FACTOR_SET, path=home_path(account), subject=account.display_name)
    return codes


def _use_code(session: Session, settings: Settings, account: Account, code: str) -> bool:
    if account.totp_sealed is None:
        return False
    secret = second_factor.open_secret(settings, account.public_id, account.totp_sealed)
    step = second_factor.find_step(secret, code, account.totp_last_step)
    if step is None:
        return False
    # Two workers may hold the same code at once: only one of them moves the step forward.
    unused = or_(Account.totp_last_step.is_(None), Account.totp_last_step < step)
    moved = session.execute(
        update(Account)
        .where(Account.id == account.id, unused)
        .values(totp_last_step=step)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(account, ["totp_last_step"])
    return moved is not None


def use_second_factor(session: Session, settings: Settings, account: Account, typed: str) -> bool:
    """Tell whether ``typed`` is a fresh code or an unused recovery code, and use it up."""
    if account.totp_confirmed_at is None:
        return False
    return _use_code(session, settings, account, typed) or _use_recovery_code(
        session, settings, account, typed
    )


def _use_recovery_code(session: Session, settings: Settings, account: Account, typed: str) -> bool:
    hashed = second_factor.recovery_hash(settings, account.public_id, typed)
    if hashed is None:
        return False
    used = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.code_hash == hashed,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    ).first()
    if used is None:
        return False
    actor = Actor(account.display_name, account.id)
    record(session, actor, Tag.RECOVERY_CODE_USED, path=home_path(account), subject=account.display_name)
    return True


def reset_second_factor(session: Session, settings: Settings, actor: Actor, account: Account) -> None:
    """Clear a lost second factor and end the account's sessions; it is set up anew at the next sign-in.

    Raises:
        Forbidden: when it is the actor's own, or the account has roles he cannot give.
    """
    require_managing(session, actor, account)
    account.totp_sealed = None
    account.totp_confirmed_at = None
    account.totp_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    end_sessions_of(session, account)
    throttling.forget_tries(session, throttling.subject_of(settings, SECOND_FACTOR, account.public_id))
    record(session, actor, Tag.SECOND_FACTOR_RESET, path=home_path(account), subject=account.display_name)
