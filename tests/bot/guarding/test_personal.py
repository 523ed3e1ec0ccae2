"""Cards, numbers and addresses of people do not stand in a chat."""

import pytest

from bot.guarding.rules import GuardSender, Verdict
from tests.bot.guarding.guarding_factories import make_guard


class TestPersonalData:
    @pytest.mark.parametrize("sender", GuardSender)
    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("身份证 11010519491231002X 收到", "identity_number"),
            ("卡号6222021001116245702", "bank_card"),
        ],
    )
    def test_cards_are_sent_by_nobody(
        self, text: str, rule: str, sender: GuardSender
    ) -> None:
        verdict = make_guard().check(text, sender=sender)

        assert verdict.verdict is Verdict.BLOCK
        assert rule in {found.rule for found in verdict.findings}

    @pytest.mark.parametrize(
        ("text", "rule", "masked"),
        [
            ("打13800005678", "phone_number", "138****5678"),
            ("写信到 wang@mail.example", "email", "w***@mail.example"),
        ],
    )
    def test_people_are_warned_and_shown_how_to_write_it(
        self, text: str, rule: str, masked: str
    ) -> None:
        verdict = make_guard().check(text, sender=GuardSender.AGENT)

        found = next(one for one in verdict.findings if one.rule == rule)
        assert verdict.verdict is Verdict.WARN
        assert masked in found.suggestion

    @pytest.mark.parametrize(
        "text",
        [
            "他的电话是一三八零零零零五六七八",
            "打幺三八〇〇〇〇五六七八找他",
            "①三8零000伍6柒捌",
        ],
    )
    def test_a_number_in_words_is_one_too(self, text: str) -> None:
        agents = make_guard().check(text, sender=GuardSender.AGENT)
        automatic = make_guard().check(text, sender=GuardSender.ASSISTANT)

        assert "138****5678" in agents.findings[-1].suggestion
        assert agents.verdict is Verdict.WARN
        assert "phone_number" in {found.rule for found in automatic.findings}

    @pytest.mark.parametrize(
        "text",
        ["一二三四五六七八九十", "一共一百三十八个", "编号二三八零零零零五六七八"],
    )
    def test_other_numerals_are_none(self, text: str) -> None:
        verdict = make_guard().check(text, sender=GuardSender.AGENT)

        assert "phone_number" not in {found.rule for found in verdict.findings}

    def test_the_shops_own_number_is_a_fact(self) -> None:
        verdict = make_guard().check(
            "退到 仓库 13800005678",
            fact_values=("仓库 13800005678",),
            sender=GuardSender.AGENT,
        )

        assert verdict.findings == ()

    def test_an_order_number_is_no_card(self) -> None:
        verdict = make_guard().check(
            "订单号6222021001116245702", sender=GuardSender.AGENT
        )

        assert verdict.findings == ()
