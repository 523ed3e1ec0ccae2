"""The shipped pack: it loads, lint finds nothing, and it keeps the contract."""

import re
from datetime import timedelta

import pytest

from bot.deciding.library import Library
from bot.desk.ticket_types import Phase, WorkingSpan
from bot.follow_ups.plans import EndsWhen, Kind, Window
from bot.guarding.guard import Guard
from bot.guarding.rules import Channel, GuardSender, TextKind, Verdict
from bot.replying.render import placeholders
from bot.scripts import Effect, Pack, Risk
from bot.understanding.answers import AnswerReader
from scripts_library.lint import lint_folder
from scripts_library.linting.texts import fixed_texts
from scripts_library.loader import builtin_pack, load_pack

CONTRACT = {
    Risk.AUTO: """
        greeting bot_identity acknowledge thanks goodbye stock_check restock_time
        color_difference real_photo product_compare choice_advice size_advice
        product_spec compatibility authenticity usage_howto gift_query considering
        bargain_plain bargain_promise bargain_compare bargain_ultimatum bargain_budget
        free_shipping shipping_fee promotion_query price_query member_benefit
        purchase_limit how_to_order payment_method payment_problem order_placed invoice
        carrier_query ship_from delivery_area shipping_time delivery_eta return_policy
        return_freight return_sent warranty goods_received review_cashback praise
        review_refuse opt_out off_topic
    """,
    Risk.ASSIST: """
        bulk_discount price_adjust order_note address_change order_change order_cancel
        rush_shipping logistics_query logistics_stalled parcel_damaged return_request
        exchange_request resend_first refund_progress refund_request price_protection
        review_agree
    """,
    Risk.HUMAN: """
        human_agent misdelivered not_received quality_issue wrong_item missing_item
        compensation complaint_service complaint_escalation bad_review_threat abuse
    """,
}
"""Ids never change their meaning or risk; new ones may be added."""


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(builtin_pack())


@pytest.fixture(scope="module")
def guard(pack: Pack) -> Guard:
    return Guard(pack.guard, marketing_suffix=pack.texts.marketing_suffix)


@pytest.fixture(scope="module")
def reader(pack: Pack) -> AnswerReader:
    reader = Library(pack).answer_reader("call_back")
    assert reader is not None
    return reader


class TestLint:
    def test_the_pack_has_no_findings(self) -> None:
        assert [str(problem) for problem in lint_folder(builtin_pack())] == []


class TestIntents:
    @pytest.mark.parametrize("risk", CONTRACT)
    def test_the_ids_of_the_contract_keep_their_risk(
        self, pack: Pack, risk: Risk
    ) -> None:
        found = {
            name: pack.intents[name].risk if name in pack.intents else None
            for name in CONTRACT[risk].split()
        }

        assert found == dict.fromkeys(found, risk)

    @pytest.mark.parametrize(
        "effect",
        [
            Effect.HAND_OVER,
            Effect.STOP_CONTACT,
            Effect.BARGAIN,
            Effect.REVIEW_REFUSED,
            Effect.REVIEW_AGREED,
        ],
    )
    def test_every_effect_has_an_intent(self, pack: Pack, effect: Effect) -> None:
        assert pack.with_effect(effect)


class TestTickets:
    def test_complaints_are_answered_in_an_hour_and_planned_in_two_days(
        self, pack: Pack
    ) -> None:
        complaint = pack.ticket_types["complaint"]

        assert complaint.first_answer == WorkingSpan(minutes=60)
        assert complaint.plan == WorkingSpan(days=2)

    def test_all_others_are_answered_in_a_working_day(self, pack: Pack) -> None:
        others = [
            one for one in pack.ticket_types.values() if one.type_id != "complaint"
        ]

        assert {one.first_answer for one in others} == {WorkingSpan(days=1)}

    def test_solved_complaints_and_after_sale_tickets_are_called_back(
        self, pack: Pack
    ) -> None:
        silent = {
            name for name, one in pack.ticket_types.items() if one.call_back is None
        }

        assert silent == {"callback", "invoice", "order_change", "review"}

    def test_a_review_needs_its_cause_before_it_is_solved(self, pack: Pack) -> None:
        assert pack.ticket_types["review"].required == ("cause",)

    def test_a_solved_ticket_can_be_opened_again(self, pack: Pack) -> None:
        solved = [
            state
            for state in pack.workflow.states.values()
            if state.phase is Phase.SOLVED
        ]

        assert solved
        assert all(pack.workflow.reopened in state.to for state in solved)


