import json
import stat

import pytest
from sqlalchemy import Connection

from server.passwords import is_password
from storage.queries.people import person_by_user
from storage.queries.shops import shop_by_slug
from storage.repositories.second_factor import begin_totp, confirm_totp
from tests.databases import NOW
from tests.server.cli.command_line import CommandLine


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("nothing",),
            ("shop",),
            ("shop", "add"),
            ("tickets", "list", "--phase", "lost"),
            ("conversations", "show"),
            ("deliveries", "send-again", "x"),
            ("serve", "--port", "x"),
        ],
    )
    def test_wrong_usage_is_status_two(
        self, line: CommandLine, arguments: tuple[str, ...]
    ) -> None:
        answer = line.run_bare(*arguments)

        assert answer.status == 2
        assert "usage: xiaoer" in answer.err

    def test_help_is_no_mistake(self, line: CommandLine) -> None:
        answer = line.run_bare("--help")

        assert answer.status == 0
        assert "serve" in answer.out

    def test_a_wrong_setting_is_named(self, line: CommandLine) -> None:
        line.config.write_text("[conversation]\nquiet_gap = 1\n", "utf-8")

        refusal = line.run("shop", "list").refusal()

        assert refusal == "conversation.quiet_gap: no such setting"

    def test_a_wrong_address_of_the_database_is_named(self, line: CommandLine) -> None:
        line.config.write_text('[database]\nurl = "mysql://a/b"\n', "utf-8")

        assert line.run("shop", "list").refusal().startswith("database.url: ")


class TestDb:
    def test_upgrade_names_the_version_reached(self, line: CommandLine) -> None:
        first = line.run("db", "upgrade")
        again = line.run("db", "upgrade")

        assert first.status == again.status == 0
        assert first.out.strip()
        assert first.out == again.out

    def test_makes_a_key_that_only_its_owner_can_read(self, line: CommandLine) -> None:
        line.run("db", "upgrade")

        assert stat.S_IMODE((line.var / "secret.key").stat().st_mode) == 0o600


