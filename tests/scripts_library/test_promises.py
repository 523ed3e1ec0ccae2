"""What a pack says of promises and of strangers is read, or refused with its line."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.ticket_types import WorkingSpan
from bot.errors import ScriptLibraryError
from bot.promises.kinds import DayEnd
from scripts_library.loader import load_pack
from tests.scripts_library.small_pack import SmallPack, make_small_pack


@pytest.fixture
def small(tmp_path: Path) -> SmallPack:
    return make_small_pack(tmp_path / "small")


def problems_of(small: SmallPack) -> list[str]:
    """Return what loading must report, as lines."""
    with pytest.raises(ScriptLibraryError) as raised:
        load_pack(small.folder)
    return [str(problem) for problem in raised.value.problems]


_PROMISES = """\
unless: [大概]
conditions: [如果]
soon: [马上]
kinds:
  ship_by:
    zh: 发货
    about: shipping
    says: [发货]
    forms: [point]
    ends: work
    soon: 30 minutes
    needs_order: true
    kept_by: [order_shipped]
    lead: 0 minutes
    ticket: callback
    apologies: ["抱歉，订单{order.no}晚了"]
"""


class TestPromises:
    def test_a_pack_without_the_file_promises_nothing(self, small: SmallPack) -> None:
        assert load_pack(small.folder).promises.kinds == ()

    def test_what_is_left_out_has_its_default(self, small: SmallPack) -> None:
        small.write("promises.yaml", _PROMISES)

        (kind,) = load_pack(small.folder).promises.kinds

        assert kind.lead == timedelta()
        assert kind.default is None
        assert kind.void_by == frozenset()
        assert kind.soon == WorkingSpan(minutes=30)
        assert kind.ends is DayEnd.WORK

    @pytest.mark.parametrize(
        ("old", "new", "problem"),
        [
            (
                "ticket: callback",
                "ticket: none_such",
                "promises.yaml:5: unknown ticket type 'none_such'",
            ),
            ("says: [发货]", "says: ['(']", "promises.yaml:8: invalid pattern '('"),
            (
                "[order_shipped]",
                "[order_lost]",
                "promises.yaml:13: unknown 'order_lost'",
            ),
            (
                "{order.no}",
                "{order.number}",
                "promises.yaml:16: unknown placeholder {order.number}",
            ),
            ("zh: 发货", "zhs: 发货", "promises.yaml:6: unknown key 'zhs'"),
        ],
    )
    def test_a_wrong_value_has_file_line_and_reason(
        self, small: SmallPack, old: str, new: str, problem: str
    ) -> None:
        small.write("promises.yaml", _PROMISES.replace(old, new))

        assert problems_of(small)[0].startswith(problem)


class TestIdentity:
    def test_a_pack_without_the_file_asks_nobody(self, small: SmallPack) -> None:
        assert load_pack(small.folder).identity is None

    def test_each_text_must_be_there(self, small: SmallPack) -> None:
        small.write("identity.yaml", "ask: [号码]\nwrong: [不对]\n")

        (problem,) = problems_of(small)

        assert problem == (
            "identity.yaml:1: missing key: ask_order, ask_digits, limited"
        )
