"""Each source of scripts has its best reply for people; the assistant has one."""

from dataclasses import replace

from bot.assistant import Assistant
from bot.deciding.suggesting import Suggestion
from bot.replying.select import ScriptIndex
from bot.scripts import Audience, Pack, PhraseRule, Script, Use
from tests.bot.deciding.deciding_factories import (
    PACK,
    FixedUnderstander,
    make_context,
    make_script,
    make_turn,
    texts,
    understood,
)

TEAM = make_script("colour", "团队说红的", script_id="t.1", audience=Audience.TEAM)
SHOP = make_script("colour", "本店说红的", script_id="s.1", audience=Audience.SHOP)
OWN = make_script("colour", "我说红的", script_id="我的", audience=Audience.PRIVATE)
ASKING = replace(
    TEAM,
    script_id="t.0",
    variants=("{ask.day}有红的",),
    variables=(("day", "哪天"), ("hour", "几点")),
)


def pack_with(*scripts: Script) -> Pack:
    return replace(PACK, scripts=(*PACK.scripts, *scripts))


def suggested(
    pack: Pack, *own: Script, text: str = "亲，问一下"
) -> tuple[Suggestion, ...]:
    assistant = Assistant(pack, FixedUnderstander(understood(("colour", 0.95))))
    return assistant.suggest(make_turn(text), make_context(), own=own)


def said(pack: Pack) -> list[str]:
    assistant = Assistant(pack, FixedUnderstander(understood(("colour", 0.95))))
    return texts(assistant.handle(make_turn(), make_context()))


def shown(found: tuple[Suggestion, ...]) -> list[tuple[Audience, str | None]]:
    return [(it.audience, it.text) for it in found]


class TestSuggestReplies:
    def test_one_of_each_source_and_what_the_assistant_says_first(self) -> None:
        pack = pack_with(SHOP, TEAM)

        assert shown(suggested(pack, OWN)) == [
            (Audience.SHOP, "本店说红的"),
            (Audience.TEAM, "团队说红的"),
            (Audience.PRIVATE, "我说红的"),
        ]

    def test_the_assistant_has_exactly_one_winner_whatever_people_keep(self) -> None:
        alone, together = said(pack_with(SHOP)), said(pack_with(SHOP, TEAM, OWN))

        assert "本店说红的" in alone
        assert together == alone

    def test_of_a_teams_scripts_the_best_one(self) -> None:
        better = replace(TEAM, script_id="t.9", variants=("先这样说",), priority=5)

        assert shown(suggested(pack_with(TEAM, better)))[1:] == [
            (Audience.TEAM, "先这样说")
        ]

    def test_a_script_whose_phrases_do_not_fit_is_not_offered(self) -> None:
        ruled = replace(TEAM, phrases=PhraseRule(contains=("红",)))

        assert shown(suggested(pack_with(ruled), text="问一下"))[1:] == []
        assert shown(suggested(pack_with(ruled), text="红的有吗"))[1:] == [
            (Audience.TEAM, "团队说红的")
        ]

    def test_what_is_to_be_filled_in_stays_and_is_named(self) -> None:
        (_, one) = suggested(pack_with(ASKING))

        assert one.text == "{ask.day}有红的"
        assert one.variables == (("day", "哪天"),)

    def test_what_needs_no_filling_in_comes_first(self) -> None:
        (_, one) = suggested(pack_with(ASKING, TEAM))

        assert one.text == "团队说红的"

    def test_pictures_are_offered_with_the_words(self) -> None:
        pictured = replace(OWN, pictures=("https://shop.example/1.jpg",))

        (*_, one) = suggested(PACK, pictured)

        assert one.pictures == ("https://shop.example/1.jpg",)

    def test_ones_own_script_of_no_intent_is_found_and_not_suggested(self) -> None:
        loose = replace(OWN, intent_id="")

        assert len(suggested(PACK, loose)) == len(suggested(PACK))

    def test_an_intent_that_only_the_team_answers_is_answered(self) -> None:
        others = tuple(it for it in PACK.scripts if it.intent_id != "colour")
        pack = replace(PACK, scripts=(*others, TEAM))

        assert shown(suggested(pack)) == [(Audience.TEAM, "团队说红的")]


class TestLibrary:
    def test_people_s_scripts_move_nothing_that_the_assistant_does(self) -> None:
        naming = replace(TEAM, variants=("登记了{ticket.number}",))
        assistant = Assistant(
            pack_with(naming), FixedUnderstander(understood(("colour", 0.95)))
        )

        intent = assistant.library.intent("colour")

        assert not assistant.library.is_registering(intent)
        assert assistant.library.team_scripts.scripts("colour", Use.REPLY) == (naming,)

    def test_an_index_holds_the_audiences_it_is_for(self) -> None:
        index = ScriptIndex((SHOP, TEAM, OWN))

        assert index.scripts("colour", Use.REPLY) == (SHOP,)
