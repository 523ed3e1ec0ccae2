"""What leaves the shop has been read; what must not leave does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.guarding.folding import fold_for_guard
from bot.guarding.guard import Guard
from bot.guarding.rules import (
    Channel,
    GuardSender,
    TextKind,
    Verdict,
)
from scripts_library.loader import builtin_pack, load_pack
from tests.bot.guarding.guarding_factories import make_guard, make_rule


@pytest.fixture(scope="module")
def shop_guard() -> Guard:
    """The guard of the product's own pack."""
    pack = load_pack(builtin_pack())
    return Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)


class TestOracle:
    """Rows of the compliance oracle that belong to the outgoing guard."""

    @pytest.mark.parametrize(
        "text", ["给五星好评返3元红包", "删掉差评给您退20"], ids=["row 3", "row 4"]
    )
    @pytest.mark.parametrize("sender", GuardSender)
    def test_trading_in_reviews_is_blocked_for_everybody(
        self, shop_guard: Guard, text: str, sender: GuardSender
    ) -> None:
        verdict = shop_guard.check(text, sender=sender)

        assert verdict.verdict is Verdict.BLOCK
        assert "review_inducement" in {found.category for found in verdict.findings}

    def test_row_2_an_honest_sentence_passes(self, shop_guard: Guard) -> None:
        verdict = shop_guard.check("最晚明天发货，最新物流已更新")

        assert verdict.verdict is Verdict.PASS
        assert verdict.findings == ()

    def test_row_6_an_agent_may_not_ask_for_a_code(self, shop_guard: Guard) -> None:
        verdict = shop_guard.check("把验证码发我", sender=GuardSender.AGENT)

        assert verdict.verdict is Verdict.BLOCK

    def test_row_15_contact_outside_a_marketplace_is_blocked(
        self, shop_guard: Guard
    ) -> None:
        verdict = shop_guard.check(
            "加微信abc123", sender=GuardSender.AGENT, channel=Channel.MARKETPLACE
        )

        assert verdict.verdict is Verdict.BLOCK
        assert "off_platform" in {found.category for found in verdict.findings}

    def test_row_16_the_same_is_allowed_on_the_shops_own_site(
        self, shop_guard: Guard
    ) -> None:
        verdict = shop_guard.check(
            "加微信abc123", sender=GuardSender.AGENT, channel=Channel.OWN_SITE
        )

        assert "off_platform" not in {found.category for found in verdict.findings}
        assert verdict.is_sendable

    @pytest.mark.parametrize(
        "text",
        [
            "把驗證碼發我",
            "把 验 证 码 发 我",
            "把验.证.码发我",
            "把验。证。码发我",
            "把验\u200b证\u200b码发我",
            "五·星·好·评返红包",
            "５星好評返現金",
            "好评🧧返现",
        ],
    )
    def test_tricks_of_spelling_do_not_help(self, shop_guard: Guard, text: str) -> None:
        assert shop_guard.check(text).verdict is Verdict.BLOCK

    @pytest.mark.parametrize(
        "text",
        [
            "亲，您好，欢迎光临，有什么可以帮您的吗",
            "亲，这款目前有货，拍下后仓库会尽快安排",
            "请不要把验证码告诉任何人哦",
            "客服不会向您索要密码和验证码，请放心",
            "评价由您自己决定，如实写就好",
            "我们不做好评返现，评价请按真实感受来",
            "收到货后欢迎您如实评价，遇到问题随时找我们",
            "看到您的评价了，很抱歉没让您满意，我们来解决问题",
            "支持微信支付和支付宝付款",
            "付款时提示失败的话，可以换一张银行卡试试",
            "亲，您可以在订单页面申请开发票",
            "最近天气热，鲜花类商品建议当天签收",
            "最晚明天给您答复",
            "已经第一时间帮您催仓库了",
            "这是本店最新款，面料更柔软",
            "第一步先拆开外包装，第二步装上底座",
            "首次使用前请先清洗一遍",
            "支持七天无理由退货，保持商品完好就行",
            "麻烦您拍一张外包装和面单的照片",
            "请您核对一下收货地址和电话",
            "亲，最后一步点击提交就可以了",
            "这边已经为您登记，同事会跟进",
            "十分抱歉给您添麻烦了",
            "祝您有愉快的一天",
            "这两天订单比较多，发货可能会晚一点",
            "这款适合一年四季穿着",
            "两款的区别主要在材质上",
            "退款会原路退回您的付款账户",
            "亲，退回的包裹里请放一张写着订单号的纸条",
            "如果是质量问题，来回运费由我们承担",
            "不喜欢的话，寄回的运费需要您承担哦",
            "请以商品包装上的标识为准",
            "您的心情我们理解，换谁都会着急",
            "这件事已经转给负责的同事",
            "您可以拨打平台的客服热线，我们会配合",
            "颜色会因为屏幕不同有一点差别",
            "尺码表在商品页面的下方",
            "亲，赠品会和商品一起寄出",
            "优惠券在店铺首页领取，领完再下单",
            "物流信息更新会有延迟，请您再等等",
            "快递员会提前电话联系您",
            "请在签收前检查一下外包装",
            "确认收货前先检查一下商品哦",
            "亲，这边没有查到您的订单，能发一下订单号吗",
        ],
    )
    def test_honest_sentences_pass(self, shop_guard: Guard, text: str) -> None:
        assert shop_guard.check(text).findings == ()


