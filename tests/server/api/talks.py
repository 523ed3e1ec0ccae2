"""Helpers of the tests of conversations: addresses, versions, taking over."""

from typing import Any

from tests.server.api.colleagues import Colleague


def of(conversation_id: int, path: str = "") -> str:
    return f"/conversations/{conversation_id}{path}"


async def version_of(who: Colleague, conversation_id: int) -> int:
    answer = await who.get(of(conversation_id))
    version: int = answer.body["conversation"]["version"]
    return version


async def take_over(who: Colleague, conversation_id: int) -> dict[str, Any]:
    version = await version_of(who, conversation_id)
    answer = await who.post(of(conversation_id, "/take-over"), version=version)
    assert answer.status == 200, answer.body
    served: dict[str, Any] = answer.body["conversation"]
    return served
