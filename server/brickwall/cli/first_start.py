"""The first start of a sample: schema, village, and one account for the console."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.accounts.models import Account
from brickwall.accounts.services import NewAccount, create_account
from brickwall.config import Mode, Settings
from brickwall.kernel.db import sqlite_path, transaction
from brickwall.kernel.permissions import SYSTEM
from brickwall.kernel.projections import mark_all_stale
from brickwall.kernel.security import PhoneBox
from brickwall.organisations.constants import OrganisationKind
from brickwall.organisations.models import Member, Organisation
from brickwall.plaques.constants import PlaqueState
from brickwall.plaques.models import Plaque
from brickwall.sample import load_sample

LOGIN = "secretary"
UNFINISHED = "sample.unfinished"
SHOWN = (PlaqueState.ISSUED, PlaqueState.PRINTED, PlaqueState.INSTALLED)


@dataclass(frozen=True, slots=True)
class Village:
    """What a start prints: one wall, one brick. ``password`` is empty but on the first start."""

    wall: str
    brick: str
    member: str
    password: str


def make_keys(settings: Settings) -> None:
    """Make the key files before several processes could try to at once."""
    settings.keys_dir.mkdir(parents=True, exist_ok=True)
    settings.keys_dir.chmod(0o700)
    box = PhoneBox(settings.keys_dir)
    box.current_key_id()
    box.index("")


def load_village(settings: Settings) -> None:
    """Put the sample village into a database without any organisation."""
    with transaction() as session:
        empty = session.scalar(select(func.count()).select_from(Organisation)) == 0
    if empty and settings.mode is Mode.SAMPLE:
        unfinished = settings.var_dir / UNFINISHED
        unfinished.touch()
        load_sample(settings)
        unfinished.unlink()


def drop_unfinished(settings: Settings) -> None:
    """Forget a sample whose loading was interrupted: nobody can have worked with it yet."""
    path = sqlite_path(settings.database_url)
    if path is None or not (settings.var_dir / UNFINISHED).exists():
        return
    for part in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        part.unlink(missing_ok=True)
    (settings.var_dir / UNFINISHED).unlink()


def open_console(session: Session, branch: Organisation) -> str:
    """Open the secretary's account, once; return its one-time password or an empty text."""
    if session.scalar(select(Account.id).where(Account.password_hash.is_not(None)).limit(1)):
        return ""
    new = NewAccount(login=LOGIN, display_name="支部书记", role=Role.SECRETARY)
    return create_account(session, SYSTEM, new, branch)[1]


def note_base_url(session: Session, settings: Settings) -> None:
    """Have all pages made again when the public address is another than last time."""
    note: Path = settings.var_dir / "base_url"
    if not note.exists() or note.read_text(encoding="utf-8") != settings.base_url:
        mark_all_stale(session)
        note.write_text(settings.base_url, encoding="utf-8")


def prepare_village(settings: Settings) -> Village:
    """Load what is missing and return what to print; all texts empty where nothing is yet."""
    load_village(settings)
    with transaction() as session:
        note_base_url(session, settings)
        branch = session.scalar(
            select(Organisation)
            .where(Organisation.kind == OrganisationKind.BRANCH)
            .order_by(Organisation.id)
            .limit(1)
        )
        if branch is None:
            return Village("", "", "", "")
        brick = session.execute(
            select(Plaque.code, Member.name)
            .join(Member, Plaque.member_id == Member.id)
            .where(Plaque.organisation_id == branch.id, Plaque.state.in_(SHOWN))
            .order_by(Plaque.serial)
            .limit(1)
        ).first()
        code, name = (brick.code, brick.name) if brick else ("", "")
        return Village(branch.code, code, name, open_console(session, branch))
