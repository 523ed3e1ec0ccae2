"""What people may write to buyers: anything but nothing."""

import pytest

from tests.server.api.colleagues import Colleague
from tests.server.api.talks import of, take_over


class TestWords:
    @pytest.mark.parametrize("text", [" ", "\n\n", "\u3000\u200b\ufeff"])
    async def test_nobody_is_sent_an_empty_message(
        self, lan: Colleague, conversation_id: int, text: str
    ) -> None:
        await take_over(lan, conversation_id)

        answer = await lan.post(
            of(conversation_id, "/messages"), text=text, client_id="c1"
        )

        assert (answer.status, answer.field) == (400, "text")
