"""The promise ledger, and orders that anonymous buyers show to be theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)

UNSETTLED = sa.text("state IN ('open', 'warned')")
UNFULFILLED = sa.text("state IN ('open', 'warned', 'breached') AND kept_at IS NULL")
PHONED_ORDER = sa.text("phone_enc IS NOT NULL")

PROMISE_INDEXES = (
    ("uq_promises_open", ["shop_id", "buyer_id", "about", "order_ref"], UNSETTLED),
    ("ix_promises_due", ["next_at"], UNSETTLED),
    ("ix_promises_order", ["shop_id", "order_ref"], UNFULFILLED),
    ("ix_promises_shop_id_state_id", ["shop_id", "state", "id"], None),
    ("ix_promises_shop_id_person_id_id", ["shop_id", "person_id", "id"], None),
    ("ix_promises_conversation_id_id", ["conversation_id", "id"], None),
    ("ix_promises_message_id", ["message_id"], None),
    ("ix_promises_shop_id_buyer_id", ["shop_id", "buyer_id"], None),
)
IDENTITY_INDEXES = (
    ("identity_checks", ["shop_id", "conversation_id", "id"]),
    ("identity_tries", ["shop_id", "conversation_id", "at"]),
    ("identity_tries", ["shop_id", "order_hash", "at"]),
    ("identity_tries", ["at"]),
)


def _belongs(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{target}.id"], name=f"fk_{table}_{column}_{target}"
    )


def upgrade() -> None:
    """Do it."""
    op.create_table(
        "promises",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("order_ref", sa.Text(), nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("amount_fen", ID, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("warned_at", TIME, nullable=True),
        sa.Column("kept_at", TIME, nullable=True),
        sa.Column("breached_at", TIME, nullable=True),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        _belongs("promises", "shop_id", "shops"),
        _belongs("promises", "conversation_id", "conversations"),
        _belongs("promises", "buyer_id", "buyers"),
        _belongs("promises", "person_id", "people"),
        _belongs("promises", "settled_by", "people"),
        sa.PrimaryKeyConstraint("id", name="pk_promises"),
    )
    for name, columns, where in PROMISE_INDEXES:
        op.create_index(
            name,
            "promises",
            columns,
            unique=name.startswith("uq_"),
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_table(
        "identity_checks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("intent_id", sa.Text(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("order_ref", sa.Text(), nullable=True),
        sa.Column("digits_enc", sa.LargeBinary(), nullable=True),
        sa.Column("verified_at", TIME, nullable=True),
        sa.Column("verified_until", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        _belongs("identity_checks", "shop_id", "shops"),
        _belongs("identity_checks", "conversation_id", "conversations"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_checks"),
    )
    op.create_table(
        "identity_tries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("order_hash", sa.LargeBinary(), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        _belongs("identity_tries", "shop_id", "shops"),
        _belongs("identity_tries", "conversation_id", "conversations"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_tries"),
        sa.UniqueConstraint(
            "shop_id", "message_id", name="uq_identity_tries_shop_id_message_id"
        ),
    )
    for table, columns in IDENTITY_INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    op.add_column("orders", sa.Column("phone_enc", sa.LargeBinary(), nullable=True))
    op.add_column("orders", sa.Column("phone_hash", sa.LargeBinary(), nullable=True))
    op.create_index(
        "ix_orders_phoned",
        "orders",
        ["shop_id"],
        sqlite_where=PHONED_ORDER,
        postgresql_where=PHONED_ORDER,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_orders_phoned", table_name="orders")
    op.drop_column("orders", "phone_hash")
    op.drop_column("orders", "phone_enc")
    op.drop_table("identity_tries")
    op.drop_table("identity_checks")
    op.drop_table("promises")