class TestShop:
    def test_add_prints_the_secret_once(self, line: CommandLine) -> None:
        added = line.run("shop", "add", "demo", "--name", "小二示例店").row()
        listed = line.run("shop", "list")

        assert added["shop"] == "demo"
        assert len(added["secret"]) >= 32
        assert added["secret"] not in listed.out
        assert listed.row()["name"] == "小二示例店"

    def test_add_takes_a_given_secret(self, line: CommandLine) -> None:
        line.run("shop", "add", "demo", "--secret", "a known secret")

        with line.database() as database:
            shop = database.read_now(lambda c: shop_by_slug(c, "demo"))
        assert shop is not None
        assert shop.secret == "a known secret"

    @pytest.mark.parametrize("slug", ["", "Demo", "-demo", "de mo", "a/b", "a" * 64])
    def test_add_refuses_a_name_that_is_no_address(
        self, line: CommandLine, slug: str
    ) -> None:
        answer = line.run("shop", "add", "--", slug)

        assert answer.status in {1, 2}
        assert line.run("shop", "list").rows() == []

    def test_add_refuses_a_name_that_is_taken(self, staffed: CommandLine) -> None:
        assert "demo" in staffed.run("shop", "add", "demo").refusal()

    def test_add_refuses_a_callback_that_is_no_address(self, line: CommandLine) -> None:
        refusal = line.run("shop", "add", "a", "--callback-url", "ftp://a").refusal()

        assert refusal.startswith("callback-url: ")

    def test_set_changes_what_is_named_and_keeps_the_rest(
        self, staffed: CommandLine
    ) -> None:
        staffed.run("shop", "set", "demo", "--policy", "shop.cutoff=每天17:00前")
        staffed.run("shop", "set", "demo", "--mode", "assist")
        staffed.run(
            "shop", "set", "demo", "--policy", "shop.couriers=顺丰", "--name", "新名"
        )

        assert staffed.run("shop", "list").row() == {
            "shop": "demo",
            "name": "新名",
            "pack": "ecommerce",
            "mode": "assist",
            "callback_url": None,
            "policies": {"shop.cutoff": "每天17:00前", "shop.couriers": "顺丰"},
            "chat": {},
        }

    def test_a_shop_of_another_trade_has_its_pack_and_its_facts(
        self, line: CommandLine
    ) -> None:
        line.run("shop", "add", "estate", "--pack", "property")

        line.run("shop", "set", "estate", "--policy", "shop.duty_phone=0571-66668888")

        row = line.run("shop", "list").row()
        assert row["pack"] == "property"
        assert row["policies"] == {"shop.duty_phone": "0571-66668888"}

    def test_an_unknown_pack_is_refused_with_those_there_are(
        self, line: CommandLine
    ) -> None:
        refusal = line.run("shop", "add", "a", "--pack", "bakery").refusal()

        assert "ecommerce, hospital, property" in refusal

    def test_a_fact_of_another_trade_is_none(self, staffed: CommandLine) -> None:
        answer = staffed.run("shop", "set", "demo", "--policy", "shop.duty_phone=1")

        assert "no shop.duty_phone" in answer.refusal()

    def test_set_with_an_empty_callback_ends_the_callbacks(
        self, staffed: CommandLine
    ) -> None:
        staffed.run("shop", "set", "demo", "--callback-url", "https://a/b")
        before = staffed.run("shop", "list").row()["callback_url"]

        staffed.run("shop", "set", "demo", "--callback-url", "")

        after = staffed.run("shop", "list").row()["callback_url"]
        assert (before, after) == ("https://a/b", None)

    def test_set_says_who_may_embed_the_window_and_how_it_looks(
        self, staffed: CommandLine
    ) -> None:
        staffed.run("shop", "set", "demo", "--chat-colour", "#FF8800")
        staffed.run(
            *("shop", "set", "demo", "--chat-position", "left"),
            *("--chat-origin", "https://Shop.example:443/"),
            *("--chat-origin", "http://localhost:3000"),
        )
        before = staffed.run("shop", "list").row()["chat"]

        staffed.run("shop", "set", "demo", "--chat-origin", "")

        after = staffed.run("shop", "list").row()["chat"]
        assert before == {
            "colour": "#ff8800",
            "position": "left",
            "origins": ["https://shop.example", "http://localhost:3000"],
        }
        assert after == {**before, "origins": []}

    @pytest.mark.parametrize(
        ("option", "value"),
        [
            ("chat-origin", "shop.example"),
            ("chat-origin", "https://shop.example/page"),
            ("chat-origin", "https://a@shop.example"),
            ("chat-origin", "*"),
            ("chat-origin", "null"),
            ("chat-colour", "red"),
            ("chat-colour", "#12345"),
            ("chat-colour", "#123456;"),
        ],
    )
    def test_set_refuses_what_no_window_can_use(
        self, staffed: CommandLine, option: str, value: str
    ) -> None:
        refusal = staffed.run("shop", "set", "demo", f"--{option}", value).refusal()

        assert refusal.startswith(f"{option}: ")

    @pytest.mark.parametrize("policy", ["cutoff=1", "shop.cutoff", "=a"])
    def test_set_refuses_what_is_no_policy(
        self, staffed: CommandLine, policy: str
    ) -> None:
        refusal = staffed.run("shop", "set", "demo", "--policy", policy).refusal()

        assert refusal.startswith("policy: ")

    def test_set_does_not_know_another_shop(self, staffed: CommandLine) -> None:
        assert staffed.run("shop", "set", "other").refusal() == "no shop other"


