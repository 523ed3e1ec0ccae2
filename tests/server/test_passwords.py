import asyncio
import threading

import pytest

from bot.errors import BusyError
from server.passwords import (
    PasswordPool,
    flaw,
    hash_password,
    is_password,
    new_password,
)

NAMES = ("lan", "demo", "小二示例店")


class RecordingHasher:
    """A hasher that costs nothing and remembers what it was asked, and where."""

    def __init__(self) -> None:
        self.verified: list[tuple[str, str]] = []
        self.threads: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()

    def hash(self, password: str) -> str:
        return f"hash of {password}"

    def verify(self, stored: str, password: str) -> bool:
        assert self.gate.wait(5)
        self.verified.append((stored, password))
        self.threads.add(threading.current_thread().name)
        return stored == self.hash(password)

    def check_needs_rehash(self, stored: str) -> bool:
        return stored.startswith("old ")


class TestFlaw:
    @pytest.mark.parametrize(
        "password",
        [
            "correct horse battery",
            "一个很长而且好记的口令呀",
            "🐼🐼🐼熊猫爱吃竹子和苹果",
            "            x  y  z",
            "demolition-truck-77",
            "a" * 60 + "bcd" + "e" * 65,
        ],
    )
    def test_asks_for_length_and_nothing_of_the_characters(self, password: str) -> None:
        assert flaw(password, names=NAMES) is None

    @pytest.mark.parametrize(
        "password",
        [
            "",
            "eleven char",
            "x" * 129,
            "password1234",
            "PassWord1234",
            "qwertyuiop12",
            "aaaaaaaaaaaa",
            "121212121212121212",
            "lanlanlanlan",
            "小二示例店小二示例店!!!",
            "Demo-demo-2026",
        ],
    )
    def test_refuses_what_is_short_or_among_the_first_guesses(
        self, password: str
    ) -> None:
        assert flaw(password, names=NAMES) is not None

    def test_what_we_give_may_be_used(self) -> None:
        given = {new_password() for _ in range(50)}

        assert len(given) == 50
        assert [flaw(it, names=NAMES) for it in given] == [None] * 50


class TestIsPassword:
    def test_knows_the_right_one(self) -> None:
        stored = hash_password("correct horse battery")

        assert stored.startswith("$argon2id$")
        assert is_password("correct horse battery", stored=stored)
        assert not is_password("correct horse batterz", stored=stored)

    def test_a_keyboard_may_compose_a_letter_its_own_way(self) -> None:
        stored = hash_password("café au lait chaud")

        assert is_password("cafe\u0301 au lait chaud", stored=stored)

    @pytest.mark.parametrize("stored", ["", "-", "$argon2id$broken"])
    def test_what_is_no_hash_fits_nothing(self, stored: str) -> None:
        assert not is_password("correct horse battery", stored=stored)


class TestPasswordPool:
    async def test_nobodys_password_is_checked_as_well(self) -> None:
        hasher = RecordingHasher()
        pool = PasswordPool(hasher=hasher)

        answers = [
            await pool.is_right("secret", stored=None),
            await pool.is_right("secret", stored="hash of secret"),
        ]

        assert answers == [False, True]
        (nobodys, asked), real = hasher.verified
        assert asked == "secret"
        assert nobodys.startswith("hash of ")
        assert real == ("hash of secret", "secret")
        pool.close()

    async def test_never_works_on_the_event_loop(self) -> None:
        hasher = RecordingHasher()
        pool = PasswordPool(hasher=hasher)

        await asyncio.gather(*(pool.is_right("a", stored="b") for _ in range(8)))

        assert len(hasher.verified) == 8
        assert all(name.startswith("passwords") for name in hasher.threads)
        pool.close()

    async def test_more_than_the_places_are_sent_away(self) -> None:
        pool = PasswordPool(hasher=RecordingHasher(), most_inside=2)

        with pool.place(), pool.place():
            with pytest.raises(BusyError), pool.place():
                pass
            with pytest.raises(BusyError):
                await pool.hash("secret")

        with pool.place(), pool.place():
            pass
        pool.close()

    async def test_a_hash_of_former_parameters_is_renewed(self) -> None:
        pool = PasswordPool(hasher=RecordingHasher())

        renewed = [
            await pool.renewed("secret", stored=stored)
            for stored in ("old hash", "hash of secret")
        ]

        assert renewed == ["hash of secret", None]
        pool.close()
