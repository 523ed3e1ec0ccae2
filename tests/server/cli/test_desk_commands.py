from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from bot.actions import Reply, Suggest
from bot.facts import Order, OrderState, Review
from bot.follow_ups.plans import Kind
from storage.database import Database
from storage.queries.shops import ShopRecord, shop_by_slug
from storage.repositories import facts
from storage.repositories.follow_ups import NewFollowUp, plan
from storage.repositories.outbox import claim_deliveries, finish_failed
from tests.databases import buyer_id_of, commit, make_ticket_action, take
from tests.server.cli.command_line import CommandLine


def shop_of(database: Database) -> ShopRecord:
    shop = database.read_now(lambda connection: shop_by_slug(connection, "demo"))
    assert shop is not None
    return shop


@pytest.fixture(name="busy")
def _busy(trained: CommandLine) -> tuple[CommandLine, str, str]:
    """A shop with a conversation that led to a reply, a suggestion and a ticket."""
    with trained.database() as database:
        shop = shop_of(database)
        receipt = take(database, shop, text="快递丢了")
        turn = commit(
            database,
            shop,
            [receipt],
            Reply(text="亲，马上核实"),
            Suggest(text="已联系快递", intent_id="hello", confidence=0.9),
            make_ticket_action(),
            now=datetime.now(UTC),
        )
    return trained, str(receipt.conversation_id), turn.tickets[0].number


@pytest.fixture(name="line")
def _line(busy: tuple[CommandLine, str, str]) -> CommandLine:
    return busy[0]


@pytest.fixture(name="conversation_id")
def _conversation_id(busy: tuple[CommandLine, str, str]) -> str:
    return busy[1]


@pytest.fixture(name="number")
def _number(busy: tuple[CommandLine, str, str]) -> str:
    return busy[2]


def kinds(line: CommandLine, number: str) -> list[str]:
    """The events of a ticket."""
    return [it["kind"] for it in line.run("tickets", "show", number).row()["events"]]


class TestTickets:
    def test_list_shows_every_ticket(self, line: CommandLine, number: str) -> None:
        (row,) = line.run("tickets", "list").rows()

        assert (row["number"], row["ticket_type"]) == (number, "logistics")

    @pytest.mark.parametrize(
        ("option", "value", "count"),
        [
            ("--phase", "open", 1),
            ("--phase", "solved", 0),
            ("--type", "logistics", 1),
            ("--type", "refund", 0),
            ("--limit", "1", 1),
            ("--after", "999", 0),
        ],
    )
    def test_list_can_be_narrowed(
        self, line: CommandLine, option: str, value: str, count: int
    ) -> None:
        assert len(line.run("tickets", "list", option, value).rows()) == count

    def test_show_tells_what_happened(self, line: CommandLine, number: str) -> None:
        shown = line.run("tickets", "show", number).row()

        assert shown["ticket"]["number"] == number
        assert [it["kind"] for it in shown["events"]] == ["opened"]

    def test_move_goes_along_the_workflow(self, line: CommandLine, number: str) -> None:
        moved = line.run(
            "tickets", "move", number, "in_progress", "--by", "lan", "--note", "在查"
        ).row()

        assert moved["state"] == "in_progress"
        assert kinds(line, number)[-1] == "moved"

    def test_a_solved_ticket_plans_its_call_back(
        self, line: CommandLine, number: str
    ) -> None:
        line.run("tickets", "move", number, "in_progress")
        line.run("tickets", "move", number, "solved")

        planned = line.run("follow-ups", "list", "--state", "planned").row()

        assert planned["plan_id"] == "call_back"

    def test_move_refuses_what_the_workflow_forbids(
        self, line: CommandLine, number: str
    ) -> None:
        refusal = line.run("tickets", "move", number, "closed").refusal()

        assert refusal == f"ticket {number}: new -> closed is not allowed"

    def test_notes_owners_causes_and_answers_are_kept(
        self, line: CommandLine, number: str
    ) -> None:
        statuses = [
            line.run("tickets", "note", number, "买家很急", "--by", "lan").status,
            line.run("tickets", "assign", number, "lan").status,
            line.run("tickets", "cause", number, "分拣错误").status,
            line.run("tickets", "answered", number, "--by", "lan").status,
            line.run("tickets", "planned", number, "--note", "补发").status,
        ]

        assert statuses == [0] * 5
        assert set(kinds(line, number)) >= {"noted", "assigned", "cause"}
        shown = line.run("tickets", "show", number).row()["ticket"]
        assert shown["cause"] == "分拣错误"

    @pytest.mark.parametrize(
        "arguments",
        [
            ("show",),
            ("move", "in_progress"),
            ("note", "a"),
            ("assign", "lan"),
            ("cause", "a"),
            ("answered",),
            ("planned",),
        ],
    )
    def test_does_not_know_another_number(
        self, line: CommandLine, arguments: tuple[str, ...]
    ) -> None:
        verb, *rest = arguments

        answer = line.run("tickets", verb, "WL-404", *rest)

        assert answer.refusal() == "no ticket WL-404"

    @pytest.mark.parametrize("verb", ["note", "assign"])
    def test_does_not_know_another_person(
        self, line: CommandLine, number: str, verb: str
    ) -> None:
        answer = line.run("tickets", verb, number, "mei", "--by", "mei")

        assert answer.refusal() == "no user mei"

    def test_rates_are_counted(self, line: CommandLine, number: str) -> None:
        line.run("tickets", "move", number, "in_progress")
        line.run("tickets", "move", number, "solved")

        rates = line.run("tickets", "rates", "--days", "7").row()

        assert (rates["solved_tickets"], rates["called_back"]) == (1, 0)