class TestCheck:
    def test_says_where_why_and_what_instead(self) -> None:
        verdict = make_guard(make_rule()).check("把 验-证码 发我")

        (found,) = verdict.findings
        assert (found.start, found.end) == (2, 6)
        assert (found.rule, found.category) == ("codes", "credentials")
        assert found.suggestion == "不要索要验证码"

    def test_a_hit_inside_an_allowed_phrase_is_none(self) -> None:
        guard = make_guard(make_rule(unless=("不要.{0,4}验证码",)))

        assert guard.check("不要给别人验证码").verdict is Verdict.PASS
        assert guard.check("不要急，验证码先给我吧").verdict is Verdict.PASS
        assert guard.check("验证码给我").verdict is Verdict.BLOCK

    def test_overlapping_hits_of_a_rule_are_one(self) -> None:
        guard = make_guard(make_rule(patterns=("验证", "证码", "给我")))

        found = guard.check("验证码，给我").findings

        assert [(one.start, one.end) for one in found] == [(0, 3), (4, 6)]

    @pytest.mark.parametrize(
        ("sender", "verdict"),
        [(GuardSender.ASSISTANT, Verdict.PASS), (GuardSender.AGENT, Verdict.BLOCK)],
    )
    def test_a_rule_may_name_its_senders(
        self, sender: GuardSender, verdict: Verdict
    ) -> None:
        guard = make_guard(make_rule(senders=(GuardSender.AGENT,)))

        assert guard.check("验证码", sender=sender).verdict is verdict

    def test_automatic_texts_are_rewritten(self) -> None:
        guard = make_guard(
            make_rule(patterns=("最好",), verdict=Verdict.REWRITE, replacement="不错")
        )

        verdict = guard.check("最好的面料，最好的做工")

        assert verdict.verdict is Verdict.REWRITE
        assert verdict.rewritten == "不错的面料，不错的做工"
        assert verdict.outgoing("最好的面料，最好的做工") == verdict.rewritten
        assert verdict.is_sendable

    def test_rewritings_of_overlapping_rules_do_not_collide(self) -> None:
        guard = make_guard(
            make_rule(patterns=("最好的",), verdict=Verdict.REWRITE, replacement="A"),
            make_rule(patterns=("好的面",), verdict=Verdict.REWRITE, replacement="B"),
        )

        assert guard.check("最好的面料").rewritten == "最B料"

    @pytest.mark.parametrize("verdict", [Verdict.REWRITE, Verdict.HUMAN, Verdict.WARN])
    def test_people_are_only_warned_below_a_block(self, verdict: Verdict) -> None:
        guard = make_guard(make_rule(verdict=verdict, replacement=""))

        found = guard.check("验证码", sender=GuardSender.AGENT)

        assert found.verdict is Verdict.WARN
        assert found.rewritten is None
        assert found.outgoing("验证码") == "验证码"

    def test_what_only_a_person_may_say_is_not_sent_by_itself(self) -> None:
        guard = make_guard(make_rule(verdict=Verdict.HUMAN))

        assert not guard.check("验证码").is_sendable

    def test_the_severest_finding_decides(self) -> None:
        guard = make_guard(
            make_rule(patterns=("甲",), verdict=Verdict.WARN),
            make_rule(patterns=("乙",), verdict=Verdict.BLOCK),
        )

        assert guard.check("乙甲").verdict is Verdict.BLOCK

    def test_a_pattern_that_takes_too_long_counts_as_a_hit(self) -> None:
        guard = make_guard(make_rule(patterns=("(?:a|a|ab)+(?:a|a|ab)+(?:b|b)+c",)))

        verdict = guard.check("bc" + "a" * 4000)

        assert verdict.verdict is Verdict.BLOCK
        assert (verdict.findings[0].start, verdict.findings[0].end) == (0, 4002)

    def test_patterns_that_name_their_groups_work_too(self) -> None:
        guard = make_guard(make_rule(patterns=(r"(?P<a>[甲乙])(?P=a)",)), make_rule())

        assert guard.check("甲甲").verdict is Verdict.BLOCK
        assert guard.check("甲乙").verdict is Verdict.PASS

    def test_a_pattern_that_matches_nothing_at_all_is_no_hit(self) -> None:
        assert make_guard(make_rule(patterns=("x*",))).check("甲").findings == ()


