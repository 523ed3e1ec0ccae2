from hypothesis import given
from hypothesis import strategies as st

from server.api.access import RANK, may
from storage.states import Role

ROLES = st.sampled_from(list(Role))


class TestMay:
    @given(ROLES, ROLES)
    def test_of_two_different_roles_exactly_one_is_enough_for_the_other(
        self, one: Role, other: Role
    ) -> None:
        both = may(one, needed=other) and may(other, needed=one)

        assert both == (one == other)
        assert may(one, needed=other) or may(other, needed=one)

    @given(ROLES, ROLES, ROLES)
    def test_who_may_more_may_all_that_those_below_may(
        self, low: Role, middle: Role, high: Role
    ) -> None:
        if may(high, needed=middle) and may(middle, needed=low):
            assert may(high, needed=low)

    def test_every_role_has_a_rank(self) -> None:
        assert set(RANK) == set(Role)
        assert sorted(Role, key=RANK.__getitem__) == ["agent", "manager", "admin"]
