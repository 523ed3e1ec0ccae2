import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.errors import ForgedRequestError
from server.auth.edge import Edge
from server.settings import ServerSettings

PLAIN = Edge(ServerSettings())
BEHIND_HTTPS = Edge(ServerSettings(is_behind_https=True))
TRUSTING = Edge(ServerSettings(is_proxy_trusted=True))


def request(**headers: str) -> web.Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return make_mocked_request("POST", "/", headers={"Host": "shop.example", **named})


class TestIsHttps:
    def test_a_header_is_believed_only_of_a_trusted_proxy(self) -> None:
        told = request(X_Forwarded_Proto="https")

        assert not PLAIN.is_https(told)
        assert TRUSTING.is_https(told)

    def test_what_the_nearest_proxy_says_counts(self) -> None:
        assert not TRUSTING.is_https(request(X_Forwarded_Proto="https, http"))

    def test_the_setting_alone_is_enough(self) -> None:
        assert BEHIND_HTTPS.is_https(request())

    def test_plain_is_plain(self) -> None:
        assert not PLAIN.is_https(request())
        assert not TRUSTING.is_https(request())


class TestAddress:
    def test_a_forwarded_address_is_the_senders_own_word(self) -> None:
        forged = PLAIN.address(request(X_Forwarded_For="203.0.113.9"))

        assert forged == PLAIN.address(request())

    def test_of_a_trusted_proxy_the_last_one_counts(self) -> None:
        told = request(X_Forwarded_For="198.51.100.1, 203.0.113.9")

        assert TRUSTING.address(told) == "203.0.113.9"

    def test_one_connection_is_one_address(self) -> None:
        told = [
            TRUSTING.address(request(X_Forwarded_For=f"2001:db8:1:2::{host}"))
            for host in ("1", "ffff")
        ]

        assert told == ["2001:db8:1:2::"] * 2

    def test_what_is_no_address_is_kept_short(self) -> None:
        assert TRUSTING.address(request(X_Forwarded_For="x" * 999)) == "x" * 64


class TestCheckOrigin:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Origin": "http://shop.example"},
            {"Origin": "https://shop.example"},
            {"Origin": "http://SHOP.example"},
            {"Sec_Fetch_Site": "same-origin"},
            {"Sec_Fetch_Site": "none"},
        ],
    )
    def test_lets_our_own_page_and_programs_in(self, headers: dict[str, str]) -> None:
        PLAIN.check_origin(request(**headers))

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "null"},
            {"Origin": ""},
            {"Origin": "http://evil.example"},
            {"Origin": "http://shop.example.evil.example"},
            {"Origin": "http://shop.example@evil.example"},
            {"Origin": "http://shop.example:81"},
            {"Origin": "ftp://shop.example"},
            {"Origin": "http://[shop.example"},
            {"Sec_Fetch_Site": "cross-site"},
            {"Sec_Fetch_Site": "same-site"},
            {"Origin": "http://shop.example", "Sec_Fetch_Site": "cross-site"},
        ],
    )
    def test_refuses_another_sites_page(self, headers: dict[str, str]) -> None:
        with pytest.raises(ForgedRequestError):
            PLAIN.check_origin(request(**headers))

    def test_a_plain_page_does_not_speak_for_a_safe_one(self) -> None:
        with pytest.raises(ForgedRequestError):
            BEHIND_HTTPS.check_origin(request(Origin="http://shop.example"))

    def test_a_socket_has_to_say_where_it_comes_from(self) -> None:
        with pytest.raises(ForgedRequestError):
            PLAIN.check_origin(request(), is_needed=True)
