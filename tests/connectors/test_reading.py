"""Whether queries and places of addresses are read as their structs say."""

from typing import Annotated

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from bot.errors import InvalidPayloadError
from connectors.reading import decode_body, read_place, read_query


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    limit: Annotated[int, msgspec.Meta(ge=1, le=200)] = 50
    name: str | None = None


class Place(msgspec.Struct, frozen=True):
    number: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


def asked(path: str, **places: str) -> web.Request:
    return make_mocked_request("GET", path, match_info=places)


class TestReadQuery:
    def test_reads_numbers_and_texts(self) -> None:
        query = read_query(asked("/?limit=7&name=a%20b"), Query, connector="desk")

        assert query == Query(limit=7, name="a b")

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("limit=0", "limit"),
            ("limit=", "limit"),
            ("limit=1&limit=2", "limit"),
            ("limit=" + "9" * 400, "limit"),
            ("other=1", "other"),
        ],
    )
    def test_a_wrong_one_is_named(self, query: str, field: str) -> None:
        with pytest.raises(InvalidPayloadError) as refused:
            read_query(asked(f"/?{query}"), Query, connector="desk")

        assert (refused.value.field, refused.value.connector) == (field, "desk")


class TestReadPlace:
    def test_reads_what_the_struct_names(self) -> None:
        place = read_place(asked("/x", number="12", shop="s"), Place, connector="desk")

        assert place == Place(number=12)

    @pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", "9223372036854775808"])
    def test_a_wrong_one_is_named(self, number: str) -> None:
        with pytest.raises(InvalidPayloadError) as refused:
            read_place(asked("/x", number=number), Place, connector="desk")

        assert refused.value.field == "number"


class TestDecodeBody:
    @pytest.mark.parametrize(
        "raw", [b"", b"{", b"\xff", b'{"name": "\\ud800"}', b"[" * 5000]
    )
    def test_what_is_no_json_is_refused(self, raw: bytes) -> None:
        with pytest.raises(InvalidPayloadError):
            decode_body(raw, msgspec.json.Decoder(Query), connector="desk")
