import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.actions import Band
from bot.facts import Item, Order, OrderState, Review
from bot.messages import Sender
from connectors.base import Consent, HistoryMessage, TurnOutcome
from connectors.signed_http.signature import signed_headers
from tests.connectors.edges import SHOP, Edge, edge_of, fault_of, message_bytes
from tests.factories import NOW

FACTS: list[tuple[str, str, dict[str, Any], object]] = [
    ("PUT", "/items/i-1", {"title": "裙"}, Item(item_id="i-1", title="裙")),
    (
        "PUT",
        "/orders/o-1",
        {"buyer_id": "b-1", "state": "paid"},
        Order(order_id="o-1", buyer_ref="b-1", state=OrderState.PAID),
    ),
    (
        "POST",
        "/reviews",
        {
            "review_id": "r-1",
            "order_id": "o-1",
            "stars": 1,
            "created_at": "2026-03-04T01:00:00Z",
        },
        Review(
            review_id="r-1",
            order_id="o-1",
            stars=1,
            text="",
            created_at=datetime(2026, 3, 4, 1, tzinfo=UTC),
        ),
    ),
    (
        "PUT",
        "/buyers/b-1/consent",
        {"marketing": True},
        Consent(buyer_ref="b-1", is_given=True, source="shop"),
    ),
]
REPLY = HistoryMessage(
    message_id=9,
    text="亲，在的",
    sender=Sender.ASSISTANT,
    sent_at=NOW,
    intent="greeting",
    script_id="greeting.one",
    buttons=("转人工",),
)


@pytest.fixture(name="edge")
async def _edge() -> AsyncIterator[Edge]:
    async with edge_of("signed_http") as edge:
        yield edge


class TestTakeMessage:
    async def test_acknowledges_what_was_received(self, edge: Edge) -> None:
        response = await edge.say()

        assert response.status == 202
        assert await response.json() == {"conversation_id": 3, "accepted": True}
        assert [message.text for message in edge.host.messages] == ["在吗"]

    async def test_says_of_a_duplicate_that_it_was_not_accepted(
        self, edge: Edge
    ) -> None:
        await edge.say()

        response = await edge.say()

        assert response.status == 202
        assert await response.json() == {"conversation_id": 3, "accepted": False}

    async def test_waits_for_the_turn_when_asked(self, edge: Edge) -> None:
        edge.host.outcomes = [TurnOutcome(band=Band.AUTO, replies=(REPLY,))]

        response = await edge.say(f"{SHOP}/messages?wait=2.5")

        assert edge.host.waits == [2.5]
        assert await response.json() == {
            "conversation_id": 3,
            "accepted": True,
            "band": "auto",
            "replies": [
                {
                    "id": 9,
                    "text": "亲，在的",
                    "intent": "greeting",
                    "script_id": "greeting.one",
                    "sender": "assistant",
                    "sent_at": "2026-03-04T02:00:00Z",
                    "buttons": ["转人工"],
                    "attachments": [],
                }
            ],
        }

    async def test_has_no_band_when_the_wait_was_too_short(self, edge: Edge) -> None:
        response = await edge.say(f"{SHOP}/messages?wait=0")

        assert edge.host.waits == [0.0]
        assert await response.json() == {
            "conversation_id": 3,
            "accepted": True,
            "replies": [],
        }

    async def test_does_not_wait_unasked(self, edge: Edge) -> None:
        await edge.say()

        assert edge.host.waits == []

    @pytest.mark.parametrize("wait", ["10.1", "-1", "nan", "inf", "soon", ""])
    async def test_refuses_another_wait_before_it_takes_anything(
        self, edge: Edge, wait: str
    ) -> None:
        response = await edge.say(f"{SHOP}/messages?wait={wait}")

        assert response.status == 400
        assert (await fault_of(response))["field"] == "wait"
        assert edge.host.messages == []

    async def test_refuses_a_wrong_signature(self, edge: Edge) -> None:
        response = await edge.call(
            "POST", f"{SHOP}/messages", body=message_bytes(), secret=b"other"
        )

        assert response.status == 401
        assert (await fault_of(response))["code"] == "invalid_signature"
        assert edge.host.messages == []

    async def test_refuses_a_request_without_a_signature(self, edge: Edge) -> None:
        response = await edge.call(
            "POST", f"{SHOP}/messages", body=message_bytes(), headers={}
        )

        assert response.status == 401

    @pytest.mark.parametrize("seconds", [-301, 301])
    async def test_refuses_a_stale_signature(self, edge: Edge, seconds: int) -> None:
        response = await edge.call(
            "POST",
            f"{SHOP}/messages",
            body=message_bytes(),
            at=NOW + timedelta(seconds=seconds),
        )

        assert response.status == 401

    @pytest.mark.parametrize(
        ("target", "body"),
        [(f"{SHOP}/messages", b"no json"), (f"{SHOP}/messages?wait=soon", b"{}")],
    )
    async def test_verifies_before_it_reads(
        self, edge: Edge, target: str, body: bytes
    ) -> None:
        response = await edge.call("POST", target, body=body, secret=b"other")

        assert response.status == 401

    async def test_names_the_wrong_field(self, edge: Edge) -> None:
        response = await edge.say(text="亲" * 5001)

        assert response.status == 400
        assert await fault_of(response) == {
            "code": "invalid_field",
            "message": "longer than 5000 characters",
            "field": "text",
        }

    async def test_does_not_know_another_shop(self, edge: Edge) -> None:
        response = await edge.say("/api/v1/shops/other/messages")

        assert response.status == 404
        assert (await fault_of(response))["code"] == "not_found"

    async def test_refuses_a_body_over_64_kib(self, edge: Edge) -> None:
        response = await edge.call(
            "POST", f"{SHOP}/messages", body=b" " * (64 * 1024 + 1)
        )

        assert response.status == 413
        assert (await fault_of(response))["code"] == "too_large"

    async def test_takes_a_body_of_64_kib(self, edge: Edge) -> None:
        body = message_bytes()

        response = await edge.call(
            "POST", f"{SHOP}/messages", body=body + b" " * (64 * 1024 - len(body))
        )

        assert response.status == 202

    async def test_a_flood_is_told_when_to_come_back(self, edge: Edge) -> None:
        edge.host.is_flooded = True

        response = await edge.say()

        assert (response.status, response.headers["Retry-After"]) == (429, "2")
        assert (await fault_of(response))["code"] == "rate_limited"

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
    async def test_takes_only_posts(self, edge: Edge, method: str) -> None:
        response = await edge.call(method, f"{SHOP}/messages")

        assert (response.status, response.headers["Allow"]) == (405, "POST")


