"""Which routes has the people's API of a shop? All nouns, put together."""

from collections.abc import Sequence

from connectors.base import Route
from server.api.desk.buyers import Buyers
from server.api.desk.conversations import Conversations
from server.api.desk.deliveries import Deliveries
from server.api.desk.facts import Facts
from server.api.desk.follow_ups import FollowUps
from server.api.desk.parts import DeskParts
from server.api.desk.serving import Serving
from server.api.desk.suggestions import Suggestions
from server.api.desk.tickets import Tickets


def desk_routes(parts: DeskParts) -> Sequence[Route]:
    """Return every route of the people's API of one shop."""
    return (
        *Conversations(parts).routes(),
        *Serving(parts).routes(),
        *Suggestions(parts).routes(),
        *Tickets(parts).routes(),
        *FollowUps(parts).routes(),
        *Buyers(parts).routes(),
        *Facts(parts).routes(),
        *Deliveries(parts).routes(),
    )
