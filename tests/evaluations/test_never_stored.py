"""Nothing that could tell who rated, from where or when is stored or logged (RATINGS.md)."""

import base64
import logging
from collections.abc import Iterator

import pytest
import structlog
from flask.testing import FlaskClient
from sqlalchemy import DateTime, select, text
from sqlalchemy.orm import Session

from brickwall.accounts.models import WechatIdentity
from brickwall.config import Settings
from brickwall.evaluations.devices import find_device
from brickwall.evaluations.models import Rating, RatingComment, RatingNonce, RoundVoter
from brickwall.kernel.db import Base, db
from brickwall.kernel.types import UTCDateTime
from tests.factories.evaluations import RatedBranch, new_device, rate
from tests.support.phones import Mini

SECRET_TABLES = (Rating, RoundVoter, RatingNonce, RatingComment)
COLUMNS = {
    "rating": {
        "slot",
        "version",
        "subject_id",
        "value",
        "level",
        "receipt",
        "leaf",
        "salt",
        "lock",
        "reveal",
        "standing",
    },
    "round_voter": {"roll", "round_id"},
    "rating_nonce": {"nonce", "round_id", "receipt", "superseded"},
    "rating_comment": {"public_id", "subject_id", "text", "state"},
}
ADDRESS = "203.0.113.77"
AGENT = "Telltale/1.0 (Liuhe phone of Lin)"


def _cells(session: Session) -> Iterator[tuple[str, object]]:
    """Yield every value of every table, with the table's name; JSON as its text."""
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            for value in row:
                yield table.name, str(value) if isinstance(value, dict) else value


def test_the_rating_tables_have_these_columns_and_no_others() -> None:
    found = {model.__tablename__: set(model.__table__.columns.keys()) for model in SECRET_TABLES}
    assert found == COLUMNS


def test_no_rating_table_has_a_time_or_a_running_number() -> None:
    for model in SECRET_TABLES:
        for column in model.__table__.columns:
            assert not isinstance(column.type, DateTime | UTCDateTime), column
        keys = [column.name for column in model.__table__.primary_key]
        assert keys[0] in {"slot", "roll", "nonce", "public_id"}, "random keys say nothing about the order"
        assert model.__table__.dialect_options["sqlite"]["with_rowid"] is False


def test_sqlite_really_keeps_no_row_numbers(branch: RatedBranch, session: Session) -> None:
    if db.engine.dialect.name == "sqlite":
        schema = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        made = {row.name: row.sql for row in session.execute(text(schema))}
        for model in SECRET_TABLES:
            assert "WITHOUT ROWID" in made[model.__tablename__]
    session.rollback()
    receipts = [rate(branch).code for _ in range(12)]
    stored = list(session.scalars(select(Rating.receipt).order_by(Rating.slot)))
    assert sorted(stored) == sorted(receipts)
    assert stored != receipts, "the order of the table is not the order of arrival"


def test_a_rating_over_the_web_leaves_no_trace_of_its_rater(
    client: FlaskClient,
    branch: RatedBranch,
    session: Session,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    token = client.post("/api/v1/devices").get_json()["device"]
    device = find_device(branch.settings, token)
    assert device is not None
    before = set(_cells(session))
    client.set_cookie("bw_device", token)
    session.rollback()
    form = {"subject": branch.codes[0], "round": branch.round_id, "value": "dissatisfied", "key": "tap-77"}
    headers = {"User-Agent": AGENT, "X-Forwarded-For": ADDRESS}
    with structlog.testing.capture_logs() as logged:
        answer = client.post("/ratings", data=form, headers=headers, environ_base={"REMOTE_ADDR": ADDRESS})
    assert answer.status_code == 303
    session.rollback()
    added = set(_cells(session)) - before
    assert {name for name, _ in added} == {"rating", "round_voter", "rating_nonce"}, "no other table knows"
    parts = (device.voter, device.secret, device.voter[:8], device.secret[:8])
    texts = [ADDRESS, AGENT, token, "tap-77", *(part.hex() for part in parts)]
    texts += [base64.urlsafe_b64encode(part).decode()[:10] for part in parts]
    for _, value in added:
        for part in parts:
            assert not (isinstance(value, bytes) and part in value)
        for telltale in texts:
            assert not (isinstance(value, str) and telltale in value)
    for telltale in (*texts, "dissatisfied", "不满意"):
        assert telltale not in repr(logged) + caplog.text


def test_a_rating_from_wechat_leaves_no_trace_of_its_rater(
    mini: Mini,
    branch: RatedBranch,
    wechat_settings: Settings,
    session: Session,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither openid nor identity, neither its hash nor the voter of the mark, stands beside a rating."""
    caplog.set_level(logging.DEBUG)
    alice = mini("alice")
    token = alice.call("POST", "/devices", {}).get_json()["device"]
    device = find_device(wechat_settings, token)
    assert device is not None
    identity = session.scalars(select(WechatIdentity)).one()
    before = set(_cells(session))
    session.rollback()
    body = {"subject": branch.codes[0], "round": branch.round_id, "value": "dissatisfied", "device": token}
    with structlog.testing.capture_logs() as logged:
        answer = alice.call("POST", "/ratings", body, environ_base={"REMOTE_ADDR": ADDRESS})
    assert answer.status_code == 201
    session.rollback()
    added = set(_cells(session)) - before
    assert {name for name, _ in added} == {"rating", "round_voter"}, "no other table knows"
    parts = (device.voter, device.secret, bytes.fromhex(identity.openid_hash))
    texts = ["o_alice", "alice", identity.openid_hash, ADDRESS, token, alice.token]
    texts += [part[:8].hex() for part in parts]
    for _, value in added:
        assert not any(isinstance(value, bytes) and part[:8] in value for part in parts)
        assert not any(isinstance(value, str) and telltale in value for telltale in texts)
        assert value != identity.seen_at
    for telltale in (*texts, "dissatisfied"):
        assert telltale not in repr(logged) + caplog.text


def test_asking_for_a_mark_stores_nothing(mini: Mini, session: Session) -> None:
    alice = mini("alice")
    before = set(_cells(session))
    session.rollback()
    assert alice.call("POST", "/devices", {}, environ_base={"REMOTE_ADDR": ADDRESS}).status_code == 201
    added = set(_cells(session)) - before
    assert {name for name, _ in added} <= {"wechat_token"}, "the access token of the risk question"
    assert ADDRESS not in repr(added)


def test_a_failing_rating_logs_no_value(
    branch: RatedBranch,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A database error is logged without its parameters, which are the rating itself."""
    monkeypatch.setattr(
        "brickwall.evaluations.services.batches._ADD_VOTER", "INSERT INTO nowhere VALUES (?, ?)"
    )
    body = {
        "subject": branch.codes[0],
        "round": branch.round_id,
        "value": "dissatisfied",
        "device": client.post("/api/v1/devices").get_json()["device"],
    }
    with structlog.testing.capture_logs() as entries:
        answer = client.post("/api/v1/ratings", json=body)
    logged = repr(entries)
    assert answer.status_code == 500
    assert "request.failed" in logged
    assert "nowhere" in logged
    assert "dissatisfied" not in logged
    assert body["device"] not in logged


def test_what_is_stored_after_closing_leads_to_nobody(branch: RatedBranch, session: Session) -> None:
    """With the key destroyed, a known device cannot be matched to any slot."""
    device = new_device(branch.settings)
    rate(branch, device=device)
    key = branch.keys.read(branch.round_id)
    branch.keys.destroy(branch.round_id)
    assert all(value != key for _, value in _cells(session) if isinstance(value, bytes))
