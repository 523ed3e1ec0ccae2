"""What single asks lead to; what holds for all of them is in test_ladder_properties."""

from bot.bargaining.asks import Ask, AskKind
from bot.bargaining.policy import RungKind
from bot.bargaining.situation import Outcome, Tactic
from tests.bot.bargaining.negotiations import Negotiation
from tests.bot.bargaining.policies import LIST_FEN, PLAIN, make_policy, money_off, price


def negotiate(**changes: object) -> Negotiation:
    return Negotiation(
        policy=make_policy(**changes),
        list_fen=LIST_FEN,
        floor_fen=4_900,
        coupons={"autumn": 1},
    )


class TestAnswerAsk:
    def test_before_any_rung_only_the_list_price_is_accepted(self) -> None:
        buyer = negotiate()

        answers = [buyer.ask(price(fen)).outcome for fen in (5_500, 6_000, 5_499)]

        assert answers == [Outcome.AT_LIST, Outcome.AT_LIST, Outcome.REFUSE]

    def test_what_is_above_the_floor_and_below_the_rung_is_not_accepted(self) -> None:
        buyer = negotiate(rungs=money_off(300, 500))
        buyer.ask(PLAIN)

        answer = buyer.ask(price(5_000))

        assert answer.outcome is Outcome.OFFER
        assert buyer.granted[-1].price_fen == 5_200

    def test_a_rung_below_the_floor_does_not_exist(self) -> None:
        buyer = negotiate(rungs=money_off(700))
        buyer.ask(PLAIN)

        assert buyer.ask(PLAIN).outcome is Outcome.REFUSE

    def test_an_asked_price_above_the_rung_is_what_a_person_sets(self) -> None:
        buyer = negotiate(rungs=money_off(500))
        buyer.ask(PLAIN)

        buyer.ask(price(5_300))
        buyer.ask(price(5_100))

        assert [it.price_fen for it in buyer.granted] == [5_300, 5_100]
        assert [it.charge_fen for it in buyer.granted] == [200, 200]
        assert buyer.spent_fen == 400

    def test_a_coupon_has_its_own_price(self) -> None:
        buyer = negotiate(rungs=make_rungs("coupon"))
        buyer.ask(PLAIN)

        answer = buyer.ask(price(5_300))

        assert answer.outcome is Outcome.ACCEPT
        assert buyer.granted[-1].price_fen == 5_200

    def test_free_postage_meets_who_asks_for_it(self) -> None:
        buyer = negotiate(rungs=make_rungs("free_postage"))
        free = Ask(kind=AskKind.FREE_POSTAGE)

        outcomes = [buyer.ask(free).outcome for _ in range(3)]

        assert outcomes == [Outcome.REFUSE, Outcome.ACCEPT, Outcome.STANDING]

    def test_a_price_with_postage_is_compared_without_it_when_that_is_known(
        self,
    ) -> None:
        with_postage = price(5_800, with_postage=True)

        known = negotiate(postage_fen=600, rungs=money_off(300))
        unknown = negotiate(rungs=money_off(300))
        for buyer in (known, unknown):
            buyer.ask(PLAIN)

        assert known.ask(with_postage).outcome is Outcome.ACCEPT
        assert unknown.ask(with_postage).outcome is Outcome.OFFER

    def test_who_has_too_little_is_asked_when(self) -> None:
        buyer = negotiate(rungs=money_off(300))
        buyer.ask(PLAIN)

        short = buyer.ask(price(4_000), tactic=Tactic.BUDGET)
        enough = buyer.ask(price(5_200), tactic=Tactic.BUDGET)

        assert short.outcome is Outcome.RESERVE
        assert enough.outcome is Outcome.ACCEPT

    def test_a_price_with_postage_in_it_is_not_met_by_the_quantity_offer(self) -> None:
        buyer = negotiate(quantity_offers=[{"at_least": 2, "off_fen": 500}])

        answer = buyer.ask(
            Ask(kind=AskKind.PRICE, quantity=2, price_fen=5_000, with_postage=True)
        )

        assert answer.outcome is not Outcome.ACCEPT
        assert buyer.granted == []

    def test_a_quantity_has_its_offer_at_once_and_costs_no_round(self) -> None:
        buyer = negotiate(quantity_offers=[{"at_least": 2, "off_fen": 500}])

        answer = buyer.ask(Ask(kind=AskKind.QUANTITY, quantity=2))

        assert (answer.outcome, answer.rounds) == (Outcome.ACCEPT, 0)
        assert buyer.granted[-1].kind is RungKind.QUANTITY
        assert buyer.granted[-1].price_fen == 10_500

    def test_a_person_is_brought_for_what_the_assistant_may_not_give(self) -> None:
        buyer = negotiate(authority={"assistant": 0, "agent": 1, "manager": 2})
        buyer.ask(PLAIN)

        there = buyer.ask(PLAIN, is_person_there=True)
        nobody = buyer.ask(PLAIN)

        assert there.outcome is Outcome.AUTHORITY
        assert nobody.outcome is Outcome.REFUSE

    def test_what_cannot_be_redeemed_is_passed_for_good(self) -> None:
        buyer = negotiate()
        buyer.ask(PLAIN, can_change_orders=False)

        buyer.ask(PLAIN, can_change_orders=False)
        buyer.ask(PLAIN, can_change_orders=True)

        assert [it.kind for it in buyer.granted] == ["coupon", "free_postage"]

    def test_an_expired_offer_is_not_given_again(self) -> None:
        buyer = negotiate(rungs=money_off(300))
        buyer.ask(PLAIN)
        buyer.ask(PLAIN)
        buyer.expire()

        assert buyer.ask(price(5_200)).outcome is Outcome.REFUSE
        assert len(buyer.granted) == 1


def make_rungs(kind: str) -> list[dict[str, object]]:
    rungs: dict[str, list[dict[str, object]]] = {
        "coupon": [
            {
                "kind": "coupon",
                "off_fen": 300,
                "cost_fen": 300,
                "redeem": {"coupon_pool": "autumn"},
            }
        ],
        "free_postage": [
            {"kind": "free_postage", "cost_fen": 600, "redeem": "order_change"}
        ],
    }
    return rungs[kind]
