"""How does a buyer read the copy of their data? One page, everything shown as text."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from storage.queries.exporting import BuyerData, Record

_ZONE = ZoneInfo("Asia/Shanghai")
_SENDERS = {
    "buyer": "买家",
    "assistant": "智能客服（自动回复）",
    "agent": "人工客服",
    "system": "系统（自动）",
}
_SECTIONS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "buyers",
        "基本信息",
        (
            ("connector", "渠道"),
            ("buyer_ref", "买家编号"),
            ("name", "称呼"),
            ("phone", "电话"),
            ("address", "地址"),
            ("created_at", "首次记录"),
        ),
    ),
    (
        "consents",
        "同意与撤回的记录",
        (
            ("purpose", "用途"),
            ("is_given", "是否同意"),
            ("source", "来源"),
            ("changed_at", "时间"),
        ),
    ),
    ("suppressions", "退订", (("words", "原话"), ("created_at", "时间"))),
    (
        "orders",
        "订单",
        (
            ("order_id", "订单号"),
            ("state", "状态"),
            ("lines", "商品"),
            ("paid_at", "付款时间"),
            ("courier", "快递"),
            ("tracking_no", "运单号"),
            ("latest_track", "最新物流"),
            ("province", "寄往省份"),
            ("city", "寄往城市"),
        ),
    ),
    (
        "reviews",
        "评价",
        (
            ("order_id", "订单号"),
            ("stars", "星级"),
            ("text", "内容"),
            ("created_at", "时间"),
        ),
    ),
    (
        "tickets",
        "工单",
        (
            ("number", "编号"),
            ("summary", "内容"),
            ("state", "状态"),
            ("cause", "原因"),
            ("opened_at", "时间"),
        ),
    ),
    (
        "promises",
        "我们的承诺",
        (
            ("words", "原话"),
            ("due_at", "到期时间"),
            ("state", "状态"),
            ("kept_at", "兑现时间"),
            ("created_at", "时间"),
        ),
    ),
    (
        "identity_checks",
        "订单身份核对",
        (
            ("order_ref", "订单号"),
            ("asked_at", "询问时间"),
            ("verified_at", "核对通过时间"),
        ),
    ),
    (
        "identity_tries",
        "核对次数",
        (("is_right", "是否一致"), ("at", "时间")),
    ),
    (
        "ticket_events",
        "工单经过",
        (("ticket_id", "工单"), ("kind", "事项"), ("note", "备注"), ("at", "时间")),
    ),
    (
        "follow_ups",
        "跟进",
        (
            ("plan_id", "计划"),
            ("kind", "类别"),
            ("state", "状态"),
            ("due_at", "时间"),
            ("reason", "说明"),
        ),
    ),
    (
        "offers",
        "给过的优惠",
        (
            ("item_id", "商品"),
            ("kind", "类别"),
            ("name", "赠品"),
            ("price_fen", "优惠后（分）"),
            ("state", "状态"),
            ("valid_until", "有效期至"),
        ),
    ),
    ("coupons", "优惠券", (("code", "券码"), ("taken_at", "时间"))),
    (
        "bargaining_asks",
        "议价经过",
        (
            ("item_id", "商品"),
            ("asked_fen", "还价（分）"),
            ("outcome", "结果"),
            ("created_at", "时间"),
        ),
    ),
    (
        "ratings",
        "服务评分",
        (("stars", "分数"), ("reason", "理由"), ("created_at", "时间")),
    ),
    (
        "suggestions",
        "给客服的推荐回复（未发送）",
        (("text", "内容"), ("created_at", "时间")),
    ),
    (
        "conversation_events",
        "会话经过",
        (("kind", "事项"), ("data", "内容"), ("at", "时间")),
    ),
    (
        "reveals",
        "谁查看过完整信息",
        (("field", "查看内容"), ("reason", "理由"), ("at", "时间")),
    ),
    (
        "devices",
        "聊天窗口的设备",
        (("created_at", "首次使用"), ("last_seen_at", "最近使用")),
    ),
)
_STYLE = (
    "body{font:15px/1.6 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{border:1px solid #ccc;padding:.3em .5em;text-align:left;"
    "overflow-wrap:anywhere}img{max-width:20em}"
)


def page_of(
    data: BuyerData, *, shop_name: str, pictures: Mapping[str, str], now: datetime
) -> str:
    """Return the page as HTML.

    Args:
        data: everything that is kept.
        shop_name: as buyers know the shop.
        pictures: name of each picture that lies beside the page → its path.
        now: when the copy was made.
    """
    body = [
        f"<h1>{escape(shop_name)}保存的个人信息副本</h1>",
        f"<p>买家编号：{escape(data.buyer_ref)}；制作时间：{_shown(now)}（北京时间）</p>",
        *(_section(data, *section) for section in _SECTIONS),
        _messages(data.of("messages")),
        _pictures(data.of("pictures"), pictures),
    ]
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        " img-src 'self'; style-src 'unsafe-inline'\">"
        f"<title>个人信息副本</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(body)}</body></html>\n"
    )


def _section(
    data: BuyerData, name: str, title: str, columns: Sequence[tuple[str, str]]
) -> str:
    return _table(title, [zh for _, zh in columns], [
        [record[column] for column, _ in columns] for record in data.of(name)
    ])  # fmt: skip


def _messages(records: Sequence[Record]) -> str:
    rows = [
        [
            record["sent_at"],
            _SENDERS.get(record["sender"], record["sender"]),
            record["text"],
            record["image_url"],
        ]
        for record in records
    ]
    return _table("聊天记录", ["时间", "谁", "内容", "图片"], rows)


def _pictures(records: Sequence[Record], pictures: Mapping[str, str]) -> str:
    shown = [
        f'<figure><img src="{escape(pictures[record["name"]])}" alt="">'
        f"<figcaption>{_shown(record['created_at'])}</figcaption></figure>"
        for record in records
        if record["name"] in pictures
    ]
    return f"<h2>图片</h2>{''.join(shown) or '<p>没有</p>'}"


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    if not rows:
        return f"<h2>{escape(title)}</h2><p>没有</p>"
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    lines = "".join(
        f"<tr>{''.join(f'<td>{_shown(value)}</td>' for value in row)}</tr>"
        for row in rows
    )
    return f"<h2>{escape(title)}</h2><table><tr>{head}</tr>{lines}</table>"


def _shown(value: Any) -> str:
    """Return a value as text that is safe inside HTML."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case datetime():
            return value.astimezone(_ZONE).strftime("%Y-%m-%d %H:%M:%S")
        case dict():
            return escape("；".join(f"{key}：{inner}" for key, inner in value.items()))
        case list():
            return "<br>".join(_shown(inner) for inner in value)
        case _:
            return escape(str(value))
