"""WeChat identities, sign-ins without an account, the standing of a rating.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KINDS = "kind IN ('console', 'device', 'token', 'resident', 'staff_phone')"
OLD_KINDS = "kind IN ('console', 'device', 'token')"
STANDINGS = "standing IN ('counted', 'flagged', 'not_counted')"


def upgrade() -> None:
    op.create_table(
        "wechat_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("appid", sa.String(length=40), nullable=False),
        sa.Column("openid_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("openid_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_wechat_identity_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wechat_identity")),
        sa.UniqueConstraint("openid_hash", name=op.f("uq_wechat_identity_openid_hash")),
    )
    with op.batch_alter_table("wechat_identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wechat_identity_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_wechat_identity_phone_index"), ["phone_index"], unique=False)
        batch_op.create_index(batch_op.f("ix_wechat_identity_sealed_at"), ["sealed_at"], unique=False)

    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.alter_column("account_id", existing_type=sa.Integer(), nullable=True)
        batch_op.add_column(sa.Column("identity_id", sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f("ck_auth_session_sessionkind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_auth_session_sessionkind"), KINDS)
        batch_op.create_foreign_key(
            op.f("fk_auth_session_identity_id"), "wechat_identity", ["identity_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_auth_session_identity_id"), ["identity_id"], unique=False)

    # Plain SQL, because it adds the column with its check to either database without copying the
    # ratings to a new table.
    op.execute(
        "ALTER TABLE rating ADD COLUMN standing VARCHAR(24) NOT NULL DEFAULT 'counted' "
        f"CONSTRAINT ck_rating_ratingstanding CHECK ({STANDINGS})"
    )
    op.add_column("round_subject", sa.Column("set_aside", sa.Integer(), nullable=True))
    op.add_column("evaluation_round", sa.Column("flagged", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("evaluation_round", "flagged")
    op.drop_column("round_subject", "set_aside")
    op.drop_column("rating", "standing")

    # Sign-ins without an account have no place in the older table.
    op.execute("DELETE FROM auth_session WHERE account_id IS NULL OR kind IN ('resident', 'staff_phone')")
    with op.batch_alter_table("auth_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_auth_session_identity_id"))
        batch_op.drop_constraint(op.f("fk_auth_session_identity_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_auth_session_sessionkind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_auth_session_sessionkind"), OLD_KINDS)
        batch_op.drop_column("identity_id")
        batch_op.alter_column("account_id", existing_type=sa.Integer(), nullable=False)

    with op.batch_alter_table("wechat_identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wechat_identity_sealed_at"))
        batch_op.drop_index(batch_op.f("ix_wechat_identity_phone_index"))
        batch_op.drop_index(batch_op.f("ix_wechat_identity_account_id"))
    op.drop_table("wechat_identity")
