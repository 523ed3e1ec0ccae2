"""Which scripts may a person use: the library's and what they keep for themselves?"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy import Connection

from bot.replying.select import SPOKEN, is_in_time
from bot.scripts import Audience, Pack, Script
from bot.searching import Found, ScriptSearch
from storage.queries.proposals import PrivateScript, private_scripts

_SEEN: Final = SPOKEN | {Audience.TEAM}
"""Audiences whose scripts everybody of the shop may use."""


def find_scripts(
    pack: Pack, own: Sequence[Script], query: str, *, day: date, most: int
) -> tuple[Found, ...]:
    """Return the scripts that a person may use today and that a query means.

    Args:
        pack: What the shop speaks from.
        own: What the person keeps for themselves.
        query: Words, pinyin initials or a short code.
        day: Of the shop.
        most: Scripts at most.
    """
    seen = [it for it in pack.scripts if it.audience in _SEEN and is_in_time(it, day)]
    names = {name: intent.zh for name, intent in pack.intents.items()}
    search = ScriptSearch((*own, *seen), names=names, snippets=pack.snippets)
    return search.find(query, most=most)


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
