"""Bargaining: policies, states, asks, offers and coupons."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TABLES = (
    "bargaining_policies",
    "bargaining_states",
    "offers",
    "bargaining_asks",
    "coupons",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "bargaining_policies",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("scope_kind", sa.Text(), nullable=False),
        sa.Column("scope_ref", sa.Text(), nullable=False),
        sa.Column("terms", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_bargaining_policies_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bargaining_policies"),
        sa.UniqueConstraint(
            "shop_id",
            "scope_kind",
            "scope_ref",
            name="uq_bargaining_policies_shop_id_scope_kind_scope_ref",
        ),
    )
    op.create_table(
        "bargaining_states",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_bargaining_states_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_bargaining_states_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bargaining_states"),
        sa.UniqueConstraint(
            "shop_id",
            "buyer_id",
            "item_id",
            name="uq_bargaining_states_shop_id_buyer_id_item_id",
        ),
    )
    op.create_index(
        "ix_bargaining_states_updated_at",
        "bargaining_states",
        ["updated_at"],
        unique=False,
    )
    op.create_table(
        "offers",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("list_fen", ID, nullable=False),
        sa.Column("price_fen", ID, nullable=False),
        sa.Column("cost_fen", ID, nullable=False),
        sa.Column("counted_fen", ID, nullable=False),
        sa.Column("charged_fen", ID, nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", ID, nullable=True),
        sa.Column("granted_by", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_offers_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_offers_conversation_id_conversations",
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["people.id"], name="fk_offers_granted_by_people"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_offers_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
    )
    op.create_index(
        "ix_offers_expiring",
        "offers",
        ["valid_until"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_offers_shop_id_conversation_id_created_at",
        "offers",
        ["shop_id", "conversation_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_offers_shop_id_created_at",
        "offers",
        ["shop_id", "created_at"],
        unique=False,
    )
    op.create_index(
        "ix_offers_shop_id_scope_created_at",
        "offers",
        ["shop_id", "scope", "created_at"],
        unique=False,
    )
    op.create_index(
        "uq_offers_open",
        "offers",
        ["shop_id", "buyer_id", "item_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "bargaining_asks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("tactic", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked_fen", ID, nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_bargaining_asks_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_bargaining_asks_conversation_id_conversations",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_bargaining_asks_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_bargaining_asks"),
    )
    op.create_index(
        "ix_bargaining_asks_shop_id_buyer_id_item_id",
        "bargaining_asks",
        ["shop_id", "buyer_id", "item_id"],
        unique=False,
    )
    op.create_index(
        "ix_bargaining_asks_shop_id_conversation_id_id",
        "bargaining_asks",
        ["shop_id", "conversation_id", "id"],
        unique=False,
    )
    op.create_table(
        "coupons",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("pool", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("offer_id", ID, nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name="fk_coupons_offer_id_offers"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_coupons_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_coupons"),
        sa.UniqueConstraint(
            "shop_id", "pool", "code", name="uq_coupons_shop_id_pool_code"
        ),
    )
    op.create_index(
        "ix_coupons_free",
        "coupons",
        ["shop_id", "pool", "id"],
        unique=False,
        sqlite_where=sa.text("offer_id IS NULL"),
        postgresql_where=sa.text("offer_id IS NULL"),
    )
    op.create_index(
        "ix_coupons_shop_id_offer_id", "coupons", ["shop_id", "offer_id"], unique=False
    )


def downgrade() -> None:
    """Undo."""
    for table in reversed(TABLES):
        op.drop_table(table)
