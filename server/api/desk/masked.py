"""What do people see of a buyer's data without giving a reason?

One place for it: every answer of the desk's API passes these functions. The whole is shown
by a reveal only, which writes down who looked and why.
"""

from collections.abc import Callable
from typing import Any, Final

from bot.replying.masking import mask_personal
from bot.replying.masking_fields import mask_address, mask_name, mask_phone
from storage.states import Role

SEES_WHOLE: Final[frozenset[Role]] = frozenset()
"""Roles that need no reveal: none. A look that nobody wrote down would be one."""


def show_text(text: str, *, role: Role | None, name: str | None = None) -> str:
    """Return what somebody in this role sees of a free text, such as a message.

    Args:
        text: What was written.
        role: Of whoever looks.
        name: Of the buyer whom the text is about, where one is known.
    """
    return _shown(text, role, lambda whole: mask_personal(whole, name=name))


def show_optional(
    text: str | None, *, role: Role | None, name: str | None = None
) -> str | None:
    """Return what somebody in this role sees of a free text that may be missing."""
    return None if text is None else show_text(text, role=role, name=name)


def show_data(value: Any, *, role: Role | None, name: str | None = None) -> Any:
    """Return data with each of its texts as this role sees it, whatever the nesting."""
    if isinstance(value, str):
        return show_text(value, role=role, name=name)
    if isinstance(value, list | tuple):
        return [show_data(one, role=role, name=name) for one in value]
    if isinstance(value, dict):
        return {key: show_data(one, role=role, name=name) for key, one in value.items()}
    return value


def show_ref(ref: str, *, role: Role | None) -> str:
    """Return what somebody in this role sees of the platform's id of a buyer.

    Some shops use the phone number or the e-mail as the id; any other stays whole.
    """
    return _shown(ref, role, mask_personal)


def show_phone(phone: str | None, *, role: Role | None) -> str | None:
    """Return what somebody in this role sees of a phone number; None stays None."""
    return None if phone is None else _shown(phone, role, mask_phone)


def show_name(name: str | None, *, role: Role | None) -> str | None:
    """Return what somebody in this role sees of a buyer's name; None stays None."""
    return None if name is None else _shown(name, role, mask_name)


def show_address(address: str | None, *, role: Role | None) -> str | None:
    """Return what somebody in this role sees of an address; None stays None."""
    return None if address is None else _shown(address, role, mask_address)


def _shown(value: str, role: Role | None, mask: Callable[[str], str]) -> str:
    return value if role in SEES_WHOLE else mask(value)
