"""Two rounds of the sample: one closed with its figures, one open for trying."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date, datetime, time, timedelta
from functools import partial

from flask import Flask, current_app

from brickwall.config import Settings
from brickwall.evaluations.constants import RatingValue
from brickwall.evaluations.devices import Device, find_device, new_device_token
from brickwall.evaluations.keys import RoundKeys
from brickwall.evaluations.queries import get_round
from brickwall.evaluations.services import RoundPlan, Tap, close_round, open_round, record_rating
from brickwall.kernel import clock
from brickwall.kernel.db import transaction
from brickwall.kernel.permissions import Actor
from brickwall.organisations.models import Organisation

SEED = 20260930
HOUSEHOLDS = 58
BRICKS_EACH = 24
FACES = (RatingValue.SATISFIED,) * 15 + (RatingValue.FAIR,) * 4 + (RatingValue.DISSATISFIED,) * 2


def hold_rounds(
    settings: Settings, office: Actor, branch: Organisation, codes: list[str], today: date
) -> None:
    """Hold a round that ended seven weeks ago, with its ratings, and open the present one.

    Args:
        codes: plaque codes of everybody who can be rated.
    """
    keys = RoundKeys(settings.keys_dir)
    ended = today - timedelta(days=49)
    with clock.at(_evening(ended - timedelta(days=20))):
        past = _open(
            keys, office, branch, "第三季度评议", ended, next_opens_on=str(today - timedelta(days=5))
        )
    with clock.at(_evening(ended - timedelta(days=3))):
        _rate_in_the_village(settings, keys, past, codes)
    with clock.at(_evening(ended) + timedelta(minutes=1)), transaction() as session:
        close_round(session, office, keys, get_round(session, past, [branch.path]))
    with clock.at(_evening(today - timedelta(days=5))):
        _open(keys, office, branch, "第四季度评议", today + timedelta(days=29))


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(20), clock.SHANGHAI)


def _open(
    keys: RoundKeys,
    office: Actor,
    branch: Organisation,
    name: str,
    ends: date,
    next_opens_on: str | None = None,
) -> str:
    plan = RoundPlan(
        name=f"{ends.year} 年{name}",
        closes_at=_evening(ends),
        roster_size=branch.resident_count,
        next_opens_on=next_opens_on,
    )
    with transaction() as session:
        return open_round(session, office, keys, branch, plan).public_id


def _rate_in_the_village(settings: Settings, keys: RoundKeys, round_id: str, codes: list[str]) -> None:
    """Let every household's phone rate some bricks, several phones at a time."""
    dice = random.Random(SEED)
    evenings = [
        (dice.sample(codes, BRICKS_EACH), dice.choices(FACES, k=BRICKS_EACH)) for _ in range(HOUSEHOLDS)
    ]
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def rate(bricks: list[str], faces: list[RatingValue]) -> None:
        with app.app_context():
            device = _phone(settings)
            for code, face in zip(bricks, faces, strict=True):
                record_rating(keys, Tap(round_id, code, face, device))

    # Each phone gets the caller's context: the clock of that evening is part of it.
    calls = [partial(copy_context().run, rate, bricks, faces) for bricks, faces in evenings]
    with ThreadPoolExecutor(max_workers=12) as phones:
        for waiting in [phones.submit(call) for call in calls]:
            waiting.result()


def _phone(settings: Settings) -> Device:
    device = find_device(settings, new_device_token(settings))
    assert device is not None, "a mark just made is one of ours"
    return device
