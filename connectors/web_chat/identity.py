"""Does the shop vouch for this buyer? An HMAC of their id by the shop's secret."""

import hashlib
import hmac
import re

from bot.errors import InvalidSignatureError
from connectors.chat import Named
from connectors.texts import clean_text
from connectors.web_chat.wire import NAME, Hello, Identify

_LONGEST_NAME = 64
_SIGNED = re.compile(r"[0-9]+\.")
"""How the signed text of the shop's other channel begins (timestamp and dot): the hash of
such a name would be a signature of that channel."""
ANONYMOUS = "anon-"
"""How the names of buyers begin whom no shop knows; no shop's own may."""


def user_hash(secret: bytes, user_id: str) -> str:
    """Return what the shop's page puts into ``data-user-hash``."""
    return hmac.new(secret, user_id.encode(), hashlib.sha256).hexdigest()


def named_by(frame: Hello | Identify, *, secret: bytes) -> Named | None:
    """Return whom a frame names, None when it names nobody.

    Raises:
        InvalidSignatureError: the shop does not vouch for this name.
    """
    if frame.user_id is None:
        return None
    given = "" if frame.user_hash is None else frame.user_hash
    expected = user_hash(secret, frame.user_id)
    is_right = hmac.compare_digest(
        expected.encode(), given.lower().encode("utf-8", "replace")
    )
    is_taken = frame.user_id.startswith(ANONYMOUS) or _SIGNED.match(frame.user_id)
    if not is_right or is_taken:
        raise InvalidSignatureError("user_hash is wrong", connector=NAME)
    return Named(user_id=frame.user_id, user_name=_name(frame.user_name))


def _name(given: str | None) -> str | None:
    if given is None:
        return None
    name = clean_text(given).strip()[:_LONGEST_NAME]
    return None if name == "" else name
