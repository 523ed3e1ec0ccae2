"""A deliberately bad draft is shown as worse, and cannot be published; a good one can."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.actions import Band, Decision, Reply, UpdateConversation
from bot.deciding.state import ShopMode
from scripts_library.loader import builtin_pack, load_pack
from storage.queries.shops import all_shops
from storage.queries.turns import load_conversation
from storage.repositories.intake import take_message
from storage.repositories.turns import commit_turn
from tests.databases import WORKFLOW, make_message, make_turn
from tests.server.cli.command_line import Answer, CommandLine

ASKED = (
    "什么时候发货",
    "今天能发货吗",
    "几天能发货呀",
    "发货要多久",
    "还要几天才发货",
    "我电话13800138000，多久发货",
)
"""What buyers have asked, each answered well."""
VICTIM, THIEF = "shipping_time", "invoice"


@pytest.fixture(name="shop")
def _shop(trained: CommandLine) -> CommandLine:
    """A shop whose buyers have asked when their goods are sent."""
    for number, text in enumerate(ASKED):
        answer_one(trained, text, buyer_ref=f"b{number}")
    return trained


def answer_one(line: CommandLine, text: str, *, buyer_ref: str) -> None:
    now = datetime.now(UTC)
    message = make_message(text=text, buyer_ref=buyer_ref)
    with line.database() as database:
        (shop,) = database.read_now(all_shops)
        receipt = database.write_now(
            lambda conn: take_message(conn, shop.shop_id, message=message, now=now)
        )
        loaded = database.read_now(
            lambda conn: load_conversation(
                conn, shop.shop_id, conversation_id=receipt.conversation_id
            )
        )
        state = UpdateConversation(
            misses=0, is_greeted=True, last_intent=VICTIM, used_variants=()
        )
        decision = Decision(
            band=Band.AUTO,
            intent_id=VICTIM,
            confidence=0.95,
            actions=(Reply(text="48小时内发", intent_id=VICTIM), state),
        )
        assert shop.mode is ShopMode.AUTO
        database.write_now(
            lambda conn: commit_turn(
                conn,
                make_turn(shop, receipt, text=text),
                decision,
                shop=shop,
                workflow=WORKFLOW,
                expected_version=loaded.state.version,
                now=now,
                deliver=False,
            )
        )


def save(line: CommandLine, kind: str, name: str, entry: dict[str, Any]) -> None:
    saved = line.run(
        *("scripts", "draft", "set", "试改", kind, name),
        stdin=json.dumps(entry, ensure_ascii=False),
    )
    assert saved.status == 0, saved.err


def replayed(line: CommandLine, *more: str) -> tuple[Answer, dict[str, Any]]:
    answer = line.run("scripts", "replay", "--json", *more)
    return answer, answer.row()


def steal(line: CommandLine) -> None:
    """Give another intent everything that teaches when goods are sent."""
    examples = load_pack(builtin_pack()).examples
    keeps = [it for it in examples[VICTIM] if "发" not in it]
    gone = [it for it in examples[VICTIM] if "发" in it]
    line.run("scripts", "draft", "open", "试改")
    save(line, "examples", VICTIM, {"lines": keeps})
    save(line, "examples", THIEF, {"lines": [*examples[THIEF], *gone]})


class TestBadDraft:
    def test_stolen_examples_are_shown_as_worse_and_are_not_published(
        self, shop: CommandLine
    ) -> None:
        steal(shop)

        answer, report = replayed(shop)
        published = shop.run("scripts", "publish", "试改")

        stolen = [it for it in report["groups"] if it["kind"] == "intent"]
        assert answer.status == 1
        assert report["messages"] == len(ASKED)
        assert sum(it["verdicts"]["worse"] for it in stolen) >= len(ASKED) - 1
        assert {it["intent_before"] for it in stolen} == {VICTIM}
        assert {one["rule"] for one in report["must_hit"]} >= {"must_hit"}
        assert VICTIM in {one["entry_id"] for one in report["must_hit"]}
        assert (published.status, published.out) == (1, "")
        assert "必须理解成“问发货时间”的" in published.err
        assert shop.run("scripts", "versions").out == ""

    def test_a_reply_that_the_guard_keeps_back_is_worse_and_is_not_published(
        self, shop: CommandLine
    ) -> None:
        shop.run("scripts", "draft", "open", "试改")
        for script in load_pack(builtin_pack()).scripts:
            if script.intent_id == VICTIM:
                shop.run(
                    "scripts", "draft", "remove", "试改", "script", script.script_id
                )
        bad = {"intent": VICTIM, "variants": ["加我微信 shop12345，发货时间私聊您"]}
        shop.run(
            *("scripts", "draft", "set", "试改", "script", "shipping_time.bad"),
            stdin=json.dumps(bad, ensure_ascii=False),
        )

        _, report = replayed(shop)
        published = shop.run("scripts", "publish", "试改")

        assert report["kinds"].get("guarded", 0) >= len(ASKED) - 1
        assert report["verdicts"]["worse"] >= len(ASKED) - 1
        assert report["verdicts"]["better"] == 0
        assert published.status == 1

    def test_no_personal_data_is_told(self, shop: CommandLine) -> None:
        steal(shop)
        page = shop.var / "replay.html"

        told, _ = replayed(shop, "--html", str(page))
        words = shop.run("scripts", "replay")

        written = page.read_text("utf-8")
        for text in (told.out, words.out, written):
            assert "多久发货" in text
            assert "13800138000" not in text


class TestGoodDraft:
    def test_another_wording_is_shown_and_can_be_published(
        self, shop: CommandLine
    ) -> None:
        shop.run("scripts", "draft", "open", "试改")
        save(
            shop,
            "script",
            "shipping_time.own",
            {"intent": VICTIM, "priority": 900, "variants": ["亲，付款后尽快给您发出"]},
        )

        answer, report = replayed(shop, "--draft", "试改", "--days", "2")
        published = shop.run("scripts", "publish", "试改")

        assert (answer.status, report["must_hit"]) == (0, [])
        assert set(report["kinds"]) == {"script"}
        assert report["verdicts"] == {
            "better": 0,
            "worse": 0,
            "unclear": report["changed"],
        }
        assert published.row()["version"] == 1

    def test_nothing_changed_is_said_so(self, shop: CommandLine) -> None:
        shop.run("scripts", "draft", "open", "试改")

        answer = shop.run("scripts", "replay")

        assert answer.status == 0
        assert answer.out.startswith("重放 6 条买家消息（6 种说法），0 条的回答会变")


class TestRefusals:
    def test_an_unknown_or_unnamed_draft_is_refused(self, shop: CommandLine) -> None:
        assert "draft" in shop.run("scripts", "replay").refusal()
        assert "无" in shop.run("scripts", "replay", "--draft", "无").refusal()

    def test_more_messages_than_memory_is_meant_for_are_refused(
        self, shop: CommandLine
    ) -> None:
        assert shop.run("scripts", "replay", "--limit", "100001").status == 2
