"""How do the parts belong together? The only place that wires them."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

import aiohttp
import msgspec
import structlog

from bot.messages import Sender
from connectors.base import Connector
from connectors.registry import Parts, make_connectors, pictureless
from server.api.desk.routes import Live, PeoplesDesk, make_desk
from server.auth.edge import Edge
from server.auth.parts import Auth, make_auth
from server.chat.parts import ChatParts, chat_limits, picture_rates
from server.chat.service import ChatService
from server.chat.status import StatusBoard
from server.clock import Clock, system_clock
from server.contexts import Contexts
from server.curating.replay_jobs import Replays
from server.follow_up_runner import FollowUpRunner
from server.handling import TurnHandler
from server.host import ServingHost
from server.identity import limits_of
from server.inbox import Inbox
from server.incidents import IncidentCloser
from server.learning.librarian import Librarian
from server.learning.librarians import Librarians
from server.learning.models import Models
from server.library import Library
from server.live.feed import Feed
from server.live.typing import Typing
from server.metrics import Metrics
from server.outbox import Outbox
from server.personal_data.retention import Retention
from server.promise_runner import PromiseRunner
from server.rates import BuyerRates
from server.recovery import recover
from server.rescanning import Rescanner
from server.scheduler import Scheduler
from server.settings import Settings
from server.shops import Shops
from server.told import Told
from server.turns import Turns
from storage.database import Database

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The running parts, for the routes and for tests."""

    database: Database
    shops: Shops
    connectors: dict[str, Connector]
    inbox: Inbox
    turns: Turns
    outbox: Outbox
    scheduler: Scheduler
    follow_ups: FollowUpRunner
    host: ServingHost
    feed: Feed
    typing: Typing
    desk: PeoplesDesk
    auth: Auth
    board: StatusBoard
    metrics: Metrics
    clock: Clock
    settings: Settings
    retention: Retention
    librarian: Librarian
    librarians: Librarians
    forget: Callable[[], None]
    """Drops what is remembered of buyers, after one of them was forgotten."""


@asynccontextmanager
async def running_service(
    settings: Settings,
    *,
    database: Database,
    library: Library,
    clock: Clock = system_clock,
    is_serving: bool = True,
    is_ticking: bool = True,
) -> AsyncIterator[Service]:
    """Run every part while the block runs; stop in the reverse order.

    Args:
        settings: of the process.
        database: open for use; its owner closes it afterwards.
        library: the pack of the shops that have chosen none; the others' are loaded.
        clock: tests move it.
        is_serving: False runs beside a serving process: nothing is recovered,
            delivered or due here.
        is_ticking: False leaves due work to whoever calls ``scheduler.tick``.
    """
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        service = _assemble(
            settings, database=database, library=library, clock=clock, session=session
        )
        del library  # a changed one takes its place: nothing else may hold it
        stack.callback(service.auth.passwords.close)
        await service.shops.refresh()
        await stack.enter_async_context(_following(service))
        if is_serving:
            await recover(database, service.turns)
            stack.push_async_callback(service.outbox.close)
            await stack.enter_async_context(
                _running(service.outbox.run(), name="outbox")
            )
            await stack.enter_async_context(
                _running(service.librarians.run(), name="librarian")
            )
            await stack.enter_async_context(
                _running(service.shops.learn(), name="shop-libraries")
            )
        await stack.enter_async_context(_running(service.turns.run(), name="turns"))
        stack.push_async_callback(
            _settle, service, settings.server.stop_seconds, is_serving=is_serving
        )
        if is_serving and is_ticking:
            await stack.enter_async_context(service.scheduler.running())
            await stack.enter_async_context(
                _running(service.retention.run(), name="retention")
            )
        yield service


