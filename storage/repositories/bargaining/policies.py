"""How policies are kept: one for each item, each category and the shop."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.bargaining.policy import Policy, Scope
from bot.bargaining.reading import plain_policy, read_policy
from bot.errors import NotFoundError, StaleStateError
from storage.repositories.changes import record_change
from storage.repositories.upserts import upsert
from storage.tables import BargainingPolicyRow, table_of

_policies = table_of(BargainingPolicyRow)


def put_policy(
    conn: Connection,
    shop_id: int,
    *,
    policy: Policy,
    now: datetime,
    expected_version: int | None = None,
) -> int:
    """Store a policy in the place of the one of its scope; return its version.

    Args:
        conn: Of the unit.
        shop_id: Whose policy it is.
        policy: The policy.
        now: Aware UTC.
        expected_version: Of the one it takes the place of, 0: there is none; None:
            whatever is there.

    Raises:
        StaleStateError: Another version is there than expected.
    """
    table = _policies.c
    scope = policy.scope
    found = conn.scalar(
        select(table.version)
        .where(
            table.shop_id == shop_id,
            table.scope_kind == scope.kind,
            table.scope_ref == scope.ref,
        )
        .with_for_update()
    )
    version = 0 if found is None else int(found)
    if expected_version is not None and version != expected_version:
        raise StaleStateError("bargaining policy", str(scope))
    terms = plain_policy(policy)
    values = {"terms": terms, "version": version + 1, "updated_at": now}
    conn.execute(
        upsert(conn, _policies)
        .values(shop_id=shop_id, scope_kind=scope.kind, scope_ref=scope.ref, **values)
        .on_conflict_do_update(
            index_elements=[table.shop_id, table.scope_kind, table.scope_ref],
            set_=values,
        )
    )
    record_change(conn)
    return version + 1


def remove_policy(conn: Connection, shop_id: int, *, scope: Scope) -> None:
    """Take a policy away: nothing is conceded any more on what it alone covered.

    Raises:
        NotFoundError: There is none of this scope.
    """
    table = _policies.c
    removed = conn.execute(
        delete(_policies).where(
            table.shop_id == shop_id,
            table.scope_kind == scope.kind,
            table.scope_ref == scope.ref,
        )
    )
    if removed.rowcount == 0:
        raise NotFoundError("bargaining policy", str(scope))
    record_change(conn)


def lock_policy(conn: Connection, shop_id: int, policy: Policy) -> None:
    """Hold a policy until the commit: its budget is counted by one at a time.

    Raises:
        StaleStateError: It is another one by now, or gone.
    """
    table = _policies.c
    scope = policy.scope
    conditions = (
        table.shop_id == shop_id,
        table.scope_kind == scope.kind,
        table.scope_ref == scope.ref,
    )
    # A write, so that two of PostgreSQL's writers cannot both get past.
    conn.execute(update(_policies).where(*conditions).values(version=table.version))
    terms = conn.scalar(select(table.terms).where(*conditions))
    if terms is None or read_policy(terms) != policy:
        raise StaleStateError("bargaining policy", str(scope))
