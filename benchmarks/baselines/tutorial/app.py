"""The tutorial implementation: two routes over SQLite with synchronous=FULL.

``TUTORIAL_DATABASE`` names the file. ``python -m benchmarks.baselines.tutorial.app``
makes it and puts a village of 71 members in.
"""

import os
import sqlite3
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy import Engine, event, func

from benchmarks.baselines.tutorial.models import (
    Commitment,
    Entry,
    Member,
    Organisation,
    Rating,
    db,
)
from benchmarks.baselines.tutorial.schemas import MemberSchema, RatingSchema

MEMBERS = 71
COMMITMENTS_EACH = 3
ENTRIES_EACH = 4
RATINGS_EACH = 50

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{os.environ['TUTORIAL_DATABASE']}"
db.init_app(app)
member_schema = MemberSchema()
rating_schema = RatingSchema()


def today() -> date:
    """Return the server's day, as a tutorial would."""
    return datetime.now().astimezone().date()


@event.listens_for(Engine, "connect")
def set_pragmas(connection: Any, record: Any) -> None:
    """Give the baseline the same safety as brickwall: WAL, and every commit on the disk."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")


@app.get("/q/<code>")
def show_member(code: str) -> str:
    """Load the member, dump it, count the ratings, render the page."""
    member = Member.query.filter_by(code=code).first_or_404()
    totals = dict(
        db.session.query(Rating.value, func.count(Rating.id))
        .filter(Rating.member_id == member.id)
        .group_by(Rating.value)
        .all()
    )
    return render_template("member.html", member=member_schema.dump(member), totals=totals, today=today())


@app.post("/ratings")
def rate() -> tuple[Response, int]:
    """Look whether this device has rated, then insert, then raise the counters."""
    data = rating_schema.load(request.get_json())
    member = Member.query.filter_by(code=data["code"]).first_or_404()
    if Rating.query.filter_by(member_id=member.id, device=data["device"]).count():
        return jsonify(error="already rated"), 409
    rating = Rating(member_id=member.id, device=data["device"], value=data["value"], comment=data["comment"])
    db.session.add(rating)
    member.rated = member.rated + 1
    if data["value"] == "satisfied":
        member.satisfied = member.satisfied + 1
    db.session.commit()
    return jsonify(id=rating.id), 201


def make_commitment(index: int) -> Commitment:
    """Return a commitment with its entries."""
    day = today()
    return Commitment(
        title=f"第 {index + 1} 件：修好村东头排水沟 120 米",
        detail="请村民代表一起看，逐段验收，雨季之前办完。",
        due_on=day + timedelta(days=30 * index),
        entries=[
            Entry(happened_on=day - timedelta(days=9 * number), text=f"挖好 {20 * number + 6} 米")
            for number in range(ENTRIES_EACH)
        ],
    )


def fill() -> None:
    """Make the tables and a village of the size of brickwall's sample."""
    with app.app_context():
        db.create_all()
        branch = Organisation(name="柳河村党支部")
        for number in range(MEMBERS):
            member = Member(
                code=f"{number:08d}",
                name=f"村民{number}",
                post="党员",
                organisation=branch,
                commitments=[make_commitment(index) for index in range(COMMITMENTS_EACH)],
            )
            db.session.add(member)
            db.session.flush()
            db.session.add_all(
                Rating(member_id=member.id, device=f"before-{index:06d}", value="satisfied")
                for index in range(RATINGS_EACH)
            )
        db.session.commit()


if __name__ == "__main__":
    fill()
