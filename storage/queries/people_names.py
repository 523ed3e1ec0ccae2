"""How are people called? Names for lists that show who did what."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from storage.tables import PersonRow, PersonShopRow, table_of

_grants = table_of(PersonShopRow)
_people = table_of(PersonRow)


def names_of(conn: Connection, ids: Collection[int | None]) -> Mapping[int, str]:
    """Return the user names of these people by id; None among them is nobody."""
    wanted = sorted({one for one in ids if one is not None})
    if not wanted:
        return {}
    statement = select(_people.c.id, _people.c.user).where(_people.c.id.in_(wanted))
    return {row.id: row.user for row in conn.execute(statement)}


def colleague(conn: Connection, shop_id: int, *, user: str) -> int | None:
    """Return the id of somebody who works in a shop now; None for anybody else."""
    statement = (
        select(_people.c.id)
        .join_from(_people, _grants, _grants.c.person_id == _people.c.id)
        .where(
            _grants.c.shop_id == shop_id, _people.c.user == user, _people.c.is_active
        )
    )
    found: int | None = conn.scalar(statement)
    return found
