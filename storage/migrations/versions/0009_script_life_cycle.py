"""The life of a script library: versions over a pack, drafts, reviews, proposals."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN_DRAFT = sa.text("closed_at IS NULL")
CURRENT = sa.text("is_current")
TABLES = [
    "library_contents",
    "library_drafts",
    "library_draft_entries",
    "library_reviews",
    "script_proposals",
    "private_scripts",
]
_NAMED = ("pack_version", "baseline", "edits")
_LINKS = (("draft_id", "library_drafts"), ("reviewed_by", "people"))


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "library_contents",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_library_contents_shop_id_shops"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_library_contents"),
        sa.UniqueConstraint("shop_id", "hash", name="uq_library_contents_shop_id_hash"),
    )
    op.create_table(
        "library_drafts",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=True),
        sa.Column("pack_version", sa.Text(), nullable=False),
        sa.Column("baseline", sa.Text(), nullable=False),
        sa.Column("edits", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("conflicts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", ID, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_library_drafts_shop_id_shops"
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["people.id"], name="fk_library_drafts_created_by_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_library_drafts"),
    )
    op.create_index(
        "ix_library_drafts_shop_id_id",
        "library_drafts",
        ["shop_id", "id"],
        unique=False,
    )
    op.create_index(
        "uq_library_drafts_open",
        "library_drafts",
        ["shop_id", "name"],
        unique=True,
        sqlite_where=OPEN_DRAFT,
        postgresql_where=OPEN_DRAFT,
    )
    op.create_table(
        "library_draft_entries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", ID, nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_library_draft_entries_shop_id_shops"
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["library_drafts.id"],
            name="fk_library_draft_entries_draft_id_library_drafts",
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"],
            ["people.id"],
            name="fk_library_draft_entries_changed_by_people",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_library_draft_entries"),
        sa.UniqueConstraint(
            "shop_id",
            "draft_id",
            "kind",
            "entry_id",
            name="uq_library_draft_entries_shop_id_draft_id_kind_entry_id",
        ),
    )
    op.create_table(
        "library_reviews",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewed_by", ID, nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_library_reviews_shop_id_shops"
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["library_drafts.id"],
            name="fk_library_reviews_draft_id_library_drafts",
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["people.id"], name="fk_library_reviews_reviewed_by_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_library_reviews"),
    )
    op.create_index(
        "ix_library_reviews_shop_id_draft_id",
        "library_reviews",
        ["shop_id", "draft_id"],
        unique=False,
    )
    op.create_table(
        "script_proposals",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", ID, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("draft_id", ID, nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_script_proposals_shop_id_shops"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"],
            ["people.id"],
            name="fk_script_proposals_proposed_by_people",
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["library_drafts.id"],
            name="fk_script_proposals_draft_id_library_drafts",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.id"], name="fk_script_proposals_decided_by_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_script_proposals"),
    )
    op.create_index(
        "ix_script_proposals_shop_id_state_id",
        "script_proposals",
        ["shop_id", "state", "id"],
        unique=False,
    )
    op.create_table(
        "private_scripts",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("shop_id", ID, nullable=False),
        sa.Column("person_id", ID, nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"], ["shops.id"], name="fk_private_scripts_shop_id_shops"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_private_scripts_person_id_people"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_private_scripts"),
        sa.UniqueConstraint(
            "shop_id",
            "person_id",
            "entry_id",
            name="uq_private_scripts_shop_id_person_id_entry_id",
        ),
    )
    _change_versions()


def _change_versions() -> None:
    """Let a version name its two blobs; nothing has ever published one before."""
    op.execute(sa.text("DELETE FROM library_versions"))
    with op.batch_alter_table("library_versions") as table:
        table.drop_column("fingerprint")
        table.drop_column("content")
        for name in _NAMED:
            table.add_column(sa.Column(name, sa.Text(), nullable=False))
        table.add_column(sa.Column("rollback_of", sa.Integer(), nullable=True))
        for name, target in _LINKS:
            table.add_column(sa.Column(name, ID, nullable=True))
            table.create_foreign_key(
                f"fk_library_versions_{name}_{target}", target, [name], ["id"]
            )
    op.create_index(
        "uq_library_versions_current",
        "library_versions",
        ["shop_id"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )


def downgrade() -> None:
    """Undo."""
    op.execute(sa.text("DELETE FROM library_versions"))
    op.drop_index("uq_library_versions_current", "library_versions")
    with op.batch_alter_table("library_versions") as table:
        for name, target in _LINKS:
            table.drop_constraint(
                f"fk_library_versions_{name}_{target}", type_="foreignkey"
            )
            table.drop_column(name)
        for name in ("rollback_of", *_NAMED):
            table.drop_column(name)
        table.add_column(sa.Column("fingerprint", sa.Text(), nullable=False))
        table.add_column(sa.Column("content", sa.LargeBinary(), nullable=True))
    for name in reversed(TABLES):
        op.drop_table(name)
