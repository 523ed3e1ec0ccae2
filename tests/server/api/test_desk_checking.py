"""What agents are told before they send: the guard's word, and who waits unanswered."""

from datetime import datetime

from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import Colleague
from tests.server.api.talks import of, take_over


async def texts(floor: ShopFloor, conversation_id: int) -> list[str]:
    return [message.text for message in await floor.messages(conversation_id)]


class TestCheck:
    async def test_says_what_sending_would_be_refused_with_and_stores_nothing(
        self, floor: ShopFloor, lan: Colleague, conversation_id: int
    ) -> None:
        before = await texts(floor, conversation_id)

        answer = await lan.post(of(conversation_id, "/check"), text="给五星好评返现5元")

        assert (answer.status, answer.body["code"]) == (200, "guard_blocked")
        assert answer.body["findings"] != []
        assert await texts(floor, conversation_id) == before

    async def test_has_nothing_to_say_of_plain_words(
        self, lan: Colleague, conversation_id: int
    ) -> None:
        answer = await lan.post(of(conversation_id, "/check"), text="好的亲")

        assert answer.body == {"code": None, "findings": []}


class TestUnansweredSince:
    async def test_counts_from_the_first_message_until_a_person_answers(
        self, floor: ShopFloor, lan: Colleague
    ) -> None:
        said = await floor.say("waits", "我要找人工客服")
        began = floor.clock()
        floor.clock.move(seconds=40)
        await floor.say("waits", "人呢")
        place = of(said["conversation_id"], "")

        waiting = (await lan.get(place)).body["conversation"]
        await take_over(lan, said["conversation_id"])
        await lan.post(
            of(said["conversation_id"], "/messages"), text="在的亲", client_id="c1"
        )
        answered = (await lan.get(place)).body["conversation"]

        assert datetime.fromisoformat(waiting["unanswered_since"]) == began
        assert answered["unanswered_since"] is None
