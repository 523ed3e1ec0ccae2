"""A flow is walked from its start by what is known, and by nothing else."""

from itertools import product

import pytest

from bot.flows.flow import Ask, Branch, End, Flow, Option, Slot, SlotKind, Step
from bot.flows.walking import walk


def make_flow(*steps: Step) -> Flow:
    return Flow(
        flow_id="repair",
        zh="维修",
        ticket="quality",
        start=steps[0].step_id,
        slots={
            "picture": Slot(slot_id="picture", zh="照片", kind=SlotKind.PICTURE),
            "choice": Slot(
                slot_id="choice",
                zh="选择",
                kind=SlotKind.CHOICE,
                options=(
                    Option(option_id="a", zh="甲", says=("要甲",)),
                    Option(option_id="b", zh="乙", says=("要乙",)),
                ),
            ),
        },
        steps={step.step_id: step for step in steps},
    )


FLOW = make_flow(
    Ask(
        step_id="evidence",
        slot="picture",
        texts=("拍照",),
        to={"*": "choice"},
        without="unseen",
    ),
    Ask(
        step_id="choice", slot="choice", texts=("选",), to={"a": "stock", "b": "end_b"}
    ),
    Branch(step_id="stock", on="item_stock", to={"out": "end_b", "*": "end_a"}),
    End(step_id="unseen", texts=("看不到",)),
    End(step_id="end_a", texts=("甲",)),
    End(step_id="end_b", texts=("乙",)),
)


class TestWalk:
    @pytest.mark.parametrize(
        ("slots", "facts", "step_id"),
        [
            ({}, {}, "evidence"),
            ({"picture": "1"}, {}, "choice"),
            ({"choice": "b"}, {}, "evidence"),
            ({"picture": "1", "choice": "b"}, {}, "end_b"),
            ({"picture": "1", "choice": "a"}, {"item_stock": "in"}, "end_a"),
            ({"picture": "1", "choice": "a"}, {"item_stock": "out"}, "end_b"),
            ({"picture": ""}, {}, "unseen"),
        ],
    )
    def test_stops_at_the_first_thing_unknown_or_at_an_end(
        self, slots: dict[str, str], facts: dict[str, str], step_id: str
    ) -> None:
        assert walk(FLOW, slots=slots, facts=facts).step_id == step_id

    def test_never_asks_for_what_is_known(self) -> None:
        values = ((None, "1", ""), (None, "a", "b"), ("in", "out"))
        for picture, choice, stock in product(*values):
            told = {"picture": picture, "choice": choice}
            slots = {name: value for name, value in told.items() if value is not None}

            step = walk(FLOW, slots=slots, facts={"item_stock": str(stock)})

            assert isinstance(step, End) or step.slot not in slots

    def test_a_branch_on_a_slot_that_nobody_told_takes_unknown(self) -> None:
        flow = make_flow(
            Branch(step_id="by", on="choice", to={"unknown": "none", "*": "some"}),
            End(step_id="none"),
            End(step_id="some"),
        )

        assert walk(flow, slots={}, facts={}).step_id == "none"
        assert walk(flow, slots={"choice": "a"}, facts={}).step_id == "some"

    def test_a_ring_is_an_error_and_no_endless_loop(self) -> None:
        flow = make_flow(
            Branch(step_id="one", on="people", to={"*": "two"}),
            Branch(step_id="two", on="people", to={"*": "one"}),
        )

        with pytest.raises(LookupError, match="ring"):
            walk(flow, slots={}, facts={})
