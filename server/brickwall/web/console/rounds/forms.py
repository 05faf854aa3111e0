"""What is asked when a round is opened."""

from datetime import timedelta
from typing import Any

from marshmallow import Schema, fields, validate

from brickwall.evaluations.services import RoundPlan
from brickwall.kernel import clock
from brickwall.kernel.problems import Invalid


class RoundForm(Schema):
    """A new round: it ends with ``closes_on`` in Asia/Shanghai."""

    organisation = fields.String(required=True)
    name = fields.String(required=True)
    closes_on = fields.Date(required=True)
    roster_size = fields.Integer(load_default=None, validate=validate.Range(1, 10_000_000))
    next_opens_on = fields.Date(load_default=None)
    sure = fields.String(load_default="")


def plan_of(values: dict[str, Any]) -> RoundPlan:
    """Return the plan that a form describes.

    Raises:
        Invalid: when it was not confirmed that nothing can be changed later.
    """
    if not values["sure"]:
        raise Invalid(
            "请先勾选“我看过了”，再开始",
            "round.not_confirmed",
            fields={"sure": "开始以后就不能改了，请先勾选"},
        )
    next_on = values["next_opens_on"]
    return RoundPlan(
        name=values["name"],
        # 23:59 reads as that day; midnight would read as the next one.
        closes_at=clock.end_of_day(values["closes_on"]) - timedelta(minutes=1),
        roster_size=values["roster_size"],
        next_opens_on=next_on.isoformat() if next_on else None,
    )
