import pytest

from bot.searching import Match, ScriptSearch, initials_of
from tests.bot.deciding.deciding_factories import make_script

NAMES = {"when": "发货时间", "bill": "发票", "price": "价格"}
SCRIPTS = (
    make_script("when", "今天{snippet.ship}", code="fh1", script_id="when.a"),
    make_script("when", "明天发出", category=("物流", "催发货"), script_id="when.b"),
    make_script("bill", "发票随货寄出", tags=("VIP",), script_id="bill.a"),
    make_script("price", "标价就是到手价", script_id="price.a"),
)


@pytest.fixture(name="search")
def _search() -> ScriptSearch:
    return ScriptSearch(SCRIPTS, names=NAMES, snippets={"ship": "五点前发出"})


class TestFind:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("fhsj", [("when.a", Match.INITIALS), ("when.b", Match.INITIALS)]),
            ("FHSJ", [("when.a", Match.INITIALS), ("when.b", Match.INITIALS)]),
            ("发货时间", [("when.a", Match.NAME), ("when.b", Match.NAME)]),
            (
                "fh",
                [
                    ("when.a", Match.CODE_BEGINS),
                    ("when.b", Match.INITIALS_HOLD),
                ],
            ),
            ("fh1", [("when.a", Match.CODE)]),
            ("cfh", [("when.b", Match.INITIALS)]),
            ("ｖｉｐ", [("bill.a", Match.NAME)]),
            ("五点", [("when.a", Match.WORDS)]),
            ("发货 明天", [("when.b", Match.WORDS)]),
            ("发货 标价", []),
            ("没有这个", []),
            ("  ", []),
        ],
    )
    def test_finds_by_words_initials_and_codes_the_best_first(
        self, search: ScriptSearch, query: str, found: list[tuple[str, Match]]
    ) -> None:
        assert [
            (it.script.script_id, it.match) for it in search.find(query, most=9)
        ] == found

    def test_gives_no_more_than_asked(self, search: ScriptSearch) -> None:
        assert len(search.find("fhsj", most=1)) == 1


class TestInitialsOf:
    @pytest.mark.parametrize(
        ("text", "letters"),
        [("发货时间", "fhsj"), ("7天无理由", "7twly"), ("VIP价格", "vipjg"), ("", "")],
    )
    def test_are_the_first_letters(self, text: str, letters: str) -> None:
        assert initials_of(text) == letters
