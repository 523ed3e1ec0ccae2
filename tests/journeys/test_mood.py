"""How a buyer feels changes the first words, and how soon a person comes."""

from typing import Any

from server.library import Library
from storage.states import Role
from tests.journeys.shop_floor import ShopFloor
from tests.server.api.colleagues import employ


def openings(library: Library, mood: str) -> tuple[str, ...]:
    """The openings of one mood."""
    return next(
        words.openings
        for name, words in library.pack.moods.moods.items()
        if name.value == mood
    )


def opened(answer: dict[str, Any], library: Library, mood: str) -> list[str]:
    """The replies that begin with an opening of this mood."""
    return [
        reply["text"]
        for reply in answer["replies"]
        if reply["text"].startswith(openings(library, mood))
    ]


class TestMood:
    async def test_an_urgent_buyer_is_answered_feelings_first_but_not_twice_in_a_row(
        self, shop: ShopFloor, library: Library
    ) -> None:
        first = await shop.say("b1", "你们发什么快递？？？")
        second = await shop.say("b1", "从哪里发货的？？？")

        assert len(opened(first, library, "urgent")) == 1
        assert opened(second, library, "urgent") == []

    async def test_a_courtesy_is_answered_without_an_opening(
        self, shop: ShopFloor, library: Library
    ) -> None:
        await shop.say("b1", "什么时候发货")

        answer = await shop.say("b1", "好的，谢谢您")

        assert opened(answer, library, "polite") == []

    async def test_a_calm_buyer_is_answered_at_once(
        self, shop: ShopFloor, library: Library
    ) -> None:
        answer = await shop.say("b1", "什么时候发货")

        for mood in ("angry", "urgent", "polite"):
            assert opened(answer, library, mood) == []

    async def test_who_is_angry_twice_in_a_row_gets_a_person(
        self, shop: ShopFloor
    ) -> None:
        await shop.put_on_duty()

        first = await shop.say("b1", "太离谱了，你们什么时候发货")
        second = await shop.say("b1", "气死我了，发什么快递")

        assert first["band"] == "auto"
        assert second["band"] == "hand_over"

    async def test_agents_see_the_mood_in_their_list(self, shop: ShopFloor) -> None:
        boss = await employ(shop, "boss", role=Role.MANAGER)
        await shop.say("b1", "太离谱了，你们什么时候发货")
        await shop.say("b2", "什么时候发货")

        listed = await boss.get("/conversations")

        assert {it["buyer"]["ref"]: it["mood"] for it in listed.body["items"]} == {
            "b1": "angry",
            "b2": "neutral",
        }
