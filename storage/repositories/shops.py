"""What changes a shop."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, insert, update

from bot.deciding.state import ShopMode
from bot.errors import NotFoundError
from storage.repositories.changes import record_change
from storage.repositories.upserts import new_id
from storage.tables import ShopRow, table_of
from storage.vault import vault_of

_shops = table_of(ShopRow)


class Unset(Enum):
    """Says that a field is not to be changed; None is a value."""

    UNSET = "unset"


UNSET = Unset.UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopChanges:
    """What is to be different of a shop."""

    name: str | Unset = UNSET
    mode: ShopMode | Unset = UNSET
    timezone: str | Unset = UNSET
    pack_id: str | Unset = UNSET
    secret: str | Unset = UNSET
    callback_url: str | Unset | None = UNSET
    policies: Mapping[str, str] | Unset = UNSET
    settings: Mapping[str, Any] | Unset = UNSET


def add_shop(  # noqa: PLR0913 - the columns of one row
    conn: Connection,
    *,
    slug: str,
    name: str,
    pack_id: str,
    secret: str,
    now: datetime,
    policies: Mapping[str, str] | None = None,
    callback_url: str | None = None,
    mode: ShopMode = ShopMode.AUTO,
    timezone: str = "Asia/Shanghai",
) -> int:
    """Add a shop and return its id.

    Raises:
        sqlalchemy.exc.IntegrityError: The slug is taken.
    """
    result = conn.execute(
        insert(_shops).values(
            slug=slug,
            name=name,
            pack_id=pack_id,
            mode=mode,
            timezone=timezone,
            secret=vault_of(conn).seal(secret),
            callback_url=callback_url,
            policies={} if policies is None else dict(policies),
            settings={},
            created_at=now,
            version=1,
        )
    )
    record_change(conn)
    return new_id(result)


def set_shop(conn: Connection, shop_id: int, *, changes: ShopChanges) -> None:
    """Change some fields of a shop; running processes notice.

    Raises:
        NotFoundError: There is no such shop.
    """
    values: dict[str, Any] = {
        field.name: getattr(changes, field.name)
        for field in fields(changes)
        if getattr(changes, field.name) is not UNSET
    }
    if "secret" in values:
        values["secret"] = vault_of(conn).seal(values["secret"])
    for name in {"policies", "settings"} & values.keys():
        values[name] = dict(values[name])
    result = conn.execute(
        update(_shops)
        .where(_shops.c.id == shop_id)
        .values(version=_shops.c.version + 1, **values)
    )
    if result.rowcount == 0:
        raise NotFoundError("shop", shop_id)
    record_change(conn)
