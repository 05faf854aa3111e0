"""Recording a rating: look up, decide, insert against the unique key, commit, answer.

This path commits by itself instead of at the request's edge, because ratings of several
requests share one commit (see :mod:`brickwall.evaluations.writer`). It never touches the ORM.
"""

from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary, ref

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from brickwall.evaluations.constants import MAX_COMMENT
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.services.batches import NO_SUBJECT, Receipt, Tap, write_batch
from brickwall.evaluations.writer import GroupWriter
from brickwall.kernel.db import db
from brickwall.kernel.idempotency import MAX_KEY_LENGTH
from brickwall.kernel.ids import normalise_code
from brickwall.kernel.problems import Invalid, NotFound
from brickwall.kernel.text import clean_paragraphs

MAX_SUPERSEDED = 8
ATTEMPTS = 6


def _clean(tap: Tap) -> Tap:
    """Return a tap whose code is as stored and whose comment holds nothing invisible.

    Raises:
        NotFound: when the code is no code.
        Invalid: for a comment or a request key that is too long.
    """
    asked = (tap.request_key, *tap.supersedes)
    if len(tap.supersedes) > MAX_SUPERSEDED or any(len(key) > MAX_KEY_LENGTH for key in asked):
        raise Invalid("请求编号太长，请刷新后重试", "idempotency.key_too_long")
    comment = clean_paragraphs(tap.comment) if tap.comment else ""
    if len(comment) > MAX_COMMENT:
        wrong = {"comment": f"最多 {MAX_COMMENT} 字"}
        raise Invalid(f"留言太长了，请写在 {MAX_COMMENT} 字以内", "rating.comment_too_long", fields=wrong)
    try:
        code = normalise_code(tap.code)
    except ValueError as error:
        raise NotFound(NO_SUBJECT, "rating.no_subject") from error
    # PostgreSQL takes no NUL in a text; no round's name has one.
    return replace(tap, code=code, comment=comment, round_public_id=tap.round_public_id.replace("\0", ""))


def _write_surely(engine: Engine, keys: RoundKeys, taps: Sequence[Tap]) -> list[Receipt | Exception]:
    """Write a batch; where another writer took a slot's next version first, look again and decide anew.

    The unique key (slot, version) settles the race, not a check. A receipt that exists already
    (one in 2^60) is settled the same way, with a new salt.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return write_batch(engine, keys, taps)
        except IntegrityError:
            continue
    return write_batch(engine, keys, taps)


_writers: WeakKeyDictionary[Engine, GroupWriter[Tap, Receipt]] = WeakKeyDictionary()


def _new_writer(engine: "ref[Engine]", keys: RoundKeys) -> GroupWriter[Tap, Receipt]:
    """Return a writer that keeps no closed engine alive."""

    def write(taps: Sequence[Tap]) -> list[Receipt | Exception]:
        alive = engine()
        if alive is None:
            raise RuntimeError("the database engine of this writer is gone")
        return _write_surely(alive, keys, taps)

    return GroupWriter(write)


def _writer_of(engine: Engine, keys: RoundKeys) -> GroupWriter[Tap, Receipt]:
    found = _writers.get(engine)
    if found is None:
        # setdefault is one step under the interpreter's lock: two first ratings get one writer.
        found = _writers.setdefault(engine, _new_writer(ref(engine), keys))
    return found


def record_rating(keys: RoundKeys, tap: Tap, engine: Engine | None = None) -> Receipt:
    """Store a tap and return its receipt once the disk has it (RATINGS.md, One rating).

    The same face again gets the same receipt; another face becomes the slot's next version,
    which must reveal the secret of the one before. A retry under a known request key changes
    nothing. Stored: hashes, subject, value. Never stored: who, from where, when.

    Args:
        engine: of the database; found through the application's context when not given.

    Raises:
        NotFound: the brick is not part of the round.
        Refused: the round has ended (also when nobody has closed it yet), the request key was
            used for another value, or the phone's secret does not match.
        TooMany: one rating was changed 60 times.
        Invalid: a comment or key that is too long.
        Unavailable: the round's key is not on this machine.
        sqlalchemy.exc.OperationalError: full disk or locked database; nothing was stored.
    """
    cleaned = _clean(tap)
    engine = engine if engine is not None else db.engine
    if engine.dialect.name == "sqlite":
        return _writer_of(engine, keys).submit(cleaned)
    outcome = _write_surely(engine, keys, [cleaned])[0]
    if isinstance(outcome, Exception):
        raise outcome
    return outcome
