"""Who is typing? Told to whoever looks at the conversation; never stored."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.messages import Sender
from server.live.listeners import Leave, Listeners


@dataclass(frozen=True, slots=True)
class Typed:
    """Somebody is typing in a conversation."""

    shop_id: int
    conversation_id: int
    who: Sender


class Typing:
    """Passes on that buyers, agents and the assistant are typing, in this process."""

    def __init__(self) -> None:
        self._listeners: Listeners[Typed] = Listeners()

    def tell(self, shop_id: int, conversation_id: int, who: Sender) -> None:
        """Say that somebody is typing now; it is over when nothing more is said."""
        self._listeners.tell(
            Typed(shop_id, conversation_id, who),
            shop_id=shop_id,
            conversation_id=conversation_id,
        )

    def listen(
        self,
        hear: Callable[[Typed], None],
        *,
        shop_id: int,
        conversation_id: int | None = None,
    ) -> Leave:
        """Call ``hear`` until the returned function is called.

        Args:
            hear: must not wait and not fail.
            shop_id: whose conversations.
            conversation_id: which one; None: all of the shop.
        """
        return self._listeners.add(
            hear, shop_id=shop_id, conversation_id=conversation_id
        )
