"""Checks of texts and pictures before anybody else sees them.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("fulfilment_entry", "photo")


def upgrade() -> None:
    op.create_table(
        "content_check",
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("label", sa.Integer(), nullable=True),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("openid_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("trace_id", sa.String(length=80), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_content_check_organisation_id")
        ),
        sa.CheckConstraint(
            "kind IN ('comment', 'feedback', 'entry', 'photo')", name=op.f("ck_content_check_contentkind")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'passed', 'held', 'released', 'refused')",
            name=op.f("ck_content_check_checkstate"),
        ),
        sa.CheckConstraint(
            "reason IN ('risky', 'review', 'words', 'no_openid', 'timeout', 'unreachable')",
            name=op.f("ck_content_check_checkreason"),
        ),
        sa.CheckConstraint(
            "state = 'waiting' OR openid_sealed IS NULL", name=op.f("ck_content_check_openid_until_settled")
        ),
        sa.CheckConstraint(
            "state = 'waiting' OR kind IN ('entry', 'photo') OR (since IS NULL AND settled_at IS NULL)",
            name=op.f("ck_content_check_voices_without_time"),
        ),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_content_check")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_content_check_kind_subject")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("content_check", schema=None) as batch_op:
        batch_op.create_index("ix_content_check_state_since", ["state", "since"], unique=False)
        batch_op.create_index(batch_op.f("ix_content_check_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_content_check_trace_id"), ["trace_id"], unique=False)

    # Plain SQL, because it adds the column with its check to either database without copying the
    # table. What stood there before checks existed was shown to everybody.
    for table in TABLES:
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN showing VARCHAR(24) NOT NULL DEFAULT 'shown' "
            f"CONSTRAINT ck_{table}_showing CHECK (showing IN ('shown', 'waiting', 'refused'))"
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "showing")

    with op.batch_alter_table("content_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_content_check_trace_id"))
        batch_op.drop_index(batch_op.f("ix_content_check_organisation_id"))
        batch_op.drop_index("ix_content_check_state_since")

    op.drop_table("content_check")
