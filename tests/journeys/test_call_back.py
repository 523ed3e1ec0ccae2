"""A solved ticket is called back: the buyer's answer closes it or opens it again."""

from datetime import timedelta

from storage.queries.tickets import call_back_rates
from tests.journeys.shop_floor import ShopFloor


async def _solve_a_ticket(shop: ShopFloor) -> str:
    """Return the number of a quality ticket whose call-back has been sent."""
    await shop.tell("PUT", "/orders/A7", buyer_id="b7", state="signed")
    await shop.say("b7", "收到的杯子是坏的，底都裂了")
    (ticket,) = await shop.tickets("quality")
    await shop.move_ticket(ticket.number, "accepted", "in_progress", "solved")
    shop.clock.move(days=1)
    await shop.tick()
    return ticket.number


class TestCallBack:
    async def test_not_solved_opens_the_ticket_again(self, shop: ShopFloor) -> None:
        number = await _solve_a_ticket(shop)

        await shop.say("b7", "还没解决")

        (ticket,) = await shop.tickets("quality")
        assert ticket.number == number
        assert ticket.phase == "open"
        assert ticket.call_back_result == "not_solved"

    async def test_solved_closes_it(self, shop: ShopFloor) -> None:
        await _solve_a_ticket(shop)

        await shop.say("b7", "已经解决了，谢谢")

        (ticket,) = await shop.tickets("quality")
        assert ticket.phase == "closed"
        assert ticket.call_back_result == "solved"

    async def test_silence_is_recorded(self, shop: ShopFloor) -> None:
        await _solve_a_ticket(shop)

        shop.clock.move(days=8)
        await shop.tick()

        (ticket,) = await shop.tickets("quality")
        assert ticket.call_back_result == "silent"

    async def test_an_unrelated_message_is_no_answer(self, shop: ShopFloor) -> None:
        await _solve_a_ticket(shop)

        await shop.say("b7", "你们家还有别的颜色吗")

        (ticket,) = await shop.tickets("quality")
        assert ticket.phase == "solved"
        assert ticket.call_back_result == "none"

    async def test_who_opts_out_before_it_is_not_asked_and_counted_apart(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell("PUT", "/orders/A7", buyer_id="b7", state="signed")
        await shop.say("b7", "收到的杯子是坏的，底都裂了")
        (ticket,) = await shop.tickets("quality")
        await shop.move_ticket(ticket.number, "accepted", "in_progress", "solved")

        await shop.say("b7", "退订")
        shop.clock.move(days=10)
        await shop.tick()

        (ticket,) = await shop.tickets("quality")
        assert ticket.call_back_result == "opted_out"
        rates = await shop.service.database.read(
            lambda conn: call_back_rates(
                conn, shop.shop_id, since=shop.clock() - timedelta(days=30)
            )
        )
        assert (rates.solved_tickets, rates.called_back, rates.opted_out) == (1, 0, 1)

    async def test_who_opted_out_before_it_was_solved_is_counted_so_too(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell("PUT", "/orders/A7", buyer_id="b7", state="signed")
        await shop.say("b7", "收到的杯子是坏的，底都裂了")
        (ticket,) = await shop.tickets("quality")
        await shop.say("b7", "退订")
        await shop.move_ticket(ticket.number, "accepted", "in_progress", "solved")

        shop.clock.move(days=1)
        await shop.tick()

        (ticket,) = await shop.tickets("quality")
        assert ticket.call_back_result == "opted_out"
        assert (await shop.events(ticket.number))[-1] == "call_back"

    async def test_an_opt_out_as_the_answer_is_its_result(
        self, shop: ShopFloor
    ) -> None:
        await _solve_a_ticket(shop)

        await shop.say("b7", "退订")

        (ticket,) = await shop.tickets("quality")
        assert ticket.call_back_result == "opted_out"

    async def test_two_solved_tickets_are_asked_about_one_after_the_other(
        self, shop: ShopFloor
    ) -> None:
        await shop.tell("PUT", "/orders/A7", buyer_id="b7", state="signed")
        await shop.say("b7", "收到的杯子是坏的，底都裂了")
        await shop.say("b7", "我要投诉你们客服，态度太差了")
        await shop.tick()
        shop.platform.received.clear()
        for ticket in await shop.tickets():
            if ticket.ticket_type in {"quality", "complaint"}:
                await shop.record_cause(ticket.number, "查清了")
                await shop.move_ticket(
                    ticket.number, "accepted", "in_progress", "solved"
                )

        shop.clock.move(days=1)
        await shop.tick()

        assert len(shop.platform.texts()) == 1
