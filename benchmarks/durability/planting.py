"""Where do the follow-ups come from: committed through storage, beside the server."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection

from benchmarks.processes import Installation
from bot.follow_ups.plans import Kind
from server.secrets import open_vault
from storage.database import Database
from storage.queries.shops import shop_by_slug
from storage.repositories.follow_ups import NewFollowUp, plan

_PLAN = "delay_update"
"""A service message of the e-commerce pack whose last text needs no fact."""


class Planter:
    """A second writer of the same database, as a command beside ``serve`` is."""

    def __init__(self, installation: Installation) -> None:
        self._database = Database(
            installation.database_url, vault=open_vault(installation.folder / "var")
        )
        shop = self._database.read_now(
            lambda connection: shop_by_slug(connection, installation.shop)
        )
        if shop is None:
            raise LookupError(f"there is no shop {installation.shop}")
        self._shop_id = shop.shop_id

    def plant(self, conversations: Sequence[tuple[int, int]]) -> list[int]:
        """Commit a follow-up, due now, for each pair of buyer id and conversation id.

        Returns:
            The ids of the follow-ups.
        """
        now = datetime.now(UTC)

        def unit(connection: Connection) -> list[int | None]:
            return [
                plan(
                    connection,
                    self._shop_id,
                    value=NewFollowUp(
                        buyer_id=buyer_id,
                        conversation_id=conversation_id,
                        plan_id=_PLAN,
                        kind=Kind.SERVICE,
                        due_at=now,
                    ),
                    now=now,
                )
                for buyer_id, conversation_id in conversations
            ]

        planned = self._database.write_now(unit)
        return [follow_up_id for follow_up_id in planned if follow_up_id is not None]

    def close(self) -> None:
        """Close the connections."""
        self._database.close()
