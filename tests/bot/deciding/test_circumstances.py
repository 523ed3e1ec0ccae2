"""What conditions of scripts see of a turn: asked again, in which mood, who is there."""

from dataclasses import replace
from datetime import timedelta

from bot.assistant import Assistant
from bot.deciding.mood import Mood, MoodRules, MoodWords
from bot.deciding.state import REMEMBERED, PastTurn, TurnContext
from bot.incidents.values import (
    EVERYTHING,
    Incident,
    IncidentKind,
    IncidentRule,
    IncidentRules,
)
from bot.scripts import Asked, Conditions, Duty, Pack
from bot.utterances import Entity, EntityKind
from tests.bot.deciding.deciding_factories import (
    NOW,
    PACK,
    FixedUnderstander,
    handle,
    make_context,
    make_conversation,
    make_script,
    make_turn,
    texts,
    understood,
)

COLOUR = PastTurn(
    first_message_id=0,
    intent_id="colour",
    confidence=0.9,
    handled_at=NOW - timedelta(minutes=2),
    said=(("colour.reply", 0),),
    last_said_id=0,
)
EVENING = make_script(
    "colour",
    "同事明早看",
    script_id="away",
    conditions=Conditions(duty=(Duty.AWAY,)),
)


def with_scripts(**conditions: Conditions) -> Pack:
    """Return the pack with a script for each condition, which says its name."""
    return replace(
        PACK,
        scripts=(
            *PACK.scripts,
            *(
                make_script("colour", name, script_id=name, conditions=one)
                for name, one in conditions.items()
            ),
        ),
    )


AGAIN = with_scripts(again=Conditions(asked=(Asked.AGAIN,)))


def after(*past: PastTurn) -> TurnContext:
    return make_context(conversation=make_conversation(past=past))


class TestCircumstancesOf:
    def test_a_wish_that_was_answered_lately_is_asked_again(self) -> None:
        decision = handle("colour", pack=AGAIN, context=after(COLOUR))

        assert texts(decision) == ["again"]

    def test_the_first_time_it_is_not(self) -> None:
        assert texts(handle("colour", pack=AGAIN)) == ["红的好看"]

    def test_after_a_long_silence_it_is_the_first_time_anew(self) -> None:
        long_ago = replace(COLOUR, handled_at=NOW - REMEMBERED - timedelta(seconds=1))

        assert texts(handle("colour", pack=AGAIN, context=after(long_ago))) == [
            "红的好看"
        ]

    def test_another_wish_that_was_answered_does_not_count(self) -> None:
        other = replace(COLOUR, said=(("hello.reply", 0),))

        assert texts(handle("colour", pack=AGAIN, context=after(other))) == ["红的好看"]

    def test_a_wish_that_nobody_has_answered_does_not_count(self) -> None:
        silent = replace(COLOUR, said=())

        assert texts(handle("colour", pack=AGAIN, context=after(silent))) == [
            "红的好看"
        ]

    def test_a_turn_that_tells_something_new_is_no_repetition(self) -> None:
        place = Entity(kind=EntityKind.PLACE, value="杭州", start=0, end=2)
        understanding = replace(understood(("colour", 0.95)), entities=(place,))
        assistant = Assistant(AGAIN, FixedUnderstander(understanding))

        decision = assistant.handle(make_turn(), after(COLOUR))

        assert texts(decision) == ["蓝的也好看"]

    def test_a_day_or_a_length_of_time_is_nothing_new(self) -> None:
        days = Entity(kind=EntityKind.DURATION_DAYS, value="3", start=0, end=2)
        understanding = replace(understood(("colour", 0.95)), entities=(days,))
        assistant = Assistant(AGAIN, FixedUnderstander(understanding))

        assert texts(assistant.handle(make_turn(), after(COLOUR))) == ["again"]

    def test_a_script_for_the_first_time_is_not_said_again(self) -> None:
        first = with_scripts(first=Conditions(asked=(Asked.FIRST,)))

        said = [
            texts(handle("colour", pack=first, context=context))
            for context in (after(), after(COLOUR))
        ]

        assert said == [["first"], ["蓝的也好看"]]

    def test_the_mood_of_the_turn_counts(self) -> None:
        pack = replace(
            with_scripts(angry=Conditions(mood=(Mood.ANGRY,))),
            moods=MoodRules(moods={Mood.ANGRY: MoodWords(words=("气死",))}),
        )

        assert texts(handle("colour", pack=pack, turn=make_turn("气死我了"))) == [
            "angry"
        ]
        assert texts(handle("colour", pack=pack)) == ["红的好看"]

    def test_after_hours_counts(self) -> None:
        pack = replace(PACK, scripts=(*PACK.scripts, EVENING))

        assert texts(handle("colour", pack=pack)) == ["红的好看"]
        assert texts(
            handle("colour", pack=pack, context=make_context(agents_on_duty=0))
        ) == ["同事明早看"]

    def test_an_incident_that_concerns_the_turn_counts(self) -> None:
        kind = IncidentKind.SHORTAGE
        rule = IncidentRule(zh="缺货", intents=frozenset({"price"}), closing="update")
        pack = replace(
            with_scripts(short=Conditions(incident=(kind,))),
            incidents=IncidentRules(kinds={kind: rule}, again=()),
        )
        short = Incident(
            incident_id=1,
            kind=kind,
            scope=EVERYTHING,
            text="缺货",
            starts_at=NOW - timedelta(hours=1),
        )

        assert texts(
            handle("colour", pack=pack, context=make_context(incidents=(short,)))
        ) == ["short"]
        assert texts(handle("colour", pack=pack)) == ["红的好看"]
