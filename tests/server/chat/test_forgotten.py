"""Whether a window that is open when its buyer is forgotten forgets, too."""

from server.chat.tokens import anonymous_ref
from storage.repositories.forgetting import forget
from tests.server.chat.conftest import Street
from tests.server.chat.test_identity import settled


async def forget_here(street: Street, buyer_ref: str) -> None:
    """Forget a buyer in the database, as the command does."""
    shop_id, now = street.floor.shop_id, street.floor.clock()
    await street.floor.service.database.write(
        lambda conn: forget(
            conn,
            shop_id,
            buyer_ref=buyer_ref,
            closed_state="closed",
            person_id=None,
            now=now,
        )
    )


class TestForgotten:
    async def test_an_open_window_is_told_and_begins_anew(self, street: Street) -> None:
        window = await street.come()
        await settled(street, window, "我的地址是中山路1号")
        seen = len(window.frames)
        await forget_here(street, anonymous_ref(street.tokens["phone"]))

        await window.until("reset")
        await window.until("status")
        await window.say("c2", "你好，在吗")
        await street.floor.tick()
        await window.until_text("你好，在吗")
        shown = [
            it["text"]
            for frame in window.frames[seen:]
            if frame["type"] == "messages"
            for it in frame["messages"]
        ]
        assert not [text for text in shown if "中山路" in text]
        again = await street.come()
        await again.until_text("你好，在吗")

    async def test_a_named_buyer_is_told_too(self, street: Street) -> None:
        window = await street.come(**street.named("u1"))
        await settled(street, window, "我的地址是中山路1号")
        await forget_here(street, "u1")

        await window.until("reset")
        await window.until("status")
        await settled(street, window, "在吗")

        again = await street.come(**street.named("u1"))
        await again.until_text("在吗")
        assert not [text for text in again.texts() if "中山路" in text]
