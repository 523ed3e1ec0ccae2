"""What agents see of conversations, and what they do with them."""

import asyncio
from typing import Any

import pytest

from storage.repositories.shops import add_shop
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague, employ

PHONE = "我的电话是13812345678，麻烦改一下"


@pytest.fixture(name="conversation_id")
async def _conversation_id(floor: ShopFloor) -> int:
    answer = await floor.say("buyer-1", PHONE)
    conversation_id: int = answer["conversation_id"]
    return conversation_id


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


class TestList:
    async def test_shows_each_conversation_masked_with_counts(
        self, lan: Colleague, conversation_id: int, floor: ShopFloor
    ) -> None:
        answer = await lan.get("/conversations")

        (line,) = answer.body["items"]
        assert (line["id"], line["buyer"]["ref"]) == (conversation_id, "buyer-1")
        assert "13812345678" not in str(answer.body)
        assert answer.body["counts"]["open"] + answer.body["counts"]["handed_over"] == 1
        assert answer.body["next"] is None

    async def test_pages_by_cursor_newest_activity_first(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        for number in range(5):
            await floor.say(f"b{number}", "你好")
            floor.clock.move(minutes=1)

        seen: list[str] = []
        after: dict[str, str] = {}
        for _ in range(5):
            page = await lan.get("/conversations", limit=2, **after)
            seen += [line["buyer"]["ref"] for line in page.body["items"]]
            if page.body["next"] is None:
                break
            after = {"after": page.body["next"]}

        assert seen == ["b4", "b3", "b2", "b1", "b0"]

    async def test_the_queue_comes_longest_wait_first(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        await floor.put_on_duty()
        for number in range(3):
            await floor.say(f"b{number}", "转人工")
            floor.clock.move(minutes=1)

        first = await lan.get("/conversations", state="handed_over", limit=2)
        rest = await lan.get(
            "/conversations", state="handed_over", after=first.body["next"]
        )

        lines = [*first.body["items"], *rest.body["items"]]
        assert [line["buyer"]["ref"] for line in lines] == ["b0", "b1", "b2"]
        assert first.body["counts"]["handed_over"] == 3

    async def test_served_can_be_narrowed_to_mine(
        self, lan: Colleague, mei: Colleague, floor: ShopFloor
    ) -> None:
        one = (await floor.say("b1", "你好"))["conversation_id"]
        two = (await floor.say("b2", "你好"))["conversation_id"]
        await take_over(lan, one)
        await take_over(mei, two)

        mine = await lan.get("/conversations", state="served", served_by="me")
        all_of_us = await lan.get("/conversations", state="served")

        assert [line["id"] for line in mine.body["items"]] == [one]
        assert len(all_of_us.body["items"]) == 2
        assert all_of_us.body["counts"]["served_by_me"] == 1

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"limit": "0"}, "limit"),
            ({"limit": "201"}, "limit"),
            ({"limit": "many"}, "limit"),
            ({"after": "garbage"}, "after"),
            ({"after": "WzEsIngiXQ"}, "after"),
            ({"after": "１"}, "after"),
            ({"state": "asleep"}, "state"),
            ({"served_by": "you"}, "served_by"),
            ({"nonsense": "1"}, "nonsense"),
        ],
    )
    async def test_a_wrong_query_is_named(
        self, lan: Colleague, query: dict[str, str], field: str
    ) -> None:
        answer = await lan.get("/conversations", **query)

        assert (answer.status, answer.code) == (400, "invalid_field")
        assert answer.field == field


