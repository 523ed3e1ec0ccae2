"""Only one process serves an SQLite database."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from server.alone import serving_alone


class TestServingAlone:
    def test_a_second_server_is_refused_with_the_key(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/shop.db"

        with (
            serving_alone(url),
            pytest.raises(SettingsError, match=r"database\.url.*another process"),
            serving_alone(url),
        ):
            pass

    def test_the_next_one_may_when_the_first_has_ended(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/shop.db"
        with serving_alone(url):
            pass

        with serving_alone(url):
            is_second_serving = True

        assert is_second_serving

    def test_two_databases_do_not_disturb_each_other(self, tmp_path: Path) -> None:
        with (
            serving_alone(f"sqlite:///{tmp_path}/one.db"),
            serving_alone(f"sqlite:///{tmp_path}/two.db"),
        ):
            served = sorted(file.name for file in tmp_path.iterdir())

        assert served == ["one.db.serving", "two.db.serving"]

    def test_postgresql_may_be_served_by_several(self) -> None:
        url = "postgresql+psycopg://shop@127.0.0.1/shop"

        with serving_alone(url), serving_alone(url):
            is_second_serving = True

        assert is_second_serving
