"""Whether a place in the streams survives its way through a client."""

import pytest

from server.live.cursor import Cursor, parse_cursor
from storage.queries.live import Stream


class TestParseCursor:
    def test_it_reads_what_it_wrote(self) -> None:
        cursor = Cursor(messages=17, conversation_events=4, ticket_events=0)

        assert str(cursor) == "m17.e4.t0"
        assert parse_cursor(str(cursor)) == cursor
        assert [cursor.of(stream) for stream in Stream] == [17, 4, 0]

    @pytest.mark.parametrize(
        "text",
        ["", "m1", "m1.e2", "m-1.e0.t0", "m1.e2.t3 ", "m١.e1.t1", "m" + "9" * 30],
    )
    def test_anything_else_is_none(self, text: str) -> None:
        assert parse_cursor(text) is None
