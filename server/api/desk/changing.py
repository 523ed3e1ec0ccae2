"""How is what a shop says of itself changed? Checked, written down, known at once."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from server.api.desk.parts import Asking, DeskParts, invalid
from server.phrases import Typed, find_unsayable
from storage.repositories import audit

Result = TypeVar("Result")


async def change(
    parts: DeskParts,
    ask: Asking,
    unit: Callable[[Connection], Result],
    *,
    action: str,
    subject: str,
) -> Result:
    """Run a change, write down who did it, and let this process know at once."""

    def run(connection: Connection) -> Result:
        result = unit(connection)
        audit.record(
            connection,
            ask.shop_id,
            action=action,
            subject=subject,
            now=ask.now,
            person_id=ask.person_id,
        )
        return result

    result = await parts.database.write(run)
    await parts.noticed()
    return result


def check_words(ask: Asking, value: Typed, *, below: str = "") -> None:
    """Refuse words that the guard would stop.

    Raises:
        InvalidPayloadError: There are some; names the field.
    """
    guard = ask.shop.guard
    for field, reason in find_unsayable(value, guard):
        raise invalid(reason, field=f"{below}{field}")
