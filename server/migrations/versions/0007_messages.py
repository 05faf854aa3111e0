"""Mailboxes, messages and what may be sent to a phone.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('result', 'due', 'answer', 'returned', 'approved', 'published', 'sent_back', 'closed_out', "
    "'entry_refused')"
)
ONE_OWNER = (
    "(kind = 'member' AND account_id IS NOT NULL AND identity_id IS NULL AND token_hash IS NULL)"
    " OR (kind = 'wechat' AND account_id IS NULL AND identity_id IS NOT NULL AND token_hash IS NULL)"
    " OR (kind = 'web' AND account_id IS NULL AND identity_id IS NULL AND token_hash IS NOT NULL)"
)


def upgrade() -> None:
    op.create_table(
        "mailbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("identity_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.CheckConstraint("kind IN ('member', 'wechat', 'web')", name=op.f("ck_mailbox_mailboxkind")),
        sa.CheckConstraint(ONE_OWNER, name=op.f("ck_mailbox_one_owner")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mailbox_account_id")),
        sa.ForeignKeyConstraint(
            ["identity_id"], ["wechat_identity.id"], name=op.f("fk_mailbox_identity_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("account_id", name=op.f("uq_mailbox_account_id")),
        sa.UniqueConstraint("identity_id", name=op.f("uq_mailbox_identity_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailbox_token_hash")),
    )
    op.create_index("ix_mailbox_kind_made_on", "mailbox", ["kind", "made_on"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("page", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_message_messagekind")),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_message_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("mailbox_id", "key", name=op.f("uq_message_mailbox_id_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_message_public_id")),
    )
    op.create_index(op.f("ix_message_created_at"), "message", ["created_at"], unique=False)

    op.create_table(
        "message_subscription",
        sa.Column("topic", sa.String(length=80), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["mailbox_id"],
            ["mailbox.id"],
            name=op.f("fk_message_subscription_mailbox_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("topic", "mailbox_id", name=op.f("pk_message_subscription")),
        sa.UniqueConstraint("public_id", name=op.f("uq_message_subscription_public_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_message_subscription_mailbox_id"), "message_subscription", ["mailbox_id"], unique=False
    )

    op.create_table(
        "message_credit",
        sa.Column("identity_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("openid_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(KINDS, name=op.f("ck_message_credit_messagekind")),
        sa.CheckConstraint(
            "count >= 0 AND (count > 0) = (openid_sealed IS NOT NULL)",
            name=op.f("ck_message_credit_openid_while_allowed"),
        ),
        sa.ForeignKeyConstraint(
            ["identity_id"],
            ["wechat_identity.id"],
            name=op.f("fk_message_credit_identity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("identity_id", "kind", name=op.f("pk_message_credit")),
    )

    op.create_table(
        "phone_message",
        sa.Column("message_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sending')", name=op.f("ck_phone_message_phonestate")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_phone_message_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_phone_message")),
    )
    op.create_index("ix_phone_message_next_at", "phone_message", ["next_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_phone_message_next_at", table_name="phone_message")
    op.drop_table("phone_message")
    op.drop_table("message_credit")
    op.drop_index(op.f("ix_message_subscription_mailbox_id"), table_name="message_subscription")
    op.drop_table("message_subscription")
    op.drop_index(op.f("ix_message_created_at"), table_name="message")
    op.drop_table("message")
    op.drop_index("ix_mailbox_kind_made_on", table_name="mailbox")
    op.drop_table("mailbox")
