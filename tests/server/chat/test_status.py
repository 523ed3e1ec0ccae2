"""Whether buyers learn honestly who answers, and when."""

from sqlalchemy import select

from storage.states import ConversationEventKind
from storage.tables import ConversationEventRow, RatingRow, table_of
from tests.connectors.web_chat.windows import BrowserWindow
from tests.journeys.shop_floor import MONDAY_MORNING
from tests.server.chat.conftest import Street


async def call_for_a_person(street: Street, browser: str) -> BrowserWindow:
    window = await street.come(browser)
    await window.say("c1", "转人工")
    await street.floor.tick()
    street.floor.clock.move(seconds=1)
    await window.until("status", phase="waiting")
    return window


class TestStatus:
    async def test_the_queue_moves_up(self, street: Street) -> None:
        person_id = await street.floor.put_on_duty()
        first = await call_for_a_person(street, "one")
        second = await call_for_a_person(street, "two")
        assert (first.frames[-1]["position"], second.frames[-1]["position"]) == (1, 2)

        await street.floor.service.board.look()
        await street.serve(1, person_id)
        await first.until("status", phase="person")
        await street.floor.service.board.look()

        assert (await second.until("status"))["position"] == 1

    async def test_somebody_on_duty_is_told(self, street: Street) -> None:
        window = await street.come()
        assert (await window.until("status"))["is_staffed"] is False
        await street.floor.service.board.look()

        await street.floor.put_on_duty()
        await street.floor.service.board.look()

        assert (await window.until("status"))["is_staffed"] is True

    async def test_when_nobody_is_there_the_hours_say_when(
        self, street: Street
    ) -> None:
        street.floor.clock.set(MONDAY_MORNING.replace(hour=20))

        window = await street.come()

        status = await window.until("status")
        assert (status["is_staffed"], status["opens_at"]) == (
            False,
            "2026-11-24T01:00:00Z",
        )

    async def test_in_hours_that_nobody_keeps_the_next_ones_are_named(
        self, street: Street
    ) -> None:
        window = await street.come()

        # After lunch, as the assistant says it in its own words.
        status = await window.until("status")
        assert status["opens_at"] == "2026-11-23T05:00:00Z"


class TestRating:
    async def rows(self, street: Street) -> list[tuple[int, str, int | None]]:
        table = table_of(RatingRow).c
        statement = (
            select(table.stars, table.reason, table.person_id)
            .where(table.shop_id == street.floor.shop_id)
            .order_by(table.id)
        )
        return street.floor.service.database.read_now(
            lambda conn: [(*row,) for row in conn.execute(statement)]
        )

    async def test_it_is_stored_with_who_served_last(self, street: Street) -> None:
        person_id = await street.floor.put_on_duty()
        window = await street.come()
        await window.say("c1", "转人工")
        await street.serve(1, person_id)

        await window.send("rating", stars=5, reason="很耐心")
        await window.until("rated")

        assert await self.rows(street) == [(5, "很耐心", person_id)]
        events = table_of(ConversationEventRow).c
        kinds = street.floor.service.database.read_now(
            lambda conn: list(
                conn.scalars(
                    select(events.kind).where(events.shop_id == street.floor.shop_id)
                )
            )
        )
        assert ConversationEventKind.RATED in kinds

    async def test_a_second_word_replaces_the_first(self, street: Street) -> None:
        window = await street.come()
        await window.say("c1", "在吗")
        for stars in (1, 4):
            await window.send("rating", stars=stars)
            await window.until("rated")

        assert await self.rows(street) == [(4, "", None)]

    async def test_stars_that_there_are_not_are_refused(self, street: Street) -> None:
        window = await street.come()
        await window.say("c1", "在吗")
        for stars in (0, 6, 2.5, "5", None):
            await window.send("rating", stars=stars)

            refused = await window.until("refused")
            assert (refused["code"], refused["field"]) == ("invalid_field", "stars")

        assert await self.rows(street) == []

    async def test_without_a_conversation_there_is_nothing_to_rate(
        self, street: Street
    ) -> None:
        window = await street.come()

        await window.send("rating", stars=5)

        assert (await window.until("refused"))["code"] == "invalid_field"
