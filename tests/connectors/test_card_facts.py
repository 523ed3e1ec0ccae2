"""Product cards and confirmations as a shop's system tells them."""

import pytest

from bot.catalogue.cards import ProductCard
from bot.errors import InvalidPayloadError
from bot.facts import OrderState
from connectors.signed_http import facts


class TestItemOfACard:
    def test_a_card_comes_with_its_item(self) -> None:
        body, ignored = facts.parse_fact(
            b'{"title": "a", "card": {"care": ["\xe5\x86\xb7\xe6\xb0\xb4"]}}',
            facts.ItemBody,
        )

        found = facts.item_of("i-1", body)

        assert ignored == ()
        assert found.card == ProductCard(care=("冷水",))

    @pytest.mark.parametrize(
        ("raw", "card"),
        [(b'{"title": "a"}', None), (b'{"title": "a", "card": null}', ProductCard())],
    )
    def test_silence_leaves_the_card_and_null_empties_it(
        self, raw: bytes, card: ProductCard | None
    ) -> None:
        body, _ = facts.parse_fact(raw, facts.ItemBody)

        assert facts.item_of("i-1", body).card == card

    @pytest.mark.parametrize(
        ("card", "field"),
        [
            ('{"no_reason_return": "no"}', "card.return_reason"),
            ('{"photos": ["file:///etc"]}', "card.photos[0]"),
            ('{"colour": "red"}', "card.colour"),
            (
                '{"size_chart": {"rows": [{"size": "S"}, {"size": "S"}]}}',
                "card.size_chart.rows",
            ),
            ('{"valid_from": "0001-01-01T00:00:00+08:00"}', "card.valid_from"),
        ],
    )
    def test_a_wrong_field_is_named(self, card: str, field: str) -> None:
        raw = f'{{"title": "a", "card": {card}}}'.encode()

        with pytest.raises(InvalidPayloadError) as raised:
            facts.item_of("i-1", facts.parse_fact(raw, facts.ItemBody)[0])

        assert raised.value.field == field


class TestOrderOfAConfirmation:
    @pytest.mark.parametrize("is_confirmed", [True, False, None])
    def test_the_line_says_what_the_buyer_confirmed(
        self,
        is_confirmed: bool | None,  # noqa: FBT001 - a parameter of the test
    ) -> None:
        body = facts.OrderBody(
            buyer_id="b1",
            state=OrderState.SIGNED,
            items=(facts.LineBody(item_id="i-1", is_exclusion_confirmed=is_confirmed),),
        )

        found = facts.order_of("o-1", body)

        assert found.lines[0].is_exclusion_confirmed is is_confirmed
