"""Properties of the merge three ways: nothing that one side alone did is lost."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scripts_library.shop.entries import Content, Key, Kind
from scripts_library.shop.merging import merge

WORDS = st.text("甲乙丙丁", min_size=1, max_size=3)
LISTS = st.lists(WORDS, min_size=1, max_size=4, unique=True)
SCRIPTS = st.fixed_dictionaries(
    {"intent": st.sampled_from(["a", "b"]), "variants": LISTS},
    optional={
        "priority": st.integers(1, 3),
        "tags": LISTS,
        "when": st.fixed_dictionaries(
            {}, optional={"category": LISTS, "order_state": LISTS}
        ).filter(bool),
    },
)
KEYS = st.builds(
    Key, st.sampled_from([Kind.SCRIPT, Kind.EXAMPLES]), st.sampled_from("xyz")
)
CONTENTS = st.dictionaries(KEYS, SCRIPTS, max_size=4)

SCRIPT = Key(Kind.SCRIPT, "x")
LINES = Key(Kind.EXAMPLES, "x")


def script(*variants: str, **more: Any) -> dict[str, Any]:
    return {"intent": "a", "variants": [*variants], **more}


class TestMerge:
    @given(base=CONTENTS, theirs=CONTENTS)
    def test_with_no_edits_it_is_the_new_pack(
        self, base: Content, theirs: Content
    ) -> None:
        merged = merge(base, ours=base, theirs=theirs)

        assert merged.content == theirs
        assert merged.conflicts == ()

    @given(base=CONTENTS, ours=CONTENTS)
    def test_with_no_new_pack_it_is_the_edits(
        self, base: Content, ours: Content
    ) -> None:
        merged = merge(base, ours=ours, theirs=base)

        assert merged.content == ours
        assert merged.conflicts == ()

    @given(base=CONTENTS, both=CONTENTS)
    def test_what_both_did_alike_is_done(self, base: Content, both: Content) -> None:
        merged = merge(base, ours=both, theirs=both)

        assert merged.content == both
        assert merged.conflicts == ()

    @given(base=CONTENTS, ours=CONTENTS, theirs=CONTENTS)
    def test_an_entry_that_one_side_alone_changed_follows_it(
        self, base: Content, ours: Content, theirs: Content
    ) -> None:
        merged = merge(base, ours=ours, theirs=theirs)

        for key in {*base, *ours, *theirs}:
            if base.get(key) == ours.get(key):
                assert merged.content.get(key) == theirs.get(key)
            elif base.get(key) == theirs.get(key):
                assert merged.content.get(key) == ours.get(key)

    @given(base=CONTENTS, ours=CONTENTS, theirs=CONTENTS)
    def test_a_field_that_one_side_alone_changed_follows_it(
        self, base: Content, ours: Content, theirs: Content
    ) -> None:
        merged = merge(base, ours=ours, theirs=theirs)

        for key in {*base} & {*ours} & {*theirs} & {*merged.content}:
            sides = base[key], ours[key], theirs[key]
            for field in {*sides[0], *sides[1], *sides[2]}:
                before, mine, other = (side.get(field) for side in sides)
                if before == mine:
                    assert merged.content[key].get(field) == other
                elif before == other:
                    assert merged.content[key].get(field) == mine

    @given(base=LISTS, ours=LISTS, theirs=LISTS)
    def test_a_line_that_one_side_added_or_removed_is_so_unless_it_is_told(
        self, base: list[str], ours: list[str], theirs: list[str]
    ) -> None:
        merged = merge(
            {LINES: {"lines": base}},
            ours={LINES: {"lines": ours}},
            theirs={LINES: {"lines": theirs}},
        )

        if merged.conflicts:
            return
        lines = set(merged.content[LINES]["lines"])
        assert {*ours} - {*base} <= lines
        assert {*theirs} - {*base} <= lines
        assert lines.isdisjoint({*base} - {*ours})
        assert lines.isdisjoint({*base} - {*theirs})

    @given(base=CONTENTS, ours=CONTENTS, theirs=CONTENTS)
    def test_a_conflict_shows_what_each_side_has_and_ours_stands(
        self, base: Content, ours: Content, theirs: Content
    ) -> None:
        merged = merge(base, ours=ours, theirs=theirs)

        for conflict in merged.conflicts:
            assert conflict.ours != conflict.theirs
            assert conflict.base not in (conflict.ours, conflict.theirs)
            value: Any = merged.content.get(conflict.key)
            for name in conflict.field.split(".") if conflict.field else ():
                value = value.get(name)
            assert value == conflict.ours

    def test_variants_added_on_both_sides_are_both_there(self) -> None:
        merged = merge(
            {SCRIPT: script("一")},
            ours={SCRIPT: script("一", "店铺加的")},
            theirs={SCRIPT: script("一", "新包加的", priority=2)},
        )

        assert merged.content[SCRIPT] == script(
            "一", "新包加的", "店铺加的", priority=2
        )
        assert merged.conflicts == ()

    def test_one_variant_rewritten_on_both_sides_is_a_conflict(self) -> None:
        merged = merge(
            {SCRIPT: script("一", "二")},
            ours={SCRIPT: script("一改", "二")},
            theirs={SCRIPT: script("一新", "二")},
        )

        (conflict,) = merged.conflicts
        assert conflict.field == "variants"
        assert merged.content[SCRIPT]["variants"] == ["一改", "二"]

    def test_removed_on_one_side_and_changed_on_the_other_is_a_conflict(self) -> None:
        merged = merge(
            {SCRIPT: script("一")}, ours={}, theirs={SCRIPT: script("一", "二")}
        )

        (conflict,) = merged.conflicts
        assert (conflict.field, conflict.ours) == ("", None)
        assert SCRIPT not in merged.content
