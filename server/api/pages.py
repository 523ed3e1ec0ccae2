"""What does a person see at /? One plain page that shows what runs."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from urllib.parse import quote

from aiohttp import web
from sqlalchemy import Connection

from connectors.base import Route
from server.clock import Clock
from server.shops import Shop, Shops
from storage.database import Database
from storage.queries.counts import ShopCounts, shop_counts
from storage.queries.outbox import outbox_lag

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
_MODES = {"auto": "自动回复", "assist": "只给推荐", "off": "已关闭"}


@dataclass(frozen=True, slots=True)
class _Seen:
    shop: Shop
    counts: ShopCounts


class Pages:
    """Pages for people that need no login."""

    def __init__(self, *, shops: Shops, database: Database, clock: Clock) -> None:
        self._shops = shops
        self._database = database
        self._clock = clock
        self._template = Template(
            files("server.api").joinpath("overview.html").read_text("utf-8")
        )

    def routes(self) -> Sequence[Route]:
        """Return the page at /."""
        return (
            Route(
                method="GET",
                path="/",
                handler=self.overview,
                role="public",
                summary="A page that shows what runs.",
                replies={200: None},
            ),
        )

    async def overview(self, request: web.Request) -> web.Response:
        """Show every shop with its counts; no personal data."""
        now = self._clock()
        shops = self._shops.all()

        def query(connection: Connection) -> tuple[list[_Seen], float]:
            seen = [
                _Seen(shop, shop_counts(connection, shop.record.shop_id))
                for shop in shops
            ]
            lag = outbox_lag(connection, now=now).lag.total_seconds()
            return seen, lag

        seen, lag = await self._database.read(query)
        page = self._template.substitute(
            rows="\n".join(_row(one) for one in seen) if seen else _NO_SHOP,
            database="SQLite" if self._database.is_sqlite else "PostgreSQL",
            lag=f"{lag:.0f}",
        )
        return web.Response(text=page, content_type="text/html", headers=_HEADERS)


_NO_SHOP = '<tr><td colspan="9">还没有店铺：xiaoer shop add 名称</td></tr>'


def _row(seen: _Seen) -> str:
    record, counts = seen.shop.record, seen.counts
    cells = (
        f'<a href="/chat/{quote(record.slug)}">{html.escape(record.name)}</a>',
        html.escape(record.slug),
        _MODES[record.mode.value],
        str(seen.shop.agents_on_duty),
        str(counts.conversations),
        str(counts.waiting_for_person),
        str(counts.open_tickets),
        str(counts.planned_follow_ups),
        str(counts.dead_letters),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
