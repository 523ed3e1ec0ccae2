import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ForgedRequestError
from server.auth.tokens import (
    COOKIE,
    CSRF_HEADER,
    check_csrf,
    clear_cookie,
    csrf_token,
    hash_of,
    new_token,
    set_cookie,
)


class TestNewToken:
    def test_is_never_the_same(self) -> None:
        tokens = {new_token() for _ in range(100)}

        assert len(tokens) == 100
        assert {len(token) for token in tokens} == {43}


class TestCsrfToken:
    def test_says_nothing_of_the_token_it_comes_from(self) -> None:
        token = new_token()

        derived = {csrf_token(token), hash_of(token).hex(), token}

        assert len(derived) == 3

    @given(st.text(max_size=100), st.text(max_size=100))
    def test_fits_its_own_token_only(self, one: str, other: str) -> None:
        assert (csrf_token(one) == csrf_token(other)) == (one == other)


class TestCheckCsrf:
    def test_takes_what_the_page_was_told(self) -> None:
        token = new_token()
        request = make_mocked_request(
            "POST", "/", headers={CSRF_HEADER: csrf_token(token)}
        )

        check_csrf(request, token)

    @pytest.mark.parametrize("header", [None, "", "x" * 64])
    def test_refuses_anything_else(self, header: str | None) -> None:
        headers = {} if header is None else {CSRF_HEADER: header}

        with pytest.raises(ForgedRequestError):
            check_csrf(make_mocked_request("POST", "/", headers=headers), new_token())


class TestSetCookie:
    @pytest.mark.parametrize("is_https", [True, False])
    def test_goes_over_https_only_where_there_is_https(self, is_https: bool) -> None:  # noqa: FBT001 - both cases
        given_, taken = web.Response(), web.Response()

        set_cookie(given_, "t", is_https=is_https)
        clear_cookie(taken, is_https=is_https)

        for response in (given_, taken):
            cookie = response.cookies[COOKIE]
            assert bool(cookie["secure"]) is is_https
            assert cookie["httponly"]
            assert cookie["samesite"] == "Strict"
            assert cookie["path"] == "/"
        assert taken.cookies[COOKIE]["max-age"] in {0, "0"}
