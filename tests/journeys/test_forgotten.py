"""A buyer is forgotten: nothing that tells of them is left in any table or file."""

from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from server.personal_data.exporting import read_copy, write_copy
from server.personal_data.forgetting import (
    ForgottenReport,
    closed_state_of,
    forget_buyer,
)
from storage.queries.tickets import tickets
from storage.repositories import audit
from storage.repositories.buyers import set_contact
from storage.repositories.conversations import agent_message, take_over
from storage.repositories.events import record_event
from storage.repositories.tickets import note
from storage.states import ConversationEventKind
from storage.tables import (
    BuyerRow,
    ConversationRow,
    DeliveryRow,
    ForgottenBuyerRow,
    MediaRow,
    OrderRow,
    RatingRow,
    SuggestionRow,
    table_of,
)
from tests.journeys.shop_floor import ShopFloor
from tests.journeys.traces import in_files, in_tables

REF = "marker-ref-77"
MARKERS = {
    "reference": REF,
    "name": "莫秋水",
    "masked name": "莫*水",
    "phone": "13912345678",
    "masked phone": "139****5678",
    "spaced phone": "139 1234 5678",
    "address": "灵隐秘境路77号",
    "masked address": "杭州市西湖区***",
    "identity number": "11010519491231002X",
    "masked identity number": "110*************2X",
    "words": "天青色瓷杯碎成了粉末",
    "track": "莫干山中转站",
    "order number": "MARKER-A1001",
    "title": "刻了莫愁二字的杯子",
    "tracking number": "SF7777000077770",
    "city": "嘉峪关",
    "note": "该买家住在莫愁湖边",
    "review": "再也不来这家店了莫问",
    "message id": "m-marker-1",
    "picture": "PICTURE-BYTES-OF-MARKER",
}
OTHER = "天蓝色花瓶裂开了一条缝"


async def _live(shop: ShopFloor, var: Path) -> int:
    """Let the buyer leave a trace wherever one can be left; return the row id."""
    await shop.tell(
        "PUT",
        f"/orders/{MARKERS['order number']}",
        buyer_id=REF,
        state="shipped",
        items=[{"item_id": "i-1", "title": MARKERS["title"], "quantity": 2}],
        courier="顺丰",
        tracking_no=MARKERS["tracking number"],
        latest_track=f"快件到达{MARKERS['track']}",
        province="甘肃",
        city=MARKERS["city"],
    )
    await shop.tell(
        "PUT", f"/buyers/{REF}/consent", marketing=True, source="莫秋水本人"
    )
    for number, text in enumerate(
        (
            f"我要投诉，{MARKERS['words']}，电话13912345678",
            "我叫莫秋水，改地址到浙江省杭州市西湖区灵隐秘境路77号3幢501室",
            "身份证11010519491231002X，手机139 1234 5678",
        )
    ):
        await shop.say(
            REF,
            text,
            message_id=f"m-marker-{number}",
            buyer_name=MARKERS["name"],
            order_id=MARKERS["order number"],
        )
    await shop.tell(
        "POST",
        "/reviews",
        review_id="R1",
        order_id=MARKERS["order number"],
        stars=1,
        text=f"{MARKERS['review']}，13912345678",
        created_at="2026-11-23T09:00:00+08:00",
    )
    person = await shop.put_on_duty()
    buyer_id = await shop.service.database.read(_buyer_id)
    await shop.service.database.write(
        lambda conn: _work(conn, shop, buyer_id=buyer_id, person_id=person)
    )
    folder = var / "media" / str(shop.shop_id) / "ma"
    folder.mkdir(parents=True)
    (folder / "marker.jpg").write_bytes(MARKERS["picture"].encode())
    await shop.tick()
    return buyer_id


def _buyer_id(conn: Connection) -> int:
    table = table_of(BuyerRow)
    found: int = conn.execute(
        select(table.c.id)
        .where(table.c.buyer_ref == REF)
        .execution_options(all_shops="there is one shop")
    ).scalar_one()
    return found


