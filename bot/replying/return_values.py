"""What may be said of a return without a reason: until when, or why not?"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.catalogue.cards import ReturnReason
from bot.catalogue.returns import (
    MayReturn,
    may_return_without_reason,
    return_deadline,
)
from bot.facts import Order, OrderState
from bot.replying.moments import Moment, card_at

_RETURNABLE = frozenset({OrderState.SIGNED, OrderState.COMPLETED})
_REASONS: Mapping[ReturnReason, str] = {
    ReturnReason.CUSTOM_MADE: "按您的要求定制的商品",
    ReturnReason.PERISHABLE: "鲜活易腐的商品",
    ReturnReason.DIGITAL: "拆封的音像软件或在线下载的数字商品",
    ReturnReason.PERIODICAL: "已交付的报纸期刊",
    ReturnReason.UNSEALED_CHANGES: "拆封后影响安全健康或品质的商品",
    ReturnReason.USED_LOSES_VALUE: "激活或试用后价值贬损较大的商品",
    ReturnReason.DECLARED_DEFECT: "销售时已说明的临期或瑕疵商品",
}
_TO_CHECK = {
    MayReturn.UNCONFIRMED: "下单时的确认记录",
    MayReturn.UNKNOWN_SIGNING: "包裹的签收时间",
    MayReturn.UNKNOWN_CALENDAR: "期限遇节假日顺延到哪天",
}


def return_values(moment: Moment, order: Order) -> Iterator[tuple[str, str]]:
    """Yield what may be said of a return without a reason of the item spoken of."""
    item = moment.facts.item
    line = next(
        (
            one
            for one in order.lines
            if item is not None and one.item_id == item.item_id
        ),
        None,
    )
    if line is None:
        return
    card = card_at(item, moment.now)
    holidays = moment.facts.catalogue.holidays
    verdict = may_return_without_reason(
        card,
        is_confirmed=line.is_exclusion_confirmed,
        signed_at=order.signed_at,
        now=moment.now,
        holidays=holidays,
    )
    if verdict is MayReturn.EXCLUDED and card is not None and card.return_reason:
        yield "order.return_excluded", _REASONS[card.return_reason]
    if order.state not in _RETURNABLE:
        return
    if verdict in _TO_CHECK:
        yield "order.return_check", _TO_CHECK[verdict]
    if order.signed_at is not None and verdict in {MayReturn.ALLOWED, MayReturn.PAST}:
        yield _until(moment, order.signed_at, verdict)


def _until(moment: Moment, signed_at: datetime, verdict: MayReturn) -> tuple[str, str]:
    """Return until when it may be returned, or that this day is over."""
    deadline = return_deadline(signed_at, moment.facts.catalogue.holidays)
    day = f"{deadline.day.month}月{deadline.day.day}日"
    if deadline.day.year != moment.today.year:
        day = f"{deadline.day.year}年{day}"
    if verdict is MayReturn.PAST:
        return "order.return_passed", day
    least = "至少到" if deadline.is_at_least else ""
    return "order.return_deadline", f"{least}{day}24:00"
