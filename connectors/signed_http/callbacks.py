"""How does a reply reach the shop's own system? One signed POST to its callback URL."""

import asyncio
from datetime import datetime, timedelta
from http import HTTPStatus

import aiohttp

from bot.errors import DeliveryFailedError, DeliveryRejectedError
from bot.messages import OutgoingMessage
from connectors.base import ShopAccount
from connectors.signed_http.signature import signed_headers
from connectors.signed_http.wire import NAME, callback_body

DELIVERY_HEADER = "X-Xiaoer-Delivery"
"""The delivery's id, the same on each retry: the receiver deduplicates on it."""

_LONGEST_RETRY_SECONDS = 86_400
"""A receiver may put us off for a day at most; then a delivery is dead anyway."""


async def post(
    message: OutgoingMessage,
    *,
    shop: ShopAccount,
    session: aiohttp.ClientSession,
    now: datetime,
    timeout_seconds: float,
) -> None:
    """Deliver one message; return when the shop's system answered 2xx.

    Raises:
        DeliveryRejectedError: there is no callback URL any more, or it answered 410.
        DeliveryFailedError: any other answer, a broken connection or a time-out.
    """
    if shop.callback_url is None:
        raise DeliveryRejectedError(
            "the shop has no callback URL", connector=NAME, code="no_callback_url"
        )
    body = callback_body(message)
    headers = {
        **signed_headers(shop.secret, now=now, payload=body),
        DELIVERY_HEADER: str(message.delivery_id),
        "Content-Type": "application/json",
    }
    try:
        async with (
            asyncio.timeout(timeout_seconds),
            session.post(
                shop.callback_url, data=body, headers=headers, allow_redirects=False
            ) as response,
        ):
            status, wait = response.status, response.headers.get("Retry-After")
    except TimeoutError as error:
        raise DeliveryFailedError(
            f"no answer within {timeout_seconds:g} s", connector=NAME
        ) from error
    except (aiohttp.ClientError, ValueError, OSError) as error:
        raise DeliveryFailedError(
            f"{type(error).__name__}: {error}", connector=NAME
        ) from error
    _judge(status, wait)


def _judge(status: int, wait: str | None) -> None:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return
    if status == HTTPStatus.GONE:
        raise DeliveryRejectedError(
            "the callback URL answered 410 Gone", connector=NAME, code="410"
        )
    raise DeliveryFailedError(
        f"the callback URL answered {status}",
        connector=NAME,
        retry_after=_retry_after(wait),
    )


def _retry_after(wait: str | None) -> timedelta | None:
    """Return the seconds of a Retry-After header; its rare form, a date, counts as none."""
    if wait is None or not (wait.isascii() and wait.isdigit()):
        return None
    if len(wait) > len(str(_LONGEST_RETRY_SECONDS)):
        return timedelta(seconds=_LONGEST_RETRY_SECONDS)
    return timedelta(seconds=min(int(wait), _LONGEST_RETRY_SECONDS))
