from scripts_library.report import Place, Report


class TestReport:
    def test_problems_are_sorted_by_place_and_said_once(self) -> None:
        report = Report()
        for file, line in (("b", 2), ("a", 9), ("b", 1), ("a", 9)):
            report.add(Place(file=file, line=line), "wrong")

        assert [str(problem) for problem in report.problems] == [
            "a:9: wrong",
            "b:1: wrong",
            "b:2: wrong",
        ]

    def test_the_first_place_of_a_piece_stays(self) -> None:
        report = Report()
        report.note_place("script", "a", place=Place(file="x", line=1))

        first = report.note_place("script", "a", place=Place(file="y", line=2))

        assert first == Place(file="x", line=1)
        assert report.origins.of("script", "a") == first

    def test_a_kind_is_read_until_one_of_its_files_is_not(self) -> None:
        report = Report()
        report.note_unread("intents")

        assert report.is_read("scripts")
        assert not report.is_read("scripts", "intents")