class TestFollowUps:
    def test_texts_end_with_one_that_needs_no_fact(self, pack: Pack) -> None:
        needy = [
            plan.plan_id
            for plan in pack.follow_ups.values()
            if placeholders(plan.texts[-1])
        ]

        assert needy == []

    def test_whoever_did_not_ask_is_written_to_in_the_contact_window(
        self, pack: Pack
    ) -> None:
        assert {plan.window for plan in pack.follow_ups.values()} <= {
            Window.CONTACT,
            Window.REVIEW,
        }

    def test_a_review_contact_ends_with_a_refusal_and_never_names_the_review(
        self, pack: Pack
    ) -> None:
        plan = pack.follow_ups["review_contact"]

        assert plan.window is Window.REVIEW
        assert EndsWhen.REVIEW_REFUSED in plan.ends_when
        assert not [
            text for text in plan.texts if re.search("评价|评论|差评|好评|星", text)
        ]

    def test_old_customers_are_marketing_after_60_days(self, pack: Pack) -> None:
        plan = pack.follow_ups["old_customer"]

        assert (plan.kind, plan.delay) == (Kind.MARKETING, timedelta(days=60))

    def test_a_restock_notice_waits_for_the_stock(self, pack: Pack) -> None:
        plan = pack.follow_ups["restock_notice"]

        assert (plan.kind, plan.waits_for) == (Kind.REQUESTED, EndsWhen.ITEM_IN_STOCK)

    def test_a_delay_update_survives_the_shipping_of_a_stalled_parcel(
        self, pack: Pack
    ) -> None:
        # The parcel of 物流停滞 has shipped, that of 签收未收到 counts as signed for,
        # when the update is promised.
        ends = pack.follow_ups["delay_update"].ends_when

        assert EndsWhen.ORDER_REFUNDED in ends
        assert ends.isdisjoint({EndsWhen.ORDER_SHIPPED, EndsWhen.ORDER_SIGNED})

    def test_a_marketing_text_with_its_suffix_passes_the_guard(
        self, pack: Pack, guard: Guard
    ) -> None:
        texts = pack.follow_ups["old_customer"].texts

        verdicts = {
            guard.check(
                text + pack.texts.marketing_suffix,
                sender=GuardSender.FOLLOW_UP,
                kind=TextKind.MARKETING,
            ).verdict
            for text in texts
        }

        assert verdicts == {Verdict.PASS}


class TestTexts:
    def test_every_text_has_a_variant_that_needs_no_fact(self, pack: Pack) -> None:
        filled = {"buyer.name", "shop.name"}
        needy = [
            name
            for name, variants in fixed_texts(pack.texts)
            if not any(filled.issuperset(placeholders(text)) for text in variants)
        ]

        assert needy == []

    def test_the_welcome_says_that_it_is_automatic_and_how_to_reach_a_person(
        self, pack: Pack
    ) -> None:
        assert all("智能客服" in text for text in pack.texts.welcome)
        assert all("人工" in text for text in pack.texts.welcome)


class TestIdentity:
    def test_five_wrong_tries_are_answered_in_different_words(self, pack: Pack) -> None:
        assert pack.identity is not None
        assert len(set(pack.identity.wrong)) >= 6

    def test_no_answer_to_a_wrong_try_tells_which_part_was_wrong(
        self, pack: Pack
    ) -> None:
        assert pack.identity is not None
        for text in pack.identity.wrong:
            assert not re.search(
                r"没有这|不存在|(?:手机号|尾号|后四位)(?:不对|错)", text
            )


class TestLexicon:
    def test_it_is_large_enough(self, pack: Pack) -> None:
        lexicon = pack.lexicon

        assert len(lexicon.words) >= 1500
        assert len(lexicon.synonyms) >= 200
        assert len(lexicon.places) >= 34 + 150

    def test_letters_that_are_answers_too_are_no_opt_out(self, pack: Pack) -> None:
        assert {"退订", "拒收", "td"} <= set(pack.lexicon.opt_out_words)
        assert not {"r", "t", "n"} & set(pack.lexicon.opt_out_words)

    @pytest.mark.parametrize("word", ["开封", "三明", "大理", "普洱", "阿里", "百色"])
    def test_places_that_are_shop_words_are_left_out(
        self, pack: Pack, word: str
    ) -> None:
        assert word not in pack.lexicon.places

    @pytest.mark.parametrize(
        ("number", "courier"),
        [
            ("SF1234567890123", "顺丰"),
            ("YT8812345678901", "圆通"),
            ("78123456789012", "中通"),
            ("73123456789012", "中通"),
            ("771234567890123", "申通"),
            ("4312345678901", "韵达"),
            ("JT5212345678901", "极兔"),
            ("JDVA12345678901", "京东"),
            ("JD0123456789012-1-1-", "京东"),
            ("DPK364123456789", "德邦"),
            ("EZ123456789CN", "EMS"),
            ("1012345678901", "EMS"),
            ("RA123456789CN", "邮政"),
            ("9812345678901", "邮政"),
            ("268123456789", None),
            ("13812345678", None),
            ("6901234567892", None),
        ],
    )
    def test_a_tracking_number_names_its_courier_when_it_can(
        self, pack: Pack, number: str, courier: str | None
    ) -> None:
        found = [
            one.name
            for one in pack.lexicon.couriers
            if re.fullmatch(one.pattern, number)
        ]

        assert found == ([] if courier is None else [courier])


