"""Tables of the tutorial implementation, in Flask-SQLAlchemy's customary style."""

from datetime import date, datetime

from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Organisation(db.Model):
    """A branch."""

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(120), nullable=False)
    members = db.relationship("Member", back_populates="organisation")


class Member(db.Model):
    """A member with a code on a brick, and counters that are shown."""

    id = db.Column(db.Integer, primary_key=True)
    code = db.Column(db.String(8), unique=True, nullable=False)
    name = db.Column(db.String(80), nullable=False)
    post = db.Column(db.String(80), default="")
    organisation_id = db.Column(db.Integer, db.ForeignKey("organisation.id"), nullable=False)
    rated = db.Column(db.Integer, default=0, nullable=False)
    satisfied = db.Column(db.Integer, default=0, nullable=False)
    organisation = db.relationship("Organisation", back_populates="members")
    commitments = db.relationship("Commitment", back_populates="member")


class Commitment(db.Model):
    """A promise with a date."""

    id = db.Column(db.Integer, primary_key=True)
    member_id = db.Column(db.Integer, db.ForeignKey("member.id"), nullable=False, index=True)
    title = db.Column(db.String(200), nullable=False)
    detail = db.Column(db.Text, default="")
    state = db.Column(db.String(20), default="published", nullable=False)
    due_on = db.Column(db.Date, default=date.today, nullable=False)
    member = db.relationship("Member", back_populates="commitments")
    entries = db.relationship("Entry", back_populates="commitment")


class Entry(db.Model):
    """What was done, and when."""

    id = db.Column(db.Integer, primary_key=True)
    commitment_id = db.Column(db.Integer, db.ForeignKey("commitment.id"), nullable=False, index=True)
    happened_on = db.Column(db.Date, default=date.today, nullable=False)
    text = db.Column(db.Text, nullable=False)
    commitment = db.relationship("Commitment", back_populates="entries")


class Rating(db.Model):
    """One rating of one member by one device."""

    id = db.Column(db.Integer, primary_key=True)
    member_id = db.Column(db.Integer, db.ForeignKey("member.id"), nullable=False, index=True)
    device = db.Column(db.String(64), nullable=False, index=True)
    value = db.Column(db.String(16), nullable=False)
    comment = db.Column(db.Text, default="")
    created_at = db.Column(db.DateTime, default=datetime.now, nullable=False)
