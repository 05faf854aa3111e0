"""Mailboxes: found or made, forgotten on wish."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from brickwall.kernel import clock
from brickwall.kernel.problems import TooMany
from brickwall.messages import queries, rules
from brickwall.messages.constants import MailboxKind
from brickwall.messages.models import Mailbox
from brickwall.messages.queries import Owner

_MAILBOXES: Table = Mailbox.__table__  # type: ignore[assignment]


def insert_new(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]], *returning: ColumnElement[Any]
) -> Sequence[Any]:
    """Insert the rows that break no unique key and return ``returning`` of those that were new.

    The database decides, so two workers at once cannot both win.
    """
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite_insert if on_sqlite else postgresql_insert
    statement = insert(table).on_conflict_do_nothing().returning(*returning)
    return session.execute(statement, [dict(row) for row in rows]).all()


def open_mailbox(session: Session, owner: Owner) -> Mailbox:
    """Return the mailbox of an owner with a single mark, made when there is none yet.

    Raises:
        TooMany: browsers were given an unlikely number of mailboxes today.
    """
    found = queries.find_mailbox(session, owner)
    if found is not None:
        return found
    kind = _kind_of(owner)
    if kind is MailboxKind.WEB and queries.count_web_boxes_of_today(session) >= rules.WEB_BOXES_A_DAY:
        raise TooMany("今天要消息的人太多了，请明天再点一次", "messages.too_many_boxes", retry_after=3600)
    row = {
        "kind": kind,
        "account_id": owner.account_id,
        "identity_id": owner.identity_id,
        "token_hash": owner.token_hash,
        "made_on": clock.today(),
    }
    insert_new(session, _MAILBOXES, [row], _MAILBOXES.c.id)
    made = queries.find_mailbox(session, owner)
    if made is None:
        raise LookupError("a mailbox just made")
    return made


def open_member_mailboxes(session: Session, account_ids: Collection[int]) -> dict[int, int]:
    """Return the mailbox of every account by account id, making those that are missing."""
    found = queries.boxes_of_accounts(session, account_ids)
    missing = sorted(set(account_ids) - set(found))
    if missing:
        rows = [
            {"kind": MailboxKind.MEMBER, "account_id": each, "made_on": clock.today()} for each in missing
        ]
        insert_new(session, _MAILBOXES, rows, _MAILBOXES.c.id)
        found = queries.boxes_of_accounts(session, account_ids)
    return found


def _kind_of(owner: Owner) -> MailboxKind:
    if owner.account_id is not None:
        return MailboxKind.MEMBER
    return MailboxKind.WECHAT if owner.identity_id is not None else MailboxKind.WEB


def forget_mailbox(session: Session, owner: Owner) -> None:
    """Delete a browser's mailbox with all that is in it and all it waits for."""
    if owner.token_hash is not None:
        session.execute(delete(Mailbox).where(Mailbox.token_hash == owner.token_hash))
