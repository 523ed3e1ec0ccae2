"""Counts by intent: what there is, and what there is not."""

from pathlib import Path

from scripts_library.loader import load_pack
from scripts_library.stats import IntentStats, count_content
from tests.scripts_library.small_pack import make_small_pack


class TestCountContent:
    def test_every_intent_is_counted_in_the_order_of_the_pack(
        self, tmp_path: Path
    ) -> None:
        small = make_small_pack(tmp_path / "small")
        small.write("phrases.yaml", "rush:\n  must_hit: [今天能寄走不]\n")

        counts = count_content(load_pack(small.folder))

        assert [one.intent for one in counts] == ["greeting", "rush", "other"]
        assert counts[1] == IntentStats(
            intent="rush",
            zh="催发货",
            risk="assist",
            examples=2,
            held_out=1,
            scripts=3,
            variants=3,
            situations=("connector", "order_state", "hours"),
            must_hit=1,
            must_not_hit=0,
        )
        assert counts[2].held_out == 0
