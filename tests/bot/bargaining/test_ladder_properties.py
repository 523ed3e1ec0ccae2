"""What holds for every ladder and every sequence of asks.

Those that guard money (floor, rung, rounds, budgets) run over 600 generated negotiations
of up to 25 asks, the others over 250: together 4,150 negotiations, some 40,000 asks.
All of them have also been run once over 3,000 each.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bargaining.asks import Ask, AskKind
from bot.bargaining.policy import Policy
from bot.bargaining.reading import read_policy
from bot.bargaining.situation import Outcome, Tactic
from tests.bot.bargaining.negotiations import Negotiation

MOST = settings(max_examples=600, deadline=None)
MANY = settings(max_examples=250, deadline=None)

_FEN = st.integers(min_value=0, max_value=3_000)
_MONEY = st.builds(
    lambda off, cost, redeem: {
        "kind": "coupon"
        if isinstance(redeem, dict) and "coupon_pool" in redeem
        else "money_off",
        "off_fen": off,
        "cost_fen": cost,
        "redeem": redeem,
    },
    st.integers(min_value=1, max_value=3_000),
    _FEN,
    st.sampled_from(
        [
            "order_change",
            {"coupon_pool": "a"},
            {"link": "https://s.example"},
            {"link": ""},
        ]
    ),
)
_THINGS = st.builds(
    lambda kind, cost: {
        "kind": kind,
        "cost_fen": cost,
        "redeem": "order_change",
        **({"name": "赠品"} if kind == "gift" else {}),
    },
    st.sampled_from(["gift", "free_postage"]),
    _FEN,
)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Return any policy, with explicit zeros wherever a 0 is a value."""
    levels = sorted(draw(st.lists(st.integers(0, 6), min_size=3, max_size=3)))
    budget = st.sampled_from([0, 300, 1_000, 5_000])
    terms: dict[str, Any] = {
        "scope": {"item": "i"},
        "floor_fen": draw(st.integers(0, 6_000)),
        "rungs": draw(st.lists(st.one_of(_MONEY, _MONEY, _THINGS), max_size=5)),
        "rounds_per_rung": draw(st.integers(0, 3)),
        "authority": dict(zip(("assistant", "agent", "manager"), levels, strict=True)),
        "budget_fen": {"conversation": draw(budget), "day": draw(budget)},
        "valid_minutes": 60,
        "quantity_offers": draw(
            st.lists(
                st.fixed_dictionaries(
                    {"at_least": st.integers(2, 3), "off_fen": st.integers(1, 2_000)}
                ),
                max_size=2,
                unique_by=lambda offer: offer["at_least"],
            )
        ),
    }
    postage = draw(st.sampled_from([None, 0, 600]))
    return read_policy({**terms, "postage_fen": postage})


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One ask, and what is so while it is made."""

    ask: Ask
    tactic: Tactic
    can_change_orders: bool
    is_person_there: bool
    has_expired: bool


_ASKS = st.one_of(
    st.builds(
        Ask,
        kind=st.sampled_from([AskKind.PRICE, AskKind.OFF, AskKind.SHARE]),
        price_fen=st.integers(0, 12_000),
        quantity=st.integers(1, 3),
        with_postage=st.booleans(),
    ),
    st.builds(
        Ask,
        kind=st.sampled_from(
            [AskKind.PLAIN, AskKind.LAST_PRICE, AskKind.GIFT, AskKind.FREE_POSTAGE]
        ),
    ),
    st.builds(Ask, kind=st.just(AskKind.QUANTITY), quantity=st.integers(2, 3)),
)
_MOVES = st.lists(
    st.builds(
        Move,
        ask=_ASKS,
        tactic=st.sampled_from(Tactic),
        can_change_orders=st.sampled_from([True, True, False]),
        is_person_there=st.booleans(),
        has_expired=st.sampled_from([False, False, False, True]),
    ),
    max_size=25,
)
_LIST = st.integers(min_value=1, max_value=8_000)


def play(policy: Policy, list_fen: int, moves: Sequence[Move]) -> Negotiation:
    """Return a negotiation after these asks."""
    negotiation = start(policy, list_fen)
    for move in moves:
        make(negotiation, move)
    return negotiation


def start(policy: Policy, list_fen: int) -> Negotiation:
    return Negotiation(
        policy=policy,
        list_fen=list_fen,
        floor_fen=0 if policy.floor_fen is None else policy.floor_fen,
        coupons={"a": 2},
    )


def make(negotiation: Negotiation, move: Move) -> None:
    if move.has_expired:
        negotiation.expire()
    negotiation.ask(
        move.ask,
        tactic=move.tactic,
        can_change_orders=move.can_change_orders,
        is_person_there=move.is_person_there,
    )


class TestPrices:
    @MOST
    @given(policies(), _LIST, _MOVES)
    def test_nothing_is_below_the_floor(
        self, policy: Policy, list_fen: int, moves: list[Move]
    ) -> None:
        """600 negotiations."""
        negotiation = play(policy, list_fen, moves)

        for grant in negotiation.granted:
            assert grant.price_fen >= negotiation.floor_fen * grant.quantity

    @MOST
    @given(policies(), _LIST, _MOVES)
    def test_the_cheapest_price_is_that_of_a_rung_reached_by_rounds(
        self, policy: Policy, list_fen: int, moves: list[Move]
    ) -> None:
        """600 negotiations."""
        negotiation = start(policy, list_fen)
        for move in moves:
            before = len(negotiation.granted)
            make(negotiation, move)

            reached = policy.rungs[: negotiation.standing.rung]
            quantity = move.ask.quantity
            offs = [rung.off_fen for rung in reached]
            offs += [
                one.off_fen
                for one in policy.quantity_offers
                if quantity >= one.at_least
            ]
            for grant in negotiation.granted[before:]:
                cheapest = list_fen * quantity - max(offs, default=0)
                assert grant.price_fen >= cheapest

    @MANY
    @given(policies(), _LIST, _MOVES)
    def test_an_accepted_price_is_the_asked_one_or_less(
        self, policy: Policy, list_fen: int, moves: list[Move]
    ) -> None:
        """250 negotiations."""
        negotiation = start(policy, list_fen)
        for move in moves:
            make(negotiation, move)
            answer = negotiation.answers[-1]
            if answer.outcome is not Outcome.ACCEPT or move.ask.price_fen is None:
                continue
            assert answer.grant is not None
            assert answer.grant.price_fen <= move.ask.price_fen

    @MANY
    @given(
        st.lists(st.integers(1, 600), min_size=1, max_size=5, unique=True),
        st.integers(1, 3),
        st.integers(1, 60),
        st.integers(1, 40),
    )
    def test_small_steps_gain_nothing(
        self, offs: list[int], rounds_per_rung: int, step: int, count: int
    ) -> None:
        """250 buyers who ask for a little less each time, from the list price down."""
        policy = read_policy(
            {
                "scope": {"item": "i"},
                "floor_fen": 0,
                "rungs": [
                    {
                        "kind": "money_off",
                        "off_fen": off,
                        "cost_fen": off,
                        "redeem": "order_change",
                    }
                    for off in sorted(offs)
                ],
                "rounds_per_rung": rounds_per_rung,
                "authority": {"assistant": 5, "agent": 5, "manager": 5},
                "budget_fen": {"conversation": 9_999, "day": 9_999},
                "valid_minutes": 60,
            }
        )
        negotiation = start(policy, 5_500)
        refused = 0
        for number in range(1, count + 1):
            asked = 5_500 - number * step
            answer = negotiation.ask(Ask(kind=AskKind.PRICE, price_fen=max(0, asked)))
            earned = refused // rounds_per_rung
            offs_earned = [0, *sorted(offs)][: earned + 1]
            for grant in negotiation.granted:
                assert grant.price_fen >= 5_500 - offs_earned[-1]
            if answer.outcome is not Outcome.ACCEPT:
                refused += answer.outcome is not Outcome.STANDING


class TestRounds:
    @MOST
    @given(policies(), _LIST, _MOVES)
    def test_only_rounds_move_the_rung_and_never_beyond_the_authority(
        self, policy: Policy, list_fen: int, moves: list[Move]
    ) -> None:
        """600 negotiations."""
        negotiation = start(policy, list_fen)
        for move in moves:
            before = negotiation.standing
            make(negotiation, move)
            after = negotiation.standing

            assert before.rung <= after.rung <= max(policy.authority.assistant, 0)
            if after.rung != before.rung:
                assert 0 < policy.rounds_per_rung <= before.rounds

    @MANY
    @given(policies(), _LIST, _MOVES)
    def test_every_ask_that_is_not_met_uses_one(
        self, policy: Policy, list_fen: int, moves: list[Move]
    ) -> None:
        """250 negotiations."""
        negotiation = start(policy, list_fen)
        met = {Outcome.ACCEPT, Outcome.AT_LIST, Outcome.STANDING}
        for move in moves:
            before = negotiation.standing
            make(negotiation, move)
            after, answer = negotiation.standing, negotiation.answers[-1]

            if answer.outcome is Outcome.OFFER:
                assert after.rounds == 1
            elif answer.outcome not in met:
                assert after.rounds == before.rounds + 1
            elif after.rung == before.rung:
                assert after.rounds == before.rounds

    @MANY
    @given(policies(), _LIST, _MOVES)
    def test_no_rung_is_given_again_but_in_the_place_of_itself(
        self, policy: Policy, list_fen: int, moves: list[Move]
    ) -> None:
        """250 negotiations."""
        negotiation = start(policy, list_fen)
        given_rungs: dict[int, int] = {}
        for move in moves:
            count = len(negotiation.granted)
            make(negotiation, move)
            for number, grant in enumerate(negotiation.granted[count:], start=count):
                if grant.rung in given_rungs and grant.rung:
                    assert grant.replaces == number
                    assert negotiation.granted[number - 1].rung == grant.rung
                given_rungs[grant.rung] = number


class TestLimits:
    @MOST
    @given(policies(), _LIST, _MOVES)
    def test_the_budgets_are_kept(
        self, policy: Policy, list_fen: int, moves: list[Move]
    ) -> None:
        """600 negotiations."""
        negotiation = play(policy, list_fen, moves)

        budget = policy.budget
        assert negotiation.spent_fen <= min(budget.conversation_fen, budget.day_fen)
        assert all(left >= 0 for left in negotiation.coupons.values())

    @MANY
    @given(policies(), _LIST, _MOVES)
    def test_an_explicit_zero_gives_nothing(
        self, policy: Policy, list_fen: int, moves: list[Move]
    ) -> None:
        """250 negotiations; about two thirds of the policies have some zero."""
        zeros = (
            policy.rounds_per_rung,
            policy.authority.assistant,
            policy.budget.conversation_fen,
            policy.budget.day_fen,
        )

        negotiation = play(policy, list_fen, moves)

        if 0 in zeros:
            assert negotiation.granted == []

    @MANY
    @given(policies(), _LIST, _MOVES)
    def test_what_cannot_be_redeemed_is_not_given(
        self, policy: Policy, list_fen: int, moves: list[Move]
    ) -> None:
        """250 negotiations with nobody on duty and no code."""
        negotiation = start(policy, list_fen)
        negotiation.coupons = {}
        for move in moves:
            negotiation.ask(move.ask, tactic=move.tactic, can_change_orders=False)

        for grant in negotiation.granted:
            assert getattr(grant.redeem, "url", "") != ""

    @MANY
    @given(policies(), _LIST, _MOVES)
    def test_the_same_asks_have_the_same_answers(
        self, policy: Policy, list_fen: int, moves: list[Move]
    ) -> None:
        """250 negotiations, each by two buyers."""
        one, other = (play(policy, list_fen, moves) for _ in range(2))

        assert one.answers == other.answers