class TestGuard:
    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("给五星好评返现金红包哦", "review_reward"),
            ("亲，好 评 截 图 发来，送您优惠券", "review_reward"),
            ("晒图的话给您发个红包", "review_reward"),
            ("有小礼品送给写好评的朋友", "review_reward"),
            ("好评返现活动还在进行", "review_reward"),
            ("麻烦亲给个五星好评呀", "five_star_request"),
            ("删掉差评就给您退款", "review_paid_change"),
            ("差评删了的话补偿您优惠券", "review_paid_change"),
            ("您把投诉撤销，我们给您全额退款", "review_paid_change"),
            ("给您红包，把评价修改成好评吧", "review_paid_change"),
            ("麻烦您修改一下评价", "review_change_request"),
            ("不改评价就不给处理售后", "review_pressure"),
            ("我们知道您家住哪，后果自负", "review_pressure"),
            ("把验证码发我一下", "credentials"),
            ("请您提供一下身份证照片", "credentials"),
            ("银行卡号发过来，给您转", "credentials"),
            ("支付密码是多少呢", "credentials"),
            ("您先确认收货，再给您处理", "early_receipt"),
            ("帮忙刷单有佣金", "fake_trade"),
            ("直接转账到我个人账户就行", "private_payment"),
        ],
    )
    def test_what_must_not_leave_is_found(
        self, guard: Guard, text: str, rule: str
    ) -> None:
        verdict = guard.check(text)

        assert rule in {found.rule for found in verdict.findings}
        assert not verdict.is_sendable

    @pytest.mark.parametrize(
        "text",
        [
            "亲，我们没有好评返现的活动，评价请您按真实感受写就好",
            "好评返现是平台不允许的，咱家不参与哦",
            "评价不会用红包来换，您如实写就行",
            "感谢您的好评，祝您生活愉快",
            "欢迎您如实评价，您的意见对我们很重要",
            "评价由您自己决定，我们不会请您修改评价",
            "请不要把验证码告诉任何人",
            "客服不会向您要密码和银行卡号",
            "付款失败的话，可以换一张银行卡试试",
            "请您先验货，没问题再确认收货",
            "不要先确认收货，收到货再说",
            "支持支付宝、微信支付和银行卡",
            "活动优惠券可以在店铺首页领取",
            "退款会原路返回，请您留意",
            "投诉已经登记，同事会尽快处理并给您答复",
            "支持七天无理由退货，也可以拨打12315反映",
            "您对处理结果不满意，可以继续投诉",
        ],
    )
    @pytest.mark.parametrize("channel", Channel)
    def test_what_may_be_said_passes_everywhere(
        self, guard: Guard, text: str, channel: Channel
    ) -> None:
        assert guard.check(text, channel=channel).findings == ()

    @pytest.mark.parametrize(
        "text",
        [
            "加微信abcdef聊",
            "加我vx详谈",
            "您加一下店主的薇❤信",
            "私下转账便宜",
            "扫一下二维码进群",
            "去我们淘宝店下单吧",
            "微信号发您了",
        ],
    )
    def test_contact_outside_is_blocked_on_a_marketplace_only(
        self, guard: Guard, text: str
    ) -> None:
        outside = guard.check(text, channel=Channel.MARKETPLACE)
        own = guard.check(text, channel=Channel.OWN_SITE)

        assert "off_platform" in {found.rule for found in outside.findings}
        assert outside.verdict is Verdict.BLOCK
        assert "off_platform" not in {found.rule for found in own.findings}

    def test_asking_to_change_a_review_is_left_to_a_person(self, guard: Guard) -> None:
        text = "麻烦您修改一下评价"

        assert guard.check(text).verdict is Verdict.HUMAN
        assert guard.check(text, sender=GuardSender.AGENT).verdict is Verdict.WARN


class TestQuestions:
    def test_each_answer_has_forty_phrases(self, pack: Pack) -> None:
        answers = pack.questions["call_back"].answers

        assert set(answers) == {"solved", "not_solved"}
        assert all(len(phrases) >= 40 for phrases in answers.values())

    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            ("解决了 谢谢", "solved"),
            ("嗯嗯 都弄好了", "solved"),
            ("没什么问题了", "solved"),
            ("之前没解决，现在好了", "solved"),
            ("还没解决啊", "not_solved"),
            ("没有", "not_solved"),
            ("说是处理好了，但是又坏了", "not_solved"),
            ("不满意 根本没人管", "not_solved"),
            ("快递还没到呢", "not_solved"),
            ("请问尺码表在哪里看", None),
        ],
    )
    def test_answers_are_read(
        self, reader: AnswerReader, text: str, answer: str | None
    ) -> None:
        assert reader.read(text)[0] == answer
