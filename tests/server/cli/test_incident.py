"""``xiaoer incident``: what a manager declares and ends from the machine."""

from tests.server.cli.command_line import CommandLine

TEXT = "亲，中通网点临时停运，其他快递照常发出"


class TestIncident:
    def test_is_declared_listed_and_ended(self, staffed: CommandLine) -> None:
        made = staffed.run(
            "incident",
            "start",
            "courier_stop",
            TEXT,
            "--courier",
            "中通",
            "--until",
            "2099-01-01T00:00:00+08:00",
        ).row()
        running = staffed.run("incident", "list", "--running").rows()
        ended = staffed.run(
            "incident", "end", str(made["incident_id"]), "--closing", "中通恢复了，"
        ).row()

        assert made["scope"]["couriers"] == ["中通"]
        assert [one["incident_id"] for one in running] == [made["incident_id"]]
        assert ended["ended_at"] is not None
        assert ended["closing"] == "中通恢复了，"
        assert staffed.run("incident", "list", "--running").rows() == []
        assert len(staffed.run("incident", "list").rows()) == 1

    def test_what_the_guard_objects_to_is_refused_by_name(
        self, staffed: CommandLine
    ) -> None:
        refusal = staffed.run(
            "incident", "start", "shortage", "缺货了，五星好评返现5元"
        ).refusal()

        assert "review_reward" in refusal
        assert "好评" in refusal

    def test_words_that_say_nothing_or_hold_braces_are_refused(
        self, staffed: CommandLine
    ) -> None:
        answers = [
            staffed.run("incident", "start", "shortage", text)
            for text in ("  ", "{order.no}缺货了")
        ]

        assert [one.status for one in answers] == [2, 2]
        assert staffed.run("incident", "list").rows() == []

    def test_an_end_in_the_past_is_refused(self, staffed: CommandLine) -> None:
        answer = staffed.run(
            "incident", "start", "shortage", TEXT, "--until", "2020-01-01T00:00:00Z"
        )

        assert "--until" in answer.refusal()

    def test_so_is_ending_what_does_not_last(self, staffed: CommandLine) -> None:
        assert "running incident" in staffed.run("incident", "end", "9").refusal()
