"""What would a draft do about what buyers have written? Both libraries, text by text.

Each text is read and decided as the first of a conversation with a person on duty. Texts
that neither the matcher nor a changed script can make a difference to are not decided, nor read more than they must be.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.actions import Decision
from bot.deciding.state import BuyerState, ConversationState, ShopMode, TurnContext
from bot.facts import Facts, Item, Order, OrderState
from bot.messages import Turn
from bot.replaying.comparing import (
    Answer,
    ChangeKind,
    Verdict,
    answer_of,
    find_change,
    judge_change,
)
from bot.replaying.outcomes import Served
from bot.replaying.report import ReplayReport, Tally
from bot.scripts import Bands, Pack, Script, Use
from bot.utterances import Understanding
from server.curating.known_vectors import KnownVectors
from server.curating.sharing import Shared, share_out
from server.library import Library
from server.shops import Shop
from storage.database import Database
from storage.queries.facts import item
from storage.queries.replays import PastMessage

AT_ONCE: Final = 100
"""Texts between two reports of progress."""
_NEAR: Final = 0.02
"""A confidence that moves by so little changes nothing but at a threshold."""
_NONE: Final = 0.1
"""Under it a guess is one of many."""
_MOST_ITEMS: Final = 1000
_FEW: Final = 1000
"""Texts that are not worth a process of their own."""

Progress = Callable[[int, int], None]
"""Told how many texts of how many are done."""


class Case(NamedTuple):
    """What a text is decided on; equal ones are decided once."""

    text: str
    connector: str
    is_verified: bool
    order_state: OrderState | None
    item_ref: str | None


Cases = Mapping[Case, Counter[Served]]
"""How often each came, by how it was answered and what came of it."""


def collect(past: Iterable[PastMessage]) -> dict[Case, Counter[Served]]:
    """Return turns with equal ones counted together."""
    cases: dict[Case, Counter[Served]] = defaultdict(Counter)
    for it in past:
        key = Case(it.text, it.connector, it.is_verified, it.order_state, it.item_ref)
        cases[key][it.served] += 1
    return dict(cases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Of what shop, and when, the texts are decided."""

    shop: Shop
    now: datetime
    items: Mapping[str, Item] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """Return the day in the shop."""
        return self.now.astimezone(ZoneInfo(self.shop.record.timezone)).date()

    def turn(self, case: Case) -> Turn:
        """Return the turn that a case is."""
        return Turn(
            shop_id=self.shop.record.shop_id,
            conversation_id=0,
            message_ids=(),
            text=case.text,
            is_verified=case.is_verified,
            item_ref=case.item_ref,
        )

    def context(self, case: Case) -> TurnContext:
        """Return a conversation that begins with a case; of nobody in particular."""
        shop = self.shop
        order = _sample_order(case.order_state, now=self.now)
        return TurnContext(
            now=self.now,
            shop_mode=ShopMode.AUTO,
            conversation=ConversationState(
                conversation_id=0, version=0, connector=case.connector, is_greeted=True
            ),
            buyer=BuyerState(buyer_id=0, is_verified=case.is_verified),
            facts=Facts(
                policies=shop.policies,
                item=None if case.item_ref is None else self.items.get(case.item_ref),
                order=order,
                open_order_count=0 if order is None else 1,
                timezone=shop.record.timezone,
                catalogue=shop.catalogue,
            ),
            agents_on_duty=1,
            calendar=shop.calendar,
            limits=shop.limits,
            misses_before_hand_over=shop.misses_before_person,
            channel=shop.channel(case.connector),
            guard_rules=shop.guard_rules,
            authority=shop.authority,
        )


