"""The most specific script that can be filled wins, and buyers do not read it twice."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deciding.state import ConversationState
from bot.facts import Facts, Item, Order, OrderState
from bot.replying.select import (
    Choice,
    ScriptIndex,
    Situation,
    find_choices,
    fits,
    mark_used,
    select_script,
    situation_of,
)
from bot.scripts import Asked, Audience, Conditions, Hours, Script, Use

SITUATION = Situation(
    connector="http",
    category="cups",
    item="i1",
    order_state="paid",
    local_time=time(10),
)


def make_script(script_id: str = "s", **changes: object) -> Script:
    defaults: dict[str, object] = {
        "script_id": script_id,
        "intent_id": "ask",
        "variants": ("甲",),
    }
    return Script(**(defaults | changes))  # type: ignore[arg-type]  # a factory's free form


def choose(
    *scripts: Script,
    situation: Situation = SITUATION,
    values: dict[str, str] | None = None,
    used: dict[str, tuple[int, ...]] | None = None,
    use: Use = Use.REPLY,
) -> Choice | None:
    return select_script(
        ScriptIndex(scripts),
        intent_id="ask",
        use=use,
        situation=situation,
        values={} if values is None else values,
        used={} if used is None else used,
    )


def chosen(*scripts: Script, **rest: object) -> str | None:
    choice = choose(*scripts, **rest)  # type: ignore[arg-type]  # passed on
    return None if choice is None else choice.script.script_id


class TestSelectScript:
    def test_more_conditions_win(self) -> None:
        one = make_script("one", conditions=Conditions(connector=("http",)))
        two = make_script(
            "two", conditions=Conditions(item=("i1",), order_state=("paid",))
        )

        assert chosen(one, two) == "two"

    @pytest.mark.parametrize(
        ("heavier", "lighter"),
        [
            (Conditions(connector=("http",)), Conditions(category=("cups",))),
            (Conditions(category=("cups",)), Conditions(item=("i1",))),
            (Conditions(item=("i1",)), Conditions(order_state=("paid",))),
            (
                Conditions(order_state=("paid",)),
                Conditions(hours=(Hours(start=time(9), end=time(18)),)),
            ),
        ],
    )
    def test_of_as_many_conditions_the_weightier_win(
        self, heavier: Conditions, lighter: Conditions
    ) -> None:
        a = make_script("a", conditions=lighter, priority=9, audience=Audience.SHOP)
        b = make_script("b", conditions=heavier)

        assert chosen(a, b) == "b"

    def test_then_the_shops_own_wins_over_the_packs(self) -> None:
        pack = make_script("a", priority=9)
        shop = make_script("b", audience=Audience.SHOP)

        assert chosen(pack, shop) == "b"

    def test_then_priority_then_id(self) -> None:
        low, high = make_script("a"), make_script("b", priority=1)

        assert chosen(low, high) == "b"
        assert chosen(make_script("y"), make_script("x")) == "x"

    @pytest.mark.parametrize("audience", [Audience.TEAM, Audience.PRIVATE])
    def test_the_assistant_uses_no_persons_scripts(self, audience: Audience) -> None:
        assert chosen(make_script(audience=audience)) is None

    def test_what_does_not_fit_gives_way(self) -> None:
        other = make_script("other", conditions=Conditions(item=("i2",)))

        assert chosen(other, make_script("any")) == "any"

    def test_what_cannot_be_filled_gives_way(self) -> None:
        missing = make_script("a", variants=("{item.price}",), priority=1)

        assert chosen(missing, make_script("b")) == "b"
        assert chosen(missing, values={"item.price": "1元"}) == "a"

    def test_looks_only_at_its_use(self) -> None:
        assert chosen(make_script(), use=Use.HOLDING) is None


class TestRotation:
    def test_no_variant_comes_twice_before_all_were_used(self) -> None:
        script = make_script(variants=("甲", "乙", "丙"))
        used: dict[str, tuple[int, ...]] = {}
        said = []

        for _ in range(6):
            choice = choose(script, used=used)
            assert choice is not None
            said.append(choice.filled.text)
            used = mark_used(used, script_id="s", variant=choice.variant)

        assert said == ["甲", "乙", "丙", "甲", "乙", "丙"]

    def test_a_variant_that_cannot_be_filled_is_passed_over(self) -> None:
        script = make_script(variants=("{item.price}", "乙"))

        choice = choose(script, used={"s": (1,)})

        assert choice is not None
        assert choice.filled.text == "乙"

    def test_variants_that_are_gone_are_forgotten(self) -> None:
        choice = choose(make_script(), used={"s": (4, 0)})

        assert choice is not None
        assert choice.variant == 0

    @given(st.integers(2, 5), st.integers(1, 20))
    def test_the_same_text_never_comes_twice_in_a_row(
        self, variants: int, turns: int
    ) -> None:
        script = make_script(variants=tuple(map(str, range(variants))))
        used: dict[str, tuple[int, ...]] = {}
        last = -1

        for _ in range(turns):
            choice = choose(script, used=used)
            assert choice is not None
            assert choice.variant != last
            last = choice.variant
            used = mark_used(used, script_id="s", variant=last)


class TestFindChoices:
    def test_yields_variants_then_the_next_script(self) -> None:
        scripts = [
            make_script("a", variants=("甲", "乙")),
            make_script("b", variants=("丙",)),
        ]

        found = find_choices(scripts, situation=SITUATION, values={}, used={"a": (0,)})

        assert [choice.filled.text for choice in found] == ["乙", "甲", "丙"]


class TestMarkUsed:
    def test_the_script_used_last_stands_last(self) -> None:
        used = mark_used({"a": (0, 1), "b": (0,)}, script_id="a", variant=0)

        assert list(used.items()) == [("b", (0,)), ("a", (1, 0))]


class TestFits:
    @pytest.mark.parametrize(
        ("start", "end", "now", "expected"),
        [
            (9, 18, 9, True),
            (9, 18, 18, False),
            (22, 8, 23, True),
            (22, 8, 7, True),
            (22, 8, 12, False),
            (0, 0, 12, True),
            (9, 9, 3, True),
        ],
    )
    def test_hours(self, start: int, end: int, now: int, *, expected: bool) -> None:
        conditions = Conditions(hours=(Hours(start=time(start), end=time(end)),))
        situation = Situation(connector="http", local_time=time(now))

        assert fits(make_script(conditions=conditions), situation) is expected

    def test_an_unknown_order_fits_no_order_condition(self) -> None:
        paid = make_script(conditions=Conditions(order_state=("paid",)))

        assert not fits(paid, Situation(connector="http"))

    def test_asked_again_is_a_matter_of_the_script_s_own_intent(self) -> None:
        again = make_script(conditions=Conditions(asked=(Asked.AGAIN,)))

        assert fits(again, Situation(connector="http", answered=frozenset({"ask"})))
        assert not fits(again, Situation(connector="http", answered=frozenset({"b"})))


class TestSituationOf:
    CONVERSATION = ConversationState(conversation_id=1, version=1, connector="http")
    NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)

    def test_takes_what_is_known(self) -> None:
        facts = Facts(
            policies={},
            item=Item(item_id="i1", title="杯子", category="cups"),
            order=Order(order_id="E1", buyer_ref="b", state=OrderState.PAID),
        )

        situation = situation_of(self.CONVERSATION, facts, now=self.NOW)

        assert situation == Situation(
            connector="http",
            category="cups",
            item="i1",
            order_state="paid",
            local_time=time(12),
            local_day=date(2026, 11, 23),
        )

    def test_leaves_open_what_is_not(self) -> None:
        situation = situation_of(self.CONVERSATION, Facts(policies={}), now=self.NOW)

        assert situation == Situation(
            connector="http", local_time=time(12), local_day=date(2026, 11, 23)
        )