class TestListMessages:
    async def test_lists_what_is_newer(self, edge: Edge) -> None:
        edge.host.stored = (REPLY,)

        response = await edge.call("GET", f"{SHOP}/conversations/3/messages?after=8")

        assert response.status == 200
        assert [x["id"] for x in (await response.json())["messages"]] == [9]

    async def test_after_leaves_out_what_is_known(self, edge: Edge) -> None:
        edge.host.stored = (REPLY,)

        response = await edge.call("GET", f"{SHOP}/conversations/3/messages?after=9")

        assert await response.json() == {"messages": []}

    async def test_begins_at_the_beginning_unasked(self, edge: Edge) -> None:
        edge.host.stored = (REPLY,)

        response = await edge.call("GET", f"{SHOP}/conversations/3/messages")

        assert len((await response.json())["messages"]) == 1

    async def test_the_query_is_part_of_what_is_signed(self, edge: Edge) -> None:
        path = f"{SHOP}/conversations/3/messages"
        signed = signed_headers(b"s3cret", now=NOW, payload=path.encode())

        response = await edge.call("GET", f"{path}?after=1", headers=signed)

        assert response.status == 401

    async def test_a_target_in_other_bytes_is_refused_like_any_other(
        self, edge: Edge
    ) -> None:
        # A client library would encode these bytes, so they are written by hand.
        server = edge.client.server
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)

        writer.write(b"GET " + SHOP.encode() + b"/conversations/3/messages?a=\xff")
        writer.write(b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        status = await reader.readline()
        writer.close()

        assert status.split()[1] in {b"400", b"401"}

    @pytest.mark.parametrize(
        ("target", "field"),
        [
            ("/conversations/x/messages", "conversation_id"),
            ("/conversations/-1/messages", "conversation_id"),
            ("/conversations/9999999999999999999/messages", "conversation_id"),
            ("/conversations/3/messages?after=x", "after"),
            ("/conversations/3/messages?after=", "after"),
            ("/conversations/3/messages?after=-1", "after"),
        ],
    )
    async def test_names_a_number_that_is_none(
        self, edge: Edge, target: str, field: str
    ) -> None:
        response = await edge.call("GET", SHOP + target)

        assert response.status == 400
        assert (await fault_of(response))["field"] == field

    async def test_does_not_know_another_conversation(self, edge: Edge) -> None:
        response = await edge.call("GET", f"{SHOP}/conversations/4/messages")

        assert response.status == 404


class TestTakeFact:
    @pytest.mark.parametrize(("method", "path", "body", "fact"), FACTS)
    async def test_tells_the_fact(
        self, edge: Edge, method: str, path: str, body: dict[str, Any], fact: object
    ) -> None:
        response = await edge.call(method, SHOP + path, body=json.dumps(body).encode())

        assert response.status == 200
        assert await response.json() == {"accepted": True, "ignored": []}
        assert [told for told, _ in edge.host.told] == [fact]

    @pytest.mark.parametrize(("method", "path", "body", "fact"), FACTS)
    async def test_keeps_the_facts_own_time(
        self, edge: Edge, method: str, path: str, body: dict[str, Any], fact: object
    ) -> None:
        dated = {**body, "updated_at": "2026-03-01T08:00:00+08:00"}

        await edge.call(method, SHOP + path, body=json.dumps(dated).encode())

        assert edge.host.told == [(fact, datetime(2026, 3, 1, tzinfo=UTC))]

    @pytest.mark.parametrize(
        ("index", "at"),
        [(0, NOW), (1, NOW), (2, datetime(2026, 3, 4, 1, tzinfo=UTC)), (3, NOW)],
    )
    async def test_an_undated_fact_is_of_now_and_a_review_of_its_making(
        self, edge: Edge, index: int, at: datetime
    ) -> None:
        method, path, body, _ = FACTS[index]

        await edge.call(method, SHOP + path, body=json.dumps(body).encode())

        assert [told_at for _, told_at in edge.host.told] == [at]

    @pytest.mark.parametrize(("method", "path", "body", "fact"), FACTS)
    async def test_refuses_a_time_that_nobody_means(
        self, edge: Edge, method: str, path: str, body: dict[str, Any], fact: object
    ) -> None:
        dated = {**body, "updated_at": "0001-01-01T00:00:00+14:00"}

        response = await edge.call(method, SHOP + path, body=json.dumps(dated).encode())

        assert response.status == 400
        assert (await fault_of(response))["field"] == "updated_at"

    @pytest.mark.parametrize(("method", "path", "body", "fact"), FACTS)
    async def test_verifies_before_it_reads(
        self, edge: Edge, method: str, path: str, body: dict[str, Any], fact: object
    ) -> None:
        response = await edge.call(method, SHOP + path, body=b"no", secret=b"other")

        assert response.status == 401
        assert edge.host.told == []

    async def test_tells_of_older_news_and_unknown_keys(self, edge: Edge) -> None:
        edge.host.is_news = False

        response = await edge.call(
            "PUT", f"{SHOP}/items/i-1", body=b'{"title":"a","colour":"red"}'
        )

        assert await response.json() == {"accepted": False, "ignored": ["colour"]}

    @pytest.mark.parametrize(
        "path", ["/items/", "/items/" + "a" * 129, "/items/a%00b", "/items/a%0Ab"]
    )
    async def test_refuses_an_id_that_is_none(self, edge: Edge, path: str) -> None:
        response = await edge.call("PUT", SHOP + path, body=b'{"title":"a"}')

        assert response.status in {400, 404}
        await fault_of(response)
        assert edge.host.told == []

    async def test_an_id_may_have_any_letters(self, edge: Edge) -> None:
        await edge.call("PUT", f"{SHOP}/items/%E8%A3%99-1", body=b'{"title":"a"}')

        assert [fact for fact, _ in edge.host.told] == [Item(item_id="裙-1", title="a")]
