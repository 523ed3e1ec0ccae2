"""Whether what is sealed can be read with the key, and only with it."""

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from storage.vault import Vault

KEY = b"k" * 32


class TestVault:
    @given(st.text())
    def test_what_was_sealed_opens_again(self, text: str) -> None:
        vault = Vault(KEY)

        assert vault.open(vault.seal(text)) == text

    def test_the_same_text_is_never_sealed_the_same(self) -> None:
        vault = Vault(KEY)

        assert vault.seal("13812345678") != vault.seal("13812345678")

    def test_another_key_opens_nothing(self) -> None:
        sealed = Vault(KEY).seal("13812345678")

        with pytest.raises(InvalidTag):
            Vault(Vault.new_key()).open(sealed)

    def test_a_changed_byte_is_noticed(self) -> None:
        sealed = bytearray(Vault(KEY).seal("13812345678"))
        sealed[-1] ^= 1

        with pytest.raises(InvalidTag):
            Vault(KEY).open(bytes(sealed))

    def test_fingerprints_are_equal_for_equal_texts_under_one_key(self) -> None:
        assert Vault(KEY).fingerprint("1") == Vault(KEY).fingerprint("1")
        assert Vault(KEY).fingerprint("1") != Vault(KEY).fingerprint("2")
        assert Vault(KEY).fingerprint("1") != Vault(b"x" * 32).fingerprint("1")

    def test_a_short_key_is_refused(self) -> None:
        with pytest.raises(ValueError, match="5 bytes"):
            Vault(b"short")
