"""Is this the code of the second factor? RFC 6238: six digits, 30 seconds."""

import hmac
from datetime import datetime

import pyotp

_ISSUER = "Xiaoer"
_DRIFT = 1
"""Steps before and after the present one: clocks differ, and people type slowly."""


def new_secret() -> str:
    """Return a random secret of 160 bits, in base32."""
    return pyotp.random_base32()


def address_of(secret: str, *, user: str) -> str:
    """Return the ``otpauth://`` address that an authenticator app reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=user, issuer_name=_ISSUER)


def step_of(secret: str, code: str, *, at: datetime) -> int | None:
    """Return the step whose code this is; None: of none that is near.

    The caller uses the step up, so that no code is taken twice.
    """
    totp = pyotp.TOTP(secret)
    present = totp.timecode(at)
    near = range(present - _DRIFT, present + _DRIFT + 1)
    given = code.encode("utf-8", "surrogatepass")
    fitting = [
        step
        for step in near
        if hmac.compare_digest(given, totp.generate_otp(step).encode())
    ]
    return fitting[-1] if fitting else None