class TestShow:
    async def test_tells_of_the_buyer_and_their_open_tickets(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        told = await floor.say("buyer-1", "快递一直不动，是不是丢件了，你们管不管")
        numbers = [ticket.number for ticket in await floor.tickets()]

        answer = await lan.get(of(told["conversation_id"]))

        assert [one["number"] for one in answer.body["tickets"]] == numbers
        assert answer.body["is_verified"]
        assert answer.body["ratings"] == []

    @pytest.mark.parametrize(
        ("given", "status"),
        [("0", 400), ("x", 400), ("9223372036854775808", 400), ("999", 404)],
    )
    async def test_no_such_conversation(
        self, lan: Colleague, given: str, status: int
    ) -> None:
        answer = await lan.get(f"/conversations/{given}")

        assert answer.status == status
        if status == 400:
            assert answer.field == "conversation_id"

    async def test_another_shops_conversation_is_not_there(
        self, floor: ShopFloor, conversation_id: int
    ) -> None:
        other_id = await floor.service.database.write(
            lambda connection: add_shop(
                connection,
                slug="other",
                name="别家",
                pack_id="ecommerce",
                secret="s",
                now=floor.clock(),
            )
        )
        await floor.service.shops.refresh()
        stranger = await employ(floor, "stranger", shop_id=other_id)

        theirs = await stranger.ask(
            "GET", of(conversation_id), desk="/api/v1/desk/other"
        )
        ours = await stranger.get(of(conversation_id))

        assert (theirs.status, ours.status) == (404, 404)


class TestMessages:
    async def test_are_masked_and_paged_both_ways(
        self, lan: Colleague, floor: ShopFloor, conversation_id: int
    ) -> None:
        for number in range(3):
            await floor.say("buyer-1", f"第{number}句，电话13812345678")

        newest = await lan.get(of(conversation_id, "/messages"), limit=2)
        older = await lan.get(
            of(conversation_id, "/messages"), before=newest.body["previous"]
        )
        onward = await lan.get(
            of(conversation_id, "/messages"), after=newest.body["next"]
        )

        ids = [one["id"] for one in (*older.body["items"], *newest.body["items"])]
        whole = [one.message_id for one in await floor.messages(conversation_id)]
        assert ids == whole
        assert onward.body["items"] == []
        assert onward.body["next"] == newest.body["next"]
        assert "13812345678" not in str((older.body, newest.body))
        assert "138****5678" in str(older.body)

    async def test_after_and_before_exclude_each_other(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        answer = await lan.get(
            of(conversation_id, "/messages"), after="MQ", before="MQ"
        )

        assert (answer.status, answer.field) == (400, "before")


class TestTakeOver:
    async def test_gives_the_conversation_to_whoever_asks(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        served = await take_over(lan, conversation_id)

        assert (served["state"], served["served_by"]) == ("served", "lan")

    async def test_of_two_at_once_one_is_told_that_it_is_stale(
        self, lan: Colleague, mei: Colleague, conversation_id: int
    ) -> None:
        version = await version_of(lan, conversation_id)

        answers = await asyncio.gather(
            *(
                who.post(of(conversation_id, "/take-over"), version=version)
                for who in (lan, mei)
            )
        )

        assert sorted(answer.status for answer in answers) == [200, 409]
        (lost,) = [answer for answer in answers if answer.status == 409]
        assert lost.code == "stale"

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "version"),
            ({"version": "1"}, "version"),
            ({"version": -1}, "version"),
            ({"version": 2**70}, "version"),
            ({"version": 1, "extra": 1}, "extra"),
        ],
    )
    async def test_a_wrong_body_is_named(
        self, lan: Colleague, conversation_id: int, body: dict[str, Any], field: str
    ) -> None:
        answer = await lan.post(of(conversation_id, "/take-over"), **body)

        assert (answer.status, answer.field) == (400, field)


