"""Opening, using and ending sign-ins."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from brickwall.accounts.constants import SessionKind
from brickwall.accounts.models import Account, AuthSession, WechatIdentity
from brickwall.accounts.rules import LIFETIMES, is_complete
from brickwall.audit.constants import Tag
from brickwall.audit.services import record
from brickwall.kernel import clock
from brickwall.kernel.permissions import Actor
from brickwall.kernel.security import new_token, token_hash

MAX_LABEL = 60


@dataclass(frozen=True, slots=True)
class Opened:
    """A session and its token. This is the only moment at which the token is known."""

    row: AuthSession
    token: str


def open_session(
    session: Session,
    account: Account | None,
    kind: SessionKind,
    *,
    label: str = "",
    complete: bool = True,
    life: timedelta | None = None,
    identity: WechatIdentity | None = None,
) -> Opened:
    """Open a sign-in with a new token, whatever the browser sent before (no fixed session ids).

    Args:
        account: None for a resident in the mini-program only.
        label: what the owner recognises it by, e.g. ``安卓手机``.
        complete: False while a staff sign-in still waits for its second factor.
        life: shorter or longer than the kind's own.
        identity: of a sign-in from the mini-program.
    """
    now = clock.now()
    token = new_token()
    row = AuthSession(
        token_hash=token_hash(token),
        form_token=new_token(),
        kind=kind,
        account_id=account.id if account else None,
        identity_id=identity.id if identity else None,
        label=label[:MAX_LABEL],
        created_at=now,
        last_seen_at=now,
        expires_at=now + (life or LIFETIMES[kind]),
        second_factor_at=now if complete else None,
    )
    row.account, row.identity = account, identity
    session.add(row)
    session.flush()
    return Opened(row, token)


def finish_sign_in(session: Session, waiting: AuthSession) -> Opened:
    """Let a waiting staff sign-in go on with its second factor passed, under a new token.

    The token changes with the rights it carries: whoever saw the old one gains nothing.
    """
    waiting.revoked_at = clock.now()
    opened = open_session(session, waiting.owner, waiting.kind, label=waiting.label)
    note_sign_in(session, opened.row)
    return opened


def note_sign_in(session: Session, row: AuthSession) -> None:
    """Log a staff sign-in once it has passed its last step."""
    if is_complete(row):
        account = row.owner
        actor = Actor(account.display_name, account.id)
        record(session, actor, Tag.SIGNED_IN, path=home_path(account), subject=actor.label)


def home_path(account: Account) -> str:
    """Return the path under which an account's acts stand in the log: its highest organisation's."""
    paths = [assignment.organisation.path for assignment in account.assignments]
    if account.member is not None:
        paths.append(account.member.organisation.path)
    return min(paths, key=len, default="/")


def touch_session(session: Session, session_id: int) -> None:
    """Note that a session is in use now."""
    session.execute(update(AuthSession).where(AuthSession.id == session_id).values(last_seen_at=clock.now()))


def end_session(session: Session, actor: Actor, row: AuthSession) -> None:
    """End one sign-in; its token opens nothing from now on."""
    if row.revoked_at is not None:
        return
    row.revoked_at = clock.now()
    # A resident is nobody to the log; the end of his sign-in concerns no branch.
    if row.account is not None:
        name = row.account.display_name
        record(session, actor, Tag.SESSION_ENDED, path=home_path(row.account), subject=name)


def end_sessions_of(session: Session, account: Account, *, keep: int | None = None) -> int:
    """End every sign-in of an account but the one with row id ``keep``; return how many ended."""
    query = update(AuthSession).where(AuthSession.account_id == account.id, AuthSession.revoked_at.is_(None))
    if keep is not None:
        query = query.where(AuthSession.id != keep)
    ended = session.execute(query.values(revoked_at=clock.now()).returning(AuthSession.id)).all()
    return len(ended)


def issue_token(
    session: Session, actor: Actor, account: Account, label: str, life: timedelta | None = None
) -> Opened:
    """Issue an opaque bearer token for the API.

    It acts with the account's roles, minus what needs a second factor
    (``rules.WITHHELD_FROM_TOKENS``).
    """
    opened = open_session(session, account, SessionKind.TOKEN, label=label, life=life)
    record(
        session, actor, Tag.TOKEN_ISSUED, path=home_path(account), subject=account.display_name, label=label
    )
    return opened
