"""A follow-up says what is true, and not the same thing twice where it can."""

from datetime import UTC, datetime, timedelta

from bot.desk.ticket_types import Phase
from bot.facts import Facts
from bot.follow_ups.plans import FollowUpPlan, Kind, Window
from bot.follow_ups.situation import (
    FollowUpSituation,
    IncidentSituation,
    TicketSituation,
)
from bot.follow_ups.texts import FilledText, render_text

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def render(
    *texts: str,
    follow_up_id: int = 0,
    ticket: TicketSituation | None = None,
    incident: IncidentSituation | None = None,
    withheld: frozenset[str] = frozenset(),
    used_texts: frozenset[str] = frozenset(),
) -> FilledText | None:
    plan = FollowUpPlan(
        plan_id="p",
        zh="提醒",
        kind=Kind.SERVICE,
        delay=timedelta(),
        window=Window.ANY,
        texts=texts,
    )
    situation = FollowUpSituation(
        follow_up_id=follow_up_id,
        plan_id="p",
        planned_at=NOW,
        due_at=NOW,
        facts=Facts(policies={"shop.eta": "两三天"}),
        ticket=ticket,
        incident=incident,
        withheld=withheld,
        used_texts=used_texts,
    )
    return render_text(plan, situation=situation, now=NOW, suffix="")


def said(*texts: str, **rest: object) -> str | None:
    filled = render(*texts, **rest)  # type: ignore[arg-type]  # passed on
    return None if filled is None else filled.text


class TestRenderText:
    def test_variants_rotate_by_follow_up(self) -> None:
        assert [said("甲", "乙", "丙", follow_up_id=n) for n in range(4)] == [
            "甲",
            "乙",
            "丙",
            "甲",
        ]

    def test_one_that_cannot_be_filled_gives_way(self) -> None:
        assert said("{order.no}", "乙") == "乙"
        assert said("{order.no}") is None

    def test_one_that_the_buyer_has_not_read_is_preferred(self) -> None:
        assert said("甲", "乙", used_texts=frozenset({"甲"})) == "乙"
        assert said("甲", used_texts=frozenset({"甲"})) == "甲"

    def test_its_ticket_can_be_named(self) -> None:
        ticket = TicketSituation(
            number="WL-000001", phase=Phase.SOLVED, due_at=NOW + timedelta(hours=1)
        )

        text = said("{ticket.number}，{ticket.due_at}前", ticket=ticket)

        assert text == "WL-000001，今天13:00前"

    def test_a_ticket_without_a_due_time_names_none(self) -> None:
        ticket = TicketSituation(number="WL-000001", phase=Phase.SOLVED)

        assert said("{ticket.due_at}前", "{ticket.number}", ticket=ticket) == (
            "WL-000001"
        )

    def test_a_managers_words_on_an_incidents_end_come_first(self) -> None:
        texts = ("好消息：{incident.closing}", "已经恢复了")
        told = IncidentSituation(text="停发", closing="今天起发货，")

        assert said(*texts, incident=told) == "好消息：今天起发货，"
        assert said(*texts, incident=IncidentSituation(text="停发")) == "已经恢复了"

    def test_what_an_incident_withholds_is_not_promised(self) -> None:
        texts = ("{shop.eta}到", "路上了")

        assert said(*texts) == "两三天到"
        assert said(*texts, withheld=frozenset({"shop.eta"})) == "路上了"
