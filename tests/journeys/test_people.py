"""A new agent's first day, and how the admin ends it."""

import pyotp

from storage.states import Role
from tests.journeys.shop_floor import SLUG, ShopFloor
from tests.server.auth.browser import PASSWORD, SESSION, Browser, actions, employ

DESK = f"/api/v1/desk/{SLUG}"
OWN = "mein eigenes langes Wort"


class TestFirstDay:
    async def test_from_the_given_password_to_the_closed_account(
        self, shop: ShopFloor
    ) -> None:
        await employ(shop, "boss", Role.ADMIN)
        boss, lan = Browser(shop.client), Browser(shop.client)
        await boss.log_in("boss", PASSWORD)
        added = await boss.ask(
            "POST", f"{DESK}/people", {"user": "lan", "role": "agent"}
        )
        given = added.body["password"]

        await lan.log_in("lan", given)
        early = await lan.ask("PUT", f"{DESK}/duty", {"is_on_duty": True})
        await lan.ask("PUT", f"{SESSION}/password", {"old": given, "new": OWN})
        begun = await lan.ask("POST", f"{SESSION}/totp", {"password": OWN})
        totp = pyotp.TOTP(begun.body["secret"])
        await lan.ask("PUT", f"{SESSION}/totp", {"code": totp.at(shop.clock())})
        await lan.ask("DELETE", SESSION)
        shop.clock.move(minutes=5)
        asked = await lan.log_in("lan", OWN)
        code = totp.at(shop.clock())
        back = await lan.log_in("lan", OWN, code=code)
        again = await Browser(shop.client).log_in("lan", OWN, code=code)
        duty = await lan.ask("PUT", f"{DESK}/duty", {"is_on_duty": True})

        listed = await boss.ask("GET", f"{DESK}/people")
        seen = next(it for it in listed.body["items"] if it["user"] == "lan")
        closed = await boss.ask(
            "PUT",
            f"{DESK}/people/{seen['person_id']}",
            {"role": "agent", "is_active": False, "version": seen["version"]},
        )
        after = await lan.ask("GET", f"{DESK}/duty")

        assert early.code == "password_change_needed"
        assert (asked.code, back.status, again.code) == (
            "code_needed",
            200,
            "invalid_login",
        )
        assert [it["user"] for it in duty.body["items"]] == ["lan"]
        assert (seen["has_totp"], seen["is_on_duty"]) == (True, True)
        assert (closed.status, after.code) == (200, "not_signed_in")
        assert await actions(shop) == [
            "login",
            "person.added",
            "login",
            "password.changed",
            "totp.on",
            "logout",
            "login",
            "login.failed",
            "person.deactivated",
        ]