def _work(conn: Connection, shop: ShopFloor, *, buyer_id: int, person_id: int) -> None:
    """Do what people do with a buyer: everything writes their words down somewhere."""
    now, shop_id = shop.clock(), shop.shop_id
    set_contact(
        conn, shop_id, buyer_id=buyer_id, phone="13912345678", address="灵隐秘境路77号"
    )
    place = _place(conn, shop.shop_id, buyer_id)
    until = shop.clock()
    take_over(
        conn,
        shop_id,
        conversation_id=place,
        person_id=person_id,
        until=until,
        now=now,
    )
    agent_message(
        conn,
        shop_id,
        conversation_id=place,
        person_id=person_id,
        text=f"莫秋水您好，{MARKERS['words']}我们赔",
        until=until,
        now=now,
    )
    record_event(
        conn,
        shop_id,
        conversation_id=place,
        kind=ConversationEventKind.NOTED,
        person_id=person_id,
        data={"text": MARKERS["note"]},
        now=now,
    )
    deliveries = table_of(DeliveryRow).c
    delivery_id = conn.scalar(
        select(func.max(deliveries.id)).where(
            deliveries.shop_id == shop_id, deliveries.conversation_id == place
        )
    )
    for subject in (f"buyer:{buyer_id}", f"delivery:{delivery_id}", f"buyer:{REF}"):
        audit.record(
            conn,
            shop_id,
            action="looked",
            subject=subject,
            data={"name": MARKERS["name"]},
            now=now,
        )
    common = {"shop_id": shop_id, "conversation_id": place, "created_at": now}
    conn.execute(
        insert(table_of(RatingRow)), {**common, "stars": 1, "reason": MARKERS["words"]}
    )
    conn.execute(
        insert(table_of(SuggestionRow)), {**common, "text": f"对不起{MARKERS['name']}"}
    )
    conn.execute(
        insert(table_of(MediaRow)),
        {
            "shop_id": shop_id,
            "buyer_id": buyer_id,
            "name": "marker.jpg",
            "content_type": "image/jpeg",
            "size": 1,
            "width": 1,
            "height": 1,
            "sha256": b"-",
            "created_at": now,
        },
    )
    for ticket in tickets(conn, shop_id):
        note(
            conn,
            shop_id,
            number=ticket.number,
            by=person_id,
            text=MARKERS["note"],
            now=now,
        )


def _place(conn: Connection, shop_id: int, buyer_id: int) -> int:
    table = table_of(ConversationRow)
    found: int = conn.execute(
        select(table.c.id).where(
            table.c.shop_id == shop_id, table.c.buyer_id == buyer_id
        )
    ).scalar_one()
    return found


def _forget(shop: ShopFloor, var: Path) -> ForgottenReport:
    service = shop.service
    return forget_buyer(
        service.database,
        service.shops.by_id(shop.shop_id).record,
        buyer_ref=REF,
        closed_state=closed_state_of(service.shops.by_id(shop.shop_id).library.pack),
        var=var,
        person_id=None,
        now=shop.clock(),
    )


async def _copy(shop: ShopFloor, folder: Path, var: Path) -> None:
    database = shop.service.database
    record = shop.service.shops.by_id(shop.shop_id).record
    data = read_copy(database, record, buyer_ref=REF)
    write_copy(database, record, data=data, folder=folder, var=var, now=shop.clock())


