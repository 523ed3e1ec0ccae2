"""Typed shop facts, promotions and product cards."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CARD_COLUMNS = ("card", "card_version", "card_told_at")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "shop_facts",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_shop_facts_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_shop_facts"),
        sa.UniqueConstraint("shop_id", "name", name="uq_shop_facts_shop_id_name"),
    )
    op.create_table(
        "promotions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("promotion_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("categories", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_promotions_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_promotions"),
        sa.UniqueConstraint(
            "shop_id", "promotion_id", name="uq_promotions_shop_id_promotion_id"
        ),
    )
    op.add_column("items", sa.Column("card", sa.JSON(none_as_null=True), nullable=True))
    op.add_column(
        "items",
        sa.Column("card_version", sa.Integer(), nullable=False, server_default="0"),
    )
    op.add_column(
        "items", sa.Column("card_told_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    """Undo."""
    for column in reversed(CARD_COLUMNS):
        op.drop_column("items", column)
    op.drop_table("promotions")
    op.drop_table("shop_facts")
