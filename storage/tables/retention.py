"""Table: how far the words of old rows have been blanked."""

from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base
from storage.types import Id


class RetentionMarkRow(Base):
    """The last row of one table whose words have been blanked because of their age."""

    __tablename__ = "retention_marks"

    what: Mapped[str] = mapped_column(primary_key=True)
    """Name of the table."""
    done_id: Mapped[int] = mapped_column(Id)
