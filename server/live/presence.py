"""Which people look at their desk now? In this process; never stored."""

from collections import Counter
from collections.abc import Callable

from server.live.listeners import Leave, Listeners


class Presence:
    """Counts the open desks of each person, and tells when somebody comes or goes."""

    def __init__(self) -> None:
        self._desks: dict[int, Counter[str]] = {}
        self._listeners: Listeners[tuple[str, ...]] = Listeners()

    def people(self, shop_id: int) -> tuple[str, ...]:
        """Return the user names of who is there, in order."""
        return tuple(sorted(self._desks.get(shop_id, ())))

    def desks_of(self, shop_id: int, user: str) -> int:
        """Return how many desks of one person are open."""
        return self._desks.get(shop_id, Counter())[user]

    def enter(self, shop_id: int, user: str) -> Leave:
        """Count one more desk; returns what counts it no more."""
        desks = self._desks.setdefault(shop_id, Counter())
        desks[user] += 1
        if desks[user] == 1:
            self._tell(shop_id)
        return lambda: self._leave(shop_id, user)

    def listen(self, hear: Callable[[tuple[str, ...]], None], *, shop_id: int) -> Leave:
        """Call ``hear`` with everybody who is there when that changes."""
        return self._listeners.add(hear, shop_id=shop_id, conversation_id=None)

    def _leave(self, shop_id: int, user: str) -> None:
        desks = self._desks[shop_id]
        desks[user] -= 1
        if desks[user] == 0:
            del desks[user]
            if not desks:
                del self._desks[shop_id]
            self._tell(shop_id)

    def _tell(self, shop_id: int) -> None:
        self._listeners.tell(
            self.people(shop_id), shop_id=shop_id, conversation_id=None
        )
