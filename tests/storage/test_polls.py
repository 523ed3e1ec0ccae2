"""Whether what is asked every second is a look-up in an index, however many rows."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from storage.database import Database
from storage.queries import follow_ups as follow_up_queries
from storage.queries import outbox as outbox_queries
from storage.queries.chat import _ahead, waiting
from storage.queries.live import Stream, added
from storage.queries.pending_turns import unhandled_messages
from storage.repositories.conversations import due_releases
from storage.repositories.follow_ups import claim_due, silent_questions
from storage.repositories.outbox import claim_deliveries
from storage.repositories.tickets import record_breaches
from tests.databases import NOW, opened, sqlite_url

LEASE = timedelta(seconds=30)

POLLS: dict[str, Callable[[Connection], object]] = {
    "follow-ups": lambda conn: claim_due(
        conn, owner="me", now=NOW, lease=LEASE, limit=10
    ),
    "next follow-up": follow_up_queries.next_due_at,
    "deliveries": lambda conn: claim_deliveries(
        conn, owner="me", now=NOW, lease=LEASE, limit=10
    ),
    "next delivery": outbox_queries.next_due_at,
    "lag": lambda conn: outbox_queries.outbox_lag(conn, now=NOW),
    "breaches": lambda conn: record_breaches(conn, now=NOW),
    "releases": lambda conn: due_releases(conn, now=NOW, notice=LEASE),
    "silence": lambda conn: silent_questions(conn, now=NOW),
    "recovery": unhandled_messages,
    "tails": lambda conn: [
        added(conn, stream=stream, after=1, missing=(), limit=10) for stream in Stream
    ],
    "queue": lambda conn: waiting(conn, 1),
    "place in the queue": lambda conn: _ahead(conn, 1, 1, NOW),
}


def plans(database: Database, poll: Callable[[Connection], object]) -> list[str]:
    """Return a line for each step of SQLite's plans of a poll's statements."""
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda conn, cursor, statement, parameters, context, many: asked.append(
            (statement, parameters)
        ),
    )
    database.write_now(poll)
    statements = list(asked)

    def explain(conn: Connection) -> list[str]:
        excused = conn.execution_options(all_shops="a test looks at the plan")
        return [
            row.detail
            for statement, parameters in statements
            for row in excused.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement}", parameters
            )
        ]

    return database.read_now(explain)


class TestPolls:
    @pytest.mark.parametrize("name", POLLS)
    def test_it_reads_no_whole_table_and_sorts_nothing(
        self, tmp_path: Path, name: str
    ) -> None:
        with opened(sqlite_url(tmp_path)) as database:
            steps = plans(database, POLLS[name])

        assert steps
        slow = [
            step
            for step in steps
            if "TEMP B-TREE" in step
            or (step.startswith("SCAN") and "INDEX ix_" not in step)
        ]
        assert slow == []
