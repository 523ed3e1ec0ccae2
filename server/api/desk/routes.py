"""Which routes has the people's API of a shop? All nouns, put together."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from connectors.base import Connector, Route
from server.api.desk.bargaining import BargainingDesk
from server.api.desk.buyers import Buyers
from server.api.desk.cards import Cards
from server.api.desk.catalogue import CatalogueDesk
from server.api.desk.claims import ClaimsDesk
from server.api.desk.conversations import Conversations
from server.api.desk.deliveries import Deliveries
from server.api.desk.facts import Facts
from server.api.desk.follow_ups import FollowUps
from server.api.desk.giving import Giving
from server.api.desk.incidents import Incidents
from server.api.desk.library import ShopLibrary
from server.api.desk.library_draft_entries import DraftEntries
from server.api.desk.library_drafts import LibraryDrafts
from server.api.desk.library_learning import LibraryLearning
from server.api.desk.library_proposals import LibraryProposals
from server.api.desk.library_replays import LibraryReplays
from server.api.desk.library_search import LibrarySearch
from server.api.desk.library_work import LibraryWork
from server.api.desk.library_workbook import LibraryWorkbooks
from server.api.desk.parts import DeskParts
from server.api.desk.promises import Promises
from server.api.desk.records import Records
from server.api.desk.serving import Serving
from server.api.desk.suggestions import Suggestions
from server.api.desk.tickets import Tickets
from server.api.desk.workbook import Workbooks
from server.auth.sessions import Sessions
from server.clock import Clock
from server.curating.replay_jobs import Replays
from server.live.agents import AgentParts, Agents
from server.live.feed import Feed
from server.live.presence import Presence
from server.live.typing import Typing
from server.settings import ConversationSettings
from server.speaking import silence_of
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What the desks' sockets need besides."""

    feed: Feed
    typing: Typing
    sessions: Sessions


class PeoplesDesk:
    """The people's API of every shop, and the sockets of the desks."""

    def __init__(self, parts: DeskParts, agents: Agents, replays: Replays) -> None:
        self._parts = parts
        self.replays = replays
        self._agents = agents
        self._workbooks = Workbooks(parts)

    def routes(self) -> Sequence[Route]:
        """Return every route."""
        parts = self._parts
        library = LibraryWork(parts=parts)
        return (
            *Conversations(parts).routes(),
            *Serving(parts).routes(),
            *Suggestions(parts).routes(),
            *Tickets(parts).routes(),
            *ClaimsDesk(parts).routes(),
            *FollowUps(parts).routes(),
            *Promises(parts).routes(),
            *Buyers(parts).routes(),
            *Facts(parts).routes(),
            *CatalogueDesk(parts).routes(),
            *self._workbooks.routes(),
            *Cards(parts).routes(),
            *Deliveries(parts).routes(),
            *Records(parts).routes(),
            *Incidents(parts).routes(),
            *BargainingDesk(parts).routes(),
            *Giving(parts).routes(),
            *ShopLibrary(library).routes(),
            *LibraryDrafts(library).routes(),
            *LibraryWorkbooks(library, self._workbooks).routes(),
            *DraftEntries(library).routes(),
            *LibraryReplays(library, self.replays).routes(),
            *LibrarySearch(library).routes(),
            *LibraryProposals(library).routes(),
            *LibraryLearning(library).routes(),
            *self._agents.routes(),
        )

    async def stop(self) -> None:
        """Close the sockets, so that the desks come again; end a replay."""
        await self._agents.stop()
        await self.replays.stop()


def make_desk(
    settings: ConversationSettings,
    *,
    database: Database,
    connectors: Mapping[str, Connector],
    sent: Callable[[], None],
    live: Live,
    clock: Clock,
    noticed: Callable[[], Awaitable[None]],
    replays: Replays,
) -> PeoplesDesk:
    """Return the people's API over running parts.

    Args:
        settings: how long a take-over lasts, and how much one message may hold.
        database: where everything is.
        connectors: by name; some buyers fetch their messages, others are sent them.
        sent: called when there is something to deliver.
        live: what the sockets need.
        clock: tells the aware UTC time.
        noticed: called when what processes keep in memory was changed.
        replays: of this process.
    """
    return PeoplesDesk(
        DeskParts(
            database=database,
            connectors=connectors,
            sent=sent,
            typing=live.typing,
            silence=silence_of(settings),
            text_limit=settings.text_limit,
            clock=clock,
            noticed=noticed,
        ),
        Agents(
            AgentParts(
                database=database,
                feed=live.feed,
                typing=live.typing,
                presence=Presence(),
                sessions=live.sessions,
            )
        ),
        replays,
    )
