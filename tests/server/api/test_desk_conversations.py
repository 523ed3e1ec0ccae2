"""What agents see of conversations."""

import pytest
from sqlalchemy import insert

from storage.repositories.shops import add_shop
from storage.tables import RatingRow, table_of
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague, employ
from tests.server.api.talks import of, take_over


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

    async def test_the_buyers_name_is_masked_wherever_it_stands(
        self, lan: Colleague, floor: ShopFloor
    ) -> None:
        said = await floor.say("b-7", "我叫莫秋水，在吗", buyer_name="莫秋水")
        place = said["conversation_id"]
        await lan.post(of(place, "/notes"), text="莫秋水要回电")
        await floor.service.database.write(
            lambda connection: connection.execute(
                insert(table_of(RatingRow)).values(
                    shop_id=floor.shop_id,
                    conversation_id=place,
                    stars=1,
                    reason="莫秋水不满意",
                    created_at=floor.clock(),
                )
            )
        )

        messages = await lan.get(of(place, "/messages"))
        events = await lan.get(of(place, "/events"))
        shown = await lan.get(of(place))

        assert messages.body["items"][0]["text"] == "我叫莫*水，在吗"
        assert "莫*水要回电" in str(events.body)
        assert shown.body["ratings"][0]["reason"] == "莫*水不满意"
        assert "莫秋水" not in str((messages.body, events.body, shown.body))

    async def test_after_and_before_exclude_each_other(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        answer = await lan.get(
            of(conversation_id, "/messages"), after="MQ", before="MQ"
        )

        assert (answer.status, answer.field) == (400, "before")
