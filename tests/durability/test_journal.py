from pathlib import Path

from benchmarks.durability.journal import (
    Acknowledged,
    AnyEntry,
    Behaviour,
    Journal,
    Killed,
    Received,
    Sent,
    read_journal,
)


class TestJournal:
    def test_gives_back_what_was_written(self, tmp_path: Path) -> None:
        entries: list[AnyEntry] = [
            Sent(message_id="m1", buyer_id="b1"),
            Acknowledged(message_id="m1", is_accepted=False),
            Received(
                receipt=1,
                delivery_id=2,
                message_id=3,
                conversation_id=4,
                text="亲，在的",
                behaviour=Behaviour.DROP,
                is_signed=True,
            ),
            Killed(instant="inside the quiet gap"),
        ]

        with Journal(tmp_path / "journal") as journal:
            for entry in entries:
                journal.write(entry)

        assert list(read_journal(tmp_path / "journal")) == entries

    def test_an_entry_is_in_the_file_when_write_returns(self, tmp_path: Path) -> None:
        with Journal(tmp_path / "journal") as journal:
            journal.write(Killed(instant="x"))

            assert len(list(read_journal(tmp_path / "journal"))) == 1

    def test_a_second_journal_appends(self, tmp_path: Path) -> None:
        for instant in ("a", "b"):
            with Journal(tmp_path / "journal") as journal:
                journal.write(Killed(instant=instant))

        entries = list(read_journal(tmp_path / "journal"))

        assert [e.instant for e in entries if isinstance(e, Killed)] == ["a", "b"]