def _assemble(
    settings: Settings,
    *,
    database: Database,
    library: Library,
    clock: Clock,
    session: aiohttp.ClientSession,
) -> Service:
    metrics = Metrics()
    conversation = settings.conversation
    shops = Shops(database=database, library=library, settings=settings)
    connectors = make_connectors(
        Parts(
            session=session,
            clock=clock,
            text_limit=conversation.text_limit,
            callback_timeout_seconds=settings.callback.timeout_seconds,
            chat=chat_limits(settings),
            address=Edge(settings.server).address,
        )
    )
    feed = Feed(database)
    typing = Typing()
    board = StatusBoard(database=database, shops=shops, clock=clock)
    outbox = Outbox(
        database=database,
        shops=shops,
        connectors=connectors,
        settings=settings.callback,
        clock=clock,
        metrics=metrics,
    )
    contexts = Contexts(
        database,
        identity=limits_of(settings.identity),
        without_pictures=pictureless(connectors),
    )
    handler = TurnHandler(
        database=database,
        shops=shops,
        contexts=contexts,
        connectors=connectors,
        sent=outbox.wake,
        deciding=lambda turn: typing.tell(
            turn.shop_id, turn.conversation_id, Sender.ASSISTANT
        ),
        clock=clock,
    )
    turns = Turns(
        handle=handler,
        quiet_gap=conversation.quiet_gap_seconds,
        longest=conversation.longest_turn_seconds,
        metrics=metrics,
    )
    inbox = Inbox(
        database=database,
        shops=shops,
        rates=BuyerRates(
            per_minute=conversation.messages_per_minute,
            burst=conversation.message_burst,
        ),
        accept=turns.add,
        clock=clock,
        metrics=metrics,
    )
    follow_ups = FollowUpRunner(
        database=database,
        shops=shops,
        connectors=connectors,
        settings=settings.scheduler,
        sent=outbox.wake,
        clock=clock,
        metrics=metrics,
    )
    auth = make_auth(settings, database=database, clock=clock)
    scheduler = Scheduler(
        database=database,
        shops=shops,
        connectors=connectors,
        follow_ups=follow_ups,
        promises=PromiseRunner(
            database=database,
            shops=shops,
            settings=settings.scheduler,
            clock=clock,
        ),
        conversation=conversation,
        settings=settings.scheduler,
        sent=outbox.wake,
        changed=contexts.clear,
        housekeeping=(
            (
                "incidents",
                IncidentCloser(database=database, shops=shops, clock=clock).run,
            ),
            ("sessions", auth.sessions.sweep),
            ("libraries", shops.follow_pack),
            ("rescan", Rescanner(shops).run),
        ),
        clock=clock,
        metrics=metrics,
    )
    employ = partial(
        Librarian,
        serve=shops.serve,
        models=Models(settings.var_path / "models"),
        metrics=metrics,
        every=settings.library.watch_seconds,
    )
    librarian = employ(library)
    host = ServingHost(
        database=database,
        shops=shops,
        inbox=inbox,
        turns=turns,
        told=Told(database=database, changed=contexts.forget_fact),
        chat=ChatService(
            ChatParts(
                database=database,
                shops=shops,
                inbox=inbox,
                feed=feed,
                typing=typing,
                board=board,
                picture_rates=picture_rates(settings),
                picture_bytes_per_day=settings.chat.picture_bytes_per_day,
                pictures_of_strangers=settings.chat.pictures_of_strangers,
                var=settings.var_path,
                clock=clock,
            )
        ),
        clock=clock,
    )
    return Service(
        database=database,
        shops=shops,
        connectors=connectors,
        inbox=inbox,
        turns=turns,
        outbox=outbox,
        scheduler=scheduler,
        follow_ups=follow_ups,
        host=host,
        feed=feed,
        typing=typing,
        board=board,
        desk=make_desk(
            settings.conversation,
            database=database,
            connectors=connectors,
            sent=outbox.wake,
            live=Live(feed=feed, typing=typing, sessions=auth.sessions),
            clock=clock,
            noticed=scheduler.refresh_shops,
            replays=Replays(_served_from(settings, database)),
        ),
        auth=auth,
        metrics=metrics,
        clock=clock,
        settings=settings,
        retention=Retention(
            database=database,
            settings=settings.retention,
            var=settings.var_path,
            clock=clock,
        ),
        librarian=librarian,
        librarians=Librarians(librarian, shelf=shops.shelf, employ=employ),
        forget=contexts.clear,
    )


@asynccontextmanager
async def _following(service: Service) -> AsyncIterator[None]:
    """Tell new rows while the block runs: at once those that we commit ourselves."""
    with service.database.told_of_commits(service.feed.wake):
        async with (
            _running(service.feed.run(), name="feed"),
            _running(service.board.run(), name="status-board"),
        ):
            yield


async def _settle(service: Service, seconds: float, *, is_serving: bool) -> None:
    """Finish what is on its way; what takes longer waits for the next start."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await service.inbox.close()
            await service.turns.settle()
            if is_serving:
                await service.outbox.settle()


@asynccontextmanager
async def _running(
    work: Coroutine[None, None, None], *, name: str
) -> AsyncIterator[None]:
    """Run a component in one named task while the block runs."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_tell_end)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _tell_end(task: asyncio.Task[None]) -> None:
    """Stop the process when a part of it has died: a new start is better than half."""
    if task.cancelled() or (error := task.exception()) is None:
        return
    _log.critical("component.died", component=task.get_name(), exc_info=error)
    signal.raise_signal(signal.SIGTERM)


def _served_from(settings: Settings, database: Database) -> Settings:
    """Return the settings with the database that is open, for a process beside."""
    url = database.engine.url.render_as_string(hide_password=False)
    return msgspec.structs.replace(
        settings, database=msgspec.structs.replace(settings.database, url=url)
    )
