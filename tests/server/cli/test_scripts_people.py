"""Agents at the terminal find scripts and propose changes; managers decide."""

import json

import pytest

from tests.scripts_library.small_pack import make_small_pack
from tests.server.cli.command_line import Answer, CommandLine

ENTRY = {"intent": "greeting", "variants": ["您好呀，小二在的"], "code": "nh"}


@pytest.fixture(name="shop")
def _shop(staffed: CommandLine) -> CommandLine:
    """A shop that speaks from a small pack."""
    pack = make_small_pack(staffed.config.parent / "pack")
    text = staffed.config.read_text("utf-8")
    staffed.config.write_text(f'pack = "{pack.folder}"\n{text}', "utf-8")
    return staffed


def propose(line: CommandLine, *more: str) -> Answer:
    return line.run(
        *("scripts", "propose", "script", "greeting.lan", "--user", "lan", *more),
        stdin=json.dumps(ENTRY, ensure_ascii=False),
    )


class TestFind:
    def test_by_initials_of_what_the_buyer_wants(self, staffed: CommandLine) -> None:
        rows = staffed.run("scripts", "find", "fhsj").rows()

        assert {row["intent"] for row in rows} >= {"问发货时间"}
        assert all(row["variants"] for row in rows)

    def test_by_the_short_code_of_what_was_published(self, shop: CommandLine) -> None:
        shop.run("scripts", "draft", "open", "新")
        shop.run(
            *("scripts", "draft", "set", "新", "script", "greeting.lan"),
            stdin=json.dumps(ENTRY, ensure_ascii=False),
        )
        before = shop.run("scripts", "find", "nh").rows()
        assert shop.run("scripts", "publish", "新").status == 0

        (row,) = shop.run("scripts", "find", "nh").rows()
        assert before == []
        assert (row["id"], row["match"], row["audience"]) == (
            "greeting.lan",
            "code",
            "shop",
        )


class TestProposals:
    def test_one_is_taken_into_a_draft_once(self, shop: CommandLine) -> None:
        number = str(propose(shop, "--why", "常说").row()["id"])
        shop.run("scripts", "draft", "open", "建议")

        taken = shop.run("scripts", "take", number, "建议")
        again = shop.run("scripts", "take", number, "建议")

        (entry,) = shop.run("scripts", "draft", "show", "建议").row()["entries"]
        (row,) = shop.run("scripts", "proposals", "--state", "taken").rows()
        assert (taken.status, again.status) == (0, 1)
        assert (entry["entry_id"], entry["content"]) == ("greeting.lan", ENTRY)
        assert (row["user"], row["decision"], row["reason"]) == ("lan", "建议", "常说")

    def test_one_is_refused_with_a_reason(self, shop: CommandLine) -> None:
        number = str(propose(shop).row()["id"])

        silent = shop.run("scripts", "refuse", number, "--why", " ")
        shop.run("scripts", "refuse", number, "--why", "已经有了")

        (row,) = shop.run("scripts", "proposals").rows()
        assert silent.refusal()
        assert (row["state"], row["decision"]) == ("refused", "已经有了")

    def test_to_remove_one_may_be_proposed_too(self, shop: CommandLine) -> None:
        propose(shop, "--remove")

        (row,) = shop.run("scripts", "proposals", "--state", "open").rows()
        assert row["content"] is None

    def test_a_proposal_is_somebody_s(self, shop: CommandLine) -> None:
        answer = shop.run(
            *("scripts", "propose", "script", "greeting.lan"), stdin=json.dumps(ENTRY)
        )

        assert "--user" in answer.refusal()

    def test_an_entry_that_moved_meanwhile_is_shown(self, shop: CommandLine) -> None:
        number = str(propose(shop).row()["id"])
        shop.run("scripts", "draft", "open", "建议")
        shop.run(
            *("scripts", "draft", "set", "建议", "script", "greeting.lan"),
            stdin=json.dumps({**ENTRY, "variants": ["别的话"]}),
        )

        stale = shop.run("scripts", "take", number, "建议")

        assert stale.status == 1
        assert stale.row()["theirs"]["variants"] == ["别的话"]


class TestOwn:
    def keep(self, line: CommandLine, **changes: object) -> Answer:
        entry = {"variants": ["我去仓库问问"], "code": "ckww", **changes}
        return line.run(
            *("scripts", "keep", "问仓库", "--user", "lan"), stdin=json.dumps(entry)
        )

    def test_is_kept_found_by_its_owner_and_dropped(self, shop: CommandLine) -> None:
        kept = [self.keep(shop).row(), self.keep(shop, tags=["仓库"]).row()]

        (row,) = shop.run("scripts", "own", "--user", "lan").rows()
        mine = shop.run("scripts", "find", "ckww", "--user", "lan").rows()
        nobodys = shop.run("scripts", "find", "ckww").rows()
        dropped = shop.run("scripts", "drop", "问仓库", "--user", "lan")
        assert kept == [{"revision": 1}, {"revision": 2}]
        assert (row["entry_id"], row["content"]["tags"]) == ("问仓库", ["仓库"])
        assert [it["audience"] for it in mine] == ["private"]
        assert (nobodys, dropped.status) == ([], 0)
        assert shop.run("scripts", "own", "--user", "lan").rows() == []

    @pytest.mark.parametrize(
        "changes",
        [{"variants": []}, {"intent": "none"}, {"colour": "red"}, {"pictures": ["x"]}],
    )
    def test_what_nobody_could_use_is_refused(
        self, shop: CommandLine, changes: dict[str, object]
    ) -> None:
        assert self.keep(shop, **changes).refusal()
