"""Nobody sees a buyer's data whole without a reveal, whatever their role."""

import pytest

from server.api.desk.masked import (
    show_address,
    show_data,
    show_name,
    show_optional,
    show_phone,
    show_ref,
    show_text,
)
from storage.states import Role


@pytest.mark.parametrize("role", [*Role, None])
class TestShown:
    def test_everything_is_masked(self, role: Role | None) -> None:
        shown = (
            show_text("我电话13800005678", role=role),
            show_phone("13800005678", role=role),
            show_name("王小明", role=role),
            show_address("浙江省杭州市西湖区文三路1号", role=role),
        )

        assert shown == (
            "我电话138****5678",
            "138****5678",
            "王*明",
            "浙江省杭州市西湖区***",
        )

    def test_the_buyers_own_name_is_masked_wherever_it_stands(
        self, role: Role | None
    ) -> None:
        told = {"note": ["莫秋水来过", {"deep": "13800005678"}], "count": 1}

        shown = show_data(told, role=role, name="莫秋水")

        assert shown == {"note": ["莫*水来过", {"deep": "138****5678"}], "count": 1}
        assert show_text("莫秋水来过", role=role, name="莫秋水") == "莫*水来过"

    @pytest.mark.parametrize(
        ("ref", "shown"),
        [("13800005678", "138****5678"), ("buyer-1", "buyer-1"), ("10086", "10086")],
    )
    def test_an_id_that_is_a_phone_is_masked(
        self, role: Role | None, ref: str, shown: str
    ) -> None:
        assert show_ref(ref, role=role) == shown

    def test_what_is_not_known_stays_so(self, role: Role | None) -> None:
        assert show_optional(None, role=role) is None
        assert show_optional("13800005678", role=role) == "138****5678"
        assert show_phone(None, role=role) is None
        assert show_name(None, role=role) is None
        assert show_address(None, role=role) is None
