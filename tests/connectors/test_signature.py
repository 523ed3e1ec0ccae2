import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidSignatureError
from connectors.signed_http.signature import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    sign,
    signed_headers,
    verify,
)

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
SECRET = b"s3cret"
BODY = '{"text":"在吗"}'.encode()


def headers_at(moment: datetime, *, payload: bytes = BODY) -> dict[str, str]:
    return signed_headers(SECRET, now=moment, payload=payload)


class TestSign:
    def test_is_the_hmac_of_timestamp_dot_body(self) -> None:
        expected = hmac.new(
            b"key", b"1700000000." + "你好".encode(), hashlib.sha256
        ).hexdigest()

        signed = sign(b"key", timestamp="1700000000", payload="你好".encode())

        assert signed == f"sha256={expected}"

    def test_agrees_with_a_digest_worked_out_by_hand(self) -> None:
        # RFC 2104 spelled out: H((K ^ opad) . H((K ^ ipad) . text)).
        block = b"key".ljust(64, b"\0")
        inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block) + b"17.{}").digest()
        outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block) + inner)

        signed = sign(b"key", timestamp="17", payload=b"{}")

        assert signed == f"sha256={outer.hexdigest()}"


class TestSignedHeaders:
    def test_hold_unix_seconds_and_the_signature(self) -> None:
        headers = headers_at(NOW)

        assert headers == {
            TIMESTAMP_HEADER: "1772589600",
            SIGNATURE_HEADER: sign(SECRET, timestamp="1772589600", payload=BODY),
        }


class TestVerify:
    @pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
    def test_takes_what_is_at_most_300_seconds_away(self, seconds: int) -> None:
        headers = headers_at(NOW + timedelta(seconds=seconds))

        verify(SECRET, headers=headers, payload=BODY, now=NOW)

    @pytest.mark.parametrize("seconds", [-86_400, -301, 301, 86_400])
    def test_refuses_what_is_further_away(self, seconds: int) -> None:
        headers = headers_at(NOW + timedelta(seconds=seconds))

        with pytest.raises(InvalidSignatureError, match="300 s"):
            verify(SECRET, headers=headers, payload=BODY, now=NOW)

    @pytest.mark.parametrize(
        "timestamp",
        [
            "",
            " ",
            "now",
            "-1",
            "+1772589600",
            "1772589600.0",
            "１７７２",
            "²",
            "1" * 21,
        ],
    )
    def test_refuses_a_timestamp_that_is_no_unix_time(self, timestamp: str) -> None:
        signature = sign(SECRET, timestamp=timestamp, payload=BODY)
        headers = {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature}

        with pytest.raises(InvalidSignatureError, match="unix seconds"):
            verify(SECRET, headers=headers, payload=BODY, now=NOW)

    def test_refuses_a_timestamp_of_twenty_digits_that_is_signed(self) -> None:
        timestamp = "9" * 20
        signature = sign(SECRET, timestamp=timestamp, payload=BODY)
        headers = {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature}

        with pytest.raises(InvalidSignatureError, match="300 s"):
            verify(SECRET, headers=headers, payload=BODY, now=NOW)

    @pytest.mark.parametrize(
        "signature",
        ["", "sha256=", "sha1=00", "sha256=" + "0" * 64, "签名", "\udcff", "\0"],
    )
    def test_refuses_any_other_signature(self, signature: str) -> None:
        headers = headers_at(NOW) | {SIGNATURE_HEADER: signature}

        with pytest.raises(InvalidSignatureError, match="is wrong"):
            verify(SECRET, headers=headers, payload=BODY, now=NOW)

    def test_refuses_the_hex_digits_without_their_name(self) -> None:
        headers = headers_at(NOW)
        headers[SIGNATURE_HEADER] = headers[SIGNATURE_HEADER].removeprefix("sha256=")

        with pytest.raises(InvalidSignatureError):
            verify(SECRET, headers=headers, payload=BODY, now=NOW)

    @pytest.mark.parametrize("missing", [TIMESTAMP_HEADER, SIGNATURE_HEADER])
    def test_refuses_a_request_without_a_header(self, missing: str) -> None:
        headers = headers_at(NOW)
        del headers[missing]

        with pytest.raises(InvalidSignatureError, match=missing):
            verify(SECRET, headers=headers, payload=BODY, now=NOW)

    @pytest.mark.parametrize("payload", [b"", BODY + b" ", b"{}"])
    def test_refuses_another_body(self, payload: bytes) -> None:
        with pytest.raises(InvalidSignatureError, match="is wrong"):
            verify(SECRET, headers=headers_at(NOW), payload=payload, now=NOW)

    def test_refuses_another_secret(self) -> None:
        with pytest.raises(InvalidSignatureError, match="is wrong"):
            verify(b"other", headers=headers_at(NOW), payload=BODY, now=NOW)

    def test_a_stale_and_wrong_one_is_called_wrong_so_that_clocks_stay_unknown(
        self,
    ) -> None:
        headers = headers_at(NOW - timedelta(days=1))

        with pytest.raises(InvalidSignatureError, match="is wrong"):
            verify(b"other", headers=headers, payload=BODY, now=NOW)

    @given(payload=st.binary(max_size=200), secret=st.binary(min_size=1, max_size=40))
    def test_takes_whatever_was_signed_with_the_same_secret(
        self, payload: bytes, secret: bytes
    ) -> None:
        headers = signed_headers(secret, now=NOW, payload=payload)

        verify(secret, headers=headers, payload=payload, now=NOW)

    @given(timestamp=st.text(), signature=st.text())
    def test_refuses_any_headers_of_a_stranger(
        self, timestamp: str, signature: str
    ) -> None:
        headers = {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature}

        with pytest.raises(InvalidSignatureError):
            verify(SECRET, headers=headers, payload=BODY, now=NOW)
