from datetime import timedelta

import pyotp
import pytest

from server.auth.totp import address_of, new_secret, step_of
from tests.factories import NOW

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class TestStepOf:
    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_takes_the_present_code_and_its_neighbours(self, steps: int) -> None:
        totp = pyotp.TOTP(SECRET)
        code = totp.at(NOW, counter_offset=steps)

        assert step_of(SECRET, code, at=NOW) == totp.timecode(NOW) + steps

    @pytest.mark.parametrize("steps", [-2, 2, 100])
    def test_refuses_what_is_further_away(self, steps: int) -> None:
        code = pyotp.TOTP(SECRET).at(NOW, counter_offset=steps)

        assert step_of(SECRET, code, at=NOW) is None

    @pytest.mark.parametrize("code", ["", "0", "abcdef", "１２３４５６", "1" * 16])
    def test_refuses_what_is_no_code(self, code: str) -> None:
        assert step_of(SECRET, code, at=NOW) is None

    def test_fits_what_the_rfc_says(self) -> None:
        # RFC 6238, appendix B, at 59 s; six of its eight digits.
        secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

        at = NOW.fromtimestamp(0, tz=NOW.tzinfo) + timedelta(seconds=59)

        assert step_of(secret, "287082", at=at) == 1


class TestNewSecret:
    def test_has_160_bits_and_differs(self) -> None:
        secrets = {new_secret() for _ in range(20)}

        assert len(secrets) == 20
        assert {len(secret) for secret in secrets} == {32}


class TestAddressOf:
    def test_names_the_person(self) -> None:
        address = address_of(SECRET, user="lan")

        assert address.startswith("otpauth://totp/")
        assert "lan" in address
        assert SECRET in address
