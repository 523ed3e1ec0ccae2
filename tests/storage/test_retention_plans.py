"""What is too old is found by an index, however much there is."""

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.databases import opened, sqlite_url

OLD_ROWS = """
SELECT id FROM tickets WHERE phase = 'closed' AND summary <> ''
 AND closed_at < '2026' ORDER BY closed_at;
SELECT id FROM reviews WHERE text <> '' AND told_at < '2026' ORDER BY told_at;
SELECT id FROM orders WHERE state IN ('completed', 'cancelled', 'refunded')
 AND told_at < '2026' ORDER BY told_at;
SELECT id FROM bargaining_states WHERE updated_at < '2026' ORDER BY updated_at;
SELECT id FROM media WHERE created_at < '2026' ORDER BY created_at;
SELECT id, created_at FROM messages WHERE id > 7 ORDER BY id LIMIT 3
"""


class TestPlans:
    """SQLite finds what is old by an index, however much there is."""

    @pytest.mark.parametrize("query", OLD_ROWS.split(";"))
    def test_is_a_search_without_sorting(self, tmp_path: Path, query: str) -> None:
        with opened(sqlite_url(tmp_path)) as database:
            steps = database.read_now(
                lambda conn: conn.execute(
                    text(f"EXPLAIN QUERY PLAN {query}").execution_options(
                        all_shops="a test"
                    )
                ).all()
            )

        assert [step.detail.split()[0] for step in steps] == ["SEARCH"]
