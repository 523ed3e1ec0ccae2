"""Moods, stretches of talk, and incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_RUNNING = sa.text("ended_at IS NULL")
_UNTOLD = sa.text("ended_at IS NOT NULL AND closed_at IS NULL")


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "conversations",
        sa.Column("mood", sa.Text(), nullable=False, server_default="neutral"),
    )
    op.add_column(
        "conversations",
        sa.Column("stretch_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.add_column("follow_ups", sa.Column("incident_id", ID, nullable=True))
    _create_incidents()
    _create_contacts()


def _create_incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("closing", sa.Text(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declared_by", ID, nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_incidents_shop_id_shops"
        ),
        sa.ForeignKeyConstraint(
            ["declared_by"], ["people.id"], name="fk_incidents_declared_by_people"
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["people.id"], name="fk_incidents_ended_by_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_index("ix_incidents_shop_id_id", "incidents", ["shop_id", "id"])
    op.create_index(
        "ix_incidents_running",
        "incidents",
        ["shop_id", "ends_at"],
        sqlite_where=_RUNNING,
        postgresql_where=_RUNNING,
    )
    op.create_index(
        "ix_incidents_untold",
        "incidents",
        ["ended_at"],
        sqlite_where=_UNTOLD,
        postgresql_where=_UNTOLD,
    )


def _create_contacts() -> None:
    op.create_table(
        "incident_contacts",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("incident_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closing_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_incident_contacts_shop_id_shops"
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.id"],
            name="fk_incident_contacts_incident_id_incidents",
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_incident_contacts_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_incident_contacts_conversation_id_conversations",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incident_contacts"),
    )
    op.create_index(
        "ix_incident_contacts_shop_id_incident_id_buyer_id",
        "incident_contacts",
        ["shop_id", "incident_id", "buyer_id"],
    )
    op.create_index(
        "ix_incident_contacts_shop_id_buyer_id",
        "incident_contacts",
        ["shop_id", "buyer_id"],
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("incident_contacts")
    op.drop_table("incidents")
    op.drop_column("follow_ups", "incident_id")
    op.drop_column("conversations", "stretch_at")
    op.drop_column("conversations", "mood")
