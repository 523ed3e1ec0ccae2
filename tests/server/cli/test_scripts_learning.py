"""What was missed is shown, taken into a draft in one step, or left alone."""

import json
from typing import Any

import pytest

from bot.actions import Band, Decision, Suggest, UpdateConversation
from server.cli.common import now
from storage.queries.shops import all_shops
from storage.queries.turns import load_conversation
from storage.repositories.intake import take_message
from storage.repositories.turns import commit_turn
from tests.databases import WORKFLOW, make_message, make_turn
from tests.server.cli.command_line import CommandLine

ASKED = (
    "自制碳给牛毛毡够用吗",
    "自制碳给铁皇冠够用吗",
    "自制碳给水榕够用吗呀",
    "自制碳给莫斯够用不，电话13800138000",
)
WANTED = "product_spec"


@pytest.fixture(name="shop")
def _shop(trained: CommandLine) -> CommandLine:
    """A shop whose buyers have asked what it does not know."""
    for number, text in enumerate(ASKED):
        miss_one(trained, text, buyer_ref=f"b{number}")
    return trained


def miss_one(line: CommandLine, text: str, *, buyer_ref: str) -> None:
    at = now()
    message = make_message(text=text, buyer_ref=buyer_ref)
    state = UpdateConversation(
        misses=1, is_greeted=True, last_intent=WANTED, used_variants=()
    )
    decision = Decision(
        band=Band.ASSIST,
        intent_id=WANTED,
        confidence=0.2,
        actions=(Suggest(text="亲，够用的", intent_id=WANTED, confidence=0.2), state),
    )
    with line.database() as database:
        (shop,) = database.read_now(all_shops)
        receipt = database.write_now(
            lambda conn: take_message(conn, shop.shop_id, message=message, now=at)
        )
        loaded = database.read_now(
            lambda conn: load_conversation(
                conn, shop.shop_id, conversation_id=receipt.conversation_id
            )
        )
        database.write_now(
            lambda conn: commit_turn(
                conn,
                make_turn(shop, receipt, text=text),
                decision,
                shop=shop,
                workflow=WORKFLOW,
                expected_version=loaded.state.version,
                now=at,
                deliver=False,
            )
        )


def groups(shop: CommandLine) -> list[dict[str, Any]]:
    answer = shop.run("scripts", "missed", "--json")
    assert answer.status == 0, answer.err
    return [json.loads(line) for line in answer.out.splitlines()]


class TestMissed:
    def test_a_group_is_shown_masked_with_a_proposal(self, shop: CommandLine) -> None:
        (group,) = groups(shop)

        assert group["count"] == len(ASKED)
        assert "13800138000" not in json.dumps(group, ensure_ascii=False)
        assert group["proposal"]["kind"] in {"examples", "script", "unclear"}
        assert all("*" not in line for line in group["proposal"]["lines"])

    def test_what_is_accepted_stands_in_a_draft_and_once_only(
        self, shop: CommandLine
    ) -> None:
        (group,) = groups(shop)
        accept = ("scripts", "missed", "--accept", group["key"], "--draft", "w")

        first = json.loads(shop.run(*accept).out)
        again = json.loads(shop.run(*accept).out)

        assert (first["is_new"], again["is_new"]) == (True, False)
        assert groups(shop) == []
        shown = shop.run("scripts", "draft", "show", "w")
        assert first["intent_id"] in shown.out

    def test_what_is_refused_is_not_shown_again(self, shop: CommandLine) -> None:
        (group,) = groups(shop)

        assert shop.run("scripts", "missed", "--refuse", group["key"]).status == 0

        assert groups(shop) == []


class TestUseAndDrift:
    def test_both_answer_json(self, shop: CommandLine) -> None:
        use = json.loads(shop.run("scripts", "use").out)
        drift = json.loads(shop.run("scripts", "drift").out)

        assert {"scripts", "added", "deleted", "unused"} == set(use)
        assert drift["weeks"][0]["missed_share"] == 1.0
