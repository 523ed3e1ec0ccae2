"""Flows of several turns, and what they collect on tickets."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "dialogues",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("flow_id", sa.Text(), nullable=False),
        sa.Column("intent_id", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("slots", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_dialogues_conversation_id_conversations",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_dialogues_shop_id_shops"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name="fk_dialogues_ticket_id_tickets"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_dialogues"),
    )
    op.create_index(
        "uq_dialogues_open",
        "dialogues",
        ["shop_id", "conversation_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_dialogues_shop_id_conversation_id_id",
        "dialogues",
        ["shop_id", "conversation_id", "id"],
        unique=False,
    )
    op.add_column(
        "tickets",
        sa.Column(
            "data", sa.JSON(none_as_null=True), nullable=False, server_default="{}"
        ),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_column("tickets", "data")
    op.drop_table("dialogues")
