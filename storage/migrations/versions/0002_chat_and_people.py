"""The chat window and the people's API."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TABLES = (
    "forgotten_buyers",
    "sessions",
    "media",
    "reveals",
    "chat_devices",
    "conversation_events",
    "ratings",
    "retention_marks",
)

PARTIAL_INDEXES = (
    (
        "ix_orders_finished",
        "orders",
        "told_at",
        "state IN ('completed', 'cancelled', 'refunded')",
    ),
    ("ix_reviews_worded", "reviews", "told_at", "text <> ''"),
    (
        "ix_tickets_closed_worded",
        "tickets",
        "closed_at",
        "phase = 'closed' AND summary <> ''",
    ),
)

COLUMNS = (
    ("conversations", "handed_over_at"),
    ("people", "password_changed_at"),
    ("people", "failed_logins"),
    ("people", "locked_until"),
    ("people", "totp_enc"),
    ("people", "totp_confirmed_at"),
    ("people", "totp_last_step"),
    ("person_shops", "version"),
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "forgotten_buyers",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("ref_hash", sa.LargeBinary(), nullable=False),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("is_suppressed", sa.Boolean(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_forgotten_buyers_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_forgotten_buyers_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_forgotten_buyers"),
    )
    op.create_index(
        "ix_forgotten_buyers_shop_id_ref_hash",
        "forgotten_buyers",
        ["shop_id", "ref_hash"],
        unique=False,
    )
    op.create_table(
        "sessions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_sessions_person_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
    )
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"], unique=False)
    op.create_table(
        "media",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_media_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_media_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_media"),
        sa.UniqueConstraint("name", name="uq_media_name"),
    )
    op.create_index("ix_media_created_at", "media", ["created_at"], unique=False)
    op.create_index(
        "ix_media_shop_id_buyer_id", "media", ["shop_id", "buyer_id"], unique=False
    )
    op.create_table(
        "reveals",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_reveals_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_reveals_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_reveals_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reveals"),
    )
    op.create_index("ix_reveals_shop_id_id", "reveals", ["shop_id", "id"], unique=False)
    op.create_table(
        "chat_devices",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_chat_devices_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_chat_devices_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_chat_devices"),
        sa.UniqueConstraint("token_hash", name="uq_chat_devices_token_hash"),
    )
    op.create_index(
        "ix_chat_devices_shop_id_buyer_id",
        "chat_devices",
        ["shop_id", "buyer_id"],
        unique=False,
    )
    op.create_table(
        "conversation_events",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_conversation_events_conversation_id_conversations",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_conversation_events_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_conversation_events_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversation_events"),
    )
    op.create_index(
        "ix_conversation_events_conversation_id_id",
        "conversation_events",
        ["conversation_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_conversation_events_shop_id_id",
        "conversation_events",
        ["shop_id", "id"],
        unique=False,
    )
    op.create_table(
        "ratings",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_ratings_conversation_id_conversations",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_ratings_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_ratings_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ratings"),
    )
    op.create_index(
        "ix_ratings_shop_id_conversation_id",
        "ratings",
        ["shop_id", "conversation_id"],
        unique=False,
    )
    op.create_table(
        "retention_marks",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("done_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("what", name="pk_retention_marks"),
    )
    for name, table, column, condition in PARTIAL_INDEXES:
        op.create_index(
            name,
            table,
            [column],
            unique=False,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
    op.add_column(
        "conversations",
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index(
        "ix_conversations_shop_id_state_last_buyer_at_id",
        "conversations",
        ["shop_id", "state", "last_buyer_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_conversations_waiting",
        "conversations",
        ["shop_id", "handed_over_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'handed_over'"),
        postgresql_where=sa.text("state = 'handed_over'"),
    )
    op.add_column(
        "people",
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
    )
    # Nobody was asked to change a password before: those there are keep theirs.
    op.execute("UPDATE people SET password_changed_at = created_at")
    op.add_column(
        "people",
        sa.Column("failed_logins", sa.Integer(), nullable=False, server_default="0"),
    )
    op.add_column(
        "people", sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column("people", sa.Column("totp_enc", sa.LargeBinary(), nullable=True))
    op.add_column(
        "people",
        sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.add_column("people", sa.Column("totp_last_step", ID, nullable=True))
    op.add_column(
        "person_shops",
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
    )
    keyed = sa.text("dedupe_key IS NOT NULL")
    op.create_index(
        "ix_follow_ups_ever",
        "follow_ups",
        ["shop_id", "dedupe_key"],
        unique=False,
        sqlite_where=keyed,
        postgresql_where=keyed,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_follow_ups_ever", table_name="follow_ups")
    op.drop_index("ix_conversations_waiting", table_name="conversations")
    for name, table, _, _ in PARTIAL_INDEXES:
        op.drop_index(name, table_name=table)
    op.drop_index(
        "ix_conversations_shop_id_state_last_buyer_at_id", table_name="conversations"
    )
    for table, column in reversed(COLUMNS):
        op.drop_column(table, column)
    for table in reversed(TABLES):
        op.drop_table(table)
