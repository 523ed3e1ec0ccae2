from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from bot.errors import SettingsError
from server.settings import (
    CallbackSettings,
    ContactSettings,
    ConversationSettings,
    Settings,
    retry_wait,
)
from server.settings_file import read_settings

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def fault(file: Path, content: str) -> SettingsError:
    file.write_text(content, "utf-8")
    with pytest.raises(SettingsError) as caught:
        read_settings(file, {})
    return caught.value


class TestReadSettings:
    def test_the_example_holds_the_defaults(self) -> None:
        assert read_settings(EXAMPLE, {}) == Settings()

    def test_without_a_file_there_are_the_defaults(self) -> None:
        assert read_settings(None, {}) == Settings()

    def test_an_empty_file_changes_nothing(self, file: Path) -> None:
        file.write_text("", "utf-8")

        assert read_settings(file, {}) == Settings()

    def test_the_defaults_are_the_promised_ones(self) -> None:
        settings = read_settings(None, {})

        assert settings.conversation == ConversationSettings(
            quiet_gap_seconds=1.2,
            longest_turn_seconds=6,
            misses_before_person=2,
            take_over_minutes=10,
            take_over_notice_minutes=1,
            messages_per_minute=30,
            message_burst=10,
            text_limit=5000,
        )
        assert settings.contact == ContactSettings(
            window_start="09:00",
            window_end="20:30",
            review_start="20:00",
            review_end="20:30",
            marketing_every_days=7,
        )
        assert settings.callback == CallbackSettings(
            retry_seconds=(1, 5, 30, 300),
            then_every_seconds=900,
            give_up_after_hours=24,
        )

    def test_the_address_of_the_environment_wins(self, file: Path) -> None:
        file.write_text('[database]\nurl = "sqlite:///a.db"\nreaders = 2\n', "utf-8")

        settings = read_settings(file, {"XIAOER_DATABASE_URL": "sqlite:///b.db"})

        assert settings.database.url == "sqlite:///b.db"
        assert settings.database.readers == 2

    @pytest.mark.parametrize(
        ("content", "key"),
        [
            ("prot = 1", "prot"),
            ("[conversation]\nquiet_gap = 1", "conversation.quiet_gap"),
            ("[sevrer]\nport = 1", "sevrer"),
        ],
    )
    def test_names_a_setting_that_does_not_exist(
        self, file: Path, content: str, key: str
    ) -> None:
        error = fault(file, content)

        assert (error.key, error.reason) == (key, "no such setting")

    @pytest.mark.parametrize(
        ("content", "key"),
        [
            ('[server]\nport = "8080"', "server.port"),
            ("[server]\nport = 65536", "server.port"),
            ("[server]\nport = -1", "server.port"),
            ("server = 1", "server"),
            ("[server]\nstop_seconds = -1", "server.stop_seconds"),
            ("[server]\nstop_seconds = nan", "server.stop_seconds"),
            ("[server]\nstop_seconds = inf", "server.stop_seconds"),
            ("[database]\nreaders = 0", "database.readers"),
            ("[conversation]\nquiet_gap_seconds = -0.1", "conversation."),
            ("[conversation]\nmisses_before_person = 1.5", "conversation."),
            ("[conversation]\nmessage_burst = 0", "conversation.message_burst"),
            ("[conversation]\ntext_limit = 0", "conversation.text_limit"),
            ('[contact]\nwindow_start = "9:00"', "contact.window_start"),
            ('[contact]\nwindow_start = "24:00"', "contact.window_start"),
            ('[contact]\nwindow_start = "09:00\\n"', "contact.window_start"),
            ('[contact]\nwindow_start = "0٩:00"', "contact.window_start"),
            ("[contact]\nwindow_end = 20:30:00", "contact.window_end"),
            ("[callback]\nretry_seconds = 1", "callback.retry_seconds"),
            ('[callback]\nretry_seconds = [1, "5"]', "callback.retry_seconds"),
            ("[callback]\nthen_every_seconds = 0", "callback.then_every_seconds"),
            ("[callback]\nparallel = 0", "callback.parallel"),
            ("[scheduler]\ntick_seconds = 0", "scheduler.tick_seconds"),
            ("[working_hours]\nsaturday = true", "working_hours.saturday"),
            ("[logging]\njson = 1", "logging.json"),
        ],
    )
    def test_names_a_wrong_value(self, file: Path, content: str, key: str) -> None:
        error = fault(file, content)

        assert error.key.startswith(key)
        assert error.reason

    @pytest.mark.parametrize(
        ("content", "key"),
        [
            ('review_start = "08:59"', "contact.review_start"),
            ('review_end = "21:01"', "contact.review_end"),
            ('review_end = "23:00"', "contact.review_end"),
            ('review_start = "20:30"\nreview_end = "20:00"', "contact.review_end"),
            ('review_start = "20:30"', "contact.review_end"),
        ],
    )
    def test_no_review_is_contacted_at_night(
        self, file: Path, content: str, key: str
    ) -> None:
        assert fault(file, f"[contact]\n{content}").key == key

    def test_the_review_window_may_be_the_whole_day_that_is_allowed(
        self, file: Path
    ) -> None:
        file.write_text(
            '[contact]\nreview_start = "09:00"\nreview_end = "21:00"', "utf-8"
        )

        assert read_settings(file, {}).contact.review_end == "21:00"

    def test_the_notice_comes_before_the_release(self, file: Path) -> None:
        error = fault(
            file,
            "[conversation]\ntake_over_minutes = 5\ntake_over_notice_minutes = 6",
        )

        assert error.key == "conversation.take_over_notice_minutes"

    def test_a_zero_is_a_value(self, file: Path) -> None:
        file.write_text(
            "[conversation]\nquiet_gap_seconds = 0\ntake_over_minutes = 0\n"
            "misses_before_person = 0\nmessages_per_minute = 0\n"
            "[contact]\nmarketing_every_days = 0\n"
            "[server]\nport = 0\nstop_seconds = 0\n"
            "[callback]\nretry_seconds = []\ngive_up_after_hours = 0\n",
            "utf-8",
        )

        settings = read_settings(file, {})

        assert settings.conversation.quiet_gap_seconds == 0
        assert settings.conversation.take_over_minutes == 0
        assert settings.conversation.misses_before_person == 0
        assert settings.conversation.messages_per_minute == 0
        assert settings.contact.marketing_every_days == 0
        assert settings.server.port == 0
        assert settings.callback.retry_seconds == ()
        assert settings.callback.give_up_after_hours == 0

    def test_names_a_file_that_is_not_there(self, file: Path) -> None:
        with pytest.raises(SettingsError) as caught:
            read_settings(file, {})

        assert caught.value.key == str(file)

    @pytest.mark.parametrize("content", [b"[server", b"a = ", b"\xff"])
    def test_names_a_file_that_is_no_toml(self, file: Path, content: bytes) -> None:
        file.write_bytes(content)

        with pytest.raises(SettingsError) as caught:
            read_settings(file, {})

        assert caught.value.key == str(file)


