"""First tables.

One revision and long, as it lists nothing but the tables there were at first: what has run on
somebody's database is never split or changed, later changes are later revisions.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

TABLES = (
    "changes",
    "people",
    "shops",
    "audit",
    "buyers",
    "items",
    "library_versions",
    "orders",
    "person_shops",
    "presence",
    "settings",
    "ticket_counters",
    "consents",
    "conversations",
    "order_events",
    "reviews",
    "suppressions",
    "follow_ups",
    "messages",
    "suggestions",
    "tickets",
    "deliveries",
    "ticket_events",
)


def _where(condition: str) -> dict[str, Any]:
    """Return a partial index's condition for either database."""
    text = sa.text(condition)
    return {"sqlite_where": text, "postgresql_where": text}


def upgrade() -> None:  # noqa: PLR0915 - one statement a table and index
    """Apply."""
    op.create_table(
        "changes",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("counter", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    op.create_table(
        "people",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("user", name="uq_people_user"),
    )
    op.create_table(
        "shops",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("pack_id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("callback_url", sa.Text(), nullable=True),
        sa.Column("policies", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("settings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shops"),
        sa.UniqueConstraint("slug", name="uq_shops_slug"),
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_audit_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_audit_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_shop_id_at", "audit", ["shop_id", "at"], unique=False)
    op.create_table(
        "buyers",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("buyer_ref", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone_enc", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("address_enc", sa.LargeBinary(), nullable=True),
        sa.Column("is_professional_reviewer", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_buyers_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_buyers"),
        sa.UniqueConstraint(
            "shop_id",
            "connector",
            "buyer_ref",
            name="uq_buyers_shop_id_connector_buyer_ref",
        ),
    )
    op.create_index(
        "ix_buyers_shop_id_buyer_ref", "buyers", ["shop_id", "buyer_ref"], unique=False
    )
    op.create_index(
        "ix_buyers_shop_id_phone_hash",
        "buyers",
        ["shop_id", "phone_hash"],
        unique=False,
    )
    op.create_table(
        "items",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("list_fen", ID, nullable=True),
        sa.Column("floor_fen", ID, nullable=True),
        sa.Column("stock", ID, nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("restock_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_items_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("shop_id", "item_id", name="uq_items_shop_id_item_id"),
    )
    op.create_table(
        "library_versions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("published_by", ID, nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["published_by"],
            ["people.id"],
            name="fk_library_versions_published_by_people",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_library_versions_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_library_versions"),
        sa.UniqueConstraint(
            "shop_id", "number", name="uq_library_versions_shop_id_number"
        ),
    )
    op.create_table(
        "orders",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("buyer_ref", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lines", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("promised_ship_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("courier", sa.Text(), nullable=True),
        sa.Column("tracking_no", sa.Text(), nullable=True),
        sa.Column("latest_track", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refund", sa.Text(), nullable=True),
        sa.Column("dispute", sa.Text(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_orders_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_orders"),
        sa.UniqueConstraint("shop_id", "order_id", name="uq_orders_shop_id_order_id"),
    )
    op.create_index(
        "ix_orders_shop_id_buyer_ref_told_at",
        "orders",
        ["shop_id", "buyer_ref", "told_at"],
        unique=False,
    )
    op.create_table(
        "person_shops",
        sa.Column("person_id", ID, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_person_shops_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_person_shops_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("person_id", "shop_id", name="pk_person_shops"),
    )
    op.create_table(
        "presence",
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("is_on_duty", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_presence_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_presence_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("shop_id", "person_id", name="pk_presence"),
    )
    op.create_table(
        "settings",
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_settings_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("shop_id", "key", name="pk_settings"),
    )
    op.create_table(
        "ticket_counters",
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("ticket_type", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_ticket_counters_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("shop_id", "ticket_type", name="pk_ticket_counters"),
    )
    op.create_table(
        "consents",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("is_given", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_consents_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_consents_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
    )
    op.create_index(
        "ix_consents_shop_id_buyer_id_purpose_changed_at",
        "consents",
        ["shop_id", "buyer_id", "purpose", "changed_at"],
        unique=False,
    )
    op.create_table(
        "conversations",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("buyer_ref", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("served_by", ID, nullable=True),
        sa.Column("served_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("is_greeted", sa.Boolean(), nullable=False),
        sa.Column("last_intent", sa.Text(), nullable=True),
        sa.Column("used_variants", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("question_id", sa.Text(), nullable=True),
        sa.Column("question_ticket_id", ID, nullable=True),
        sa.Column("question_review_id", ID, nullable=True),
        sa.Column("question_follow_up_id", ID, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_buyer_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_item_ref", sa.Text(), nullable=True),
        sa.Column("last_order_ref", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_conversations_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["served_by"], ["people.id"], name="fk_conversations_served_by_people"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_conversations_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint(
            "shop_id", "buyer_id", name="uq_conversations_shop_id_buyer_id"
        ),
    )
    op.create_index(
        "ix_conversations_served_until",
        "conversations",
        ["served_until"],
        unique=False,
        **_where("state = 'served'"),
    )
    op.create_table(
        "order_events",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("order_row_id", ID, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_row_id"], ["orders.id"], name="fk_order_events_order_row_id_orders"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_order_events_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_order_events"),
    )
    op.create_index(
        "ix_order_events_shop_id_order_row_id_id",
        "order_events",
        ["shop_id", "order_row_id", "id"],
        unique=False,
    )
    op.create_table(
        "reviews",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("review_id", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Text(), nullable=False),
        sa.Column("buyer_id", ID, nullable=True),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_reviews_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_reviews_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint(
            "shop_id", "review_id", name="uq_reviews_shop_id_review_id"
        ),
    )
    op.create_index(
        "ix_reviews_shop_id_buyer_id", "reviews", ["shop_id", "buyer_id"], unique=False
    )
    op.create_index(
        "ix_reviews_shop_id_ticket_id",
        "reviews",
        ["shop_id", "ticket_id"],
        unique=False,
    )
    op.create_table(
        "suppressions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_suppressions_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_suppressions_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_suppressions"),
        sa.UniqueConstraint(
            "shop_id", "buyer_id", name="uq_suppressions_shop_id_buyer_id"
        ),
    )
    op.create_table(
        "follow_ups",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("plan_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deferred_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_ref", sa.Text(), nullable=True),
        sa.Column("item_ref", sa.Text(), nullable=True),
        sa.Column("ticket_id", ID, nullable=True),
        sa.Column("review_id", ID, nullable=True),
        sa.Column("dedupe_key", sa.Text(), nullable=True),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message_id", ID, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_follow_ups_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_follow_ups_conversation_id_conversations",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_follow_ups_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_follow_ups"),
    )
    op.create_index(
        "ix_follow_ups_due",
        "follow_ups",
        ["due_at"],
        unique=False,
        **_where("state = 'planned'"),
    )
    op.create_index(
        "ix_follow_ups_leased",
        "follow_ups",
        ["lease_until"],
        unique=False,
        **_where("state = 'claimed'"),
    )
    op.create_index(
        "ix_follow_ups_marketing",
        "follow_ups",
        ["shop_id", "buyer_id", "sent_at"],
        unique=False,
        **_where("state = 'sent' AND kind = 'marketing'"),
    )
    op.create_index(
        "ix_follow_ups_order",
        "follow_ups",
        ["shop_id", "order_ref"],
        unique=False,
        **_where("state IN ('planned', 'claimed')"),
    )
    op.create_index(
        "ix_follow_ups_review",
        "follow_ups",
        ["shop_id", "review_id"],
        unique=False,
        **_where("state IN ('planned', 'claimed')"),
    )
    op.create_index(
        "ix_follow_ups_shop_id_buyer_id_state",
        "follow_ups",
        ["shop_id", "buyer_id", "state"],
        unique=False,
    )
    op.create_index(
        "ix_follow_ups_shop_id_state_id",
        "follow_ups",
        ["shop_id", "state", "id"],
        unique=False,
    )
    op.create_index(
        "ix_follow_ups_ticket",
        "follow_ups",
        ["shop_id", "ticket_id"],
        unique=False,
        **_where("state IN ('planned', 'claimed')"),
    )
    op.create_index(
        "ix_follow_ups_unanswered",
        "follow_ups",
        ["answer_until"],
        unique=False,
        **_where(
            "state = 'sent' AND answer_until IS NOT NULL AND answered_at IS NULL AND answer IS NULL"
        ),
    )
    op.create_index(
        "uq_follow_ups_dedupe_key",
        "follow_ups",
        ["shop_id", "dedupe_key"],
        unique=True,
        **_where("dedupe_key IS NOT NULL AND state IN ('planned', 'claimed', 'sent')"),
    )
    op.create_table(
        "messages",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("connector", sa.Text(), nullable=False),
        sa.Column("platform_message_id", sa.Text(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("order_ref", sa.Text(), nullable=True),
        sa.Column("item_ref", sa.Text(), nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("intent_id", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("band", sa.Text(), nullable=True),
        sa.Column("script_id", sa.Text(), nullable=True),
        sa.Column("variant", sa.Integer(), nullable=True),
        sa.Column("buttons", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("attachments", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("turn_first_id", ID, nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_messages_conversation_id_conversations",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_messages_person_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_messages_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint(
            "shop_id",
            "connector",
            "platform_message_id",
            name="uq_messages_shop_id_connector_platform_message_id",
        ),
    )
    op.create_index(
        "ix_messages_conversation_id_id",
        "messages",
        ["conversation_id", "id"],
        unique=False,
    )
    op.create_index(
        "ix_messages_unhandled",
        "messages",
        ["id"],
        unique=False,
        **_where("handled_at IS NULL AND direction = 'incoming'"),
    )
    op.create_table(
        "suggestions",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("turn_first_id", ID, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("intent_id", sa.Text(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("script_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_suggestions_conversation_id_conversations",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_suggestions_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
    )
    op.create_index(
        "ix_suggestions_shop_id_conversation_id_id",
        "suggestions",
        ["shop_id", "conversation_id", "id"],
        unique=False,
    )
    op.create_table(
        "tickets",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("ticket_type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("buyer_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=True),
        sa.Column("order_ref", sa.Text(), nullable=False),
        sa.Column("intent_id", sa.Text(), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("assignee_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("first_answer_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_plan_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call_back_result", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["people.id"], name="fk_tickets_assignee_id_people"
        ),
        sa.ForeignKeyConstraint(
            ["buyer_id"], ["buyers.id"], name="fk_tickets_buyer_id_buyers"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_tickets_conversation_id_conversations",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_tickets_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("shop_id", "number", name="uq_tickets_shop_id_number"),
    )
    op.create_index(
        "ix_tickets_shop_id_opened_at",
        "tickets",
        ["shop_id", "opened_at"],
        unique=False,
    )
    op.create_index(
        "ix_tickets_shop_id_phase_id",
        "tickets",
        ["shop_id", "phase", "id"],
        unique=False,
    )
    op.create_index(
        "ix_tickets_unanswered",
        "tickets",
        ["first_answer_due_at"],
        unique=False,
        **_where(
            "phase = 'open' AND first_answered_at IS NULL AND breached_first_at IS NULL"
        ),
    )
    op.create_index(
        "ix_tickets_unplanned",
        "tickets",
        ["plan_due_at"],
        unique=False,
        **_where(
            "phase = 'open' AND plan_due_at IS NOT NULL AND planned_at IS NULL AND breached_plan_at IS NULL"
        ),
    )
    op.create_index(
        "uq_tickets_active",
        "tickets",
        ["shop_id", "buyer_id", "ticket_type", "order_ref"],
        unique=True,
        **_where("phase IN ('open', 'waiting')"),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follow_up_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_deliveries_conversation_id_conversations",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name="fk_deliveries_message_id_messages"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_deliveries_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("message_id", name="uq_deliveries_message_id"),
    )
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["next_at"],
        unique=False,
        **_where("state IN ('pending', 'sending')"),
    )
    op.create_index(
        "ix_deliveries_order",
        "deliveries",
        ["conversation_id", "id"],
        unique=False,
        **_where("state IN ('pending', 'sending')"),
    )
    op.create_index(
        "ix_deliveries_shop_id_state_id",
        "deliveries",
        ["shop_id", "state", "id"],
        unique=False,
    )
    op.create_table(
        "ticket_events",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("ticket_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by_person", ID, nullable=True),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_person"], ["people.id"], name="fk_ticket_events_by_person_people"
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_ticket_events_shop_id_shops"
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name="fk_ticket_events_ticket_id_tickets"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_events"),
    )
    op.create_index(
        "ix_ticket_events_shop_id_ticket_id_id",
        "ticket_events",
        ["shop_id", "ticket_id", "id"],
        unique=False,
    )


def downgrade() -> None:
    """Undo."""
    for table in reversed(TABLES):
        op.drop_table(table)