class TestUser:
    def test_add_keeps_a_hash_and_never_the_password(self, line: CommandLine) -> None:
        line.run("shop", "add", "demo")

        answer = line.run("user", "add", "lan", stdin="long enough for it\n")

        with line.database() as database:
            person = database.read_now(lambda c: person_by_user(c, "lan"))
        assert person is not None
        assert answer.status == 0
        assert is_password("long enough for it", stored=person.password_hash)
        assert "long enough for it" not in person.password_hash

    def test_list_names_people_and_their_roles(self, staffed: CommandLine) -> None:
        staffed.run(
            "user", "add", "mei", "--role", "manager", stdin="long enough for it\n"
        )

        listed = staffed.run("user", "list").rows()

        assert [(it["user"], it["roles"]) for it in listed] == [
            ("lan", ["agent"]),
            ("mei", ["manager"]),
        ]

    def test_passwd_changes_the_password(self, staffed: CommandLine) -> None:
        staffed.run("user", "passwd", "lan", stdin="another one of hers\n")

        with staffed.database() as database:
            person = database.read_now(lambda c: person_by_user(c, "lan"))
        assert person is not None
        assert is_password("another one of hers", stored=person.password_hash)

    @pytest.mark.parametrize(
        "password",
        ["", "short", "eleven char", "password1234", "lanlanlanlan", "x" * 129],
    )
    @pytest.mark.parametrize("verb", ["add", "passwd"])
    def test_refuses_a_password_that_is_too_short(
        self, staffed: CommandLine, verb: str, password: str
    ) -> None:
        refusal = staffed.run("user", verb, "mei", stdin=f"{password}\n").refusal()

        assert refusal.startswith("password: ")

    def test_add_refuses_a_name_that_is_taken(self, staffed: CommandLine) -> None:
        refusal = staffed.run(
            "user", "add", "lan", stdin="long enough for it\n"
        ).refusal()

        assert "lan" in refusal

    @pytest.mark.parametrize("verb", ["passwd", "on-duty", "off-duty"])
    def test_does_not_know_another_person(
        self, staffed: CommandLine, verb: str
    ) -> None:
        refusal = staffed.run(
            "user", verb, "mei", stdin="long enough for it\n"
        ).refusal()

        assert refusal == "no user mei"

    def test_nobody_is_on_duty_in_a_shop_of_others(self, staffed: CommandLine) -> None:
        staffed.run("shop", "add", "second")

        refusal = staffed.run("user", "on-duty", "lan", "--shop", "second").refusal()

        assert "second" in refusal

    def test_what_is_chosen_stays_and_what_is_temporary_must_go(
        self, staffed: CommandLine
    ) -> None:
        staffed.run("user", "add", "mei", "--temporary", stdin="long enough for it\n")

        with staffed.database() as database:
            mei, lan = (
                database.read_now(lambda c, user=user: person_by_user(c, user))  # type: ignore[misc]
                for user in ("mei", "lan")
            )
        assert mei is not None
        assert lan is not None
        assert mei.password_changed_at is None
        assert lan.password_changed_at is not None

    @pytest.mark.parametrize("user", ["", "a\nb", "x" * 65])
    def test_add_refuses_a_name_nobody_can_type(
        self, staffed: CommandLine, user: str
    ) -> None:
        refusal = staffed.run(
            "user", "add", user, stdin="long enough for it\n"
        ).refusal()

        assert refusal.startswith("user: ")

    def test_role_lets_somebody_work_in_a_second_shop(
        self, staffed: CommandLine
    ) -> None:
        staffed.run("shop", "add", "second")

        staffed.run("user", "role", "lan", "--role", "admin", "--shop", "second")

        (lan,) = staffed.run("user", "list").rows()
        assert lan["roles"] == ["admin", "agent"]

    def test_totp_off_helps_the_only_admin(self, staffed: CommandLine) -> None:
        def turn_on(connection: Connection) -> None:
            lan = person_by_user(connection, "lan")
            assert lan is not None
            begin_totp(connection, lan.person_id, secret="S")
            confirm_totp(connection, lan.person_id, step=1, now=NOW)

        staffed.write(turn_on)
        before = staffed.run("user", "list").row()["has_totp"]

        staffed.run("user", "totp-off", "lan")

        assert (before, staffed.run("user", "list").row()["has_totp"]) == (True, False)

    def test_on_and_off_duty_are_no_mistakes(self, staffed: CommandLine) -> None:
        statuses = [
            staffed.run("user", verb, "lan").status for verb in ("on-duty", "off-duty")
        ]

        assert statuses == [0, 0]

    def test_with_several_shops_one_must_be_chosen(self, staffed: CommandLine) -> None:
        staffed.run("shop", "add", "second")

        refusal = staffed.run("tickets", "list").refusal()

        assert "demo" in refusal
        assert "second" in refusal

    def test_without_a_shop_nothing_can_be_listed(self, line: CommandLine) -> None:
        assert line.run("tickets", "list").status == 1


class TestOutput:
    def test_is_one_object_a_line_in_readable_chinese(
        self, staffed: CommandLine
    ) -> None:
        out = staffed.run("shop", "list").out

        assert out.count("\n") == 1
        assert "小二示例店" in out
        assert json.loads(out)
