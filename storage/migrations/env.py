"""Runs the migrations on the connection that storage.migrate gives; has no other."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy.types import TypeDecorator

from storage.tables import metadata


def render_plain_type(
    kind: str, item: Any, autogen_context: AutogenContext
) -> str | Literal[False]:
    """Write the type below a type of ours: a migration must not change with it."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render_plain_type,
)
context.run_migrations()
