"""Is this request from the shop's system? HMAC over a timestamp and the raw bytes."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.errors import InvalidSignatureError

TIMESTAMP_HEADER = "X-Xiaoer-Timestamp"
SIGNATURE_HEADER = "X-Xiaoer-Signature"
TOLERANCE = timedelta(seconds=300)
"""Older or newer requests are replays (contracts.md)."""

_NAME = "signed_http"
_LONGEST_TIMESTAMP = 20


def sign(secret: bytes, *, timestamp: str, payload: bytes) -> str:
    """Return the value of the signature header for these exact bytes."""
    digest = hmac.new(secret, timestamp.encode() + b"." + payload, hashlib.sha256)
    return "sha256=" + digest.hexdigest()


def signed_headers(secret: bytes, *, now: datetime, payload: bytes) -> dict[str, str]:
    """Return both headers for a request that carries ``payload``."""
    timestamp = str(int(now.timestamp()))
    return {
        TIMESTAMP_HEADER: timestamp,
        SIGNATURE_HEADER: sign(secret, timestamp=timestamp, payload=payload),
    }


def verify(
    secret: bytes, *, headers: Mapping[str, str], payload: bytes, now: datetime
) -> None:
    """Return when the headers sign ``payload``.

    Raises:
        InvalidSignatureError: a header is missing, wrong, or the time is off by more
            than ``TOLERANCE``.
    """
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    given = headers.get(SIGNATURE_HEADER, "")
    if not (
        timestamp.isascii()
        and timestamp.isdigit()
        and len(timestamp) <= _LONGEST_TIMESTAMP
    ):
        raise InvalidSignatureError(
            f"{TIMESTAMP_HEADER} must be unix seconds", connector=_NAME
        )
    expected = sign(secret, timestamp=timestamp, payload=payload)
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise InvalidSignatureError(f"{SIGNATURE_HEADER} is wrong", connector=_NAME)
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise InvalidSignatureError(
            f"{TIMESTAMP_HEADER} is more than 300 s away from the server's clock",
            connector=_NAME,
        )
