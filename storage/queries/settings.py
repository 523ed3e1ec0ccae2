"""Which settings a shop has changed."""

from typing import Any

from sqlalchemy import Connection, select

from storage.tables import SettingRow, table_of

_settings = table_of(SettingRow)


def settings(conn: Connection, shop_id: int) -> dict[str, Any]:
    """Return the settings that the shop set itself, by key."""
    statement = select(_settings).where(_settings.c.shop_id == shop_id)
    return {row.key: row.value["value"] for row in conn.execute(statement)}
