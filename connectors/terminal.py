"""The terminal: `xiaoer chat` reads its replies from the conversation itself."""

from collections.abc import Sequence

from bot.errors import DeliveryRejectedError
from bot.messages import OutgoingMessage
from connectors.base import Host, Route, ShopAccount


class Terminal:
    """A buyer at a keyboard: nothing is sent, the command shows what is stored."""

    name = "terminal"
    shows_pictures = True
    """As links, in the keyboard's own window."""

    def routes(self, host: Host) -> Sequence[Route]:
        """Return no routes: nobody calls a terminal."""
        return ()

    def is_polled(self, shop: ShopAccount) -> bool:
        """Return True: the command reads replies where they are stored."""
        return True

    async def send(self, message: OutgoingMessage, *, shop: ShopAccount) -> None:
        """Refuse: a terminal is only ever read.

        Raises:
            DeliveryRejectedError: always.
        """
        raise DeliveryRejectedError(
            "a terminal cannot be reached", connector=self.name, code="not_reachable"
        )
