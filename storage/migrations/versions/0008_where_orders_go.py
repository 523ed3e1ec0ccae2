"""Province and city that an order goes to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("orders", sa.Column("province", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("city", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("orders", "city")
    op.drop_column("orders", "province")
