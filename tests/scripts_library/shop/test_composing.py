"""A content in a frame: what fits is served, what does not is left out and told."""

from bot.scripts import Audience, Pack
from scripts_library.shop.composing import LONGEST_LINE, compose
from scripts_library.shop.entries import Key, Kind, entries_of

GREETING = Key(Kind.SCRIPT, "greeting.one")


class TestCompose:
    def test_the_packs_own_content_gives_the_pack(
        self, ecommerce: Pack, small: Pack
    ) -> None:
        for pack in (ecommerce, small):
            composed = compose(pack, entries_of(pack))
            assert composed.pack == pack
            assert composed.problems == ()

    def test_a_changed_script_is_the_shops(self, small: Pack) -> None:
        content = {
            **entries_of(small),
            GREETING: {"intent": "greeting", "variants": ["你好呀"]},
        }

        (script,) = (
            it
            for it in compose(small, content).pack.scripts
            if it.script_id == "greeting.one"
        )

        assert (script.variants, script.audience) == (("你好呀",), Audience.SHOP)

    def test_what_names_a_missing_thing_is_left_out_and_the_rest_is_served(
        self, small: Pack
    ) -> None:
        content = {
            **entries_of(small),
            Key(Kind.SCRIPT, "a"): {"intent": "gone", "variants": ["好"]},
            Key(Kind.SCRIPT, "b"): {"intent": "rush", "variants": ["{no.fact}"]},
            Key(Kind.SCRIPT, "c"): {"intent": "rush", "variants": ["{snippet.no}"]},
            Key(Kind.SCRIPT, "clarify:rush"): {"intent": "rush", "variants": ["好"]},
            Key(Kind.EXAMPLES, "gone"): {"lines": ["不在了"]},
            Key(Kind.INTENT, "own"): {"zh": "自己的", "risk": "auto", "ticket": "no"},
            Key(Kind.SCRIPT, "d"): {"intent": "own", "variants": ["好的"]},
            Key(Kind.EXAMPLES, "own"): {"lines": ["自己的问题"]},
        }

        composed = compose(small, content)

        assert composed.pack == small
        assert {(it.key.kind, it.key.entry_id) for it in composed.problems} == {
            ("script", "a"),
            ("script", "b"),
            ("script", "c"),
            ("script", "d"),
            ("script", "clarify:rush"),
            ("examples", "gone"),
            ("examples", "own"),
            ("intent", "own"),
        }

    def test_an_own_intent_has_scripts_and_examples(self, small: Pack) -> None:
        content = {
            **entries_of(small),
            Key(Kind.INTENT, "parking"): {"zh": "停车", "risk": "auto", "urgency": 3},
            Key(Kind.EXAMPLES, "parking"): {"lines": ["好停车吗", "有车位吗"]},
            Key(Kind.SCRIPT, "parking.one"): {
                "intent": "parking",
                "variants": ["{snippet.hi}，楼下可以停"],
            },
            Key(Kind.SNIPPET, "hi"): {"text": "您好"},
        }

        composed = compose(small, content)

        assert composed.problems == ()
        assert composed.pack.intents["parking"].urgency == 3
        assert composed.pack.examples["parking"] == ("好停车吗", "有车位吗")
        assert composed.pack.snippets == {"hi": "您好"}

    def test_an_intent_of_the_pack_is_not_changed(self, small: Pack) -> None:
        content = {
            **entries_of(small),
            Key(Kind.INTENT, "rush"): {"zh": "催", "risk": "auto"},
        }

        composed = compose(small, content)

        assert composed.pack == small
        assert len(composed.problems) == 1

    def test_a_removed_script_is_gone(self, small: Pack) -> None:
        content = entries_of(small)
        del content[GREETING]

        scripts = compose(small, content).pack.scripts

        assert "greeting.one" not in {it.script_id for it in scripts}
        assert len(scripts) == len(small.scripts) - 1

    def test_an_example_longer_than_any_text_of_a_buyer_is_not_learnt(
        self, small: Pack
    ) -> None:
        key = Key(Kind.EXAMPLES, "greeting")
        whole = {"lines": ["在吗", "您好", "好" * LONGEST_LINE]}
        longer = {"lines": ["在吗", "您好", "好" * (LONGEST_LINE + 1)]}

        taken = compose(small, {**entries_of(small), key: whole})
        refused = compose(small, {**entries_of(small), key: longer})

        assert taken.problems == ()
        assert [(it.key, it.path) for it in refused.problems] == [(key, "lines[2]")]