def with_items(setting: Setting, cases: Cases, *, database: Database) -> Setting:
    """Return a setting that knows the items that cases are about, at most a thousand."""
    refs = {case.item_ref for case in cases if case.item_ref is not None}
    shop_id = setting.shop.record.shop_id

    def read(connection: Connection) -> dict[str, Item]:
        found = (item(connection, shop_id, ref) for ref in sorted(refs)[:_MOST_ITEMS])
        return {one.item_id: one for one in found if one is not None}

    return replace(setting, items=database.read_now(read))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One case whose answer changes."""

    case: Case
    kind: ChangeKind
    before: Answer
    after: Answer


def replay(
    before: Library,
    after: Library,
    cases: Cases,
    *,
    setting: Setting,
    progress: Progress | None = None,
    processes: int = 1,
) -> ReplayReport:
    """Return what a draft changes.

    Args:
        before: What is served.
        after: What the draft would make of it.
        cases: What buyers have written.
        setting: Of the shop.
        progress: Told after every hundred texts.
        processes: That share the texts, this one included; a fork each.
    """
    ordered = sorted(cases, key=lambda case: case.text)
    tally = Tally()
    for case in ordered:
        tally.see(case.text, count=cases[case].total())
    comparing = Comparing(before, after, setting=setting)
    comparing.warm_up()
    work = Shared(
        parts=list(_parts(ordered)),
        do=comparing.compare,
        processes=processes if len(ordered) > _FEW else 1,
    )
    done = 0
    for size, differences in share_out(work):
        done += size
        if progress is not None:
            progress(done, len(ordered))
        for it in differences:
            verdicts: Counter[Verdict] = Counter()
            for served, count in cases[it.case].items():
                verdict = judge_change(it.kind, it.before, it.after, served=served)
                verdicts[verdict] += count
            tally.add(
                it.kind,
                it.case.text,
                before=it.before,
                after=it.after,
                verdicts=verdicts,
            )
    return tally.report()


class Comparing:
    """Two libraries side by side; makes no change to either."""

    def __init__(self, before: Library, after: Library, *, setting: Setting) -> None:
        self._before = before
        self._after = after
        self._setting = setting
        self._vectors = KnownVectors()
        wrap = self._vectors.around
        self._matcher = before.matcher.encoding_with(wrap)
        self._is_same = after.matcher is before.matcher
        self._other = (
            self._matcher if self._is_same else after.matcher.encoding_with(wrap)
        )
        scripts = _changed_scripts(
            before.assistant.library.pack, after.assistant.library.pack
        )
        self._reworded = frozenset(script.script_id for script in scripts)
        self._touched = frozenset(script.intent_id for script in scripts)
        self._bands = before.pack.bands
        self._is_wide = any(
            script.phrases is not None or script.use is Use.OFFER for script in scripts
        )

    def warm_up(self) -> None:
        """Load what is loaded at the first unsure text, before forks do it each."""
        for one in dict.fromkeys((self._matcher, self._other)):
            second = one.knowledge.ranker.second
            if second is not None:
                second.encoder.encode(["在吗"])
        self._vectors.forget()

    def compare(self, cases: Sequence[Case]) -> list[Difference]:
        """Return the differences among some cases."""
        of_text = {
            text: list(them) for text, them in groupby(cases, key=lambda it: it.text)
        }
        today = self._setting.today
        if self._is_same and not self._is_wide:
            of_text = self._concerned(of_text, today=today)
        read = self._matcher.understand_all(list(of_text), today=today)
        others = read
        if not self._is_same:
            others = self._other.understand_all(list(of_text), today=today)
        self._vectors.forget()
        differences = (
            self._decide(case, one, other)
            for them, one, other in zip(of_text.values(), read, others, strict=True)
            if self._may_differ(one, other)
            for case in them
        )
        return [one for one in differences if one is not None]

    def _concerned(
        self, of_text: dict[str, list[Case]], *, today: date
    ) -> dict[str, list[Case]]:
        """Return the texts that may mean an intent whose scripts have changed."""
        named = self._matcher.shortlist(list(of_text), today=today)
        return {
            text: them
            for (text, them), intents in zip(of_text.items(), named, strict=True)
            if not self._touched.isdisjoint(intents)
        }

    def _may_differ(self, read: Understanding, other: Understanding) -> bool:
        """Return whether the answers need be looked at, as they may differ."""
        if self._is_wide or not is_alike(read, other, bands=self._bands):
            return True
        named = {guess.intent_id for guess in read.guesses}.union(read.intents)
        return not self._touched.isdisjoint(named)

    def _decide(
        self, case: Case, read: Understanding, other: Understanding
    ) -> Difference | None:
        turn, context = self._setting.turn(case), self._setting.context(case)
        before = answer_of(_decision(self._before, turn, context, read))
        after = answer_of(_decision(self._after, turn, context, other))
        kind = find_change(before, after, reworded=self._reworded)
        if kind is None:
            return None
        return Difference(case=case, kind=kind, before=before, after=after)


def is_alike(read: Understanding, other: Understanding, *, bands: Bands) -> bool:
    """Return whether two readings of a text lead to the same answer of one pack.

    They do when the same is guessed with nearly the same confidence, and no threshold
    lies within what they differ by.
    """
    if read is other:
        return True
    mine, others = _probable(read), _probable(other)
    if read.intents != other.intents or [*mine] != [*others]:
        return False
    pairs = [
        *((mine[name], others[name], (bands.auto, bands.assist)) for name in mine),
        (read.margin, other.margin, (bands.auto_margin,)),
    ]
    return all(_is_near(a, b, thresholds) for a, b, thresholds in pairs)


def _probable(read: Understanding) -> dict[str, float]:
    """Return what is probable enough to count, by intent."""
    return {
        **{it.intent_id: it.confidence for it in read.guesses if it.confidence > _NONE},
        **read.clause_guesses,
    }


def _is_near(one: float, other: float, thresholds: tuple[float, ...]) -> bool:
    return abs(one - other) <= _NEAR and all(
        (one >= threshold) is (other >= threshold) for threshold in thresholds
    )


def _decision(
    library: Library, turn: Turn, context: TurnContext, read: Understanding
) -> Decision:
    return library.assistant.handle(turn, context, understanding=read)


def _changed_scripts(before: Pack, after: Pack) -> list[Script]:
    """Return the scripts of either side that the other has otherwise or not at all."""
    known = {script.script_id: script for script in before.scripts}
    now = {script.script_id: script for script in after.scripts}
    return [
        script
        for script_id in known.keys() | now.keys()
        if known.get(script_id) != now.get(script_id)
        for script in (known.get(script_id), now.get(script_id))
        if script is not None
    ]


def _parts(cases: Sequence[Case]) -> Iterator[Sequence[Case]]:
    """Yield some cases at a time, those of one text together."""
    start = 0
    for at, case in enumerate(cases):
        if at - start >= AT_ONCE and case.text != cases[at - 1].text:
            yield cases[start:at]
            start = at
    if start < len(cases):
        yield cases[start:]


def _sample_order(state: OrderState | None, *, now: datetime) -> Order | None:
    """Return an order of nobody's in a state; None without one."""
    if state is None:
        return None
    is_sent = state not in {OrderState.UNPAID, OrderState.PAID, OrderState.CANCELLED}
    is_there = state in {OrderState.SIGNED, OrderState.COMPLETED}
    return Order(
        order_id="A0000000001",
        buyer_ref="",
        state=state,
        paid_at=None if state is OrderState.UNPAID else now - timedelta(days=2),
        promised_ship_at=now + timedelta(hours=6),
        shipped_at=now - timedelta(days=1) if is_sent else None,
        courier="示例快递" if is_sent else None,
        tracking_no="SF0000000000000" if is_sent else None,
        latest_track="快件在运输途中" if is_sent else None,
        signed_at=now - timedelta(hours=3) if is_there else None,
    )
