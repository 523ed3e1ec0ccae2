"""Which script does an agent look for, and what do they keep for themselves?"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from aiohttp import web

from bot.replying.snippets import put_in
from bot.scripts import Pack
from bot.searching import Found
from connectors.base import Route
from server.api.desk.library import LIBRARY
from server.api.desk.library_people_bodies import (
    FoundScriptBody,
    FoundScriptsBody,
    OwnRevisionBody,
    OwnScriptBody,
    OwnScriptsBody,
    PrivatePlace,
    PrivateScriptBody,
    ScriptsQuery,
    kept,
)
from server.api.desk.library_work import LibraryWork, local_day
from server.api.desk.parts import (
    answer,
    asking,
    body_of,
    invalid,
    place_of,
    query_of,
)
from server.peoples_scripts import find_scripts, own_scripts, script_of
from storage.queries.proposals import PrivateScript, private_scripts
from storage.repositories.proposals import delete_private_script, put_private_script

_PRIVATE = LIBRARY + "/private-scripts"
_ONE = _PRIVATE + "/{name}"


class LibrarySearch:
    """What one shop's people find and keep."""

    def __init__(self, work: LibraryWork) -> None:
        self._work = work
        self._parts = work.parts

    def routes(self) -> Sequence[Route]:
        """Return the routes; everybody's private scripts are their own."""
        return (
            Route(
                method="GET",
                path=LIBRARY + "/scripts",
                handler=self.find,
                role="agent",
                summary="Find scripts by words, pinyin initials or short code.",
                query=ScriptsQuery,
                replies={200: FoundScriptsBody},
            ),
            Route(
                method="GET",
                path=_PRIVATE,
                handler=self.list_own,
                role="agent",
                summary="What one keeps for oneself.",
                replies={200: OwnScriptsBody},
            ),
            Route(
                method="PUT",
                path=_ONE,
                handler=self.put_own,
                role="agent",
                summary="Store a script of one's own.",
                body=PrivateScriptBody,
                place=PrivatePlace,
                replies={200: OwnRevisionBody},
            ),
            Route(
                method="DELETE",
                path=_ONE,
                handler=self.delete_own,
                role="agent",
                summary="Remove a script of one's own.",
                place=PrivatePlace,
                replies={204: None},
            ),
        )

    async def find(self, request: web.Request) -> web.Response:
        """Answer with the scripts that a query means."""
        ask = asking(request, now=self._parts.clock())
        query = query_of(request, ScriptsQuery)
        own = await self._parts.database.read(
            lambda connection: own_scripts(connection, ask.shop_id, ask.person_id)
        )
        pack = ask.shop.library.pack
        found = await asyncio.to_thread(
            find_scripts, pack, own, query.q, day=local_day(ask), most=query.limit
        )
        return answer(FoundScriptsBody(items=[_found_body(it, pack) for it in found]))

    async def list_own(self, request: web.Request) -> web.Response:
        """Answer with what one keeps."""
        ask = asking(request, now=self._parts.clock())
        found = await self._parts.database.read(
            lambda connection: private_scripts(connection, ask.shop_id, ask.person_id)
        )
        return answer(OwnScriptsBody(items=[_own_body(one) for one in found]))

    async def put_own(self, request: web.Request) -> web.Response:
        """Store one."""
        ask = asking(request, now=self._parts.clock())
        name = place_of(request, PrivatePlace).name
        body = await body_of(request, PrivateScriptBody)
        if body.intent and body.intent not in ask.shop.library.pack.intents:
            raise invalid(f"no intent {body.intent}", field="intent")
        revision = await self._parts.database.write(
            lambda connection: put_private_script(
                connection,
                ask.shop_id,
                person_id=ask.person_id,
                entry_id=name,
                content=kept(body),
                seen=body.revision,
                now=ask.now,
            )
        )
        return answer(OwnRevisionBody(revision=revision))

    async def delete_own(self, request: web.Request) -> web.Response:
        """Remove one."""
        ask = asking(request, now=self._parts.clock())
        name = place_of(request, PrivatePlace).name
        await self._parts.database.write(
            lambda connection: delete_private_script(
                connection, ask.shop_id, person_id=ask.person_id, entry_id=name
            )
        )
        return web.Response(status=204)


def _found_body(found: Found, pack: Pack) -> FoundScriptBody:
    script = replace(
        found.script,
        variants=tuple(put_in(it, pack.snippets) for it in found.script.variants),
    )
    intent = pack.intents.get(script.intent_id)
    return FoundScriptBody(
        id=script.script_id,
        audience=script.audience.value,
        intent="" if intent is None else intent.zh,
        match=found.match.name.lower(),
        category=list(script.category),
        tags=list(script.tags),
        code=script.code,
        variants=list(script.variants),
        variables=dict(script.variables),
        pictures=list(script.pictures),
    )


def _own_body(one: PrivateScript) -> OwnScriptBody:
    script = script_of(one)
    return OwnScriptBody(
        name=one.entry_id,
        intent=script.intent_id,
        variables=dict(script.variables),
        revision=one.revision,
        variants=list(script.variants),
        category=list(script.category),
        tags=list(script.tags),
        code=script.code,
        pictures=list(script.pictures),
        updated_at=one.updated_at,
    )
