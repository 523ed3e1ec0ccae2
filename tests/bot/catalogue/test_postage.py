"""What postage costs: by province, above the threshold, where it does not count."""

from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue.postage import Postage, postage
from bot.catalogue.regions import PROVINCES
from bot.catalogue.shop_facts import PostageRules

RULES = PostageRules(
    default_fen=800,
    fen_by_province={"浙江": 600, "新疆": 1500},
    free_from_fen=5900,
    not_free_in=("新疆",),
)
FEN = st.integers(0, 10**9)


class TestPostage:
    def test_a_province_has_its_own_fee(self) -> None:
        assert postage(RULES, "浙江") == Postage(fen=600, free_from_fen=5900)

    def test_any_other_has_the_usual_one(self) -> None:
        assert postage(RULES, "四川") == Postage(fen=800, free_from_fen=5900)

    def test_from_the_threshold_on_it_is_free(self) -> None:
        below = postage(RULES, "浙江", amount_fen=5899)
        at = postage(RULES, "浙江", amount_fen=5900)

        assert below == Postage(fen=600, free_from_fen=5900)
        assert at == Postage(fen=0, free_from_fen=5900)

    def test_an_excluded_province_always_pays(self) -> None:
        assert postage(RULES, "新疆", amount_fen=10**6) == Postage(
            fen=1500, free_from_fen=None
        )

    def test_a_threshold_of_zero_makes_all_free(self) -> None:
        rules = PostageRules(free_from_fen=0)

        assert postage(rules, "浙江") == Postage(fen=0, free_from_fen=0)

    def test_a_fee_of_zero_is_a_fee(self) -> None:
        rules = PostageRules(default_fen=800, fen_by_province={"浙江": 0})

        assert postage(rules, "浙江") == Postage(fen=0, free_from_fen=None)

    def test_what_nobody_has_said_is_not_known(self) -> None:
        rules = PostageRules(fen_by_province={"浙江": 600})

        assert postage(rules, "四川", amount_fen=10**6) is None

    @given(st.sampled_from(PROVINCES), FEN, FEN)
    def test_who_buys_more_never_pays_more_postage(
        self, province: str, amount: int, more: int
    ) -> None:
        one = postage(RULES, province, amount_fen=amount)
        other = postage(RULES, province, amount_fen=amount + more)

        assert one is not None
        assert other is not None
        assert 0 <= other.fen <= one.fen
