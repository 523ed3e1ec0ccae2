import stat
from pathlib import Path

import msgspec
import pytest

from bot.errors import NotPermittedError
from server.demo import Demo, prepare_demo, tell_demo
from server.demo_facts import FACTS
from server.library import Library
from server.passwords import flaw, is_password
from server.settings import Settings
from server.shops import read_catalogue
from storage.database import Database
from storage.queries.people import person_by_user
from storage.queries.shops import shop_by_slug
from tests.databases import make_person


@pytest.fixture(name="settings")
def _settings(tmp_path: Path) -> Settings:
    return Settings(var=str(tmp_path / "var"))


def told(settings: Settings) -> Demo:
    return msgspec.json.decode(
        (settings.var_path / "demo.json").read_bytes(), type=Demo
    )


class TestPrepareDemo:
    def test_what_is_told_is_what_is_stored(
        self, database: Database, settings: Settings, library: Library
    ) -> None:
        prepare_demo(database, settings=settings, library=library)

        demo = told(settings)
        shop = database.read_now(lambda c: shop_by_slug(c, demo.shop))
        assert shop is not None
        assert shop.secret == demo.secret
        assert demo.items
        catalogue = database.read_now(lambda c: read_catalogue(c, shop.shop_id))
        assert catalogue.facts == (FACTS,)
        assert [one.promotion_id for one in catalogue.promotions] == [
            "winter",
            "opening",
        ]
        assert demo.orders
        for account in demo.accounts:
            person = database.read_now(
                lambda c, user=account.user: person_by_user(c, user)  # type: ignore[misc]
            )
            assert person is not None
            assert is_password(account.password, stored=person.password_hash)
            assert person.shops == {shop.shop_id: account.role}
            assert person.password_changed_at is not None  # nothing to change first
            assert flaw(account.password, names=(account.user, demo.shop)) is None

    def test_only_its_owner_can_read_the_passwords(
        self, database: Database, settings: Settings, library: Library
    ) -> None:
        prepare_demo(database, settings=settings, library=library)

        mode = (settings.var_path / "demo.json").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600

    def test_a_second_start_changes_nothing(
        self, database: Database, settings: Settings, library: Library
    ) -> None:
        prepare_demo(database, settings=settings, library=library)
        first = told(settings)

        prepare_demo(database, settings=settings, library=library)

        assert told(settings) == first

    def test_a_file_that_was_lost_is_written_again(
        self, database: Database, settings: Settings, library: Library
    ) -> None:
        prepare_demo(database, settings=settings, library=library)
        first = told(settings)
        (settings.var_path / "demo.json").unlink()

        prepare_demo(database, settings=settings, library=library)

        assert told(settings).secret == first.secret
        person = database.read_now(lambda c: person_by_user(c, "agent"))
        assert person is not None
        (agent,) = [it for it in told(settings).accounts if it.user == "agent"]
        assert is_password(agent.password, stored=person.password_hash)

    def test_nobody_elses_password_is_changed(
        self, database: Database, settings: Settings, library: Library
    ) -> None:
        make_person(database, user="admin")

        with pytest.raises(NotPermittedError):
            prepare_demo(database, settings=settings, library=library)

        assert database.read_now(lambda c: shop_by_slug(c, "demo")) is None
        assert not (settings.var_path / "demo.json").exists()


class TestTellDemo:
    def test_prints_the_accounts_once_and_then_the_file(
        self,
        database: Database,
        settings: Settings,
        library: Library,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        prepare_demo(database, settings=settings, library=library)
        password = told(settings).accounts[0].password

        tell_demo("http://127.0.0.1:8080", settings=settings)
        first = capsys.readouterr().out
        tell_demo("http://127.0.0.1:8080", settings=settings)
        second = capsys.readouterr().out

        assert password in first
        assert password not in second
        assert "demo.json" in second
