"""Whether tokens cannot be guessed, borrowed or read back."""

import pytest

from server.chat.tokens import (
    anonymous_ref,
    client_id_of,
    is_ours,
    message_ref,
    new_token,
    token_hash,
)

SECRET = b"a secret of the shop"


class TestNewToken:
    def test_each_has_enough_chance_in_it(self) -> None:
        tokens = {new_token(SECRET) for _ in range(100)}

        assert len(tokens) == 100
        # 24 bytes of chance are 32 characters.
        assert all(len(token.partition(".")[0]) == 32 for token in tokens)


class TestIsOurs:
    def test_only_the_shop_that_gave_it_knows_it(self) -> None:
        token = new_token(SECRET)

        assert is_ours(token, secret=SECRET)
        assert not is_ours(token, secret=b"another shop")

    @pytest.mark.parametrize("token", ["", ".", "a", "a.b", "\ud800.x", "零.一"])
    def test_what_was_made_up_is_not(self, token: str) -> None:
        assert not is_ours(token, secret=SECRET)


class TestAnonymousRef:
    def test_it_tells_neither_the_token_nor_its_hash(self) -> None:
        token = new_token(SECRET)
        reference = anonymous_ref(token)

        assert reference.startswith("anon-")
        assert token_hash(token).hex()[:32] not in reference
        assert reference == anonymous_ref(token)


class TestMessageRef:
    def test_the_browsers_own_id_comes_back(self) -> None:
        token = new_token(SECRET)

        assert client_id_of(message_ref(token, "a:b")) == "a:b"
        assert message_ref(token, "1") != message_ref(new_token(SECRET), "1")
        assert client_id_of(None) is None
