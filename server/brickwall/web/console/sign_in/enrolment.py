"""Setting up an authenticator: the picture to scan and the key to type."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from brickwall.accounts import second_factor
from brickwall.accounts.models import Account
from brickwall.config import Settings
from brickwall.kernel.ids import group_code
from brickwall.printing import qr


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the page shows: nothing until the secret exists, which only a POST makes."""

    picture: Markup
    key: str

    @property
    def begun(self) -> bool:
        """Whether there is a secret to show."""
        return bool(self.key)


def describe_enrolment(session: Session, settings: Settings, account: Account) -> Enrolment:
    """Return an account's unconfirmed secret as a picture and as text in groups of four."""
    if account.totp_sealed is None or account.totp_confirmed_at is not None:
        return Enrolment(Markup(), "")
    secret = second_factor.open_secret(settings, account.public_id, account.totp_sealed)
    address = second_factor.enrolment_address(secret, account.login or account.display_name)
    # The SVG is made of numbers by our own code; nothing typed by anybody is in it.
    return Enrolment(Markup(qr.svg(qr.encode_any(address))), group_code(secret))  # noqa: S704
