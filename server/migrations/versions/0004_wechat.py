"""The WeChat gateway: its token, and the pushes it received.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wechat_token",
        sa.Column("appid", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("holder", sa.String(length=40), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("appid", name=op.f("pk_wechat_token")),
    )
    op.create_table(
        "wechat_push",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'done', 'ignored')", name=op.f("ck_wechat_push_pushstate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_push")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_wechat_push_fingerprint")),
    )
    with op.batch_alter_table("wechat_push", schema=None) as batch_op:
        batch_op.create_index("ix_wechat_push_received_at", ["received_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("wechat_push", schema=None) as batch_op:
        batch_op.drop_index("ix_wechat_push_received_at")
    op.drop_table("wechat_push")
    op.drop_table("wechat_token")
