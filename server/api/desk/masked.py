"""What may a person read? The one place where texts are masked by role."""

from bot.replying.masking import mask_personal
from storage.states import Role


def show_text(text: str, *, role: Role) -> str:
    """Return a text as a person of this role sees it without asking for more."""
    return mask_personal(text)


def show_optional(text: str | None, *, role: Role) -> str | None:
    """Return a text that may be missing as a person of this role sees it."""
    return None if text is None else show_text(text, role=role)
