"""Bad input to any write: a Chinese sentence and the next step, never a 5xx, never a trace.

Generated from the route list, so that a new form cannot forget it.
"""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from brickwall.accounts.constants import Role
from brickwall.config import Settings
from brickwall.kernel.http import Application
from tests.factories.foreign import make_foreign_branch
from tests.support.people import FORM_TOKEN, SignIn

CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
HEADERS = {"X-Form-Token": FORM_TOKEN}
LONG = "\u202e字\x07" * 300
BODIES: dict[str, dict[str, Any]] = {
    "another content type": {"data": b"<a/>", "content_type": "application/xml"},
    "no content type at all": {"data": b"\x00\x01\x02"},
    "broken JSON": {"data": b'{"title": ', "content_type": "application/json"},
    "JSON that is no object": {"data": b'[1, "\\ud800"]', "content_type": "application/json"},
    "invalid UTF-8 in a form": {
        "data": b"name=%FF%FE&title=\xff\xfe&text=%00&reason=%C3%28&login=%ED%A0%80",
        "content_type": "application/x-www-form-urlencoded",
    },
    "very long, with control and bidi characters": {
        "data": dict.fromkeys(("name", "title", "text", "reason", "code", "login", "subject", "answer"), LONG)
    },
    "a form cut off": {"data": b"--x\r\nContent-Dis", "content_type": "multipart/form-data; boundary=x"},
    "too large a body": {"data": b"x" * (3 * 1024 * 1024), "content_type": "application/json"},
}


def _writes(app: Application) -> list[tuple[str, str]]:
    """Return every writing method with an address that names nothing that exists."""
    found = []
    for rule in app.url_map.iter_rules():
        address = re.sub(r"<(?:[^:>]+:)?[^>]+>", "zzzzzzzz", rule.rule)
        found += [(method, address) for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}]
    return sorted(found)


def _complaint(client: FlaskClient, method: str, address: str, body: dict[str, Any]) -> str:
    with client.open(address, method=method, headers=HEADERS, **body) as answer:
        if answer.status_code in {302, 303}:
            return ""
        if answer.status_code >= 500:
            return f"{method} {address}: {answer.status_code}"
        text = answer.get_data().decode("utf-8", "replace")
    if "Traceback" in text or (answer.status_code >= 400 and not CHINESE.search(text)):
        return f"{method} {address}: {answer.status_code} without a Chinese sentence"
    return ""


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("role", [None, Role.SECRETARY, Role.MEMBER])
def test_bad_input_never_breaks_a_write(
    app: Application, session: Session, settings: Settings, sign_in: SignIn, role: Role | None, kind: str
) -> None:
    foreign = make_foreign_branch(session, settings)
    member = foreign.own_member if role is Role.MEMBER else None
    client = sign_in(role, foreign.own_branch, member=member) if role else app.test_client()
    writes = _writes(app)
    assert len(writes) > 80
    complaints = [_complaint(client, method, address, BODIES[kind]) for method, address in writes]
    assert "\n".join(filter(None, complaints)) == ""
