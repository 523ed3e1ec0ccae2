import base64
import stat
from pathlib import Path

import pytest

from bot.errors import SettingsError
from server.secrets import open_vault, write_private

KEY = base64.b64encode(bytes(range(32))).decode()


class TestOpenVault:
    def test_makes_a_key_that_only_its_owner_can_read(self, tmp_path: Path) -> None:
        open_vault(tmp_path / "var", {})

        file = tmp_path / "var" / "secret.key"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert len(base64.b64decode(file.read_bytes())) >= 32

    def test_opens_tomorrow_what_was_sealed_today(self, tmp_path: Path) -> None:
        sealed = open_vault(tmp_path, {}).seal("13812345678")

        assert open_vault(tmp_path, {}).open(sealed) == "13812345678"

    def test_each_installation_has_a_key_of_its_own(self, tmp_path: Path) -> None:
        open_vault(tmp_path / "one", {})
        open_vault(tmp_path / "two", {})

        one, two = (tmp_path / name / "secret.key" for name in ("one", "two"))
        assert one.read_bytes() != two.read_bytes()

    def test_the_key_of_the_environment_leaves_no_file(self, tmp_path: Path) -> None:
        sealed = open_vault(tmp_path, {"XIAOER_SECRET_KEY": KEY}).seal("a")

        again = open_vault(tmp_path, {"XIAOER_SECRET_KEY": KEY})
        assert again.open(sealed) == "a"
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        "key", ["", "short", "不是", "a" * 43, base64.b64encode(bytes(31)).decode()]
    )
    def test_refuses_a_key_of_the_environment_that_is_none(
        self, tmp_path: Path, key: str
    ) -> None:
        with pytest.raises(SettingsError) as caught:
            open_vault(tmp_path, {"XIAOER_SECRET_KEY": key})

        assert caught.value.key == "XIAOER_SECRET_KEY"

    @pytest.mark.parametrize("content", [b"", b"short\n", b"\xff\xfe", b"!" * 44])
    def test_refuses_a_file_that_is_no_key_and_keeps_it(
        self, tmp_path: Path, content: bytes
    ) -> None:
        file = tmp_path / "secret.key"
        file.write_bytes(content)

        with pytest.raises(SettingsError) as caught:
            open_vault(tmp_path, {})

        assert caught.value.key == str(file)
        assert file.read_bytes() == content

    def test_a_refusal_does_not_tell_the_key(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError) as caught:
            open_vault(tmp_path, {"XIAOER_SECRET_KEY": "topsecret"})

        assert "topsecret" not in str(caught.value)


class TestWritePrivate:
    def test_replaces_a_file_that_everybody_could_read(self, tmp_path: Path) -> None:
        file = tmp_path / "demo.json"
        file.write_text("old")
        file.chmod(0o644)

        write_private(file, b"new")

        assert file.read_bytes() == b"new"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_leaves_nothing_unfinished(self, tmp_path: Path) -> None:
        write_private(tmp_path / "deep" / "demo.json", b"new")

        assert [path.name for path in (tmp_path / "deep").iterdir()] == ["demo.json"]
