"""What a bargaining buyer asks for, read from the words and figures of a turn."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bargaining.asks import Ask, AskKind, Table, drop_odd_part, read_ask
from bot.understanding.entities import EntityFinder, to_original
from bot.understanding.normalize import Folder
from bot.utterances import Guess, Understanding
from scripts_library.loader import builtin_pack, load_pack

PACK = load_pack(builtin_pack())
FINDER = EntityFinder(PACK.lexicon)
FOLDER = Folder(PACK.lexicon)
MUG = Table(list_fen=5_500)


def understand(text: str) -> Understanding:
    folded = FOLDER.fold(text)
    entities = FINDER.find(folded.text, today=date(2026, 11, 23))
    return Understanding(
        text=text,
        folded=folded,
        clauses=(),
        entities=to_original(entities, folded),
        guesses=(Guess(intent_id="x", confidence=1.0),),
        intents=("x",),
        explain=tuple,
    )


def read(text: str, table: Table = MUG) -> Ask:
    return read_ask(understand(text), words=PACK.bargaining.words, table=table)


class TestReadAsk:
    @pytest.mark.parametrize(
        ("text", "kind", "fen"),
        [
            ("50行不行", AskKind.PRICE, 5_000),
            ("卖50我就拍", AskKind.PRICE, 5_000),
            ("54卖不卖", AskKind.PRICE, 5_400),
            ("48卖我就马上付款", AskKind.PRICE, 4_800),
            ("四十九卖吗", AskKind.PRICE, 4_900),
            ("55太贵了，50行不行", AskKind.PRICE, 5_000),
            ("便宜到50吧", AskKind.PRICE, 5_000),
            ("最少50卖不卖", AskKind.PRICE, 5_000),
            ("让我50拿走吧", AskKind.PRICE, 5_000),
            ("我只有45块了", AskKind.PRICE, 4_500),
            ("打八折行吗", AskKind.SHARE, 4_400),
            ("85折行不", AskKind.SHARE, 4_675),
            ("半价卖吗", AskKind.SHARE, 2_750),
            ("便宜10%", AskKind.SHARE, 4_950),
            ("便宜百分之十", AskKind.SHARE, 4_950),
            ("少10块", AskKind.OFF, 4_500),
            ("便宜5块我马上付款", AskKind.OFF, 5_000),
            ("抹个零吧", AskKind.ROUND_DOWN, 5_000),
            ("凑个整呗", AskKind.ROUND_DOWN, 5_000),
        ],
    )
    def test_reads_what_the_pieces_shall_cost(
        self, text: str, kind: AskKind, fen: int
    ) -> None:
        ask = read(text)

        assert (ask.kind, ask.price_fen) == (kind, fen)

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("能便宜点吗", AskKind.PLAIN),
            ("55太贵了", AskKind.PLAIN),
            ("最低多少", AskKind.LAST_PRICE),
            ("包邮就拍", AskKind.FREE_POSTAGE),
            ("送个小礼物呗", AskKind.GIFT),
            ("两件便宜点", AskKind.QUANTITY),
        ],
    )
    def test_reads_no_price_where_none_is_named(self, text: str, kind: AskKind) -> None:
        ask = read(text)

        assert (ask.kind, ask.price_fen) == (kind, None)

    def test_a_price_with_a_quantity_is_that_of_all_pieces(self) -> None:
        assert read("两件100行不行") == Ask(
            kind=AskKind.PRICE, quantity=2, price_fen=10_000
        )

    def test_a_price_of_each_piece_is_counted_up(self) -> None:
        assert read("两件，一件45行不").price_fen == 9_000
        assert read("50行我就买两个").price_fen == 10_000
        assert read("两件，一件60行不").price_fen == 12_000

    def test_more_off_is_off_what_is_on_the_table(self) -> None:
        table = Table(list_fen=5_500, offer_fen=5_200)

        assert read("再少2块我就拍了", table).price_fen == 5_000
        assert read("少2块我就拍了", table).price_fen == 5_300

    def test_postage_may_have_to_be_in_the_price(self) -> None:
        ask = read("50包邮行不行")

        assert (ask.price_fen, ask.with_postage) == (5_000, True)

    def test_nothing_asked_for_is_less_than_nothing(self) -> None:
        assert read("少100块").price_fen == 0


class TestDropOddPart:
    @pytest.mark.parametrize(
        ("fen", "rounded"),
        [(29_900, 29_000), (5_990, 5_900), (5_500, 5_000), (12_900, 12_000)],
    )
    def test_makes_the_lowest_digit_zero(self, fen: int, rounded: int) -> None:
        assert drop_odd_part(fen) == rounded

    @pytest.mark.parametrize("fen", [5_000, 100, 7, 0])
    def test_one_digit_alone_is_not_dropped(self, fen: int) -> None:
        assert drop_odd_part(fen) is None

    @given(st.integers(0, 10**9))
    def test_is_less_by_less_than_nine_tenths(self, fen: int) -> None:
        rounded = drop_odd_part(fen)

        if rounded is not None:
            assert fen * 0.1 < rounded < fen


class TestAcceptance:
    @pytest.mark.parametrize(
        "text",
        ["好的那就52吧", "行 52就52", "那就按您说的", "成交", "可以，52", "就这个价吧"],
    )
    def test_the_offer_is_taken(self, text: str) -> None:
        table = Table(list_fen=5_500, offer_fen=5_200)

        assert read(text, table) == Ask(kind=AskKind.ACCEPT)

    @pytest.mark.parametrize(
        ("text", "fen"),
        [("好的那就50吧", 5_000), ("行 51就51", 5_100), ("好的再少2块", 5_000)],
    )
    def test_another_figure_is_an_ask(self, text: str, fen: int) -> None:
        table = Table(list_fen=5_500, offer_fen=5_200)

        assert read(text, table).price_fen == fen

    @pytest.mark.parametrize("text", ["52太贵了", "不成交", "52行不行", "按您说的算了"])
    def test_a_refusal_takes_nothing(self, text: str) -> None:
        table = Table(list_fen=5_500, offer_fen=5_200)

        assert read(text, table).kind is not AskKind.ACCEPT

    def test_without_an_offer_there_is_nothing_to_take(self) -> None:
        assert read("那就按您说的").kind is AskKind.PLAIN
