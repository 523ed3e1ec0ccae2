"""What agents do with conversations: serve, write, hand on, end."""

import asyncio
from typing import Any

import pytest

from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague
from tests.server.api.talks import of, take_over, version_of


async def texts(floor: ShopFloor, conversation_id: int) -> list[str]:
    return [message.text for message in await floor.messages(conversation_id)]


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

    async def test_what_a_colleague_serves_is_theirs(
        self, lan: Colleague, mei: Colleague, conversation_id: int
    ) -> None:
        version = (await take_over(lan, conversation_id))["version"]

        answer = await mei.post(of(conversation_id, "/take-over"), version=version)

        assert (answer.status, answer.code) == (409, "served")
        assert answer.body["error"]["served_by"] == "lan"
        assert await version_of(lan, conversation_id) == version

    async def test_a_manager_relieves_and_the_event_says_whom(
        self, lan: Colleague, boss: Colleague, conversation_id: int
    ) -> None:
        await take_over(lan, conversation_id)

        served = await take_over(boss, conversation_id)
        events = await lan.get(of(conversation_id, "/events"))

        assert served["served_by"] == "boss"
        last = events.body["items"][-1]
        assert (last["kind"], last["user"]) == ("taken_over", "boss")
        assert last["data"] == {"from": "lan"}

    async def test_ones_own_may_be_taken_again(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        await take_over(lan, conversation_id)

        served = await take_over(lan, conversation_id)

        assert served["served_by"] == "lan"

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

        await mei.put("/duty", is_on_duty=True)
        answer = await lan.post(
            of(conversation_id, "/transfer"), version=version, to="mei"
        )
        events = await mei.get(of(conversation_id, "/events"))

        assert answer.body["conversation"]["served_by"] == "mei"
        last = events.body["items"][-1]
        assert (last["kind"], last["user"]) == ("transferred", "lan")
        assert last["data"]["to"] == "mei"

    async def test_to_somebody_off_duty_must_be_meant(
        self, lan: Colleague, mei: Colleague, conversation_id: int
    ) -> None:
        version = (await take_over(lan, conversation_id))["version"]
        path, body = of(conversation_id, "/transfer"), {"version": version, "to": "mei"}

        first = await lan.post(path, **body)
        meant = await lan.post(path, **body, is_confirmed=True)

        assert (first.status, first.code) == (409, "off_duty")
        assert meant.body["conversation"]["served_by"] == mei.user

    async def test_to_oneself_is_refused(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        version = (await take_over(lan, conversation_id))["version"]
        await lan.put("/duty", is_on_duty=True)

        answer = await lan.post(
            of(conversation_id, "/transfer"), version=version, to="lan"
        )

        assert (answer.status, answer.field) == (400, "to")

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
        before = await texts(floor, conversation_id)

        answer = await lan.post(of(conversation_id, "/notes"), text="要回电\n别忘了")
        events = await mei.get(of(conversation_id, "/events"))

        assert answer.status == 201
        (note,) = [it for it in events.body["items"] if it["kind"] == "noted"]
        assert (note["user"], note["data"]["text"]) == ("lan", "要回电\n别忘了")
        assert await texts(floor, conversation_id) == before

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
        before = await texts(floor, conversation_id)

        answer = await lan.post(
            of(conversation_id, "/messages"),
            text="好评返现5元哦",
            client_id="c1",
            is_confirmed=True,
        )

        assert (answer.status, answer.code) == (422, "guard_blocked")
        assert answer.body["error"]["findings"][0]["suggestion"]
        assert await texts(floor, conversation_id) == before

    async def test_what_the_guard_doubts_must_be_meant(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        await take_over(lan, conversation_id)
        words = {"text": "亲，给您赔37元", "client_id": "c1"}

        first = await lan.post(of(conversation_id, "/messages"), **words)
        meant = await lan.post(
            of(conversation_id, "/messages"), **words, is_confirmed=True
        )

        assert (first.status, first.code) == (422, "needs_confirmation")
        assert meant.status == 201

    async def test_a_manager_overrides_a_doubt_with_a_reason_that_is_kept(
        self, boss: Colleague, floor: ShopFloor, conversation_id: int
    ) -> None:
        await take_over(boss, conversation_id)

        answer = await boss.post(
            of(conversation_id, "/messages"),
            text="亲，赔您37元，打到13812345678",
            client_id="c1",
            override_reason="仓库发错货，已同意",
        )

        kept = (await boss.get("/audit")).body["items"][0]
        assert answer.status == 201
        assert (kept["user"], kept["action"]) == ("boss", "guard.overridden")
        assert kept["subject"] == str(answer.body["id"])
        assert kept["data"]["text"] == "亲，赔您37元，打到138****5678"
        assert kept["data"]["reason"] == "仓库发错货，已同意"
        assert "unknown_amount" in kept["data"]["rules"]

    async def test_an_agents_confirmation_is_kept_and_their_reason_refused(
        self, lan: Colleague, boss: Colleague, conversation_id: int
    ) -> None:
        await take_over(lan, conversation_id)
        path, words = of(conversation_id, "/messages"), {"text": "赔您37元"}

        refused = await lan.post(path, **words, client_id="c1", override_reason="急")
        meant = await lan.post(path, **words, client_id="c2", is_confirmed=True)

        kept = (await boss.get("/audit")).body["items"][0]
        assert (refused.status, meant.status) == (403, 201)
        assert (kept["user"], kept["action"]) == ("lan", "guard.confirmed")

    async def test_nobody_overrides_a_block(
        self, boss: Colleague, conversation_id: int
    ) -> None:
        await take_over(boss, conversation_id)

        answer = await boss.post(
            of(conversation_id, "/messages"),
            text="好评返现5元哦",
            client_id="c1",
            override_reason="老板同意",
        )

        assert (answer.status, answer.code) == (422, "guard_blocked")

    async def test_a_price_below_the_floor_of_the_item_is_blocked(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        await floor.tell(
            "PUT", "/items/mug", title="杯子", list_fen=9900, floor_fen=7900
        )
        asked = await floor.say("buyer-9", "这个多少钱", item_id="mug")
        await take_over(lan, asked["conversation_id"])
        path = of(asked["conversation_id"], "/messages")

        low = await lan.post(path, text="六十九给您吧", client_id="c1")
        fair = await lan.post(path, text="85元给您包邮", client_id="c2")

        finding = low.body["error"]["findings"][0]
        assert (low.status, low.code) == (422, "guard_blocked")
        assert (finding["rule"], finding["role"]) == ("below_floor", "item_price")
        assert fair.status == 201

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
