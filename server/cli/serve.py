"""``xiaoer serve``: run the process until it is told to stop."""

import argparse
import asyncio
import os
import signal
import sys
from contextlib import suppress

import structlog
from aiohttp import web

from bot.errors import SettingsError
from bot.understanding.sentences import installed_encoder
from server.alone import serving_alone
from server.app import running_service
from server.cli.common import add_config, opened_database
from server.cli.libraries import served_library
from server.demo import prepare_demo, tell_demo
from server.http import make_application
from server.library import Library
from server.logs import set_up_logging
from server.settings import Settings
from server.settings_file import read_settings
from storage.database import Database

if sys.platform == "win32":
    from asyncio import new_event_loop
else:
    import resource

    from uvloop import new_event_loop

_log = structlog.get_logger(__name__)
_LAST_PORT = 65535
_SWITCH_SECONDS = 0.001
"""Threads (the writer) give the event loop its turn after this; the default of 5 ms
is a large part of what a message may take."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    add_config(parser)
    parser.add_argument("--host", help="监听地址（默认见设置）")
    parser.add_argument("--port", type=_port, help="监听端口（默认见设置）")
    parser.add_argument("--demo", action="store_true", help="准备示例店铺和账号")
    parser.set_defaults(run=run)


def _port(text: str) -> int:
    """Return a port; argparse tells who gave none."""
    port = int(text)
    if not 0 <= port <= _LAST_PORT:
        raise ValueError(text)
    return port


def run(args: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    settings = read_settings(args.config)
    set_up_logging(level=settings.logging.level, as_json=settings.logging.json)
    with opened_database(settings) as database, serving_alone(settings.database.url):
        library = served_library(settings)
        if args.demo:
            prepare_demo(database, settings=settings, library=library)
        warm_up()
        database.start()
        host = settings.server.host if args.host is None else args.host
        port = settings.server.port if args.port is None else args.port
        sys.setswitchinterval(_SWITCH_SECONDS)
        allow_many_sockets()
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            serving = _serve(
                settings, database, library, host=host, port=port, demo=args.demo
            )
            del library  # a changed one takes its place: nothing else may hold it
            runner.run(serving)
    return 0


def allow_many_sockets() -> None:
    """Raise the soft limit of open files to the hard one: each socket is a file."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        # Some systems say "unlimited" and then refuse it.
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _serve(
    settings: Settings,
    database: Database,
    library: Library,
    *,
    host: str,
    port: int,
    demo: bool,
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running_service(settings, database=database, library=library) as service:
        del library
        runner = web.AppRunner(
            make_application(service),
            access_log=None,
            handle_signals=False,
            shutdown_timeout=settings.server.stop_seconds,
        )
        await runner.setup()
        try:
            site = web.TCPSite(runner, host, port, backlog=1024)
            try:
                await site.start()
            except OSError as error:
                raise SettingsError("server.port", f"{host}:{port}: {error}") from error
            _tell(_address(runner, host), settings=settings, demo=demo)
            _log.info("serve.started", pid=os.getpid())
            _ = await stop.wait()
            _log.info("serve.stopping")
        finally:
            await runner.cleanup()
    _log.info("serve.stopped")


def warm_up() -> None:
    """Load the sentence encoder before anything is served.

    Beside a running loop it would hold Python's lock for seconds on a loaded machine:
    nobody is answered then, ticks are late, and what was sent is not written down.
    """
    encoder = installed_encoder()
    if encoder is not None:
        encoder.encode(["小二"])


def _address(runner: web.AppRunner, host: str) -> str:
    shown = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - compared, not bound
    return f"http://{shown}:{runner.addresses[0][1]}"


def _tell(address: str, *, settings: Settings, demo: bool) -> None:
    print(f"小二已启动：{address}/", flush=True)
    if demo:
        tell_demo(address, settings=settings)
