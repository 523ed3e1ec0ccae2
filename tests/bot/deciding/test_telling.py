"""An incident lasts: who asks is told of it, and nothing is promised meanwhile."""

from dataclasses import replace
from datetime import timedelta

from bot.actions import Band, HandOver, OpenTicket, RecordPromise, Suggest, TellIncident
from bot.assistant import Assistant
from bot.deciding.mood import Mood, MoodRules, MoodWords
from bot.deciding.state import PastTurn, TurnContext
from bot.incidents.values import (
    EVERYTHING,
    Incident,
    IncidentKind,
    IncidentRule,
    IncidentRules,
)
from bot.promises.kinds import PromiseKind, PromiseRules, Settling
from tests.bot.deciding.deciding_factories import (
    NOW,
    PACK,
    FixedUnderstander,
    handle,
    has,
    make_context,
    make_conversation,
    make_facts,
    make_script,
    make_turn,
    texts,
    the,
    tickets,
    understood,
)

PAST = PastTurn(first_message_id=0, intent_id="price", confidence=0.9, handled_at=NOW)
SNOW = "大雪封路，11月26日恢复"
TOLD = replace(
    PACK,
    scripts=(
        *(it for it in PACK.scripts if it.intent_id != "price"),
        make_script(
            "price",
            "{shop.ship_within}发出",
            "能拍就有货[[，{shop.ship_within}发]]",
        ),
        make_script("empty", "马上发", script_id="rash", priority=5),
        make_script("empty", "以订单页为准", script_id="calm"),
    ),
    incidents=IncidentRules(
        kinds={
            IncidentKind.WAREHOUSE_STOP: IncidentRule(
                zh="停发",
                intents=frozenset({"colour", "hurry"}),
                closing="update",
                withholds=frozenset({"shop.ship_within"}),
                withheld_scripts=frozenset({"rash"}),
            )
        },
        again=("还没恢复[[，预计{incident.ends_at|before}]]",),
    ),
)


def lasting(**changes: object) -> TurnContext:
    incident = Incident(
        incident_id=7,
        kind=IncidentKind.WAREHOUSE_STOP,
        scope=EVERYTHING,
        text=SNOW,
        starts_at=NOW - timedelta(hours=1),
        ends_at=NOW + timedelta(hours=5),
    )
    facts = make_facts(policies={"shop.ship_within": "两天内"})
    return make_context(**({"incidents": (incident,), "facts": facts} | changes))


class TestTellIncident:
    def test_its_text_is_the_answer_and_the_buyer_is_remembered(self) -> None:
        decision = handle("colour", pack=TOLD, context=lasting())

        assert texts(decision) == [SNOW]
        assert decision.band is Band.AUTO
        assert the(decision, TellIncident).incident_id == 7

    def test_a_wish_that_would_wait_for_a_person_opens_no_ticket(self) -> None:
        decision = handle("hurry", pack=TOLD, context=lasting())

        assert texts(decision) == [SNOW]
        assert not has(decision, OpenTicket)

    def test_one_that_was_not_surely_understood_still_does(self) -> None:
        decision = handle(("hurry", 0.6), pack=TOLD, context=lasting())

        assert texts(decision) == [SNOW]
        assert tickets(decision) == ["parcel"]
        assert decision.band is Band.ASSIST

    def test_two_wishes_are_told_once(self) -> None:
        decision = handle("colour", "hurry", pack=TOLD, context=lasting())

        assert texts(decision) == [SNOW]

    def test_the_second_time_in_other_words(self) -> None:
        known = make_conversation(used_variants={"incident:7": (0,)})

        decision = handle("colour", pack=TOLD, context=lasting(conversation=known))

        assert texts(decision) == ["还没恢复，预计今天17点前"]

    def test_other_wishes_are_answered_without_what_promises(self) -> None:
        decision = handle("price", pack=TOLD, context=lasting())

        assert texts(decision) == ["能拍就有货"]

    def test_nor_with_scripts_that_promise_in_words(self) -> None:
        calm = handle("empty", pack=TOLD, context=make_context())
        told = handle("empty", pack=TOLD, context=lasting())

        assert texts(calm) == ["马上发"]
        assert texts(told) == ["以订单页为准"]

    def test_who_serves_is_offered_its_text(self) -> None:
        served = make_conversation(served_by=3)

        decision = handle("colour", pack=TOLD, context=lasting(conversation=served))

        assert texts(decision) == []
        assert the(decision, Suggest).text == SNOW

    def test_who_asks_for_suggestions_too(self) -> None:
        assistant = Assistant(
            TOLD, FixedUnderstander(understood(("colour", 0.9), ("price", 0.1)))
        )

        first, second = assistant.suggest(make_turn(), lasting())

        assert first.text == SNOW
        assert "异常" in first.why[-1]
        assert second.text == "能拍就有货"

    def test_its_text_is_told_and_no_promise(self) -> None:
        (incident,) = lasting().incidents
        text = "今天寄出的明天到"
        kind = PromiseKind(
            kind_id="send",
            zh="寄出",
            about="send",
            says=("寄出",),
            kept_by=frozenset({Settling.ORDER_SHIPPED}),
        )
        promising = replace(TOLD, promises=PromiseRules(kinds=(kind,)))
        told = replace(incident, text=text)

        decision = handle("colour", pack=promising, context=lasting(incidents=(told,)))
        others = handle(
            "price",
            pack=replace(
                promising, scripts=(*PACK.scripts, make_script("price", text))
            ),
            context=make_context(),
        )

        assert texts(decision) == [text]
        assert not has(decision, RecordPromise)
        assert has(others, RecordPromise)

    def test_braces_of_a_manager_are_no_placeholders(self) -> None:
        (incident,) = lasting().incidents
        odd = replace(incident, text="{order.no}[[停发]]")

        decision = handle("colour", pack=TOLD, context=lasting(incidents=(odd,)))

        assert texts(decision) == ["{order.no}[[停发]]"]

    def test_who_is_angry_twice_reads_why_and_gets_a_person(self) -> None:
        moods = MoodRules(
            moods={Mood.ANGRY: MoodWords(words=("气死",))},
            hands_over_unsure=True,
            hands_over_twice=True,
        )
        pack = replace(TOLD, moods=moods)
        angry = make_turn("气死我了")

        once = handle("colour", pack=pack, context=lasting(), turn=angry)
        past = replace(lasting().conversation, mood=Mood.ANGRY, past=(PAST,))
        twice = handle(
            "colour", pack=pack, context=lasting(conversation=past), turn=angry
        )

        assert texts(once) == [SNOW]
        assert texts(twice)[0] == SNOW
        assert has(twice, HandOver)
