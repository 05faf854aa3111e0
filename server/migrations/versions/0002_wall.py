"""Plaques, commitments with their chain and photos, feedback.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file_sequence",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_file_sequence_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "year", name=op.f("pk_file_sequence")),
    )
    op.create_table(
        "commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("file_sequence", sa.Integer(), nullable=True),
        sa.Column("file_number", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("beneficiary", sa.Text(), nullable=False),
        sa.Column("target_amount", sa.Integer(), nullable=True),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("done_amount", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_entry_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind <> 'counted' OR target_amount > 0", name=op.f("ck_commitment_counted_has_target")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_commitment_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_commitment_organisation_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["commitment.id"], name=op.f("fk_commitment_parent_id")),
        sa.CheckConstraint(
            "category IN ('water', 'road', 'environment', 'safety', 'care', 'income', 'education', 'culture', 'service', 'other')",
            name=op.f("ck_commitment_category"),
        ),
        sa.CheckConstraint(
            "kind IN ('one_off', 'counted', 'standing')", name=op.f("ck_commitment_commitmentkind")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'returned', 'approved', 'published', 'done_claimed', 'sent_back', 'closed_out', 'rectifying', 'carried_over', 'withdrawn')",
            name=op.f("ck_commitment_commitmentstate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment")),
        sa.UniqueConstraint(
            "organisation_id",
            "year",
            "file_sequence",
            name=op.f("uq_commitment_organisation_id_year_file_sequence"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_commitment_public_id")),
    )
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.create_index("ix_commitment_member_id_year", ["member_id", "year"], unique=False)
        batch_op.create_index(
            "ix_commitment_organisation_id_year_state", ["organisation_id", "year", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_commitment_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_feedback_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_feedback_organisation_id")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'answered', 'closed')", name=op.f("ck_feedback_feedbackstate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_feedback_code_hash")),
        sa.UniqueConstraint("public_id", name=op.f("uq_feedback_public_id")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index("ix_feedback_organisation_id_state", ["organisation_id", "state"], unique=False)

    op.create_table(
        "plaque",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "member_id IS NULL OR state <> 'blank'", name=op.f("ck_plaque_blank_has_no_member")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_plaque_member_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_plaque_organisation_id")
        ),
        sa.CheckConstraint(
            "state IN ('blank', 'issued', 'printed', 'installed', 'damaged', 'retired')",
            name=op.f("ck_plaque_plaquestate"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plaque")),
        sa.UniqueConstraint("code", name=op.f("uq_plaque_code")),
    )
    with op.batch_alter_table("plaque", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plaque_member_id"), ["member_id"], unique=False)
        batch_op.create_index("ix_plaque_organisation_id_state", ["organisation_id", "state"], unique=False)

    op.create_table(
        "commitment_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("actor_label", sa.Text(), nullable=False),
        sa.Column("from_state", sa.String(length=24), nullable=True),
        sa.Column("to_state", sa.String(length=24), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_commitment_event_commitment_id")
        ),
        sa.CheckConstraint(
            "from_state IN ('draft', 'submitted', 'returned', 'approved', 'published', 'done_claimed', 'sent_back', 'closed_out', 'rectifying', 'carried_over', 'withdrawn')",
            name=op.f("ck_commitment_event_from_state"),
        ),
        sa.CheckConstraint(
            "kind IN ('proposed', 'edited', 'submitted', 'returned', 'approved', 'published', 'entry_recorded', 'entry_superseded', 'done_claimed', 'sent_back', 'closed_out', 'withdrawn', 'revision_proposed', 'revised', 'revision_refused')",
            name=op.f("ck_commitment_event_eventkind"),
        ),
        sa.CheckConstraint(
            "to_state IN ('draft', 'submitted', 'returned', 'approved', 'published', 'done_claimed', 'sent_back', 'closed_out', 'rectifying', 'carried_over', 'withdrawn')",
            name=op.f("ck_commitment_event_to_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_event")),
        sa.UniqueConstraint(
            "commitment_id", "sequence", name=op.f("uq_commitment_event_commitment_id_sequence")
        ),
    )
    op.create_table(
        "commitment_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor_label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_commitment_revision_commitment_id")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'accepted', 'refused')", name=op.f("ck_commitment_revision_revisionstate")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_revision")),
        sa.UniqueConstraint(
            "commitment_id", "number", name=op.f("uq_commitment_revision_commitment_id_number")
        ),
    )
    op.create_table(
        "fulfilment_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_fulfilment_entry_commitment_id")
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"], ["fulfilment_entry.id"], name=op.f("fk_fulfilment_entry_supersedes_id")
        ),
        sa.CheckConstraint(
            "source IN ('phone', 'meeting', 'visit')", name=op.f("ck_fulfilment_entry_entrysource")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fulfilment_entry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_fulfilment_entry_public_id")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_fulfilment_entry_supersedes_id")),
    )
    with op.batch_alter_table("fulfilment_entry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_fulfilment_entry_commitment_id_happened_on", ["commitment_id", "happened_on"], unique=False
        )

    op.create_table(
        "plaque_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plaque_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_label", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["plaque_id"], ["plaque.id"], name=op.f("fk_plaque_event_plaque_id")),
        sa.CheckConstraint(
            "kind IN ('issued', 'printed', 'bound', 'repointed', 'installed', 'damaged', 'retired')",
            name=op.f("ck_plaque_event_plaqueeventkind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plaque_event")),
    )
    with op.batch_alter_table("plaque_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plaque_event_plaque_id"), ["plaque_id"], unique=False)

    op.create_table(
        "photo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["fulfilment_entry.id"], name=op.f("fk_photo_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("public_id", name=op.f("uq_photo_public_id")),
    )
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_photo_entry_id"), ["entry_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photo_entry_id"))
        batch_op.drop_index(batch_op.f("ix_photo_created_at"))

    op.drop_table("photo")
    with op.batch_alter_table("plaque_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plaque_event_plaque_id"))

    op.drop_table("plaque_event")
    with op.batch_alter_table("fulfilment_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_fulfilment_entry_commitment_id_happened_on")

    op.drop_table("fulfilment_entry")
    op.drop_table("commitment_revision")
    op.drop_table("commitment_event")
    with op.batch_alter_table("plaque", schema=None) as batch_op:
        batch_op.drop_index("ix_plaque_organisation_id_state")
        batch_op.drop_index(batch_op.f("ix_plaque_member_id"))

    op.drop_table("plaque")
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index("ix_feedback_organisation_id_state")

    op.drop_table("feedback")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_parent_id"))
        batch_op.drop_index("ix_commitment_organisation_id_year_state")
        batch_op.drop_index("ix_commitment_member_id_year")

    op.drop_table("commitment")
    op.drop_table("file_sequence")
