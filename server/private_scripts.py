"""What does a person keep for themselves, as scripts that may be found and suggested?"""

from collections.abc import Iterable

from sqlalchemy import Connection

from bot.scripts import Audience, Script
from storage.queries.proposals import PrivateScript, private_scripts


def own_scripts(conn: Connection, shop_id: int, person_id: int) -> tuple[Script, ...]:
    """Return what a person keeps for themselves, by name."""
    return scripts_of(private_scripts(conn, shop_id, person_id))


def scripts_of(found: Iterable[PrivateScript]) -> tuple[Script, ...]:
    """Return private scripts as scripts."""
    return tuple(map(script_of, found))


def script_of(one: PrivateScript) -> Script:
    """Return a private script as a script; one that was kept before a field was is without."""
    content = one.content
    return Script(
        script_id=one.entry_id,
        intent_id=content.get("intent", ""),
        audience=Audience.PRIVATE,
        variants=tuple(content["variants"]),
        category=tuple(content["category"]),
        tags=tuple(content["tags"]),
        code=content["code"],
        pictures=tuple(content["pictures"]),
        variables=tuple(content.get("variables", {}).items()),
    )