class TestConversations:
    def test_show_tells_what_was_said_and_suggested(
        self, line: CommandLine, conversation_id: str
    ) -> None:
        shown = line.run("conversations", "show", "--id", conversation_id).row()

        assert [it["text"] for it in shown["messages"]] == ["快递丢了", "亲，马上核实"]
        assert [it["text"] for it in shown["suggestions"]] == ["已联系快递"]

    def test_who_takes_over_serves_until_it_is_given_back(
        self, line: CommandLine, conversation_id: str
    ) -> None:
        def phase() -> str:
            shown = line.run("conversations", "show", "--id", conversation_id).row()
            return str(shown["conversation"]["phase"])

        line.run("conversations", "take-over", "lan", "--id", conversation_id)
        taken = phase()
        line.run("conversations", "release", "--id", conversation_id)

        assert (taken, phase()) == ("served", "open")

    def test_what_an_agent_says_is_said(
        self, line: CommandLine, conversation_id: str
    ) -> None:
        line.run("conversations", "take-over", "lan", "--id", conversation_id)

        said = line.run(
            "conversations", "say", "lan", "我来帮您查", "--id", conversation_id
        ).row()

        shown = line.run("conversations", "show", "--id", conversation_id).row()
        last = shown["messages"][-1]
        assert (last["message_id"], last["sender"]) == (said["message_id"], "agent")
        assert last["text"] == "我来帮您查"

    @pytest.mark.parametrize(
        "text", ["给五星好评返红包，截图发我", "麻烦把短信验证码发我一下"]
    )
    def test_the_guard_stops_what_nobody_may_send(
        self, line: CommandLine, conversation_id: str, text: str
    ) -> None:
        line.run("conversations", "take-over", "lan", "--id", conversation_id)

        answer = line.run("conversations", "say", "lan", text, "--id", conversation_id)

        shown = line.run("conversations", "show", "--id", conversation_id).row()
        assert answer.status == 1
        assert answer.err
        assert text not in [message["text"] for message in shown["messages"]]

    def test_a_doubt_of_the_guard_is_shown_and_the_text_sent(
        self, line: CommandLine, conversation_id: str
    ) -> None:
        line.run("conversations", "take-over", "lan", "--id", conversation_id)

        answer = line.run(
            "conversations", "say", "lan", "给您便宜20元", "--id", conversation_id
        )

        assert answer.status == 0
        assert "unknown_item" in answer.err

    def test_nobody_speaks_into_anothers_conversation(
        self, line: CommandLine, conversation_id: str
    ) -> None:
        line.run("user", "add", "mei", stdin="long enough for it\n")
        line.run("conversations", "take-over", "lan", "--id", conversation_id)

        answer = line.run("conversations", "say", "mei", "在", "--id", conversation_id)

        assert answer.status == 1
        assert answer.err

    @pytest.mark.parametrize(
        "arguments",
        [("show",), ("take-over", "lan"), ("say", "lan", "a"), ("release",)],
    )
    def test_does_not_know_another_conversation(
        self, line: CommandLine, arguments: tuple[str, ...]
    ) -> None:
        answer = line.run("conversations", *arguments, "--id", "404")

        assert answer.refusal() == "no conversation 404"


