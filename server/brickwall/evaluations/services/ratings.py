"""Recording a rating: look up, decide, insert against the unique key, commit, answer.

This path commits by itself instead of at the request's edge, because ratings of several
requests share one commit (see :mod:`brickwall.evaluations.writer`). It never touches the ORM.
"""

from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from brickwall.evaluations import leaves
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.queries import Target, find_target
from brickwall.evaluations.services.batches import CLOSED, Prepared, Receipt, Tap, write_batch
from brickwall.evaluations.writer import GroupWriter
from brickwall.kernel.db import db, reading
from brickwall.kernel.idempotency import MAX_KEY_LENGTH
from brickwall.kernel.ids import normalise_code
from brickwall.kernel.problems import Invalid, NotFound, Refused, Unavailable
from brickwall.kernel.text import clean_paragraphs

MAX_COMMENT = 500
MAX_SUPERSEDED = 8
ATTEMPTS = 6


def _clean_comment(comment: str) -> str:
    cleaned = clean_paragraphs(comment)
    if len(cleaned) > MAX_COMMENT:
        raise Invalid(
            f"留言太长了，请写在 {MAX_COMMENT} 字以内",
            "rating.comment_too_long",
            fields={"comment": "太长了"},
        )
    return cleaned


def _find_subject(round_public_id: str, code: str) -> Target:
    """Return the running target of a tap.

    Raises:
        NotFound: when the brick is not part of that round.
        Refused: when the round takes no ratings any more.
    """
    try:
        clean = normalise_code(code)
    except ValueError as error:
        raise NotFound("没有找到这块砖，请再扫一次砖上的码", "rating.no_subject") from error
    with reading(), db.engine.connect() as connection:
        target = find_target(connection, round_public_id, clean)
    if target is None:
        raise NotFound("这块砖不在这一轮评议里，请再扫一次砖上的码", "rating.no_subject")
    if not target.open:
        raise Refused(CLOSED, "round.closed")
    return target


def _read_key(keys: RoundKeys, target: Target, code: str) -> bytes:
    try:
        return keys.read(target.round_public_id)
    except Unavailable:
        # The round may have been closed since it was looked up: then that is what to say.
        _find_subject(target.round_public_id, code)
        raise


def _prepare(keys: RoundKeys, tap: Tap) -> Prepared:
    asked = (tap.request_key, *tap.supersedes)
    if len(tap.supersedes) > MAX_SUPERSEDED or any(len(key) > MAX_KEY_LENGTH for key in asked):
        raise Invalid("请求编号太长，请刷新后重试", "idempotency.key_too_long")
    comment = _clean_comment(tap.comment)
    target = _find_subject(tap.round_public_id, tap.code)
    key = _read_key(keys, target, tap.code)
    voter = tap.device.voter

    def nonce(request_key: str) -> bytes:
        return leaves.nonce_of(key, voter, target.key, request_key)

    return Prepared(
        tap=replace(tap, comment=comment),
        target=target,
        slot=leaves.slot_of(key, voter, target.key),
        roll=leaves.roll_of(key, voter),
        nonce=nonce(tap.request_key) if tap.request_key else None,
        superseded=tuple(nonce(old) for old in tap.supersedes if old and old != tap.request_key),
        comment_id=leaves.comment_id_of(key, voter, target.key, comment) if comment else "",
    )


def _write_surely(engine: Engine, batch: Sequence[Prepared]) -> list[Receipt | Exception]:
    """Write a batch; where another writer took a slot's next version first, look again and decide anew.

    The unique key (slot, version) settles the race, not a check. A receipt that exists already
    (one in 2^60) is settled the same way, with a new salt.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return write_batch(engine, batch)
        except IntegrityError:
            continue
    return write_batch(engine, batch)


_writers: WeakKeyDictionary[Engine, GroupWriter[Prepared, Receipt]] = WeakKeyDictionary()


def _writer_of(engine: Engine) -> GroupWriter[Prepared, Receipt]:
    # setdefault is one step under the interpreter's lock: two first ratings get one writer.
    return _writers.setdefault(engine, GroupWriter(lambda batch: _write_surely(engine, batch)))


def record_rating(keys: RoundKeys, tap: Tap) -> Receipt:
    """Store a tap and return its receipt once the disk has it (RATINGS.md, One rating).

    The same face again gets the same receipt; another face becomes the slot's next version,
    which must reveal the secret of the one before. A retry under a known request key changes
    nothing. Stored: hashes, subject, value. Never stored: who, from where, when.

    Raises:
        NotFound: the brick is not part of the round.
        Refused: the round has ended (also when nobody has closed it yet), the request key was
            used for another value, or the phone's secret does not match.
        Invalid: a comment or key that is too long.
        Unavailable: the round's key is not on this machine.
        sqlalchemy.exc.OperationalError: full disk or locked database; nothing was stored.
    """
    prepared = _prepare(keys, tap)
    engine = db.engine
    if engine.dialect.name != "sqlite":
        outcome = _write_surely(engine, [prepared])[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
    return _writer_of(engine).submit(prepared)
