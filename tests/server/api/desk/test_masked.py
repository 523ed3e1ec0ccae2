"""Nobody sees a buyer's data whole without a reveal, whatever their role."""

import pytest

from server.api.desk.masked import (
    show_address,
    show_name,
    show_optional,
    show_phone,
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

    def test_what_is_not_known_stays_so(self, role: Role | None) -> None:
        assert show_optional(None, role=role) is None
        assert show_optional("13800005678", role=role) == "138****5678"
        assert show_phone(None, role=role) is None
        assert show_name(None, role=role) is None
        assert show_address(None, role=role) is None
