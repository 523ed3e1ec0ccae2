"""Changes are grouped and counted; a few examples stay."""

from dataclasses import replace

from bot.actions import Band
from bot.replaying.comparing import Answer, ChangeKind, Verdict
from bot.replaying.report import EXAMPLES, Tally

BEFORE = Answer(
    intent_id="price", confidence=0.9, band=Band.AUTO, scripts=("a",), text="一"
)
STOLEN = replace(BEFORE, intent_id="colour", scripts=("b",), text="二")
REWORDED = replace(BEFORE, text="三")


class TestTally:
    def test_unchanged_messages_are_counted_once_a_text(self) -> None:
        tally = Tally()
        tally.see("多少钱", count=3)
        tally.see("多少钱", count=2)

        report = tally.report()

        assert (report.messages, report.texts, report.changed) == (5, 1, 0)

    def test_changes_of_one_sort_are_one_group_and_the_worst_stands_first(self) -> None:
        tally = Tally()
        for text in ("改一", "改二"):
            tally.add(
                ChangeKind.REPLY,
                text,
                before=BEFORE,
                after=REWORDED,
                verdicts={Verdict.UNCLEAR: 9},
            )
        tally.add(
            ChangeKind.INTENT,
            "被抢走",
            before=BEFORE,
            after=replace(STOLEN, band=Band.ASSIST),
            verdicts={Verdict.WORSE: 2, Verdict.BETTER: 1},
        )
        tally.add(
            ChangeKind.INTENT,
            "也被抢走",
            before=BEFORE,
            after=STOLEN,
            verdicts={Verdict.WORSE: 1},
        )

        report = tally.report()

        assert [(it.key.kind, it.count) for it in report.groups] == [
            (ChangeKind.INTENT, 4),
            (ChangeKind.REPLY, 18),
        ]
        assert report.verdicts == {
            Verdict.BETTER: 1,
            Verdict.WORSE: 3,
            Verdict.UNCLEAR: 18,
        }
        assert report.kinds == {ChangeKind.INTENT: 4, ChangeKind.REPLY: 18}

    def test_only_the_most_telling_examples_stay(self) -> None:
        tally = Tally()
        for count in range(1, EXAMPLES + 4):
            tally.add(
                ChangeKind.REPLY,
                f"第{count}句",
                before=BEFORE,
                after=REWORDED,
                verdicts={Verdict.UNCLEAR: count},
            )

        (group,) = tally.report().groups

        assert len(group.examples) == EXAMPLES
        assert group.examples[0].count == EXAMPLES + 3
