"""Whether it is known who looks at their desk."""

from server.live.presence import Presence


class TestEnter:
    def test_counts_each_person_once_however_many_desks(self) -> None:
        presence = Presence()

        leaves = [presence.enter(1, user) for user in ("mei", "lan", "lan")]
        leaves.pop()()

        assert presence.people(1) == ("lan", "mei")
        assert presence.desks_of(1, "lan") == 1
        assert presence.people(2) == ()

    def test_is_told_when_somebody_comes_or_goes(self) -> None:
        presence = Presence()
        heard: list[tuple[str, ...]] = []
        presence.listen(heard.append, shop_id=1)

        leave = presence.enter(1, "lan")
        presence.enter(1, "lan")()
        presence.enter(2, "mei")
        leave()

        assert heard == [("lan",), ()]