class TestForget:
    async def test_nothing_is_left_anywhere(
        self, shop: ShopFloor, tmp_path: Path
    ) -> None:
        await _live(shop, tmp_path)
        await _copy(shop, tmp_path / "exports" / "for-the-buyer", tmp_path)
        database = shop.service.database
        before = in_tables(database, MARKERS)

        report = _forget(shop, tmp_path)

        assert {place.split(": ")[1] for place in before} >= set(MARKERS) - {
            "picture",
            "masked name",
        }
        assert in_tables(database, MARKERS) == set()
        assert in_files(tmp_path, MARKERS) == set()
        assert (report.pictures, report.exports, report.orders) == (1, 1, 1)
        assert report.is_scrubbed

    async def test_orders_stay_as_sales_of_nobody(
        self, shop: ShopFloor, tmp_path: Path
    ) -> None:
        await _live(shop, tmp_path)

        _forget(shop, tmp_path)

        table = table_of(OrderRow)
        (order,) = await shop.service.database.read(
            lambda conn: conn.execute(
                select(table).where(table.c.shop_id == shop.shop_id)
            ).all()
        )
        (line,) = order.lines
        assert (line["item_id"], line["title"], line["quantity"]) == ("i-1", None, 2)
        assert order.state == "shipped"
        assert order.order_id.startswith("forgotten-")

    async def test_others_keep_everything(
        self, shop: ShopFloor, tmp_path: Path
    ) -> None:
        await shop.tell("PUT", "/orders/B1", buyer_id="other", state="signed")
        answer = await shop.say("other", f"{OTHER}，我要投诉", order_id="B1")
        database = shop.service.database
        before = in_tables(database, {"words": OTHER, "buyer": "other", "order": "B1"})
        await _live(shop, tmp_path)

        _forget(shop, tmp_path)

        after = in_tables(database, {"words": OTHER, "buyer": "other", "order": "B1"})
        assert after == before
        messages = await shop.messages(answer["conversation_id"])
        assert messages[0].text == f"{OTHER}，我要投诉"

    async def test_what_was_planned_and_on_its_way_ends(
        self, shop: ShopFloor, tmp_path: Path
    ) -> None:
        await _live(shop, tmp_path)
        shop.platform.received.clear()

        _forget(shop, tmp_path)
        shop.clock.move(days=10)
        await shop.tick()

        assert shop.platform.received == []
        assert {one.state for one in await shop.follow_ups()} <= {
            "cancelled",
            "sent",
            "skipped",
            "ended",
        }
        assert {one.phase for one in await shop.tickets()} == {"closed"}

    async def test_who_comes_back_is_a_new_buyer(
        self, shop: ShopFloor, tmp_path: Path
    ) -> None:
        await _live(shop, tmp_path)
        first = await shop.say(REF, "在吗")
        _forget(shop, tmp_path)

        again = await shop.say(REF, "在吗")

        assert again["conversation_id"] != first["conversation_id"]
        assert again["replies"]

    async def test_who_had_opted_out_stays_so_after_coming_back(
        self, shop: ShopFloor, tmp_path: Path
    ) -> None:
        await shop.say(REF, "退订")
        report = _forget(shop, tmp_path)
        await shop.tick()

        await shop.tell("PUT", "/orders/C1", buyer_id=REF, state="unpaid")
        await shop.tick()
        shop.platform.received.clear()
        shop.clock.move(days=3)
        await shop.tick()

        assert report.was_opted_out
        assert shop.platform.received == []
        (follow_up,) = await shop.follow_ups()
        assert (follow_up.state, follow_up.reason) == ("skipped", "opted_out")

    async def test_the_anonymous_buyer_they_were_is_forgotten_with_them(
        self, shop: ShopFloor, tmp_path: Path
    ) -> None:
        anonymous = await shop.say("anon-1", "在吗", buyer_name=MARKERS["name"])
        known = await shop.say(REF, "在吗")

        def merge(conn: Connection) -> None:
            record_event(
                conn,
                shop.shop_id,
                conversation_id=known["conversation_id"],
                kind=ConversationEventKind.MERGED,
                data={"from": anonymous["conversation_id"]},
                now=shop.clock(),
            )

        await shop.service.database.write(merge)

        report = _forget(shop, tmp_path)

        database = shop.service.database
        assert report.buyers == 2
        assert in_tables(database, {"name": MARKERS["name"], "ref": "anon-1"}) == set()

    async def test_again_it_sees_to_the_files_only(
        self, shop: ShopFloor, tmp_path: Path
    ) -> None:
        await shop.say(REF, "在吗")
        first = _forget(shop, tmp_path)

        again = _forget(shop, tmp_path)

        assert (again.forgotten, again.messages) == (first.forgotten, 0)

    async def test_a_keyed_hash_tells_that_it_was_done(
        self, shop: ShopFloor, tmp_path: Path
    ) -> None:
        await _live(shop, tmp_path)

        report = _forget(shop, tmp_path)

        rows = await shop.service.database.read(
            lambda conn: conn.execute(
                select(table_of(ForgottenBuyerRow)).where(
                    table_of(ForgottenBuyerRow).c.shop_id == shop.shop_id
                )
            ).all()
        )
        assert [row.id for row in rows] == [report.forgotten]
        assert len(rows[0].ref_hash) == 32
        assert rows[0].phone_hash is not None
