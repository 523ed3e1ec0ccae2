"""``xiaoer conversations list`` and the types of ``xiaoer tickets list``."""

import pytest

from storage.queries.shops import shop_by_slug
from tests.databases import take
from tests.server.cli.command_line import CommandLine


@pytest.fixture(name="ids")
def _ids(staffed: CommandLine) -> list[str]:
    """Conversations of two buyers, in the order they began."""
    with staffed.database() as database:
        shop = database.read_now(lambda connection: shop_by_slug(connection, "demo"))
        assert shop is not None
        receipts = [take(database, shop, buyer_ref=f"b{n}") for n in range(2)]
    return [str(receipt.conversation_id) for receipt in receipts]


def listed(line: CommandLine, *options: str) -> list[str]:
    rows = line.run("conversations", "list", *options).rows()
    return [str(row["conversation_id"]) for row in rows]


class TestConversationsList:
    def test_shows_every_conversation_with_its_last_line(
        self, staffed: CommandLine, ids: list[str]
    ) -> None:
        rows = staffed.run("conversations", "list").rows()

        assert sorted(str(row["conversation_id"]) for row in rows) == ids
        assert {row["last"]["text"] for row in rows} == {"在吗"}

    def test_can_be_narrowed(self, staffed: CommandLine, ids: list[str]) -> None:
        staffed.run("conversations", "take-over", "lan", "--id", ids[0])

        assert listed(staffed, "--state", "served") == [ids[0]]
        assert listed(staffed, "--state", "open") == [ids[1]]
        assert listed(staffed, "--user", "lan") == [ids[0]]

    def test_goes_on_after_one(self, staffed: CommandLine, ids: list[str]) -> None:
        (first,) = listed(staffed, "--limit", "1")

        assert {first, *listed(staffed, "--after", first)} == set(ids)
        assert len(listed(staffed, "--after", first)) == 1

    def test_knows_no_stranger(self, staffed: CommandLine) -> None:
        answer = staffed.run("conversations", "list", "--user", "nobody")

        assert answer.refusal() == "no user nobody"


class TestTicketsList:
    def test_refuses_a_type_that_is_none(self, staffed: CommandLine) -> None:
        refusal = staffed.run("tickets", "list", "--type", "logistic").refusal()

        assert "no ticket type logistic" in refusal
        assert "logistics" in refusal
