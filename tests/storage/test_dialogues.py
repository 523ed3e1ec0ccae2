"""Flows of several turns are rows: begun, gone on with, merged, forgotten."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.actions import Submission, UpdateDialogue
from bot.flows.state import DialogueEnd, DialogueState
from storage.database import Database
from storage.queries.dialogues import newest_dialogue
from storage.queries.shops import ShopRecord
from storage.queries.tickets import tickets
from storage.repositories import retention
from storage.repositories.dialogues import change
from storage.repositories.merging import merge
from storage.tables import DialogueRow
from tests.databases import (
    NOW,
    buyer_id_of,
    commit,
    make_ticket_action,
    take,
)
from tests.storage.aging import BEFORE, LONG_AGO, rows, run

LATER = NOW + timedelta(hours=1)


def make_update(**changes: Any) -> UpdateDialogue:
    update = UpdateDialogue(
        dialogue_id=None,
        flow_id="repair",
        intent_id="broken",
        step="evidence",
        slots=(("order", "A1"),),
        tries=1,
        ticket_type="logistics",
        collected=(("order", "A1"),),
        writes_to=("logistics",),
    )
    return replace(update, **changes)


class Talk:
    """One conversation of one buyer."""

    def __init__(
        self, database: Database, shop: ShopRecord, buyer: str = "buyer-1"
    ) -> None:
        self.database = database
        self.shop = shop
        self.buyer = buyer
        self.place = 0

    def turn(self, *actions: Any, at: Any = NOW) -> None:
        receipt = take(self.database, self.shop, buyer_ref=self.buyer)
        self.place = receipt.conversation_id
        commit(self.database, self.shop, (receipt,), *actions, now=at)

    @property
    def state(self) -> DialogueState:
        found = self.database.read_now(
            lambda conn: newest_dialogue(
                conn, self.shop.shop_id, conversation_id=self.place
            )
        )
        assert found is not None
        return found

    def data(self) -> list[dict[str, Any]]:
        """Return what is collected on the shop's tickets."""
        found = self.database.read_now(lambda conn: tickets(conn, self.shop.shop_id))
        return [dict(ticket.data) for ticket in found]


@pytest.fixture(name="talk")
def _talk(database: Database, shop: ShopRecord) -> Talk:
    return Talk(database, shop)


class TestChange:
    def test_a_flow_begins_on_the_ticket_of_its_turn(self, talk: Talk) -> None:
        talk.turn(make_ticket_action(), make_update())

        state = talk.state
        assert state.is_open
        assert (state.step, dict(state.slots), state.tries) == (
            "evidence",
            {"order": "A1"},
            1,
        )
        assert state.ticket_id is not None
        assert talk.data() == [{"order": "A1"}]

    def test_it_goes_on_and_its_ticket_learns_what_is_new(self, talk: Talk) -> None:
        talk.turn(make_ticket_action(), make_update())
        begun = talk.state

        talk.turn(
            make_update(
                dialogue_id=begun.dialogue_id,
                step="choice",
                slots=(("order", "A1"), ("picture", "1")),
                collected=(("picture", "1"),),
            ),
            at=LATER,
        )

        state = talk.state
        assert (state.dialogue_id, state.step) == (begun.dialogue_id, "choice")
        assert (state.opened_at, state.updated_at) == (NOW, LATER)
        assert talk.data() == [{"order": "A1", "picture": "1"}]

    def test_one_may_follow_another_in_one_turn(self, talk: Talk) -> None:
        talk.turn(make_update())
        old = talk.state.dialogue_id

        talk.turn(
            make_update(dialogue_id=old, closed=DialogueEnd.CHANGED),
            make_update(flow_id="moving"),
        )

        assert (talk.state.flow_id, talk.state.is_open) == ("moving", True)

    @pytest.mark.parametrize(
        ("from_states", "state"), [({"new"}, "approval"), ({"accepted"}, "new")]
    )
    def test_a_ticket_is_handed_in_unless_a_person_has_taken_it_further(
        self, talk: Talk, from_states: set[str], state: str
    ) -> None:
        talk.turn(make_ticket_action(), make_update())
        handed_in = Submission(
            ticket_type="logistics",
            state="approval",
            from_states=frozenset(from_states),
        )

        talk.turn(make_update(dialogue_id=talk.state.dialogue_id, submission=handed_in))

        found = talk.database.read_now(lambda conn: tickets(conn, talk.shop.shop_id))
        assert [ticket.state for ticket in found] == [state]

    def test_another_shops_flow_is_not_found(self, talk: Talk) -> None:
        talk.turn(make_update())

        found = talk.database.read_now(
            lambda conn: newest_dialogue(
                conn, talk.shop.shop_id + 1, conversation_id=talk.place
            )
        )

        assert found is None


class TestMerge:
    def merged(self, talk: Talk, known: Talk) -> DialogueState:
        anonymous = buyer_id_of(talk.database, talk.shop, talk.place)
        talk.database.write_now(
            lambda conn: merge(
                conn,
                talk.shop.shop_id,
                anonymous_id=anonymous,
                names={("signed_http", known.buyer): None},
                closed_state="closed",
                now=LATER,
            )
        )
        return known.state

    def test_what_waits_with_the_anonymous_one_goes_on_with_the_known(
        self, talk: Talk
    ) -> None:
        known = Talk(talk.database, talk.shop, "known")
        known.turn(make_update(flow_id="older"))
        talk.turn(make_update(flow_id="newer"))

        state = self.merged(talk, known)

        assert (state.flow_id, state.is_open) == ("newer", True)

    def test_an_open_one_of_the_known_stays_when_nothing_waits_there(
        self, talk: Talk
    ) -> None:
        known = Talk(talk.database, talk.shop, "known")
        known.turn(make_update(flow_id="older"))
        talk.turn(make_update(flow_id="newer", closed=DialogueEnd.DONE))

        state = self.merged(talk, known)

        assert (state.flow_id, state.is_open) == ("older", True)

    def test_what_two_open_tickets_collected_is_on_the_one_that_stays(
        self, talk: Talk
    ) -> None:
        known = Talk(talk.database, talk.shop, "known")
        known.turn(make_ticket_action(), make_update(collected=(("what", "盖子"),)))
        talk.turn(make_ticket_action(), make_update(collected=(("picture", "1"),)))

        state = self.merged(talk, known)

        assert {"what": "盖子", "picture": "1"} in talk.data()
        assert state.ticket_id is not None


class TestBlankDialogues:
    def test_what_buyers_told_long_ago_goes_and_the_row_stays(self, talk: Talk) -> None:
        talk.turn()
        place, shop_id = talk.place, talk.shop.shop_id

        def unit(conn: Connection) -> None:
            for at in (LONG_AGO, NOW):
                change(
                    conn,
                    shop_id,
                    conversation_id=place,
                    action=make_update(closed=DialogueEnd.DONE, collected=()),
                    tickets=(),
                    now=at,
                )

        talk.database.write_now(unit)

        assert run(talk.database, retention.blank_dialogues, before=BEFORE) == 1
        assert rows(talk.database, DialogueRow, "flow_id", "slots") == [
            ("repair", {}),
            ("repair", {"order": "A1"}),
        ]
