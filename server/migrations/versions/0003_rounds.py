"""Rounds and ratings, keyed by hashes, without times.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evaluation_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("electorate", sa.String(length=24), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("roster_size", sa.Integer(), nullable=True),
        sa.Column("publish_minimum", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("participants", sa.Integer(), nullable=True),
        sa.Column("next_opens_on", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_evaluation_round_organisation_id")
        ),
        sa.CheckConstraint(
            "electorate IN ('residents_members', 'residents_branch', 'members_branch', 'served_commitment', 'upper_lower', 'lower_upper')",
            name=op.f("ck_evaluation_round_electorate"),
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_evaluation_round_roundstate")),
        sa.CheckConstraint("level IN ('a', 'b', 'c')", name=op.f("ck_evaluation_round_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_round")),
        sa.UniqueConstraint("public_id", name=op.f("uq_evaluation_round_public_id")),
    )
    with op.batch_alter_table("evaluation_round", schema=None) as batch_op:
        batch_op.create_index(
            "ix_evaluation_round_organisation_id_state", ["organisation_id", "state"], unique=False
        )
        batch_op.create_index(
            "uq_evaluation_round_one_open",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "rating_nonce",
        sa.Column("nonce", sa.LargeBinary(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(length=12), nullable=False),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["evaluation_round.id"], name=op.f("fk_rating_nonce_round_id")),
        sa.PrimaryKeyConstraint("nonce", name=op.f("pk_rating_nonce")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rating_nonce", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rating_nonce_round_id"), ["round_id"], unique=False)

    op.create_table(
        "round_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_label", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["evaluation_round.id"], name=op.f("fk_round_event_round_id")),
        sa.CheckConstraint(
            "kind IN ('round_open', 'round_close')", name=op.f("ck_round_event_roundeventkind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_event")),
        sa.UniqueConstraint("round_id", "sequence", name=op.f("uq_round_event_round_id_sequence")),
    )
    op.create_table(
        "round_subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("satisfied", sa.Integer(), nullable=True),
        sa.Column("fair", sa.Integer(), nullable=True),
        sa.Column("dissatisfied", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_round_subject_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_round_subject_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["evaluation_round.id"], name=op.f("fk_round_subject_round_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_subject")),
        sa.UniqueConstraint("round_id", "key", name=op.f("uq_round_subject_round_id_key")),
    )
    with op.batch_alter_table("round_subject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_subject_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_round_subject_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "round_voter",
        sa.Column("roll", sa.LargeBinary(length=32), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["evaluation_round.id"], name=op.f("fk_round_voter_round_id")),
        sa.PrimaryKeyConstraint("roll", name=op.f("pk_round_voter")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("round_voter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_voter_round_id"), ["round_id"], unique=False)

    op.create_table(
        "rating",
        sa.Column("slot", sa.LargeBinary(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=24), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=False),
        sa.Column("receipt", sa.String(length=12), nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=32), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("lock", sa.LargeBinary(length=32), nullable=False),
        sa.Column("reveal", sa.LargeBinary(length=32), nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["round_subject.id"], name=op.f("fk_rating_subject_id")),
        sa.CheckConstraint("level IN ('a', 'b', 'c')", name=op.f("ck_rating_level")),
        sa.CheckConstraint(
            "value IN ('satisfied', 'fair', 'dissatisfied')", name=op.f("ck_rating_ratingvalue")
        ),
        sa.PrimaryKeyConstraint("slot", "version", name=op.f("pk_rating")),
        sa.UniqueConstraint("receipt", name=op.f("uq_rating_receipt")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index("ix_rating_subject_id", ["subject_id"], unique=False)

    op.create_table(
        "rating_comment",
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["round_subject.id"], name=op.f("fk_rating_comment_subject_id")
        ),
        sa.CheckConstraint(
            "state IN ('held', 'published', 'rejected')", name=op.f("ck_rating_comment_commentstate")
        ),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_rating_comment")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("rating_comment", schema=None) as batch_op:
        batch_op.create_index("ix_rating_comment_subject_id", ["subject_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("rating_comment", schema=None) as batch_op:
        batch_op.drop_index("ix_rating_comment_subject_id")

    op.drop_table("rating_comment")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_index("ix_rating_subject_id")

    op.drop_table("rating")
    with op.batch_alter_table("round_voter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_voter_round_id"))

    op.drop_table("round_voter")
    with op.batch_alter_table("round_subject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_subject_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_round_subject_member_id"))

    op.drop_table("round_subject")
    op.drop_table("round_event")
    with op.batch_alter_table("rating_nonce", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rating_nonce_round_id"))

    op.drop_table("rating_nonce")
    with op.batch_alter_table("evaluation_round", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_evaluation_round_one_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_evaluation_round_organisation_id_state")

    op.drop_table("evaluation_round")
