"""Whether shops, people, settings, library versions and the audit keep what they got."""

import pytest
from sqlalchemy.exc import IntegrityError

from bot.deciding.state import ShopMode
from bot.errors import NotFoundError
from storage.database import Database
from storage.queries.audit import audit
from storage.queries.people import agents_on_duty, people, person_by_user
from storage.queries.settings import settings
from storage.queries.shops import ShopRecord, all_shops, shop_by_id, shop_by_slug
from storage.repositories.audit import record
from storage.repositories.people import grant, set_on_duty, set_password_hash
from storage.repositories.settings import put_setting
from storage.repositories.shops import ShopChanges, set_shop
from storage.states import Role
from tests.databases import NOW, make_person, make_shop


def change(database: Database, shop_id: int, changes: ShopChanges) -> ShopRecord | None:
    database.write_now(lambda conn: set_shop(conn, shop_id, changes=changes))
    return database.read_now(lambda conn: shop_by_id(conn, shop_id))


class TestAddShop:
    def test_it_is_found_by_its_name_in_addresses(self, database: Database) -> None:
        added = make_shop(database)

        found = database.read_now(lambda conn: shop_by_slug(conn, "demo"))

        assert found == added
        assert added.secret == "secret of demo"
        assert database.read_now(all_shops) == [added]

    def test_a_name_is_given_once(self, database: Database) -> None:
        make_shop(database)

        with pytest.raises(IntegrityError):
            make_shop(database)

    def test_an_unknown_name_is_nobody(self, database: Database) -> None:
        assert database.read_now(lambda conn: shop_by_slug(conn, "nobody")) is None


class TestSetShop:
    def test_only_what_is_given_changes(
        self, database: Database, shop: ShopRecord
    ) -> None:
        changed = change(
            database,
            shop.shop_id,
            ShopChanges(
                mode=ShopMode.OFF, secret="new", policies={"shop.name": "新店名"}
            ),
        )

        assert changed is not None
        assert (changed.mode, changed.secret) == (ShopMode.OFF, "new")
        assert changed.policies == {"shop.name": "新店名"}
        assert (changed.name, changed.version) == (shop.name, 2)

    def test_none_is_a_value(self, database: Database, shop: ShopRecord) -> None:
        url = "http://127.0.0.1/callback"
        change(database, shop.shop_id, ShopChanges(callback_url=url))

        changed = change(database, shop.shop_id, ShopChanges(callback_url=None))

        assert changed is not None
        assert changed.callback_url is None

    def test_an_unknown_shop_is_not_found(self, database: Database) -> None:
        with pytest.raises(NotFoundError):
            change(database, 0, ShopChanges(name="谁"))


class TestPeople:
    def test_a_person_has_a_role_in_each_shop(
        self, database: Database, shop: ShopRecord
    ) -> None:
        other = make_shop(database, slug="other")
        person_id = make_person(database)
        for shop_id, role in (
            (shop.shop_id, Role.AGENT),
            (other.shop_id, Role.AGENT),
            (shop.shop_id, Role.MANAGER),
        ):
            database.write_now(
                lambda conn, shop_id=shop_id, role=role: grant(  # type: ignore[misc]
                    conn, shop_id, person_id=person_id, role=role
                )
            )

        (person,) = database.read_now(people)

        assert person.shops == {
            shop.shop_id: Role.MANAGER,
            other.shop_id: Role.AGENT,
        }
        assert database.read_now(lambda conn: person_by_user(conn, "lan")) == person

    def test_a_password_can_be_changed(self, database: Database) -> None:
        make_person(database)
        database.write_now(
            lambda conn: set_password_hash(
                conn, user="lan", password_hash="new", now=NOW
            )
        )

        person = database.read_now(lambda conn: person_by_user(conn, "lan"))

        assert person is not None
        assert person.password_hash == "new"

    def test_nobodys_password_cannot(self, database: Database) -> None:
        with pytest.raises(NotFoundError):
            database.write_now(
                lambda conn: set_password_hash(
                    conn, user="nobody", password_hash="x", now=NOW
                )
            )

    def test_who_is_on_duty_is_counted_by_shop(
        self, database: Database, shop: ShopRecord
    ) -> None:
        other = make_shop(database, slug="other")
        counts = []
        person_id = make_person(database)
        for is_on_duty in (True, False):
            database.write_now(
                lambda conn, is_on_duty=is_on_duty: set_on_duty(  # type: ignore[misc]
                    conn,
                    shop.shop_id,
                    person_id=person_id,
                    is_on_duty=is_on_duty,
                    now=NOW,
                )
            )
            counts.append(
                database.read_now(
                    lambda conn: (
                        agents_on_duty(conn, shop.shop_id),
                        agents_on_duty(conn, other.shop_id),
                    )
                )
            )

        assert counts == [(1, 0), (0, 0)]


class TestPutSetting:
    @pytest.mark.parametrize("value", [0, None, False, [], {"a": 1.5}])
    def test_every_value_is_a_value(
        self, database: Database, shop: ShopRecord, value: object
    ) -> None:
        for it in ("before", value):
            database.write_now(
                lambda conn, it=it: put_setting(  # type: ignore[misc]
                    conn, shop.shop_id, key="quiet_gap", value=it, now=NOW
                )
            )

        found = database.read_now(lambda conn: settings(conn, shop.shop_id))

        assert found == {"quiet_gap": value}


class TestAudit:
    def test_the_newest_comes_first(self, database: Database, shop: ShopRecord) -> None:
        for action in ("first", "second"):
            database.write_now(
                lambda conn, action=action: record(  # type: ignore[misc]
                    conn,
                    shop.shop_id,
                    action=action,
                    subject="shop",
                    data={"n": 0},
                    now=NOW,
                )
            )

        lines = database.read_now(lambda conn: audit(conn, shop.shop_id))

        assert [line.action for line in lines] == ["second", "first"]
        assert lines[0].data == {"n": 0}
