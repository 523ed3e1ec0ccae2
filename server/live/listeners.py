"""Who wants to hear of which conversations? Callbacks by shop and conversation."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")
Leave = Callable[[], None]
"""Ends a listening; calling it again does nothing."""


class Listeners(Generic[T]):
    """Callbacks that are told at once; they must not wait and not fail."""

    def __init__(self) -> None:
        self._heard_by: dict[tuple[int, int | None], set[Callable[[T], None]]] = {}

    def add(
        self, hear: Callable[[T], None], *, shop_id: int, conversation_id: int | None
    ) -> Leave:
        """Tell ``hear`` of a conversation; of all of the shop's when it is None."""
        key = (shop_id, conversation_id)
        self._heard_by.setdefault(key, set()).add(hear)
        return lambda: self._remove(key, hear)

    def tell(self, news: T, *, shop_id: int, conversation_id: int | None) -> None:
        """Tell everybody who listens to this conversation, or to its whole shop."""
        for place in {None, conversation_id}:
            for hear in tuple(self._heard_by.get((shop_id, place), ())):
                hear(news)

    def tell_all(self, news: T, *, shop_id: int) -> None:
        """Tell everybody who listens to anything of a shop."""
        for place in tuple(self._heard_by):
            if place[0] == shop_id:
                for hear in tuple(self._heard_by.get(place, ())):
                    hear(news)

    def __len__(self) -> int:
        """Return how many conversations and shops are listened to."""
        return len(self._heard_by)

    def _remove(self, key: tuple[int, int | None], hear: Callable[[T], None]) -> None:
        heard_by = self._heard_by.get(key)
        if heard_by is None:
            return
        heard_by.discard(hear)
        if not heard_by:
            del self._heard_by[key]