class TestDeliveries:
    @pytest.fixture(name="dead")
    def _dead(self, line: CommandLine) -> str:
        """The id of a delivery that was given up."""
        now = datetime.now(UTC)

        def unit(connection: Connection) -> int:
            (claimed,) = claim_deliveries(
                connection, owner="a", now=now, lease=timedelta(minutes=1), limit=9
            )
            finish_failed(
                connection,
                claimed.delivery_id,
                owner="a",
                now=now,
                error="410: gone",
                next_at=None,
            )
            return claimed.delivery_id

        return str(line.write(unit))

    def test_dead_lists_what_was_given_up(self, line: CommandLine, dead: str) -> None:
        letter = line.run("deliveries", "dead").row()

        assert (str(letter["delivery_id"]), letter["last_error"]) == (dead, "410: gone")

    def test_send_again_takes_it_off_the_list(
        self, line: CommandLine, dead: str
    ) -> None:
        answer = line.run("deliveries", "send-again", dead)

        assert answer.status == 0
        assert line.run("deliveries", "dead").rows() == []

    def test_send_again_of_what_is_not_dead_is_refused_as_a_whole(
        self, line: CommandLine, dead: str
    ) -> None:
        answer = line.run("deliveries", "send-again", dead, "404")

        assert answer.status == 1
        assert len(line.run("deliveries", "dead").rows()) == 1


class TestFollowUps:
    @pytest.fixture(name="planned")
    def _planned(self, line: CommandLine, conversation_id: str) -> str:
        """The id of a planned follow-up."""
        with line.database() as database:
            shop = shop_of(database)
            buyer_id = buyer_id_of(database, shop, int(conversation_id))
            now = datetime.now(UTC)
            planned = database.write_now(
                lambda connection: plan(
                    connection,
                    shop.shop_id,
                    value=NewFollowUp(
                        buyer_id=buyer_id,
                        plan_id="delay_update",
                        kind=Kind.SERVICE,
                        due_at=now + timedelta(days=1),
                        conversation_id=int(conversation_id),
                        order_ref=None,
                        item_ref=None,
                        ticket_id=None,
                        review_id=None,
                        dedupe_key="a",
                    ),
                    now=now,
                )
            )
        return str(planned)

    def test_cancel_takes_it_out_and_keeps_the_reason(
        self, line: CommandLine, planned: str
    ) -> None:
        answer = line.run("follow-ups", "cancel", planned, "--reason", "电话里说过了")

        listed = line.run("follow-ups", "list").row()
        assert answer.status == 0
        assert (listed["state"], listed["reason"]) == ("cancelled", "电话里说过了")

    def test_cancel_twice_is_refused(self, line: CommandLine, planned: str) -> None:
        line.run("follow-ups", "cancel", planned)

        assert line.run("follow-ups", "cancel", planned).status == 1

    def test_cancel_does_not_know_another_one(self, line: CommandLine) -> None:
        assert line.run("follow-ups", "cancel", "404").status == 1


class TestReviews:
    @pytest.fixture(name="buyer_id")
    def _buyer_id(self, line: CommandLine) -> str:
        """The buyer of a bad review."""
        now = datetime.now(UTC)

        def unit(connection: Connection) -> int | None:
            shop = shop_by_slug(connection, "demo")
            assert shop is not None
            facts.put_order(
                connection,
                shop.shop_id,
                value=Order(
                    order_id="o-1", buyer_ref="buyer-1", state=OrderState.SIGNED
                ),
                told_at=now,
                now=now,
            )
            told = facts.put_review(
                connection,
                shop.shop_id,
                value=Review(
                    review_id="r-1", order_id="o-1", stars=1, text="差", created_at=now
                ),
                told_at=now,
                now=now,
                connector="signed_http",
            )
            return told.buyer_id

        return str(line.write(unit))

    def test_list_shows_what_was_told(self, line: CommandLine, buyer_id: str) -> None:
        review = line.run("reviews", "list").row()

        assert (review["review"]["stars"], review["review"]["text"]) == (1, "差")

    def test_flag_can_be_set_and_taken_back(
        self, line: CommandLine, buyer_id: str
    ) -> None:
        statuses = [
            line.run("reviews", "flag", buyer_id).status,
            line.run("reviews", "flag", buyer_id, "--off").status,
        ]

        assert statuses == [0, 0]

    def test_flag_does_not_know_another_buyer(self, line: CommandLine) -> None:
        assert line.run("reviews", "flag", "404").status == 1
