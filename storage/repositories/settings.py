"""How a shop's own settings are changed."""

from datetime import datetime

from sqlalchemy import Connection

from storage.repositories.changes import record_change
from storage.repositories.upserts import upsert
from storage.tables import SettingRow, table_of

_settings = table_of(SettingRow)


def put_setting(
    conn: Connection, shop_id: int, *, key: str, value: object, now: datetime
) -> None:
    """Set one setting of a shop; None and 0 are values. Running processes notice."""
    table = _settings.c
    values = {"value": {"value": value}, "changed_at": now}
    conn.execute(
        upsert(conn, _settings)
        .values(shop_id=shop_id, key=key, **values)
        .on_conflict_do_update(index_elements=[table.shop_id, table.key], set_=values)
    )
    record_change(conn)
