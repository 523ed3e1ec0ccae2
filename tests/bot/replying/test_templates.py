"""How templates are written, and what is written wrong."""

import pytest

from bot.replying.templates import parse, placeholders, required, shapes


class TestParse:
    @pytest.mark.parametrize(
        ("template", "problem"),
        [
            ("{order.no|shout}", "unknown filter 'shout'"),
            ("{order.no|default:亲|short}", "the default must come last"),
            ("[[，单号{order.no}", "[[ without its ]]"),
            ("单号]]", "]] without its [["),
            ("[[甲[[{order.no}]]", "[[ inside [["),
            ("[[没有事实]]", "names no placeholder"),
            ("[[{entity.size|default:均码}]]", "never left out"),
            ("单号{order.no", "a brace without its partner"),
            ("单号order.no}", "a brace without its partner"),
        ],
    )
    def test_says_what_is_written_wrong(self, template: str, problem: str) -> None:
        found = parse(template).problems

        assert any(problem in one for one in found), found

    @pytest.mark.parametrize(
        "template",
        [
            "亲，您好",
            "{order.promised_ship_at|before}发出",
            "{buyer.name|default:亲}，您好",
            "发出了[[，单号{order.tracking_no}]][[，由{order.courier}承运]]",
            "{entity.size|short|default:}",
        ],
    )
    def test_and_nothing_of_what_is_written_well(self, template: str) -> None:
        assert parse(template).problems == ()


class TestPlaceholders:
    def test_names_those_with_filters_and_in_optional_parts(self) -> None:
        template = "{order.paid_at|date}[[{order.no}]]{buyer.name|default:亲}"

        assert placeholders(template) == ("order.paid_at", "order.no", "buyer.name")


class TestRequired:
    def test_names_only_what_the_template_is_not_sent_without(self) -> None:
        template = "{order.paid_at|date}[[{order.no}]]{buyer.name|default:亲}"

        assert required(template) == ("order.paid_at",)


class TestShapes:
    def test_are_what_a_template_may_come_out_as(self) -> None:
        template = "{buyer.name|default:亲}好[[，{order.no}]][[，{order.courier}]]"

        assert set(shapes(template)) == {
            "{buyer.name}好，{order.no}，{order.courier}",
            "{buyer.name}好，{order.courier}",
            "{buyer.name}好，{order.no}",
            "亲好",
        }

    def test_a_plain_text_has_one(self) -> None:
        assert shapes("您好") == ("您好",)
