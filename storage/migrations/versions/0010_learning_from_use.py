"""Learning from use: what managers made of missed lines."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LINKS = {"shop_id": "shops", "draft_id": "library_drafts", "decided_by": "people"}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "missed_decisions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("intent_id", sa.Text(), nullable=True),
        sa.Column("draft_id", ID, nullable=True),
        sa.Column("lines", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sketch", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("per_day", sa.Float(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{table}.id"],
                name=f"fk_missed_decisions_{column}_{table}",
            )
            for column, table in LINKS.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_missed_decisions"),
        sa.UniqueConstraint("shop_id", "key", name="uq_missed_decisions_shop_id_key"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("missed_decisions")
