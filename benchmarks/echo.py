"""What can aiohttp alone do here: a bare JSON echo, the peer of every rate.

Run by the benchmarks as its own process: ``python -m benchmarks.echo PORT``.
"""

import sys

import uvloop
from aiohttp import web

HOST = "127.0.0.1"


async def _echo(request: web.Request) -> web.Response:
    return web.json_response(await request.json())


async def _health(request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def make_app() -> web.Application:
    """Return the application: every POST is answered with its own JSON."""
    app = web.Application()
    app.router.add_get("/healthz", _health)
    app.router.add_post("/{tail:.*}", _echo)
    return app


def main() -> None:
    """Serve until a signal ends the process."""
    loop = uvloop.new_event_loop()
    port = int(sys.argv[1])
    web.run_app(
        make_app(), host=HOST, port=port, print=None, access_log=None, loop=loop
    )


if __name__ == "__main__":
    main()