class TestFigures:
    @pytest.mark.parametrize(
        ("sender", "verdict"),
        [
            (GuardSender.ASSISTANT, Verdict.BLOCK),
            (GuardSender.FOLLOW_UP, Verdict.BLOCK),
            (GuardSender.AGENT, Verdict.WARN),
        ],
    )
    def test_a_figure_from_nowhere_does_not_leave_by_itself(
        self, sender: GuardSender, verdict: Verdict
    ) -> None:
        assert make_guard().check("便宜五块钱", sender=sender).verdict is verdict

    @pytest.mark.parametrize(
        "text", ["三十五给您包邮", "两百五拿走", "四十九块九", "便宜两成", "减十块"]
    )
    def test_amounts_in_words_are_figures_too(self, text: str) -> None:
        assert make_guard().check(text).verdict is Verdict.BLOCK

    def test_a_figure_that_is_rewritten_away_is_none(self) -> None:
        rule = make_rule(
            patterns=("100%正品",), verdict=Verdict.REWRITE, replacement="正品"
        )

        assert make_guard(rule).check("100%正品").rewritten == "正品"

    def test_a_filled_figure_passes(self) -> None:
        verdict = make_guard().check("只要59元", filled_spans=((2, 5),))

        assert verdict.verdict is Verdict.PASS

    def test_a_fixed_term_passes(self) -> None:
        guard = make_guard(fixed_terms=("七天无理由", ""))

        assert guard.check("支持七天无理由退货").verdict is Verdict.PASS
        assert guard.check("支持七天退货").verdict is Verdict.BLOCK

    @pytest.mark.parametrize(
        ("text", "verdict"),
        [
            ("到手59元", Verdict.PASS),
            ("到手159元", Verdict.BLOCK),
            ("到手1.59元", Verdict.BLOCK),
            ("到手59元，再减5元", Verdict.BLOCK),
        ],
    )
    def test_a_known_fact_may_be_typed(self, text: str, verdict: Verdict) -> None:
        assert make_guard().check(text, fact_values=("59元",)).verdict is verdict

    @given(st.integers(0, 10**6), st.sampled_from(("元", "折", "小时", "%", "")))
    def test_no_number_is_made_up(self, number: int, unit: str) -> None:
        verdict = make_guard().check(f"亲，{number}{unit}哦")

        assert verdict.verdict is Verdict.BLOCK


class TestNamesFigure:
    def test_tells_also_facts_but_not_fixed_terms(self) -> None:
        guard = make_guard(fixed_terms=("七天无理由",))

        assert guard.names_figure("只要59元")
        assert not guard.names_figure("支持七天无理由")


class TestMarketing:
    def test_gets_the_way_to_refuse(self) -> None:
        guard = make_guard(suffix="，回复退订不再接收")

        verdict = guard.check("新品上架", kind=TextKind.MARKETING)

        assert verdict.verdict is Verdict.REWRITE
        assert verdict.rewritten == "新品上架，回复退订不再接收"

    def test_is_left_alone_when_it_says_so(self) -> None:
        guard = make_guard(suffix="，回复退订不再接收")

        verdict = guard.check("新品，回复退订不再接收", kind=TextKind.MARKETING)

        assert verdict.verdict is Verdict.PASS

    def test_a_pack_without_the_words_asks_for_none(self) -> None:
        assert make_guard().check("新品", kind=TextKind.MARKETING).findings == ()


class TestFoldForGuard:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("Ｖ　信", "v信"),
            ("驗證碼", "验证码"),
            ("你好，世界！", "你好，世界。"),
            ("你。我", "你我"),
            ("好评。返现", "好评。返现"),
            ("加❤聊", "加♥聊"),
            ("100％", "100%"),
            ("", ""),
            ("。", "。"),
        ],
    )
    def test_folds(self, text: str, folded: str) -> None:
        assert fold_for_guard(text).text == folded

    @given(st.text(max_size=40))
    def test_positions_rise_and_lie_in_the_text(self, text: str) -> None:
        folded = fold_for_guard(text)

        assert len(folded.positions) == len(folded.text)
        assert list(folded.positions) == sorted(folded.positions)
        assert all(0 <= position < len(text) for position in folded.positions)
