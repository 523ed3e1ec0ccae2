"""Whether every operation of the document answers as the document says."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis.strategies import one_of
from schemathesis import GenerationMode
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from connectors.signed_http.signature import signed_headers
from server.api.desk.workbook import XLSX
from server.library import Library
from storage.states import Role
from tests.journeys.shop_floor import SECRET, SLUG
from tests.server.api.colleagues import Colleague, employ
from tests.server.api.serving_thread import Served, shop_in_thread

EXAMPLES = 25
"""Of each operation; the seed makes them the same every time."""
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
]
LONGEST_LINE = 8000
ENTRANCE = "/ws/"
"""Sockets are no operations that a request and an answer describe."""


@schemathesis.serializer(XLSX)
def write_bytes(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Return a body that is no JSON: whatever was thought of, as bytes."""
    raw: bytes = value if isinstance(value, bytes) else repr(value).encode()
    return raw


@dataclass(slots=True)
class Tally:
    """What was tried."""

    operations: int = 0
    cases: int = 0
    statuses: dict[int, int] = field(default_factory=dict)

    def count(self, status: int) -> None:
        self.cases += 1
        self.statuses[status] = self.statuses.get(status, 0) + 1


@pytest.fixture(name="served")
def _served(library: Library, tmp_path: Path) -> Iterator[Served]:
    with shop_in_thread(library, tmp_path) as served:
        yield served


async def furnish(served: Served) -> dict[str, str]:
    """Let there be one of each noun, and return the addresses' parts that name them."""
    floor = served.floor
    await floor.put_on_duty()
    await floor.tell("PUT", "/items/i-1", title="羽绒服", list_fen=9900, stock=3)
    await floor.tell("PUT", "/orders/o-1", buyer_id="b-1", state="paid", items=["i-1"])
    said = await floor.say("b-1", "我要投诉，快递丢了，电话13812345678", order_id="o-1")
    (ticket, *_) = await floor.tickets()
    return {
        "shop": SLUG,
        "conversation_id": str(said["conversation_id"]),
        "number": ticket.number,
        "buyer_id": str(ticket.buyer_id),
        "item_id": "i-1",
        "order_id": "o-1",
        "follow_up_id": "1",
        "delivery_id": "1",
    }


def without_security(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document as for somebody who is let in: the test signs and logs in."""
    for operations in document["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return document


def signed(request: requests.PreparedRequest, served: Served) -> dict[str, str]:
    """Return the headers of a shop's system for this request."""
    body: Any = request.body if request.body is not None else b""
    raw = body.encode() if isinstance(body, str) else body
    payload = str(request.path_url).encode() if request.method == "GET" else raw
    return signed_headers(SECRET.encode(), now=served.floor.clock(), payload=payload)


def send(
    case: Any, served: Served, *, admin: Colleague, known: dict[str, str]
) -> Response:
    """Send a case as whoever may ask for it; a valid one of things that are there."""
    places = case.path_parameters or {}
    is_valid = case.meta.generation.mode is GenerationMode.POSITIVE
    kept = set(known) if is_valid else {"shop"}
    case.path_parameters = {**places, **{n: known[n] for n in kept & set(places)}}
    kwargs = case.as_transport_kwargs(base_url=served.url)
    kwargs.pop("cookies", None)
    request = requests.Request(**kwargs).prepare()
    # A longer line is refused before any route is looked for.
    assume(len(str(request.path_url)) < LONGEST_LINE)
    request.headers.pop("Cookie", None)
    role = case.operation.definition.raw["x-role"]
    own = signed(request, served) if role == "signed" else admin.headers
    request.headers.update(own)
    with requests.Session() as session:
        answer = session.send(request, timeout=20)
    return Response.from_requests(answer, verify=False)


def refuse_faults(answer: Response, operation: Any) -> None:
    """Fail at a server error, but one that the document itself announces.

    ``/readyz`` says 503 while the process is not ready, the window's script while it is
    not built.
    """
    announced = operation.definition.raw["responses"]
    assert answer.status_code < 500 or str(answer.status_code) in announced


def play(
    operation: Any,
    served: Served,
    *,
    admin: Colleague,
    known: dict[str, str],
    tally: Tally,
) -> None:
    """Try valid and invalid cases of one operation; raise what does not conform."""

    @seed(tally.operations)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=one_of(
            operation.as_strategy(GenerationMode.POSITIVE),
            operation.as_strategy(GenerationMode.NEGATIVE),
        )
    )
    def conforms(case: Any) -> None:
        answer = send(case, served, admin=admin, known=known)
        tally.count(answer.status_code)
        refuse_faults(answer, operation)
        case.validate_response(answer, checks=CHECKS)

    conforms()
    tally.operations += 1


class TestOpenapi:
    @pytest.mark.slow
    def test_every_operation_answers_as_it_says(
        self, served: Served, capsys: pytest.CaptureFixture[str]
    ) -> None:
        known = served.run(furnish(served))
        document = requests.get(f"{served.url}/api/openapi.json", timeout=10).json()
        schema: Any = schemathesis.openapi.from_dict(without_security(document))
        tally = Tally()

        for number, found in enumerate(schema.get_all_operations()):
            operation = found.ok()
            if operation.path.startswith(ENTRANCE):
                continue
            admin = served.run(employ(served.floor, f"admin-{number}", role=Role.ADMIN))
            play(operation, served, admin=admin, known=known, tally=tally)

        with capsys.disabled():
            print(f"\n{tally}")  # noqa: T201 - the figures of this run
        assert tally.operations >= 40
        assert not {500, 501, 502, 504} & tally.statuses.keys()
