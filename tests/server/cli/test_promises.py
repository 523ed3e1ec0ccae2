"""``xiaoer promises``: listed and settled."""

import pytest

from storage.queries.shops import shop_by_slug
from tests.databases import take
from tests.server.cli.command_line import CommandLine


@pytest.fixture(name="promised")
def _promised(staffed: CommandLine) -> CommandLine:
    """A shop in which the agent has promised to ship today."""
    with staffed.database() as database:
        shop = database.read_now(lambda connection: shop_by_slug(connection, "demo"))
        assert shop is not None
        place = str(take(database, shop).conversation_id)
    staffed.run("conversations", "take-over", "lan", "--id", place)
    said = staffed.run("conversations", "say", "lan", "亲，明天给您发货", "--id", place)
    assert said.status == 0, said.err
    return staffed


class TestList:
    def test_shows_each_promise(self, promised: CommandLine) -> None:
        row = promised.run("promises", "list").row()

        assert row["kind"] == "ship_by"
        assert row["words"] == "明天给您发货"
        assert row["promised_by"] == "lan"
        assert row["state"] == "open"

    @pytest.mark.parametrize(
        ("option", "value", "count"),
        [
            ("--state", "open", 1),
            ("--state", "breached", 0),
            ("--user", "lan", 1),
            ("--order", "A1", 0),
            ("--due-before", "2020-01-01T00:00:00+08:00", 0),
        ],
    )
    def test_can_be_narrowed(
        self, promised: CommandLine, option: str, value: str, count: int
    ) -> None:
        assert len(promised.run("promises", "list", option, value).rows()) == count

    def test_knows_no_stranger(self, promised: CommandLine) -> None:
        answer = promised.run("promises", "list", "--user", "nobody")

        assert answer.refusal() == "no user nobody"

    def test_wants_the_zone_of_a_time(self, promised: CommandLine) -> None:
        answer = promised.run("promises", "list", "--due-before", "2026-01-01T00:00")

        assert answer.status == 2


class TestSettle:
    def test_kept_and_void_are_said_with_a_reason(self, promised: CommandLine) -> None:
        done = promised.run("promises", "kept", "1", "--reason", "仓库已发")
        again = promised.run("promises", "void", "1", "--reason", "不用了")

        assert done.status == 0
        assert "promise 1" in again.refusal()
        row = promised.run("promises", "list").row()
        assert (row["state"], row["reason"]) == ("kept", "仓库已发")
