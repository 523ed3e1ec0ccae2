"""``python -m server.api.document``: the OpenAPI document, without a running shop.

The workbench's types are made of it (``scripts/web --check``), so that page and server
cannot drift. The routes only name their handlers; none is called here.
"""

import sys
from typing import Any

import msgspec

from connectors.registry import Parts, make_connectors
from server.api.desk.routes import Live, make_desk
from server.api.openapi import describe
from server.app import Service
from server.auth.edge import Edge
from server.chat.parts import chat_limits
from server.host import ServingHost
from server.http import all_routes
from server.settings import Settings

_ABSENT: Any = None
"""In the place of each part that runs: there is none."""


def document() -> dict[str, Any]:
    """Return the document of every route that a server has."""
    return describe(all_routes(_parts()))


def _parts() -> Service:
    settings = Settings()
    connectors = make_connectors(
        Parts(
            session=_ABSENT,
            clock=_ABSENT,
            text_limit=settings.conversation.text_limit,
            callback_timeout_seconds=settings.callback.timeout_seconds,
            chat=chat_limits(settings),
            address=Edge(settings.server).address,
        )
    )
    parts: dict[str, Any] = dict.fromkeys(Service.__dataclass_fields__)
    parts["settings"] = settings
    parts["connectors"] = connectors
    parts["host"] = ServingHost(
        database=_ABSENT,
        shops=_ABSENT,
        inbox=_ABSENT,
        turns=_ABSENT,
        told=_ABSENT,
        chat=_ABSENT,
        clock=_ABSENT,
    )
    parts["desk"] = make_desk(
        settings.conversation,
        database=_ABSENT,
        connectors=connectors,
        sent=_ABSENT,
        live=Live(feed=_ABSENT, typing=_ABSENT, sessions=_ABSENT),
        clock=_ABSENT,
        noticed=_ABSENT,
        replays=_ABSENT,
    )
    return Service(**parts)


if __name__ == "__main__":
    _ = sys.stdout.buffer.write(msgspec.json.encode(document()))
