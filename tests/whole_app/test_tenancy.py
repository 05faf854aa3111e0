"""Another branch's thing does not exist: every route × every role × an id of a foreign branch is 404.

The matrix is generated from the route list. A new route whose argument nobody can name an id
for fails here, so that it cannot be forgotten.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from brickwall.accounts.constants import Role, SessionKind
from brickwall.accounts.rules import ROLE_PERMISSIONS
from brickwall.config import Settings
from brickwall.kernel.http import Application
from brickwall.kernel.permissions import declared
from brickwall.web.api import api_document
from tests.factories.foreign import Foreign, make_foreign_branch
from tests.support.examples import example_body
from tests.support.people import FORM_TOKEN, SignIn, make_account, open_session
from tests.support.phones import Mini

ROLES = (
    Role.SECRETARY,
    Role.CLERK,
    Role.SUPERIOR,
    Role.INSPECTOR,
    Role.WITNESS,
    Role.OPERATOR,
    Role.MEMBER,
)
# Arguments that choose among the page's own parts, not among people's things.
CHOICES = {"which", "name", "version", "size", "state"}
HEADERS = {"X-Form-Token": FORM_TOKEN}
FORM: dict[str, Any] = {
    "form_token": FORM_TOKEN,
    "reason": "测试一下",
    "text": "挖好 86 米",
    "answer": "已经清走了",
    "title": "修好村东头排水沟",
    "kind": "one_off",
    "category": "water",
    "name": "第五党小组",
    "display_name": "干事",
    "status": "moved",
    "organisation": "dongpo",
    "to": "dongpo",
    "role": "clerk",
    "happened_on": "2026-11-01",
    "source": "visit",
    "due_on": "2026-12-31",
    "state": "rejected",
}


def _arguments(rule: Rule, foreign: Foreign) -> dict[str, str]:
    """Name a foreign thing for every argument, by the segment before it in the address."""
    segments = rule.rule.split("/")
    values: dict[str, str] = {}
    for argument in rule.arguments:
        place = next(number for number, segment in enumerate(segments) if f"{argument}>" in segment)
        if argument in CHOICES:
            values[argument] = foreign.choices.get((segments[place - 1], argument), "approve")
            continue
        kind = "/".join(segments[2:place]) if segments[1] == "console" else "/".join(segments[3:place])
        kind = "/".join(part for part in kind.split("/") if "<" not in part)
        values[argument] = foreign.ids[kind if kind in foreign.ids else segments[place - 1]]
    return values


def _guarded_rules(app: Application) -> list[Rule]:
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.arguments - CHOICES and declared(app.view_functions[rule.endpoint])
    ]


def _call(client: FlaskClient, app: Application, rule: Rule, method: str, address: str) -> int:
    if address.startswith("/api/"):
        body = example_body(api_document(app), rule.rule, method)
        return client.open(address, method=method, json=body, headers=HEADERS).status_code
    data = FORM if method == "POST" else None
    return client.open(address, method=method, data=data, headers=HEADERS).status_code


def _is_other_door(rule: Rule, role: Role) -> bool:
    """Tell whether the route wants the other cookie: pages of the desk and of the pocket each have one."""
    return not rule.rule.startswith("/api/") and rule.rule.startswith("/my") is not (role is Role.MEMBER)


@pytest.mark.parametrize("role", ROLES)
def test_a_foreign_branchs_things_do_not_exist(
    app: Application, session: Session, settings: Settings, sign_in: SignIn, role: Role
) -> None:
    foreign = make_foreign_branch(session, settings)
    member = foreign.own_member if role is Role.MEMBER else None
    client = sign_in(role, foreign.own_branch, member=member)
    leaks = []
    for rule in _guarded_rules(app):
        needed = declared(app.view_functions[rule.endpoint]) or ()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            address = app.url_map.bind("localhost").build(
                rule.endpoint, _arguments(rule, foreign), method=method
            )
            status = _call(client, app, rule, method, address)
            # Who lacks the right everywhere, or comes with the phone's cookie to the desk or with
            # the desk's to the pocket, is turned away at the door, whatever the id.
            turned_away = not set(needed) <= ROLE_PERMISSIONS[role] or _is_other_door(rule, role)
            expected = {302, 401, 403} if turned_away else {404}
            if status not in expected:
                leaks.append(f"{method} {rule.rule}: {status}, not {sorted(expected)}")
    assert "\n".join(leaks) == ""


def test_the_matrix_knows_a_foreign_id_for_every_argument(
    app: Application, session: Session, settings: Settings
) -> None:
    foreign = make_foreign_branch(session, settings)
    rules = _guarded_rules(app)
    assert len(rules) > 50
    for rule in rules:
        assert _arguments(rule, foreign)


def test_a_signed_out_visitor_reaches_nothing_guarded(
    app: Application, session: Session, settings: Settings, client: FlaskClient
) -> None:
    foreign = make_foreign_branch(session, settings)
    for rule in _guarded_rules(app):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            address = app.url_map.bind("localhost").build(
                rule.endpoint, _arguments(rule, foreign), method=method
            )
            assert _call(client, app, rule, method, address) in {302, 401}, f"{method} {rule.rule}"


def _api_rules(app: Application) -> list[Rule]:
    return [rule for rule in _guarded_rules(app) if rule.rule.startswith("/api/")]


def _bearer_calls(
    app: Application, foreign: Foreign, token: str, client: FlaskClient
) -> Iterator[tuple[str, int]]:
    """Call every guarded API route with a bearer, naming foreign things."""
    headers = {"Authorization": f"Bearer {token}"}
    for rule in _api_rules(app):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            address = app.url_map.bind("localhost").build(
                rule.endpoint, _arguments(rule, foreign), method=method
            )
            body = example_body(api_document(app), rule.rule, method)
            answer = client.open(address, method=method, json=body, headers=headers)
            yield f"{method} {rule.rule}", answer.status_code


def test_a_resident_in_the_mini_program_reaches_nobodys_things(
    app: Application, session: Session, settings: Settings, mini: Mini
) -> None:
    foreign = make_foreign_branch(session, settings)
    resident = mini("alice")
    reached = dict(_bearer_calls(app, foreign, resident.token, resident.client))
    assert len(reached) > 10
    assert {call: status for call, status in reached.items() if status != 403} == {}


def test_a_foreign_branchs_things_do_not_exist_for_staff_on_the_phone(
    app: Application, session: Session, settings: Settings, client: FlaskClient
) -> None:
    foreign = make_foreign_branch(session, settings)
    account = make_account(session, Role.SECRETARY, foreign.own_branch)
    token = open_session(session, account, SessionKind.STAFF_PHONE)
    reached = dict(_bearer_calls(app, foreign, token, client))
    assert {call: status for call, status in reached.items() if status not in {403, 404}} == {}
    assert 404 in reached.values()


def test_the_kinds_of_sessions_are_the_ones_the_matrix_signs_in_with() -> None:
    cookies = {SessionKind.CONSOLE, SessionKind.DEVICE}
    bearers = {SessionKind.TOKEN, SessionKind.RESIDENT, SessionKind.STAFF_PHONE}
    assert set(SessionKind) == cookies | bearers
