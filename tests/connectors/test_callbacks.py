import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest

from bot.errors import DeliveryFailedError, DeliveryRejectedError
from connectors.signed_http.callbacks import post
from tests.connectors.platforms import FakePlatform, serving
from tests.factories import NOW, make_account, make_outgoing


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def platform() -> AsyncIterator[FakePlatform]:
    async with serving(FakePlatform()) as platform:
        yield platform


async def deliver(
    session: aiohttp.ClientSession, url: str | None, *, timeout_seconds: float = 5.0
) -> None:
    await post(
        make_outgoing(),
        shop=make_account(callback_url=url),
        session=session,
        now=NOW,
        timeout_seconds=timeout_seconds,
    )


async def failure(
    session: aiohttp.ClientSession, url: str, *, timeout_seconds: float = 5.0
) -> DeliveryFailedError:
    with pytest.raises(DeliveryFailedError) as caught:
        await deliver(session, url, timeout_seconds=timeout_seconds)
    return caught.value


class TestPost:
    @pytest.mark.parametrize("status", [200, 201, 202, 204])
    async def test_any_2xx_is_delivered(
        self, session: aiohttp.ClientSession, platform: FakePlatform, status: int
    ) -> None:
        platform.status = status

        await deliver(session, f"{platform.address}/replies")

        (received,) = platform.received
        assert (received.method, received.path) == ("POST", "/replies")

    async def test_what_arrives_is_signed_over_its_own_bytes(
        self, session: aiohttp.ClientSession, platform: FakePlatform
    ) -> None:
        await deliver(session, platform.address)

        (received,) = platform.received
        timestamp = received.headers["X-Xiaoer-Timestamp"]
        expected = hmac.new(
            b"s3cret", timestamp.encode() + b"." + received.body, hashlib.sha256
        )
        assert timestamp == str(int(NOW.timestamp()))
        assert received.headers["X-Xiaoer-Signature"] == (
            f"sha256={expected.hexdigest()}"
        )

    async def test_names_the_delivery_so_that_it_can_be_known_again(
        self, session: aiohttp.ClientSession, platform: FakePlatform
    ) -> None:
        await deliver(session, platform.address)
        await deliver(session, platform.address)

        assert [x.headers["X-Xiaoer-Delivery"] for x in platform.received] == [
            "71",
            "71",
        ]
        assert platform.received[0].headers["Content-Type"] == "application/json"
        assert json.loads(platform.received[0].body)["delivery_id"] == 71

    async def test_410_is_a_no_for_ever(
        self, session: aiohttp.ClientSession, platform: FakePlatform
    ) -> None:
        platform.status = 410

        with pytest.raises(DeliveryRejectedError) as caught:
            await deliver(session, platform.address)

        assert caught.value.code == "410"

    @pytest.mark.parametrize("status", [400, 401, 404, 409, 429, 500, 502, 503])
    async def test_any_other_answer_may_work_later(
        self, session: aiohttp.ClientSession, platform: FakePlatform, status: int
    ) -> None:
        platform.status = status

        error = await failure(session, platform.address)

        assert str(status) in error.reason
        assert error.retry_after is None

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            ("0", 0),
            ("7", 7),
            ("86400", 86_400),
            ("86401", 86_400),
            ("9" * 5000, 86_400),
            ("-1", None),
            ("1.5", None),
            ("²", None),
            ("soon", None),
            ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ],
        ids=range(10),
    )
    async def test_keeps_a_retry_after_of_at_most_a_day(
        self,
        session: aiohttp.ClientSession,
        platform: FakePlatform,
        header: str,
        seconds: int | None,
    ) -> None:
        platform.status, platform.headers = 503, {"Retry-After": header}

        error = await failure(session, platform.address)

        assert error.retry_after == (
            None if seconds is None else timedelta(seconds=seconds)
        )

    async def test_no_answer_in_time_may_work_later(
        self, session: aiohttp.ClientSession, platform: FakePlatform
    ) -> None:
        platform.is_silent = True

        error = await failure(session, platform.address, timeout_seconds=0.05)

        assert "0.05 s" in error.reason

    async def test_a_closed_connection_may_work_later(
        self, session: aiohttp.ClientSession, platform: FakePlatform
    ) -> None:
        platform.is_hanging_up = True

        error = await failure(session, platform.address)

        assert error.connector == "signed_http"

    async def test_nobody_listening_may_work_later(
        self, session: aiohttp.ClientSession
    ) -> None:
        error = await failure(session, "http://127.0.0.1:1/replies")

        assert error.retry_after is None

    @pytest.mark.parametrize("url", ["", "not an address", "http://", "ftp://a/b"])
    async def test_an_address_that_is_none_may_be_mended_later(
        self, session: aiohttp.ClientSession, url: str
    ) -> None:
        error = await failure(session, url)

        assert error.connector == "signed_http"

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_a_redirect_is_not_followed(
        self, session: aiohttp.ClientSession, platform: FakePlatform, status: int
    ) -> None:
        platform.status = status
        platform.headers = {"Location": f"{platform.address}/elsewhere"}

        error = await failure(session, f"{platform.address}/replies")

        assert str(status) in error.reason
        assert [received.path for received in platform.received] == ["/replies"]

    async def test_without_an_address_there_is_nobody_to_tell(
        self, session: aiohttp.ClientSession
    ) -> None:
        with pytest.raises(DeliveryRejectedError) as caught:
            await deliver(session, None)

        assert caught.value.code == "no_callback_url"