class TestRelease:
    async def test_gives_it_back_to_the_assistant(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        served = await take_over(lan, conversation_id)

        answer = await lan.post(
            of(conversation_id, "/release"), version=served["version"]
        )

        assert answer.body["conversation"]["state"] == "open"
        assert answer.body["conversation"]["served_by"] is None

    async def test_only_who_serves_it_or_a_manager_may(
        self,
        lan: Colleague,
        mei: Colleague,
        boss: Colleague,
        conversation_id: int,
    ) -> None:
        version = (await take_over(lan, conversation_id))["version"]

        colleague = await mei.post(of(conversation_id, "/release"), version=version)
        manager = await boss.post(of(conversation_id, "/release"), version=version)

        assert (colleague.status, colleague.code) == (409, "not_serving")
        assert manager.status == 200


class TestTransfer:
    async def test_gives_it_to_a_colleague_and_says_so(
        self, lan: Colleague, mei: Colleague, conversation_id: int
    ) -> None:
        version = (await take_over(lan, conversation_id))["version"]

        answer = await lan.post(
            of(conversation_id, "/transfer"), version=version, to="mei"
        )
        events = await mei.get(of(conversation_id, "/events"))

        assert answer.body["conversation"]["served_by"] == "mei"
        last = events.body["items"][-1]
        assert (last["kind"], last["user"]) == ("transferred", "lan")
        assert last["data"]["to"] == "mei"

    async def test_to_a_stranger_is_refused(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        version = (await take_over(lan, conversation_id))["version"]

        answer = await lan.post(
            of(conversation_id, "/transfer"), version=version, to="nobody-here"
        )

        assert (answer.status, answer.field) == (400, "to")
        assert await version_of(lan, conversation_id) == version


class TestClose:
    async def test_ends_it_until_the_buyer_writes_again(
        self, lan: Colleague, floor: ShopFloor, conversation_id: int
    ) -> None:
        version = (await take_over(lan, conversation_id))["version"]

        closed = await lan.post(
            of(conversation_id, "/close"), version=version, reason="已解决 13812345678"
        )
        told = await floor.say("buyer-1", "什么时候发货")
        after = await lan.get(of(conversation_id))
        events = await lan.get(of(conversation_id, "/events"))

        assert closed.body["conversation"]["state"] == "closed"
        assert told["replies"]
        assert after.body["conversation"]["state"] == "open"
        kinds = [event["kind"] for event in events.body["items"]]
        assert kinds[-2:] == ["closed", "reopened"]
        assert "13812345678" not in str(events.body)


class TestNotes:
    async def test_are_for_agents_only(
        self, lan: Colleague, mei: Colleague, floor: ShopFloor, conversation_id: int
    ) -> None:
        before = await floor.messages(conversation_id)

        answer = await lan.post(of(conversation_id, "/notes"), text="要回电\n别忘了")
        events = await mei.get(of(conversation_id, "/events"))

        assert answer.status == 201
        (note,) = [it for it in events.body["items"] if it["kind"] == "noted"]
        assert (note["user"], note["data"]["text"]) == ("lan", "要回电\n别忘了")
        assert await floor.messages(conversation_id) == before

    @pytest.mark.parametrize("text", ["", "a\x00b", "长" * 5001, 7, None])
    async def test_a_wrong_text_is_named(
        self, lan: Colleague, conversation_id: int, text: object
    ) -> None:
        answer = await lan.post(of(conversation_id, "/notes"), text=text)

        assert (answer.status, answer.field) == (400, "text")


class TestSay:
    async def test_reaches_the_buyer_once_however_often_it_is_sent(
        self, lan: Colleague, floor: ShopFloor, conversation_id: int
    ) -> None:
        await take_over(lan, conversation_id)

        answers = [
            await lan.post(
                of(conversation_id, "/messages"), text="亲，这就为您看", client_id="c1"
            )
            for _ in range(3)
        ]
        await floor.tick()

        assert [answer.status for answer in answers] == [201, 200, 200]
        assert len({answer.body["id"] for answer in answers}) == 1
        assert floor.platform.texts().count("亲，这就为您看") == 1

    async def test_the_same_id_elsewhere_is_another_message(
        self, lan: Colleague, floor: ShopFloor, conversation_id: int
    ) -> None:
        other = (await floor.say("buyer-2", "你好"))["conversation_id"]
        for place in (conversation_id, other):
            await take_over(lan, place)

        answers = [
            await lan.post(of(place, "/messages"), text="在的亲", client_id="c1")
            for place in (conversation_id, other)
        ]

        assert [answer.status for answer in answers] == [201, 201]

    async def test_only_who_serves_it_may(
        self, lan: Colleague, mei: Colleague, conversation_id: int
    ) -> None:
        await take_over(lan, conversation_id)

        answer = await mei.post(
            of(conversation_id, "/messages"), text="在的亲", client_id="c1"
        )

        assert (answer.status, answer.code) == (409, "not_serving")

    async def test_what_the_guard_blocks_stays_here(
        self, lan: Colleague, floor: ShopFloor, conversation_id: int
    ) -> None:
        await take_over(lan, conversation_id)
        before = await floor.messages(conversation_id)

        answer = await lan.post(
            of(conversation_id, "/messages"),
            text="好评返现5元哦",
            client_id="c1",
            is_confirmed=True,
        )

        assert (answer.status, answer.code) == (422, "guard_blocked")
        assert answer.body["error"]["findings"][0]["suggestion"]
        assert await floor.messages(conversation_id) == before

    async def test_what_the_guard_doubts_must_be_meant(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        await take_over(lan, conversation_id)
        words = {"text": "亲，给您补37元", "client_id": "c1"}

        first = await lan.post(of(conversation_id, "/messages"), **words)
        meant = await lan.post(
            of(conversation_id, "/messages"), **words, is_confirmed=True
        )

        assert (first.status, first.code) == (422, "needs_confirmation")
        assert meant.status == 201

    async def test_an_old_version_is_refused(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        served = await take_over(lan, conversation_id)

        answer = await lan.post(
            of(conversation_id, "/messages"),
            text="在的亲",
            client_id="c1",
            version=served["version"] - 1,
        )

        assert (answer.status, answer.code) == (409, "stale")

    async def test_a_text_over_the_shops_limit_is_refused(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        answer = await lan.post(
            of(conversation_id, "/messages"), text="长" * 5001, client_id="c1"
        )

        assert (answer.status, answer.field) == (400, "text")


class TestTyping:
    async def test_is_told_of_who_serves_only(
        self, lan: Colleague, mei: Colleague, floor: ShopFloor, conversation_id: int
    ) -> None:
        await take_over(lan, conversation_id)
        heard: list[object] = []
        floor.service.typing.listen(heard.append, shop_id=floor.shop_id)

        mine = await lan.post(of(conversation_id, "/typing"))
        theirs = await mei.post(of(conversation_id, "/typing"))

        assert (mine.status, theirs.status) == (204, 409)
        assert len(heard) == 1