class TestRetryWait:
    def test_waits_as_promised_for_a_day_and_then_gives_up(self) -> None:
        waits: list[float] = []

        for attempts in count(1):
            wait = retry_wait(CallbackSettings(), attempts=attempts)
            if wait is None:
                break
            waits.append(wait.total_seconds())

        day = timedelta(hours=24).total_seconds()
        assert waits[:4] == [1, 5, 30, 300]
        assert set(waits[4:]) == {900}
        assert day - 900 < sum(waits) <= day

    def test_without_quick_retries_the_regular_one_comes_first(self) -> None:
        settings = CallbackSettings(retry_seconds=())

        assert retry_wait(settings, attempts=1) == timedelta(seconds=900)

    def test_gives_up_at_once_when_told_to(self) -> None:
        settings = CallbackSettings(give_up_after_hours=0)

        assert retry_wait(settings, attempts=1) is None

    def test_a_wait_of_zero_is_a_wait(self) -> None:
        settings = CallbackSettings(retry_seconds=(0.0, 0.0))

        assert retry_wait(settings, attempts=2) == timedelta()


class TestRetention:
    @pytest.mark.parametrize("days", [1, 90, 179])
    def test_an_audit_shorter_than_half_a_year_is_refused_by_name(
        self, tmp_path: Path, days: int
    ) -> None:
        file = tmp_path / "config.toml"
        file.write_text(f"[retention]\naudit_days = {days}\n", "utf-8")

        with pytest.raises(SettingsError) as caught:
            read_settings(file, {})

        assert caught.value.key == "retention.audit_days"

    @pytest.mark.parametrize("days", [0, 180, 3650])
    def test_for_ever_and_longer_are_fine(self, tmp_path: Path, days: int) -> None:
        file = tmp_path / "config.toml"
        file.write_text(f"[retention]\naudit_days = {days}\n", "utf-8")

        assert read_settings(file, {}).retention.audit_days == days
